//! The personal link: discloses nothing, lets the right person in, and limits guessing.

use chrono::Duration;
use quittance::config::IdentityCheck;

use crate::support::{Debt, TestApp, spawn};

fn without_antiforgery(body: &str) -> String {
    let start = body.find("name=\"af\" value=\"").unwrap() + "name=\"af\" value=\"".len();
    let end = start + body[start..].find('"').unwrap();
    format!("{}{}", &body[..start], &body[end..])
}

async fn guess(app: &TestApp, path: &str, code: &str) -> (u16, String) {
    let page = app.client().post(path, &[("postal_code", code)]).await;
    (page.status, page.text())
}

fn revoked(app: &TestApp) -> Debt {
    let debt = app.debt().create();
    app.execute(&format!("UPDATE debts SET token_revoked_at = now() WHERE id = '{}'", debt.id));
    debt
}

#[actix_web::test]
async fn every_link_shows_the_same_page() {
    let app = spawn().await;
    let (live, dead) = (app.debt().create().link(), revoked(&app).link());
    let long = format!("/d/{}", "x".repeat(300));
    let mut pages = Vec::new();
    for path in [live.as_str(), &dead, "/d/unknown-token", "/d/", "/d/a%20b%00%ff", "/d/a/b", "/d/%3Cscript%3E", &long]
    {
        let page = app.client().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        pages.push(without_antiforgery(&page.body));
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
        for word in ["debt", "Northwind", "Maria", "Quillfeather", "owe", "collect", "balance", "$"] {
            assert!(!page.to_lowercase().contains(&word.to_lowercase()), "{word}");
        }
    }
}

#[actix_web::test]
async fn looking_changes_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    let rows = "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM identity_attempts) + (SELECT count(*) FROM client_attempts)";
    for method in ["GET", "HEAD"] {
        let page = app.client().request(method, &debt.link()).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.is_empty(), method == "HEAD");
    }
    assert_eq!(app.value(rows), "0");
}

#[actix_web::test]
async fn the_right_answer_opens_the_debt_with_a_new_session() {
    let app = spawn().await;
    let debt = app.debt().postal_code(Some("02134-1234")).create();
    for typed in ["02134", " 0 2134 ", "02134-1234", "021341234", "02134-9999"] {
        let client = app.client();
        let page = client.post(&debt.link(), &[("postal_code", typed)]).await;
        assert_eq!((page.status, page.location()), (303, debt.path()), "{typed}");
        assert!(!page.location().contains(&debt.token));
        assert_eq!(client.get(&debt.path()).await.status, 200);
    }
    assert_eq!(app.value("SELECT count(*) FROM sessions"), "5");
    let client = app.client();
    client.sign_in(&debt).await;
    let first = client.cookie("session").unwrap();
    client.sign_in(&debt).await;
    assert_ne!(client.cookie("session").unwrap(), first);
    client.set_cookie("session", &first);
    assert_eq!(client.get(&debt.path()).await.status, 401, "the old session ended when the new one began");
}

#[actix_web::test]
async fn wrong_answers_sound_alike_whatever_is_wrong() {
    let app = spawn().await;
    let (live, dead, none) = (app.debt().create(), revoked(&app), app.debt().postal_code(None).create());
    let wrong = guess(&app, &live.link(), "10001").await;
    assert_eq!(wrong.0, 422);
    for (path, code) in [
        (dead.link(), "97204"),
        (none.link(), "97204"),
        ("/d/unknown".to_owned(), "97204"),
        ("/d/a%00b".to_owned(), "97204"),
    ] {
        let (status, text) = guess(&app, &path, code).await;
        assert_eq!((status, text), wrong.clone(), "{path}");
    }
}

#[actix_web::test]
async fn five_wrong_answers_pause_every_link_alike() {
    let app = spawn().await;
    let debt = app.debt().create();
    let mut refusals = Vec::new();
    for path in [debt.link(), revoked(&app).link(), "/d/unknown".to_owned()] {
        for _ in 0..5 {
            assert_eq!(guess(&app, &path, "10001").await.0, 422);
        }
        let sixth = guess(&app, &path, "97204").await;
        assert_eq!(sixth.0, 429, "{path}");
        refusals.push(sixth.1);
    }
    assert!(refusals.iter().all(|r| *r == refusals[0]), "{refusals:?}");
    app.clock.advance(Duration::minutes(15));
    let client = app.client();
    client.sign_in(&debt).await;
}

#[actix_web::test]
async fn ten_wrong_answers_in_all_lock_a_link_until_staff_unlocks_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    for _ in 0..2 {
        for _ in 0..5 {
            guess(&app, &debt.link(), "10001").await;
        }
        app.clock.advance(Duration::minutes(16));
    }
    app.clock.advance(Duration::days(30));
    app.sweeper().once().await.unwrap();
    let (status, text) = guess(&app, &debt.link(), "97204").await;
    assert_eq!(status, 429);
    assert!(text.contains("locked"), "{text}");
    let hash = quittance::web::security::sha256(&debt.token);
    assert!(quittance::models::identity::unlock(&mut app.connect(), &hash).unwrap());
    app.client().sign_in(&debt).await;
}

#[actix_web::test]
async fn empty_and_malformed_answers_never_count() {
    let app = spawn().await;
    let debt = app.debt().create();
    for typed in ["", "  ", "1234", "abcde", "123456", "\u{FF19}\u{FF17}\u{FF12}\u{FF10}\u{FF14}"].repeat(3) {
        let (status, text) = guess(&app, &debt.link(), typed).await;
        assert_eq!(status, 422, "{typed}");
        assert!(text.contains("ZIP code"), "{text}");
    }
    app.client().sign_in(&debt).await;
}

#[actix_web::test]
async fn parallel_guesses_are_counted_one_by_one() {
    let app = spawn().await;
    let debt = app.debt().create();
    let link = debt.link();
    let guesses = (0..30).map(|_| guess(&app, &link, "10001"));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 422).count(), 5);
    assert_eq!(app.value("SELECT failures FROM identity_attempts"), "5");
}

#[actix_web::test]
async fn a_client_address_has_a_limit_of_its_own() {
    let app = TestApp::spawn(|args| {
        args.identity.identity_attempts_per_address = 7;
        args.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let debt = app.debt().create();
    let from = |address: &str| app.client().with_header("x-forwarded-for", address);
    for i in 0..7 {
        let page = from("198.51.100.7").post(&format!("/d/other-{i}"), &[("postal_code", "10001")]).await;
        assert_eq!(page.status, 422);
    }
    let form = [("postal_code", "97204")];
    assert_eq!(from("198.51.100.7").post(&debt.link(), &form).await.status, 429);
    assert_eq!(from("6.6.6.6, 198.51.100.7").post(&debt.link(), &form).await.status, 429);
    assert_eq!(from("198.51.100.8").post(&debt.link(), &form).await.status, 303);
}

#[actix_web::test]
async fn forwarded_headers_of_strangers_are_not_believed() {
    let app = TestApp::spawn(|args| args.identity.identity_attempts_per_address = 3).await;
    for i in 0..3 {
        let client = app.client().with_header("x-forwarded-for", &format!("198.51.100.{i}"));
        assert_eq!(client.post(&format!("/d/other-{i}"), &[("postal_code", "10001")]).await.status, 422);
    }
    let client = app.client().with_header("x-forwarded-for", "198.51.100.99");
    assert_eq!(client.post("/d/one-more", &[("postal_code", "10001")]).await.status, 429);
}

#[actix_web::test]
async fn with_no_check_the_link_alone_opens_but_only_by_a_button() {
    let app = TestApp::spawn(|args| args.identity.identity_check = IdentityCheck::None).await;
    let debt = app.debt().create();
    let client = app.client();
    let page = client.get(&debt.link()).await;
    assert!(page.attributes("input[name=postal_code]", "name").is_empty());
    assert_eq!(client.post(&debt.link(), &[]).await.location(), debt.path());
    assert_eq!(app.client().post("/d/unknown", &[]).await.status, 422);
}

/// Any 15 minutes, not those of a window that begins somewhere: right answers and slow guesses move nothing.
#[actix_web::test]
async fn the_limit_holds_for_every_quarter_of_an_hour() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.client().sign_in(&debt).await;
    app.clock.advance(Duration::minutes(14));
    for _ in 0..5 {
        assert_eq!(guess(&app, &debt.link(), "10001").await.0, 422);
    }
    // Fifteen minutes after the first visit; the five wrong answers are one minute old.
    app.clock.advance(Duration::minutes(2));
    assert_eq!(guess(&app, &debt.link(), "10001").await.0, 429);
    app.clock.advance(Duration::minutes(14));
    app.client().sign_in(&debt).await;
}

#[actix_web::test]
async fn slow_guesses_are_paused_until_the_oldest_is_a_quarter_of_an_hour_old() {
    let app = TestApp::spawn(|args| args.identity.identity_attempts_total = 100).await;
    let debt = app.debt().create();
    for _ in 0..5 {
        assert_eq!(guess(&app, &debt.link(), "10001").await.0, 422);
        app.clock.advance(Duration::minutes(2));
    }
    // Ten minutes after the first.
    assert_eq!(guess(&app, &debt.link(), "10001").await.0, 429);
    app.clock.advance(Duration::seconds(5 * 60 + 1));
    assert_eq!(guess(&app, &debt.link(), "10001").await.0, 422, "one place is free");
    assert_eq!(guess(&app, &debt.link(), "10001").await.0, 429, "and one only");
}
