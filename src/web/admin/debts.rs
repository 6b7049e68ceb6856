//! `/admin/debts`: one search box, filters, orders, pages, saved searches, and the list as a file.
//!
//! What is typed into the box is a person's data, so it is posted and kept here, and the address holds its number. Filters say
//! nothing about one person and stand in the address, where they can be sent to a colleague.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use crate::domain::debt::{DebtStatus, truncated_account_number};
use crate::domain::debt_filter::{Consent, Contact, Filters, Problem, Sort, SortKey};
use crate::domain::debt_text::SearchText;
use crate::models::audit::{self, Act};
use crate::models::debt_search::{self, Count, Cursor, MOST_HITS, Page, Place, Row, Search};
use crate::models::staff_search::{self, LONGEST_NAME, Outcome, Saved};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

mod file;

pub use file::download;

/// Debts on a page.
const PAGE_SIZE: usize = 50;
/// Creditors that the form offers.
const CREDITORS: usize = 300;
const LIST: &str = "/admin/debts";

#[derive(Template)]
#[template(path = "admin/debts.html")]
struct DebtsPage {
    chrome: Frame,
    asked: Asked,
    /// What stands in the box.
    text: String,
    page: Page,
    creditors: Vec<String>,
    saved: Vec<Saved>,
    problems: Vec<Problem>,
    /// The name somebody wanted to save under, and the end of the key of what is wrong with it.
    name: (String, Option<&'static str>),
    may_export: bool,
}

/// What was asked for: the kept search with the text, the fields as typed, the order.
#[derive(Clone, Default)]
struct Asked {
    search: Option<Uuid>,
    fields: Vec<(&'static str, String)>,
    sort: Option<Sort>,
    place: Option<Place>,
}

impl Asked {
    fn of(value: impl Fn(&str) -> Option<String>) -> Result<Asked, AppError> {
        let search = match value("search").filter(|text| !text.is_empty()) {
            Some(text) => Some(Uuid::try_parse(&text).map_err(|_| AppError::NotFound)?),
            None => None,
        };
        let field = |name: &'static str| {
            let typed: String = value(name)?.trim().chars().filter(|c| !c.is_control()).take(250).collect();
            (!typed.is_empty()).then_some((name, typed))
        };
        let mut fields: Vec<(&'static str, String)> = Filters::FIELDS.into_iter().filter_map(field).collect();
        // A form has a box for each status.
        let ticked: Vec<&str> = DebtStatus::ALL
            .into_iter()
            .map(DebtStatus::as_str)
            .filter(|name| value(&format!("status_{name}")).is_some())
            .collect();
        if !ticked.is_empty() && fields.iter().all(|(name, _)| *name != "status") {
            fields.push(("status", ticked.join(",")));
        }
        let place = |name, place: fn(Cursor) -> Place| value(name).and_then(|text| Cursor::parse(&text)).map(place);
        let place = place("after", Place::After).or_else(|| place("before", Place::Before));
        Ok(Asked { search, fields, sort: value("sort").as_deref().and_then(Sort::parse), place })
    }

    fn of_address(req: &HttpRequest) -> Result<Asked, AppError> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(req.query_string().as_bytes())
            .take(40)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Asked::of(|name| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()))
    }

    fn of_form(form: &PostedForm) -> Result<Asked, AppError> {
        Asked::of(|name| Some(form.get(name)).filter(|value| !value.is_empty()).map(str::to_owned))
    }

    fn filters(&self) -> (Filters, Vec<Problem>) {
        Filters::read(self.fields.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// The address of a list, with the order spelt out, which tells that the filters are those of the address.
    fn address(&self, path: &str, sort: Sort, more: Option<(&str, Cursor)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(id) = self.search {
            query.append_pair("search", &id.to_string());
        }
        for (name, value) in &self.fields {
            query.append_pair(name, value);
        }
        query.append_pair("sort", &sort.name());
        if let Some((name, cursor)) = more {
            query.append_pair(name, &cursor.to_string());
        }
        format!("{path}?{}", query.finish())
    }
}

/// How a column heading leads to its order.
struct Heading {
    href: String,
    /// For `aria-sort`; empty while the list is in another order.
    state: &'static str,
}

impl DebtsPage {
    fn sort(&self) -> Sort {
        self.asked.sort.unwrap_or(SortKey::Imported.first_choice())
    }

    fn is_open(&self, saved: &Saved) -> bool {
        self.asked.search == Some(saved.id)
    }

    fn is_sort(&self, name: &str) -> bool {
        self.sort_name() == name
    }

    fn sort_name(&self) -> String {
        self.sort().name()
    }

    /// Asked for again, a column turns round.
    fn heading(&self, key: &str) -> Heading {
        let now = self.sort();
        let key = SortKey::ALL.into_iter().find(|known| known.as_str() == key).unwrap_or(SortKey::Imported);
        let wanted = if now.key == key { now.reversed() } else { key.first_choice() };
        let state = match (now.key == key, now.descending) {
            (false, _) => "",
            (true, true) => "descending",
            (true, false) => "ascending",
        };
        Heading { href: self.asked.address(LIST, wanted, None), state }
    }

    /// Back to the best match first.
    fn by_match(&self) -> Option<String> {
        let other = !self.text.is_empty() && self.sort().key != SortKey::Match;
        other.then(|| self.asked.address(LIST, SortKey::Match.first_choice(), None))
    }

    fn link(&self, name: &str, cursor: Option<&Cursor>) -> Option<String> {
        cursor.map(|cursor| self.asked.address(LIST, self.sort(), Some((name, *cursor))))
    }

    fn previous(&self) -> Option<String> {
        self.link("before", self.page.previous.as_ref())
    }

    fn next(&self) -> Option<String> {
        self.link("after", self.page.next.as_ref())
    }

    fn first(&self) -> String {
        self.asked.address(LIST, self.sort(), None)
    }

    fn file(&self) -> String {
        self.asked.address("/admin/debts.csv", self.sort(), None)
    }

    /// What was typed into a field.
    fn value(&self, name: &str) -> &str {
        self.asked.fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    fn has_status(&self, status: &DebtStatus) -> bool {
        self.value("status").split(',').any(|name| name == status.as_str())
    }

    /// The creditor asked for, where the form does not offer it: there are too many, or it is written otherwise.
    fn other_creditor(&self) -> Option<&str> {
        let asked = self.value("creditor");
        (!asked.is_empty() && !self.creditors.iter().any(|name| name == asked)).then_some(asked)
    }

    fn problem(&self, name: &str) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field == name)?;
        Some(self.chrome.tx("debts-problem-", problem.kind.name()).into_owned())
    }

    /// The first thing that is wrong: its field and what to do.
    fn first_problem(&self) -> Option<(&'static str, String)> {
        let of_filter = self.problems.first().and_then(|first| Some((first.field, self.problem(first.field)?)));
        of_filter.or_else(|| self.name_problem().map(|message| ("name", message)))
    }

    fn name_problem(&self) -> Option<String> {
        self.name.1.map(|end| self.chrome.tx("debts-name-", end).into_owned())
    }

    /// How many there are, as far as anybody counted.
    fn count(&self) -> String {
        match self.page.count {
            Count::Exactly(count) => self.chrome.count("debts-count", count),
            Count::MoreThan(count) if self.text.is_empty() => {
                self.chrome.t1("debts-count-more", "count", grouped(count))
            }
            Count::MoreThan(_) => {
                self.chrome.t1("debts-count-first", "count", grouped(i64::try_from(MOST_HITS).unwrap_or_default()))
            }
            Count::Unknown => self.chrome.t("debts-count-unknown").into_owned(),
        }
    }

    fn account(&self, row: &Row) -> String {
        row.account_number.as_deref().map(truncated_account_number).unwrap_or_default()
    }

    fn contacts(&self) -> Vec<(String, String)> {
        Contact::OFFERED
            .into_iter()
            .map(|contact| {
                let text = match contact {
                    Contact::Never => self.chrome.t("debts-contact-never").into_owned(),
                    Contact::Within(days) => self.chrome.count("debts-contact-within", days.into()),
                    Contact::NotFor(days) => self.chrome.count("debts-contact-not-for", days.into()),
                };
                (contact.name(), text)
            })
            .collect()
    }

    /// Every order the list can have, a column each way.
    fn orders(&self) -> Vec<(String, String)> {
        let keys = SortKey::ALL.into_iter().filter(|key| *key != SortKey::Match || !self.text.is_empty());
        keys.flat_map(|key| match key {
            SortKey::Match => vec![key.first_choice()],
            key => vec![key.first_choice(), key.first_choice().reversed()],
        })
        .map(|sort| {
            let way = if sort.descending { "down" } else { "up" };
            (sort.name(), self.chrome.tx("debts-order-", &format!("{}-{way}", sort.key.as_str())).into_owned())
        })
        .collect()
    }

    /// The day of a moment at the company's place, short and the same in every language.
    fn day(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&self.chrome.company().time_zone).date_naive().to_string()
    }

    /// Whether the filters are worth showing at once.
    fn filters_open(&self) -> bool {
        !self.asked.fields.is_empty()
    }
}

/// 10,000 and not 10000.
fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What there is to show for an address.
struct Shown {
    search: Search,
    page: Page,
    creditors: Vec<String>,
    saved: Vec<Saved>,
}

/// The search an address or a form means; `None` where the kept one is another's, or gone.
fn meant(conn: &mut diesel::PgConnection, staff_id: Uuid, asked: &Asked) -> diesel::QueryResult<Option<Search>> {
    let kept = match asked.search {
        Some(id) => match staff_search::find(conn, staff_id, id)? {
            Some(search) => Some(search),
            None => return Ok(None),
        },
        None => None,
    };
    Ok(Some(match (kept, asked.sort) {
        // A saved search as it was saved: its address has nothing but its number.
        (Some(kept), None) => kept,
        (kept, sort) => Search::new(kept.and_then(|kept| kept.text), asked.filters().0, sort),
    }))
}

/// Looks up, and puts on record who looked for what and how many debts that showed.
async fn look(staff: &Staff, asked: &Asked) -> Result<Option<Shown>, AppError> {
    let (asked, staff_id) = (asked.clone(), staff.session.person.id);
    staff
        .run(move |conn, actor, now| {
            let Some(search) = meant(conn, staff_id, &asked)? else { return Ok(None) };
            let place = asked.place.unwrap_or(Place::Start);
            let page = debt_search::page(conn, &search, place, PAGE_SIZE, now)?;
            let mut details = search.told();
            if let Some(details) = details.as_object_mut() {
                details.insert("shown".to_owned(), json!(page.rows.len()));
            }
            let act = Act { action: "debts.listed", subject: "debts", details, ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            let creditors = debt_search::creditors(conn, CREDITORS)?;
            let saved = staff_search::saved(conn, staff_id)?;
            Ok(Some(Shown { search, page, creditors, saved }))
        })
        .await
}

/// The page for what was asked, with what is wrong with it. Nothing is looked up for a field that holds what it cannot.
async fn show(
    staff: &Staff,
    mut asked: Asked,
    typed: Option<String>,
    name: (String, Option<&'static str>),
) -> Result<HttpResponse, AppError> {
    let problems = asked.filters().1;
    let refused = !problems.is_empty();
    let shown =
        if refused { forms_only(staff).await? } else { look(staff, &asked).await?.ok_or(AppError::NotFound)? };
    let Shown { search, page, creditors, saved } = shown;
    if !refused {
        asked.fields = search.filters.fields();
        asked.sort = Some(search.sort);
    }
    let text = typed.or_else(|| search.text.map(|text| text.as_str().to_owned())).unwrap_or_default();
    let status = if refused || name.1.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let may_export = staff.may("/admin/debts.csv", "GET");
    staff.page(
        status,
        &DebtsPage { chrome: staff.frame(), asked, text, page, creditors, saved, problems, name, may_export },
    )
}

/// What the forms of the page need, and no debts.
async fn forms_only(staff: &Staff) -> Result<Shown, AppError> {
    let staff_id = staff.session.person.id;
    let (creditors, saved) = staff
        .run(move |conn, _, _| Ok((debt_search::creditors(conn, CREDITORS)?, staff_search::saved(conn, staff_id)?)))
        .await?;
    let page = Page { rows: Vec::new(), previous: None, next: None, count: Count::Exactly(0), similar: false };
    Ok(Shown { search: Search::new(None, Filters::default(), None), page, creditors, saved })
}

/// `GET /admin/debts`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    show(&staff, Asked::of_address(&req)?, None, (String::new(), None)).await
}

/// `POST /admin/debts/searches`: keeps what was typed and leads to the list that has its number in the address.
pub async fn search(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let mut asked = Asked { search: None, place: None, ..Asked::of_form(&form)? };
    let (filters, problems) = asked.filters();
    if !problems.is_empty() {
        return show(&staff, asked, Some(form.get("text").chars().take(200).collect()), (String::new(), None)).await;
    }
    let text = SearchText::parse(form.get("text"));
    let is_new = text.is_some();
    // Whoever types something wants the best match first, unless another order than the usual one was chosen.
    let usual = SortKey::Imported.first_choice();
    let search = Search::new(text, filters, asked.sort.filter(|sort| !is_new || *sort != usual));
    asked.fields = search.filters.fields();
    let sort = search.sort;
    if is_new {
        let staff_id = staff.session.person.id;
        asked.search = Some(staff.run(move |conn, _, now| staff_search::keep(conn, staff_id, &search, now)).await?);
    }
    Ok(staff.redirect(&asked.address(LIST, sort, None)))
}

/// `POST /admin/debts/filters`: saves what is shown under a name.
pub async fn save(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let asked = Asked { place: None, ..Asked::of_form(&form)? };
    if !asked.filters().1.is_empty() {
        return show(&staff, asked, None, (String::new(), None)).await;
    }
    let typed: String = form.get("name").trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME + 1).collect();
    let problem = match typed.chars().count() {
        0 => Some("empty"),
        1..=LONGEST_NAME => None,
        _ => Some("long"),
    };
    if problem.is_some() {
        return show(&staff, asked, None, (typed, problem)).await;
    }
    let (staff_id, name, wanted) = (staff.session.person.id, typed.clone(), asked.clone());
    let outcome = staff
        .run(move |conn, actor, now| {
            let Some(search) = meant(conn, staff_id, &wanted)? else { return Ok(None) };
            let outcome = staff_search::save(conn, staff_id, &search, &name, now)?;
            if let Outcome::Saved(id) = outcome {
                let details = json!({"name": name, "search": search.told()});
                let act =
                    Act { action: "search.saved", subject: "search", subject_id: Some(id), details, ..Act::default() };
                audit::write(conn, actor, &act, now)?;
            }
            Ok(Some(outcome))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    match outcome {
        Outcome::Saved(id) => Ok(staff.redirect(&format!("{LIST}?search={id}"))),
        Outcome::NameTaken => show(&staff, asked, None, (typed, Some("taken"))).await,
        Outcome::TooMany => show(&staff, asked, None, (typed, Some("too-many"))).await,
    }
}

/// `POST /admin/debts/filters/{id}/delete`
pub async fn forget(req: HttpRequest, staff: Staff, _form: PostedForm) -> Result<HttpResponse, AppError> {
    let (id, staff_id) = (id(&req, "id")?, staff.session.person.id);
    let gone = staff
        .run(move |conn, actor, now| {
            let Some(name) = staff_search::delete(conn, staff_id, id)? else { return Ok(false) };
            let details = json!({"name": name});
            let act =
                Act { action: "search.deleted", subject: "search", subject_id: Some(id), details, ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            Ok(true)
        })
        .await?;
    if gone { Ok(staff.redirect(LIST)) } else { Err(AppError::NotFound) }
}
