//! `quittance letter`

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::migrate::connect;
use crate::config::DatabaseSettings;
use crate::domain::letter::LetterNumber;
use crate::models::letter;

/// What `letter` is told.
#[derive(clap::Args)]
pub struct Args {
    /// The number, as printed on the letter
    number: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Says what a letter is about and whether it holds. Exit code 1 when it does not.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let number = LetterNumber::parse_typed(&args.number)
        .context("that is not the number of a letter: PF and four groups of four characters")?;
    let mut conn = connect(&args.database)?;
    let Some(letter) = letter::find(&mut conn, &number)? else {
        println!("{number}: no letter has this number");
        return Ok(ExitCode::FAILURE);
    };
    println!(
        "{number}: paid in full, debt {}, {} paid, issued {}",
        letter.debt_id, letter.amount_paid, letter.issued_at
    );
    if let Some(at) = letter.withdrawn_at {
        println!("withdrawn {at}: the debt was opened again");
        return Ok(ExitCode::FAILURE);
    }
    println!("valid");
    Ok(ExitCode::SUCCESS)
}
