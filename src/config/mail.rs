//! Settings of e-mails that are complete and fit together.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

use super::{IdentityCheck, Secret, ServeArgs, is_loopback};
use crate::domain::mail::name_tells;

/// How e-mails go out.
#[derive(Clone, Debug)]
pub struct Mailing {
    /// The mail server; without one, e-mails wait.
    pub server: Option<MailServer>,
    /// The address they come from; empty only where there is no server.
    pub from: String,
    /// The name they come from and speak of. It does not tell that somebody owes money.
    pub name: String,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What we call ourselves to it: the portal's host.
    pub hello: String,
    /// Whether the connection is encrypted from its first byte; otherwise STARTTLS follows.
    pub tls_from_start: bool,
    /// Whether it is on this machine, so that a conversation in the clear is read by nobody.
    pub is_local: bool,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// How long a step of the conversation may take.
    pub timeout: Duration,
}

/// Reads the settings of e-mails; what is wrong with them is added to `problems`.
pub(super) fn check(args: &ServeArgs, problems: &mut Vec<String>) -> Mailing {
    let set = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let server = args.mail.smtp_url.as_ref().filter(|url| !url.expose().trim().is_empty()).and_then(|url| {
        let server = server(url.expose().trim(), args);
        if server.is_none() {
            problems.push(
                "SMTP_URL must be smtps://user@host or smtp://user@host, with a port where it is not 465 or 587".into(),
            );
        }
        server
    });
    let from = set(&args.mail.mail_from).or_else(|| set(&args.company.company_email)).unwrap_or_default();
    let name = set(&args.mail.mail_name).or_else(|| set(&args.company.company_name)).unwrap_or_default();
    if server.is_some() {
        if from.parse::<lettre::Address>().is_err() {
            problems.push("MAIL_FROM is missing or no e-mail address: mails come from it".into());
        }
        if name_tells(&name) {
            problems.push(
                "MAIL_NAME is missing: the company's name tells what its mails are about, and anybody may see a mail; \
                 give a name that does not"
                    .into(),
            );
        }
        if args.company.company_address.as_deref().unwrap_or_default().trim().is_empty() {
            problems.push("COMPANY_ADDRESS is missing: it stands below every mail".into());
        }
    } else if args.identity.identity_check == IdentityCheck::EmailCode {
        problems.push("SMTP_URL is missing: IDENTITY_CHECK=email_code sends codes by e-mail".into());
    }
    Mailing { server, from, name }
}

fn server(text: &str, args: &ServeArgs) -> Option<MailServer> {
    let url = Url::parse(text).ok()?;
    let tls_from_start = match url.scheme() {
        "smtps" => true,
        "smtp" => false,
        _ => return None,
    };
    let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let host = url.host_str().filter(|host| !host.is_empty() && plain)?.trim_matches(['[', ']']).to_owned();
    // Of a scheme it does not know, the URL says `Domain` for every host: as https it tells addresses from names.
    let is_local = Url::parse(&format!("https://{}/", url.host_str()?)).is_ok_and(|url| is_loopback(&url));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
    let login = match url.username() {
        "" => None,
        user => {
            let password = match url.password() {
                Some(password) => Secret::new(decoded(password)?),
                None => args.mail.smtp_password.clone().unwrap_or_else(|| Secret::new("")),
            };
            Some((decoded(user)?, password))
        }
    };
    let port = url.port().unwrap_or(if tls_from_start { 465 } else { 587 });
    let timeout = Duration::from_millis(args.mail.smtp_timeout_ms);
    let portal = args.http.public_url.as_ref().and_then(Url::host_str).filter(|host| !host.contains(['[', ':']));
    let hello = portal.unwrap_or("localhost").to_owned();
    Some(MailServer { host, port, hello, tls_from_start, is_local, login, timeout })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read() {
        let args = ServeArgs::from_environment();
        let read = |text: &str| server(text, &args);
        let one = read("smtps://portal%40x.example:p%3Aw@smtp.example.com").unwrap();
        assert_eq!(
            (one.host.as_str(), one.port, one.tls_from_start, one.is_local),
            ("smtp.example.com", 465, true, false)
        );
        let (user, password) = one.login.unwrap();
        assert_eq!((user.as_str(), password.expose()), ("portal@x.example", "p:w"));
        let local = read("smtp://127.0.0.1:2525").unwrap();
        assert_eq!(
            (local.host.as_str(), local.port, local.tls_from_start, local.is_local),
            ("127.0.0.1", 2525, false, true)
        );
        assert!(local.login.is_none());
        assert_eq!(read("smtp://mail.example.com").unwrap().port, 587);
        for bad in ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://host/path", "smtp://host?tls=no"]
        {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
