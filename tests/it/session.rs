//! Sessions: when they end, whose debts they open.

use chrono::Duration;

use crate::support::{TestApp, spawn};

#[actix_web::test]
async fn fifteen_idle_minutes_end_a_session() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    for _ in 0..3 {
        app.clock.advance(Duration::minutes(14));
        assert_eq!(client.get(&debt.path()).await.status, 200);
    }
    app.clock.advance(Duration::minutes(15));
    let page = client.get(&debt.path()).await;
    assert_eq!(page.status, 401);
    assert_eq!(page.text_of("h1"), "Please open your link again");
    assert!(!page.body.contains("Northwind"));
    let report = app.sweep().await;
    assert!(report.ran);
    assert_eq!(app.value("SELECT count(*) FROM sessions"), "0");
}

#[actix_web::test]
async fn one_hour_ends_a_session_in_any_case() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    for _ in 0..5 {
        app.clock.advance(Duration::minutes(11));
        assert_eq!(client.get("/account").await.status, 200);
    }
    app.clock.advance(Duration::minutes(5));
    assert_eq!(client.get("/account").await.status, 401);
}

#[actix_web::test]
async fn signing_out_ends_the_session_everywhere() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let id = client.cookie("session").unwrap();
    let page = client.post("/sign-out", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/signed-out".to_owned()));
    assert_eq!(client.cookie("session"), None);
    client.set_cookie("session", &id);
    assert_eq!(client.get(&debt.path()).await.status, 401);
}

#[actix_web::test]
async fn the_database_holds_only_a_hash_of_the_session_id() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let id = client.cookie("session").unwrap();
    assert!(id.len() >= 43);
    let stored = app.value("SELECT encode(id_hash, 'hex') FROM sessions");
    let hash: String = quittance::web::security::sha256(&id).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(stored, hash);
}

#[actix_web::test]
async fn a_person_sees_all_own_debts_and_nobody_else_s() {
    let app = spawn().await;
    let first = app.debt().create();
    let second = app.debt().of(&first).creditor("Blue Harbor Bank").status("dispute").create();
    let other = app.debt().creditor("Someone Else").create();
    let client = app.client();
    client.sign_in(&first).await;
    let account = client.get("/account").await;
    assert_eq!(account.texts(".debt-item h2"), ["Northwind Dental", "Blue Harbor Bank"]);
    assert_eq!(client.get(&second.path()).await.status, 200);
    for path in
        ["", "/payments/new", "/payments", "/letters", "/statement", "/dispute", "/help", "/emails/x", "?kind=calls"]
    {
        let page = client.get(&format!("{}{path}", other.path())).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.body.contains("Someone Else"));
    }
    let page = client.post(&format!("{}/payments", other.path()), &[("choice", "full")]).await;
    assert_eq!(page.status, 404);
    assert!(app.sandbox.sessions().is_empty());
    let missing = client.get("/debts/00000000-0000-4000-8000-000000000000").await;
    assert_eq!(missing.body, client.get(&other.path()).await.body, "an unknown debt and another's are one page");
}

#[actix_web::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let app = TestApp::spawn(|args| args.http.public_url = Some("https://pay.example.com".parse().unwrap())).await;
    let debt = app.debt().create();
    let client = app.client();
    client.get(&debt.link()).await;
    let page = client.post(&debt.link(), &[("postal_code", "97204")]).await;
    let chosen = client.get("/?lang=es").await;
    let set = |page: &crate::support::client::Page| -> Vec<String> {
        page.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect()
    };
    let cookies = [set(&page), set(&chosen)].concat();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert_eq!(client.get("/").await.attributes("html", "lang"), ["es"], "the choice is remembered");
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }
    assert!(client.get(&debt.path()).await.header("strict-transport-security").contains("max-age="));
}
