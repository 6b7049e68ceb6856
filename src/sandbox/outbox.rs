//! The e-mails of the demo, as pages: what would have gone to people.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::message::Parsed;
use super::shared::Shared;
use super::smtp::SunkMail;

#[derive(Template)]
#[template(path = "sandbox/outbox.html")]
struct OutboxPage {
    mails: Vec<(SunkMail, Parsed)>,
}

#[derive(Template)]
#[template(path = "sandbox/mail.html")]
struct MailPage {
    mail: SunkMail,
    parsed: Parsed,
}

/// `GET /outbox`
pub(super) async fn list(shared: Data<Shared>) -> HttpResponse {
    let mut mails = shared.mailbox.all();
    mails.reverse();
    let mails = mails.into_iter().map(|mail| {
        let parsed = mail.parsed();
        (mail, parsed)
    });
    html(&OutboxPage { mails: mails.collect() })
}

/// `GET /outbox/{number}`
pub(super) async fn show(shared: Data<Shared>, number: Path<usize>) -> HttpResponse {
    match shared.mailbox.find(*number) {
        Some(mail) => {
            let parsed = mail.parsed();
            html(&MailPage { mail, parsed })
        }
        None => HttpResponse::NotFound().body("no such e-mail"),
    }
}

fn html(page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            // The HTML of an e-mail is shown in a frame that may do nothing, and fetches nothing.
            .insert_header((
                "content-security-policy",
                "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'",
            ))
            .insert_header(("cache-control", "no-store"))
            .insert_header(("referrer-policy", "no-referrer"))
            .insert_header(("x-content-type-options", "nosniff"))
            .body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
