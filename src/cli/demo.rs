//! `quittance demo`: everything in one process, on a machine that has PostgreSQL's programs and nothing else.
//!
//! A private PostgreSQL with invented data, the Stripe sandbox and the portal. The data stays in one directory, and a second
//! start goes on where the first one stopped. However it ends, Ctrl-C, SIGTERM or `kill -9`, nothing is left running.

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use diesel::connection::Connection;
use diesel::pg::PgConnection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use url::Url;

use crate::clock::Clock;
use crate::config::{Secret, ServeArgs, Settings, is_loopback};
use crate::migrations;
use crate::private_pg::{Options, PrivatePg};
use crate::sandbox::{self, Sandbox, demo_data};
use crate::web::WEBHOOK_PATH;
use crate::web::server::Portal;

/// What is said when all is ready, to people and to programs.
mod announce;
/// Secrets and ports that stay from start to start.
mod keys;
/// Who can sign in to the staff area.
mod staff;

use announce::Ready;
use keys::Keys;

const DATABASE: &str = "quittance";
/// How often the demo sends what is due: somebody is watching.
const MAIL_INTERVAL: Duration = Duration::from_secs(2);

/// What `demo` is told.
#[derive(clap::Args, Clone, Debug)]
pub struct DemoArgs {
    /// Start over: forget the data of the last run
    #[arg(long)]
    pub fresh: bool,
    /// Address and port of the portal; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Where the data lives
    #[arg(long, default_value = ".quittance", value_name = "DIR")]
    pub data_dir: PathBuf,
    /// Write addresses and links to this file, as JSON, when everything answers
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
}

/// Runs until Ctrl-C or SIGTERM.
///
/// # Errors
/// With one sentence that says what to do: a port that is taken, a directory that cannot be used, a demo that already runs.
pub async fn run(args: DemoArgs) -> anyhow::Result<()> {
    let mut serve = ServeArgs::from_environment();
    let listener = bind(args.listen.unwrap_or(serve.http.listen))?;
    make_data_dir(&args.data_dir)?;
    if args.fresh {
        start_over(&args.data_dir)?;
    }
    let postgres = {
        let _step = Step::begin("Starting a private PostgreSQL");
        PrivatePg::start(&Options::kept(args.data_dir.join("postgres")))?
    };
    let mut keys = Keys::load_or_make(&args.data_dir)?;
    let links = prepare_database(&postgres, &keys)?;
    let address = listener.local_addr().context("the port is gone")?;
    let sandbox = start_sandbox(&args.data_dir, &mut keys, address).await?;
    fill_in(&mut serve, &keys, address, &sandbox, &postgres.url(DATABASE))?;
    let settings = Settings::check(serve)?;
    let interval = Duration::from_secs(settings.args.stripe.sweep_interval_seconds);
    let public_url = settings.public_url.clone();
    sandbox.set_webhook_url(Some(format!("{public_url}{WEBHOOK_PATH}")));

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let portal = Portal::build(settings, Clock::system(), Some(listener))?;
    let (sweep, imports, mail) = (portal.sweep(), portal.imports(), portal.mail());
    let server = portal.start()?;
    let handle = server.handle();
    let mut served = actix_web::rt::spawn(server);
    let sweeping = (!interval.is_zero()).then(|| actix_web::rt::spawn(sweep.run(interval)));
    let importing = actix_web::rt::spawn(imports.run());
    let mailing = actix_web::rt::spawn(mail.clone().run(MAIL_INTERVAL));
    wait_until_it_answers(address).await?;

    let ready = Ready::new(&public_url, &sandbox, &postgres.url(DATABASE), &links, &keys);
    if let Some(file) = &args.ready_file {
        ready.write(file)?;
    }
    ready.say(&args.data_dir, postgres.dir())?;
    tokio::select! {
        _ = interrupt.recv() => println!("\nStopping..."),
        _ = terminate.recv() => println!("\nStopping..."),
        ended = &mut served => bail!("the server ended by itself: {ended:?}"),
    }

    if let Some(file) = &args.ready_file {
        // It says that something is there, which is no longer so.
        let _ = fs::remove_file(file);
    }
    importing.abort();
    mail.stop().await;
    mailing.abort();
    if let Some(sweeping) = sweeping {
        sweeping.abort();
    }
    handle.stop(true).await;
    sandbox.stop().await;
    postgres.stop();
    println!("Everything has stopped. Your data stays in {}.", args.data_dir.display());
    Ok(())
}

fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "{listen} is taken, perhaps by another demo: stop that program, or choose another port with --listen {}:0",
            listen.ip()
        ),
        _ => anyhow!("cannot listen on {listen}: {error}; choose another address with --listen 127.0.0.1:8080"),
    })
}

fn make_data_dir(dir: &Path) -> anyhow::Result<()> {
    let writable = fs::create_dir_all(dir).and_then(|()| {
        let probe = dir.join(".writable");
        fs::write(&probe, [])?;
        fs::remove_file(&probe)
    });
    writable.map_err(|error| {
        anyhow!("cannot write to {}: {error}; choose another directory with --data-dir", dir.display())
    })
}

fn start_over(dir: &Path) -> anyhow::Result<()> {
    let _step = Step::begin("Forgetting the last run");
    PrivatePg::erase(&dir.join("postgres"))?;
    for file in [sandbox_state(dir), keys::path(dir)] {
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn prepare_database(postgres: &PrivatePg, keys: &Keys) -> anyhow::Result<Vec<demo_data::Link>> {
    postgres.create_database(DATABASE)?;
    let mut conn = PgConnection::establish(&postgres.url(DATABASE))?;
    if migrations::count_pending(&mut conn)? > 0 {
        let _step = Step::begin("Creating the tables");
        migrations::run_pending(&mut conn)?;
    }
    if !demo_data::is_filled(&mut conn)? {
        let _step = Step::begin("Inventing people, debts and histories");
        demo_data::fill(&mut conn, Clock::system().now())?;
    }
    staff::enter(&mut conn, &keys.session_key, &keys.staff_password)?;
    Ok(demo_data::links(&mut conn)?)
}

/// At the port of the last run where it is free: open checkouts name it.
async fn start_sandbox(dir: &Path, keys: &mut Keys, portal: SocketAddr) -> anyhow::Result<Sandbox> {
    let _step = Step::begin("Starting the Stripe sandbox");
    let loopback = std::net::Ipv4Addr::LOCALHOST;
    let wanted = match keys.sandbox_port {
        Some(port) => port,
        None if portal.port() == 0 => 0,
        None => portal.port().saturating_add(1),
    };
    let people = staff::people_of(&keys.session_key).into_iter();
    let authenticators: Vec<_> = people.map(|person| (person.email.to_owned(), person.seed)).collect();
    let options = |port: u16| sandbox::Options {
        listen: SocketAddr::from((loopback, port)),
        secret_key: keys.stripe_secret_key.clone(),
        webhook_secrets: vec![keys.stripe_webhook_secret.clone()],
        state_file: Some(sandbox_state(dir)),
        authenticators: authenticators.clone(),
        webhook_retry_delays: [1, 5, 30, 120].map(Duration::from_secs).to_vec(),
        ..sandbox::Options::default()
    };
    let sandbox = match Sandbox::start(options(wanted)).await {
        Ok(sandbox) => sandbox,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Sandbox::start(options(0)).await?,
        Err(error) => return Err(anyhow!("the Stripe sandbox cannot start: {error}; start over with --fresh")),
    };
    keys.remember_sandbox_port(dir, sandbox.address().port())?;
    Ok(sandbox)
}

fn sandbox_state(dir: &Path) -> PathBuf {
    dir.join("stripe-sandbox.json")
}

fn host_of(address: SocketAddr) -> String {
    let ip = if address.ip().is_unspecified() { std::net::Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }
}

/// What a demo decides by itself, whatever the environment says: it must never touch a real database or a real Stripe
/// account. Who the company is, and every limit, may come from the environment.
fn fill_in(
    serve: &mut ServeArgs,
    keys: &Keys,
    address: SocketAddr,
    sandbox: &Sandbox,
    database_url: &str,
) -> anyhow::Result<()> {
    // A name of this machine may be chosen, as passkeys are for names; the port is the one that is listened on.
    let chosen = serve.http.public_url.as_ref().filter(|url| is_loopback(url)).and_then(Url::host_str);
    let host = chosen.map_or_else(|| host_of(address), str::to_owned);
    let stripe = Url::parse(&sandbox.base_url())?;
    serve.database.database_url = Some(Secret::new(database_url));
    serve.http.listen = address;
    serve.http.public_url = Some(Url::parse(&format!("http://{host}:{}", address.port()))?);
    serve.session.session_key = Some(Secret::new(&keys.session_key));
    serve.stripe.stripe_secret_key = Some(Secret::new(&keys.stripe_secret_key));
    serve.stripe.stripe_webhook_secret = vec![Secret::new(&keys.stripe_webhook_secret)];
    serve.stripe.stripe_checkout_host = stripe.authority().to_owned();
    serve.stripe.stripe_api_base = stripe;
    serve.mail.smtp_url = Some(Secret::new(sandbox.smtp_url()));
    serve.mail.mail_from = Some("messages@example.com".to_owned());
    serve.mail.mail_name = Some(demo_data::COMPANY.to_owned());

    let company = &mut serve.company;
    let or = |given: &mut Option<String>, invented: &str| {
        given.get_or_insert_with(|| invented.to_owned());
    };
    or(&mut company.company_name, demo_data::COMPANY);
    or(&mut company.company_address, "120 Fairwater Lane|Burlington, VT 05401");
    or(&mut company.company_phone, "(802) 555-0140");
    or(&mut company.company_email, "help@example.com");
    or(&mut company.company_hours, "Mon-Fri 9am-6pm ET");
    if company.company_licenses.is_empty() {
        company.company_licenses = vec!["Vermont license 000-0000 (invented)".to_owned()];
    }
    Ok(())
}

/// Asks as a browser would; a portal that does not answer must not be announced.
async fn wait_until_it_answers(address: SocketAddr) -> anyhow::Result<()> {
    let _step = Step::begin("Starting the portal");
    let asked = timeout(Duration::from_secs(20), async {
        while !answers(address).await.unwrap_or(false) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    asked.await.map_err(|_| anyhow!("the portal does not answer on {address}; the log above says why"))
}

async fn answers(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(4_096).read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// One line of progress: what is being done, then how long it took.
struct Step(Instant);

impl Step {
    fn begin(what: &str) -> Step {
        print!("{what} ... ");
        // A terminal that has gone away is no reason to stop.
        let _ = std::io::stdout().flush();
        Step(Instant::now())
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        let tenths = self.0.elapsed().as_millis() / 100;
        println!("{}.{} s", tenths / 10, tenths % 10);
    }
}
