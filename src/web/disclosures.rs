//! The stored texts at hand: they are few and seldom change, so pages take them from memory and cost no statement.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};

use crate::db::Db;
use crate::domain::disclosure::Disclosure;
use crate::models::disclosure;

/// After so long the texts are read again, so that what one machine adds is soon shown by all.
const FRESH_SECONDS: i64 = 60;
/// After so long it is tried again when it failed.
const AGAIN_SECONDS: i64 = 5;

/// The texts as they were last read.
#[derive(Default)]
pub struct Shelf {
    held: RwLock<Held>,
    /// Held by the one who reads them.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Held {
    texts: Arc<Vec<Disclosure>>,
    /// When they are to be read again; `None` until they were read at all.
    stale_at: Option<DateTime<Utc>>,
}

impl Shelf {
    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, held: Held) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
    }

    /// The texts; none before they were read, and then pages say the program's own words.
    pub fn texts(&self) -> Arc<Vec<Disclosure>> {
        self.held().texts
    }

    /// Lets the next visitor read them again, after one was added here.
    pub fn forget(&self) {
        let texts = self.texts();
        self.hold(Held { texts, stale_at: None });
    }

    /// Reads the texts where they are stale. One request does it; others go on with what there is, or wait for the first time.
    pub async fn refresh(&self, db: &Db, now: DateTime<Utc>) {
        if self.held().stale_at.is_some_and(|at| now < at) {
            return;
        }
        let _one = match self.reading.try_lock() {
            Ok(one) => one,
            Err(_) if self.held().stale_at.is_some() => return,
            Err(_) => self.reading.lock().await,
        };
        // Whoever waited finds them read.
        if self.held().stale_at.is_some_and(|at| now < at) {
            return;
        }
        let held = match db.read(disclosure::all).await {
            Ok(texts) => Held { texts: Arc::new(texts), stale_at: Some(now + Duration::seconds(FRESH_SECONDS)) },
            Err(error) => {
                tracing::warn!(target: "quittance::http", %error, "the disclosures could not be read");
                Held { texts: self.texts(), stale_at: Some(now + Duration::seconds(AGAIN_SECONDS)) }
            }
        };
        self.hold(held);
    }
}
