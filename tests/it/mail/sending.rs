use std::collections::HashSet;
use std::time::{Duration as Wait, Instant};

use chrono::Duration;
use quittance::config::Secret;
use quittance::domain::mail::MailKind;
use quittance::domain::staff::Role;
use quittance::sandbox::SmtpFault;

use super::{queue_kind, status};
use crate::support::{TestApp, spawn};

fn error_of(app: &TestApp) -> String {
    app.value("SELECT last_error FROM outbox")
}

#[actix_web::test]
async fn two_senders_at_once_send_each_mail_once() {
    let app = spawn().await;
    for _ in 0..12 {
        let debt = app.debt().create();
        queue_kind(&app, MailKind::Receipt, &debt);
    }
    let reports = futures_util::future::join_all([app.sender.once(), app.other_sender.once()]).await;
    let reports: Vec<_> = reports.into_iter().map(Result::unwrap).collect();
    assert!(reports.iter().all(|report| report.sent > 0), "each had some: {reports:?}");
    assert_eq!(reports.iter().map(|report| report.sent).sum::<usize>(), 12, "{reports:?}");
    let ids: HashSet<String> = app.mailbox().iter().map(|m| m.parsed().header("Message-ID").to_owned()).collect();
    assert_eq!((app.mailbox().len(), ids.len()), (12, 12));
    assert_eq!(
        app.value("SELECT count(*) FROM outbox WHERE status = 'sent' AND email_id IS NOT NULL AND sent_at IS NOT NULL"),
        "12"
    );
    assert_eq!(app.value("SELECT count(*) FROM emails"), "12");
    assert_eq!(app.send_mail().await.sent, 0);
}

#[actix_web::test]
async fn what_a_dead_sender_had_is_set_aside_and_only_staff_sends_it_again() {
    let app = spawn().await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    app.execute(&format!("UPDATE outbox SET status = 'taken', attempts = 1, taken_at = '{}'", app.clock.now()));
    app.send_mail().await;
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("taken", 0), "its sender may still be at it");
    app.clock.advance(Duration::minutes(16));
    assert_eq!(app.send_mail().await.unknown, 1);
    app.clock.advance(Duration::days(2));
    app.send_mail().await;
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("unknown", 0));
    let agent = app.staff(Role::Agent);
    let path = format!("/admin/mail/{id}");
    assert!(agent.client.get(&path).await.text().contains("may get it twice"));
    let answer = agent.client.post(&format!("{path}/again"), &[]).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{path}?done=again")));
    app.send_mail().await;
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("sent", 1));
    assert!(app.audited().contains(&"mail.queued_again".to_owned()));
}

#[actix_web::test]
async fn a_refused_connection_and_a_4xx_are_tried_again_later_and_later() {
    let app = spawn().await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    let faults = [SmtpFault::Unavailable, SmtpFault::Recipient(450), SmtpFault::Message(451), SmtpFault::Unavailable];
    let mut waited = Vec::new();
    for fault in faults {
        app.sandbox.smtp_fault(fault);
        let before = app.clock.now();
        let report = app.send_mail().await;
        assert_eq!((report.retried, report.sent), (1, 0), "{fault:?}");
        assert_eq!(app.send_mail().await.retried, 0, "not before its time");
        assert_eq!(status(&app, id), "queued");
        let until: i64 = app
            .value(&format!("SELECT extract(epoch FROM next_attempt_at - '{before}')::bigint FROM outbox"))
            .parse()
            .unwrap();
        waited.push(until);
        app.clock.advance(Duration::seconds(until + 2));
    }
    assert!(waited.windows(2).all(|pair| pair[0] < pair[1]), "{waited:?}");
    assert_eq!(app.send_mail().await.sent, 1);
    assert_eq!(app.mailbox().len(), 1);
    assert_eq!(app.value("SELECT attempts FROM outbox"), "5");
}

#[actix_web::test]
async fn it_is_given_up_in_the_end_and_staff_hears_of_it() {
    let app = spawn().await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    for attempt in 1..=10 {
        app.sandbox.smtp_fault(SmtpFault::Recipient(450));
        assert_eq!(app.send_mail().await.retried, 1, "{attempt}");
        app.clock.advance(Duration::hours(25));
        // What was asked for is not sent a week late; this is about the attempts.
        app.execute(&format!("UPDATE outbox SET queued_at = '{}'", app.clock.now()));
    }
    assert_eq!(status(&app, id), "failed");
    assert_eq!(app.send_mail().await.sent, 0);
    assert_eq!(error_of(&app), "RCPT: 450");
}

#[actix_web::test]
async fn nobody_there_is_no_attempt_of_the_others() {
    let app = TestApp::spawn(|args| args.mail.smtp_url = Some(Secret::new("smtp://127.0.0.1:1"))).await;
    for _ in 0..3 {
        queue_kind(&app, MailKind::Receipt, &app.debt().create());
    }
    assert_eq!(app.send_mail().await.retried, 1);
    assert_eq!(app.value("SELECT sum(attempts) FROM outbox"), "1");
    assert_eq!(
        app.value("SELECT DISTINCT last_error FROM outbox WHERE last_error IS NOT NULL"),
        "connecting: the connection was lost"
    );
}

#[actix_web::test]
async fn a_5xx_is_a_bounce_at_once_without_the_address() {
    let app = spawn().await;
    for (fault, error) in [(SmtpFault::Recipient(550), "RCPT: 550"), (SmtpFault::Message(554), "message: 554")] {
        let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
        app.sandbox.smtp_fault(fault);
        assert_eq!(app.send_mail().await.bounced, 1);
        let row =
            format!("SELECT concat_ws('|', status, bounced_at IS NOT NULL, last_error) FROM outbox WHERE id = '{id}'");
        assert_eq!(app.value(&row), format!("bounced|t|{error}"));
    }
    app.clock.advance(Duration::days(1));
    assert_eq!(app.send_mail().await, quittance::jobs::mail::Report::default());
    assert_eq!((app.mailbox().len(), app.value("SELECT count(*) FROM emails").as_str()), (0, "0"));
}

#[actix_web::test]
async fn an_address_that_is_none_is_a_bounce_too() {
    let app = spawn().await;
    for address in ["nobody at home", "mar\u{ed}a@home.example", "a@b@c", "a@home.example\r\nBcc: x@home.example"] {
        app.execute("DELETE FROM outbox");
        let debt = app.debt().create();
        app.execute(&format!("UPDATE debtors SET email = '{address}' WHERE id = '{}'", debt.debtor_id));
        let id = queue_kind(&app, MailKind::Receipt, &debt);
        assert_eq!(app.send_mail().await.bounced, 1, "{address}");
        assert_eq!(status(&app, id), "bounced");
        assert!(!error_of(&app).contains("home"));
    }
    assert!(app.mailbox().is_empty());
}

#[actix_web::test]
async fn silence_after_the_message_is_unknown_and_nothing_is_sent_twice() {
    let app = spawn().await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    app.sandbox.smtp_fault(SmtpFault::SilentAfterData);
    assert_eq!(app.send_mail().await.unknown, 1);
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("unknown", 1));
    for _ in 0..3 {
        app.clock.advance(Duration::hours(13));
        app.send_mail().await;
    }
    assert_eq!((status(&app, id).as_str(), app.mailbox().len()), ("unknown", 1));
}

#[actix_web::test]
async fn one_trouble_does_not_keep_the_others() {
    let app = spawn().await;
    for _ in 0..3 {
        queue_kind(&app, MailKind::Receipt, &app.debt().create());
    }
    app.sandbox.smtp_fault(SmtpFault::Recipient(550));
    let report = app.send_mail().await;
    assert_eq!((report.bounced, report.sent), (1, 2));
}

#[actix_web::test]
async fn without_a_mail_server_mail_waits() {
    let app = TestApp::spawn(|args| args.mail.smtp_url = None).await;
    let id = queue_kind(&app, MailKind::Receipt, &app.debt().create());
    app.send_mail().await;
    assert_eq!(status(&app, id), "queued");
}

#[actix_web::test]
async fn a_sender_that_stops_takes_nothing_more_and_leaves_nothing_half_done() {
    let app = spawn().await;
    for _ in 0..20 {
        queue_kind(&app, MailKind::Receipt, &app.debt().create());
    }
    let running = actix_web::rt::spawn(app.sender.clone().run(Wait::from_secs(3600)));
    while app.mailbox().is_empty() {
        tokio::time::sleep(Wait::from_millis(1)).await;
    }
    app.sender.stop().await;
    running.abort();
    let (sent, left) = (app.mailbox().len(), app.value("SELECT count(*) FROM outbox WHERE status = 'queued'"));
    assert_eq!(app.value("SELECT count(*) FROM outbox WHERE status = 'taken'"), "0");
    assert_eq!(left.parse::<usize>().unwrap() + sent, 20);
    app.other_sender.once().await.unwrap();
    assert_eq!(app.mailbox().len(), 20);
}

#[actix_web::test]
async fn what_is_told_once_is_queued_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    let mail = super::new(MailKind::Receipt, &debt);
    let mut conn = app.connect();
    let now = app.clock.now();
    assert!(quittance::models::outbox::queue_once(&mut conn, &mail, "receipt:1", now).unwrap().is_some());
    assert!(quittance::models::outbox::queue_once(&mut conn, &mail, "receipt:1", now).unwrap().is_none());
    assert!(quittance::models::outbox::queue_once(&mut conn, &mail, "receipt:2", now).unwrap().is_some());
    assert!(quittance::models::outbox::queue(&mut conn, &mail, now).unwrap().is_some());
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "3");
}

#[actix_web::test]
async fn a_person_without_an_address_is_not_written_to() {
    let app = spawn().await;
    let debt = app.debt().create();
    for address in ["NULL", "' '"] {
        app.execute(&format!("UPDATE debtors SET email = {address} WHERE id = '{}'", debt.debtor_id));
        let queued =
            quittance::models::outbox::queue(&mut app.connect(), &super::new(MailKind::Link, &debt), app.clock.now());
        assert_eq!(queued.unwrap(), None);
    }
}

#[actix_web::test]
async fn a_woken_sender_sends_within_a_second() {
    let app = TestApp::spawn(|args| args.identity.identity_check = quittance::config::IdentityCheck::EmailCode).await;
    let debt = app.debt().create();
    // Its next look by itself would be in an hour.
    let running = actix_web::rt::spawn(app.sender.clone().run(Wait::from_secs(3600)));
    tokio::time::sleep(Wait::from_millis(300)).await;
    let client = app.client();
    client.get(&debt.link()).await;
    let begun = Instant::now();
    assert_eq!(client.post(&debt.link(), &[("send", "code")]).await.status, 303);
    while app.mailbox().is_empty() {
        assert!(begun.elapsed() < Wait::from_secs(5), "no code came");
        tokio::time::sleep(Wait::from_millis(20)).await;
    }
    assert!(begun.elapsed() < Wait::from_secs(2), "{:?}", begun.elapsed());
    running.abort();
}
