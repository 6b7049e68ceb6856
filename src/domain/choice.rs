//! How a person wants to be contacted: by which channel, when, where, or not at all, and what speaks against a contact.

use chrono::{DateTime, Datelike, Timelike, Utc, Weekday};

use crate::domain::place::Place;

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// E-mail.
    Email,
    /// A telephone call.
    Call,
    /// A text message.
    Sms,
    /// A letter by post.
    Letter,
}

impl Channel {
    /// Every channel, in the order of the form.
    pub const ALL: [Channel; 4] = [Self::Email, Self::Call, Self::Sms, Self::Letter];

    /// The name of the field, the topic in the history, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Call => "call",
            Channel::Sms => "sms",
            Channel::Letter => "letter",
        }
    }

    /// The channel of that name.
    pub fn parse(text: &str) -> Option<Channel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// A time or place that does not suit. Times are those of the person's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Before noon.
    Mornings,
    /// From noon until 5 PM.
    Afternoons,
    /// From 5 PM.
    Evenings,
    /// Saturday and Sunday.
    Weekends,
    /// Monday to Friday, 9 AM to 5 PM.
    WorkHours,
    /// Any contact at the place of employment (12 CFR 1006.6(b)(3)).
    AtWork,
    /// Calls to the number at home.
    HomeNumber,
}

impl Limit {
    /// Times, in the order of the form.
    pub const TIMES: [Limit; 5] = [Self::Mornings, Self::Afternoons, Self::Evenings, Self::Weekends, Self::WorkHours];
    /// Places, in the order of the form.
    pub const PLACES: [Limit; 2] = [Self::AtWork, Self::HomeNumber];

    /// Times and places.
    pub fn all() -> impl Iterator<Item = Limit> {
        Self::TIMES.into_iter().chain(Self::PLACES)
    }

    /// The value of `contact_limits.what`, the name of the field, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Limit::Mornings => "mornings",
            Limit::Afternoons => "afternoons",
            Limit::Evenings => "evenings",
            Limit::Weekends => "weekends",
            Limit::WorkHours => "work_hours",
            Limit::AtWork => "at_work",
            Limit::HomeNumber => "home_number",
        }
    }

    /// The limit of that name.
    pub fn parse(text: &str) -> Option<Limit> {
        Self::all().find(|limit| limit.as_str() == text)
    }

    /// Whether this is a place: whether a contact reaches the person there, only who makes it knows.
    pub const fn is_place(self) -> bool {
        matches!(self, Limit::AtWork | Limit::HomeNumber)
    }

    /// Whether a moment lies in it on the clock of any zone the person may be in; never for a place.
    pub fn covers(self, at: DateTime<Utc>, place: &Place) -> bool {
        place.zones().iter().any(|zone| {
            let local = at.with_timezone(zone);
            let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
            match self {
                Limit::Mornings => local.hour() < 12,
                Limit::Afternoons => (12..17).contains(&local.hour()),
                Limit::Evenings => local.hour() >= 17,
                Limit::Weekends => weekend,
                Limit::WorkHours => !weekend && (9..17).contains(&local.hour()),
                Limit::AtWork | Limit::HomeNumber => false,
            }
        })
    }
}

/// What a person has chosen. The default is somebody who has said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// E-mail is allowed.
    pub email: bool,
    /// Calls: `None` where nothing was said; the law lets a call through then, an automatic dialer not.
    pub call: Option<bool>,
    /// Text messages: `None` where nothing was said, which is no consent.
    pub sms: Option<bool>,
    /// Letters are allowed.
    pub letter: bool,
    /// Since when there is to be no contact at all.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Whether an attorney is named: then contact goes there.
    pub has_attorney: bool,
    /// Times and places that do not suit, in order.
    pub limits: Vec<Limit>,
    /// The same in the person's own words.
    pub words: Option<String>,
}

impl Default for Choices {
    fn default() -> Choices {
        Choices {
            email: true,
            call: None,
            sms: None,
            letter: true,
            stopped_at: None,
            has_attorney: false,
            limits: Vec::new(),
            words: None,
        }
    }
}

/// What speaks against a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// No contact at all is wanted (12 CFR 1006.6(c)).
    Stopped,
    /// An attorney is to be contacted instead (12 CFR 1006.6(b)(2)).
    Attorney,
    /// This channel was refused (12 CFR 1006.14(h)).
    Refused(Channel),
    /// This time, or this place, does not suit (12 CFR 1006.6(b)(1) and (3)).
    Limit(Limit),
}

impl Choices {
    /// What was said about a channel; `None` where nothing was.
    pub const fn said(&self, channel: Channel) -> Option<bool> {
        match channel {
            Channel::Email => Some(self.email),
            Channel::Call => self.call,
            Channel::Sms => self.sms,
            Channel::Letter => Some(self.letter),
        }
    }

    /// Whether the person has said no to a channel.
    pub fn refuses(&self, channel: Channel) -> bool {
        self.said(channel) == Some(false)
    }

    /// Whether a program may use a channel by itself, apart from the hour: nothing was refused, nothing stopped, and for text
    /// messages there is an express yes.
    pub fn may_send(&self, channel: Channel) -> bool {
        let said = match channel {
            Channel::Sms => self.sms == Some(true),
            channel => !self.refuses(channel),
        };
        said && self.stopped_at.is_none() && !self.has_attorney
    }

    /// What speaks against a contact at that moment, apart from places.
    pub fn objections(&self, channel: Channel, at: DateTime<Utc>, place: &Place) -> Vec<Objection> {
        let mut found = Vec::new();
        if self.stopped_at.is_some_and(|since| since <= at) {
            found.push(Objection::Stopped);
        }
        if self.has_attorney {
            found.push(Objection::Attorney);
        }
        if self.refuses(channel) {
            found.push(Objection::Refused(channel));
        }
        // A letter lies in the box until somebody takes it.
        if channel != Channel::Letter {
            let covering = self.limits.iter().filter(|limit| limit.covers(at, place));
            found.extend(covering.map(|limit| Objection::Limit(*limit)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn names_lead_back_to_what_they_name() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
        }
        for limit in Limit::all() {
            assert_eq!(Limit::parse(limit.as_str()), Some(limit));
            assert_eq!(limit.is_place(), Limit::PLACES.contains(&limit));
        }
        assert!(Channel::parse("fax").is_none() && Limit::parse("").is_none());
    }

    #[test]
    fn times_are_those_of_the_persons_place() {
        let new_york = Place::on_file(Some("NY"), None);
        // Tuesday in New York, five hours behind UTC.
        for (moment, covering) in [
            ("2026-11-24T13:00:00Z", vec![Limit::Mornings]),
            ("2026-11-24T14:00:00Z", vec![Limit::Mornings, Limit::WorkHours]),
            ("2026-11-24T16:59:59Z", vec![Limit::Mornings, Limit::WorkHours]),
            ("2026-11-24T17:00:00Z", vec![Limit::Afternoons, Limit::WorkHours]),
            ("2026-11-24T22:00:00Z", vec![Limit::Evenings]),
            // Saturday.
            ("2026-11-28T17:00:00Z", vec![Limit::Afternoons, Limit::Weekends]),
            // Still Friday evening there.
            ("2026-11-28T02:00:00Z", vec![Limit::Evenings]),
        ] {
            let found: Vec<Limit> = Limit::all().filter(|limit| limit.covers(at(moment), &new_york)).collect();
            assert_eq!(found, covering, "{moment}");
        }
    }

    #[test]
    fn where_a_state_has_two_clocks_either_of_them_counts() {
        let tennessee = Place::on_file(Some("TN"), None);
        // 11:30 in Nashville, 12:30 in Knoxville.
        let moment = at("2026-11-24T17:30:00Z");
        assert!(Limit::Mornings.covers(moment, &tennessee) && Limit::Afternoons.covers(moment, &tennessee));
    }

    #[test]
    fn silence_allows_what_the_law_allows_and_no_more() {
        let silent = Choices::default();
        let may = |choices: &Choices| Channel::ALL.map(|channel| choices.may_send(channel));
        assert_eq!(may(&silent), [true, true, false, true]);
        assert_eq!(may(&Choices { sms: Some(true), ..silent.clone() }), [true; 4]);
        let now = at("2026-11-24T17:30:00Z");
        assert_eq!(may(&Choices { sms: Some(true), stopped_at: Some(now), ..silent.clone() }), [false; 4]);
        assert_eq!(may(&Choices { sms: Some(true), has_attorney: true, ..silent.clone() }), [false; 4]);
        let refusing = Choices { email: false, call: Some(false), sms: Some(false), letter: false, ..silent };
        assert_eq!(may(&refusing), [false; 4]);
    }

    #[test]
    fn every_objection_is_named() {
        let place = Place::on_file(Some("NY"), None);
        let now = at("2026-11-24T17:30:00Z");
        let choices = Choices {
            call: Some(false),
            stopped_at: Some(now),
            has_attorney: true,
            limits: vec![Limit::Afternoons, Limit::AtWork],
            ..Choices::default()
        };
        let all = [
            Objection::Stopped,
            Objection::Attorney,
            Objection::Refused(Channel::Call),
            Objection::Limit(Limit::Afternoons),
        ];
        assert_eq!(choices.objections(Channel::Call, now, &place), all);
        assert_eq!(choices.objections(Channel::Letter, now, &place), all[..2]);
        let before = choices.objections(Channel::Email, now - chrono::Duration::hours(1), &place);
        assert_eq!(before, [Objection::Attorney], "neither stopped by then, nor afternoon");
        assert!(Choices::default().objections(Channel::Sms, now, &place).is_empty());
    }
}
