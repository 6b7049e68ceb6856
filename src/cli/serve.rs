//! `quittance serve`

use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::cashier::Cashier;
use crate::cli::block_on;
use crate::clock::Clock;
use crate::config::{ServeArgs, Settings};
use crate::web::WEBHOOK_PATH;
use crate::web::server::Portal;

/// The settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServeArgs,
}

/// How long after a failure the books are looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

async fn verify_books(cashier: Cashier) {
    while let Err(error) = cashier.verify_books(cashier.stripe.deadline()).await {
        tracing::warn!(target: "quittance::money", %error, "payments wait until the books are verified");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    if let Err(error) = cashier.send_left_behind().await {
        tracing::warn!(target: "quittance::money", %error, "refunds that were left behind are the sweep's");
    }
}

/// Runs the portal until SIGINT or SIGTERM; open requests are finished.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let settings = Settings::check(args.settings)?;
    block_on(async move {
        let interval = settings.args.stripe.sweep_interval_seconds;
        let mail_interval = settings.args.mail.mail_interval_seconds;
        let public_url = settings.public_url.clone();
        let portal = Portal::build(settings, Clock::system(), None)?;
        let address = portal.address()?;
        let (sweep, imports, mail) = (portal.sweep(), portal.imports(), portal.mail());
        // Pages are served at once, payments wait: a copy that was restored meanwhile must not take money unnoticed.
        let cashier = portal.cashier();
        cashier.hold_until_verified();
        actix_web::rt::spawn(verify_books(cashier));
        let server = portal.start()?;
        let handle = server.handle();
        tracing::info!(target: "quittance::serve", %address, public_url, webhook = WEBHOOK_PATH, "the portal is up");
        actix_web::rt::spawn(imports.run());
        if mail_interval > 0 {
            actix_web::rt::spawn(mail.clone().run(Duration::from_secs(mail_interval)));
        }
        if interval > 0 {
            actix_web::rt::spawn(sweep.run(Duration::from_secs(interval)));
        }
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        actix_web::rt::spawn(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            handle.stop(true).await;
        });
        server.await?;
        mail.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}
