//! `GET /debts/{id}/statement`: every movement of the debt's money, of all time or of a period.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{Days, NaiveDate};
use url::form_urlencoded;
use uuid::Uuid;

use crate::domain::calendar::{parse_day, start_of};
use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::statement::Statement;
use crate::models::debt::{self, Debt};
use crate::models::statement;
use crate::web::debtor::validation::held_back;
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/statement.html")]
struct StatementPage {
    chrome: Chrome,
    debt: Debt,
    debtor_name: String,
    account: AccountName,
    period: Period,
    /// The first day shown, if the period begins with one.
    from: Option<NaiveDate>,
    /// The last day shown.
    to: NaiveDate,
    /// `None` while a day is wrong.
    statement: Option<Statement>,
}

impl StatementPage {
    /// Whether nothing is owed although the payments do not add up to the debt; the last balance alone would mislead.
    fn is_settled(&self) -> bool {
        self.debt.status == DebtStatus::Resolved && self.debt.figures.balance().is_positive()
    }
}

/// The two days asked for, as typed, and what is wrong with them.
struct Period {
    from: Day,
    to: Day,
}

struct Day {
    typed: String,
    problem: Option<Problem>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// Not a day of the calendar.
    NoDay,
    /// The first day, which comes after the last.
    AfterLast,
}

impl Problem {
    fn message(self, chrome: &Chrome) -> String {
        match self {
            Problem::NoDay => chrome.t("statement-problem-day").into_owned(),
            Problem::AfterLast => chrome.t("statement-problem-order").into_owned(),
        }
    }
}

impl Day {
    /// Whether a browser's date field can hold what was typed; others would be shown as nothing.
    fn is_date(&self) -> bool {
        self.problem != Some(Problem::NoDay)
    }
}

/// What the query asked for: its days, or what to say about them.
struct Asked {
    period: Period,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// Shows the statement; with a day that is none, the form with a sentence at it.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let asked = Asked::read(req.query_string());
    let state = visit.state();
    let (zone, today) = {
        let zone = state.settings.company.time_zone;
        (zone, state.clock.now().with_timezone(&zone).date_naive())
    };
    let (debt, debtor_name, movements) = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            let name = debt::debtor_name(conn, session.debtor_id)?;
            Ok(Some((debt, name, statement::movements(conn, debt_id)?)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    if let Some(answer) = held_back(&visit, &debt) {
        return Ok(answer);
    }
    let statement = asked.period.is_right().then(|| {
        let from = asked.from.and_then(|day| start_of(day, zone));
        let until = asked.to.and_then(|day| day.checked_add_days(Days::new(1))).and_then(|day| start_of(day, zone));
        Statement::of(debt.figures.total_owed, movements, from, until)
    });
    let status = if statement.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let page = StatementPage {
        chrome: visit.chrome().about(Page::Debt, debt.state),
        debt,
        debtor_name,
        account,
        period: asked.period,
        from: asked.from,
        to: asked.to.unwrap_or(today),
        statement,
    };
    visit.page(status, &page)
}

impl Asked {
    fn read(query: &str) -> Asked {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let typed = pairs.find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap_or_default();
            typed.trim().chars().filter(|c| !c.is_control()).take(20).collect::<String>()
        };
        let (typed_from, typed_to) = (value("from"), value("to"));
        let (from, to) = (day(&typed_from), day(&typed_to));
        let reversed = matches!((from, to), (Ok(Some(from)), Ok(Some(to))) if from > to);
        let from_problem = from.err().or(reversed.then_some(Problem::AfterLast));
        let period = Period {
            from: Day { typed: typed_from, problem: from_problem },
            to: Day { typed: typed_to, problem: to.err() },
        };
        Asked { period, from: from.unwrap_or_default(), to: to.unwrap_or_default() }
    }
}

impl Period {
    fn is_right(&self) -> bool {
        self.from.problem.is_none() && self.to.problem.is_none()
    }
}

fn day(typed: &str) -> Result<Option<NaiveDate>, Problem> {
    parse_day(typed).map_err(|_| Problem::NoDay)
}

/// The end of a receipt's number: enough to find it by, short enough for a column.
fn receipt_number(payment_id: &Uuid) -> String {
    let digits: String = payment_id.simple().to_string().chars().skip(24).collect();
    format!("\u{2026}{digits}")
}
