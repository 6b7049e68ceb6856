//! Settings as the limits that models go by.

use chrono::Duration;

use crate::config::Settings;
use crate::models::identity::AttemptLimits;
use crate::models::session::SessionLimits;

/// When sessions end.
pub fn of_sessions(settings: &Settings) -> SessionLimits {
    let session = &settings.args.session;
    SessionLimits {
        idle: Duration::minutes(session.session_idle_minutes.into()),
        max: Duration::minutes(session.session_max_minutes.into()),
    }
}

/// When sessions of staff end.
pub fn of_staff_sessions(settings: &Settings) -> SessionLimits {
    let staff = &settings.args.staff;
    SessionLimits {
        idle: Duration::minutes(staff.staff_idle_minutes.into()),
        max: Duration::minutes(staff.staff_max_minutes.into()),
    }
}

/// How many wrong answers are let through.
pub fn of_attempts(settings: &Settings) -> AttemptLimits {
    let identity = &settings.args.identity;
    AttemptLimits {
        per_link: identity.identity_attempts,
        per_link_total: identity.identity_attempts_total,
        per_address: identity.identity_attempts_per_address,
        window: Duration::minutes(identity.identity_window_minutes.into()),
    }
}

/// How long after the last sweep the next is overdue; `None` where none is to run.
pub fn of_sweep(settings: &Settings) -> Option<Duration> {
    let interval = i64::try_from(settings.args.stripe.sweep_interval_seconds).unwrap_or(i64::MAX / 2_000);
    (interval > 0).then(|| Duration::seconds(interval.saturating_mul(10).max(900)))
}

/// For how long a personal link works; `None` for good.
pub fn of_links(settings: &Settings) -> Option<Duration> {
    let days = settings.args.identity.link_days;
    (days > 0).then(|| Duration::days(days.into()))
}
