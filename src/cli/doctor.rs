//! `quittance doctor`

use std::process::ExitCode;

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;

use crate::cli::block_on;
use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::{ServeArgs, Settings};
use crate::domain::disclosure::{self as rules, Untranslated};
use crate::limits;
use crate::locale::Lang;
use crate::migrations;
use crate::models::flag::FlagKind;
use crate::models::outbox::outcome;
use crate::models::{audit, books, disclosure, event, figure, flag, invariant, sweep};
use crate::stripe::Stripe;

/// What `doctor` is told: the settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServeArgs,
}

/// One line per finding.
struct Findings(usize);

impl Findings {
    fn report(&mut self, finding: &str) {
        println!("WRONG  {finding}");
        self.0 += 1;
    }

    /// Nothing is wrong with the books; somebody has to do something.
    fn business(&self, finding: &str) {
        println!("staff  {finding}");
    }

    fn fine(&self, what: &str) {
        println!("ok     {what}");
    }
}

/// Clocks further apart than this make sessions and signatures unreliable.
const MAX_DRIFT_SECONDS: i64 = 5;
/// How long Stripe still tells of an event.
const EVENT_DAYS: i64 = 30;
/// Exceptions to one rule that are listed; their number is always told.
const LISTED: usize = 20;

/// Checks settings, database, ledger and Stripe. Exit code 1 when anything is wrong.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut findings = Findings(0);
    let database = args.settings.database.clone();
    let settings = match Settings::check(args.settings) {
        Ok(settings) => {
            findings.fine("the settings are complete");
            Some(settings)
        }
        Err(incomplete) => {
            incomplete.0.iter().for_each(|problem| findings.report(&format!("settings: {problem}")));
            None
        }
    };
    match connect(&database) {
        Ok(mut conn) => check_database(&mut conn, settings.as_ref(), &mut findings)?,
        Err(error) => findings.report(&format!("database: {error}")),
    }
    if let Some(settings) = settings {
        check_stripe(&settings, &mut findings)?;
    }
    match findings.0 {
        0 => println!("nothing is wrong"),
        count => println!("{count} finding(s)"),
    }
    Ok(if findings.0 == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

fn check_database(conn: &mut PgConnection, settings: Option<&Settings>, findings: &mut Findings) -> anyhow::Result<()> {
    let pending = migrations::count_pending(conn)?;
    if pending > 0 {
        findings.report(&format!("database: {pending} migration(s) have not run; run quittance migrate"));
        return Ok(());
    }
    findings.fine("every migration has run");
    let theirs: Now = diesel::sql_query("SELECT clock_timestamp() AS now").get_result(conn)?;
    let drift = (theirs.now - Clock::system().now()).num_seconds().abs();
    if drift > MAX_DRIFT_SECONDS {
        findings.report(&format!("clock: {drift} s away from the database's; set both by NTP"));
    } else {
        findings.fine("the clock agrees with the database's");
    }
    if audit::is_append_only(conn)? {
        findings.fine("nobody can change or delete a line of the audit trail");
    } else {
        findings.report("audit: the trigger audit_is_append_only is gone or off; somebody may have changed lines");
    }
    check_invariants(conn, findings)?;
    check_figures(conn, findings)?;
    check_flags(conn, findings)?;
    check_books(conn, findings)?;
    if let Some(settings) = settings {
        check_disclosures(conn, settings, findings)?;
        check_events(conn, settings, findings)?;
        check_mail(conn, settings, findings)?;
    }
    Ok(())
}

fn check_invariants(conn: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    let disabled = invariant::disabled_triggers(conn)?;
    for trigger in &disabled {
        findings.report(&format!("database: trigger {trigger} is switched off; ALTER TABLE ... ENABLE TRIGGER USER"));
    }
    if disabled.is_empty() {
        findings.fine("every trigger is on");
    }
    for rule in invariant::ALL {
        let exceptions = rule.exceptions(conn)?;
        for exception in exceptions.iter().take(LISTED) {
            let line = format!("ledger: {}: {}; {}", exception.id, exception.detail, rule.advice);
            if rule.is_business { findings.business(&line) } else { findings.report(&line) }
        }
        match exceptions.len() {
            0 => findings.fine(rule.claim),
            count if count > LISTED => println!("       and {} more", count - LISTED),
            _ => {}
        }
    }
    Ok(())
}

/// Whether the dashboard tells what the tables hold.
fn check_figures(conn: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    let differences = figure::differences(conn)?;
    for difference in differences.iter().take(LISTED) {
        findings.report(&format!("figures: {difference}; run quittance figures --rebuild"));
    }
    match differences.len() {
        0 => findings.fine("the dashboard's figures are what debts and payments add up to"),
        count if count > LISTED => println!("       and {} more", count - LISTED),
        _ => {}
    }
    Ok(())
}

fn check_flags(conn: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    for (kind, count) in flag::open_by_kind(conn)? {
        let line = format!("flags: {count} open of kind {kind}; quittance flags lists them");
        if FlagKind::is_contradiction(&kind) { findings.report(&line) } else { findings.business(&line) }
    }
    Ok(())
}

fn check_books(conn: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    match books::find(conn)?.and_then(|books| books.closed_why) {
        Some(why) => findings.report(&format!("books: payments are disabled: {why}; run quittance reconcile")),
        None => findings.fine("payments are taken"),
    }
    Ok(())
}

/// Whether what the law wants said is there in every language, and signed off.
fn check_disclosures(conn: &mut PgConnection, settings: &Settings, findings: &mut Findings) -> anyhow::Result<()> {
    let texts = disclosure::all(conn)?;
    let lacking = rules::untranslated(&texts, &Lang::ALL.map(Lang::code));
    for Untranslated { text, language } in &lacking {
        let (key, page, state) = (text.key.as_str(), text.page.as_str(), text.state.as_deref().unwrap_or("everywhere"));
        findings.report(&format!(
            "disclosures: {key} for page {page}, {state}, version {} is not there in {language}; add a version at /admin/disclosures",
            text.version
        ));
    }
    if lacking.is_empty() {
        findings.fine("every disclosure is there in every language");
    }
    let today = Clock::system().now().with_timezone(&settings.company.time_zone).date_naive();
    for (key, count) in disclosure::drafts(conn, today)? {
        findings
            .business(&format!("disclosures: {count} text(s) of kind {key} are drafts that no counsel has signed off"));
    }
    Ok(())
}

/// Whether what Stripe tells arrives and can be used.
fn check_events(conn: &mut PgConnection, settings: &Settings, findings: &mut Findings) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let unusable = event::unusable(conn, now - Duration::days(EVENT_DAYS))?;
    if unusable > 0 {
        findings.report(&format!(
            "events: {unusable} could not be applied; compare with Stripe: quittance reconcile --apply"
        ));
    } else {
        findings.fine("every event could be applied");
    }
    let minutes = settings.args.stripe.webhook_silence_minutes;
    let since = now - Duration::minutes(minutes.into());
    if let Some(paid) = event::silence(conn, since, now)? {
        findings.report(&format!(
            "webhook: {paid} payment(s) were made in the last {minutes} minutes and no event came; \
             look at the endpoint in Stripe's dashboard and at STRIPE_WEBHOOK_SECRET"
        ));
    } else {
        findings.fine("the webhook is not silent");
    }
    let last = sweep::cursor(conn, sweep::EVENTS)?;
    match last {
        Some(at) if limits::of_sweep(settings).is_some_and(|most| now - at > most) => {
            findings.report(&format!("sweep: none has come to its end since {at}; is quittance serve running?"));
        }
        _ => findings.fine("the sweep is not behind"),
    }
    Ok(())
}

/// Due e-mails that nobody has taken for so long mean that no sender runs, or that the mail server is away.
const MAIL_WAITS_MINUTES: i64 = 30;

/// Whether e-mails go out, and what of them staff must look at.
fn check_mail(conn: &mut PgConnection, settings: &Settings, findings: &mut Findings) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let standing = outcome::standing(conn, now - Duration::minutes(MAIL_WAITS_MINUTES))?;
    match (&settings.mail.server, standing.overdue) {
        (None, waiting) => {
            findings.business(&format!("mail: SMTP_URL is not set, so no mail is sent; {waiting} wait(s)"))
        }
        (Some(_), 0) => findings.fine("no mail waits for longer than it should"),
        (Some(_), waiting) => findings.report(&format!(
            "mail: {waiting} wait(s) for more than {MAIL_WAITS_MINUTES} minutes; is quittance serve running with \
             MAIL_INTERVAL_SECONDS above 0, and does the mail server answer?"
        )),
    }
    for (count, what) in [
        (standing.failed, "given up"),
        (standing.bounced, "refused by the recipient's mail server"),
        (standing.unknown, "of which nobody knows whether they were sent"),
    ] {
        if count > 0 {
            findings.business(&format!("mail: {count} {what}; see /admin/mail"));
        }
    }
    Ok(())
}

fn check_stripe(settings: &Settings, findings: &mut Findings) -> anyhow::Result<()> {
    let stripe = Stripe::new(settings)?;
    let asked = stripe.version();
    let answer = block_on(async { Ok(stripe.probe().await) })?;
    match answer {
        Err(error) => findings.report(&format!("Stripe: {error}; look at STRIPE_SECRET_KEY and the way out to Stripe")),
        Ok(version) => {
            findings.fine("Stripe answers and takes the key");
            match version.as_deref() {
                None => findings.fine("Stripe answers in the API version that was asked for"),
                Some(version) if version == asked => {
                    findings.fine("Stripe answers in the API version that was asked for")
                }
                Some(other) => findings.report(&format!(
                    "Stripe: answers in API version {other} instead of {asked}; is STRIPE_API_BASE Stripe's?"
                )),
            }
        }
    }
    Ok(())
}
