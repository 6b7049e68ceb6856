//! A mail server that delivers to nobody: it speaks SMTP (RFC 5321) over TCP, keeps what it is given, and can be told to fail.

use std::collections::VecDeque;
use std::io;
use std::net::TcpListener as StdListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::message::Parsed;
use super::shared::Shared;

/// E-mails kept; older ones go.
const KEPT: usize = 1_000;
/// The largest message taken, in bytes.
const LARGEST: usize = 1 << 20;
/// The longest line, by RFC 5321 with room for what others send.
const LONGEST_LINE: u64 = 8_192;
/// Who says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a mail server may do instead of taking a message. Each is used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpFault {
    /// Greets with 421 and closes.
    Unavailable,
    /// Answers RCPT with this code.
    Recipient(u16),
    /// Answers a message with this code instead of taking it.
    Message(u16),
    /// Takes a message and closes before it says so.
    SilentAfterData,
}

/// An e-mail that was taken.
#[derive(Clone, Debug)]
pub struct SunkMail {
    /// Counted from 1.
    pub number: usize,
    /// When.
    pub at: DateTime<Utc>,
    /// The address of MAIL FROM.
    pub from: String,
    /// The addresses of RCPT TO.
    pub to: Vec<String>,
    /// As it came over the line.
    pub raw: String,
}

impl SunkMail {
    /// Its headers and its two forms.
    pub fn parsed(&self) -> Parsed {
        Parsed::read(&self.raw)
    }
}

/// What was taken, and what is to go wrong.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    mails: Mutex<(usize, VecDeque<SunkMail>)>,
    faults: Mutex<VecDeque<SmtpFault>>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mailbox {
    /// Every e-mail, oldest first.
    pub(super) fn all(&self) -> Vec<SunkMail> {
        open(&self.mails).1.iter().cloned().collect()
    }

    pub(super) fn find(&self, number: usize) -> Option<SunkMail> {
        open(&self.mails).1.iter().find(|mail| mail.number == number).cloned()
    }

    pub(super) fn fail(&self, fault: SmtpFault) {
        open(&self.faults).push_back(fault);
    }

    /// Uses up the next fault, if it is one of those.
    fn next(&self, is: impl Fn(SmtpFault) -> bool) -> Option<SmtpFault> {
        let mut faults = open(&self.faults);
        let fault = faults.front().copied().filter(|fault| is(*fault))?;
        faults.pop_front();
        Some(fault)
    }

    fn keep(&self, at: DateTime<Utc>, from: String, to: Vec<String>, raw: String) {
        let mut mails = open(&self.mails);
        mails.0 += 1;
        let number = mails.0;
        if mails.1.len() >= KEPT {
            mails.1.pop_front();
        }
        mails.1.push_back(SunkMail { number, at, from, to, raw });
    }
}

/// Serves until the task is aborted.
pub(super) async fn serve(shared: Arc<Shared>, listener: StdListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let shared = Arc::clone(&shared);
        actix_web::rt::spawn(async move {
            // A client that breaks off is its own affair.
            let _ = tokio::time::timeout(PATIENCE * 10, Talk::new(shared, stream).run()).await;
        });
    }
}

struct Talk {
    shared: Arc<Shared>,
    stream: BufReader<TcpStream>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk {
    fn new(shared: Arc<Shared>, stream: TcpStream) -> Talk {
        Talk { shared, stream: BufReader::new(stream), greeted: false, from: None, to: Vec::new() }
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
    }

    /// The next line without its end; `None` when the client has gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stream).take(LONGEST_LINE);
        let reading = limited.read_until(b'\n', &mut line);
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(0)) | Err(_) => return Ok(None),
            Ok(read) => read?,
        };
        while line.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            line.pop();
        }
        Ok(Some(line))
    }

    async fn run(mut self) -> io::Result<()> {
        if self.shared.mailbox.next(|fault| fault == SmtpFault::Unavailable).is_some() {
            return self.say("421 sandbox is not available").await;
        }
        self.say("220 sandbox ESMTP; delivers to nobody").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).into_owned();
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line.as_str(), ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.forget();
                    self.greeted = true;
                    self.say(&format!("250-sandbox\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {LARGEST}"))
                        .await?;
                }
                "HELO" => {
                    self.forget();
                    self.greeted = true;
                    self.say("250 sandbox").await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.say("250 2.0.0 nothing done").await?,
                "QUIT" => return self.say("221 2.0.0 goodbye").await,
                _ => self.say("500 5.5.1 not a command here").await?,
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        let size = rest
            .to_ascii_uppercase()
            .split_once("SIZE=")
            .and_then(|(_, size)| size.split_whitespace().next().and_then(|size| size.parse::<usize>().ok()));
        match (address(rest), self.greeted, self.from.is_some()) {
            (_, false, _) | (_, _, true) => self.say("503 5.5.1 not now").await,
            (None, ..) => self.say("501 5.1.7 no address").await,
            _ if size.is_some_and(|size| size > LARGEST) => self.say("552 5.3.4 too large").await,
            (Some(from), ..) => {
                self.from = Some(from);
                self.say("250 2.1.0 sender taken").await
            }
        }
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        let fault = self.shared.mailbox.next(|fault| matches!(fault, SmtpFault::Recipient(_)));
        if let Some(SmtpFault::Recipient(code)) = fault {
            // As real servers do, the words repeat the address; ours must not reach a log.
            return self.say(&format!("{code} {}.1.1 no mailbox {rest}", code / 100)).await;
        }
        match address(rest) {
            _ if self.from.is_none() => self.say("503 5.5.1 not now").await,
            Some(to) if to.contains('@') => {
                self.to.push(to);
                self.say("250 2.1.5 recipient taken").await
            }
            _ => self.say("501 5.1.3 no address").await,
        }
    }

    /// False when the conversation is over.
    async fn data(&mut self) -> io::Result<bool> {
        let Some(from) = self.from.clone().filter(|_| !self.to.is_empty()) else {
            self.say("503 5.5.1 not now").await?;
            return Ok(true);
        };
        self.say("354 go on, end with a dot").await?;
        let mut raw = Vec::new();
        let mut too_large = false;
        loop {
            let Some(line) = self.line().await? else { return Ok(false) };
            let line = match line.as_slice() {
                b"." => break,
                // A dot at the beginning of a line was doubled on its way.
                [b'.', rest @ ..] => rest,
                whole => whole,
            };
            too_large |= raw.len() + line.len() + 2 > LARGEST;
            if !too_large {
                raw.extend_from_slice(line);
                raw.extend_from_slice(b"\r\n");
            }
        }
        let fault =
            self.shared.mailbox.next(|fault| matches!(fault, SmtpFault::Message(_) | SmtpFault::SilentAfterData));
        if let Some(SmtpFault::Message(code)) = fault {
            self.forget();
            self.say(&format!("{code} {}.7.1 not taken", code / 100)).await?;
            return Ok(true);
        }
        if too_large {
            self.forget();
            self.say("552 5.3.4 too large").await?;
            return Ok(true);
        }
        let (now, to) = (self.shared.clock.now(), std::mem::take(&mut self.to));
        self.shared.mailbox.keep(now, from, to, String::from_utf8_lossy(&raw).into_owned());
        self.forget();
        if fault == Some(SmtpFault::SilentAfterData) {
            return Ok(false);
        }
        self.say("250 2.0.0 kept").await?;
        Ok(true)
    }
}

/// What stands between the angle brackets.
fn address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.to_owned())
}
