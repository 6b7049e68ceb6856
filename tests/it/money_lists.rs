//! The lists of money that staff reads: filters, pages and counts, asked of the models.

use chrono::{DateTime, Duration, Utc};
use diesel::connection::Connection;
use quittance::domain::listing::{Counted, Position};
use quittance::domain::money::Cents;
use quittance::domain::payment::PaymentState;
use quittance::domain::returns::{ChargebackState, Origin, RefundState};
use quittance::domain::staff::Role;
use quittance::models::chargeback::list::{self as chargebacks, ChargebackFilter};
use quittance::models::event::Source;
use quittance::models::event::list::{self as events, EventFilter};
use quittance::models::flag::FlagKind;
use quittance::models::flag::list::{self as flags, Dealt, FlagFilter, FlagGroup};
use quittance::models::listing::Period;
use quittance::models::payment::list::{self as payments, PaymentFilter};
use quittance::models::refund::list::{self as refunds, RefundFilter};
use uuid::Uuid;

use crate::support::{Debt, TestApp, spawn};

/// Reads a list to its end in pages of that size.
macro_rules! all {
    ($app:expr, $list:ident, $filter:expr, $size:expr, $id:expr) => {{
        let mut conn = $app.connect();
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = $list::search(&mut conn, $filter, after.as_ref(), $size).unwrap();
            ids.extend(page.rows.iter().map($id));
            match page.next {
                Some(next) => after = Some(Position::decode(&next).unwrap()),
                None => break,
            }
        }
        let counted = $list::count_found(&mut conn, $filter).unwrap();
        assert_eq!(counted, Counted::new(i64::try_from(ids.len()).unwrap()));
        ids
    }};
}

fn payment_ids(app: &TestApp, filter: &PaymentFilter) -> Vec<Uuid> {
    let all = all!(app, payments, filter, 100, |line| line.payment.id);
    assert_eq!(all!(app, payments, filter, 2, |line| line.payment.id), all);
    all
}

/// Payments in every state, one an hour, several with one time.
fn many_payments(app: &TestApp, debt: &Debt) {
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, failure_code, processing_since, payment_method, created_at, completed_at,
                amount_refunded, stripe_payment_intent_id, stripe_session_id, stripe_charge_id)
         SELECT '{}', 10 + n, status, failure, CASE WHEN processing THEN now() END, method,
             '2026-11-01 00:00Z'::timestamptz + (n / 3) * interval '1 hour',
             CASE WHEN status IN ('completed', 'refunded') THEN '2026-11-20 00:00Z'::timestamptz END,
             CASE status WHEN 'refunded' THEN 10 + n ELSE 0 END, 'pi_' || n, 'cs_' || n, 'ch_' || n
         FROM (VALUES (1, 'pending', NULL, false, NULL), (2, 'pending', NULL, true, 'bank'), (3, 'failed', 'expired', false, NULL),
             (4, 'failed', 'replaced', false, NULL), (5, 'failed', 'bank_declined', false, 'bank'), (6, 'failed', NULL, false, 'card'),
             (7, 'failed', 'something_else', false, 'card'), (8, 'completed', NULL, false, 'card'),
             (9, 'completed', NULL, false, 'apple_pay'), (10, 'refunded', NULL, false, 'card')) AS v (n, status, failure, processing, method)",
        debt.id
    ));
}

#[actix_web::test]
async fn payments_are_found_by_each_filter() {
    let app = spawn().await;
    let (debt, other) = (app.debt().creditor("Harbor Bank").owing("1000").create(), app.debt().create());
    many_payments(&app, &debt);
    app.execute(&format!("INSERT INTO payments (debt_id, amount) VALUES ('{}', 5)", other.id));
    let sql = |condition: &str| -> Vec<Uuid> {
        let order = "ORDER BY created_at DESC, id DESC";
        let ids = app
            .value(&format!("SELECT coalesce(string_agg(id::text, ' ' {order}), '') FROM payments WHERE {condition}"));
        ids.split_whitespace().map(|id| id.parse().unwrap()).collect()
    };
    let any = PaymentFilter::default;
    assert_eq!(payment_ids(&app, &any()), sql("true"));
    let mut seen = 0;
    for state in PaymentState::ALL {
        let found = payment_ids(&app, &PaymentFilter { state: Some(state), ..any() });
        let rows =
            payments::search(&mut app.connect(), &PaymentFilter { state: Some(state), ..any() }, None, 100).unwrap();
        assert!(!found.is_empty() && rows.rows.iter().all(|line| line.payment.state() == state), "{state:?}");
        seen += found.len();
    }
    assert_eq!(seen, 11, "each payment stands in one state");
    let at = |hour: i64| Some("2026-11-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::hours(hour));
    for (filter, condition) in [
        (PaymentFilter { method: Some("bank".into()), ..any() }, "payment_method = 'bank'"),
        (PaymentFilter { method: Some("' OR true --".into()), ..any() }, "false"),
        (PaymentFilter { least: Some(Cents::new(1_500)), ..any() }, "amount >= 15"),
        (PaymentFilter { most: Some(Cents::new(1_500)), ..any() }, "amount <= 15"),
        (
            PaymentFilter { least: Some(Cents::new(1_200)), most: Some(Cents::new(1_400)), ..any() },
            "amount BETWEEN 12 AND 14",
        ),
        (PaymentFilter { period: Period { from: at(1), until: at(2) }, ..any() }, "created_at = '2026-11-01 01:00Z'"),
        (PaymentFilter { period: Period { from: at(2), until: None }, ..any() }, "created_at >= '2026-11-01 02:00Z'"),
        (PaymentFilter { debt_id: Some(other.id), ..any() }, "amount = 5"),
        (PaymentFilter { reference: Some("pi_3".into()), ..any() }, "amount = 13"),
        (PaymentFilter { reference: Some("cs_4".into()), ..any() }, "amount = 14"),
        (PaymentFilter { reference: Some("ch_5".into()), ..any() }, "amount = 15"),
        (PaymentFilter { reference: Some("pi_none".into()), ..any() }, "false"),
    ] {
        assert_eq!(payment_ids(&app, &filter), sql(condition), "{filter:?}");
    }
    let id = sql("amount = 13")[0];
    assert_eq!(payment_ids(&app, &PaymentFilter { reference: Some(id.to_string()), ..any() }), [id]);
    assert_eq!(payments::methods(&mut app.connect()).unwrap(), ["apple_pay", "bank", "card"]);
    let record = payments::record(&mut app.connect(), id).unwrap().unwrap();
    assert_eq!((record.original_creditor.as_str(), record.payment.amount), ("Harbor Bank", Cents::new(1_300)));
    assert!(payments::record(&mut app.connect(), Uuid::new_v4()).unwrap().is_none());
}

#[actix_web::test]
async fn refunds_and_chargebacks_are_found_by_state_and_what_is_due_comes_first() {
    let app = spawn().await;
    let debt = app.debt().owing("1000").create();
    many_payments(&app, &debt);
    app.execute(
        "INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id, created_at)
         SELECT p.id, p.debt_id, 1, v.status, v.origin, v.stripe, '2026-11-02 00:00Z'::timestamptz + (n / 2) * interval '1 hour'
         FROM (SELECT id, debt_id FROM payments WHERE stripe_payment_intent_id = 'pi_8') p,
             (VALUES (1, 'pending', 'staff', NULL), (2, 'pending', 'staff', 're_2'), (3, 'failed', 'staff', NULL), (4, 'failed', 'stripe', 're_4'),
             (5, 'succeeded', 'overpayment', 're_5'), (6, 'succeeded', 'recorded', NULL), (7, 'canceled', 'stripe', 're_7')) AS v (n, status, origin, stripe);
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, created_at, due_at, closed_at)
         SELECT p.id, p.debt_id, 'dp_' || n, 1, v.status, '2026-11-03 00:00Z'::timestamptz + n * interval '1 hour',
             '2026-11-24 00:00Z'::timestamptz + due * interval '1 day', CASE WHEN closed THEN now() END
         FROM (SELECT id, debt_id FROM payments WHERE stripe_payment_intent_id = 'pi_9') p,
             (VALUES (1, 'opened', 5, false), (2, 'withdrawn', 2, false), (3, 'inquiry', 2, false), (4, 'won', 1, true), (5, 'lost', -3, true),
             (6, 'opened', 9, false), (7, 'opened', NULL, false), (8, 'withdrawn', -1, false)) AS v (n, status, due, closed)",
    );
    let mut seen = 0;
    for state in RefundState::ALL {
        let filter = RefundFilter { state: Some(state), ..RefundFilter::default() };
        let rows = refunds::search(&mut app.connect(), &filter, None, 10).unwrap().rows;
        assert!(!rows.is_empty() && rows.iter().all(|line| line.refund.state() == state), "{state:?}");
        seen += all!(app, refunds, &filter, 1, |line| line.refund.id).len();
    }
    assert_eq!(seen, 7);
    let by = |origin| RefundFilter { origin: Some(origin), ..RefundFilter::default() };
    let counts = Origin::ALL.map(|origin| all!(app, refunds, &by(origin), 1, |line| line.refund.id).len());
    assert_eq!(counts, [3, 1, 2, 1]);
    let amounts = all!(app, refunds, &RefundFilter::default(), 2, |line| line.refund.created_at);
    assert!(amounts.len() == 7 && amounts.is_sorted_by(|a, b| a >= b));
    let dispute = |line: &chargebacks::ChargebackLine| line.chargeback.stripe_dispute_id.clone();
    let urgent =
        ChargebackFilter { due_before: Some("2026-12-01T00:00:00Z".parse().unwrap()), ..ChargebackFilter::default() };
    let found = all!(app, chargebacks, &urgent, 1, dispute);
    assert_eq!((found[0].as_str(), found[3].as_str(), found.len()), ("dp_8", "dp_1", 4));
    let opened = ChargebackFilter { state: Some(ChargebackState::Opened), ..ChargebackFilter::default() };
    assert_eq!(all!(app, chargebacks, &opened, 2, dispute), ["dp_7", "dp_6", "dp_1"]);
    assert_eq!(all!(app, chargebacks, &ChargebackFilter::default(), 3, dispute).len(), 8);
    let elsewhere = ChargebackFilter { debt_id: Some(Uuid::new_v4()), ..ChargebackFilter::default() };
    assert!(all!(app, chargebacks, &elsewhere, 3, dispute).is_empty());
}

#[actix_web::test]
async fn findings_are_found_by_what_they_are_about_and_dealt_with_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    for kind in FlagKind::ALL {
        assert_eq!(FlagKind::parse(kind.as_str()), Some(kind));
        app.execute(&format!(
            "INSERT INTO payment_flags (debt_id, kind, detail, created_at) VALUES ('{}', '{}', 'x', '2026-11-01Z')",
            debt.id,
            kind.as_str()
        ));
    }
    let ids = |filter: &FlagFilter| all!(app, flags, filter, 2, |row| row.id);
    let of = |group| FlagFilter { group: Some(group), ..FlagFilter::default() };
    let counts = FlagGroup::ALL.map(|group| ids(&of(group)).len());
    assert_eq!((counts.iter().sum::<usize>(), counts), (14, [2, 8, 4]));
    let kind = FlagFilter { kind: Some(FlagKind::Overpayment), ..FlagFilter::default() };
    let [id] = ids(&kind)[..] else { panic!("one") };
    let (by, now) = (app.staff(Role::Agent).id, "2026-11-24T20:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let deal = |note: &str, by| app.connect().transaction(|conn| flags::deal_with(conn, id, note, by, now)).unwrap();
    let Dealt::Done(row) = deal("Sent a check.", by) else { panic!("open") };
    assert_eq!(
        (row.resolved_by, row.resolved_at, row.resolution.as_deref()),
        (Some(by), Some(now), Some("Sent a check."))
    );
    assert_eq!(deal("Again.", by), Dealt::Already(row.clone()));
    let none = app.connect().transaction(|conn| flags::deal_with(conn, Uuid::new_v4(), "x", by, now)).unwrap();
    assert_eq!(none, Dealt::NotFound);
    let open = |open| FlagFilter { open: Some(open), ..FlagFilter::default() };
    assert_eq!((ids(&open(true)).len(), ids(&open(false))), (13, vec![id]));
    assert_eq!(flags::find(&mut app.connect(), id).unwrap(), Some(row));
}

#[actix_web::test]
async fn events_are_found_by_type_outcome_source_and_period() {
    let app = spawn().await;
    app.execute(
        "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at, received_at)
         SELECT 'evt_' || lpad(n::text, 3, '0'), 'type.' || n % 3, false, '{\"n\": ' || n || '}',
             CASE WHEN n % 4 = 0 THEN 'sweep' ELSE 'webhook' END, CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'applied' END,
             '2026-11-01Z', '2026-11-01 00:00Z'::timestamptz + (n / 7) * interval '1 hour' FROM generate_series(1, 60) AS n",
    );
    let ids = |filter: &EventFilter| all!(app, events, filter, 8, |row| row.id.clone());
    let any = EventFilter::default;
    let newest = ids(&any());
    assert_eq!((newest.len(), newest[0].as_str(), newest[59].as_str()), (60, "evt_060", "evt_001"));
    assert_eq!(ids(&EventFilter { event_type: Some("type.1".into()), ..any() }).len(), 20);
    assert_eq!(ids(&EventFilter { outcome: Some("failed".into()), ..any() }).len(), 12);
    assert_eq!(ids(&EventFilter { source: Some(Source::Sweep), ..any() }).len(), 15);
    let from = "2026-11-01T08:00:00Z".parse().unwrap();
    assert_eq!(ids(&EventFilter { period: Period { from: Some(from), until: None }, ..any() }).len(), 5);
    assert_eq!(events::types(&mut app.connect()).unwrap(), ["type.0", "type.1", "type.2"]);
    let record = events::record(&mut app.connect(), "evt_007").unwrap().unwrap();
    assert_eq!((record.payload.as_str(), record.line.outcome.as_str()), ("{\"n\": 7}", "applied"));
    assert!(events::record(&mut app.connect(), "evt_none").unwrap().is_none());
}

#[actix_web::test]
async fn a_long_list_is_counted_up_to_a_limit() {
    let app = spawn().await;
    let insert = |from: i32, until: i32| {
        app.execute(&format!(
            "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at)
             SELECT 'evt_' || n, 'x', false, '', 'webhook', 'ignored', now() FROM generate_series({from}, {until}) AS n"
        ));
    };
    let shown = || events::count_found(&mut app.connect(), &EventFilter::default()).unwrap().to_string();
    insert(1, 10_000);
    assert_eq!(shown(), "10,000");
    insert(10_001, 10_003);
    assert_eq!(shown(), "10,000+");
}
