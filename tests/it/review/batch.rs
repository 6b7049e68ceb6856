use diesel::connection::Connection;
use quittance::domain::listing::Position;
use quittance::domain::review::{Decision, MessageKind};
use quittance::models::review::{self, BATCH_SIZE, Batch, BatchDecided, BatchKey};
use uuid::Uuid;

use super::{message, now, reject, reviewer};
use crate::support::{Debt, TestApp, spawn};

fn reminders(kind: MessageKind) -> BatchKey {
    BatchKey { kind, template_name: "reminder".to_owned() }
}

fn read(app: &TestApp, key: &BatchKey) -> Batch {
    review::batch(&mut app.connect(), key).unwrap()
}

fn decide(app: &TestApp, key: &BatchKey, decision: &Decision, last: &Position, seen: &str, by: Uuid) -> BatchDecided {
    app.connect().transaction(|conn| review::decide_batch(conn, key, decision, (last, seen), by, now())).unwrap()
}

fn shown(app: &TestApp) -> String {
    app.value(
        "SELECT count(*) FILTER (WHERE compliance_checked) || ' of ' || count(*) FROM (
            SELECT compliance_checked FROM emails UNION ALL SELECT compliance_checked FROM sms) AS m",
    )
}

/// Two e-mails and an SMS of one template, and an e-mail of another.
fn mixture(app: &TestApp) -> Debt {
    let debt = app.debt().create();
    message(app, &debt, MessageKind::Email, "Dear Maria");
    message(app, &debt, MessageKind::Email, "Dear John");
    message(app, &debt, MessageKind::Sms, "Dear Maria");
    let other = message(app, &debt, MessageKind::Email, "Other");
    app.execute(&format!("UPDATE emails SET template_name = 'validation' WHERE id = '{other}'"));
    debt
}

#[actix_web::test]
async fn all_waiting_messages_of_a_template_and_a_kind_are_decided_in_one_go() {
    for (decision, after) in [(Decision::Approve, "2 of 4"), (reject(), "0 of 4")] {
        let app = spawn().await;
        mixture(&app);
        let (key, by) = (reminders(MessageKind::Email), reviewer(&app));
        let batch = read(&app, &key);
        assert_eq!((batch.messages.len(), batch.texts().len(), batch.more), (2, 2, false));
        let came = decide(&app, &key, &decision, &batch.last().unwrap(), &batch.digest(), by);
        let BatchDecided::Done(done) = came else { panic!("{came:?}") };
        assert_eq!(done.messages, batch.messages);
        assert_eq!(shown(&app), after);
        assert_eq!(app.value("SELECT string_agg(DISTINCT reviewed_by::text, ' ') FROM emails"), by.to_string());
        assert_eq!(app.value("SELECT total_contacts FROM debts"), "4");
        // Whoever was second learns who was first.
        let second = decide(&app, &key, &Decision::Approve, &batch.last().unwrap(), &batch.digest(), reviewer(&app));
        let BatchDecided::Gone(Some(review)) = second else { panic!("{second:?}") };
        assert_eq!((review.by, review.outcome), (by, decision.outcome()));
    }
}

#[actix_web::test]
async fn what_changes_or_comes_between_is_not_decided_about_unseen() {
    let app = spawn().await;
    let debt = mixture(&app);
    let key = reminders(MessageKind::Email);
    let batch = read(&app, &key);
    let (last, seen) = (batch.last().unwrap(), batch.digest());
    app.execute("UPDATE emails SET content = content || ' (changed)' WHERE content = 'Dear John'");
    assert!(matches!(decide(&app, &key, &Decision::Approve, &last, &seen, reviewer(&app)), BatchDecided::Changed(_)));
    assert_eq!(shown(&app), "0 of 4");
    // One that comes later does not disturb, and waits for the next time.
    let batch = read(&app, &key);
    let later = message(&app, &debt, MessageKind::Email, "Dear Jane");
    app.execute(&format!("UPDATE emails SET timestamp = timestamp + interval '1 day' WHERE id = '{later}'"));
    let done = decide(&app, &key, &Decision::Approve, &batch.last().unwrap(), &batch.digest(), reviewer(&app));
    assert!(matches!(done, BatchDecided::Done(_)), "{done:?}");
    assert_eq!(shown(&app), "2 of 5");
    // One that is older than the last that was shown does.
    let batch = read(&app, &key);
    assert_eq!(batch.messages.len(), 1);
    message(&app, &debt, MessageKind::Email, "Dear Joan");
    let came = decide(&app, &key, &Decision::Approve, &batch.last().unwrap(), &batch.digest(), reviewer(&app));
    assert!(matches!(came, BatchDecided::Changed(_)), "{came:?}");
    assert_eq!(shown(&app), "2 of 6");
}

#[actix_web::test]
async fn a_batch_has_a_limit_and_two_reviewers_share_it_without_a_deadlock() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, template_name, compliance_checked)
         SELECT '{}', 'outbound', 'Text ' || n % 3, 'reminder', false FROM generate_series(1, {}) AS n",
        debt.id,
        BATCH_SIZE + 7
    ));
    let key = reminders(MessageKind::Sms);
    let batch = read(&app, &key);
    assert_eq!((batch.messages.len(), batch.more), (BATCH_SIZE, true));
    let texts: Vec<usize> = batch.texts().iter().map(|(_, count)| *count).collect();
    assert_eq!((texts.len(), texts.iter().sum::<usize>()), (3, BATCH_SIZE));
    let (last, seen) = (batch.last().unwrap(), batch.digest());
    let one = || decide(&app, &key, &Decision::Approve, &last, &seen, reviewer(&app));
    let came: Vec<BatchDecided> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let done = came.iter().filter(|came| matches!(came, BatchDecided::Done(_))).count();
    assert_eq!(done, 1, "the others found nothing to decide about");
    assert_eq!(shown(&app), format!("{BATCH_SIZE} of {}", BATCH_SIZE + 7));
    assert_eq!(read(&app, &key).messages.len(), 7);
    assert!(read(&app, &reminders(MessageKind::Call)).messages.is_empty());
}
