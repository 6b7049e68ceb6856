//! Every setting, one struct per concern. The only file that reads the environment.
//!
//! Each setting is a flag and an environment variable of the same name; `.env.example` lists them all. A `.env` file in
//! the working directory is read first and never overrides what is already set.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, ValueEnum};
use ipnet::IpNet;
use url::Url;

use crate::domain::money::Cents;

mod mail;
mod settings;

pub use mail::{MailServer, Mailing};
pub use settings::{Company, Incomplete, Settings, is_loopback};

/// A text that is never printed: not by `Debug`, not in `--help`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// PostgreSQL.
#[derive(Args, Clone, Debug)]
pub struct DatabaseSettings {
    /// Where the database is: postgres://user@host/name
    #[arg(long, env, hide_env_values = true, value_name = "URL")]
    pub database_url: Option<Secret>,
    /// Connections in the pool; 4 to 8 serve two cores best
    #[arg(long, env, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub database_pool_size: u32,
    /// How long a request waits for a connection before it answers 503
    #[arg(long, env, default_value_t = 2500, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub database_pool_timeout_ms: u64,
    /// After how long PostgreSQL gives a statement up
    #[arg(long, env, default_value_t = 5000, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=600_000))]
    pub database_statement_timeout_ms: u64,
}

/// The HTTP server.
#[derive(Args, Clone, Debug)]
pub struct HttpSettings {
    /// Address and port to listen on
    #[arg(long, env, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// The address debtors see, without a path: https://pay.example.com
    #[arg(long, env, value_name = "URL")]
    pub public_url: Option<Url>,
    /// Networks whose X-Forwarded-For is believed, comma-separated: 10.0.0.0/8,::1
    #[arg(long, env, value_delimiter = ',', value_parser = parse_network, value_name = "CIDR,...")]
    pub trusted_proxies: Vec<IpNet>,
    /// Worker threads; 0 = one per core
    #[arg(long, env, default_value_t = 0)]
    pub http_workers: usize,
    /// Open connections per worker, at most
    #[arg(long, env, default_value_t = 10_000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub http_max_connections: usize,
    /// How long an idle connection is kept
    #[arg(long, env, default_value_t = 15, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub http_keep_alive_seconds: u64,
    /// How long a client may take to send a request's head
    #[arg(long, env, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub http_head_timeout_seconds: u64,
    /// How long a client may take to send a request's body
    #[arg(long, env, default_value_t = 15, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub http_body_timeout_seconds: u64,
    /// The largest form accepted
    #[arg(long, env, default_value_t = 16 * 1024, value_name = "BYTES", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1024..))]
    pub form_limit_bytes: usize,
    /// The largest webhook accepted
    #[arg(long, env, default_value_t = 1024 * 1024, value_name = "BYTES", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(16_384..))]
    pub webhook_limit_bytes: usize,
}

/// Sessions of debtors.
#[derive(Args, Clone, Debug)]
pub struct SessionSettings {
    /// 32 random bytes or more that sign anti-forgery values, as text: openssl rand -hex 32
    #[arg(long, env, hide_env_values = true)]
    pub session_key: Option<Secret>,
    /// A session ends after this long without a request
    #[arg(long, env, default_value_t = 15, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub session_idle_minutes: u32,
    /// A session ends after this long in all
    #[arg(long, env, default_value_t = 60, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub session_max_minutes: u32,
}

/// Sessions and guesses of staff.
#[derive(Args, Clone, Debug)]
pub struct StaffSettings {
    /// A session of staff ends after this long without a request
    #[arg(long, env, default_value_t = 15, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=60))]
    pub staff_idle_minutes: u32,
    /// A session of staff ends after this long in all
    #[arg(long, env, default_value_t = 480, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(5..=1440))]
    pub staff_max_minutes: u32,
    /// Wrong passwords or codes for one account from one address, or from a browser it has signed in with, within 15 minutes
    #[arg(long, env, default_value_t = 10, value_parser = clap::value_parser!(i32).range(3..))]
    pub staff_attempts: i32,
    /// Wrong passwords or codes from one address within 15 minutes, for all accounts
    #[arg(long, env, default_value_t = 100, value_parser = clap::value_parser!(i32).range(3..))]
    pub staff_attempts_per_address: i32,
    /// How long an invitation or a link for a new password works
    #[arg(long, env, default_value_t = 48, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=336))]
    pub staff_link_hours: u32,
    /// Refunds above this amount need a second person
    #[arg(long, env, default_value = "500.00", value_name = "AMOUNT", value_parser = parse_amount)]
    pub refund_second_person_above: Cents,
}

/// How a visitor shows to be the person the link was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum IdentityCheck {
    /// The postal code on file.
    PostalCode,
    /// Six digits, sent to the e-mail address on file.
    EmailCode,
    /// Nothing but the link; only where counsel allows it.
    None,
}

/// The identity check and its limits.
#[derive(Args, Clone, Debug)]
pub struct IdentitySettings {
    /// What a visitor must know besides the link
    #[arg(long, env, value_enum, default_value_t = IdentityCheck::PostalCode)]
    pub identity_check: IdentityCheck,
    /// Wrong answers per link within the window
    #[arg(long, env, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..))]
    pub identity_attempts: i32,
    /// The window in which wrong answers are counted
    #[arg(long, env, default_value_t = 15, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub identity_window_minutes: u32,
    /// Wrong answers per link in all, until staff unlocks it
    #[arg(long, env, default_value_t = 10, value_parser = clap::value_parser!(i32).range(1..))]
    pub identity_attempts_total: i32,
    /// Wrong answers per client address within the window
    #[arg(long, env, default_value_t = 50, value_parser = clap::value_parser!(i32).range(1..))]
    pub identity_attempts_per_address: i32,
    /// For how long a personal link works from when it is made or mailed; 0 = for good
    #[arg(long, env, default_value_t = 0, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=3650))]
    pub link_days: u32,
}

/// E-mails and the server that they are handed to.
#[derive(Args, Clone, Debug)]
pub struct MailSettings {
    /// The mail server: smtps://user@host (TLS from the start, port 465) or smtp://user@host (STARTTLS, port 587); unset, mail waits
    #[arg(long, env, hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<Secret>,
    /// The password for it
    #[arg(long, env, hide_env_values = true)]
    pub smtp_password: Option<Secret>,
    /// The address that mails come from; COMPANY_EMAIL where it is not set
    #[arg(long, env, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// The name that mails come from and speak of, where the company's own name tells its business; COMPANY_NAME where it is not set
    #[arg(long, env, value_name = "NAME")]
    pub mail_name: Option<String>,
    /// Whether links in mails tell that they were followed, and a picture that a mail was opened
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub mail_tracking: bool,
    /// How often mails that are due are looked for; codes go at once; 0 = this process sends none
    #[arg(long, env, default_value_t = 10, value_name = "SECONDS")]
    pub mail_interval_seconds: u64,
    /// How long one step of a conversation with the mail server may take
    #[arg(long, env, default_value_t = 30_000, value_name = "MS", value_parser = clap::value_parser!(u64).range(100..=300_000))]
    pub smtp_timeout_ms: u64,
}

/// What is done about a debt of which nobody has recorded that the law's validation information was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ValidationMode {
    /// Its amounts are shown only once a notice is recorded, or somebody has said why none is needed; staff has five days.
    Required,
    /// It is shown, and staff has five days to send one.
    Task,
    /// Nothing.
    Off,
}

/// What the law asks of a collector.
#[derive(Args, Clone, Debug)]
pub struct ComplianceSettings {
    /// What is done about a debt shown without validation information on file (12 CFR 1006.34(a)(1))
    #[arg(long, env, value_enum, default_value_t = ValidationMode::Task)]
    pub validation_notice: ValidationMode,
}

/// Which cards a checkout takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum CardFunding {
    /// All that Stripe takes.
    Any,
    /// No credit cards, as Visa's rules for merchant category 7322 may want it.
    DebitOnly,
}

/// Stripe and the payments made through it.
#[derive(Args, Clone, Debug)]
pub struct StripeSettings {
    /// Stripe's secret or restricted key: sk_live_..., rk_live_..., sk_test_...
    #[arg(long, env, hide_env_values = true)]
    pub stripe_secret_key: Option<Secret>,
    /// Signing secrets of the webhook endpoint, comma-separated while one is rolled: whsec_...
    #[arg(long, env, hide_env_values = true, value_delimiter = ',', value_name = "SECRET,...")]
    pub stripe_webhook_secret: Vec<Secret>,
    /// Where Stripe's API is
    #[arg(long, env, default_value = "https://api.stripe.com", value_name = "URL")]
    pub stripe_api_base: Url,
    /// The only host a debtor is sent to for paying
    #[arg(long, env, default_value = "checkout.stripe.com", value_name = "HOST[:PORT]")]
    pub stripe_checkout_host: String,
    /// How long one attempt of a call to Stripe may take
    #[arg(long, env, default_value_t = 5000, value_name = "MS", value_parser = clap::value_parser!(u64).range(100..=60_000))]
    pub stripe_attempt_timeout_ms: u64,
    /// How long a call to Stripe may take with all its attempts
    #[arg(long, env, default_value_t = 8000, value_name = "MS", value_parser = clap::value_parser!(u64).range(100..=60_000))]
    pub stripe_timeout_ms: u64,
    /// Attempts of one call to Stripe
    #[arg(long, env, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub stripe_attempts: u32,
    /// The deployment's currency
    #[arg(long, env, default_value = "usd", value_parser = ["usd"])]
    pub currency: String,
    /// Checkouts that may be started for one debt in an hour
    #[arg(long, env, default_value_t = 30, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(1..))]
    pub checkouts_per_hour: i64,
    /// Which cards a checkout takes: any, or debit_only where credit cards may not pay debts
    #[arg(long, env, value_enum, default_value_t = CardFunding::Any)]
    pub card_funding: CardFunding,
    /// Whether what was paid beyond a debt goes back by itself to where it came from; false leaves it to staff
    #[arg(long, env, default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub refund_overpayments: bool,
    /// After how long without a webhook, while payments were made, doctor calls it silent
    #[arg(long, env, default_value_t = 60, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub webhook_silence_minutes: u32,
    /// How often undelivered events and pending payments are looked after; 0 = never
    #[arg(long, env, default_value_t = 60, value_name = "SECONDS")]
    pub sweep_interval_seconds: u64,
    /// Requests a second that the sweep may send to Stripe
    #[arg(long, env, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub sweep_requests_per_second: u32,
}

/// Files that staff uploads to be taken in.
#[derive(Args, Clone, Debug)]
pub struct ImportSettings {
    /// The largest file accepted; it is kept in the database until it is taken in
    #[arg(long, env, default_value_t = 1_073_741_824, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1024..=107_374_182_400))]
    pub import_limit_bytes: u64,
    /// How long an uploaded file and the list of its wrong rows are kept when it is taken in, or never was
    #[arg(long, env, default_value_t = 7, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=365))]
    pub import_keep_days: u32,
}

/// The company that the pages speak for.
#[derive(Args, Clone, Debug)]
pub struct CompanySettings {
    /// Its full name
    #[arg(long, env)]
    pub company_name: Option<String>,
    /// Its postal address, lines separated by "|"
    #[arg(long, env)]
    pub company_address: Option<String>,
    /// Its telephone number
    #[arg(long, env)]
    pub company_phone: Option<String>,
    /// Its e-mail address
    #[arg(long, env)]
    pub company_email: Option<String>,
    /// When it can be reached: "Mon-Fri 8am-6pm ET"
    #[arg(long, env)]
    pub company_hours: Option<String>,
    /// Its time zone, in which pages tell times: America/New_York
    #[arg(long, env, default_value = "America/New_York", value_name = "ZONE")]
    pub company_time_zone: chrono_tz::Tz,
    /// Its web site
    #[arg(long, env, value_name = "URL")]
    pub company_website: Option<Url>,
    /// Its licences, separated by "|": "California DFPI 10000-99|NMLS 123456"
    #[arg(long, env, value_delimiter = '|')]
    pub company_licenses: Vec<String>,
    /// Its logo: the path of an SVG or PNG file
    #[arg(long, env, value_name = "FILE")]
    pub company_logo: Option<PathBuf>,
    /// Its colour: #1f5f8b
    #[arg(long, env, value_name = "#RRGGBB")]
    pub company_color: Option<String>,
}

/// All that `serve` is told.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    #[command(flatten, next_help_heading = "Database")]
    #[allow(missing_docs)]
    pub database: DatabaseSettings,
    #[command(flatten, next_help_heading = "HTTP")]
    #[allow(missing_docs)]
    pub http: HttpSettings,
    #[command(flatten, next_help_heading = "Sessions")]
    #[allow(missing_docs)]
    pub session: SessionSettings,
    #[command(flatten, next_help_heading = "Staff")]
    #[allow(missing_docs)]
    pub staff: StaffSettings,
    #[command(flatten, next_help_heading = "Identity check")]
    #[allow(missing_docs)]
    pub identity: IdentitySettings,
    #[command(flatten, next_help_heading = "Mail")]
    #[allow(missing_docs)]
    pub mail: MailSettings,
    #[command(flatten, next_help_heading = "Compliance")]
    #[allow(missing_docs)]
    pub compliance: ComplianceSettings,
    #[command(flatten, next_help_heading = "Stripe")]
    #[allow(missing_docs)]
    pub stripe: StripeSettings,
    #[command(flatten, next_help_heading = "Imports")]
    #[allow(missing_docs)]
    pub import: ImportSettings,
    #[command(flatten, next_help_heading = "Company")]
    #[allow(missing_docs)]
    pub company: CompanySettings,
}

impl ServeArgs {
    /// The settings that the environment gives, without any flag: where a command starts from before it adds its own.
    pub fn from_environment() -> ServeArgs {
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            args: ServeArgs,
        }
        Alone::parse_from(["quittance"]).args
    }
}

fn parse_amount(text: &str) -> Result<Cents, String> {
    Cents::parse_typed(text).map_err(|_| "an amount such as 500.00".to_owned())
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| "an address or a network such as 10.0.0.0/8".to_owned())
}

/// Reads a `.env` file of the working directory into the environment, where a variable is not set already.
pub fn load_dotenv() {
    // Absent is the ordinary case; a broken one shows as a missing setting.
    let _ = dotenvy::dotenv();
}

/// The level and the targets to log: `RUST_LOG`, or else `usual`.
#[allow(clippy::disallowed_methods, reason = "this file reads the environment")]
pub fn log_filter(usual: &str) -> String {
    std::env::var("RUST_LOG").unwrap_or_else(|_| usual.to_owned())
}
