use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn draft() -> Draft {
    let cents = |cents| Some(Cents::new(cents));
    Draft {
        collector: Collector { name: "North South Group".into(), address: "P.O. Box 123456\nPasadena".into() },
        creditor_then: "Bank of Rockville".into(),
        creditor_now: "Bank of Rockville".into(),
        itemization_date: Some(day("2026-01-02")),
        itemization_kind: Some(ItemizationKind::ChargeOff),
        amount_then: cents(223_456),
        interest: cents(7_500),
        fees: cents(2_500),
        payments: cents(4_000),
        credits: cents(1_000),
        amount_now: cents(228_456),
        sent_on: Some(day("2026-11-16")),
        sent_by: Some(SentBy::Post),
    }
}

fn faults(change: impl FnOnce(&mut Draft)) -> Vec<Fault> {
    let mut draft = draft();
    change(&mut draft);
    Notice::new(draft, day("2026-11-25")).err().unwrap_or_default()
}

#[test]
fn the_model_form_s_own_figures_make_a_notice() {
    let notice = Notice::new(draft(), day("2026-11-25")).unwrap();
    assert_eq!(notice.paid_or_credited(), Cents::new(5_000));
    assert_eq!(notice.period_ends_on, day("2026-12-23"));
}

#[test]
fn the_period_of_known_days() {
    for (sent, ends) in [
        ("2026-11-16", "2026-12-23"),
        // Over Thanksgiving.
        ("2026-11-20", "2026-12-30"),
        // Over Christmas and its eve, which is no holiday.
        ("2026-12-21", "2027-01-28"),
        // From a Saturday, over Independence Day kept on July 3.
        ("2026-06-27", "2026-08-05"),
    ] {
        assert_eq!(period_ends_on(day(sent)), Some(day(ends)), "{sent}");
    }
}

#[test]
fn whatever_is_missing_is_named() {
    let nothing = Notice::new(Draft::default(), day("2026-11-25")).unwrap_err();
    let named: Vec<&str> = nothing.iter().map(|fault| fault.field()).collect();
    let wanted = [
        "collector_name",
        "collector_address",
        "creditor_then",
        "creditor_now",
        "amount_then",
        "interest",
        "fees",
        "payments",
        "credits",
        "amount_now",
        "itemization_date",
        "itemization_kind",
        "sent_on",
        "sent_by",
    ];
    assert_eq!(named, wanted);
    assert!(nothing.iter().all(|fault| matches!(fault, Fault::Missing(_))));
    assert_eq!(faults(|d| d.creditor_now = "  ".into()), [Fault::Missing("creditor_now")]);
    assert_eq!(faults(|d| d.creditor_then = "x".repeat(201)), [Fault::TooLong("creditor_then")]);
}

#[test]
fn what_contradicts_itself_is_refused() {
    assert_eq!(faults(|d| d.amount_now = Some(Cents::new(228_455))), [Fault::DoesNotAddUp(Cents::new(228_456))]);
    assert_eq!(faults(|d| d.fees = Some(Cents::new(-1))), [Fault::Negative("fees")]);
    assert_eq!(faults(|d| d.sent_on = Some(day("2026-11-26"))), [Fault::SentInTheFuture]);
    assert_eq!(faults(|d| d.sent_on = Some(day("2026-01-01"))), [Fault::SentBeforeItemization]);
    let all_paid = |d: &mut Draft| {
        d.payments = Some(Cents::new(232_456));
        d.amount_now = Some(Cents::ZERO);
    };
    assert_eq!(faults(all_paid), [Fault::NothingOwed]);
}

proptest! {
    #[test]
    fn a_notice_always_adds_up(then in 0..100_000i64, interest in 0..1_000i64, fees in 0..1_000i64, paid in 0..1_000i64, off in -2..3i64) {
        let cents = |cents| Some(Cents::new(cents));
        let now = then + interest + fees - paid + off;
        let draft = Draft {
            amount_then: cents(then), interest: cents(interest), fees: cents(fees), payments: cents(paid), credits: cents(0),
            amount_now: cents(now), ..draft()
        };
        prop_assert_eq!(Notice::new(draft, day("2026-11-25")).is_ok(), off == 0 && now > 0);
    }

    #[test]
    fn a_period_is_never_shorter_than_the_law_s(offset in 0..20_000u64) {
        let sent = day("2021-11-30").checked_add_days(Days::new(offset)).unwrap();
        let days = (period_ends_on(sent).unwrap() - sent).num_days();
        prop_assert!((35..=43).contains(&days), "{sent}: {days}");
    }
}
