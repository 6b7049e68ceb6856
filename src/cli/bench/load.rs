//! The load generator: keeps some connections busy with requests chosen at random, and checks every answer.
//!
//! It shares the machine with what it measures, so it does as little as it can per answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Answers that come before this are not counted: connections, statements and caches are being made ready.
const WARM_UP: Duration = Duration::from_millis(400);
/// What a whole page ends with.
const LAST_WORD: &[u8] = b"</html>";

/// Requests to send to one server.
#[derive(Clone)]
pub(super) struct Requests {
    /// Where.
    pub(super) address: SocketAddr,
    /// The requests, each as it goes over the wire.
    pub(super) texts: Arc<[Vec<u8>]>,
}

/// What came of one run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    /// Answers in all, those of the warm-up too.
    pub(super) answers: usize,
    /// Answers per second.
    pub(super) per_second: f64,
    /// The median time of an answer, in microseconds.
    pub(super) p50_micros: u32,
    /// The time within which 99 of 100 answers came, in microseconds.
    pub(super) p99_micros: u32,
}

/// Keeps `connections` busy for `duration`.
///
/// # Errors
/// With the first answer that is not a whole page with status 200.
pub(super) fn run(requests: &Requests, connections: usize, duration: Duration) -> anyhow::Result<Outcome> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(connections);
    let counted_from = Instant::now() + WARM_UP;
    let until = counted_from + duration;
    let running: Vec<_> = (0..threads)
        .map(|thread| {
            let requests = requests.clone();
            let share = (thread..connections).step_by(threads).count();
            std::thread::spawn(move || keep_busy(&requests, share, counted_from, until))
        })
        .collect();
    let (mut answers, mut micros) = (0, Vec::new());
    for thread in running {
        let done = thread.join().map_err(|_| anyhow!("a thread of the load generator panicked"))??;
        answers += done.answers;
        micros.extend(done.micros);
    }
    micros.sort_unstable();
    let at = |percent: usize| micros.get(micros.len() * percent / 100).copied().unwrap_or_default();
    #[allow(clippy::cast_precision_loss, reason = "a count of requests")]
    let per_second = micros.len() as f64 / duration.as_secs_f64();
    Ok(Outcome { answers, per_second, p50_micros: at(50), p99_micros: at(99) })
}

/// One answer to the first request, with its head.
///
/// # Errors
/// As [`run`].
pub(super) fn first_answer(requests: &Requests) -> anyhow::Result<Vec<u8>> {
    runtime()?.block_on(async {
        let text = requests.texts.first().context("there is no request")?;
        let mut client = Client::connect(requests.address).await?;
        client.ask(text).await?;
        Ok(client.answer)
    })
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn keep_busy(requests: &Requests, connections: usize, counted_from: Instant, until: Instant) -> anyhow::Result<Done> {
    runtime()?.block_on(async {
        let mut clients = JoinSet::new();
        for _ in 0..connections {
            clients.spawn(ask_until(requests.clone(), counted_from, until));
        }
        let mut all = Done::default();
        while let Some(done) = clients.join_next().await {
            let done = done??;
            all.answers += done.answers;
            all.micros.extend(done.micros);
        }
        Ok(all)
    })
}

/// What one client has done.
#[derive(Default)]
struct Done {
    answers: usize,
    /// How long each counted answer took, in microseconds.
    micros: Vec<u32>,
}

async fn ask_until(requests: Requests, counted_from: Instant, until: Instant) -> anyhow::Result<Done> {
    let mut rng = StdRng::seed_from_u64(rand::rng().random());
    let mut client = Client::connect(requests.address).await?;
    let mut done = Done { answers: 0, micros: Vec::with_capacity(1 << 16) };
    loop {
        let text = requests.texts.choose(&mut rng).context("there is no request")?;
        let asked = Instant::now();
        client.ask(text).await?;
        let answered = Instant::now();
        done.answers += 1;
        if answered >= until {
            return Ok(done);
        }
        if answered >= counted_from {
            done.micros.push(u32::try_from((answered - asked).as_micros())?);
        }
    }
}

/// One connection that is kept alive.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends one request and reads its whole answer.
    async fn ask(&mut self, text: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(text).await?;
        self.answer.clear();
        let mut whole = None;
        while whole.is_none_or(|length| self.answer.len() < length) {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if whole.is_none() {
                whole = whole_length(&self.answer)?;
            }
        }
        if self.answer.trim_ascii_end().ends_with(LAST_WORD) { Ok(()) } else { bail!("an answer is not a whole page") }
    }
}

/// The length of head and body, once the head is there.
fn whole_length(answer: &[u8]) -> anyhow::Result<Option<usize>> {
    const LENGTH: &str = "\r\ncontent-length: ";
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default())?;
    if !head.starts_with("HTTP/1.1 200 ") {
        bail!("an answer is not a page: {}", head.lines().next().unwrap_or_default());
    }
    let (_, length) = head.split_once(LENGTH).context("an answer does not tell its length")?;
    let length: usize = length.split_once('\r').map_or(length, |(length, _)| length).parse()?;
    Ok(Some(end + 4 + length))
}
