//! Consent to electronic notices, and the language a person has chosen.

use quittance::models::{debtor, esign};

use crate::support::client::Page;
use crate::support::db::column;
use crate::support::{Client, Debt, TestApp, spawn};

async fn signed_in(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn path(debt: &Debt) -> String {
    format!("{}/electronic-notices", debt.path())
}

fn given(app: &TestApp, debt: &Debt) -> bool {
    esign::is_given(&mut app.connect(), debt.debtor_id).unwrap()
}

/// Agrees to the text as the page shows it.
async fn agree(client: &Client, address: &str) -> Page {
    let page = client.get(address).await;
    let shown = page.attributes("input[name=shown]", "value").remove(0);
    client.post(address, &[("part", "give"), ("shown", &shown), ("agreed", "yes")]).await
}

#[actix_web::test]
async fn row_8_consent_is_given_to_a_text_that_is_kept_and_can_be_withdrawn() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = signed_in(&app, &debt).await;
    let page = client.get(&path(&debt)).await;
    assert_eq!(page.status, 200);
    // What 15 USC 7001(c)(1)(B) and (C) want said before.
    for part in [
        "You may receive any notice on paper instead",
        "You may withdraw your consent at any time",
        "There is no fee",
        "for all your accounts with us",
        "Keep your e-mail address up to date",
        "a paper copy of any notice",
        "a current web browser",
        "(503) 555-0142",
    ] {
        assert!(page.text().contains(part), "{part} in {}", page.text());
    }
    let shown: Vec<String> = page.texts("#text p");
    assert!(!given(&app, &debt));
    let answer = agree(&client, &path(&debt)).await;
    assert_eq!(answer.location(), format!("{}?done=given", path(&debt)), "{}", answer.text());
    assert!(given(&app, &debt));
    let body = app.value("SELECT body FROM esign_texts");
    assert!(shown.iter().take(8).all(|paragraph| body.contains(paragraph.as_str())), "{body}");
    let facts = "SELECT version || ' ' || language || ' ' || (sha256 = sha256(convert_to(body, 'UTF8'))) || ' '
        || (octet_length(address_hash) = 32) || ' ' || (email LIKE 'maria.%') FROM esign_consents JOIN esign_texts t ON t.id = text_id";
    assert_eq!(app.value(facts), "2026-11 en true true true");
    let mails = "SELECT kind || ' ' || language || ' ' || (facts->>'given') FROM outbox ORDER BY queued_at, id";
    assert_eq!(column(&mut app.connect(), mails), ["esign en true"]);
    let page = client.get(&answer.location()).await;
    assert!(page.text_of("#in-force").contains("You receive notices by e-mail at maria."));
    assert_eq!(page.count("input[name=agreed]"), 0);
    // Giving it twice is once.
    let twice = client.post(&path(&debt), &[("part", "give"), ("shown", "x"), ("agreed", "yes")]).await;
    assert_eq!(twice.status, 422);
    assert_eq!(app.value("SELECT count(*) FROM esign_consents"), "1");
    let answer = client.post(&path(&debt), &[("part", "withdraw")]).await;
    assert_eq!(answer.location(), format!("{}?done=withdrawn", path(&debt)));
    assert!(!given(&app, &debt));
    client.post(&path(&debt), &[("part", "withdraw")]).await;
    assert_eq!(column(&mut app.connect(), mails), ["esign en true", "esign en false"]);
    let page = client.get(&answer.location()).await;
    assert!(page.text().contains("Withdrawn on") && page.text().contains("version 2026-11"));
    // Again, in the other language: both texts stay readable in theirs.
    assert_eq!(agree(&client, &format!("{}?lang=es", path(&debt))).await.status, 303);
    let page = client.get(&path(&debt)).await;
    assert_eq!(page.attributes("details [lang]", "lang"), ["es", "en"]);
    assert!(page.text().contains("Su derecho al papel") && page.text().contains("Your right to paper"));
    assert_eq!(app.value("SELECT count(*) FROM esign_texts"), "2");
}

#[actix_web::test]
async fn row_8_nobody_agrees_without_the_box_the_text_or_an_address() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = signed_in(&app, &debt).await;
    let english = client.get(&path(&debt)).await.attributes("input[name=shown]", "value").remove(0);
    let unticked = client.post(&path(&debt), &[("part", "give"), ("shown", &english)]).await;
    assert_eq!(unticked.status, 422);
    assert!(unticked.text_of("#agreed-error").contains("Tick the box"));
    assert_eq!(unticked.attributes("#agreed", "aria-describedby"), ["agreed-error"]);
    // The English text was read, the page is Spanish now.
    client.get(&format!("{}?lang=es", path(&debt))).await;
    let other_text = client.post(&path(&debt), &[("part", "give"), ("shown", &english), ("agreed", "yes")]).await;
    assert_eq!(other_text.status, 422);
    assert!(other_text.text_of("#agreed-error").contains("en otro idioma"));
    client.get(&format!("{}?lang=en", path(&debt))).await;
    app.execute(&format!("UPDATE debtors SET email = NULL WHERE id = '{}'", debt.debtor_id));
    let form = [("part", "give"), ("shown", english.as_str()), ("agreed", "yes")];
    let nowhere = client.post(&path(&debt), &form).await;
    assert_eq!(nowhere.status, 422, "{}", nowhere.text());
    assert!(nowhere.text().contains("We have no e-mail address of yours"));
    for part in ["give", "withdraw"] {
        let form = [("part", part), ("shown", english.as_str()), ("agreed", "yes")];
        assert_eq!(client.post(&path(&other), &form).await.status, 404, "{part}");
    }
    assert_eq!(client.get(&path(&other)).await.status, 404);
    assert_eq!(app.client().get(&path(&debt)).await.status, 401);
    assert_eq!(client.post(&path(&debt), &[("part", "x")]).await.status, 400);
    assert_eq!(app.value("SELECT count(*) FROM esign_consents"), "0");
}

#[actix_web::test]
async fn row_8_many_at_once_give_one_consent() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = signed_in(&app, &debt).await;
    let shown = client.get(&path(&debt)).await.attributes("input[name=shown]", "value").remove(0);
    let form = [("part", "give"), ("shown", shown.as_str()), ("agreed", "yes")];
    let address = path(&debt);
    let answers = futures_util::future::join_all((0..6).map(|_| client.post(&address, &form))).await;
    assert!(answers.iter().all(|answer| answer.status == 303));
    assert_eq!(app.value("SELECT count(*) FROM esign_consents"), "1");
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "1");
}

#[actix_web::test]
async fn a_person_s_language_is_remembered_across_browsers() {
    let app = spawn().await;
    let debt = app.debt().create();
    let language = || debtor::language(&mut app.connect(), debt.debtor_id).unwrap();
    let client = signed_in(&app, &debt).await;
    assert_eq!(client.get(&debt.path()).await.attributes("html", "lang"), ["en"]);
    assert_eq!(language(), None, "nothing was chosen");
    // On the debt page, which reads in one statement, and on one that reads a snapshot, and on one that writes.
    for (page, code) in [(debt.path(), "es"), (format!("{}/choices", debt.path()), "en"), ("/account".to_owned(), "es")]
    {
        client.get(&format!("{page}?lang={code}")).await;
        assert_eq!(language().as_deref(), Some(code), "{page}");
    }
    assert_eq!(client.get(&format!("{}?lang=fr", debt.path())).await.status, 200);
    assert_eq!(language().as_deref(), Some("es"));
    // Another browser, where nothing was chosen: the person's language, whatever the browser prefers.
    let phone = app.client().with_header("accept-language", "en");
    phone.sign_in(&debt).await;
    assert_eq!(phone.cookie("lang").as_deref(), Some("es"));
    assert_eq!(phone.get(&debt.path()).await.attributes("html", "lang"), ["es"]);
    // One where somebody has chosen keeps it, and does not change the person's.
    let library = app.client();
    library.get(&format!("{}?lang=en", debt.link())).await;
    library.sign_in(&debt).await;
    assert_eq!(library.get(&debt.path()).await.attributes("html", "lang"), ["en"]);
    assert_eq!(language().as_deref(), Some("es"));
    // A person without one takes what was chosen before signing in.
    let fresh = app.debt().create();
    let client = app.client();
    client.get(&format!("{}?lang=es", fresh.link())).await;
    client.sign_in(&fresh).await;
    assert_eq!(debtor::language(&mut app.connect(), fresh.debtor_id).unwrap().as_deref(), Some("es"));
}
