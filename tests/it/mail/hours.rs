use quittance::domain::mail::MailKind;

use super::{DAY, NIGHT, at_hour, queue_kind, status};
use crate::support::spawn;

#[actix_web::test]
async fn row_10_unasked_mail_waits_for_the_morning_and_an_answer_does_not() {
    let app = spawn().await;
    at_hour(&app, NIGHT);
    let debt = app.debt().create();
    let (link, receipt) = (queue_kind(&app, MailKind::Link, &debt), queue_kind(&app, MailKind::Receipt, &debt));
    let report = app.send_mail().await;
    assert_eq!((report.sent, report.skipped), (1, 1));
    assert_eq!((status(&app, link).as_str(), status(&app, receipt).as_str()), ("queued", "sent"));
    assert_eq!(app.send_mail().await.skipped, 0, "it is not looked at again before it is time");
    // Oregon lies in two zones: the later one decides about the morning.
    let hour = app.value(&format!(
        "SELECT to_char(next_attempt_at AT TIME ZONE 'America/Los_Angeles', 'HH24:MI') FROM outbox WHERE id = '{link}'"
    ));
    assert_eq!(hour, "08:00");
    at_hour(&app, DAY);
    assert_eq!(app.send_mail().await.sent, 1);
    assert_eq!(
        (status(&app, link).as_str(), app.value("SELECT attempts FROM outbox WHERE kind = 'link'").as_str()),
        ("sent", "1")
    );
}

#[actix_web::test]
async fn without_consent_only_what_was_asked_for_is_sent() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().create();
    app.execute("UPDATE debtors SET email_consent = false");
    let ids: Vec<_> = MailKind::ALL
        .into_iter()
        .filter(|kind| *kind != MailKind::Code)
        .map(|kind| (kind, queue_kind(&app, kind, &debt)))
        .collect();
    app.send_mail().await;
    for (kind, id) in ids {
        let expected = if kind.is_asked_for() { "sent" } else { "withheld" };
        assert_eq!(status(&app, id), expected, "{kind:?}");
    }
    assert_eq!(app.value("SELECT DISTINCT withheld_reason FROM outbox WHERE status = 'withheld'"), "consent");
}

#[actix_web::test]
async fn row_12_a_hold_that_stops_contact_withholds_what_was_not_asked_for() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let staff = app.staff(quittance::domain::staff::Role::Agent);
    for (kind, stops) in
        [("attorney", true), ("bankruptcy", true), ("deceased", true), ("cease_contact", true), ("legal", false)]
    {
        let debt = app.debt().create();
        app.execute(&format!(
            "INSERT INTO debt_holds (id, debt_id, kind, reason, placed_by) VALUES (gen_random_uuid(), '{}', '{kind}', 'told', '{}')",
            debt.id, staff.id
        ));
        let (link, receipt) = (queue_kind(&app, MailKind::Link, &debt), queue_kind(&app, MailKind::Receipt, &debt));
        app.send_mail().await;
        assert_eq!(status(&app, link), if stops { "withheld" } else { "sent" }, "{kind}");
        assert_eq!(status(&app, receipt), "sent", "{kind}");
        if stops {
            assert_eq!(app.value(&format!("SELECT withheld_reason FROM outbox WHERE id = '{link}'")), kind);
            app.execute(&format!(
                "UPDATE debt_holds SET lifted_at = now(), lifted_by = placed_by WHERE debt_id = '{}'",
                debt.id
            ));
            assert_eq!(app.send_mail().await.sent, 0, "what was withheld is not sent by itself");
        }
    }
}

#[actix_web::test]
async fn row_6_a_disputed_debt_is_not_written_about_unasked() {
    let app = spawn().await;
    at_hour(&app, DAY);
    let debt = app.debt().status("dispute").create();
    let ids = [MailKind::Link, MailKind::CaseAnswered, MailKind::FreshLink].map(|kind| queue_kind(&app, kind, &debt));
    app.send_mail().await;
    assert_eq!(ids.map(|id| status(&app, id)), ["withheld", "sent", "sent"]);
    assert_eq!(app.value("SELECT withheld_reason FROM outbox WHERE status = 'withheld'"), "dispute");
}

#[actix_web::test]
async fn a_link_that_does_not_work_is_not_mailed() {
    let app = spawn().await;
    at_hour(&app, DAY);
    for change in ["token_revoked_at = now()", "token_expires_at = now() - interval '1 minute'"] {
        let debt = app.debt().create();
        let (link, receipt) = (queue_kind(&app, MailKind::Link, &debt), queue_kind(&app, MailKind::Receipt, &debt));
        app.execute(&format!("UPDATE debts SET {change} WHERE id = '{}'", debt.id));
        app.send_mail().await;
        assert_eq!((status(&app, link).as_str(), status(&app, receipt).as_str()), ("withheld", "sent"), "{change}");
        let mail = app.mailbox().pop().unwrap().parsed();
        assert!(!mail.text.contains(&debt.token) && mail.text.contains("/new-link"), "{}", mail.text);
    }
}

#[actix_web::test]
async fn an_answer_that_is_a_week_late_is_none() {
    let app = spawn().await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    app.clock.advance(chrono::Duration::days(8));
    app.send_mail().await;
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("withheld", 0));
}
