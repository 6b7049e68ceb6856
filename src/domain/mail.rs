//! The e-mails the portal sends: which of them may go at any hour, when the others go, and what of their reading may be believed.

use chrono::{DateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::choice::Limit;
use crate::domain::place::Place;

/// A kind of e-mail: one template in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// The personal link, sent by staff.
    Link,
    /// A link in place of one that no longer works, asked for by the person.
    FreshLink,
    /// The six digits of the identity check.
    Code,
    /// A payment was received.
    Receipt,
    /// A case was opened: number, time, and a copy of what was said. Facts: `case_id`.
    CaseOpened,
    /// Staff has answered a case. Facts: `case_id`.
    CaseAnswered,
    /// Choices about contact were changed. Facts: none.
    ChoicesChanged,
    /// Contact data was corrected; goes to the old and the new address. Facts: none.
    ContactChanged,
    /// Consent to electronic notices was given or withdrawn. Facts: `given`, a boolean.
    Esign,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [MailKind; 9] = [
        Self::Link,
        Self::FreshLink,
        Self::Code,
        Self::Receipt,
        Self::CaseOpened,
        Self::CaseAnswered,
        Self::ChoicesChanged,
        Self::ContactChanged,
        Self::Esign,
    ];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailKind::Link => "link",
            MailKind::FreshLink => "fresh_link",
            MailKind::Code => "code",
            MailKind::Receipt => "receipt",
            MailKind::CaseOpened => "case_opened",
            MailKind::CaseAnswered => "case_answered",
            MailKind::ChoicesChanged => "choices_changed",
            MailKind::ContactChanged => "contact_changed",
            MailKind::Esign => "esign",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the person has just done what it answers, so that it goes at any hour: a communication the consumer initiates
    /// is not at a time known to be inconvenient (12 CFR 1006.6(b)(1), comment 6(b)(1)-1).
    pub const fn is_asked_for(self) -> bool {
        match self {
            MailKind::FreshLink
            | MailKind::Code
            | MailKind::Receipt
            | MailKind::CaseOpened
            | MailKind::ChoicesChanged
            | MailKind::ContactChanged
            | MailKind::Esign => true,
            MailKind::Link | MailKind::CaseAnswered => false,
        }
    }

    /// Whether it is the way in, which goes to nobody but the person: only to the address that is on file when it is sent.
    pub const fn is_key(self) -> bool {
        match self {
            MailKind::Link | MailKind::FreshLink | MailKind::Code => true,
            MailKind::Receipt
            | MailKind::CaseOpened
            | MailKind::CaseAnswered
            | MailKind::ChoicesChanged
            | MailKind::ContactChanged
            | MailKind::Esign => false,
        }
    }
}

/// What became of an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStatus {
    /// Waits to be sent.
    Queued,
    /// A sender has it.
    Taken,
    /// The mail server accepted it.
    Sent,
    /// Given up after many attempts.
    Failed,
    /// Refused for good, as for an address that does not exist.
    Bounced,
    /// A sender had it and never said what came of it: it may have been sent, so only staff sends it again.
    Unknown,
    /// Not to be sent.
    Withheld,
}

impl MailStatus {
    /// Every status.
    pub const ALL: [MailStatus; 7] =
        [Self::Queued, Self::Taken, Self::Sent, Self::Failed, Self::Bounced, Self::Unknown, Self::Withheld];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailStatus::Queued => "queued",
            MailStatus::Taken => "taken",
            MailStatus::Sent => "sent",
            MailStatus::Failed => "failed",
            MailStatus::Bounced => "bounced",
            MailStatus::Unknown => "unknown",
            MailStatus::Withheld => "withheld",
        }
    }

    /// The status of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether staff may send it again: whatever was not sent for certain.
    pub const fn may_go_again(self) -> bool {
        match self {
            MailStatus::Failed | MailStatus::Bounced | MailStatus::Unknown | MailStatus::Withheld => true,
            MailStatus::Queued | MailStatus::Taken | MailStatus::Sent => false,
        }
    }
}

/// Minutes until the next attempt, by the number of attempts made; after the last one it is given up, about two days on.
const DELAYS: [i64; 9] = [1, 2, 5, 15, 60, 180, 480, 960, 1440];

/// How long to wait after so many failed attempts; `None` when it is given up.
pub fn delay_after(attempts: i32) -> Option<TimeDelta> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    DELAYS.get(place).map(|minutes| TimeDelta::minutes(*minutes))
}

/// The first hour of a day in which a consumer may be written to unasked (12 CFR 1006.6(b)(1)(i)).
const FIRST_HOUR: u32 = 8;
/// The hour at which that ends.
const LAST_HOUR: u32 = 21;

/// From when on a person there may be written to unasked: `now`, or the next moment at which it is 8 a.m. or later and not yet
/// 9 p.m. in every zone they may be in. `None` where there is no such moment within days.
pub fn next_hour(place: &Place, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut moment = now;
    for _ in 0..ROUNDS {
        let later = place.zones().iter().filter_map(|zone| opening(*zone, moment)).max();
        match later {
            None => return Some(moment),
            Some(later) => moment = later,
        }
    }
    None
}

/// The same, and a time that suits: none of those that the person has ruled out (12 CFR 1006.14(h), 1006.6(b)(1)(i)). `None` where
/// nothing is left within two weeks.
pub fn next_suitable(place: &Place, limits: &[Limit], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut moment = next_hour(place, now)?;
    while limits.iter().any(|limit| limit.covers(moment, place)) {
        let on_the_hour = moment.with_minute(0)?.with_second(0)?.with_nanosecond(0)?;
        moment = next_hour(place, on_the_hour + TimeDelta::hours(1))?;
        if moment - now > TimeDelta::days(14) {
            return None;
        }
    }
    Some(moment)
}

/// Each round opens a zone that was closed; a set of zones that never are open at once would go on for ever.
const ROUNDS: usize = 20;

/// When the hours begin again at a place where it is outside them.
fn opening(zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = now.with_timezone(&zone);
    let day = match local.hour() {
        FIRST_HOUR..LAST_HOUR => return None,
        0..FIRST_HOUR => local.date_naive(),
        _ => local.date_naive().succ_opt()?,
    };
    let opens = day.and_hms_opt(FIRST_HOUR, 0, 0)?;
    zone.from_local_datetime(&opens).earliest().map(|opens| opens.with_timezone(&Utc))
}

/// Words by which a sender's name tells that somebody owes money, in both languages.
const TELLING: [&str; 14] = [
    "debt", "deuda", "collect", "recover", "cobranza", "cobro", "recupera", "cobrad", "credit", "arrear", "owed",
    "moros", "attorney", "abogad",
];

/// Whether a name tells third parties what a message is about (12 CFR 1006.6(d)(1), 1006.22(f)(2)).
pub fn name_tells(name: &str) -> bool {
    let name = name.to_lowercase();
    TELLING.iter().any(|word| name.contains(word))
}

/// An address for people who need not know it: the first letter and the domain.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().next().map(String::from).unwrap_or_default()),
        None => "…".to_owned(),
    }
}

/// Who asked for a tracked link or a pixel, as far as that tells a person from a machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fetch<'a> {
    /// The method is HEAD.
    pub is_head: bool,
    /// The headers by which browsers say that nobody looks yet: `Purpose`, `Sec-Purpose`, `X-Purpose`, `X-Moz`.
    pub purposes: [Option<&'a str>; 4],
    /// What the program calls itself.
    pub user_agent: &'a str,
}

/// Programs that fetch what stands in mails whether or not a person reads them: image proxies of mail providers, link scanners of
/// mail servers, previews of messengers, and whatever calls itself a machine.
const MACHINES: [&str; 21] = [
    "googleimageproxy",
    "yahoomailproxy",
    "yahoocachesystem",
    "bot",
    "crawl",
    "spider",
    "preview",
    "scan",
    "proofpoint",
    "barracuda",
    "mimecast",
    "safelinks",
    "bingpreview",
    "facebookexternalhit",
    "whatsapp",
    "slack",
    "curl/",
    "wget",
    "python",
    "okhttp",
    "go-http-client",
];

/// Within so many seconds of sending, scanners of the receiving mail server follow every link.
const SCANNERS_SECONDS: i64 = 10;

impl Fetch<'_> {
    /// Whether it may be a person, so many seconds after the mail was sent. It is a guess either way and never proof.
    pub fn may_be_a_person(&self, seconds_after: i64) -> bool {
        let agent = self.user_agent.trim().to_ascii_lowercase();
        // Apple's privacy proxy says this and no more.
        let bare = agent.is_empty() || agent == "mozilla/5.0";
        let machine = bare || MACHINES.iter().any(|name| agent.contains(name));
        let early = self.purposes.iter().flatten().any(|purpose| {
            let purpose = purpose.to_ascii_lowercase();
            ["prefetch", "preview", "prerender"].iter().any(|word| purpose.contains(word))
        });
        !self.is_head && !machine && !early && seconds_after >= SCANNERS_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(state: &str, now: &str) -> String {
        let place = Place::on_file(Some(state), None);
        let now = now.parse::<DateTime<Utc>>().unwrap();
        next_hour(&place, now).unwrap().format("%m-%dT%H:%M:%SZ").to_string()
    }

    #[test]
    fn row_10_mail_unasked_goes_between_8_and_21_where_the_person_is() {
        // New York in winter is UTC-5: 8:00 is 13:00 UTC, 21:00 is 02:00.
        assert_eq!(next("NY", "2026-01-15T12:59:59Z"), "01-15T13:00:00Z");
        assert_eq!(next("NY", "2026-01-15T13:00:00Z"), "01-15T13:00:00Z");
        assert_eq!(next("NY", "2026-01-16T01:59:59Z"), "01-16T01:59:59Z");
        assert_eq!(next("NY", "2026-01-16T02:00:00Z"), "01-16T13:00:00Z");
    }

    #[test]
    fn row_10_the_hours_move_with_daylight_saving_time() {
        // The clocks go forward on March 8, 2026: the evening before is winter's, the morning is summer's.
        assert_eq!(next("NY", "2026-03-08T02:00:00Z"), "03-08T12:00:00Z");
        assert_eq!(next("NY", "2026-03-07T02:00:00Z"), "03-07T13:00:00Z");
        // And back on November 1.
        assert_eq!(next("NY", "2026-11-01T01:00:00Z"), "11-01T13:00:00Z");
        // Arizona keeps its clocks, the Navajo Nation in it does not: in summer 8:00 in Phoenix is 9:00 there.
        assert_eq!(next("AZ", "2026-07-01T14:30:00Z"), "07-01T15:00:00Z");
        assert_eq!(next("AZ", "2026-07-02T03:00:00Z"), "07-02T15:00:00Z", "21:00 in Denver's zone, 20:00 in Phoenix");
    }

    #[test]
    fn row_10_in_a_state_of_two_zones_the_hours_are_those_of_both() {
        // Tennessee: New York's and Chicago's. It is 8:00 in both from 14:00 UTC on, and before 21:00 in both until 02:00.
        assert_eq!(next("TN", "2026-01-15T13:30:00Z"), "01-15T14:00:00Z");
        assert_eq!(next("TN", "2026-01-16T01:59:00Z"), "01-16T01:59:00Z");
        assert_eq!(next("TN", "2026-01-16T02:30:00Z"), "01-16T14:00:00Z");
        // Alaska with the Aleutians.
        assert_eq!(next("AK", "2026-01-15T17:30:00Z"), "01-15T18:00:00Z");
    }

    #[test]
    fn row_10_who_may_be_anywhere_is_written_to_when_it_is_day_everywhere() {
        let place = Place::on_file(None, None);
        for hour in 0..48 {
            let now = "2026-07-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hour);
            let at = next_hour(&place, now).unwrap();
            assert!(at >= now && at - now < TimeDelta::hours(24));
            for zone in place.zones() {
                assert!((8..21).contains(&at.with_timezone(zone).hour()), "{zone} at {at}");
            }
        }
    }

    #[test]
    fn delays_grow_and_end() {
        let delays: Vec<TimeDelta> = (1..).map_while(delay_after).collect();
        assert!(delays.is_sorted() && delays.len() == 9);
        assert_eq!((delay_after(0), delay_after(10)), (None, None));
    }

    #[test]
    fn names_that_tell_are_found() {
        for name in
            ["Acme Debt Services", "ABC COLLECTIONS", "Recovery Partners", "Cobranzas del Sur", "Grupo Deuda Cero"]
        {
            assert!(name_tells(name), "{name}");
        }
        for name in ["Harbor Lane Services", "Fairwater", "Northgate Account Services"] {
            assert!(!name_tells(name), "{name}");
        }
    }

    #[test]
    fn addresses_are_masked() {
        assert_eq!(masked("maria@mail.example"), "m…@mail.example");
        assert_eq!(masked("@mail.example"), "…@mail.example");
        assert_eq!(masked("nothing"), "…");
    }

    #[test]
    fn machines_are_no_readers() {
        let person = Fetch {
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ..Fetch::default()
        };
        assert!(person.may_be_a_person(10) && !person.may_be_a_person(9));
        assert!(!Fetch { is_head: true, ..person }.may_be_a_person(60));
        for purpose in ["prefetch", "prefetch;prerender", "preview"] {
            for place in 0..4 {
                let mut purposes = [None; 4];
                purposes[place] = Some(purpose);
                assert!(!Fetch { purposes, ..person }.may_be_a_person(60), "{purpose} {place}");
            }
        }
        for user_agent in [
            "",
            "Mozilla/5.0",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "curl/8.5.0",
        ] {
            assert!(!Fetch { user_agent, ..person }.may_be_a_person(60), "{user_agent}");
        }
    }
}
