//! What the lists of money and the review queue share: filters read from the address, a table, pages; and the page of one record.
//! Nothing in their filters is personal, so that a list can be a bookmark.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::QueryResult;
use diesel::pg::PgConnection;
use url::form_urlencoded;
use uuid::Uuid;

use crate::domain::listing::{Counted, Page, Position};
use crate::domain::money::Cents;
use crate::models::audit::{self, Act};
use crate::models::listing::Period;
use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;

/// Rows on a page.
pub const ROWS: usize = 50;

/// A field of the filters.
pub struct Field {
    /// Its name, which is its id as well.
    pub name: &'static str,
    /// What stands above it.
    pub label: String,
    /// What was typed or chosen.
    pub value: String,
    /// The choices, where it is a choice; the first one leaves everything in.
    pub choices: Vec<(String, String)>,
    /// Whether it asks for a day.
    pub is_day: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// The filters of a list, read from the address.
pub struct Filters {
    pairs: Vec<(String, String)>,
    /// The fields in their order.
    pub fields: Vec<Field>,
}

/// What the audit trail says of a look at a list.
#[derive(Clone, Copy)]
pub struct Look {
    /// The action, such as `refunds.listed`.
    pub action: &'static str,
    /// The kind of what is listed.
    pub subject: &'static str,
}

/// A text in an address may be so long.
const LONGEST: usize = 100;

impl Filters {
    /// The filters of a request.
    pub fn of(req: &HttpRequest) -> Filters {
        let read = |value: &str| value.trim().chars().filter(|c| !c.is_control()).collect::<String>();
        let pairs = form_urlencoded::parse(req.query_string().as_bytes()).map(|(n, v)| (n.into_owned(), read(&v)));
        Filters { pairs: pairs.collect(), fields: Vec::new() }
    }

    /// A value as it stands in the address.
    pub fn value(&self, name: &str) -> &str {
        self.pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// The position after which the page begins.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is none.
    pub fn after(&self) -> Result<Option<Position>, AppError> {
        match self.value("after") {
            "" => Ok(None),
            text => Position::decode(text).map(Some).ok_or(AppError::NotFound),
        }
    }

    fn field(&self, name: &'static str, label: impl Into<String>) -> Field {
        let (label, value) = (label.into(), self.value(name).to_owned());
        Field { name, label, value, choices: Vec::new(), is_day: false, problem: None }
    }

    /// Adds a field; what `read` makes of its text, or the sentence on what is wrong with it.
    fn add<T>(&mut self, mut field: Field, read: impl FnOnce(&Field) -> Result<T, Cow<'static, str>>) -> Option<T> {
        let found = if field.value.is_empty() { None } else { Some(read(&field)) };
        let value = match found {
            Some(Ok(value)) => Some(value),
            Some(Err(problem)) => {
                field.problem = Some(problem.into_owned());
                None
            }
            None => None,
        };
        self.fields.push(field);
        value
    }

    /// A choice; `None` where everything is wanted.
    pub fn choice(
        &mut self,
        chrome: &Frame,
        name: &'static str,
        label: impl Into<String>,
        choices: Vec<(String, String)>,
    ) -> Option<String> {
        let field = Field { choices, ..self.field(name, label) };
        self.add(field, |field| match field.choices.iter().any(|(value, _)| *value == field.value) {
            true => Ok(field.value.clone()),
            false => Err(chrome.t("money-no-choice")),
        })
    }

    /// A text, compared as a whole.
    pub fn text(&mut self, chrome: &Frame, name: &'static str, label: impl Into<String>) -> Option<String> {
        let field = self.field(name, label);
        self.add(field, |field| match field.value.chars().count() {
            0..=LONGEST => Ok(field.value.clone()),
            _ => Err(chrome.t("money-text-too-long")),
        })
    }

    /// An amount of money.
    pub fn amount(&mut self, chrome: &Frame, name: &'static str, label: impl Into<String>) -> Option<Cents> {
        let field = self.field(name, label);
        self.add(field, |field| Cents::parse_typed(&field.value).map_err(|_| chrome.t("money-no-amount")))
    }

    /// An id of ours.
    pub fn id(&mut self, chrome: &Frame, name: &'static str, label: impl Into<String>) -> Option<Uuid> {
        let field = self.field(name, label);
        self.add(field, |field| Uuid::try_parse(&field.value).map_err(|_| chrome.t("money-no-id")))
    }

    /// Two days, both within the period, at the company's place.
    pub fn period(&mut self, chrome: &Frame) -> Period {
        let zone = chrome.company().time_zone;
        let from = self.day(chrome, "from", chrome.t("money-filter-from"));
        let to = self.day(chrome, "to", chrome.t("money-filter-to"));
        Period {
            from: from.and_then(|day| crate::web::start_of_day(day, zone)),
            until: to.and_then(|day| day.succ_opt()).and_then(|day| crate::web::start_of_day(day, zone)),
        }
    }

    fn day(&mut self, chrome: &Frame, name: &'static str, label: impl Into<String>) -> Option<NaiveDate> {
        let field = Field { is_day: true, ..self.field(name, label) };
        self.add(field, |field| {
            // Years that the columns can hold, whatever a browser lets people type.
            let day = NaiveDate::parse_from_str(&field.value, "%Y-%m-%d").ok();
            day.filter(|day| (2..=9998).contains(&day.year())).ok_or_else(|| chrome.t("money-no-day"))
        })
    }

    /// Whether something is wrong with one of them.
    pub fn have_problem(&self) -> bool {
        self.fields.iter().any(|field| field.problem.is_some())
    }

    /// The first field that something is wrong with.
    pub fn first_problem(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.problem.is_some())
    }

    /// Whether any of them is set.
    pub fn are_set(&self) -> bool {
        self.fields.iter().any(|field| !field.value.is_empty())
    }

    /// What was asked for, for the audit trail.
    pub fn asked(&self) -> serde_json::Value {
        let set = self.fields.iter().filter(|field| !field.value.is_empty());
        set.map(|field| (field.name.to_owned(), serde_json::Value::from(field.value.clone()))).collect()
    }

    /// The page that they leave in, and how many rows there are in all, noted in the audit trail as a look at the list; nothing
    /// where something is wrong with one of them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the page begins nowhere, and the database's.
    pub async fn find<T, F>(&self, staff: &Staff, look: Look, search: F) -> Result<(Page<T>, Counted), AppError>
    where
        F: FnOnce(&mut PgConnection, Option<&Position>) -> QueryResult<(Page<T>, Counted)> + Send + 'static,
        T: Send + 'static,
    {
        if self.have_problem() {
            return Ok(nothing());
        }
        let (after, details) = (self.after()?, self.asked());
        staff
            .run(move |conn, actor, now| {
                let found = search(conn, after.as_ref())?;
                let act = Act { action: look.action, subject: look.subject, details, ..Act::default() };
                audit::write(conn, actor, &act, now)?;
                Ok(found)
            })
            .await
    }

    /// The address of the page that begins after `next`.
    pub fn page_after(&self, path: &str, next: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for field in self.fields.iter().filter(|field| !field.value.is_empty()) {
            query.append_pair(field.name, &field.value);
        }
        query.append_pair("after", next);
        format!("{path}?{}", query.finish())
    }
}

/// A cell of a table, or the detail of a fact.
#[derive(Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// The moment it says, for a `datetime` attribute.
    pub iso: Option<String>,
    /// A class: `number`, `id`, `status`...
    pub class: &'static str,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    /// An amount.
    pub fn amount(amount: Cents) -> Cell {
        Cell { text: amount.to_string(), class: "number", ..Cell::default() }
    }

    /// A moment.
    pub fn time(chrome: &Frame, at: &DateTime<Utc>) -> Cell {
        Cell { text: chrome.date_time(at), iso: Some(chrome.iso(at)), ..Cell::default() }
    }

    /// A moment, where there is one.
    pub fn maybe_time(chrome: &Frame, at: Option<&DateTime<Utc>>) -> Cell {
        at.map_or_else(Cell::default, |at| Cell::time(chrome, at))
    }

    /// The same, leading somewhere.
    pub fn to(self, href: impl Into<String>) -> Cell {
        Cell { href: Some(href.into()), ..self }
    }

    /// The same, looking otherwise.
    pub fn looking(self, class: &'static str) -> Cell {
        Cell { class, ..self }
    }
}

/// A table: its caption, what its columns are called, and its rows, whose first cells head them.
#[derive(Default)]
pub struct Table {
    /// What it is.
    pub caption: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there instead when there are none.
    pub empty: String,
}

impl Table {
    /// The table of a list, newest first; its columns by the keys of their names.
    pub fn of(chrome: &Frame, columns: &[&'static str], rows: Vec<Vec<Cell>>) -> Table {
        let columns = columns.iter().map(|key| chrome.t(key).into_owned()).collect();
        Table { columns, rows, ..Table::default() }.as_list(chrome)
    }

    /// The same rows as the table of a list, newest first.
    #[must_use]
    pub fn as_list(self, chrome: &Frame) -> Table {
        let (caption, empty) = (chrome.t("money-newest-first").into_owned(), chrome.t("money-none").into_owned());
        Table { caption, empty, ..self }
    }
}

/// A link above a list to a sibling of it.
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: &'static str,
    /// Whether the page is it.
    pub current: bool,
}

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    chrome: Frame,
    heading: String,
    lead: String,
    tabs: Vec<Tab>,
    path: &'static str,
    filters: Filters,
    counted: String,
    notice: Option<String>,
    above: Option<Table>,
    table: Table,
    older: Option<String>,
}

/// A list that is ready to be shown.
pub struct List {
    /// Its address.
    pub path: &'static str,
    /// Its name.
    pub heading: String,
    /// A sentence on what stands in it.
    pub lead: String,
    /// Its siblings.
    pub tabs: Vec<Tab>,
    /// Its filters.
    pub filters: Filters,
    /// What was done a moment ago.
    pub notice: Option<String>,
    /// A table that stands above it.
    pub above: Option<Table>,
    /// Its rows.
    pub table: Table,
    /// How many rows there are in all.
    pub counted: Counted,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl List {
    /// A list with what was found for its filters, under its heading and a sentence on what stands in it.
    pub fn of<T>(
        path: &'static str,
        (heading, lead): (Cow<'static, str>, Cow<'static, str>),
        filters: Filters,
        table: Table,
        (page, counted): &(Page<T>, Counted),
    ) -> List {
        List {
            path,
            heading: heading.into_owned(),
            lead: lead.into_owned(),
            tabs: Vec::new(),
            filters,
            notice: None,
            above: None,
            table,
            counted: *counted,
            next: page.next.clone(),
        }
    }

    /// Answers with it; with status 422 where something is wrong with a filter.
    ///
    /// # Errors
    /// When the template fails.
    pub fn show(self, staff: &Staff) -> Result<HttpResponse, AppError> {
        let chrome = staff.frame();
        let refused = self.filters.have_problem();
        let counted = match (refused, self.counted) {
            (true, _) => String::new(),
            (false, counted) if counted.number() == 1 => chrome.t("money-count-one").into_owned(),
            (false, counted) => chrome.t1("money-count", "count", counted),
        };
        let older = self.next.as_ref().map(|next| self.filters.page_after(self.path, next));
        let List { path, heading, lead, tabs, filters, notice, above, table, .. } = self;
        let page = ListPage { chrome, heading, lead, tabs, path, filters, counted, notice, above, table, older };
        staff.page(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
    }
}

/// No rows, for a list whose filters say nothing that could be looked for.
pub fn nothing<T>() -> (Page<T>, Counted) {
    (Page { rows: Vec::new(), next: None }, Counted::new(0))
}

/// A term and what stands for it.
pub struct Fact {
    /// What it is.
    pub term: String,
    /// What stands for it.
    pub detail: Cell,
}

impl Fact {
    /// A fact.
    pub fn new(term: impl Into<String>, detail: Cell) -> Fact {
        Fact { term: term.into(), detail }
    }

    /// A fact whose detail is a text, where there is one.
    pub fn text(term: impl Into<String>, detail: Option<&str>) -> Fact {
        Fact::new(term, Cell::text(detail.unwrap_or_default()))
    }
}

/// The page of one record: its facts, and tables of what belongs to it.
pub struct Record {
    /// The list it stands in: its address and name.
    pub back: (&'static str, String),
    /// What it is.
    pub heading: String,
    /// Every field.
    pub facts: Vec<Fact>,
    /// What one can do or look at from here: address and label.
    pub links: Vec<(String, Cow<'static, str>)>,
    /// What belongs to it.
    pub tables: Vec<Table>,
}

#[derive(Template)]
#[template(path = "admin/record.html")]
struct RecordPage {
    chrome: Frame,
    record: Record,
}

impl Record {
    /// Answers with the page.
    ///
    /// # Errors
    /// When the template fails.
    pub fn show(self, staff: &Staff) -> Result<HttpResponse, AppError> {
        staff.page(StatusCode::OK, &RecordPage { chrome: staff.frame(), record: self })
    }
}

/// The address of a debt's page.
pub fn debt_href(id: Uuid) -> String {
    format!("/admin/debts/{id}")
}
