//! What a command that handles money needs: complete settings, the database, the cashier.

use anyhow::Context;

use crate::cashier::Cashier;
use crate::clock::Clock;
use crate::config::{ServeArgs, Settings};
use crate::db::Db;
use crate::stripe::Stripe;

/// Opened with the settings of the portal.
pub struct Desk {
    /// The settings.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Stripe and the ledger together.
    pub cashier: Cashier,
}

impl Desk {
    /// Checks the settings and connects to nothing yet.
    ///
    /// # Errors
    /// With every setting that is missing.
    pub fn open(args: ServeArgs) -> anyhow::Result<Desk> {
        let (settings, clock) = (Settings::check(args)?, Clock::system());
        let db = Db::new(&settings.database_url, &settings.args.database);
        let stripe = Stripe::new(&settings).context("the client for Stripe cannot be built")?;
        let cashier = Cashier::new(&settings, db.clone(), stripe, clock.clone());
        Ok(Desk { settings, clock, db, cashier })
    }
}
