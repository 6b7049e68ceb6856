//! The real program in a process of its own, which a test may kill.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::app::{SESSION_KEY, STRIPE_KEY, WEBHOOK_SECRET};

/// Longer than anything here takes, so that a hang fails the test that caused it.
const PATIENCE: Duration = Duration::from_secs(20);

/// `quittance` with nothing in its environment but what a program needs to run, in a directory without a `.env`.
pub fn quittance(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quittance"));
    command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").current_dir("/").stdin(Stdio::null());
    command
}

/// What `serve` cannot do without, for a database and a Stripe.
pub fn required(database_url: &str, stripe: &str) -> Vec<(&'static str, String)> {
    [
        ("DATABASE_URL", database_url),
        ("LISTEN", "127.0.0.1:0"),
        ("PUBLIC_URL", "http://127.0.0.1:8080"),
        ("SESSION_KEY", SESSION_KEY),
        ("STRIPE_SECRET_KEY", STRIPE_KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("STRIPE_API_BASE", stripe),
        ("STRIPE_CHECKOUT_HOST", stripe.trim_start_matches("http://")),
        ("SWEEP_INTERVAL_SECONDS", "0"),
        ("COMPANY_NAME", "Harbor Lane Services"),
        ("COMPANY_ADDRESS", "1200 Wharf Street|Portland, OR 97204"),
        ("COMPANY_PHONE", "(503) 555-0142"),
        ("COMPANY_EMAIL", "help@harborlane.example"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// All that a finished command wrote.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A process that others may kill while a test waits for it.
pub type Victim = Arc<Mutex<Child>>;

/// A running `quittance serve`; killed at the end, whatever happens.
pub struct Serving {
    child: Victim,
    lines: Receiver<String>,
    /// Every line read so far.
    pub log: Vec<String>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Serving {
    /// Starts it and waits until it listens.
    pub fn start(settings: &[(&str, String)]) -> Serving {
        let mut command = quittance(&["serve"]);
        command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let (tell, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        let child = Arc::new(Mutex::new(child));
        let mut log = Vec::new();
        let address = loop {
            let line = lines.recv_timeout(PATIENCE).expect("the server says where it listens");
            let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            log.push(line);
            if let Some(address) = told["address"].as_str() {
                break address.parse().unwrap();
            }
        };
        Serving { child, lines, log, address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A handle for the one who is to kill it.
    pub fn victim(&self) -> Victim {
        Arc::clone(&self.child)
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.lock().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits for its end; its exit code, none where a signal ended it. Its whole log is in `log` then.
    pub fn wait(&mut self) -> Option<i32> {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.lock().unwrap().try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.log.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("its output does not end"),
            }
        }
        status.code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Also while a test is panicking; what has ended already is only waited for.
        if let Ok(mut child) = self.child.lock() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
