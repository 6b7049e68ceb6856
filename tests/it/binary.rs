//! The program itself: what it says, what it refuses, how it ends, and what its commands do.

/// What the commands beside `serve` do.
mod commands;
/// What `doctor` finds.
mod doctor;
/// What `refund`, `flags`, `letter` and `states` do.
mod money;

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::CommandFactory;
use diesel::connection::SimpleConnection;
use quittance::cli::Cli;
use quittance::sandbox::{Action, Fault, Options, Sandbox};

use crate::support::Client;
use crate::support::app::{SESSION_KEY, STRIPE_KEY, WEBHOOK_SECRET};
use crate::support::db::TestDb;
use crate::support::process::{Serving, quittance, required, run, said};

const NOWHERE: &str = "postgresql://quittance:hunter2-secret@127.0.0.1:1/portal";
const ALL_COMMANDS: [&str; 14] = [
    "serve",
    "demo",
    "sandbox",
    "migrate",
    "doctor",
    "sweep",
    "reconcile",
    "refund",
    "flags",
    "import",
    "letter",
    "states",
    "link",
    "staff",
];

fn with<'a>(command: &'a mut Command, settings: &[(&'static str, String)]) -> &'a mut Command {
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
}

/// `serve` with everything it needs, some of it changed.
fn serve_with(changes: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = quittance(&["serve"]);
    with(&mut command, &required(NOWHERE, "http://127.0.0.1:1"));
    command.envs(changes.iter().copied());
    let output = run(&mut command);
    (output.status.code(), said(&output))
}

#[test]
fn every_missing_setting_is_named_at_once() {
    let output = run(&mut quittance(&["serve"]));
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    let always =
        ["DATABASE_URL", "PUBLIC_URL", "SESSION_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "COMPANY_NAME"];
    for name in always {
        assert_eq!(text.matches(&format!("{name} is missing")).count(), 1, "{name} in {text}");
    }
    assert_eq!(text.matches(" is missing").count(), always.len(), "{text}");
    // Where real money moves, a debtor must be able to reach somebody.
    let text = said(&run(quittance(&["serve"]).env("STRIPE_SECRET_KEY", "sk_live_0123456789abcdef")));
    for name in ["COMPANY_ADDRESS", "COMPANY_PHONE", "COMPANY_EMAIL"] {
        assert_eq!(text.matches(&format!("{name} is missing")).count(), 1, "{name} in {text}");
    }
    // One of them alone is one line.
    let (code, text) = serve_with(&[("COMPANY_PHONE", "  ")]);
    assert_eq!((code, text.matches("is missing").count()), (Some(1), 1), "{text}");
}

#[test]
fn every_bad_setting_gets_its_own_sentence() {
    let live = ("STRIPE_SECRET_KEY", "sk_live_0123456789abcdef");
    let real = ("STRIPE_API_BASE", "https://api.stripe.com");
    let public = ("PUBLIC_URL", "https://pay.example.com");
    let own_word = "whsec_51NkLq8Zr2pXv0Td";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("PUBLIC_URL", "http://pay.example.com")], "PUBLIC_URL must start with https://"),
        (&[("PUBLIC_URL", "https://pay.example.com/portal")], "PUBLIC_URL must have no path"),
        (&[("PUBLIC_URL", "ftp://pay.example.com")], "PUBLIC_URL must start with https://"),
        (&[("PUBLIC_URL", "pay.example.com")], "--public-url"),
        (&[live, real, ("STRIPE_WEBHOOK_SECRET", own_word)], "PUBLIC_URL must start with https://"),
        (&[live, public, ("STRIPE_WEBHOOK_SECRET", own_word)], "STRIPE_API_BASE is a local look-alike"),
        (&[live, real, public, ("STRIPE_WEBHOOK_SECRET", "whsec_sandbox_0123456789")], "looks like a test value"),
        (
            &[live, real, public, ("STRIPE_WEBHOOK_SECRET", "whsec_51NkLq8Zr2pXv0Td,whsec_TEST_123456789")],
            "looks like a test value",
        ),
        (&[("STRIPE_SECRET_KEY", "pk_test_0123456789abcdef")], "STRIPE_SECRET_KEY must start with sk_live_"),
        (&[live, real, public, ("STRIPE_WEBHOOK_SECRET", "whsec_1")], "STRIPE_WEBHOOK_SECRET is too short"),
        (&[("STRIPE_WEBHOOK_SECRET", "")], "STRIPE_WEBHOOK_SECRET is missing"),
        (&[("STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef,")], "STRIPE_WEBHOOK_SECRET is missing"),
        (&[("STRIPE_API_BASE", "http://api.example.com")], "STRIPE_API_BASE must start with https://"),
        (&[("SESSION_KEY", "0123456789")], "SESSION_KEY is too short"),
        (&[("COMPANY_COLOR", "blue")], "COMPANY_COLOR must look like"),
        (&[("COMPANY_LOGO", "/nowhere/logo.svg")], "COMPANY_LOGO does not name a file"),
        (&[("COMPANY_TIME_ZONE", "Mars/Olympus")], "--company-time-zone"),
        (&[("SESSION_IDLE_MINUTES", "61")], "SESSION_IDLE_MINUTES is longer than SESSION_MAX_MINUTES"),
        (&[("TRUSTED_PROXIES", "10.0.0.0/8,everybody")], "--trusted-proxies"),
        (&[("LISTEN", "8080")], "--listen"),
        (&[("DATABASE_POOL_SIZE", "0")], "--database-pool-size"),
        (&[("CURRENCY", "eur")], "--currency"),
        (&[("IDENTITY_CHECK", "trust_me")], "--identity-check"),
        (&[("SWEEP_REQUESTS_PER_SECOND", "0")], "--sweep-requests-per-second"),
    ];
    for (changes, sentence) in cases {
        let (code, text) = serve_with(changes);
        assert!(matches!(code, Some(1 | 2)), "{changes:?}: {code:?} {text}");
        assert!(text.contains(sentence), "{changes:?}: {text}");
        assert_eq!(text.matches("  - ").count() + text.matches("error: ").count(), 1, "{changes:?}: {text}");
    }
}

#[test]
fn a_taken_port_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = serve_with(&[("LISTEN", &address)]);
    assert_eq!((code, text.trim().lines().count()), (Some(1), 1), "{text}");
    assert!(text.contains(&address) && text.contains("LISTEN"), "{text}");
}

/// Words that only the secrets of these tests have.
const SECRETS: [&str; 4] = [SESSION_KEY, STRIPE_KEY, WEBHOOK_SECRET, "hunter2"];

fn assert_tells_no_secret(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn help_and_errors_tell_no_secret() {
    for command in ALL_COMMANDS {
        for help in ["--help", "-h"] {
            let mut command = quittance(&[command, help]);
            let output = run(with(&mut command, &required(NOWHERE, "http://127.0.0.1:1")));
            assert_eq!(output.status.code(), Some(0));
            assert_tells_no_secret(&said(&output));
        }
    }
    for arguments in [&["doctor"][..], &["migrate"], &["sweep"], &["link", "018f0000-0000-7000-8000-000000000000"]] {
        let mut command = quittance(arguments);
        let output = run(with(&mut command, &required(NOWHERE, "http://127.0.0.1:1")).env("RUST_LOG", "trace"));
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_tells_no_secret(&said(&output));
    }
    let (_, text) = serve_with(&[("PUBLIC_URL", "http://pay.example.com"), ("RUST_LOG", "trace")]);
    assert_tells_no_secret(&text);
    let (_, text) = serve_with(&[("LISTEN", "nonsense")]);
    assert_tells_no_secret(&text);
}

async fn stripe() -> Sandbox {
    let options = Options {
        secret_key: STRIPE_KEY.to_owned(),
        webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

fn insert_debt(db: &TestDb) -> (String, String) {
    let (id, token) = (uuid::Uuid::new_v4(), quittance::domain::token::Token::issue().unwrap());
    db.connect()
        .batch_execute(&format!(
            "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
               VALUES ('{id}', 'Maria', 'Quillfeather', 'maria@mail.example', '+15035550199', '97204'); \
             INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
               VALUES ('{id}', '{id}', 'Northwind Dental', 100, '{}')",
            token.as_str()
        ))
        .unwrap();
    (id.to_string(), token.as_str().to_owned())
}

#[actix_web::test]
async fn even_the_loudest_log_tells_no_secret_and_sigterm_ends_in_order() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let (debt, token) = insert_debt(&db);
    let mut settings = required(db.url(), &sandbox.base_url());
    settings.push(("RUST_LOG", "trace".to_owned()));
    settings.push(("SWEEP_INTERVAL_SECONDS", "1".to_owned()));
    let mut serving = Serving::start(&settings);
    let client = Client::new(&serving.url(""));
    client.get(&format!("/d/{token}")).await;
    assert_eq!(client.post(&format!("/d/{token}"), &[("postal_code", "97204")]).await.status, 303);
    // A request that is on its way when the signal comes is finished; new ones are not taken.
    sandbox.fault(Fault::on_request("POST", "/v1/checkout", Action::HangAfter { ms: 1500 }));
    let path = format!("/debts/{debt}/payments");
    let paying = client.post(&path, &[("choice", "full")]);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        serving.signal("TERM");
        Instant::now()
    };
    let (page, signalled) = tokio::join!(paying, ending);
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(serving.wait(), Some(0));
    assert!(signalled.elapsed() < Duration::from_secs(14), "{:?}", signalled.elapsed());
    assert!(TcpListener::bind(serving.address).is_ok(), "the port is free again");
    let log = serving.log.join("\n");
    assert!(log.contains("quittance::http"), "{log}");
    assert_tells_no_secret(&log);
    let session = client.cookie("session").unwrap();
    for private in [token.as_str(), session.as_str(), "Quillfeather", "97204", "maria@mail"] {
        assert!(!log.contains(private), "{private} in the log");
    }
}

#[actix_web::test]
async fn sigint_ends_at_once_though_connections_are_open() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let mut serving = Serving::start(&required(db.url(), &sandbox.base_url()));
    let idle = std::net::TcpStream::connect(serving.address).unwrap();
    let client = Client::new(&serving.url(""));
    assert_eq!(client.get("/d/x").await.status, 200);
    serving.signal("INT");
    let begun = Instant::now();
    assert_eq!(serving.wait(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(14), "{:?}", begun.elapsed());
    drop(idle);
}

#[actix_web::test]
async fn monitors_hear_yes_or_no() {
    let (db, sandbox) = (TestDb::bare(), stripe().await);
    let mut settings = required(db.url(), &sandbox.base_url());
    settings.push(("DATABASE_POOL_TIMEOUT_MS", "500".to_owned()));
    let serving = Serving::start(&settings);
    let client = Client::new(&serving.url(""));
    let ask = async |path: &str| {
        let answer = client.get(path).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("server"), "");
        (answer.status, answer.body)
    };
    assert_eq!(ask("/healthz").await, (200, "yes\n".to_owned()));
    assert_eq!(ask("/readyz").await, (503, "no\n".to_owned()));
    // A page without its tables is a page, too.
    let page = client.post("/d/x", &[("postal_code", "97204")]).await;
    assert!(page.status == 500 && page.text().len() > 40, "{} {}", page.status, page.body);
    let output = run(with(&mut quittance(&["migrate"]), &settings));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(ask("/readyz").await, (200, "yes\n".to_owned()));
}

/// Every environment name the command line knows, with its default.
fn known_settings() -> BTreeMap<String, Option<String>> {
    let command = Cli::command();
    let arguments = command.get_subcommands().flat_map(clap::Command::get_arguments);
    arguments
        .filter_map(|argument| {
            let defaults = argument.get_default_values();
            let default = defaults.first().map(|value| value.to_string_lossy().into_owned());
            Some((argument.get_env()?.to_string_lossy().into_owned(), default))
        })
        .collect()
}

#[test]
fn env_example_lists_every_setting_and_shows_its_default() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let known = known_settings();
    let needed: BTreeSet<&str> = required("", "").into_iter().map(|(name, _)| name).collect();
    let mut listed = BTreeSet::new();
    for (place, line) in lines.iter().enumerate() {
        let setting = line.strip_prefix('#').unwrap_or(line);
        let Some((name, value)) = setting.split_once('=').filter(|(name, _)| !name.contains(' ')) else { continue };
        assert!(listed.insert(name.to_owned()), "{name} stands twice");
        assert!(lines[place - 1].starts_with("# "), "{name} has no comment");
        let default = known.get(name).unwrap_or_else(|| panic!("{name} is no setting"));
        match default {
            Some(default) => assert_eq!((line.starts_with('#'), value), (true, default.as_str()), "{name}"),
            None if line.starts_with('#') => {
                assert!(!needed.contains(name), "{name} is needed");
                assert!(lines[place - 1].contains("(example)"), "{name}: an example is no default");
            }
            None => assert!(needed.contains(name), "{name} is not needed"),
        }
    }
    assert_eq!(listed, known.into_keys().collect());
}
