//! `GET /admin/charts/{name}`: the pictures of the dashboard.

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Datelike, Timelike, Utc};
use url::form_urlencoded;

use crate::domain::figures::{FigureKind, Grouped, Grouping, Period, Sum, Sums, day_of, short_amount};
use crate::models::figure;
use crate::web::admin::Staff;
use crate::web::admin::dashboard::period::Asked;
use crate::web::chart::{self, Bar, Bars, Look, Rank, Theme, Width};
use crate::web::error::AppError;
use crate::web::page::Chrome;

/// What the pictures are called in their addresses.
const COLLECTED: &str = "collected.svg";
const FUNNEL: &str = "funnel.svg";
const OUTCOMES: &str = "outcomes.svg";
const DEBTS: &str = "debts.svg";

/// Draws a picture.
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let name = req.match_info().query("name").to_owned();
    let look = look(req.query_string());
    let frame = staff.frame();
    let chrome: &Chrome = &frame;
    let svg = match name.as_str() {
        DEBTS => {
            let debts = staff.state().db.read(figure::debts).await?;
            let rank = |total: &figure::DebtTotal| {
                rank(chrome.tx("dashboard-debts-", total.status.as_str()).into_owned(), total.count)
            };
            let ranks: Vec<Rank> = debts.iter().map(rank).collect();
            chart::ranks(&chrome.t("dashboard-debts"), &ranks, look)?
        }
        COLLECTED | FUNNEL | OUTCOMES => {
            let zone = staff.state().settings.company.time_zone;
            let today = staff.now().with_timezone(&zone).date_naive();
            let (_, period) = Asked::read(req.query_string(), today, zone);
            let period = period.ok_or(AppError::BadForm)?;
            let cuts = period.cuts.clone();
            let kinds = match name.as_str() {
                COLLECTED => FigureKind::MONEY,
                FUNNEL => FigureKind::FUNNEL,
                _ => FigureKind::OUTCOMES,
            };
            let figures = staff.state().db.read(move |conn| figure::between(conn, &kinds, &cuts)).await?;
            match name.as_str() {
                COLLECTED => collected(chrome, &period, &Sums::of_parts(&figures, period.parts().len()), look)?,
                FUNNEL => funnel(chrome, &Sums::of(&figures), look)?,
                _ => outcomes(chrome, &Sums::of(&figures), look)?,
            }
        }
        _ => return Err(AppError::NotFound),
    };
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(svg))
}

fn look(query: &str) -> Look {
    let is = |name: &str, value: &str| form_urlencoded::parse(query.as_bytes()).any(|(n, v)| n == name && v == value);
    Look {
        theme: if is("theme", "dark") { Theme::Dark } else { Theme::Light },
        width: if is("width", "narrow") { Width::Narrow } else { Width::Wide },
    }
}

fn rank(name: String, count: i64) -> Rank {
    Rank { name, count, shown: Grouped(count).to_string() }
}

fn collected(chrome: &Chrome, period: &Period, parts: &[Sums], look: Look) -> Result<String, AppError> {
    let zone = chrome.company().time_zone;
    let name = |at: &DateTime<Utc>| {
        let day = day_of(*at, zone);
        match period.grouping {
            Grouping::Hour => chrome.t1("dashboard-axis-hour", "hour", at.with_timezone(&zone).hour()),
            Grouping::Day | Grouping::Week => chrome.t2("dashboard-axis-day", "month", day.month(), "day", day.day()),
            Grouping::Month => chrome.t2("dashboard-axis-month", "month", day.month(), "year", day.year()),
        }
    };
    let bar = |(at, sums): (&DateTime<Utc>, &Sums)| Bar {
        name: name(at),
        up: sums.arrived().get(),
        down: sums.went_back().get(),
    };
    let bars = Bars {
        title: &chrome.t("dashboard-collected"),
        up: &chrome.t("dashboard-arrived"),
        down: &chrome.t("dashboard-went-back"),
        bars: period.parts().iter().zip(parts).map(bar).collect(),
        scale: short_amount,
    };
    bars.draw(look)
}

fn funnel(chrome: &Chrome, sums: &Sums, look: Look) -> Result<String, AppError> {
    let funnel = sums.funnel();
    let step = |name: &str, count| rank(chrome.tx("dashboard-funnel-", name).into_owned(), count);
    let steps = [step("opened", funnel.opened), step("started", funnel.started), step("paid", funnel.paid)];
    chart::ranks(&chrome.t("dashboard-funnel"), &steps, look)
}

fn outcomes(chrome: &Chrome, sums: &Sums, look: Look) -> Result<String, AppError> {
    let of = |(name, all, _): (&str, Sum, _)| rank(chrome.tx("dashboard-outcome-", name).into_owned(), all.count);
    let ranks: Vec<Rank> = sums.met_outcomes().map(of).collect();
    chart::ranks(&chrome.t("dashboard-outcomes"), &ranks, look)
}
