//! The sweep: what webhooks did not bring, Stripe is asked for; what a crash left behind is finished.

use std::time::Duration;

use chrono::{DateTime, Duration as Span, Utc};
use thiserror::Error;
use uuid::Uuid;

use crate::cashier::{Cashier, CashierError};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::domain::payment::FailureCode;
use crate::limits;
use crate::models::event::{Received, Source};
use crate::models::outbox::links;
use crate::models::payment::{self, Payment};
use crate::models::{
    chargeback, event, excess, figure, identity, identity_code, link_request, passkey, refund, session, staff, sweep,
};
use crate::stripe::StripeError;

/// How far before the last run's start events are read again: some become visible at Stripe a little late.
const OVERLAP_MINUTES: i64 = 10;
/// How far back Stripe lists events.
const EVENTS_DAYS: i64 = 30;
/// Payments read at once.
const BATCH: i64 = 200;
/// Batches looked at in one run; what is left then is first in the next.
const BATCHES: usize = 50;
/// Changes of figures folded in one transaction: a second's work at most.
const FOLD: i64 = 20_000;
/// Such transactions in one run; new changes come while it runs.
const FOLDS: usize = 100;

/// The sweep with what it needs.
#[derive(Clone)]
pub struct Sweep {
    db: Db,
    cashier: Cashier,
    clock: Clock,
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
    /// Refunds and chargebacks that Stripe was told or asked about.
    pub returns_checked: usize,
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

impl From<CashierError> for SweepError {
    fn from(error: CashierError) -> Self {
        match error {
            CashierError::Db(error) => error.into(),
            CashierError::Stripe(error) => error.into(),
        }
    }
}

/// Counts a failure and goes on, unless nothing can come of going on: the database is away, or Stripe is down or slow and the
/// others would only wait as long.
fn note(report: &mut Report, done: Result<(), CashierError>, what: &str, id: Uuid) -> Result<(), SweepError> {
    match done {
        Ok(()) => Ok(()),
        Err(CashierError::Stripe(error)) if !matches!(error, StripeError::Unavailable { replayed: false, .. }) => {
            report.failures += 1;
            tracing::warn!(target: "quittance::sweep", %error, %id, what, "Stripe's answer does not help");
            Ok(())
        }
        Err(error) => {
            report.failures += 1;
            tracing::warn!(target: "quittance::sweep", %error, %id, what, "could not be looked up");
            Err(error.into())
        }
    }
}

impl Sweep {
    /// A sweep for these settings.
    pub fn new(settings: &Settings, db: Db, cashier: Cashier, clock: Clock) -> Sweep {
        let cashier = cashier.paced(settings.args.stripe.sweep_requests_per_second);
        Sweep { db, cashier, clock, settings: settings.clone() }
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
        // First, because what follows breaks off when Stripe is away.
        self.fold_figures().await?;
        let events = self.read_events(&mut report).await;
        let now = self.clock.now();
        self.db
            .write(move |conn| {
                excess::flag_unknown(conn)?;
                payment::withdraw_unpayable(conn, now)
            })
            .await?;
        report.missed_events += self.cashier.retry_events().await?;
        let payments = self.check_payments(&mut report).await;
        let returns = self.check_returns(&mut report).await;
        let books = self.cashier.verify_books(self.cashier.stripe.deadline()).await.map_err(SweepError::from);
        self.tidy().await?;
        // The lock ends with its connection.
        drop(lock);
        events.and(payments).and(returns).and(books).map(|()| report)
    }

    async fn read_events(&self, report: &mut Report) -> Result<(), SweepError> {
        let started = self.clock.now();
        let cursor = self.db.read(|conn| sweep::cursor(conn, sweep::EVENTS)).await?;
        let oldest = started - Span::days(EVENTS_DAYS);
        let since = cursor.map_or(oldest, |at| (at - Span::minutes(OVERLAP_MINUTES)).max(oldest));
        let mut after: Option<String> = None;
        loop {
            let (events, next) =
                self.cashier.stripe.events_since(since, after.as_deref(), self.cashier.stripe.deadline()).await?;
            let ids: Vec<String> = events.iter().map(|e| e.id.clone()).collect();
            let known = self.db.read(move |conn| event::known(conn, &ids)).await?;
            for event in events.into_iter().filter(|e| !known.contains(&e.id)) {
                match self.cashier.receive(event, Source::Sweep).await? {
                    Received::Duplicate => {}
                    Received::Applied(..) | Received::Stored => report.missed_events += 1,
                }
            }
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
        for _ in 0..BATCHES {
            let due = self
                .db
                .snapshot(move |conn| {
                    let mut due = payment::due_for_check(conn, now, BATCH)?;
                    due.extend(payment::without_method(conn, now, BATCH)?);
                    Ok(due)
                })
                .await?;
            // Each is noted as looked at, so a full batch has others behind it.
            let full = i64::try_from(due.len()).is_ok_and(|count| count >= BATCH);
            self.check_batch(due, now, report).await?;
            if !full {
                break;
            }
        }
        Ok(())
    }

    async fn check_batch(&self, due: Vec<Payment>, now: DateTime<Utc>, report: &mut Report) -> Result<(), SweepError> {
        for row in due {
            let closing =
                row.replaced_at.is_some() || row.failure_code.as_deref() == Some(FailureCode::Canceled.as_str());
            let deadline = self.cashier.stripe.deadline();
            let done = if closing {
                self.cashier.close(&row, deadline).await.map(drop)
            } else {
                self.cashier.refresh(&row, deadline).await.map(drop)
            };
            report.payments_checked += 1;
            let id = row.id;
            self.db.write(move |conn| payment::checked(conn, id, now)).await?;
            note(report, done, "a pending payment", row.id)?;
        }
        Ok(())
    }

    /// Refunds that Stripe has not answered or not finished, refunds known only by their sum, open chargebacks.
    async fn check_returns(&self, report: &mut Report) -> Result<(), SweepError> {
        let now = self.clock.now();
        let (refunds, unsure, chargebacks) = self
            .db
            .snapshot(move |conn| {
                Ok((refund::due(conn, now, BATCH)?, refund::unsure(conn, BATCH)?, chargeback::due(conn, now, BATCH)?))
            })
            .await?;
        for row in refunds {
            let done = self.cashier.follow_refund(&row, self.cashier.stripe.deadline()).await;
            self.db.write(move |conn| refund::checked(conn, row.id, now)).await?;
            report.returns_checked += 1;
            note(report, done, "a refund", row.id)?;
        }
        for row in unsure {
            let done = self.cashier.follow_refunds_of(&row, self.cashier.stripe.deadline()).await;
            report.returns_checked += 1;
            note(report, done, "a payment's refunds", row.id)?;
        }
        for row in chargebacks {
            let done = self.cashier.follow_chargeback(&row, self.cashier.stripe.deadline()).await;
            self.db.write(move |conn| chargeback::checked(conn, row.id, now)).await?;
            report.returns_checked += 1;
            note(report, done, "a chargeback", row.id)?;
        }
        Ok(())
    }

    /// Adds up what was done to the dashboard's figures since the last run.
    async fn fold_figures(&self) -> Result<(), DbError> {
        for _ in 0..FOLDS {
            let folded = self.db.write(|conn| figure::fold(conn, FOLD)).await?;
            if i64::try_from(folded).is_ok_and(|folded| folded < FOLD) {
                break;
            }
        }
        Ok(())
    }

    /// Deletes what has served its time.
    async fn tidy(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        let (limits, attempts) = (limits::of_sessions(&self.settings), limits::of_attempts(&self.settings));
        let of_staff = limits::of_staff_sessions(&self.settings);
        self.db
            .write(move |conn| {
                session::purge(conn, limits, now)?;
                staff::purge(conn, of_staff, now)?;
                passkey::purge_challenges(conn, now)?;
                identity_code::purge(conn, now)?;
                link_request::purge(conn, now)?;
                links::purge(conn, now)?;
                identity::purge(conn, attempts, now).map(drop)
            })
            .await
    }
}
