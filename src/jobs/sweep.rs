//! The sweep: what webhooks did not bring, Stripe is asked for; what a crash left behind is finished.

use std::time::Duration;

use chrono::Duration as Span;
use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use crate::cashier::{Cashier, CashierError};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::domain::payment::FailureCode;
use crate::models::event::{Received, Source};
use crate::models::session::SessionLimits;
use crate::models::{event, identity, payment, session, sweep};
use crate::stripe::StripeError;
use crate::web::state::attempt_limits;

/// How far before the last run's start events are read again: some become visible at Stripe a little late.
const OVERLAP_MINUTES: i64 = 10;
/// How far back Stripe lists events.
const EVENTS_DAYS: i64 = 30;
/// Pending payments looked at in one run.
const BATCH: i64 = 200;

/// The sweep with what it needs.
#[derive(Clone)]
pub struct Sweep {
    db: Db,
    cashier: Cashier,
    clock: Clock,
    pause: Duration,
    settings: Settings,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// False when another instance was at it.
    pub ran: bool,
    /// Events that had not come by webhook.
    pub missed_events: usize,
    /// Payments that Stripe was asked about.
    pub payments_checked: usize,
    /// Calls or jobs that failed and will be tried again.
    pub failures: usize,
}

/// Why a run broke off.
#[derive(Debug, Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Stripe.
    #[error(transparent)]
    Stripe(#[from] StripeError),
}

impl Sweep {
    /// A sweep for these settings.
    pub fn new(settings: &Settings, db: Db, cashier: Cashier, clock: Clock) -> Sweep {
        let per_second = settings.args.stripe.sweep_requests_per_second.max(1);
        Sweep { db, cashier, clock, pause: Duration::from_secs(1) / per_second, settings: settings.clone() }
    }

    /// Runs for ever, every `interval`; failures are logged and tried again.
    pub async fn run(self, interval: Duration) {
        loop {
            match self.once().await {
                Ok(report) if report.missed_events + report.failures > 0 => {
                    tracing::info!(target: "quittance::sweep", ?report, "swept");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(target: "quittance::sweep", %error, "the sweep broke off"),
            }
            tokio::time::sleep(interval).await;
        }
    }

    /// One run. Only one instance at a time does it; two would do no harm.
    ///
    /// # Errors
    /// [`SweepError`]; the next run takes up where this one stopped.
    pub async fn once(&self) -> Result<Report, SweepError> {
        let mut lock = self.db.dedicated().await?;
        let locked = tokio::task::spawn_blocking(move || sweep::try_lock(&mut lock).map(|free| (free, lock)))
            .await
            .map_err(|_| DbError::Panicked)?
            .map_err(DbError::from)?;
        let (true, lock) = locked else { return Ok(Report::default()) };
        let mut report = Report { ran: true, ..Report::default() };
        let events = self.read_events(&mut report).await;
        let payments = self.check_payments(&mut report).await;
        self.tidy().await?;
        // The lock ends with its connection.
        drop(lock);
        events.and(payments).map(|()| report)
    }

    async fn read_events(&self, report: &mut Report) -> Result<(), SweepError> {
        let started = self.clock.now();
        let cursor = self.db.read(|conn| sweep::cursor(conn, sweep::EVENTS)).await?;
        let oldest = started - Span::days(EVENTS_DAYS);
        let since = cursor.map_or(oldest, |at| (at - Span::minutes(OVERLAP_MINUTES)).max(oldest));
        let mut after: Option<String> = None;
        loop {
            let next_at = Instant::now() + self.pause;
            let (events, next) =
                self.cashier.stripe.events_since(since, after.as_deref(), self.cashier.stripe.deadline()).await?;
            let ids: Vec<String> = events.iter().map(|e| e.id.clone()).collect();
            let known = self.db.read(move |conn| event::known(conn, &ids)).await?;
            for event in events.into_iter().filter(|e| !known.contains(&e.id)) {
                match self.cashier.receive(event, Source::Sweep).await? {
                    Received::Duplicate => {}
                    Received::Applied(_) | Received::Stored => report.missed_events += 1,
                }
            }
            sleep_until(next_at).await;
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let now = self.clock.now();
        Ok(self.db.write(move |conn| sweep::advance(conn, sweep::EVENTS, started, now)).await?)
    }

    async fn check_payments(&self, report: &mut Report) -> Result<(), SweepError> {
        let now = self.clock.now();
        let due = self
            .db
            .snapshot(move |conn| {
                let mut due = payment::due_for_check(conn, now, BATCH)?;
                due.extend(payment::without_method(conn, now, BATCH)?);
                Ok(due)
            })
            .await?;
        for row in due {
            let closing =
                row.replaced_at.is_some() || row.failure_code.as_deref() == Some(FailureCode::Canceled.as_str());
            // Looking up is one call; finding a lost checkout or closing one takes at most three.
            let calls = if closing || row.stripe_session_id.is_none() { 3 } else { 1 };
            let next_at = Instant::now() + self.pause * calls;
            let deadline = self.cashier.stripe.deadline();
            let done = if closing {
                self.cashier.close(&row, deadline).await.map(drop)
            } else {
                self.cashier.refresh(&row, deadline).await.map(drop)
            };
            report.payments_checked += 1;
            let id = row.id;
            self.db.write(move |conn| payment::checked(conn, id, now)).await?;
            match done {
                Ok(()) => {}
                Err(CashierError::Db(error)) => return Err(error.into()),
                Err(CashierError::Stripe(error)) => {
                    report.failures += 1;
                    tracing::warn!(target: "quittance::sweep", %error, payment = %row.id, "a pending payment could not be checked");
                    // Stripe is down or slow: the other payments would only wait as long.
                    if matches!(error, StripeError::Unavailable { replayed: false, .. }) {
                        return Err(error.into());
                    }
                }
            }
            sleep_until(next_at).await;
        }
        Ok(())
    }

    /// Deletes what has served its time.
    async fn tidy(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        let session = &self.settings.args.session;
        let limits = SessionLimits {
            idle: Span::minutes(session.session_idle_minutes.into()),
            max: Span::minutes(session.session_max_minutes.into()),
        };
        let attempts = attempt_limits(&self.settings);
        self.db
            .write(move |conn| {
                session::purge(conn, limits, now)?;
                identity::purge(conn, attempts, now).map(drop)
            })
            .await
    }
}
