use chrono::Duration;
use quittance::domain::mail::MailKind;
use quittance::domain::token::Token;

use super::{DAY, at_hour, queue_kind};
use crate::support::{Client, Debt, TestApp};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A sent link with its tracked path, and a browser.
async fn sent() -> (TestApp, Debt, String, Client) {
    let app = TestApp::spawn(|args| args.mail.mail_tracking = true).await;
    at_hour(&app, DAY);
    let debt = app.debt().create();
    queue_kind(&app, MailKind::Link, &debt);
    assert_eq!(app.send_mail().await.sent, 1);
    let mail = app.mailbox()[0].parsed();
    assert!(!app.mailbox()[0].raw.contains(&debt.token) && !mail.text.contains("/d/"));
    let link = mail.links().into_iter().find(|link| link.contains("/m/")).unwrap();
    assert!(mail.html.contains(&format!("<img src=\"{link}.gif\"")), "{}", mail.html);
    let path = link[link.find("/m/").unwrap()..].to_owned();
    let client = app.client().with_header("user-agent", BROWSER);
    (app, debt, path, client)
}

fn read(app: &TestApp) -> String {
    app.value("SELECT email_opened || ' ' || email_clicked FROM emails")
}

#[actix_web::test]
async fn a_followed_link_leads_to_the_personal_one_and_is_noted() {
    let (app, debt, path, client) = sent().await;
    app.clock.advance(Duration::minutes(5));
    let page = client.get(&format!("{path}.gif")).await;
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "image/gif"));
    assert_eq!(
        (page.header("cross-origin-resource-policy").as_str(), page.header("cache-control").as_str()),
        ("cross-origin", "no-store")
    );
    assert_eq!(read(&app), "true false");
    let page = client.get(&path).await;
    assert_eq!((page.status, page.location()), (302, debt.link()));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(read(&app), "true true");
}

#[actix_web::test]
async fn machines_are_led_on_and_not_counted() {
    let (app, debt, path, client) = sent().await;
    // At once: a scanner of the mail server.
    client.get(&path).await;
    assert_eq!(read(&app), "false false");
    app.clock.advance(Duration::minutes(5));
    for (name, value) in [
        ("purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("x-moz", "prefetch"),
        ("x-purpose", "preview"),
    ] {
        for path in [path.clone(), format!("{path}.gif")] {
            client.with_header(name, value).get(&path).await;
        }
    }
    for agent in ["Mozilla/5.0", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "YahooMailProxy", "curl/8.0"] {
        let page = app.client().with_header("user-agent", agent).get(&path).await;
        assert_eq!(page.location(), debt.link(), "{agent}");
        app.client().with_header("user-agent", agent).get(&format!("{path}.gif")).await;
    }
    assert_eq!(client.request("HEAD", &path).await.status, 302);
    assert_eq!(read(&app), "false false");
}

#[actix_web::test]
async fn a_replaced_link_stays_dead_through_the_tracked_one() {
    let (app, debt, path, client) = sent().await;
    app.clock.advance(Duration::minutes(5));
    let fresh = Token::issue().unwrap();
    let mut conn = app.connect();
    quittance::models::debt::replace_token(&mut conn, debt.id, &fresh, None).unwrap();
    let dead = client.get(&path).await;
    assert_eq!(dead.status, 302);
    let dead = dead.location();
    assert!(!dead.contains(fresh.as_str()) && !dead.contains(&debt.token), "{dead}");
    let unknown = client.get(&format!("/m/{}", "x".repeat(43))).await;
    assert_eq!((unknown.status, unknown.location()), (302, format!("/d/{}", "x".repeat(43))));
    // Behind both stands the page of any link, which lets nobody in.
    for location in [dead, unknown.location()] {
        assert_eq!(client.get(&location).await.status, 200);
        assert_eq!(client.post(&location, &[("postal_code", "97204")]).await.status, 422);
    }
    for path in ["/m/short", "/m/", "/m/a%20b"] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn a_revoked_link_stays_dead_through_the_tracked_one() {
    let (app, debt, path, client) = sent().await;
    app.execute("UPDATE debts SET token_revoked_at = now()");
    let location = client.get(&path).await.location();
    client.get(&location).await;
    assert_eq!(client.post(&location, &[("postal_code", &debt.postal_code)]).await.status, 422);
}

#[actix_web::test]
async fn switched_off_nothing_is_noted_and_no_mail_holds_a_tracked_link() {
    let app = crate::support::spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().create();
    queue_kind(&app, MailKind::Link, &debt);
    app.send_mail().await;
    let mail = app.mailbox()[0].parsed();
    assert!(!mail.text.contains("/m/") && !mail.html.contains("/m/") && mail.text.contains(&debt.link()));
    assert_eq!(app.value("SELECT count(*) FROM mail_links"), "0");
}
