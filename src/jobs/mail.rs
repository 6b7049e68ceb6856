//! Sending e-mails: what is queued and due, once each, however many machines run this and whenever one of them stops.
//!
//! A sender takes an e-mail in a transaction of its own before it talks to the mail server, and writes what came of it in another.
//! One that was taken and of which nothing was heard for a quarter of an hour is set aside for staff and never sent by itself: the
//! mail server may have accepted it. What was refused before it was handed over is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use tokio::sync::{Mutex, Notify};
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::{MailServer, Settings};
use crate::db::{Db, DbError};
use crate::domain::mail::MailKind;
use crate::domain::token::Token;
use crate::mail::compose::{CaseFacts, Unwritable};
use crate::mail::{Connection, Secrets, Trouble, compose};
use crate::models::outbox::delivery::{self, Drawn, Next, Taken};
use crate::models::outbox::outcome;
use crate::models::{case, identity_code, link_request};
use crate::secrets::{code_hash, random_text, sha256, six_digits};

/// E-mails and requests looked at in one run; the next one takes up where it stopped.
const MOST: usize = 500;
/// Steps of handing one over, connecting and signing in included.
const STEPS: u32 = 6;
/// How often it is tried to write down what came of an e-mail.
const NOTING: u32 = 5;

/// The sender with what it needs.
#[derive(Clone)]
pub struct Mail {
    db: Db,
    clock: Clock,
    settings: Settings,
    wake: Arc<Notify>,
    stopping: Arc<AtomicBool>,
    /// Held from taking an e-mail until it is written down what came of it.
    at_work: Arc<Mutex<()>>,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests for codes and fresh links that were seen to.
    pub requests: usize,
    /// E-mails that the mail server accepted.
    pub sent: usize,
    /// E-mails that are tried again.
    pub retried: usize,
    /// E-mails that were refused for good.
    pub bounced: usize,
    /// E-mails of which nobody knows what came of them.
    pub unknown: usize,
    /// E-mails that do not go now, or never.
    pub skipped: usize,
}

impl Mail {
    /// A sender for these settings. `wake` makes it look at once.
    pub fn new(settings: &Settings, db: Db, clock: Clock, wake: Arc<Notify>) -> Mail {
        let (stopping, at_work) = (Arc::default(), Arc::default());
        Mail { db, clock, settings: settings.clone(), wake, stopping, at_work }
    }

    /// Takes no other e-mail from now on, and waits until it is known what came of the one that is on its way: who just breaks off
    /// leaves staff to wonder. Clones stop as well.
    pub async fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let most = self.settings.mail.server.as_ref().map_or(Duration::ZERO, |server| server.timeout * STEPS);
        let _ = tokio::time::timeout(most, self.at_work.lock()).await;
    }

    /// Runs for ever, every `interval` and whenever it is woken; failures are logged and tried again.
    pub async fn run(self, interval: Duration) {
        loop {
            match self.once().await {
                Ok(report) if report != Report::default() => {
                    tracing::info!(target: "quittance::mail", ?report, "mail was seen to");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(target: "quittance::mail", %error, "mail was not seen to"),
            }
            tokio::select! {
                () = tokio::time::sleep(interval) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// One run. Any number of them may run at once.
    ///
    /// # Errors
    /// [`DbError`]; the next run takes up where this one stopped.
    pub async fn once(&self) -> Result<Report, DbError> {
        let mut report = Report::default();
        let now = self.clock.now();
        report.unknown += self.db.write(move |conn| outcome::set_aside(conn, now)).await?;
        report.requests += self.db.write(move |conn| identity_code::queue_requested(conn, now)).await?;
        report.requests += self.answer_requests().await?;
        let Some(server) = self.settings.mail.server.clone() else { return Ok(report) };
        let mut connection = None;
        for _ in 0..MOST {
            let _at_work = self.at_work.lock().await;
            if self.stopping.load(Ordering::Relaxed) {
                break;
            }
            let draft = match Draft::draw(&self.settings) {
                Ok(draft) => draft,
                Err(error) => {
                    tracing::error!(target: "quittance::mail", %error, "there is no randomness");
                    break;
                }
            };
            let (drawn, now) = (draft.drawn(&self.settings), self.clock.now());
            let next = self.db.write(move |conn| {
                let next = delivery::take(conn, drawn, now)?;
                let case = match &next {
                    Next::Send(taken) => case_facts(conn, &taken.facts)?,
                    Next::Skipped | Next::Nothing => None,
                };
                Ok((next, case))
            });
            match next.await? {
                (Next::Nothing, _) => break,
                (Next::Skipped, _) => report.skipped += 1,
                (Next::Send(taken), case) => {
                    let goes_on = self.deliver(&server, &mut connection, *taken, &case, &draft, &mut report).await?;
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        if let Some(connection) = connection {
            connection.close().await;
        }
        Ok(report)
    }

    async fn answer_requests(&self) -> Result<usize, DbError> {
        let lasts = self.link_lasts();
        for answered in 0..MOST {
            let Ok(fresh) = Token::issue() else { return Ok(answered) };
            let now = self.clock.now();
            if !self.db.write(move |conn| link_request::answer_next(conn, &fresh, lasts, now)).await? {
                return Ok(answered);
            }
        }
        Ok(MOST)
    }

    fn link_lasts(&self) -> Option<TimeDelta> {
        crate::limits::of_links(&self.settings)
    }

    /// Hands an e-mail over and notes what came of it; false where the others would fare no better.
    async fn deliver(
        &self,
        server: &MailServer,
        connection: &mut Option<Connection>,
        taken: Taken,
        case: &CaseFacts,
        draft: &Draft,
        report: &mut Report,
    ) -> Result<bool, DbError> {
        let secrets = draft.secrets(&self.settings, &taken);
        let composed = match compose(&self.settings, &taken, case, &secrets, self.clock.now()) {
            Ok(composed) => composed,
            Err(unwritable) => {
                let trouble = match &unwritable {
                    Unwritable::Address => Trouble::Refused(unwritable.to_string()),
                    Unwritable::Other(_) => Trouble::NotNow(unwritable.to_string()),
                };
                self.note_trouble(taken, trouble, report).await?;
                return Ok(true);
            }
        };
        let handed = hand_over(server, connection, &composed).await;
        match handed {
            Ok(()) => {
                report.sent += 1;
                let (message_id, shown, id) = (composed.message_id, composed.shown, taken.id);
                self.note(id, move |conn, now| outcome::sent(conn, &taken, &message_id, &shown, now)).await?;
                Ok(true)
            }
            Err(trouble) => {
                let away = matches!(trouble, Trouble::Away(_));
                self.note_trouble(taken, trouble, report).await?;
                Ok(!away)
            }
        }
    }

    async fn note_trouble(&self, taken: Taken, trouble: Trouble, report: &mut Report) -> Result<(), DbError> {
        let (Trouble::Away(error) | Trouble::NotNow(error) | Trouble::Refused(error) | Trouble::Unknown(error)) =
            trouble.clone();
        tracing::warn!(target: "quittance::mail", id = %taken.id, kind = taken.kind.as_str(), error, "an e-mail was not sent");
        let id = taken.id;
        match trouble {
            Trouble::Away(_) | Trouble::NotNow(_) => {
                report.retried += 1;
                self.note(id, move |conn, now| outcome::not_sent(conn, &taken, &error, now)).await
            }
            Trouble::Refused(_) => {
                report.bounced += 1;
                self.note(id, move |conn, now| outcome::bounced(conn, &taken, &error, now)).await
            }
            Trouble::Unknown(_) => {
                report.unknown += 1;
                self.note(id, move |conn, now| outcome::unknown(conn, &taken, &error, now)).await
            }
        }
    }

    /// Writes down what came of an e-mail, with some patience: what is not written down ends as unknown.
    async fn note<F>(&self, id: Uuid, job: F) -> Result<(), DbError>
    where
        F: Fn(&mut diesel::PgConnection, chrono::DateTime<chrono::Utc>) -> diesel::QueryResult<()>
            + Send
            + Sync
            + 'static,
    {
        let job = Arc::new(job);
        let mut tries = 0;
        loop {
            let (job, now) = (Arc::clone(&job), self.clock.now());
            match self.db.write(move |conn| job(conn, now)).await {
                Ok(()) => return Ok(()),
                Err(error) if tries < NOTING && error.is_temporary() => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(200) * 2u32.saturating_pow(tries)).await;
                }
                Err(error) => {
                    tracing::error!(target: "quittance::mail", %error, %id, "what came of an e-mail could not be written down");
                    return Err(error);
                }
            }
        }
    }
}

/// Hands an e-mail over, by the connection there is, which may have ended meanwhile, or by a new one.
async fn hand_over(
    server: &MailServer,
    connection: &mut Option<Connection>,
    composed: &compose::Composed,
) -> Result<(), Trouble> {
    let mut used = match connection.take() {
        Some(used) => used,
        None => Connection::open(server).await?,
    };
    used.send(&composed.from, &composed.to, &composed.message).await?;
    // After a failure it is not known what the server thinks we are at, so that one is not used again.
    *connection = Some(used);
    Ok(())
}

fn case_facts(conn: &mut diesel::PgConnection, facts: &Value) -> diesel::QueryResult<CaseFacts> {
    let id = facts.get("case_id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
    id.map_or(Ok(None), |id| case::number(conn, id))
}

/// The secrets of one e-mail, before it is known which.
struct Draft {
    opt_out: String,
    tracked: Option<String>,
    code: String,
}

impl Draft {
    fn draw(settings: &Settings) -> Result<Draft, rand::rngs::SysError> {
        let tracked = settings.args.mail.mail_tracking.then(random_text).transpose()?;
        Ok(Draft { opt_out: random_text()?, tracked, code: six_digits()? })
    }

    /// What is stored of them.
    fn drawn(&self, settings: &Settings) -> Drawn {
        let (key, code) = (settings.session_key.clone(), self.code.clone());
        Drawn {
            opt_out: sha256(&self.opt_out),
            tracked: self.tracked.as_deref().map(sha256),
            code_hash: Box::new(move |link| code_hash(&key, link, &code)),
            link_lasts: crate::limits::of_links(settings),
        }
    }

    /// What of them stands in this e-mail.
    fn secrets(&self, settings: &Settings, taken: &Taken) -> Secrets {
        let base = &settings.public_url;
        let is_code = taken.kind == MailKind::Code;
        let token = taken.token.as_deref().filter(|_| !is_code);
        let (link, pixel) = match (token, &self.tracked) {
            (None, _) => (String::new(), String::new()),
            (Some(token), None) => (format!("{base}/d/{token}"), String::new()),
            (Some(_), Some(tracked)) => (format!("{base}/m/{tracked}"), format!("{base}/m/{tracked}.gif")),
        };
        let code = if is_code { self.code.clone() } else { String::new() };
        Secrets { link, code, opt_out: format!("{base}/opt-out/{}", self.opt_out), pixel }
    }
}
