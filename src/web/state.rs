//! What every handler can reach.

use chrono::Duration;

use crate::cashier::Cashier;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::models::identity::AttemptLimits;
use crate::models::session::SessionLimits;
use crate::web::assets::Assets;
use crate::web::security::Headers;

/// The application as handlers see it; built once, shared by all workers.
pub struct AppState {
    /// The settings.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Stripe and the ledger together.
    pub cashier: Cashier,
    /// Style sheets and icons.
    pub assets: Assets,
    /// Headers of every answer.
    pub headers: Headers,
}

impl AppState {
    /// When sessions end.
    pub fn session_limits(&self) -> SessionLimits {
        let session = &self.settings.args.session;
        SessionLimits {
            idle: Duration::minutes(session.session_idle_minutes.into()),
            max: Duration::minutes(session.session_max_minutes.into()),
        }
    }

    /// How many wrong answers are let through.
    pub fn attempt_limits(&self) -> AttemptLimits {
        attempt_limits(&self.settings)
    }
}

/// How many wrong answers `settings` let through.
pub fn attempt_limits(settings: &Settings) -> AttemptLimits {
    let identity = &settings.args.identity;
    AttemptLimits {
        per_link: identity.identity_attempts,
        per_link_total: identity.identity_attempts_total,
        per_address: identity.identity_attempts_per_address,
        window: Duration::minutes(identity.identity_window_minutes.into()),
    }
}
