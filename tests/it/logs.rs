//! What is never logged: link secrets, sessions, names, addresses, numbers.

use std::io::Write;
use std::sync::{Arc, Mutex};

use quittance::sandbox::{Action, Fault, SignatureKind, SmtpFault};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::spawn;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

#[actix_web::test]
async fn no_line_holds_a_secret_or_a_person() {
    let lines = Lines::default();
    // For the whole process: the portal's own threads log as well. Other tests' lines come along and must be clean too.
    let subscriber = quittance::telemetry::subscriber("trace,hyper=off,mio=off", lines.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let app = spawn().await;
    let debt = app.debt().first_name("Zephyrine").create();
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content) VALUES ('{}', 'outbound', 'Xylophonic words')",
        debt.id
    ));
    let client = app.client();
    client.get(&debt.link()).await;
    client.post(&debt.link(), &[("postal_code", "10001")]).await;
    client.sign_in(&debt).await;
    let session_id = client.cookie("session").unwrap();
    for path in [
        debt.path(),
        "/account".to_owned(),
        format!("{}/payments/new", debt.path()),
        format!("{}?before=x", debt.path()),
        format!("/d/{}/x", debt.token),
    ] {
        client.get(&path).await;
    }
    client.post(&format!("{}/payments", debt.path()), &[("choice", "partial"), ("amount", "nonsense-Zephyrine")]).await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/checkout/sessions", Action::ErrorBefore { status: 500 }).times(3));
    client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
    app.sandbox.clear_faults();
    let checkout = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&checkout, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let email = format!("maria.{}@mail.example", debt.debtor_id);
    let event = json!({"id": "evt_x", "type": "odd", "created": 1, "data": {"object": {"email": email}}});
    app.sandbox.send_event(&event, SignatureKind::Good).await;
    app.sandbox.send_event(&event, SignatureKind::Bad).await;
    client.get(&format!("/payments/{}", app.value("SELECT id FROM payments"))).await;
    let wanted = [("who", email.as_str()), ("postal_code", "97204")];
    app.client().post("/new-link", &wanted).await;
    app.sandbox.smtp_fault(SmtpFault::Recipient(550));
    app.send_mail().await;
    let opt_out = app.mailbox()[0].parsed().links().pop().unwrap().rsplit('/').next().unwrap().to_owned();
    app.execute("ALTER TABLE emails RENAME COLUMN subject TO topic");
    assert_eq!(client.get(&debt.path()).await.status, 500);
    client.post("/sign-out", &[]).await;
    app.sweep().await;

    let log = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(
        log.contains("/debts/{id}")
            && log.contains("internal error")
            && log.contains("quittance::webhook")
            && log.contains("RCPT: 550"),
        "{log}"
    );
    for secret in [
        debt.token.as_str(),
        &session_id,
        &client.cookie("visit").unwrap(),
        "Zephyrine",
        "Quillfeather",
        &email,
        &opt_out,
        "mail.example",
        "5550199",
        "Xylophonic",
        "97204",
        "10001",
        crate::support::app::STRIPE_KEY,
        crate::support::app::WEBHOOK_SECRET,
        crate::support::app::SESSION_KEY,
        "Northwind",
        &checkout,
    ] {
        let line = log.lines().find(|line| tells(line, secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// Whether a log line holds `secret`. A postal code is only five digits, which clocks and stopwatches show by chance: what
/// they wrote is left out, and digits inside a longer number are no postal code.
fn tells(line: &str, secret: &str) -> bool {
    let mut told: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| line.into());
    if let Some(fields) = told.as_object_mut() {
        fields.remove("timestamp");
        fields.remove("micros");
    }
    let told = told.to_string();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    told.match_indices(secret).any(|(at, _)| {
        let (before, after) = (told[..at].chars().next_back(), told[at + secret.len()..].chars().next());
        secret.len() != 5 || !(digit(before) || digit(after))
    })
}

#[test]
fn a_postal_code_is_found_and_a_stopwatch_is_not() {
    assert!(tells(r#"{"message":"at 97204"}"#, "97204") && tells("zip=97204,", "97204"));
    assert!(tells(r#"{"message":"for Zephyrine"}"#, "Zephyrine"));
    assert!(!tells(r#"{"timestamp":"2026-11-22T17:27:32.972040Z","micros":97204,"message":"197204"}"#, "97204"));
}
