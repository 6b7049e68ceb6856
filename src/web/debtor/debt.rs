//! `GET /debts/{id}`: balance, what can be done, and the whole history.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use url::form_urlencoded;

use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::money::Cents;
use crate::domain::payment::PaymentState;
use crate::domain::timeline::{Cursor, Tab};
use crate::domain::validation::Standing;
use crate::models::history::{self, DebtHead, DebtPage, Entry, EntryContent, PageRequest};
use crate::web::debtor::validation::{self, notice_lack};
use crate::web::debtor::{AccountName, chargeback_story, id, situation};
use crate::web::error::AppError;
use crate::web::form::query;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/debt.html")]
struct DebtPageView {
    chrome: Chrome,
    debt: DebtHead,
    account: AccountName,
    entries: Vec<Entry>,
    tabs: Vec<TabLink>,
    /// The address of older entries.
    older: Option<String>,
    /// Whether this is not the newest page.
    is_older: bool,
}

struct TabLink {
    name: &'static str,
    href: String,
    current: bool,
}

impl DebtPageView {
    /// What can be done now, in one sentence.
    fn situation(&self) -> Cow<'static, str> {
        situation(&self.chrome, self.debt.status, &self.debt.figures)
    }

    fn may_pay(&self) -> bool {
        self.debt.status.allows_payment() && self.debt.figures.payable() >= Cents::STRIPE_MINIMUM
    }

    /// Whether there is a paid-in-full letter to be had; [`crate::models::letter::issue`] decides once more.
    fn may_have_letter(&self) -> bool {
        let debt = &self.debt;
        debt.status == DebtStatus::Resolved && !debt.figures.balance().is_positive() && !debt.has_open_chargeback
    }

    /// Whether there is a notice with the validation information to be read.
    fn has_notice(&self) -> bool {
        self.debt.validation == Standing::Sent
    }
}

/// Shows a debt to its debtor.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let (tab, before) = read_query(&req)?;
    let state = visit.state();
    let (limits, now) = (state.session_limits(), state.clock.now());
    let session_id = visit.session.ok_or(AppError::SignedOut)?;
    let (seen_after, begun_after) = (limits.seen_after(now), limits.begun_after(now));
    let request = PageRequest { session: session_id, seen_after, begun_after, debt_id, now, tab, before };
    let Some(page) = state.db.read(move |conn| history::page(conn, &request)).await? else {
        // Either no session, or not this person's debt; the first is told, the second is a page that does not exist.
        visit.signed_in(|_, _| Ok(())).await?;
        return Err(AppError::NotFound);
    };
    visit.seen(&page.session).await?;
    let (status, standing) = (page.debt.status, page.debt.validation);
    notice_lack(&visit, page.session.debtor_id, debt_id, status, standing).await?;
    if validation::is_withheld(state, status, standing) {
        return validation::preparing(&visit, debt_id, page.debt.state);
    }
    let view = view(&visit, page, tab, before.is_some());
    visit.page(StatusCode::OK, &view)
}

fn view(visit: &Visit, page: DebtPage, tab: Option<Tab>, is_older: bool) -> DebtPageView {
    let base = format!("/debts/{}", page.debt.id);
    let address = |tab: Option<Tab>, before: Option<&Cursor>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(tab) = tab {
            query.append_pair("kind", tab.as_str());
        }
        if let Some(before) = before {
            query.append_pair("before", &before.encode());
        }
        let query = query.finish();
        if query.is_empty() { format!("{base}#history") } else { format!("{base}?{query}#history") }
    };
    let tabs = std::iter::once(None)
        .chain(Tab::ALL.map(Some))
        .map(|each| TabLink { name: each.map_or("all", Tab::as_str), href: address(each, None), current: each == tab })
        .collect();
    DebtPageView {
        chrome: visit.chrome().about(Page::Debt, page.debt.state),
        account: AccountName::of(page.debt.id, page.debt.account_number.as_deref()),
        older: page.next.as_ref().map(|next| address(tab, Some(next))),
        debt: page.debt,
        entries: page.entries,
        tabs,
        is_older,
    }
}

fn read_query(req: &HttpRequest) -> Result<(Option<Tab>, Option<Cursor>), AppError> {
    let [tab, before] = query(req, ["kind", "before"])?;
    let tab = tab.map(|text| Tab::parse(&text).ok_or(AppError::NotFound)).transpose()?;
    let before = before.map(|text| Cursor::decode(&text).ok_or(AppError::NotFound)).transpose()?;
    Ok((tab, before))
}
