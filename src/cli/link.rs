//! `quittance link`

use std::process::ExitCode;

use anyhow::{Context, bail};
use diesel::Connection;
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::domain::token::Token;
use crate::models::{audit, debt, identity};
use crate::web::security::sha256;

/// What `link` is told.
#[derive(clap::Args)]
pub struct Args {
    /// The debt's id
    debt: Uuid,
    /// Give the debt a new link; the old one stops working at once
    #[arg(long, conflicts_with_all = ["revoke", "unlock"])]
    rotate: bool,
    /// Make the link useless
    #[arg(long, conflicts_with = "unlock")]
    revoke: bool,
    /// Forget the wrong answers given at the link
    #[arg(long)]
    unlock: bool,
    /// The address debtors see
    #[arg(long, env, value_name = "URL")]
    public_url: Option<Url>,
    /// For how long a new link works; 0 = for good
    #[arg(long, env, default_value_t = 0, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=3650))]
    link_days: u32,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Shows or changes the link of one debt. The link is printed to the operator, and nowhere else.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut conn = connect(&args.database)?;
    let unknown = || format!("there is no debt {}", args.debt);
    if args.rotate {
        let lasts = (args.link_days > 0).then(|| chrono::TimeDelta::days(args.link_days.into()));
        let expires_at = lasts.map(|lasts| Clock::system().now() + lasts);
        let token = Token::issue().context("the operating system gives no random numbers")?;
        let replaced = conn.transaction(|conn| {
            let replaced = debt::replace_token(conn, args.debt, &token, expires_at)?;
            if replaced {
                note(conn, "link.issued", args.debt)?
            };
            diesel::QueryResult::Ok(replaced)
        })?;
        if !replaced {
            bail!(unknown());
        }
    } else if args.revoke {
        let revoked = conn.transaction(|conn| {
            let revoked = debt::revoke_token(conn, args.debt, Clock::system().now())?;
            if revoked {
                note(conn, "link.revoked", args.debt)?
            };
            diesel::QueryResult::Ok(revoked)
        })?;
        if !revoked {
            bail!(unknown());
        }
    }
    let (token, revoked) = debt::token(&mut conn, args.debt)?.with_context(unknown)?;
    if args.unlock {
        conn.transaction(|conn| {
            identity::unlock(conn, &sha256(&token))?;
            note(conn, "link.unlocked", args.debt)
        })?;
        println!("unlocked");
    } else if !args.rotate && !args.revoke {
        note(&mut conn, "link.shown", args.debt)?;
    }
    if revoked {
        println!("revoked");
    } else {
        let base = args.public_url.as_ref().map(|u| u.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
        println!("{base}/d/{token}");
    }
    Ok(ExitCode::SUCCESS)
}

fn note(conn: &mut PgConnection, action: &str, debt: Uuid) -> diesel::QueryResult<()> {
    audit::write_command(conn, "link", action, "debt", debt, Some(debt), Clock::system().now())
}
