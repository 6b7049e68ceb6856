use chrono::Duration;
use quittance::domain::staff::Role;

use super::{expire, revoke};
use crate::support::{Client, Debt, TestApp, spawn};

/// Every page that a session opens.
fn pages(debt: &Debt) -> Vec<String> {
    let path = debt.path();
    vec![
        "/account".to_owned(),
        path.clone(),
        format!("{path}/dispute"),
        format!("{path}/help"),
        format!("{path}/payments"),
        format!("{path}/payments/new"),
        format!("{path}/statement"),
        format!("{path}/letters"),
    ]
}

async fn assert_in(client: &Client, debt: &Debt) {
    for path in pages(debt) {
        let status = client.get(&path).await.status;
        assert!([200, 303, 404].contains(&status), "{path}: {status}");
    }
    assert_eq!(client.get(&debt.path()).await.status, 200);
}

async fn assert_out(client: &Client, debt: &Debt) {
    for path in pages(debt) {
        assert_eq!(client.get(&path).await.status, 401, "{path}");
    }
    let form = [("choice", "full")];
    assert_eq!(client.post(&format!("{}/payments", debt.path()), &form).await.status, 401);
    assert_eq!(client.post(&format!("{}/letters", debt.path()), &[]).await.status, 401);
}

async fn refused_at_the_door(app: &TestApp, debt: &Debt) {
    let client = app.client();
    client.get(&debt.link()).await;
    assert_eq!(client.post(&debt.link(), &[("postal_code", &debt.postal_code)]).await.status, 422);
}

#[actix_web::test]
async fn whatever_ends_a_link_ends_its_sessions_on_every_route() {
    let app = spawn().await;
    let agent = app.staff(Role::Agent);
    for how in ["revoked by staff", "replaced by staff", "revoked", "replaced", "expired"] {
        let debt = app.debt().create();
        let client = app.client();
        client.sign_in(&debt).await;
        assert_in(&client, &debt).await;
        let path = format!("/admin{}", debt.path());
        agent.client.get(&path).await;
        match how {
            "revoked by staff" => {
                assert_eq!(agent.client.post(&format!("{path}/link"), &[("action", "revoke")]).await.status, 200);
            }
            "replaced by staff" => {
                assert_eq!(agent.client.post(&format!("{path}/link"), &[("action", "issue")]).await.status, 200);
            }
            // By another program, which knows nothing of sessions.
            "revoked" => revoke(&app, &debt),
            "replaced" => {
                app.execute(&format!("UPDATE debts SET unique_token = 'other-{0}' WHERE id = '{0}'", debt.id))
            }
            _ => expire(&app, &debt),
        }
        assert_out(&client, &debt).await;
        refused_at_the_door(&app, &debt).await;
    }
}

#[actix_web::test]
async fn a_link_works_until_the_moment_it_expires() {
    let app = spawn().await;
    let debt = app.debt().create();
    let at = app.clock.now() + Duration::minutes(5);
    app.execute(&format!("UPDATE debts SET token_expires_at = '{at}' WHERE id = '{}'", debt.id));
    let client = app.client();
    client.sign_in(&debt).await;
    app.clock.advance(Duration::minutes(4));
    assert_in(&client, &debt).await;
    app.clock.advance(Duration::minutes(1));
    assert_out(&client, &debt).await;
    refused_at_the_door(&app, &debt).await;
}

#[actix_web::test]
async fn the_other_link_of_a_person_goes_on() {
    let app = spawn().await;
    let debt = app.debt().create();
    let other = app.debt().of(&debt).create();
    let (by_one, by_other) = (app.client(), app.client());
    by_one.sign_in(&debt).await;
    by_other.sign_in(&other).await;
    revoke(&app, &debt);
    assert_out(&by_one, &debt).await;
    assert_in(&by_other, &debt).await;
}

#[actix_web::test]
async fn a_new_link_lasts_for_the_days_that_are_set_and_a_mailed_one_too() {
    let app = TestApp::spawn(|args| args.identity.link_days = 30).await;
    let agent = app.staff(Role::Agent);
    let days = |debt: &Debt| {
        let now = app.clock.now();
        app.value(&format!("SELECT coalesce(round(extract(epoch FROM token_expires_at - '{now}') / 86400)::text, 'never') FROM debts WHERE id = '{}'", debt.id))
    };
    let debt = app.debt().create();
    assert_eq!(days(&debt), "never", "what other programs make lasts until it is mailed");
    let path = format!("/admin{}", debt.path());
    agent.client.get(&path).await;
    agent.client.post(&format!("{path}/link"), &[("action", "issue")]).await;
    assert_eq!(days(&debt), "30");
    assert!(agent.client.get(&path).await.text().contains("The link works until"));
    let mailed = app.debt().create();
    let path = format!("/admin{}", mailed.path());
    agent.client.get(&path).await;
    agent.client.post(&format!("{path}/mail"), &[]).await;
    assert_eq!(days(&mailed), "never");
    // Unasked mail waits for the day.
    app.clock.advance(Duration::seconds(1));
    for _ in 0..24 {
        app.clock.advance(Duration::hours(1));
        if app.send_mail().await.sent == 1 {
            break;
        }
    }
    assert_eq!(days(&mailed), "30");
}

#[actix_web::test]
async fn a_session_from_before_sessions_knew_their_link_ends_by_itself() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    app.execute("UPDATE sessions SET debt_id = NULL, link_hash = NULL");
    assert_in(&client, &debt).await;
    app.clock.advance(Duration::minutes(61));
    assert_out(&client, &debt).await;
}
