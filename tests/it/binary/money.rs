use crate::support::TestApp;
use crate::support::process::{quittance, required, run, said};
use crate::support::spawn;

fn command(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String) {
    let settings = required(app.db.url(), &app.sandbox.base_url());
    let mut command = quittance(arguments);
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    let output = run(&mut command);
    (output.status.code(), said(&output))
}

#[actix_web::test]
async fn refund_shows_what_can_be_given_back_and_gives_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    let id = app.value("SELECT id FROM payments");
    let (code, text) = command(&app, &["refund", &id, "--amount", "10", "--refundable", "100"]);
    assert!(code == Some(1) && text.contains("has not arrived"), "{text}");
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let (code, text) = command(&app, &["refund", &id]);
    assert!(code == Some(0) && text.contains("refundable: 100.00\n"), "{text}");
    // Neither an amount nor what was seen stands alone.
    assert_eq!(command(&app, &["refund", &id, "--amount", "10"]).0, Some(2));
    assert_eq!(command(&app, &["refund", &id, "--refundable", "100"]).0, Some(2));
    let (code, text) = command(&app, &["refund", &id, "--amount", "1e2", "--refundable", "100"]);
    assert!(code == Some(1) && text.contains("--amount 1e2"), "{text}");
    let (code, text) = command(&app, &["refund", &id, "--amount", "40.00", "--refundable", "100.00"]);
    assert!(code == Some(0) && text.contains("$40.00 given back"), "{text}");
    let (code, text) = command(&app, &["refund", &id, "--amount", "40.00", "--refundable", "100.00"]);
    assert!(code == Some(1) && text.contains("what can be given back is 60.00 now"), "{text}");
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "60.00");
    let (code, text) = command(&app, &["refund", &id, "--amount", "all", "--refundable", "60.00"]);
    assert!(code == Some(0) && text.contains("$60.00 given back"), "{text}");
    let (code, text) = command(&app, &["refund", &id]);
    assert!(code == Some(0) && text.contains("refunded") && text.contains("refundable: 0.00"), "{text}");
    let (code, text) = command(&app, &["refund", &uuid::Uuid::new_v4().to_string()]);
    assert!(code == Some(1) && text.contains("there is no such payment"), "{text}");
}

#[actix_web::test]
async fn flags_are_listed_and_resolved() {
    let app = spawn().await;
    assert_eq!(command(&app, &["flags"]), (Some(0), String::new()));
    app.execute("INSERT INTO payment_flags (kind, detail) VALUES ('chargeback', 'du_1')");
    let (code, text) = command(&app, &["flags"]);
    assert!(code == Some(0) && text.contains(" chargeback payment - debt -: du_1"), "{text}");
    let id = app.value("SELECT id FROM payment_flags");
    assert_eq!(command(&app, &["flags", "--resolve", &id]), (Some(0), "resolved\n".to_owned()));
    assert_eq!(command(&app, &["flags"]), (Some(0), String::new()));
    assert_eq!(command(&app, &["flags", "--resolve", &id]).0, Some(1));
}

#[actix_web::test]
async fn a_letter_s_number_tells_staff_what_it_is_about() {
    let app = spawn().await;
    let debt = app.debt().owing("80.00").paid("80.00").create();
    app.execute(&format!(
        "INSERT INTO letters (number, debt_id, amount_paid) VALUES ('PF-1234-5678-9ABC-DEFG', '{}', 80)",
        debt.id
    ));
    let (code, text) = command(&app, &["letter", "pf 1234 5678 9abc defg"]);
    assert!(code == Some(0) && text.contains(&debt.id.to_string()) && text.ends_with("valid\n"), "{text}");
    app.execute("UPDATE debts SET total_owed = 90, status = 'active'");
    let (code, text) = command(&app, &["letter", "PF-1234-5678-9ABC-DEFG"]);
    assert!(code == Some(1) && text.contains("withdrawn"), "{text}");
    assert!(command(&app, &["letter", "PF-1234-5678-9ABC-DEFH"]).1.contains("no letter has this number"));
    assert!(command(&app, &["letter", "1234"]).1.contains("not the number of a letter"));
}

/// The picture in the documentation is made from the code.
#[test]
fn the_documented_states_are_those_of_the_code() {
    let output = run(&mut quittance(&["states"]));
    let printed = String::from_utf8(output.stdout).unwrap();
    let documented = std::fs::read_to_string("docs/states.md").unwrap();
    assert!(
        documented.ends_with(&printed),
        "docs/states.md is not what `quittance states` prints; write that below its introduction"
    );
    let dot = String::from_utf8(run(&mut quittance(&["states", "--format", "dot"])).stdout).unwrap();
    assert_eq!(dot.matches("digraph ").count(), 4);
}
