//! One conversation with a mail server, step by step, so that of each failure it is known whether the message may have been accepted.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use crate::config::MailServer;

/// What came of handing a message over, where it was not accepted. The texts name no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No message was talked about: the server is away, refuses us, or cannot be trusted. Others would fare no better.
    Away(String),
    /// The message was not accepted for certain; another attempt may be made.
    NotNow(String),
    /// The message, or its recipient, is refused for good.
    Refused(String),
    /// The message was handed over and no answer came: it may have been accepted, or not.
    Unknown(String),
}

/// A connection that messages go through one after the other.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
    is_fresh: bool,
}

impl Connection {
    /// Connects, encrypts, signs in.
    ///
    /// # Errors
    /// [`Trouble::Away`].
    pub async fn open(server: &MailServer) -> Result<Connection, Trouble> {
        let connecting = connect(server);
        // Each of its steps has its own turn on the line; together they get as long as a few of them.
        match tokio::time::timeout(server.timeout * 2, connecting).await {
            Ok(Ok(smtp)) => Ok(Connection { smtp, timeout: server.timeout, is_fresh: true }),
            Ok(Err(trouble)) => Err(trouble),
            Err(_) => Err(Trouble::Away("connecting: no answer in time".to_owned())),
        }
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn send(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<(), Trouble> {
        let first = std::mem::replace(&mut self.is_fresh, false);
        let eight_bit = self.smtp.server_info().supports_feature(Extension::EightBitMime);
        let parameters =
            if eight_bit { vec![MailParameter::Body(MailBodyParameter::EightBitMime)] } else { Vec::new() };
        // What is refused here is the sender, which is our setting and no fault of this message.
        self.step("MAIL", Mail::new(Some(from.clone()), parameters)).await.map_err(|fault| match fault {
            Fault::Lost(text) if !first => Trouble::NotNow(text),
            Fault::Lost(text) | Fault::Later(text) | Fault::Never(text) => Trouble::Away(text),
        })?;
        self.step("RCPT", Rcpt::new(to.clone(), Vec::new())).await.map_err(Fault::before_data)?;
        self.step("DATA", Data).await.map_err(Fault::before_data)?;
        match tokio::time::timeout(self.timeout, self.smtp.message(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(match Fault::of("message", &error) {
                Fault::Later(text) => Trouble::NotNow(text),
                Fault::Never(text) => Trouble::Refused(text),
                Fault::Lost(text) => Trouble::Unknown(text),
            }),
            Err(_) => Err(Trouble::Unknown("message: no answer in time".to_owned())),
        }
    }

    /// Says goodbye; how that is taken does not matter.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.smtp.quit()).await;
    }

    async fn step(&mut self, name: &str, command: impl std::fmt::Display) -> Result<Response, Fault> {
        match tokio::time::timeout(self.timeout, self.smtp.command(command)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Fault::of(name, &error)),
            Err(_) => Err(Fault::Lost(format!("{name}: no answer in time"))),
        }
    }
}

/// How a step failed.
enum Fault {
    /// The connection, or the time.
    Lost(String),
    /// A 4xx answer.
    Later(String),
    /// A 5xx answer.
    Never(String),
}

impl Fault {
    fn of(step: &str, error: &Error) -> Fault {
        let text = |code: &str| format!("{step}: {code}");
        match error.status() {
            // The words behind the code often repeat the address.
            Some(code) if code.severity == Severity::PermanentNegativeCompletion => {
                Fault::Never(text(&code.to_string()))
            }
            Some(code) => Fault::Later(text(&code.to_string())),
            None if error.is_timeout() => Fault::Lost(text("no answer in time")),
            None if error.is_tls() => Fault::Lost(text("encryption failed")),
            None => Fault::Lost(text("the connection was lost")),
        }
    }

    fn before_data(self) -> Trouble {
        match self {
            Fault::Lost(text) | Fault::Later(text) => Trouble::NotNow(text),
            Fault::Never(text) => Trouble::Refused(text),
        }
    }
}

async fn connect(server: &MailServer) -> Result<AsyncSmtpConnection, Trouble> {
    let away = |step: &'static str| {
        move |error: Error| match Fault::of(step, &error) {
            Fault::Lost(text) | Fault::Later(text) | Fault::Never(text) => Trouble::Away(text),
        }
    };
    let tls = || TlsParameters::new(server.host.clone()).map_err(away("TLS"));
    let hello = ClientId::Domain(server.hello.clone());
    let at_once = if server.tls_from_start { Some(tls()?) } else { None };
    let address = (server.host.as_str(), server.port);
    let opening = AsyncSmtpConnection::connect_tokio1(address, Some(server.timeout), &hello, at_once, None);
    let mut smtp = opening.await.map_err(away("connecting"))?;
    if !smtp.is_encrypted() {
        if smtp.can_starttls() {
            smtp.starttls(tls()?, &hello).await.map_err(away("STARTTLS"))?;
        } else if !server.is_local {
            return Err(Trouble::Away("STARTTLS: not offered, and mail is not sent in the clear".to_owned()));
        }
    }
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.expose().to_owned());
        smtp.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(away("AUTH"))?;
    }
    Ok(smtp)
}
