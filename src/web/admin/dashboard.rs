//! `GET /admin`: how the business stands, what waits for somebody, and the figures of a period.
//!
//! It reads running totals and lists of what waits, never all debts, and names no person.

use std::borrow::Borrow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryResult;
use diesel::pg::PgConnection;

use crate::config::Settings;
use crate::domain::debt::DebtStatus;
use crate::domain::figures::{Figure, FigureKind, Grouped, Grouping, Period, Recent, Span, Sums, day_of};
use crate::domain::listing::Counted;
use crate::domain::money::Cents;
use crate::limits;
use crate::models::backlog::{self, DueChargeback, Task};
use crate::models::figure::{self, DebtTotal};
use crate::models::{books, event, sweep};
use crate::web::admin::{Frame, Staff};
use crate::web::chart;
use crate::web::error::AppError;
use crate::web::page::Chrome;

/// The pictures, each at an address of its own.
pub mod charts;
mod period;

use period::Asked;

#[derive(Template)]
#[template(path = "admin/dashboard.html")]
struct DashboardPage {
    chrome: Frame,
    state: State,
    /// What was collected today, this week and this month.
    recent: Vec<(&'static str, Sums)>,
    tasks: Vec<TaskLine>,
    /// Where flags are listed, for who may see them.
    findings: Option<&'static str>,
    /// Where debts in dispute are listed, likewise.
    disputes: Option<&'static str>,
    asked: Asked,
    /// `None` while a day is wrong.
    shown: Option<Shown>,
}

impl DashboardPage {
    /// What keeps the portal from working as it should.
    fn warnings(&self) -> Vec<String> {
        let (chrome, state) = (&self.chrome, &self.state);
        let closed = state.books_closed.as_ref().map(|why| chrome.t1("dashboard-books-closed", "why", why));
        let silent = state.silent.map(|paid| chrome.count("dashboard-webhook-silent", paid));
        let behind = state.swept_at.map(|at| chrome.t1("dashboard-sweep-behind", "at", chrome.date_time(&at)));
        [closed, silent, behind].into_iter().flatten().collect()
    }

    fn recent_note(&self, sums: &Sums) -> String {
        self.chrome.t2("dashboard-recent-note", "arrived", sums.arrived(), "back", sums.went_back())
    }

    fn number(&self, count: impl Borrow<i64>) -> Grouped {
        Grouped(*count.borrow())
    }

    /// The whole beside the period before.
    fn compared(&self, shown: &Shown) -> String {
        let days = self.chrome.count("dashboard-days-before", shown.period.days());
        let (net, before) = (shown.whole.net(), shown.before.net());
        format!(
            "{} {}",
            self.chrome.t1("dashboard-net-of-period", "amount", net),
            self.chrome.t2("dashboard-before", "days", days, "amount", before)
        )
    }

    fn collected_alt(&self, shown: &Shown) -> String {
        let (arrived, back) = (shown.whole.arrived(), shown.whole.went_back());
        self.chrome.t2("dashboard-collected-alt", "arrived", arrived, "back", back)
    }

    fn funnel_alt(&self, shown: &Shown) -> String {
        let name = |step: &str, count| format!("{}: {}", self.chrome.tx("dashboard-funnel-", step), Grouped(count));
        shown.steps().into_iter().map(|(step, count, _)| name(step, count)).collect::<Vec<_>>().join("; ")
    }

    fn outcomes_alt(&self, shown: &Shown) -> String {
        let name =
            |outcome: &str, count| format!("{}: {}", self.chrome.tx("dashboard-outcome-", outcome), Grouped(count));
        let list = shown.whole.met_outcomes().map(|(outcome, all, _)| name(outcome, all.count));
        list.collect::<Vec<_>>().join("; ")
    }

    fn debts_alt(&self) -> String {
        let name = |total: &DebtTotal| {
            format!("{}: {}", self.chrome.tx("dashboard-debts-", total.status.as_str()), Grouped(total.count))
        };
        self.state.debts.iter().map(name).collect::<Vec<_>>().join("; ")
    }
}

/// How things stand at this moment.
struct State {
    books_closed: Option<String>,
    silent: Option<i64>,
    swept_at: Option<DateTime<Utc>>,
    debts: Vec<DebtTotal>,
    flags: Vec<(String, Counted)>,
    tasks: Vec<(Task, Counted)>,
    due: Vec<DueChargeback>,
}

/// Something that waits, and where it is dealt with.
struct TaskLine {
    name: &'static str,
    count: Counted,
    href: Option<&'static str>,
}

/// The figures of a period.
struct Shown {
    period: Period,
    /// Each part with its name.
    parts: Vec<(String, Sums)>,
    whole: Sums,
    before: Sums,
    /// The period in the addresses of its pictures.
    query: String,
}

/// Chargebacks that are listed; the next ones first.
const DUE: i64 = 5;

/// Shows the dashboard; with a day that is none, the form with a sentence at it.
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let (settings, now) = (staff.state().settings.clone(), staff.now());
    let zone = settings.company.time_zone;
    let today = now.with_timezone(&zone).date_naive();
    let (asked, period) = Asked::read(req.query_string(), today, zone);
    let recent = Recent::cut(today, zone).ok_or_else(|| AppError::internal("the clock is beyond the calendar"))?;
    let (recent_cuts, cuts) = (recent.cuts.clone(), period.as_ref().map(Period::cuts_with_before));
    let (state, of_recent, figures) = staff
        .state()
        .db
        .snapshot(move |conn| {
            let figures = cuts.map(|cuts| figure::between(conn, &FigureKind::TIMED, &cuts)).transpose()?;
            Ok((State::read(conn, &settings, now)?, figure::between(conn, &FigureKind::MONEY, &recent_cuts)?, figures))
        })
        .await?;
    let recent = ["day", "week", "month"].into_iter().zip(recent.sums(&of_recent)).collect();
    let chrome = staff.frame();
    let shown = period.zip(figures).map(|(period, figures)| Shown::of(period, &figures, &chrome));
    let tasks = state.tasks.iter().map(|(task, count)| TaskLine::of(*task, *count, &staff)).collect();
    let status = if asked.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let findings = allowed("/admin/findings", &staff);
    let disputes = allowed("/admin/debts", &staff).map(|_| "/admin/debts?status=dispute");
    staff.page(status, &DashboardPage { chrome, state, recent, tasks, findings, disputes, asked, shown })
}

/// The address, for who may open it.
fn allowed(href: &'static str, staff: &Staff) -> Option<&'static str> {
    let path = href.split('?').next().unwrap_or(href);
    staff.may(path, "GET").then_some(href)
}

impl State {
    fn read(conn: &mut PgConnection, settings: &Settings, now: DateTime<Utc>) -> QueryResult<State> {
        let minutes = settings.args.stripe.webhook_silence_minutes;
        let swept_at = sweep::cursor(conn, sweep::EVENTS)?;
        let most = limits::of_sweep(settings);
        Ok(State {
            books_closed: books::find(conn)?.and_then(|books| books.closed_why),
            silent: event::silence(conn, now - chrono::Duration::minutes(minutes.into()), now)?,
            swept_at: swept_at.filter(|at| most.is_some_and(|most| now - *at > most)),
            debts: figure::debts(conn)?,
            flags: backlog::flags(conn)?,
            tasks: backlog::count(conn, now)?,
            due: backlog::chargebacks(conn, now, DUE)?,
        })
    }

    /// What can still be collected: debts that are closed are no longer ours, and resolved ones owe nothing.
    fn open_balance(&self) -> Cents {
        self.open().map(|total| total.balance).fold(Cents::ZERO, Cents::plus)
    }

    fn open_count(&self) -> Grouped {
        Grouped(self.open().map(|total| total.count).sum())
    }

    fn open(&self) -> impl Iterator<Item = &DebtTotal> {
        let open = |total: &&DebtTotal| !matches!(total.status, DebtStatus::Resolved | DebtStatus::Closed);
        self.debts.iter().filter(open)
    }

    fn disputed(&self) -> Grouped {
        let disputed = |total: &&DebtTotal| total.status == DebtStatus::Dispute;
        Grouped(self.debts.iter().find(disputed).map_or(0, |total| total.count))
    }
}

impl TaskLine {
    fn of(task: Task, count: Counted, staff: &Staff) -> TaskLine {
        let href = match task {
            Task::OverdueCases => "/admin/cases?status=overdue",
            Task::OpenCases => "/admin/cases?status=open",
            Task::Chargebacks => "/admin/chargebacks",
            Task::HangingPayments | Task::UnsureRefunds => "/admin/payments",
            Task::RefundRequests => "/admin/approvals",
            Task::UnansweredRefunds => "/admin/refunds",
            Task::UnusableEvents | Task::WaitingEvents => "/admin/events",
            Task::Emails | Task::Calls | Task::Sms => "/admin/review",
        };
        TaskLine { name: task.as_str(), count, href: allowed(href, staff) }
    }
}

impl Shown {
    fn of(period: Period, figures: &[Figure], chrome: &Chrome) -> Shown {
        let mut sums = Sums::of_parts(figures, period.parts().len() + 1).into_iter();
        let before = sums.next().unwrap_or_default();
        let names = period.parts().iter().map(|at| part_name(chrome, period.grouping, *at));
        let parts = names.zip(sums).collect();
        let within: Vec<Figure> = figures.iter().filter(|figure| figure.part > 0).cloned().collect();
        let query = period::address(period.from, period.to, period.grouping);
        Shown { whole: Sums::of(&within), before, parts, query, period }
    }

    /// How high the picture of the outcomes is.
    fn outcomes_height(&self) -> u32 {
        chart::ranks_height(self.whole.met_outcomes().count())
    }

    /// The lines of the table: each part, and the whole last.
    fn rows(&self, chrome: &Chrome) -> Vec<(String, &Sums)> {
        let parts = self.parts.iter().map(|(name, sums)| (name.clone(), sums));
        parts.chain([(chrome.t("dashboard-whole").into_owned(), &self.whole)]).collect()
    }

    /// The steps from an opened link to a payment: how many, and how many in a hundred of those opened.
    fn steps(&self) -> [(&'static str, i64, Option<i64>); 3] {
        let funnel = self.whole.funnel();
        [("opened", funnel.opened), ("started", funnel.started), ("paid", funnel.paid)]
            .map(|(name, count)| (name, count, funnel.share(count)))
    }
}

/// A part of a period in words.
fn part_name(chrome: &Chrome, grouping: Grouping, at: DateTime<Utc>) -> String {
    let day: NaiveDate = day_of(at, chrome.company().time_zone);
    match grouping {
        Grouping::Hour => chrome.date_time(&at),
        Grouping::Day => chrome.date(&day),
        Grouping::Week => chrome.t1("dashboard-week-of", "day", chrome.date(&day)),
        Grouping::Month => {
            use chrono::Datelike;
            let month = chrome.tx("month-", &day.month().to_string());
            chrome.t2("dashboard-month", "month", month, "year", day.year())
        }
    }
}
