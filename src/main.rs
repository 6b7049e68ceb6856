//! The `quittance` command.

use std::process::ExitCode;

use clap::Parser;
use quittance::{cli, config, telemetry};

fn main() -> ExitCode {
    config::load_dotenv();
    let command = cli::Cli::parse();
    telemetry::start(&config::log_filter(command.usual_log()));
    match command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("quittance: {error:#}");
            ExitCode::FAILURE
        }
    }
}
