use quittance::domain::mail::MailKind;
use quittance::domain::staff::Role;
use quittance::sandbox::SmtpFault;

use super::{DAY, at_hour, queue_kind, status};
use crate::support::spawn;

#[actix_web::test]
async fn an_agent_mails_the_link_by_a_button() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let (agent, debt) = (app.staff(Role::Agent), app.debt().create());
    let path = format!("/admin{}", debt.path());
    let page = agent.client.get(&path).await;
    assert_eq!(page.count(&format!("form[action=\"{path}/mail\"] button")), 1);
    let answer = agent.client.post(&format!("{path}/mail"), &[]).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{path}?done=mail")));
    assert!(agent.client.get(&answer.location()).await.text().contains("The e-mail is in the queue"));
    // Pressed twice it is one.
    assert_eq!(agent.client.post(&format!("{path}/mail"), &[]).await.status, 303);
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "1");
    assert_eq!(app.audited().iter().filter(|action| *action == "link.mailed").count(), 1);
    app.send_mail().await;
    let mail = app.mailbox()[0].parsed();
    assert!(mail.links().iter().any(|link| link.ends_with(&debt.link())), "{:?}", mail.links());
    let viewer = app.staff(Role::Viewer);
    let page = viewer.client.get(&path).await;
    assert_eq!(page.count(&format!("form[action=\"{path}/mail\"]")), 0);
}

#[actix_web::test]
async fn without_an_address_the_button_says_so_and_queues_nothing() {
    let app = spawn().await;
    let (agent, debt) = (app.staff(Role::Agent), app.debt().create());
    app.execute("UPDATE debtors SET email = NULL");
    let path = format!("/admin{}", debt.path());
    agent.client.get(&path).await;
    let page = agent.client.post(&format!("{path}/mail"), &[]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("There is no e-mail address on file"), "{}", page.text());
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
    assert_eq!(agent.client.post(&format!("/admin/debts/{}/mail", uuid::Uuid::now_v7()), &[]).await.status, 404);
}

#[actix_web::test]
async fn the_list_shows_states_and_no_whole_address() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().create();
    let sent = queue_kind(&app, MailKind::Receipt, &debt);
    app.send_mail().await;
    let bounced = queue_kind(&app, MailKind::Link, &debt);
    app.sandbox.smtp_fault(SmtpFault::Recipient(550));
    app.send_mail().await;
    let viewer = app.staff(Role::Viewer);
    let page = viewer.client.get("/admin/mail").await;
    assert_eq!((page.status, page.count("tbody tr")), (200, 2), "{}", page.text());
    let address = format!("maria.{}@mail.example", debt.debtor_id);
    assert!(!page.body.contains(&address) && page.body.contains("m…@mail.example"));
    let page = viewer.client.get("/admin/mail?status=bounced").await;
    assert_eq!(page.count("tbody tr"), 1);
    assert!(
        page.text().contains("refused")
            && page.body.contains(&bounced.to_string())
            && !page.body.contains(&sent.to_string())
    );
    assert_eq!(viewer.client.get("/admin/mail?status=nothing").await.status, 422);
    assert_eq!(viewer.client.get(&format!("/admin/mail?kind=link&debt={}", debt.id)).await.count("tbody tr"), 1);
    let page = viewer.client.get(&format!("/admin/mail/{bounced}")).await;
    assert!(page.text().contains("RCPT: 550") && !page.body.contains(&address), "{}", page.text());
    assert_eq!(page.count("form[action$=again]"), 0, "a viewer sends nothing");
    assert_eq!(viewer.client.get(&format!("/admin/mail/{}", uuid::Uuid::now_v7())).await.status, 404);
}

#[actix_web::test]
async fn only_what_was_not_sent_for_certain_goes_again() {
    let app = spawn().await;
    let agent = app.staff(Role::Agent);
    let debt = app.debt().create();
    let (sent, waits) = (queue_kind(&app, MailKind::Receipt, &debt), {
        app.send_mail().await;
        queue_kind(&app, MailKind::Receipt, &debt)
    });
    for id in [sent, waits] {
        let before = status(&app, id);
        let answer = agent.client.post(&format!("/admin/mail/{id}/again"), &[]).await;
        assert_eq!((answer.status, status(&app, id)), (409, before));
    }
    app.sandbox.smtp_fault(SmtpFault::Recipient(550));
    app.send_mail().await;
    agent.client.post(&format!("/admin/mail/{waits}/again"), &[]).await;
    assert_eq!(agent.client.post(&format!("/admin/mail/{waits}/again"), &[]).await.status, 409, "twice");
    app.send_mail().await;
    assert_eq!((status(&app, waits).as_str(), app.mailbox().len()), ("sent", 2));
    assert_eq!(
        app.value(&format!("SELECT bounced_at IS NOT NULL FROM outbox WHERE id = '{waits}'")),
        "true",
        "the bounce stays noted"
    );
    assert_eq!(agent.client.post(&format!("/admin/mail/{}/again", uuid::Uuid::now_v7()), &[]).await.status, 404);
}

#[actix_web::test]
async fn the_list_goes_on_from_page_to_page() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO outbox (id, kind, debt_id, recipient, language, asked_for, queued_at)
         SELECT gen_random_uuid(), 'receipt', '{}', 'a@b.example', 'en', true, '2026-01-01' FROM generate_series(1, 60)",
        debt.id
    ));
    let viewer = app.staff(Role::Viewer);
    let first = viewer.client.get("/admin/mail").await;
    let next = first.attributes(".pager a", "href");
    let second = viewer.client.get(&next[0]).await;
    assert_eq!((first.count("tbody tr"), second.count("tbody tr"), second.count(".pager a")), (50, 10, 0));
}
