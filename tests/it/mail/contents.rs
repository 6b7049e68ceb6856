use quittance::domain::mail::MailKind;
use quittance::locale::Lang;
use quittance::models::outbox::{NewMail, links::opt_out_person};
use quittance::web::security::sha256;
use serde_json::json;

use super::{DAY, at_hour, every_kind, new, queue, queue_kind, status, words};
use crate::support::{Debt, TestApp, spawn};

async fn all_kinds(language: &'static str) -> (TestApp, Debt) {
    let app = spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().owing("1234.56").creditor("Northwind Dental").create();
    every_kind(&app, &debt, language);
    let report = app.send_mail().await;
    assert_eq!(
        report.sent,
        MailKind::ALL.len(),
        "{report:?} {}",
        app.value("SELECT string_agg(kind || status || coalesce(last_error, ''), ' ') FROM outbox")
    );
    (app, debt)
}

#[actix_web::test]
async fn row_1_no_mail_of_any_kind_in_any_language_tells_anything() {
    for language in ["en", "es"] {
        let (app, debt) = all_kinds(language).await;
        for mail in app.mailbox() {
            let said = words(&mail).to_lowercase();
            for word in [
                "northwind",
                "dental",
                "quillfeather",
                "maria",
                "1234",
                "1,234",
                "$",
                "9113",
                "4417",
                "debt",
                "deud",
                "owe",
                "debe",
                "adeud",
                "collect",
                "cobr",
                "creditor",
                "acreedor",
                "balance",
                "saldo",
                "payment",
                "pago",
                "dispute",
                "disput",
                "amount",
                "monto",
                "importe",
            ] {
                assert!(!said.contains(word), "{word} in {language} {said}");
            }
            // Nor by its way: no path of a debt.
            assert!(!mail.raw.contains(&debt.id.to_string()), "{}", mail.raw);
        }
    }
}

#[actix_web::test]
async fn every_mail_has_what_a_mail_must_have() {
    for language in ["en", "es"] {
        let (app, debt) = all_kinds(language).await;
        let address = format!("maria.{}@mail.example", debt.debtor_id);
        for mail in app.mailbox() {
            let parsed = mail.parsed();
            assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("help@harborlane.example", &[address.clone()][..]));
            assert_eq!(parsed.header("From"), "\"Harbor Lane Services\" <help@harborlane.example>");
            assert_eq!(parsed.header("To"), address);
            assert_eq!(parsed.header("Auto-Submitted"), "auto-generated");
            assert_eq!(parsed.header("Content-Language"), language);
            assert!(parsed.header("Content-Type").starts_with("multipart/alternative"));
            let id = parsed.header("Message-ID").trim_matches(['<', '>']).to_owned();
            let known = app.value(&format!("SELECT id || '@harborlane.example' FROM outbox WHERE message_id = '{id}'"));
            assert_eq!(id, known);
            assert!(!parsed.header("Date").is_empty() && !parsed.subject().is_empty());
            assert!(
                !parsed.subject().contains('[') && !parsed.text.contains("mail-"),
                "a sentence is missing: {}",
                parsed.text
            );
            for part in
                ["Harbor Lane Services", "1200 Wharf Street", "Portland, OR 97204", "(503) 555-0142", "/opt-out/"]
            {
                assert!(parsed.text.contains(part) && parsed.html.contains(part), "{part} in {}", parsed.text);
            }
            assert!(parsed.html.contains(&format!("<html lang=\"{language}\">")) && !parsed.html.contains("<img"));
        }
    }
}

#[actix_web::test]
async fn a_spanish_mail_has_no_english_sentence() {
    let (app, _) = all_kinds("es").await;
    let english: Vec<String> = Lang::En
        .source()
        .lines()
        .filter_map(|line| line.strip_prefix("mail-").and_then(|line| line.split_once(" = ")))
        .flat_map(|(_, sentence)| sentence.split(['{', '}']).map(str::to_owned).collect::<Vec<_>>())
        .map(|part| part.trim().to_owned())
        .filter(|part| part.len() > 8 && part.contains(' ') && !part.starts_with('$'))
        .collect();
    assert!(english.len() > 20);
    for mail in app.mailbox() {
        let said = words(&mail);
        for sentence in &english {
            assert!(!said.contains(sentence.as_str()), "{sentence} in {said}");
        }
    }
}

#[actix_web::test]
async fn row_9_every_mail_has_an_opt_out_and_unasked_ones_have_one_click() {
    let (app, debt) = all_kinds("en").await;
    let (mut one_click, mut tokens) = (0, std::collections::HashSet::new());
    for mail in app.mailbox() {
        let parsed = mail.parsed();
        let links = parsed.links();
        let opt_out = links.iter().find(|link| link.contains("/opt-out/")).unwrap();
        let token = opt_out.rsplit('/').next().unwrap();
        assert_eq!(token.len(), 43);
        assert!(tokens.insert(token.to_owned()), "each mail has its own");
        let person = opt_out_person(&mut app.connect(), &sha256(token)).unwrap();
        assert_eq!(person, Some((debt.debtor_id, debt.id)));
        assert!(
            !app.value("SELECT string_agg(facts::text || coalesce(message_id, ''), '') FROM outbox").contains(token)
        );
        if !parsed.header("List-Unsubscribe").is_empty() {
            one_click += 1;
            assert_eq!(parsed.header("List-Unsubscribe"), format!("<{opt_out}>"));
            assert_eq!(parsed.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        }
    }
    let unasked = MailKind::ALL.into_iter().filter(|kind| !kind.is_asked_for()).count();
    assert_eq!((one_click, unasked), (2, 2));
    assert_eq!(opt_out_person(&mut app.connect(), &sha256("another")).unwrap(), None);
    app.clock.advance(chrono::Duration::days(401));
    app.sweep().await;
    assert_eq!(app.value("SELECT count(*) FROM opt_out_links"), "0");
}

#[actix_web::test]
async fn the_history_shows_what_was_sent_without_its_secrets() {
    let (app, debt) = all_kinds("en").await;
    let rows = "SELECT count(*) FROM emails WHERE direction = 'outbound' AND compliance_checked AND NOT ai_generated \
        AND NOT email_opened AND NOT email_clicked AND template_name LIKE 'portal\\_%'";
    assert_eq!(app.value(rows), MailKind::ALL.len().to_string());
    let shown = app.value("SELECT string_agg(subject || content, ' ') FROM emails");
    for mail in app.mailbox() {
        for link in mail.parsed().links() {
            assert!(!shown.contains(&link), "{link}");
        }
    }
    let code_mail = app.mailbox().into_iter().find(|m| m.parsed().subject().contains("code")).unwrap().parsed();
    let code: String = code_mail
        .text
        .lines()
        .map(str::trim)
        .find(|l| l.len() == 6 && l.bytes().all(|b| b.is_ascii_digit()))
        .unwrap()
        .to_owned();
    assert!(!shown.contains(&code) && shown.contains("(the code)") && shown.contains("(your personal link)"));
    assert!(!shown.contains(&debt.token));
    let client = app.client();
    client.sign_in(&debt).await;
    let page = client.get(&debt.path()).await;
    assert!(page.body.contains("A private message for you from Harbor Lane Services"), "{}", page.text());
}

#[actix_web::test]
async fn a_link_goes_only_to_the_address_that_is_on_file_now() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().create();
    let old = NewMail { to: Some("old@mail.example".to_owned()), ..new(MailKind::ContactChanged, &debt) };
    queue(&app, &old);
    app.send_mail().await;
    let mail = &app.mailbox()[0];
    assert_eq!(mail.to, ["old@mail.example"]);
    assert!(!mail.parsed().text.contains("/d/") && !mail.parsed().html.contains("/d/"), "{}", mail.parsed().text);
    assert!(mail.parsed().text.contains("/new-link"));
    // Queued for an address that was replaced before it went.
    let keys = [MailKind::Link, MailKind::FreshLink].map(|kind| queue_kind(&app, kind, &debt));
    app.execute(&format!("UPDATE debtors SET email = 'new@mail.example' WHERE id = '{}'", debt.debtor_id));
    app.send_mail().await;
    for key in keys {
        assert_eq!(status(&app, key), "withheld");
    }
    assert_eq!(
        app.value("SELECT string_agg(DISTINCT withheld_reason, ' ') FROM outbox WHERE withheld_reason IS NOT NULL"),
        "address"
    );
    assert_eq!(app.mailbox().len(), 1);
}

#[actix_web::test]
async fn an_untold_esign_is_one_that_was_given() {
    let app = spawn().await;
    let debt = app.debt().create();
    queue(&app, &NewMail { facts: json!({"given": true}), ..new(MailKind::Esign, &debt) });
    app.send_mail().await;
    assert!(app.mailbox()[0].parsed().text.contains("You agreed to receive messages electronically"));
}

#[actix_web::test]
async fn nothing_that_stands_in_a_mail_is_ever_markup() {
    let app = TestApp::spawn(|args| args.mail.mail_name = Some("A & <b>B</b> \"C\"".to_owned())).await;
    queue_kind(&app, MailKind::Receipt, &app.debt().create());
    app.send_mail().await;
    let parsed = app.mailbox()[0].parsed();
    assert!(!parsed.html.contains("<b>B</b>") && parsed.text.contains("A & <b>B</b> \"C\""), "{}", parsed.html);
}
