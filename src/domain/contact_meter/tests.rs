use chrono::{DateTime, Duration, TimeZone, Timelike, Utc};
use chrono_tz::America;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn place(state: &str) -> Place {
    Place::on_file(Some(state), None)
}

fn meter(state: &str, placed: &[DateTime<Utc>], spoken: Option<DateTime<Utc>>, now: DateTime<Utc>) -> ContactMeter {
    let placed = placed.iter().map(|at| PlacedCall { at: *at, connected: true }).collect();
    let facts = MeterFacts {
        place: place(state),
        placed,
        last_conversation: spoken,
        phone_consent: true,
        dnc_registered: false,
        choices: Choices::default(),
    };
    ContactMeter::read(facts, now)
}

/// Every state and territory, by its code.
const EVERYWHERE: &str = "AL AK AS AZ AR CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH \
NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY";

#[test]
fn the_seventh_call_is_the_last_without_a_presumption() {
    let now = at("2026-11-24T20:00:00Z");
    let calls: Vec<_> = (1..=8).map(|hours| now - Duration::hours(hours)).collect();
    for (count, left, warned, exceeded) in
        [(0, 7, false, false), (6, 1, false, false), (7, 0, true, false), (8, 0, true, true)]
    {
        let meter = meter("NY", &calls[..count], None, now);
        let frequency = meter.frequency;
        assert_eq!(
            (frequency.calls, frequency.left(), frequency.free_at.is_some(), frequency.is_exceeded()),
            (count, left, warned, exceeded)
        );
        assert_eq!(meter.is_free(), !warned);
    }
    // With eight, two must have gone before there may be another: the seventh newest is the last of them.
    assert_eq!(meter("NY", &calls, None, now).frequency.free_at, Some(calls[6] + Duration::days(7)));
}

#[test]
fn a_call_counts_until_seven_days_have_passed_to_the_moment() {
    let now = at("2026-11-24T20:00:00Z");
    let week = Duration::days(7);
    for (call, counts) in [
        (now, 1),
        (now - week + Duration::microseconds(1), 1),
        (now - week, 0),
        (now - week - Duration::microseconds(1), 0),
        (now + Duration::microseconds(1), 0),
    ] {
        assert_eq!(meter("NY", &[call], None, now).frequency.calls, counts, "{call}");
    }
}

#[test]
fn after_a_conversation_seven_days_must_pass() {
    let now = at("2026-11-24T20:00:00Z");
    let week = Duration::days(7);
    for (spoken, days, blocked) in [
        (now, 0, true),
        (now - Duration::days(6), 6, true),
        (now - week + Duration::microseconds(1), 6, true),
        (now - week, 7, false),
        (now - Duration::days(30), 30, false),
    ] {
        let meter = meter("NY", &[], Some(spoken), now);
        let conversation = meter.conversation.unwrap();
        assert_eq!((conversation.days_ago, conversation.free_at.is_some()), (days, blocked), "{spoken}");
        assert_eq!(meter.is_free(), !blocked);
    }
    assert_eq!(meter("NY", &[], None, now).conversation, None);
}

#[test]
fn on_a_week_with_a_day_of_25_hours_the_days_count() {
    // Clocks in New York go back on November 1, 2026, so seven times 24 hours end within the seventh day.
    let local = |day, hour, minute| {
        let month = if day > 20 { 10 } else { 11 };
        America::New_York.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap().with_timezone(&Utc)
    };
    let spoken = local(27, 0, 10);
    let hours_over = spoken + Duration::days(7);
    assert_eq!(hours_over, local(2, 23, 10));
    let meter = meter("NY", &[spoken], Some(spoken), hours_over);
    assert_eq!(meter.conversation.unwrap().free_at, Some(local(3, 0, 0)));
    assert_eq!(meter.frequency.calls, 1);
    // In the evening the hours are the later end.
    assert_eq!(week_ends(local(27, 23, 30), &place("NY")), local(3, 22, 30).max(local(3, 0, 0)));
}

#[test]
fn calls_that_did_not_connect_are_counted_and_told() {
    let now = at("2026-11-24T20:00:00Z");
    let placed = vec![PlacedCall { at: now, connected: false }, PlacedCall { at: now, connected: true }];
    let facts = MeterFacts {
        place: place("NY"),
        placed,
        last_conversation: None,
        phone_consent: false,
        dnc_registered: true,
        choices: Choices::default(),
    };
    let meter = ContactMeter::read(facts, now);
    assert_eq!((meter.frequency.calls, meter.frequency.not_connected), (2, 1));
    assert!(!meter.phone_consent && meter.dnc_registered);
}

#[test]
fn the_hours_of_one_zone_begin_at_eight_and_end_before_nine() {
    let day = |hour, minute, second| {
        America::New_York.with_ymd_and_hms(2026, 11, 24, hour, minute, second).unwrap().with_timezone(&Utc)
    };
    let tomorrow = America::New_York.with_ymd_and_hms(2026, 11, 25, 8, 0, 0).unwrap().with_timezone(&Utc);
    for (now, expected) in [
        (day(0, 0, 0), Hours::Quiet { until: day(8, 0, 0) }),
        (day(7, 59, 59), Hours::Quiet { until: day(8, 0, 0) }),
        (day(8, 0, 0), Hours::Open { until: day(21, 0, 0) }),
        (day(20, 59, 59), Hours::Open { until: day(21, 0, 0) }),
        (day(21, 0, 0), Hours::Quiet { until: tomorrow }),
        (day(23, 59, 59), Hours::Quiet { until: tomorrow }),
    ] {
        assert_eq!(hours(now, &place("NY")), expected, "{now}");
    }
}

#[test]
fn a_state_with_two_zones_has_the_hours_that_both_have() {
    // Eight in Nashville is nine in Knoxville; nine in Knoxville is eight in Nashville.
    let central = |hour| America::Chicago.with_ymd_and_hms(2026, 7, 1, hour, 0, 0).unwrap().with_timezone(&Utc);
    let eastern = |hour| America::New_York.with_ymd_and_hms(2026, 7, 1, hour, 0, 0).unwrap().with_timezone(&Utc);
    let both = place("TN");
    assert_eq!(hours(eastern(8), &both), Hours::Quiet { until: central(8) });
    assert_eq!(hours(central(8), &both), Hours::Open { until: eastern(21) });
    assert!(matches!(hours(eastern(21), &both), Hours::Quiet { .. }));
}

#[test]
fn arizona_is_strictest_of_its_two_clocks_in_summer_only() {
    let open = |month| {
        let day = America::Phoenix.with_ymd_and_hms(2026, month, 10, 0, 0, 0).unwrap().with_timezone(&Utc);
        (0..24).filter(|hour| matches!(hours(day + Duration::hours(*hour), &place("AZ")), Hours::Open { .. })).count()
    };
    assert_eq!((open(1), open(7)), (13, 12));
}

#[test]
fn hours_are_right_in_every_state_on_every_quarter_of_an_hour_of_the_days_when_clocks_change() {
    let unknown = Place::on_file(None, None);
    assert_eq!(unknown.known, Known::Unknown);
    let places: Vec<Place> = EVERYWHERE.split(' ').map(place).chain([unknown]).collect();
    assert_eq!(places.len(), 57);
    for start in ["2026-03-07T00:00:00Z", "2026-10-31T00:00:00Z", "2026-07-03T00:00:00Z", "2026-12-31T00:00:00Z"] {
        for place in &places {
            assert!(place.known == Known::Unknown || !place.zones().is_empty() && place.zones().len() <= 2);
            let mut opened = false;
            for quarter in 0..(4 * 24 * 3) {
                let now = at(start) + Duration::minutes(15 * quarter);
                let local = |at: DateTime<Utc>| place.zones().iter().map(move |zone| at.with_timezone(zone).hour());
                let inside = |at: DateTime<Utc>| local(at).all(|hour| (8..21).contains(&hour));
                let just_before = |at: DateTime<Utc>| at - Duration::seconds(1);
                match hours(now, place) {
                    Hours::Open { until } => {
                        opened = true;
                        assert!(inside(now) && inside(just_before(until)) && !inside(until) && until > now);
                    }
                    Hours::Quiet { until } => {
                        assert!(!inside(now) && inside(until) && !inside(just_before(until)) && until > now);
                        assert!(until - now < Duration::hours(24), "{place:?} {now}");
                    }
                }
            }
            assert!(opened, "{place:?}");
        }
    }
}

#[test]
fn the_next_call_waits_for_every_rule() {
    let now = at("2026-11-24T20:00:00Z");
    // Spoken with at ten in the evening: the seven days end at ten in the evening, and that is too late to call.
    let spoken = America::New_York.with_ymd_and_hms(2026, 11, 20, 22, 0, 0).unwrap().with_timezone(&Utc);
    let next = America::New_York.with_ymd_and_hms(2026, 11, 28, 8, 0, 0).unwrap().with_timezone(&Utc);
    assert_eq!(meter("NY", &[], Some(spoken), now).next_call_at(), Some(next));
    let noon = America::New_York.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap().with_timezone(&Utc);
    assert_eq!(meter("NY", &[], Some(noon), now).next_call_at(), Some(noon + Duration::days(7)));
    assert_eq!(meter("NY", &[], None, now).next_call_at(), None);
}

#[test]
fn one_clock_is_shown_where_two_zones_agree() {
    let zones = |state, now| meter(state, &[], None, at(now)).zones_now().len();
    assert_eq!(zones("MI", "2026-11-24T20:00:00Z"), 2);
    assert_eq!(zones("AZ", "2026-11-24T20:00:00Z"), 1);
    assert_eq!(zones("AZ", "2026-07-24T20:00:00Z"), 2);
    let unknown = MeterFacts {
        place: Place::on_file(None, None),
        placed: Vec::new(),
        last_conversation: None,
        phone_consent: false,
        dnc_registered: false,
        choices: Choices::default(),
    };
    assert!(ContactMeter::read(unknown, at("2026-11-24T20:00:00Z")).zones_now().is_empty());
}

fn choosing(state: &str, choices: Choices, now: &str) -> ContactMeter {
    let facts = MeterFacts {
        place: place(state),
        placed: Vec::new(),
        last_conversation: None,
        phone_consent: false,
        dnc_registered: false,
        choices,
    };
    ContactMeter::read(facts, at(now))
}

#[test]
fn what_the_person_has_chosen_decides_when_there_may_be_a_call() {
    // Tuesday, noon in New York.
    let now = "2026-11-24T17:00:00Z";
    let limited = |limits: &[Limit]| Choices { limits: limits.to_vec(), ..Choices::default() };
    for (choices, verdict) in [
        (Choices::default(), Verdict::Now),
        (limited(&[Limit::Mornings, Limit::Weekends]), Verdict::Now),
        (limited(&[Limit::AtWork]), Verdict::Now),
        (limited(&[Limit::Afternoons]), Verdict::From(at("2026-11-24T22:00:00Z"))),
        (limited(&[Limit::WorkHours, Limit::Evenings]), Verdict::From(at("2026-11-25T13:00:00Z"))),
        // Only weekends are left.
        (limited(&[Limit::Mornings, Limit::Evenings, Limit::WorkHours]), Verdict::From(at("2026-11-28T17:00:00Z"))),
        (limited(&[Limit::Mornings, Limit::Afternoons, Limit::Evenings]), Verdict::Never),
        (Choices { call: Some(false), ..Choices::default() }, Verdict::Never),
        (Choices { has_attorney: true, ..Choices::default() }, Verdict::Never),
        (Choices { stopped_at: Some(at(now)), ..Choices::default() }, Verdict::Never),
        (Choices { email: false, sms: Some(false), letter: false, ..Choices::default() }, Verdict::Now),
    ] {
        assert_eq!(choosing("NY", choices.clone(), now).verdict(), verdict, "{choices:?}");
    }
    let meter = choosing("NY", limited(&[Limit::Afternoons, Limit::AtWork, Limit::HomeNumber]), now);
    assert_eq!(meter.objections_now(), [Objection::Limit(Limit::Afternoons)]);
    assert_eq!(meter.places(), [Limit::AtWork, Limit::HomeNumber]);
    // Ten at night: the hours of the rule come first.
    let late = choosing("NY", limited(&[Limit::Mornings]), "2026-11-25T03:00:00Z");
    assert_eq!(late.verdict(), Verdict::From(at("2026-11-25T17:00:00Z")));
}
