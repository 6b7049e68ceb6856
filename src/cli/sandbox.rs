//! `quittance sandbox`: the local Stripe look-alike alone, for tests in other languages and for trying things by hand.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use crate::clock::Clock;
use crate::sandbox::{Options, Sandbox};

/// Runs the Stripe look-alike alone. No money moves.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where it listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:12111")]
    listen: SocketAddr,
    /// The API key it accepts.
    #[arg(long, default_value = "sk_test_sandbox")]
    secret_key: String,
    /// Where webhooks go, such as http://127.0.0.1:8080/webhooks/stripe.
    #[arg(long)]
    webhook_url: Option<String>,
    /// Signs the webhooks; more than one gives as many signatures.
    #[arg(long, value_delimiter = ',', default_value = "whsec_sandbox")]
    webhook_secret: Vec<String>,
    /// Where the state is kept, to survive a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
    /// Seconds until a bank debit settles, a pending refund arrives or a dispute comes.
    #[arg(long, default_value_t = 20)]
    settle_after: u64,
}

/// Runs until Ctrl-C. The first line printed is the base URL.
///
/// # Errors
/// When the address is taken or the state file cannot be read.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let listen = args.listen;
    let sandbox =
        Sandbox::start(args.into_options()).await.with_context(|| format!("the sandbox cannot start on {listen}"))?;
    println!("{}", sandbox.base_url());
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    sandbox.stop().await;
    Ok(())
}

impl Args {
    fn into_options(self) -> Options {
        Options {
            authenticators: Vec::new(),
            listen: self.listen,
            secret_key: self.secret_key,
            webhook_secrets: self.webhook_secret,
            webhook_url: self.webhook_url,
            state_file: self.state_file,
            clock: Clock::system(),
            // Stripe goes on for three days; someone who tries things by hand does not.
            webhook_retry_delays: [1, 2, 5, 10, 30, 60, 120, 300].map(Duration::from_secs).to_vec(),
            livemode: false,
            settle_after: Duration::from_secs(self.settle_after),
        }
    }
}
