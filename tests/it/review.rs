//! Compliance review: what waits, who decides, and that nothing undecided reaches a debtor.

/// Decisions about all messages of a template.
mod batch;
/// What reviewers see and send.
mod pages;
/// The order and the pages of the queue.
mod queue;

use chrono::{DateTime, Utc};
use diesel::connection::Connection;
use quittance::domain::review::{Decision, MessageKind};
use quittance::domain::staff::Role;
use quittance::models::review::{self, Decided, Message, ReviewState};
use uuid::Uuid;

use crate::support::{Debt, TestApp, spawn};

fn now() -> DateTime<Utc> {
    "2026-11-24T20:00:00Z".parse().unwrap()
}

/// A message that waits; its id.
fn message(app: &TestApp, debt: &Debt, kind: MessageKind, text: &str) -> Uuid {
    let id = Uuid::new_v4();
    let (columns, values) = match kind {
        MessageKind::Email => ("subject, content, template_name", "'Your account', $t, 'reminder'"),
        MessageKind::Call => ("transcript, call_outcome, call_duration", "$t, 'answered', 60"),
        MessageKind::Sms => ("content, template_name", "$t, 'reminder'"),
    };
    let values = values.replace("$t", &format!("'{}'", text.replace('\'', "''")));
    app.execute(&format!(
        "INSERT INTO {} (id, debt_id, direction, {columns}, ai_generated, compliance_checked)
         VALUES ('{id}', '{}', 'outbound', {values}, true, false)",
        kind.as_str(),
        debt.id
    ));
    id
}

fn find(app: &TestApp, kind: MessageKind, id: Uuid) -> Message {
    review::find(&mut app.connect(), kind, id).unwrap().unwrap()
}

fn decide(app: &TestApp, kind: MessageKind, id: Uuid, decision: &Decision, seen: &str, by: Uuid) -> Decided {
    app.connect().transaction(|conn| review::decide(conn, (kind, id), decision, seen, by, now())).unwrap()
}

/// Somebody new who reviews.
fn reviewer(app: &TestApp) -> Uuid {
    app.staff(Role::Compliance).id
}

fn reject() -> Decision {
    Decision::Reject("It promises what nobody can keep.".to_owned())
}

/// What the debtor can read of a message: the history and its own page.
async fn is_shown(app: &TestApp, debt: &Debt, kind: MessageKind, id: Uuid) -> bool {
    let client = app.client();
    client.sign_in(debt).await;
    let all = client.get(&debt.path()).await;
    let tab = client.get(&format!("{}?kind={}", debt.path(), kind.as_str())).await;
    let statement = client.get(&format!("{}/statement", debt.path())).await;
    let account = client.get("/account").await;
    assert!(!statement.body.contains("Unread words") && !account.body.contains("Unread words"));
    let shown = !all.texts(".entry").is_empty();
    assert_eq!(shown, !tab.texts(".entry").is_empty());
    if kind != MessageKind::Sms {
        let status = client.get(&format!("{}/{}/{id}", debt.path(), kind.as_str())).await.status;
        assert_eq!(status, if shown { 200 } else { 404 });
    }
    assert!(shown || !all.body.contains("Unread words") && !tab.body.contains("Unread words"));
    shown
}

#[actix_web::test]
async fn only_what_was_approved_reaches_the_debtor() {
    let app = spawn().await;
    let reviewer = reviewer(&app);
    for kind in MessageKind::ALL {
        let debt = app.debt().create();
        let id = message(&app, &debt, kind, "Unread words");
        assert!(!is_shown(&app, &debt, kind, id).await, "{kind:?} waits");
        let waiting = find(&app, kind, id);
        assert_eq!(waiting.state(), ReviewState::Waiting);
        let rejected = decide(&app, kind, id, &reject(), &waiting.digest(), reviewer);
        assert!(matches!(rejected, Decided::Done(_)), "{rejected:?}");
        assert!(!is_shown(&app, &debt, kind, id).await, "{kind:?} is rejected");
        // Another program that knows only the customer's column changes nothing about that.
        app.execute(&format!("UPDATE {} SET compliance_checked = true", kind.as_str()));
        assert!(!is_shown(&app, &debt, kind, id).await, "{kind:?} stays rejected");
        let (_, review) =
            app.connect().transaction(|conn| review::take_back(conn, kind, id)).unwrap().expect("there is a decision");
        assert_eq!((review.by, review.at, review.reason.as_deref()), (reviewer, now(), reject().reason()));
        assert!(!is_shown(&app, &debt, kind, id).await, "{kind:?} waits again");
        let digest = find(&app, kind, id).digest();
        assert!(matches!(decide(&app, kind, id, &Decision::Approve, &digest, reviewer), Decided::Done(_)));
        assert!(is_shown(&app, &debt, kind, id).await, "{kind:?} is approved");
        app.connect().transaction(|conn| review::take_back(conn, kind, id)).unwrap().expect("there is a decision");
        assert!(!is_shown(&app, &debt, kind, id).await, "{kind:?} was approved once");
        assert_eq!(app.value(&format!("SELECT total_contacts FROM debts WHERE id = '{}'", debt.id)), "1");
        app.execute(&format!("DELETE FROM {}", kind.as_str()));
    }
}

#[actix_web::test]
async fn words_that_change_after_they_were_read_are_not_approved_unseen() {
    let app = spawn().await;
    let debt = app.debt().create();
    let other = app.debt().of(&debt).create();
    for kind in MessageKind::ALL {
        let column = if kind == MessageKind::Call { "transcript" } else { "content" };
        for change in [
            format!("{column} = 'Other words'"),
            format!("debt_id = '{}'", other.id),
            "direction = 'inbound'".to_owned(),
        ] {
            let id = message(&app, &debt, kind, "Unread words");
            let seen = find(&app, kind, id).digest();
            app.execute(&format!("UPDATE {} SET {change} WHERE id = '{id}'", kind.as_str()));
            let changed = decide(&app, kind, id, &Decision::Approve, &seen, reviewer(&app));
            let Decided::Changed(message) = changed else { panic!("{change}: {changed:?}") };
            assert_eq!(find(&app, kind, id).state(), ReviewState::Waiting);
            let again = decide(&app, kind, id, &Decision::Approve, &message.digest(), reviewer(&app));
            assert!(matches!(again, Decided::Done(_)), "{change}");
        }
    }
}

#[actix_web::test]
async fn a_change_after_the_decision_puts_a_message_back_into_the_queue() {
    let app = spawn().await;
    let debt = app.debt().create();
    let other = app.debt().of(&debt).create();
    for kind in MessageKind::ALL {
        let table = kind.as_str();
        let column = if kind == MessageKind::Call { "transcript" } else { "content" };
        for decision in [Decision::Approve, reject()] {
            for (change, waits) in [
                (format!("{column} = 'Other words'"), true),
                (format!("{column} = 'Other words', compliance_checked = true"), true),
                (format!("{column} = NULL"), true),
                ("direction = 'inbound'".to_owned(), true),
                (format!("debt_id = '{}'", other.id), true),
                (format!("{column} = 'Unread words'"), false),
                ("ai_generated = false".to_owned(), false),
                ("compliance_checked = false".to_owned(), decision == Decision::Approve),
            ] {
                let id = message(&app, &debt, kind, "Unread words");
                let seen = find(&app, kind, id).digest();
                decide(&app, kind, id, &decision, &seen, reviewer(&app));
                app.execute(&format!("UPDATE {table} SET {change} WHERE id = '{id}'"));
                let now = find(&app, kind, id);
                assert_eq!(now.state() == ReviewState::Waiting, waits, "{decision:?} {table} {change}");
                assert_eq!(
                    now.compliance_checked,
                    !waits && decision == Decision::Approve,
                    "{decision:?} {table} {change}"
                );
            }
        }
    }
    // What its writer says was checked, and nobody here has reviewed, stays the writer's business.
    let id = message(&app, &debt, MessageKind::Sms, "x");
    app.execute(&format!("UPDATE sms SET compliance_checked = true WHERE id = '{id}'"));
    app.execute(&format!("UPDATE sms SET content = 'y' WHERE id = '{id}'"));
    assert_eq!(find(&app, MessageKind::Sms, id).state(), ReviewState::CheckedElsewhere);
}

#[actix_web::test]
async fn of_two_reviewers_at_once_the_second_learns_who_decided() {
    let app = spawn().await;
    let debt = app.debt().create();
    for kind in MessageKind::ALL {
        let id = message(&app, &debt, kind, "x");
        let seen = find(&app, kind, id).digest();
        let reviewers: Vec<Uuid> = (0..6).map(|_| reviewer(&app)).collect();
        let one = |by: Uuid, place: usize| {
            let decision = if place.is_multiple_of(2) { Decision::Approve } else { reject() };
            (by, decide(&app, kind, id, &decision, &seen, by))
        };
        let outcomes: Vec<(Uuid, Decided)> = std::thread::scope(|scope| {
            let one = &one;
            let threads: Vec<_> =
                reviewers.iter().enumerate().map(|(place, by)| scope.spawn(move || one(*by, place))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let winners: Vec<Uuid> =
            outcomes.iter().filter(|(_, came)| matches!(came, Decided::Done(_))).map(|(by, _)| *by).collect();
        let [winner] = winners.as_slice() else { panic!("{winners:?}") };
        for (by, came) in outcomes.iter().filter(|(by, _)| by != winner) {
            let Decided::Already(message) = came else { panic!("{by}: {came:?}") };
            let ReviewState::Reviewed(review) = message.state() else { panic!("{:?}", message.state()) };
            assert_eq!(review.by, *winner);
        }
    }
}

#[actix_web::test]
async fn what_is_not_there_or_does_not_wait_is_not_decided_about() {
    let app = spawn().await;
    let debt = app.debt().create();
    let by = reviewer(&app);
    assert_eq!(decide(&app, MessageKind::Email, Uuid::new_v4(), &Decision::Approve, "", by), Decided::NotFound);
    let id = message(&app, &debt, MessageKind::Email, "x");
    // Its id under another kind.
    assert_eq!(decide(&app, MessageKind::Sms, id, &Decision::Approve, "", by), Decided::NotFound);
    assert!(matches!(decide(&app, MessageKind::Email, id, &Decision::Approve, "", by), Decided::Changed(_)));
    app.execute("UPDATE emails SET compliance_checked = true");
    let seen = find(&app, MessageKind::Email, id).digest();
    assert!(matches!(decide(&app, MessageKind::Email, id, &reject(), &seen, by), Decided::Already(_)));
    assert!(app.connect().transaction(|conn| review::take_back(conn, MessageKind::Email, id)).unwrap().is_none());
}
