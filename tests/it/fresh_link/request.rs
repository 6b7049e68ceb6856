use chrono::Duration;

use super::{address_of, expire, plain, revoke};
use crate::support::{Debt, TestApp, spawn};

async fn ask(app: &TestApp, who: &str, postal_code: &str) -> u16 {
    let client = app.client();
    client.get("/new-link").await;
    let page = client.post("/new-link", &[("who", who), ("postal_code", postal_code)]).await;
    if page.status == 303 {
        assert_eq!(page.location(), "/new-link?done=1");
    }
    page.status
}

fn outcomes(app: &TestApp) -> String {
    app.value("SELECT coalesce(string_agg(outcome, ' ' ORDER BY requested_at), '') FROM link_requests")
}

fn last_link(app: &TestApp) -> String {
    let mail = app.mailbox().pop().unwrap().parsed();
    mail.links().into_iter().find(|link| link.contains("/d/")).unwrap()
}

async fn opens(app: &TestApp, link: &str, debt: &Debt) -> bool {
    let client = app.client();
    client.get(link).await;
    client.post(link, &[("postal_code", &debt.postal_code)]).await.location() == debt.path()
}

#[actix_web::test]
async fn it_is_offered_where_a_link_did_not_work() {
    let app = spawn().await;
    for path in ["/", "/d/somewhere", "/account", "/nothing-here"] {
        assert_eq!(app.client().get(path).await.count("main a[href=\"/new-link\"]"), 1, "{path}");
    }
    let staff = app.staff(quittance::domain::staff::Role::Viewer);
    assert_eq!(staff.client.get("/admin/nothing-here").await.count("a[href=\"/new-link\"]"), 0);
}

#[actix_web::test]
async fn the_answer_is_the_same_for_everyone_and_the_same_is_written() {
    let app = spawn().await;
    let (live, dead) = (app.debt().create(), app.debt().create());
    revoke(&app, &dead);
    let mut pages = Vec::new();
    for (who, code) in [
        (address_of(&live), "97204"),
        (address_of(&dead), "97204"),
        (address_of(&live), "10001"),
        ("nobody@mail.example".to_owned(), "97204"),
        ("4417-5678-9113".to_owned(), "97204"),
        ("0000".to_owned(), "97204"),
        ("' OR 1=1 --@".to_owned(), "97204"),
    ] {
        let client = app.client();
        client.get("/new-link").await;
        let answer = client.post("/new-link", &[("who", &who), ("postal_code", code)]).await;
        let page = client.get(&answer.location()).await;
        pages.push((answer.status, answer.location(), answer.body, page.status, plain(&page)));
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
    // Nothing was looked up yet, so the request took as long for everybody.
    let rows = "SELECT count(*) FROM link_requests WHERE answered_at IS NULL AND debt_id IS NULL AND typed IS NOT NULL";
    assert_eq!((app.value(rows).as_str(), app.value("SELECT count(*) FROM outbox").as_str()), ("7", "0"));
    app.send_mail().await;
    assert_eq!(outcomes(&app), "queued revoked nobody nobody several nobody nobody");
    assert_eq!(app.value("SELECT count(*) FROM link_requests WHERE typed IS NOT NULL OR zip_code IS NOT NULL"), "0");
    let mails = app.mailbox();
    assert_eq!((mails.len(), mails[0].to.join(" ")), (1, address_of(&live)));
    assert!(opens(&app, &last_link(&app), &live).await);
}

#[actix_web::test]
async fn the_account_number_and_the_zip_code_find_one_person() {
    let app = spawn().await;
    let debt = app.debt().create();
    let other = app.debt().postal_code(Some("10001")).create();
    for typed in ["4417-5678-9113", "441756789113", " 4417 5678 9113 "] {
        assert_eq!(ask(&app, typed, "97204-1234").await, 303);
        app.send_mail().await;
        assert!(last_link(&app).ends_with(&debt.link()), "{typed}");
        app.clock.advance(Duration::minutes(61));
    }
    assert_eq!(ask(&app, "4417-5678-9113", "10001").await, 303);
    app.send_mail().await;
    assert_eq!(app.mailbox().pop().unwrap().to, [address_of(&other)]);
}

#[actix_web::test]
async fn an_expired_link_is_renewed_and_a_revoked_one_is_not() {
    let app = TestApp::spawn(|args| args.identity.link_days = 30).await;
    let debt = app.debt().create();
    expire(&app, &debt);
    assert!(!opens(&app, &debt.link(), &debt).await);
    ask(&app, &address_of(&debt), "97204").await;
    app.send_mail().await;
    assert_eq!(outcomes(&app), "renewed");
    let fresh = last_link(&app);
    assert!(!fresh.contains(&debt.token));
    assert!(opens(&app, &fresh, &debt).await);
    assert!(!opens(&app, &debt.link(), &debt).await);
    app.clock.advance(Duration::days(30) + Duration::minutes(1));
    assert!(!opens(&app, &fresh, &debt).await, "it lasts for LINK_DAYS");
    revoke(&app, &debt);
    ask(&app, &address_of(&debt), "97204").await;
    app.send_mail().await;
    assert_eq!((outcomes(&app).as_str(), app.mailbox().len()), ("renewed revoked", 1));
}

#[actix_web::test]
async fn of_several_debts_one_whose_link_works_is_sent() {
    let app = spawn().await;
    let revoked = app.debt().create();
    let closed = app.debt().of(&revoked).status("closed").create();
    let worked_on = app.debt().of(&revoked).create();
    revoke(&app, &revoked);
    ask(&app, &address_of(&revoked).to_uppercase(), "97204").await;
    app.send_mail().await;
    assert!(last_link(&app).ends_with(&worked_on.link()), "not {}", closed.token);
}

#[actix_web::test]
async fn too_many_requests_are_not_told_and_send_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    for _ in 0..6 {
        assert_eq!(ask(&app, &address_of(&debt), "97204").await, 303);
    }
    app.send_mail().await;
    assert_eq!((outcomes(&app).as_str(), app.mailbox().len()), ("queued queued queued limited limited limited", 3));
    // However the address is written.
    assert_eq!(ask(&app, &format!(" {} ", address_of(&debt).to_uppercase()), "97204").await, 303);
    // And from one client for many addresses.
    for place in 0..8 {
        assert_eq!(ask(&app, &format!("{place}@mail.example"), "97204").await, 303);
    }
    app.send_mail().await;
    assert!(outcomes(&app).ends_with("limited limited limited limited limited"), "{}", outcomes(&app));
    app.clock.advance(Duration::minutes(61));
    ask(&app, &address_of(&debt), "97204").await;
    app.send_mail().await;
    assert_eq!(app.mailbox().len(), 4);
}

#[actix_web::test]
async fn bad_input_comes_back_with_what_was_typed() {
    let app = spawn().await;
    for (who, code, field, sentence) in [
        ("", "97204", "who", "Enter your e-mail address or the account number."),
        ("a@b.example", "9720", "postal_code", "Enter a ZIP code of 5 digits, for example 97204."),
        (&"x".repeat(300), "97204", "who", "This is too long. Enter your e-mail address or the account number."),
    ] {
        let client = app.client();
        client.get("/new-link").await;
        let page = client.post("/new-link", &[("who", who), ("postal_code", code)]).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.text_of(&format!("#{field}-error")), sentence);
        assert_eq!(page.attributes(&format!("#{field}"), "aria-invalid"), ["true"]);
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")]);
        assert_eq!(page.attributes("#postal_code", "value"), [code]);
    }
    assert_eq!(app.value("SELECT count(*) FROM link_requests"), "0");
    let page = app.client().post_body("/new-link", "who=a&postal_code=97204".to_owned()).await;
    assert_eq!(page.status, 403, "without the anti-forgery value");
}

#[actix_web::test]
async fn the_pages_are_spanish_for_who_reads_spanish() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    let page = client.get("/new-link?lang=es").await;
    assert!(page.text().contains("Obtenga un nuevo enlace"));
    client.post("/new-link", &[("who", &address_of(&debt)), ("postal_code", "97204")]).await;
    app.send_mail().await;
    assert_eq!(app.mailbox()[0].parsed().subject(), "Su nuevo enlace de Harbor Lane Services");
}
