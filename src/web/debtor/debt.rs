//! `GET /debts/{id}`: balance, what can be done, and the whole history.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use url::form_urlencoded;

use crate::domain::debt::DebtStatus;
use crate::domain::money::Cents;
use crate::domain::payment::PaymentState;
use crate::domain::timeline::{Cursor, EntryKind};
use crate::models::history::{self, DebtHead, DebtPage, Entry, EntryContent, PageRequest};
use crate::models::session;
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/debt.html")]
struct DebtPageView {
    chrome: Chrome,
    debt: DebtHead,
    account: AccountName,
    entries: Vec<Entry>,
    tabs: Vec<Tab>,
    /// The address of older entries.
    older: Option<String>,
    /// Whether this is not the newest page.
    is_older: bool,
}

struct Tab {
    name: &'static str,
    href: String,
    current: bool,
}

impl DebtPageView {
    /// What can be done now, in one sentence.
    fn situation(&self) -> Cow<'static, str> {
        let figures = &self.debt.figures;
        match self.debt.status {
            DebtStatus::Active if self.may_pay() => self.chrome.t("debt-status-text-active"),
            DebtStatus::Active if figures.payable().is_positive() => self.chrome.t("debt-text-too-small"),
            DebtStatus::Active if figures.balance().is_positive() => self.chrome.t("debt-text-on-its-way"),
            DebtStatus::Active => self.chrome.t("debt-text-nothing"),
            status => self.chrome.tx("debt-status-text-", status.as_str()),
        }
    }

    fn may_pay(&self) -> bool {
        self.debt.status.allows_payment() && self.debt.figures.payable() >= Cents::STRIPE_MINIMUM
    }
}

/// Shows a debt to its debtor.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let (kind, before) = read_query(&req)?;
    let state = visit.state();
    let (limits, now) = (state.session_limits(), state.clock.now());
    let session_id = visit.session.ok_or(AppError::SignedOut)?;
    let (seen_after, begun_after) = (limits.seen_after(now), limits.begun_after(now));
    let request = PageRequest { session: session_id, seen_after, begun_after, debt_id, kind, before };
    let Some(page) = state.db.read(move |conn| history::page(conn, &request)).await? else {
        // Either no session, or not this person's debt; the first is told, the second is a page that does not exist.
        visit.signed_in(|_, _| Ok(())).await?;
        return Err(AppError::NotFound);
    };
    if page.session.wants_touch(now) {
        state.db.write(move |conn| session::touch(conn, &session_id, now)).await?;
    }
    let view = view(&visit, page, kind, before.is_some());
    visit.page(StatusCode::OK, &view)
}

fn view(visit: &Visit, page: DebtPage, kind: Option<EntryKind>, is_older: bool) -> DebtPageView {
    let base = format!("/debts/{}", page.debt.id);
    let address = |kind: Option<EntryKind>, before: Option<&Cursor>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = kind {
            query.append_pair("kind", kind.as_str());
        }
        if let Some(before) = before {
            query.append_pair("before", &before.encode());
        }
        let query = query.finish();
        if query.is_empty() { format!("{base}#history") } else { format!("{base}?{query}#history") }
    };
    let all =
        std::iter::once(None).chain([EntryKind::Email, EntryKind::Call, EntryKind::Sms, EntryKind::Payment].map(Some));
    let tabs = all
        .map(|tab| Tab { name: tab.map_or("all", EntryKind::as_str), href: address(tab, None), current: tab == kind })
        .collect();
    DebtPageView {
        chrome: visit.chrome(),
        account: AccountName::of(page.debt.id, page.debt.account_number.as_deref()),
        older: page.next.as_ref().map(|next| address(kind, Some(next))),
        debt: page.debt,
        entries: page.entries,
        tabs,
        is_older,
    }
}

fn read_query(req: &HttpRequest) -> Result<(Option<EntryKind>, Option<Cursor>), AppError> {
    let (mut kind, mut before) = (None, None);
    for (name, value) in form_urlencoded::parse(req.query_string().as_bytes()) {
        match name.as_ref() {
            "kind" => kind = Some(EntryKind::parse(&value).ok_or(AppError::NotFound)?),
            "before" => before = Some(Cursor::decode(&value).ok_or(AppError::NotFound)?),
            _ => {}
        }
    }
    Ok((kind, before))
}
