//! `quittance mail`

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Desk, block_on};
use crate::config::ServeArgs;
use crate::jobs::mail::Mail;

/// What `mail` is told, and the settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    /// Send what is due and stop
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    settings: ServeArgs,
}

/// Sends e-mails in a process of its own, for a portal that runs with `MAIL_INTERVAL_SECONDS=0`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Desk { settings, clock, db, .. } = Desk::open(args.settings)?;
    if settings.mail.server.is_none() {
        bail!("SMTP_URL is missing: without a mail server, mail waits");
    }
    let interval = Duration::from_secs(settings.args.mail.mail_interval_seconds.max(1));
    let mail = Mail::new(&settings, db, clock, Arc::default());
    block_on(async move {
        if !args.once {
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let running = actix_web::rt::spawn(mail.clone().run(interval));
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            mail.stop().await;
            running.abort();
            return Ok(ExitCode::SUCCESS);
        }
        let report = mail.once().await?;
        println!("requests seen to: {}", report.requests);
        println!("sent: {}", report.sent);
        println!("to be tried again: {}", report.retried);
        println!("refused: {}", report.bounced);
        println!("unknown: {}", report.unknown);
        println!("withheld or too early: {}", report.skipped);
        Ok(if report.retried + report.bounced + report.unknown == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
