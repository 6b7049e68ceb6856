//! The one source of the current time, so that tests can hold and move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Tells the time in UTC: the machine's, moved by an offset that only tests change.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed_at: Option<DateTime<Utc>>,
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed_at: Some(at), offset_micros: Arc::default() }
    }

    /// The current time, cut to microseconds: PostgreSQL keeps no more, and a value must survive the round trip.
    #[allow(clippy::disallowed_methods, reason = "the only place that may ask the machine")]
    pub fn now(&self) -> DateTime<Utc> {
        let base = self.fixed_at.unwrap_or_else(Utc::now);
        let moved = base + Duration::microseconds(self.offset_micros.load(Ordering::Relaxed));
        DateTime::from_timestamp_micros(moved.timestamp_micros()).unwrap_or(moved)
    }

    /// Moves every clone of this clock by `by`.
    pub fn advance(&self, by: Duration) {
        self.offset_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
