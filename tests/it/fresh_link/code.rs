use chrono::Duration;
use quittance::config::IdentityCheck;

use super::{address_of, expire, plain, revoke};
use crate::support::client::Page;
use crate::support::{Client, Debt, TestApp};

async fn spawn() -> TestApp {
    TestApp::spawn(|args| args.identity.identity_check = IdentityCheck::EmailCode).await
}

/// With limits of the identity check that do not come before those of the codes.
async fn patient() -> TestApp {
    TestApp::spawn(|args| {
        args.identity.identity_check = IdentityCheck::EmailCode;
        args.identity.identity_attempts = 100;
        args.identity.identity_attempts_total = 100;
    })
    .await
}

async fn request(client: &Client, link: &str) -> Page {
    client.get(link).await;
    client.post(link, &[("send", "code")]).await
}

/// The code of the newest e-mail.
async fn received(app: &TestApp) -> String {
    app.send_mail().await;
    let text = app.mailbox().pop().unwrap().parsed().text;
    let code = text.lines().map(str::trim).find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    code.unwrap_or_else(|| panic!("{text}")).to_owned()
}

fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn code_for(app: &TestApp, debt: &Debt) -> (Client, String) {
    let client = app.client();
    let page = request(&client, &debt.link()).await;
    assert_eq!((page.status, page.location()), (303, format!("{}?code=sent", debt.link())));
    (client, received(app).await)
}

#[actix_web::test]
async fn the_right_code_lets_in_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    let page = client.get(&debt.link()).await;
    assert_eq!((page.count("input[name=code]"), page.count("input[name=send]")), (0, 1));
    let (client, code) = code_for(&app, &debt).await;
    assert_eq!(app.mailbox()[0].to, [address_of(&debt)]);
    let page = client.get(&format!("{}?code=sent", debt.link())).await;
    assert_eq!(page.attributes("#code", "inputmode"), ["numeric"]);
    assert_eq!(page.attributes("#code", "autocomplete"), ["one-time-code"]);
    assert!(page.text().contains("If this link works, a code is on its way"));
    // As it is pasted.
    let pasted = format!(" {}-{} ", &code[..3], &code[3..]);
    let page = client.post(&debt.link(), &[("code", &pasted)]).await;
    assert_eq!((page.status, page.location()), (303, debt.path()), "{}", page.text());
    assert_eq!(client.get(&debt.path()).await.status, 200);
    let other = app.client();
    other.get(&debt.link()).await;
    assert_eq!(other.post(&debt.link(), &[("code", &code)]).await.status, 422, "a code is right once");
}

#[actix_web::test]
async fn the_code_stands_nowhere_in_the_database() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (_, code) = code_for(&app, &debt).await;
    let dump = "SELECT concat((SELECT string_agg(o::text, ' ') FROM outbox o), (SELECT string_agg(e.content, ' ') FROM emails e))";
    assert!(!app.value(dump).contains(&code));
    assert_eq!(app.value("SELECT octet_length(code_hash) FROM identity_codes"), "32");
    let plain = quittance::web::security::sha256(&code);
    assert_ne!(
        app.value("SELECT encode(code_hash, 'hex') FROM identity_codes"),
        plain.map(|b| format!("{b:02x}")).concat()
    );
}

#[actix_web::test]
async fn wrong_late_and_foreign_codes_are_refused_alike() {
    let app = patient().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let (client, code) = code_for(&app, &debt).await;
    let (_, foreign) = code_for(&app, &other).await;
    let mut pages = Vec::new();
    for typed in [another(&code), foreign.clone()] {
        let page = client.post(&debt.link(), &[("code", &typed)]).await;
        pages.push((page.status, page.text_of("#code-error")));
    }
    // The same at a link that does not exist, and at one that was revoked.
    revoke(&app, &other);
    for link in ["/d/nowhere".to_owned(), other.link()] {
        let page = client.post(&link, &[("code", &foreign)]).await;
        pages.push((page.status, page.text_of("#code-error")));
    }
    app.clock.advance(Duration::minutes(10));
    let page = client.post(&debt.link(), &[("code", &code)]).await;
    pages.push((page.status, page.text_of("#code-error")));
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
    assert_eq!(pages[0].0, 422);
    assert_eq!(app.value("SELECT count(*) FROM sessions"), "0");
}

#[actix_web::test]
async fn nine_minutes_are_not_too_late() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (client, code) = code_for(&app, &debt).await;
    app.clock.advance(Duration::minutes(9));
    assert_eq!(client.post(&debt.link(), &[("code", &code)]).await.status, 303);
}

#[actix_web::test]
async fn after_five_wrong_tries_a_new_code_is_needed() {
    let app = patient().await;
    let debt = app.debt().create();
    let (client, code) = code_for(&app, &debt).await;
    for _ in 0..5 {
        assert_eq!(client.post(&debt.link(), &[("code", &another(&code))]).await.status, 422);
    }
    assert_eq!(client.post(&debt.link(), &[("code", &code)]).await.status, 422, "the right one comes too late");
    let (client, code) = code_for(&app, &debt).await;
    for _ in 0..4 {
        assert_eq!(client.post(&debt.link(), &[("code", &another(&code))]).await.status, 422);
    }
    assert_eq!(client.post(&debt.link(), &[("code", &code)]).await.status, 303);
}

#[actix_web::test]
async fn parallel_tries_count_each_other() {
    let app = patient().await;
    let debt = app.debt().create();
    let (client, code) = code_for(&app, &debt).await;
    let wrong = another(&code);
    let tries = (0..8).map(|_| {
        let (client, link, wrong) = (client.clone(), debt.link(), wrong.clone());
        async move { client.post(&link, &[("code", &wrong)]).await.status }
    });
    let answers = futures_util::future::join_all(tries).await;
    assert!(answers.iter().all(|status| *status == 422), "{answers:?}");
    assert_eq!(app.value("SELECT tries FROM identity_codes"), "5");
    assert_eq!(client.post(&debt.link(), &[("code", &code)]).await.status, 422);
}

#[actix_web::test]
async fn the_newest_code_is_the_only_one() {
    let app = patient().await;
    let debt = app.debt().create();
    let (client, first) = code_for(&app, &debt).await;
    app.clock.advance(Duration::seconds(5));
    let (_, second) = code_for(&app, &debt).await;
    if first != second {
        assert_eq!(client.post(&debt.link(), &[("code", &first)]).await.status, 422);
    }
    assert_eq!(client.post(&debt.link(), &[("code", &second)]).await.status, 303);
}

#[actix_web::test]
async fn the_limits_of_the_identity_check_hold_for_codes() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (client, code) = code_for(&app, &debt).await;
    for _ in 0..5 {
        client.post(&debt.link(), &[("code", &another(&code))]).await;
    }
    let page = client.post(&debt.link(), &[("code", &code)]).await;
    assert_eq!((page.status, page.count("#code")), (429, 0), "{}", page.text());
}

#[actix_web::test]
async fn asking_for_a_code_is_the_same_at_every_link_and_sends_only_at_live_ones() {
    let app = spawn().await;
    let (live, dead, old) = (app.debt().create(), app.debt().create(), app.debt().create());
    revoke(&app, &dead);
    expire(&app, &old);
    let mut pages = Vec::new();
    for token in [live.token.as_str(), &dead.token, &old.token, "nowhere"] {
        let (link, client) = (format!("/d/{token}"), app.client());
        let before = plain(&client.get(&link).await);
        let answer = request(&client, &link).await;
        let after = plain(&client.get(&answer.location()).await);
        pages.push((before, answer.status, answer.location().replace(token, ""), after));
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
    assert_eq!(app.value("SELECT count(*) FROM identity_codes"), "4");
    app.send_mail().await;
    let mails = app.mailbox();
    assert_eq!((mails.len(), mails[0].to.join(" ")), (1, address_of(&live)));
}

#[actix_web::test]
async fn three_codes_in_a_quarter_of_an_hour_are_enough_at_every_link() {
    let app = spawn().await;
    let debt = app.debt().create();
    for link in [debt.link(), "/d/nowhere".to_owned()] {
        let client = app.client();
        for _ in 0..3 {
            assert_eq!(request(&client, &link).await.status, 303);
        }
        let page = request(&client, &link).await;
        assert_eq!((page.status, page.header("retry-after").as_str()), (429, "900"), "{link}");
        assert!(page.text().contains("Several codes were asked for") && page.count("#code") == 1);
    }
    app.send_mail().await;
    assert_eq!(app.mailbox().len(), 1, "of those that wait only the newest is sent");
    app.clock.advance(Duration::minutes(16));
    assert_eq!(request(&app.client(), &debt.link()).await.status, 303);
}

#[actix_web::test]
async fn what_is_no_code_is_no_try() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (client, code) = code_for(&app, &debt).await;
    for (typed, sentence) in [
        ("", "Enter the code from the e-mail."),
        ("12345", "Enter the 6 digits of the code."),
        ("abcdef", "Enter the 6 digits of the code."),
    ] {
        let page = client.post(&debt.link(), &[("code", typed)]).await;
        assert_eq!((page.status, page.text_of("#code-error")), (422, sentence.to_owned()));
        assert_eq!(page.attributes("#code", "value"), [typed]);
    }
    assert_eq!(app.value("SELECT tries FROM identity_codes"), "0");
    // The answer to another question is none.
    assert_eq!(client.post(&debt.link(), &[("postal_code", "97204")]).await.status, 422);
    assert_eq!(client.post(&debt.link(), &[("code", &code)]).await.status, 303);
}

#[actix_web::test]
async fn where_the_zip_code_is_asked_for_no_code_is_sent() {
    let app = crate::support::spawn().await;
    let debt = app.debt().create();
    assert_eq!(request(&app.client(), &debt.link()).await.status, 422);
    assert_eq!(app.value("SELECT count(*) FROM identity_codes"), "0");
}
