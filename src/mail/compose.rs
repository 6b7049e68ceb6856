//! Writing an e-mail: text and HTML in the person's language, the headers, and how the person's history shows it.

use askama::Template;
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use thiserror::Error;

use crate::config::Settings;
use crate::domain::mail::MailKind;
use crate::locale::Lang;
use crate::models::outbox::delivery::Taken;
use crate::models::outbox::outcome::Shown;

/// What stands in an e-mail and must not stand in the history: whoever reads it could come in.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// The address of the way in: the personal link, or the tracked one that leads to it. Empty for none.
    pub link: String,
    /// The six digits. Empty for none.
    pub code: String,
    /// The address by which the person opts out.
    pub opt_out: String,
    /// The address of the picture that tells that the e-mail was opened. Empty for none.
    pub pixel: String,
}

/// An e-mail that is ready to be handed over.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Its sender.
    pub from: Address,
    /// Its recipient.
    pub to: Address,
    /// As it goes over the line.
    pub message: Vec<u8>,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// As the history shows it.
    pub shown: Shown,
}

/// Why an e-mail cannot be written. The texts name no address.
#[derive(Debug, Error)]
pub enum Unwritable {
    /// The recipient's address is none.
    #[error("the address on file is no e-mail address in ASCII")]
    Address,
    /// Anything else; ours to fix.
    #[error("{0}")]
    Other(&'static str),
}

#[derive(Template)]
#[template(path = "mail/message.txt", escape = "none")]
struct Text<'a> {
    text: &'a str,
    more: &'a [String],
    code: &'a str,
    link: &'a str,
    open: &'a str,
    name: &'a str,
    address: &'a [String],
    phone: &'a str,
    opt_out: &'a str,
    opt_out_label: &'a str,
}

#[derive(Template)]
#[template(path = "mail/message.html")]
struct Html<'a> {
    lang: Lang,
    subject: &'a str,
    text: &'a str,
    more: &'a [String],
    code: &'a str,
    link: &'a str,
    open: &'a str,
    name: &'a str,
    address: &'a [String],
    phone: &'a str,
    opt_out: &'a str,
    opt_out_label: &'a str,
    pixel: &'a str,
}

/// The number of a case and when it was opened, for e-mails about one.
pub type CaseFacts = Option<(String, DateTime<Utc>)>;

fn subject(lang: Lang, kind: MailKind, name: &str) -> String {
    let name: [(&str, &dyn std::fmt::Display); 1] = [("name", &name)];
    match kind {
        MailKind::Link => lang.with("mail-subject-link", &name),
        MailKind::FreshLink => lang.with("mail-subject-fresh-link", &name),
        MailKind::Code => lang.with("mail-subject-code", &name),
        MailKind::Receipt => lang.with("mail-subject-receipt", &name),
        MailKind::CaseOpened => lang.with("mail-subject-case-opened", &name),
        MailKind::CaseAnswered => lang.with("mail-subject-case-answered", &name),
        MailKind::ChoicesChanged => lang.with("mail-subject-choices-changed", &name),
        MailKind::ContactChanged => lang.with("mail-subject-contact-changed", &name),
        MailKind::Esign => lang.with("mail-subject-esign", &name),
    }
}

fn text(lang: Lang, taken: &Taken) -> String {
    let given = taken.facts.get("given").and_then(serde_json::Value::as_bool).unwrap_or(true);
    let text = match taken.kind {
        MailKind::Link => lang.t("mail-text-link"),
        MailKind::FreshLink => lang.t("mail-text-fresh-link"),
        MailKind::Code => lang.t("mail-text-code"),
        MailKind::Receipt => lang.t("mail-text-receipt"),
        MailKind::CaseOpened => lang.t("mail-text-case-opened"),
        MailKind::CaseAnswered => lang.t("mail-text-case-answered"),
        MailKind::ChoicesChanged => lang.t("mail-text-choices-changed"),
        MailKind::ContactChanged => lang.t("mail-text-contact-changed"),
        MailKind::Esign if given => lang.t("mail-text-esign-given"),
        MailKind::Esign => lang.t("mail-text-esign-withdrawn"),
    };
    text.into_owned()
}

/// Writes an e-mail.
///
/// # Errors
/// [`Unwritable`].
pub fn compose(
    settings: &Settings,
    taken: &Taken,
    case: &CaseFacts,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<Composed, Unwritable> {
    let (lang, mailing, company) = (taken.language, &settings.mail, &settings.company);
    // Letters beyond ASCII are left to who can be reached otherwise: few mail servers take them (RFC 6531).
    let to = taken.recipient.trim();
    let to: Address = to.parse().ok().filter(|_| to.is_ascii()).ok_or(Unwritable::Address)?;
    let from: Address = mailing.from.parse().map_err(|_| Unwritable::Other("MAIL_FROM is no e-mail address"))?;
    let (subject, first) = (subject(lang, taken.kind, &mailing.name), text(lang, taken));
    let mut more = Vec::new();
    if let Some((number, opened_at)) = case {
        let time = lang.date_time(*opened_at, company.time_zone);
        more.push(lang.with("mail-case", &[("number", number), ("time", &time)]));
    }
    if taken.kind == MailKind::Code {
        more.push(lang.t("mail-code-limits").into_owned());
    } else if secrets.link.is_empty() {
        let url = format!("{}/new-link", settings.public_url);
        more.push(lang.with("mail-no-link", &[("url", &url)]));
    }
    let (open, opt_out_label) = (lang.t("mail-open"), lang.t("mail-opt-out"));
    let plain = |secrets: &Secrets| {
        Text {
            text: &first,
            more: &more,
            code: &secrets.code,
            link: &secrets.link,
            open: &open,
            name: &mailing.name,
            address: &company.address,
            phone: &company.phone,
            opt_out: &secrets.opt_out,
            opt_out_label: &opt_out_label,
        }
        .render()
        .map_err(|_| Unwritable::Other("the text could not be written"))
    };
    let html = Html {
        lang,
        subject: &subject,
        text: &first,
        more: &more,
        code: &secrets.code,
        link: &secrets.link,
        open: &open,
        name: &mailing.name,
        address: &company.address,
        phone: &company.phone,
        opt_out: &secrets.opt_out,
        opt_out_label: &opt_out_label,
        pixel: &secrets.pixel,
    };
    let html = html.render().map_err(|_| Unwritable::Other("the HTML could not be written"))?;
    let placeholder = |secret: &str, words: &str| if secret.is_empty() { String::new() } else { words.to_owned() };
    let shown = Secrets {
        link: placeholder(&secrets.link, &lang.t("mail-shown-link")),
        code: placeholder(&secrets.code, &lang.t("mail-shown-code")),
        opt_out: lang.t("mail-shown-opt-out").into_owned(),
        pixel: String::new(),
    };
    let message_id = format!("{}@{}", taken.id, from.domain());
    let envelope = (from.clone(), to.clone());
    let message =
        build(taken, mailing.name.clone(), envelope, &message_id, &subject, (plain(secrets)?, html), secrets, now)?;
    Ok(Composed { from, to, message, message_id, shown: Shown { subject, content: plain(&shown)? } })
}

#[allow(clippy::too_many_arguments, reason = "the parts of one message, each once")]
fn build(
    taken: &Taken,
    name: String,
    (from, to): (Address, Address),
    message_id: &str,
    subject: &str,
    (plain, html): (String, String),
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Unwritable> {
    let mut message = Message::builder()
        .from(Mailbox::new(Some(name), from))
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(format!("<{message_id}>")))
        .date(now.into())
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", taken.language.code()));
    // One click for what nobody asked for (RFC 8058); a receipt is no list.
    if !taken.asked_for {
        message = message
            .raw_header(header("List-Unsubscribe", &format!("<{}>", secrets.opt_out)))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    let parts = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, plain))
        .singlepart(part(ContentType::TEXT_HTML, html));
    let message = message.multipart(parts).map_err(|_| Unwritable::Other("the message could not be put together"))?;
    Ok(message.formatted())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
