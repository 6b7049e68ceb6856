//! Settings that are complete and fit together.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use url::{Host, Url};

use super::mail::{self, Mailing};
use super::{CardFunding, Secret, ServeArgs};
use crate::domain::validation::Collector;

/// Settings that are complete and make sense together.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As given, with every required value present.
    pub args: ServeArgs,
    /// `DATABASE_URL`.
    pub database_url: Secret,
    /// `PUBLIC_URL` without a trailing slash.
    pub public_url: String,
    /// The key for anti-forgery values and address hashes.
    pub session_key: Secret,
    /// `STRIPE_SECRET_KEY`.
    pub stripe_key: Secret,
    /// The company, as pages show it.
    pub company: Company,
    /// E-mails.
    pub mail: Mailing,
}

/// The company, as pages show it.
#[derive(Clone, Debug)]
pub struct Company {
    /// Full name.
    pub name: String,
    /// Address lines; like telephone and e-mail, only empty while the Stripe key is a test key.
    pub address: Vec<String>,
    /// Telephone number as people read it.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Opening hours.
    pub hours: Option<String>,
    /// Where times are told.
    pub time_zone: chrono_tz::Tz,
    /// Web site.
    pub website: Option<String>,
    /// Licence texts.
    pub licenses: Vec<String>,
    /// Colour as `#rrggbb`.
    pub color: Option<String>,
    /// Logo file.
    pub logo: Option<PathBuf>,
}

impl Company {
    /// Who collects and where disputes are sent, as a notice names it now.
    pub fn collector(&self) -> Collector {
        Collector { name: self.name.clone(), address: self.address.join("\n") }
    }

    /// Name and address, in lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.address.iter().map(String::as_str))
    }

    /// The telephone number for a `tel:` link.
    pub fn phone_link(&self) -> String {
        self.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// What stands in the way of starting. One line per problem, each with what to do.
#[derive(Debug, Error)]
#[error("the settings are not complete:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct Incomplete(pub Vec<String>);

impl Settings {
    /// Checks that `args` are complete and fit together.
    ///
    /// # Errors
    /// [`Incomplete`] with every problem at once.
    pub fn check(args: ServeArgs) -> Result<Settings, Incomplete> {
        let mut problems = Vec::new();
        let mut need = |name: &str, value: Option<String>, hint: &str| match value {
            Some(value) if !value.trim().is_empty() => value,
            _ => {
                problems.push(format!("{name} is missing: {hint}"));
                String::new()
            }
        };
        let secret = |s: &Option<Secret>| s.as_ref().map(|s| s.0.clone());
        let database_url = need("DATABASE_URL", secret(&args.database.database_url), "postgres://user@host/name");
        let session_key =
            need("SESSION_KEY", secret(&args.session.session_key), "make one with `openssl rand -hex 32`");
        let stripe_key = need("STRIPE_SECRET_KEY", secret(&args.stripe.stripe_secret_key), "from Stripe's dashboard");
        let public_url = need(
            "PUBLIC_URL",
            args.http.public_url.as_ref().map(|u| u.as_str().trim_end_matches('/').to_owned()),
            "the address debtors see, such as https://pay.example.com",
        );
        let live = is_live_key(&stripe_key);
        let name = need("COMPANY_NAME", args.company.company_name.clone(), "shown on every page");
        // While only test money can move, a portal may be tried out before it says how to reach anybody.
        let mut contact = |name: &str, value: &Option<String>| match value {
            None if !live => String::new(),
            value => need(name, value.clone(), "how debtors reach you"),
        };
        let phone = contact("COMPANY_PHONE", &args.company.company_phone);
        let email = contact("COMPANY_EMAIL", &args.company.company_email);
        let address = contact("COMPANY_ADDRESS", &args.company.company_address);
        let company = Company {
            name,
            phone,
            email,
            address: address.split('|').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
            hours: args.company.company_hours.clone().filter(|h| !h.trim().is_empty()),
            time_zone: args.company.company_time_zone,
            website: args.company.company_website.as_ref().map(Url::to_string),
            licenses: args
                .company
                .company_licenses
                .iter()
                .map(|l| l.trim().to_owned())
                .filter(|l| !l.is_empty())
                .collect(),
            color: args.company.company_color.clone(),
            logo: args.company.company_logo.clone(),
        };
        let mail = mail::check(&args, &mut problems);
        check_values(&args, &session_key, &stripe_key, &mut problems);
        if !problems.is_empty() {
            return Err(Incomplete(problems));
        }
        Ok(Settings {
            args,
            database_url: Secret(database_url),
            public_url,
            session_key: Secret(session_key),
            stripe_key: Secret(stripe_key),
            company,
            mail,
        })
    }

    /// Whether debtors reach us by https; decides cookie names, `Secure` and HSTS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether the Stripe key moves real money.
    pub fn is_live(&self) -> bool {
        is_live_key(self.stripe_key.expose())
    }

    /// Whether checkouts take no credit cards.
    pub fn takes_debit_only(&self) -> bool {
        self.args.stripe.card_funding == CardFunding::DebitOnly
    }

    /// How long one request to Stripe may take with all its attempts.
    pub fn stripe_timeout(&self) -> Duration {
        Duration::from_millis(self.args.stripe.stripe_timeout_ms)
    }
}

fn is_live_key(key: &str) -> bool {
    key.starts_with("sk_live_") || key.starts_with("rk_live_")
}

/// Words that only an example or a look-alike has in a signing secret.
const TEST_LOOKING: [&str; 5] = ["test", "sandbox", "demo", "example", "change"];

fn check_values(args: &ServeArgs, session_key: &str, stripe_key: &str, problems: &mut Vec<String>) {
    let live = is_live_key(stripe_key);
    if !session_key.is_empty() && session_key.len() < 32 {
        problems.push("SESSION_KEY is too short: 32 characters or more, from `openssl rand -hex 32`".into());
    }
    if let Some(url) = &args.http.public_url {
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            problems.push("PUBLIC_URL must have no path: https://pay.example.com".into());
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(url) && !live => {}
            "http" => problems
                .push("PUBLIC_URL must start with https:// (http only for a loopback address and a test key)".into()),
            _ => problems.push("PUBLIC_URL must start with https://".into()),
        }
    }
    if !stripe_key.is_empty()
        && !["sk_live_", "rk_live_", "sk_test_", "rk_test_"].iter().any(|p| stripe_key.starts_with(p))
    {
        problems.push("STRIPE_SECRET_KEY must start with sk_live_, rk_live_, sk_test_ or rk_test_".into());
    }
    let base = &args.stripe.stripe_api_base;
    if base.scheme() != "https" && !is_loopback(base) {
        problems.push("STRIPE_API_BASE must start with https://".into());
    }
    if live && is_loopback(base) {
        problems.push("STRIPE_API_BASE is a local look-alike, but STRIPE_SECRET_KEY is a live key".into());
    }
    if !is_host(&args.stripe.stripe_checkout_host) {
        problems.push("STRIPE_CHECKOUT_HOST must be a host without a scheme or path: checkout.stripe.com".into());
    }
    let secrets = &args.stripe.stripe_webhook_secret;
    if secrets.is_empty() || secrets.iter().any(|s| s.0.trim().is_empty()) {
        problems
            .push("STRIPE_WEBHOOK_SECRET is missing: the signing secret (whsec_...) of your webhook endpoint".into());
    } else if live && secrets.iter().any(|s| s.0.trim().len() < 16) {
        problems.push("STRIPE_WEBHOOK_SECRET is too short to be Stripe's".into());
    } else if live && secrets.iter().any(|s| TEST_LOOKING.iter().any(|w| s.0.to_ascii_lowercase().contains(w))) {
        problems.push("STRIPE_WEBHOOK_SECRET looks like a test value, but STRIPE_SECRET_KEY is a live key".into());
    }
    if let Some(color) = &args.company.company_color
        && crate::domain::color::Rgb::parse(color).is_none()
    {
        problems.push("COMPANY_COLOR must look like #1f5f8b".into());
    }
    if let Some(logo) = &args.company.company_logo
        && !logo.is_file()
    {
        problems.push("COMPANY_LOGO does not name a file that can be read".into());
    }
    if args.session.session_idle_minutes > args.session.session_max_minutes {
        problems.push("SESSION_IDLE_MINUTES is longer than SESSION_MAX_MINUTES".into());
    }
}

/// Whether `text` is a host, with or without a port, and nothing else.
fn is_host(text: &str) -> bool {
    let Ok(url) = Url::parse(&format!("https://{text}/")) else { return false };
    let whole = url
        .port()
        .map_or_else(|| url.host_str().map(str::to_owned), |port| url.host_str().map(|h| format!("{h}:{port}")));
    // The port that is https's own is not shown by the URL.
    whole.as_deref().is_some_and(|whole| text.strip_suffix(":443").unwrap_or(text).eq_ignore_ascii_case(whole))
}

/// Whether `url` stays on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
