//! Long lists: where a page of one ends, and how many rows there are without counting them all.

use std::fmt::{self, Display};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

/// The last row of a page in a list that is ordered by time, then id. A page holds what comes strictly after it, so no row is lost or
/// shown twice however many share an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// When.
    pub at: DateTime<Utc>,
    /// Its id; Stripe's are text.
    pub id: String,
}

/// No id is longer: Stripe's have at most 255 characters.
const LONGEST_ID: usize = 255;

impl Position {
    /// The position of a row of ours.
    pub fn new(at: DateTime<Utc>, id: Uuid) -> Position {
        Position { at, id: id.to_string() }
    }

    /// The id of a row of ours.
    pub fn uuid(&self) -> Option<Uuid> {
        self.id.parse().ok()
    }

    /// The position as an address carries it.
    pub fn encode(&self) -> String {
        let mut bytes = self.at.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a position from an address; `None` when it is not one.
    pub fn decode(text: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        // The years that the tables allow; PostgreSQL refuses to compare with some that lie beyond.
        let at =
            DateTime::from_timestamp_micros(i64::from_be_bytes(*at)).filter(|at| (1..=9999).contains(&at.year()))?;
        let id = std::str::from_utf8(id).ok().filter(|id| id.len() <= LONGEST_ID && !id.contains('\0'))?;
        Some(Position { at, id: id.to_owned() })
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next page begins, if there is more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of `size` rows out of those that were read, one more than that where there is more.
    pub fn cut(mut rows: Vec<T>, size: usize, position: impl Fn(&T) -> String) -> Page<T> {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(position);
        Page { rows, next }
    }

    /// The same page with something else in the place of each row.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(each).collect(), next: self.next }
    }
}

/// A number of rows that was counted up to a limit only: beyond it nobody needs the figure, and it would be dear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(i64);

impl Counted {
    /// Beyond this it is not counted.
    pub const LIMIT: i64 = 10_000;

    /// From what was counted; queries stop at one more than the limit.
    pub const fn new(count: i64) -> Counted {
        Counted(count)
    }

    /// Whether there are none.
    pub const fn is_zero(self) -> bool {
        self.0 <= 0
    }

    /// The number for plural forms.
    pub fn number(self) -> i64 {
        self.0.min(Self::LIMIT)
    }
}

impl Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            more if more > Self::LIMIT => f.write_str("10,000+"),
            count if count >= 1000 => write!(f, "{},{:03}", count / 1000, count % 1000),
            count => write!(f, "{count}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_exact_up_to_the_limit_and_honest_beyond() {
        for (count, shown) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (10_000, "10,000"), (10_001, "10,000+"), (99_999, "10,000+")]
        {
            assert_eq!(Counted::new(count).to_string(), shown);
        }
    }

    #[test]
    fn a_page_tells_of_the_next_only_where_there_is_one() {
        let page = |rows: Vec<i32>| Page::cut(rows, 2, ToString::to_string);
        assert_eq!(page(vec![1, 2]), Page { rows: vec![1, 2], next: None });
        assert_eq!(page(vec![1, 2, 3]), Page { rows: vec![1, 2], next: Some("2".to_owned()) });
        assert_eq!(page(vec![]), Page { rows: vec![], next: None });
    }

    proptest! {
        #[test]
        fn a_position_survives_its_address(micros in -62_000_000_000_000_000i64..250_000_000_000_000_000, id in "[a-zA-Z0-9_-]{0,255}") {
            let position = Position { at: DateTime::from_timestamp_micros(micros).unwrap(), id };
            prop_assert_eq!(Position::decode(&position.encode()), Some(position));
        }

        #[test]
        fn any_text_is_a_position_or_none(text in ".{0,60}") {
            let _ = Position::decode(&text);
        }
    }
}
