//! `GET /debts/{id}/statement`: every movement of the debt's money, of all time or of a period.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{Days, NaiveDate};
use url::form_urlencoded;
use uuid::Uuid;

use crate::documents::{Block, Column, Document, Table};
use crate::domain::calendar::{parse_day, start_of};
use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::statement::Statement;
use crate::models::debt::{self, Debt};
use crate::models::statement;
use crate::web::debtor::validation::held_back;
use crate::web::debtor::{AccountName, id, pdf};
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
    fn status(&self) -> StatusCode {
        if self.statement.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The query that asks for the same days.
    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, day) in [("from", &self.period.from), ("to", &self.period.to)] {
            if !day.typed.is_empty() {
                query.append_pair(name, &day.typed);
            }
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// The period in words.
    fn period_text(&self) -> String {
        let to = self.chrome.date(&self.to);
        match &self.from {
            Some(from) => self.chrome.t2("statement-period", "from", self.chrome.date(from), "to", to),
            None => self.chrome.t1("statement-period-until", "to", to),
        }
    }

    /// The same as a letter; `None` while a day is wrong.
    fn document(&self) -> Option<Document> {
        let (chrome, statement) = (&self.chrome, self.statement.as_ref()?);
        let term = |key: &str| chrome.t(key).into_owned();
        let mut facts = vec![
            (term("fact-name"), self.debtor_name.clone()),
            (term("fact-creditor"), self.debt.original_creditor.clone()),
        ];
        facts.extend(self.account.number.clone().map(|number| (term("fact-account"), number)));
        facts.push((term("fact-reference"), self.account.reference.clone()));
        facts.push((term("fact-period"), self.period_text()));
        facts.push((term("fact-issued"), chrome.today()));
        let total = |key: &str, balance| {
            let empty = String::new;
            vec![term(key), empty(), empty(), empty(), chrome.balance(balance)]
        };
        let lines = statement.lines.iter().map(|line| {
            vec![
                chrome.day(&line.movement.at),
                chrome.tx("statement-line-", line.movement.kind.name()).into_owned(),
                receipt_number(&line.movement.payment_id),
                line.change().to_string(),
                chrome.balance(&line.balance),
            ]
        });
        let column = |key: &str, share, numeric| Column { title: term(key), share, numeric };
        let table = Table {
            summary: term("statement-caption"),
            columns: vec![
                column("fact-date", 1.5, false),
                column("statement-what", 2.0, false),
                column("statement-receipt", 1.1, false),
                column("fact-amount", 1.1, true),
                column("statement-balance", 1.2, true),
            ],
            rows: std::iter::once(total("statement-opening", &statement.opening))
                .chain(lines)
                .chain([total("statement-closing", &statement.closing)])
                .collect(),
        };
        let mut note = term("statement-note");
        if self.is_settled() {
            note = format!("{note} {}", chrome.t("debt-text-settled"));
        }
        let blocks = vec![
            Block::Facts(facts),
            Block::Heading(term("statement-caption")),
            Block::Table(table),
            Block::Note(note),
        ];
        Some(pdf::letter(chrome, term("statement-title"), blocks))
    }

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
    match load(&req, &visit).await? {
        Ok(page) => visit.page(page.status(), &page),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /debts/{id}/statement.pdf`, with the same days in its query; with one that is none, the form as [`show`] answers it.
pub async fn pdf(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let page = match load(&req, &visit).await? {
        Ok(page) => page,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match page.document() {
        Some(document) => pdf::answer(&visit, document, "statement").await,
        None => visit.page(page.status(), &page),
    }
}

/// The statement, or where to go instead while the debt's amounts are withheld.
async fn load(req: &HttpRequest, visit: &Visit) -> Result<Result<StatementPage, HttpResponse>, AppError> {
    let debt_id = id(req, "id")?;
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
    if let Some(answer) = held_back(visit, &debt) {
        return Ok(Err(answer));
    }
    let statement = asked.period.is_right().then(|| {
        let from = asked.from.and_then(|day| start_of(day, zone));
        let until = asked.to.and_then(|day| day.checked_add_days(Days::new(1))).and_then(|day| start_of(day, zone));
        Statement::of(debt.figures.total_owed, movements, from, until)
    });
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let chrome = visit.chrome().about(Page::Debt, debt.state);
    Ok(Ok(StatementPage {
        chrome,
        debt,
        debtor_name,
        account,
        period: asked.period,
        from: asked.from,
        to: asked.to.unwrap_or(today),
        statement,
    }))
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
