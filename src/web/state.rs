//! What every handler can reach.

use std::sync::Arc;

use chrono::NaiveDate;
use tokio::sync::Notify;

use crate::cashier::Cashier;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::limits;
use crate::models::identity::AttemptLimits;
use crate::models::session::SessionLimits;
use crate::web::assets::Assets;
use crate::web::disclosures::Shelf;
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
    /// What the law wants said.
    pub disclosures: Shelf,
    /// Headers of every answer.
    pub headers: Headers,
    /// Wakes the sender of e-mails of this process: something is to go at once.
    pub wake_mail: Arc<Notify>,
}

impl AppState {
    /// Today at the company's place.
    pub fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.settings.company.time_zone).date_naive()
    }

    /// When sessions end.
    pub fn session_limits(&self) -> SessionLimits {
        limits::of_sessions(&self.settings)
    }

    /// How many wrong answers are let through.
    pub fn attempt_limits(&self) -> AttemptLimits {
        limits::of_attempts(&self.settings)
    }
}
