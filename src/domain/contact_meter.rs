//! How often and when a person may be called about a debt, and the rules that say so (Regulation F, 12 CFR part 1006).
//!
//! The rules on frequency are presumptions, not prohibitions: staff sees the count and a warning, and decides.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::choice::{Channel, Choices, Limit, Objection};
use crate::domain::place::{Known, Place};

/// More calls than this to one person about one debt within seven consecutive days are presumed to harass.
pub const CALLS_IN_SEVEN_DAYS: usize = 7;
/// The rule on their number.
pub const FREQUENCY_RULE: &str = "12 CFR 1006.14(b)(2)(i)(A)";
/// The rule on the days after a conversation.
pub const CONVERSATION_RULE: &str = "12 CFR 1006.14(b)(2)(i)(B)";
/// The rule on the hours.
pub const HOURS_RULE: &str = "12 CFR 1006.6(b)(1)";
/// The rules on what the person has chosen.
pub const CHOICES_RULE: &str = "12 CFR 1006.6(b), 1006.6(c), 1006.14(h)";

/// The hours in which one may call: from this full hour...
const FIRST_HOUR: u32 = 8;
/// ...until before this one. A call begun at nine sharp goes on after nine.
const LAST_HOUR: u32 = 21;

/// A call to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedCall {
    /// When it was placed.
    pub at: DateTime<Utc>,
    /// Whether it reached the dialed number; a busy signal or a failure does not.
    pub connected: bool,
}

/// What the meter is computed from.
#[derive(Clone, Debug)]
pub struct MeterFacts {
    /// Where the person may be.
    pub place: Place,
    /// The calls placed in the last eight days or more, newest first.
    pub placed: Vec<PlacedCall>,
    /// When the person was last spoken with by phone about the debt.
    pub last_conversation: Option<DateTime<Utc>>,
    /// The person agreed to be called and texted.
    pub phone_consent: bool,
    /// The number is on a do-not-call list.
    pub dnc_registered: bool,
    /// What the person has chosen.
    pub choices: Choices,
}

/// How many calls there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// Calls placed in the last seven days. Those that did not connect count as well: the rule leaves them out
    /// (1006.14(b)(3)(ii)), but whether a call connected is only what a dialer says.
    pub calls: usize,
    /// How many of them did not connect.
    pub not_connected: usize,
    /// Since there are seven or more, one more is presumed to violate the rule until then.
    pub free_at: Option<DateTime<Utc>>,
}

impl Frequency {
    /// Whether the presumption stands already, without another call.
    pub const fn is_exceeded(&self) -> bool {
        self.calls > CALLS_IN_SEVEN_DAYS
    }

    /// How many more there may be now.
    pub const fn left(&self) -> usize {
        CALLS_IN_SEVEN_DAYS.saturating_sub(self.calls)
    }
}

/// The last conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// When it was.
    pub at: DateTime<Utc>,
    /// Whole days since.
    pub days_ago: i64,
    /// A call before that is presumed to violate the rule; `None` when the seven days are over.
    pub free_at: Option<DateTime<Utc>>,
}

/// Whether it is an hour to call at the person's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// It is, in every zone the person may be in, until then.
    Open {
        /// When the first zone reaches 21:00.
        until: DateTime<Utc>,
    },
    /// It is not, in at least one of them, until then.
    Quiet {
        /// When all of them are past 8:00 and before 21:00.
        until: DateTime<Utc>,
    },
}

impl Hours {
    /// Whether one may call.
    pub const fn is_open(&self) -> bool {
        matches!(self, Hours::Open { .. })
    }

    /// Until when that stays so.
    pub const fn until(&self) -> &DateTime<Utc> {
        match self {
            Hours::Open { until } | Hours::Quiet { until } => until,
        }
    }
}

/// All of it for one debt at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactMeter {
    /// For which moment.
    pub now: DateTime<Utc>,
    /// The calls.
    pub frequency: Frequency,
    /// The last conversation, if there was one.
    pub conversation: Option<Conversation>,
    /// The hours.
    pub hours: Hours,
    /// Where the person may be.
    pub place: Place,
    /// The person agreed to be called and texted.
    pub phone_consent: bool,
    /// The number is on a do-not-call list.
    pub dnc_registered: bool,
    /// What the person has chosen.
    pub choices: Choices,
}

/// When the person may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Now.
    Now,
    /// Not before then.
    From(DateTime<Utc>),
    /// Not at all: by what the person has chosen.
    Never,
}

impl ContactMeter {
    /// Reads the meter.
    pub fn read(facts: MeterFacts, now: DateTime<Utc>) -> ContactMeter {
        let place = facts.place;
        let counted: Vec<PlacedCall> =
            facts.placed.into_iter().filter(|call| call.at <= now && week_ends(call.at, &place) > now).collect();
        let frequency = Frequency {
            calls: counted.len(),
            not_connected: counted.iter().filter(|call| !call.connected).count(),
            // With the seventh newest gone there are six.
            free_at: counted.get(CALLS_IN_SEVEN_DAYS - 1).map(|call| week_ends(call.at, &place)),
        };
        let conversation = facts.last_conversation.map(|at| Conversation {
            at,
            days_ago: (now - at).num_days(),
            free_at: Some(week_ends(at, &place)).filter(|end| *end > now),
        });
        ContactMeter {
            now,
            frequency,
            conversation,
            hours: hours(now, &place),
            place,
            phone_consent: facts.phone_consent,
            dnc_registered: facts.dnc_registered,
            choices: facts.choices,
        }
    }

    /// Whether a call now would go against none of the rules.
    pub fn is_free(&self) -> bool {
        self.next_call_at().is_none()
    }

    /// The first moment at which a call would go against none of the rules; `None` when that is now.
    pub fn next_call_at(&self) -> Option<DateTime<Utc>> {
        let free_at = [self.frequency.free_at, self.conversation.and_then(|last| last.free_at)];
        let from = free_at.into_iter().flatten().max().unwrap_or(self.now);
        match hours(from, &self.place) {
            Hours::Quiet { until } => Some(until),
            Hours::Open { .. } => Some(from).filter(|from| *from > self.now),
        }
    }

    /// When a call would go against none of the rules and against nothing the person has chosen.
    pub fn verdict(&self) -> Verdict {
        let forever = |objection: &Objection| !matches!(objection, Objection::Limit(_));
        if self.objections(self.now).iter().any(forever) {
            return Verdict::Never;
        }
        // Times that do not suit begin and end with full hours, and every week is like the next.
        let first = self.next_call_at().unwrap_or(self.now);
        let hours = (0..=8 * 24).filter_map(|hours| {
            let at = first + Duration::hours(hours);
            if hours == 0 { Some(at) } else { at.with_minute(0)?.with_second(0)?.with_nanosecond(0) }
        });
        let free = |at: &DateTime<Utc>| hours_are_open(*at, &self.place) && self.objections(*at).is_empty();
        match hours.into_iter().find(free) {
            Some(at) if at == self.now => Verdict::Now,
            Some(at) => Verdict::From(at),
            None => Verdict::Never,
        }
    }

    /// What the person has chosen against a call at a moment.
    fn objections(&self, at: DateTime<Utc>) -> Vec<Objection> {
        self.choices.objections(Channel::Call, at, &self.place)
    }

    /// What the person has chosen against a call now.
    pub fn objections_now(&self) -> Vec<Objection> {
        self.objections(self.now)
    }

    /// Places where the person does not want to be called; only the caller knows whether the number leads there.
    pub fn places(&self) -> Vec<Limit> {
        self.choices.limits.iter().copied().filter(|limit| limit.is_place()).collect()
    }

    /// The zones whose clocks tell different times now, where the place is known.
    pub fn zones_now(&self) -> Vec<Tz> {
        let mut zones = if self.place.known == Known::Unknown { Vec::new() } else { self.place.zones().to_vec() };
        zones.dedup_by_key(|zone| self.now.with_timezone(zone).naive_local());
        zones
    }
}

/// When seven consecutive days that begin with `at` are over. The rule counts days, of which the first is the one of the call
/// itself; on its last day whole hours are the stricter count, and on a day of 25 hours the days are. Both must be over.
fn week_ends(at: DateTime<Utc>, place: &Place) -> DateTime<Utc> {
    let midnights = place.zones().iter().filter_map(|zone| {
        let eighth = at.with_timezone(zone).date_naive().checked_add_days(Days::new(7))?;
        moment(zone, eighth, 0)
    });
    midnights.fold(at + Duration::days(7), DateTime::max)
}

/// Whether every clock of a place is within the hours.
fn hours_are_open(at: DateTime<Utc>, place: &Place) -> bool {
    place.zones().iter().all(|zone| (FIRST_HOUR..LAST_HOUR).contains(&at.with_timezone(zone).hour()))
}

/// Whether one may call at that moment, and until when that stays so.
fn hours(now: DateTime<Utc>, place: &Place) -> Hours {
    let is_open = |at| hours_are_open(at, place);
    let coming = |hour| {
        place.zones().iter().flat_map(move |zone| {
            let today = now.with_timezone(zone).date_naive();
            (0..3).filter_map(move |days| moment(zone, today.checked_add_days(Days::new(days))?, hour))
        })
    };
    // Every zone of the country has its hours in common with every other, so there is always a next moment.
    let after = |next: Option<DateTime<Utc>>| next.unwrap_or(now + Duration::days(1));
    if is_open(now) {
        Hours::Open { until: after(coming(LAST_HOUR).filter(|at| *at > now).min()) }
    } else {
        Hours::Quiet { until: after(coming(FIRST_HOUR).filter(|at| *at > now && is_open(*at)).min()) }
    }
}

/// A full hour of a day in a zone. Where clocks jump over it, the hour after.
fn moment(zone: &Tz, day: NaiveDate, hour: u32) -> Option<DateTime<Utc>> {
    (hour..24).find_map(|hour| {
        let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
        zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests;
