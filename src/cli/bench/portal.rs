//! The portal as operators run it: `quittance serve` as a process of its own, with its log in a file.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::fill::{Filled, debt_id};
use super::load::{self, Requests};

/// Says its process id and ends with whoever holds the other end of its input, however that one ends.
const LEASH: &str = r#"log=$1; shift; "$@" >"$log" 2>&1 & echo $!; read -r end; kill "$!" 2>/dev/null; wait"#;
const START_PATIENCE: Duration = Duration::from_secs(10);

/// A running portal.
pub(super) struct Portal {
    leash: Child,
    pid: u32,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// From its start to the last byte of its first page.
    pub(super) first_page_after: Duration,
    /// The first page's head and body.
    pub(super) first_page: Vec<u8>,
}

impl Portal {
    /// Starts it on a free port and asks for one debt page.
    ///
    /// # Errors
    /// When it does not start, with what it says, or when the page is not there.
    pub(super) fn start(filled: &Filled, dir: &Path) -> anyhow::Result<Portal> {
        let log = dir.join(format!("serve_{}.log", filled.debts));
        // What an earlier run has said must not be taken for this one's.
        File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let begun = Instant::now();
        let mut leash = Command::new("sh")
            .args(["-c", LEASH, "quittance-bench"])
            .arg(&log)
            .arg(std::env::current_exe()?)
            .arg("serve")
            .envs(settings(&filled.url))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(leash.stdout.take().context("no output")?).read_line(&mut line)?;
        let pid = line.trim().parse().context("the portal was not started")?;
        let address = wait_for_address(&log)?;
        let first = filled.numbers().take(1).collect::<Vec<u32>>();
        let first_page = load::first_answer(&requests(address, first))?;
        Ok(Portal { leash, pid, address, first_page_after: begun.elapsed(), first_page })
    }

    /// Its resident memory at its largest, in megabytes; `None` where the system does not tell.
    pub(super) fn peak_memory_mb(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes.div_ceil(1024))
    }

    /// The processor time it has used, in microseconds; `None` where the system does not tell.
    pub(super) fn cpu_micros(&self) -> Option<u64> {
        // Linux counts in hundredths of a second here, whatever its own clock does.
        const MICROS_PER_TICK: u64 = 10_000;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse().unwrap_or(0)).sum();
        Some(ticks * MICROS_PER_TICK)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.leash.stdin.take());
        let _ = self.leash.wait();
    }
}

/// Requests for the pages of these debts, each as its debtor's browser sends it.
pub(super) fn requests(address: SocketAddr, numbers: impl IntoIterator<Item = u32>) -> Requests {
    let text = |number: u32| {
        format!(
            "GET /debts/{} HTTP/1.1\r\nHost: pay.example.com\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
             Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
             Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\
             Cookie: __Host-visit=0123456789abcdefghijABCDEFGHIJ0123456789-_x; __Host-session={number}\r\n\
             Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n\r\n",
            debt_id(number)
        )
        .into_bytes()
    };
    Requests { address, texts: numbers.into_iter().map(text).collect() }
}

/// A company, keys, and a Stripe that nobody asks, because the sweep is off. What is not set here may come from the
/// environment, so that other limits and sizes can be measured.
fn settings(database_url: &str) -> [(&'static str, &str); 13] {
    [
        ("DATABASE_URL", database_url),
        ("LISTEN", "127.0.0.1:0"),
        ("PUBLIC_URL", "https://pay.example.com"),
        ("SESSION_KEY", "only for measuring, no visitor ever sees it"),
        ("STRIPE_SECRET_KEY", "sk_test_bench"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_only_for_measuring"),
        ("STRIPE_API_BASE", "http://127.0.0.1:9"),
        ("SWEEP_INTERVAL_SECONDS", "0"),
        ("COMPANY_NAME", "Fairwater Recovery"),
        ("COMPANY_ADDRESS", "120 Fairwater Lane|Burlington, VT 05401"),
        ("COMPANY_PHONE", "(802) 555-0140"),
        ("COMPANY_EMAIL", "help@example.com"),
        ("RUST_LOG", "info"),
    ]
}

/// The port is in the log's first line.
fn wait_for_address(log: &PathBuf) -> anyhow::Result<SocketAddr> {
    let begun = Instant::now();
    while begun.elapsed() < START_PATIENCE {
        let text = fs::read_to_string(log)?;
        let started = text.lines().find(|line| line.contains("the portal is up") && line.ends_with('}'));
        if let Some(line) = started {
            let fields: serde_json::Value = serde_json::from_str(line)?;
            let address =
                fields.get("address").and_then(serde_json::Value::as_str).context("the log tells no address")?;
            return Ok(address.parse()?);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    bail!("the portal does not start: {}", fs::read_to_string(log)?.lines().last().unwrap_or("it says nothing"))
}
