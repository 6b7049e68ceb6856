//! What time it may be where a consumer is, from the state and the ZIP code on file.

use chrono_tz::Tz;
use chrono_tz::{America, Pacific};

/// How well a place is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By the state on file; a ZIP code, where there is one, agrees.
    State,
    /// By the ZIP code alone.
    PostalCode,
    /// State and ZIP code name two places: both count.
    Contradictory,
    /// Neither says anything: every zone of the country counts.
    Unknown,
}

impl Known {
    /// Its name in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Known::State => "state",
            Known::PostalCode => "postal-code",
            Known::Contradictory => "contradictory",
            Known::Unknown => "unknown",
        }
    }
}

/// The time zones a consumer may be in. What is asked of the hour there is asked of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    zones: Vec<Tz>,
    /// How well it is known.
    pub known: Known,
}

impl Place {
    /// From the columns `debtors.state` and `debtors.zip_code`, as they were imported.
    pub fn on_file(state: Option<&str>, zip_code: Option<&str>) -> Place {
        let by_state = state.and_then(zones_of_state);
        let by_code = zip_code.and_then(state_of_code).and_then(zones_of_state);
        let (zones, known): (Vec<Tz>, Known) = match (by_state, by_code) {
            (Some(state), Some(code)) if state != code => ([state, code].concat(), Known::Contradictory),
            (Some(zones), _) => (zones.to_vec(), Known::State),
            (None, Some(zones)) => (zones.to_vec(), Known::PostalCode),
            (None, None) => (STATES.iter().flat_map(|(_, zones)| zones.iter().copied()).collect(), Known::Unknown),
        };
        let mut place = Place { zones, known };
        place.zones.sort_unstable_by_key(|zone| zone.name());
        place.zones.dedup();
        place
    }

    /// Its zones, each once; never empty.
    pub fn zones(&self) -> &[Tz] {
        &self.zones
    }
}

/// The state on file, or else the one that the ZIP code is in: two capital letters. Where they contradict each other, the state
/// counts; `None` where neither says anything.
pub fn state_on_file(state: Option<&str>, zip_code: Option<&str>) -> Option<&'static str> {
    let known =
        |code: &str| STATES.iter().map(|(state, _)| *state).find(|state| state.eq_ignore_ascii_case(code.trim()));
    state.and_then(known).or_else(|| zip_code.and_then(state_of_code))
}

fn zones_of_state(code: &str) -> Option<&'static [Tz]> {
    let code = code.trim();
    STATES.iter().find(|(state, _)| state.eq_ignore_ascii_case(code)).map(|(_, zones)| *zones)
}

/// The state that the Postal Service gives a ZIP code to. Spreadsheets drop leading zeros; these are put back.
fn state_of_code(zip_code: &str) -> Option<&'static str> {
    let five = zip_code.trim().split(['-', ' ']).next().unwrap_or_default();
    if five.is_empty() || !five.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (digits, plus_four) = (five.len(), five.parse::<u32>().ok()?);
    let five: u32 = match digits {
        3..=5 => plus_four,
        7..=9 => plus_four / 10_000,
        _ => return None,
    };
    EXCEPTIONS.iter().find(|(code, _)| *code == five).map(|(_, state)| *state).or_else(|| {
        CODES.iter().find(|(from, to, _)| (*from..=*to).contains(&(five / 100))).map(|(_, _, state)| *state)
    })
}

/// Every state, the District of Columbia and the territories with the zones that are observed in them: the boundaries of 49 CFR
/// part 71, and those parts that the IANA time zone database lists beside the official one (the Navajo Nation in Arizona, Malheur
/// County in Oregon, Menominee in Michigan, West Wendover in Nevada). Military post (AA, AE, AP) may be anywhere, so it is not here.
const STATES: &[(&str, &[Tz])] = &[
    ("AL", &[America::Chicago]),
    ("AK", &[America::Anchorage, America::Adak]),
    ("AS", &[Pacific::Pago_Pago]),
    ("AZ", &[America::Phoenix, America::Denver]),
    ("AR", &[America::Chicago]),
    ("CA", &[America::Los_Angeles]),
    ("CO", &[America::Denver]),
    ("CT", &[America::New_York]),
    ("DC", &[America::New_York]),
    ("DE", &[America::New_York]),
    ("FL", &[America::New_York, America::Chicago]),
    ("GA", &[America::New_York]),
    ("GU", &[Pacific::Guam]),
    ("HI", &[Pacific::Honolulu]),
    ("IA", &[America::Chicago]),
    ("ID", &[America::Boise, America::Los_Angeles]),
    ("IL", &[America::Chicago]),
    ("IN", &[America::Indianapolis, America::Chicago]),
    ("KS", &[America::Chicago, America::Denver]),
    ("KY", &[America::New_York, America::Chicago]),
    ("LA", &[America::Chicago]),
    ("MA", &[America::New_York]),
    ("MD", &[America::New_York]),
    ("ME", &[America::New_York]),
    ("MI", &[America::Detroit, America::Menominee]),
    ("MN", &[America::Chicago]),
    ("MO", &[America::Chicago]),
    ("MP", &[Pacific::Guam]),
    ("MS", &[America::Chicago]),
    ("MT", &[America::Denver]),
    ("NC", &[America::New_York]),
    ("ND", &[America::Chicago, America::Denver]),
    ("NE", &[America::Chicago, America::Denver]),
    ("NH", &[America::New_York]),
    ("NJ", &[America::New_York]),
    ("NM", &[America::Denver]),
    ("NV", &[America::Los_Angeles, America::Denver]),
    ("NY", &[America::New_York]),
    ("OH", &[America::New_York]),
    ("OK", &[America::Chicago]),
    ("OR", &[America::Los_Angeles, America::Boise]),
    ("PA", &[America::New_York]),
    ("PR", &[America::Puerto_Rico]),
    ("RI", &[America::New_York]),
    ("SC", &[America::New_York]),
    ("SD", &[America::Chicago, America::Denver]),
    ("TN", &[America::New_York, America::Chicago]),
    ("TX", &[America::Chicago, America::Denver]),
    ("UT", &[America::Denver]),
    ("VA", &[America::New_York]),
    ("VI", &[America::St_Thomas]),
    ("VT", &[America::New_York]),
    ("WA", &[America::Los_Angeles]),
    ("WI", &[America::Chicago]),
    ("WV", &[America::New_York]),
    ("WY", &[America::Denver]),
];

/// The first three digits of ZIP codes by state: the Postal Service's list of 3-digit prefixes (Domestic Mail Manual, L002).
/// Prefixes in use for military post, or for nobody, are left out.
#[rustfmt::skip]
const CODES: &[(u32, u32, &str)] = &[
    (5, 5, "NY"), (6, 7, "PR"), (8, 8, "VI"), (9, 9, "PR"), (10, 27, "MA"), (28, 29, "RI"), (30, 38, "NH"), (39, 49, "ME"),
    (50, 54, "VT"), (55, 55, "MA"), (56, 59, "VT"), (60, 69, "CT"), (70, 89, "NJ"), (100, 149, "NY"), (150, 196, "PA"),
    (197, 199, "DE"), (200, 200, "DC"), (201, 201, "VA"), (202, 205, "DC"), (206, 219, "MD"), (220, 246, "VA"), (247, 268, "WV"),
    (270, 289, "NC"), (290, 299, "SC"), (300, 319, "GA"), (320, 339, "FL"), (341, 349, "FL"), (350, 369, "AL"), (370, 385, "TN"),
    (386, 397, "MS"), (398, 399, "GA"), (400, 427, "KY"), (430, 459, "OH"), (460, 479, "IN"), (480, 499, "MI"), (500, 528, "IA"),
    (530, 549, "WI"), (550, 567, "MN"), (569, 569, "DC"), (570, 577, "SD"), (580, 588, "ND"), (590, 599, "MT"), (600, 629, "IL"),
    (630, 658, "MO"), (660, 679, "KS"), (680, 693, "NE"), (700, 714, "LA"), (716, 729, "AR"), (730, 732, "OK"), (733, 733, "TX"),
    (734, 749, "OK"), (750, 799, "TX"), (800, 816, "CO"), (820, 831, "WY"), (832, 838, "ID"), (840, 847, "UT"), (850, 865, "AZ"),
    (870, 884, "NM"), (885, 885, "TX"), (889, 898, "NV"), (900, 961, "CA"), (967, 968, "HI"), (969, 969, "GU"), (970, 979, "OR"),
    (980, 994, "WA"), (995, 999, "AK"),
];

/// Codes in the range of another place, in another zone.
const EXCEPTIONS: &[(u32, &str)] = &[(96799, "AS")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_stands_once_and_has_codes() {
        let mut states: Vec<&str> = STATES.iter().map(|(state, _)| *state).collect();
        states.sort_unstable();
        states.dedup();
        assert_eq!((states.len(), STATES.len()), (56, 56), "50 states, the District and 5 territories");
        for state in states {
            // The Northern Marianas share Guam's prefix, and its hour.
            let has_codes = CODES.iter().any(|(_, _, of)| *of == state) || state == "AS" || state == "MP";
            assert!(has_codes, "{state}");
            assert!(!zones_of_state(state).unwrap().is_empty(), "{state}");
        }
        assert!(CODES.windows(2).all(|pair| pair[0].1 < pair[1].0), "ranges stand in order and do not overlap");
        assert!(CODES.iter().all(|(from, to, state)| from <= to && zones_of_state(state).is_some()));
    }

    #[test]
    fn the_state_whose_law_applies() {
        assert_eq!(state_on_file(Some(" ny"), Some("97204")), Some("NY"));
        assert_eq!(state_on_file(None, Some("90012-1234")), Some("CA"));
        assert_eq!(state_on_file(Some("??"), Some("2134")), Some("MA"));
        assert_eq!(state_on_file(Some(""), None), None);
    }

    #[test]
    fn a_place_by_state_by_code_by_both_and_by_neither() {
        let place = |state, code| {
            let place = Place::on_file(state, code);
            (place.known, place.zones().iter().map(|zone| zone.name()).collect::<Vec<_>>())
        };
        assert_eq!(place(Some("ny"), None), (Known::State, vec!["America/New_York"]));
        assert_eq!(place(Some(" NY "), Some("10001-0001")), (Known::State, vec!["America/New_York"]));
        assert_eq!(place(Some("TN"), None), (Known::State, vec!["America/Chicago", "America/New_York"]));
        assert_eq!(place(None, Some("97204")), (Known::PostalCode, vec!["America/Boise", "America/Los_Angeles"]));
        assert_eq!(place(Some("??"), Some("2134")), (Known::PostalCode, vec!["America/New_York"]));
        assert_eq!(place(Some(""), Some("606010001")), (Known::PostalCode, vec!["America/Chicago"]));
        assert_eq!(place(None, Some("96799")), (Known::PostalCode, vec!["Pacific/Pago_Pago"]));
        assert_eq!(place(None, Some("96813")), (Known::PostalCode, vec!["Pacific/Honolulu"]));
        assert_eq!(
            place(Some("CA"), Some("10001")),
            (Known::Contradictory, vec!["America/Los_Angeles", "America/New_York"])
        );
        for (state, code) in [(None, None), (Some("XX"), Some("x")), (Some("AE"), Some("09012")), (None, Some("12"))] {
            let (known, zones) = place(state, code);
            assert_eq!(known, Known::Unknown, "{state:?} {code:?}");
            for zone in ["America/Puerto_Rico", "Pacific/Honolulu", "Pacific/Guam", "America/New_York"] {
                assert!(zones.contains(&zone), "{zone}");
            }
        }
    }
}
