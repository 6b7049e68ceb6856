use crate::support::{TestApp, spawn};

const CARD: &str = "4242424242424242";

async fn delivered(app: &TestApp) {
    app.sandbox.deliver_all().await;
}

#[actix_web::test]
async fn a_completed_payment_is_told_once_in_the_language_it_was_made_in() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    client.get("/account?lang=es").await;
    let session = client.start_payment(&debt, "40.00").await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    delivered(&app).await;
    // The return page and the sweep tell the same again.
    client.get(&format!("/payments/{}", app.value("SELECT id FROM payments"))).await;
    app.sweep().await;
    assert_eq!(
        app.value("SELECT string_agg(kind || ' ' || language || ' ' || dedup_key, ',') FROM outbox"),
        format!("receipt es receipt:{}", app.value("SELECT id FROM payments"))
    );
    app.send_mail().await;
    let mails = app.mailbox();
    assert_eq!((mails.len(), mails[0].parsed().subject()), (1, "Su recibo de Harbor Lane Services está listo"));
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    delivered(&app).await;
    app.send_mail().await;
    assert_eq!(app.mailbox().len(), 2);
    app.assert_ledger();
}

#[actix_web::test]
async fn money_that_others_write_down_is_not_told() {
    let app = spawn().await;
    let debt = app.debt().paid("20.00").create();
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, payment_method) VALUES ('{}', 10, 'completed', 'check')",
        debt.id
    ));
    app.sweep().await;
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
}

#[actix_web::test]
async fn a_payment_that_fails_is_not_told() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, "4000000000000002").await.unwrap();
    delivered(&app).await;
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
}
