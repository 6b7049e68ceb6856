//! The contact meter of a debt, from the rows that other programs write.

use chrono::{DateTime, Duration, Utc};
use quittance::domain::contact_meter::{ContactMeter, Hours};
use quittance::domain::place::Known;
use quittance::domain::staff::Role;
use quittance::models::contact_meter;
use uuid::Uuid;

use crate::support::app::{TestApp, spawn};

fn noon_in_portland() -> DateTime<Utc> {
    "2026-11-24T20:00:00Z".parse().unwrap()
}

fn call(app: &TestApp, debt: Uuid, direction: &str, outcome: &str, at: DateTime<Utc>) {
    app.execute(&format!(
        "INSERT INTO calls (debt_id, direction, call_outcome, call_duration, timestamp, compliance_checked)
         VALUES ('{debt}', '{direction}', {outcome}, '{at}', false)"
    ));
}

fn read(app: &TestApp, debt: Uuid, now: DateTime<Utc>) -> ContactMeter {
    contact_meter::read(&mut app.connect(), debt, now).unwrap().unwrap()
}

#[actix_web::test]
async fn calls_to_the_person_about_this_debt_are_counted() {
    let app = spawn().await;
    let (debt, now) = (app.debt().create(), noon_in_portland());
    let other = app.debt().of(&debt).create();
    assert!(read(&app, debt.id, now).is_free());
    let week = Duration::days(7);
    for at in [now, now - Duration::days(3), now - week + Duration::milliseconds(1)] {
        call(&app, debt.id, "outbound", "'no_answer', NULL", at);
    }
    call(&app, debt.id, "outbound", "'busy', NULL", now - Duration::hours(1));
    // None of these: too long ago, not yet, the person's own, and another debt's.
    call(&app, debt.id, "outbound", "'no_answer', NULL", now - week);
    call(&app, debt.id, "outbound", "'no_answer', NULL", now + Duration::hours(1));
    call(&app, debt.id, "inbound", "'voicemail', NULL", now);
    call(&app, other.id, "outbound", "'no_answer', NULL", now);
    let meter = read(&app, debt.id, now);
    assert_eq!((meter.frequency.calls, meter.frequency.not_connected, meter.frequency.left()), (4, 1, 3));
    for _ in 0..3 {
        assert!(read(&app, debt.id, now).is_free());
        call(&app, debt.id, "outbound", "'voicemail', 12", now);
    }
    let meter = read(&app, debt.id, now);
    assert_eq!((meter.frequency.calls, meter.frequency.left(), meter.is_free()), (7, 0, false));
    assert!(!meter.frequency.is_exceeded() && meter.frequency.free_at == Some(now + Duration::milliseconds(1)));
    call(&app, debt.id, "outbound", "NULL, NULL", now);
    assert!(read(&app, debt.id, now).frequency.is_exceeded());
    assert_eq!(read(&app, other.id, now).frequency.calls, 1);
}

#[actix_web::test]
async fn a_conversation_is_a_call_that_was_answered_whoever_called() {
    let app = spawn().await;
    let now = noon_in_portland();
    let ago = now - Duration::days(2);
    for (direction, outcome, spoken) in [
        ("outbound", "'answered', 60", true),
        ("inbound", "'answered', NULL", true),
        ("inbound", "NULL, NULL", true),
        ("outbound", "NULL, 45", true),
        ("outbound", "NULL, NULL", false),
        ("outbound", "NULL, 0", false),
        ("outbound", "'voicemail', 45", false),
        ("outbound", "'no_answer', NULL", false),
        ("inbound", "'failed', NULL", false),
    ] {
        let debt = app.debt().create();
        call(&app, debt.id, direction, outcome, ago);
        let meter = read(&app, debt.id, now);
        assert_eq!(meter.conversation.is_some(), spoken, "{direction} {outcome}");
        assert_eq!(meter.is_free(), !spoken, "{direction} {outcome}");
        if let Some(conversation) = meter.conversation {
            assert_eq!((conversation.days_ago, conversation.free_at), (2, Some(ago + Duration::days(7))));
        }
    }
}

#[actix_web::test]
async fn the_hours_are_those_of_the_place_on_file() {
    let app = spawn().await;
    let (debt, now) = (app.debt().create(), noon_in_portland());
    let meter = read(&app, debt.id, now);
    assert_eq!(meter.place.known, Known::PostalCode);
    assert!(matches!(meter.hours, Hours::Open { .. }));
    // Noon in Portland is six the next morning in Guam.
    app.execute("UPDATE debtors SET state = 'GU', zip_code = '96910', phone_consent = true, dnc_registered = true");
    let meter = read(&app, debt.id, now);
    assert_eq!((meter.place.known, meter.phone_consent, meter.dnc_registered), (Known::State, true, true));
    assert_eq!(meter.hours, Hours::Quiet { until: now + Duration::hours(2) });
    assert_eq!(meter.next_call_at(), Some(now + Duration::hours(2)));
    app.execute("UPDATE debtors SET state = NULL, zip_code = NULL");
    assert_eq!(read(&app, debt.id, now).place.known, Known::Unknown);
    assert!(contact_meter::read(&mut app.connect(), Uuid::new_v4(), now).unwrap().is_none());
}

#[actix_web::test]
async fn the_page_names_each_rule_and_says_what_it_means_now() {
    let app = spawn().await;
    let debt = app.debt().create();
    // Ten in the morning in New York, whatever the clock of this machine says.
    let now: DateTime<Utc> = "2027-02-10T15:00:00Z".parse().unwrap();
    app.clock.advance(now - app.clock.now());
    app.execute("UPDATE debtors SET state = 'NY', zip_code = '10001', phone_consent = true");
    let member = app.staff(Role::Viewer);
    let path = format!("/admin/debts/{}", debt.id);
    let page = member.client.get(&path).await;
    assert_eq!(
        (page.status, page.count("h1"), page.count(".contact-meter .meter-warn")),
        (200, 1, 0),
        "{}",
        page.text()
    );
    for words in ["12 CFR 1006.14(b)(2)(i)(A)", "12 CFR 1006.14(b)(2)(i)(B)", "12 CFR 1006.6(b)(1)"] {
        assert_eq!(page.texts(".contact-meter td").iter().filter(|cell| *cell == words).count(), 1, "{words}");
    }
    assert_eq!(page.text_of(".meter-calls"), "0 of 7");
    assert!(page.text_of(".meter-hours").contains("10:0") && page.text_of(".meter-hours").contains("EST"));
    assert!(page.text().contains("Agreed to be called and texted"));
    let at = now - Duration::days(1);
    for _ in 0..7 {
        call(&app, debt.id, "outbound", "'busy', NULL", at);
    }
    call(&app, debt.id, "inbound", "'answered', 60", at);
    let page = member.client.get(&path).await;
    assert_eq!(
        page.text_of(".meter-calls"),
        "7 of 77 of them did not connect; they are counted to be on the safe side."
    );
    assert!(page.text_of(".meter-conversation").starts_with("1 day ago"), "{}", page.text());
    assert_eq!(page.count(".contact-meter .meter-warn"), 3);
    assert!(page.text().contains("One more is presumed to be a violation"), "{}", page.text());
    app.clock.advance(Duration::hours(12));
    app.sign_in_again(&member);
    let page = member.client.get(&path).await;
    assert_eq!(page.count(".contact-meter .meter-warn"), 4);
    assert!(page.text().contains("Quiet hours"), "{}", page.text());
    app.execute("UPDATE debtors SET state = NULL, zip_code = NULL, phone_consent = false, dnc_registered = true");
    let page = member.client.get(&format!("{path}?lang=es")).await;
    assert!(page.text().contains("El número está en una lista de no llamar"), "{}", page.text());
    assert_eq!(app.audited(), ["debt.read"; 4]);
}
