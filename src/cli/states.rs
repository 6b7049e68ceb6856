//! `quittance states`

use std::process::ExitCode;

use crate::domain::states;

/// What `states` is told.
#[derive(clap::Args)]
pub struct Args {
    /// As Mermaid in Markdown, with the table of effects, or for Graphviz
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Mermaid,
    Dot,
}

/// Prints the pictures. `docs/states.md` is this text; a test compares them.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let format = match args.format {
        Format::Mermaid => states::Format::Mermaid,
        Format::Dot => states::Format::Dot,
    };
    print!("{}", states::all(format));
    Ok(ExitCode::SUCCESS)
}
