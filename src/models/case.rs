//! Cases: what a person asks of us, and every step until it is answered.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::case::{CaseKind, CaseStatus, stops_collection};
use crate::domain::debt::DebtStatus;
use crate::domain::evidence::File;
use crate::domain::money::Cents;
use crate::models::payment::{self, Payment};
use crate::schema::{cases, debts};

/// Files of a case.
pub mod file;
/// Staff's list.
pub mod list;
/// What was said and done.
pub mod step;

/// A row of `cases`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cases, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Case {
    pub id: Uuid,
    pub number: String,
    pub debt_id: Uuid,
    pub kind: CaseKind,
    pub reason: Option<String>,
    pub details: Option<String>,
    pub until: Option<NaiveDate>,
    pub suits: Option<String>,
    pub phone: Option<String>,
    pub language: String,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub within_validation_period: Option<bool>,
    pub status: CaseStatus,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Whether nothing is collected while it is open; see [`stops_collection`].
    pub fn stops_collection(&self) -> bool {
        stops_collection(self.kind, self.within_validation_period)
    }

    /// Whether the person may add to it: what is closed is over, and a dispute that was answered is disputed anew.
    pub fn takes_more(&self) -> bool {
        match self.status {
            CaseStatus::Open => true,
            CaseStatus::Answered => self.kind != CaseKind::Dispute,
            CaseStatus::Closed => false,
        }
    }
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// From [`crate::domain::case::draw_number`].
    pub number: String,
    /// The debt it is about.
    pub debt_id: Uuid,
    /// What is asked.
    pub kind: CaseKind,
    /// Of a dispute: a value of `cases.reason`.
    pub reason: Option<&'static str>,
    /// In the person's words.
    pub details: Option<String>,
    /// Hardship: until when.
    pub until: Option<NaiveDate>,
    /// Callback: a value of `cases.suits`.
    pub suits: Option<&'static str>,
    /// Callback: the number.
    pub phone: Option<String>,
    /// The language it was written in.
    pub language: &'static str,
    /// Whether it came within the validation period, where that is known.
    pub within_validation_period: Option<bool>,
    /// SHA-256 of what was said, so that the same again is recognised.
    pub fingerprint: Option<[u8; 32]>,
}

/// What came of opening a case.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A new one, with the id of its first step.
    New(Case, Uuid),
    /// The same is open already; nothing was written.
    Same(Case),
}

/// Opens a case with its first step. Needs a transaction.
pub fn open(conn: &mut PgConnection, new: &NewCase, now: DateTime<Utc>) -> QueryResult<Opened> {
    let case: Option<Case> = diesel::insert_into(cases::table)
        .values((
            (
                cases::id.eq(Uuid::now_v7()),
                cases::number.eq(&new.number),
                cases::debt_id.eq(new.debt_id),
                cases::kind.eq(new.kind),
                cases::reason.eq(new.reason),
                cases::details.eq(&new.details),
                cases::until.eq(new.until),
                cases::suits.eq(new.suits),
            ),
            (
                cases::phone.eq(&new.phone),
                cases::language.eq(new.language),
                cases::opened_at.eq(now),
                cases::due_at.eq(now + TimeDelta::days(new.kind.days())),
                cases::within_validation_period.eq(new.within_validation_period),
                cases::fingerprint.eq(new.fingerprint.map(|hash| hash.to_vec())),
            ),
        ))
        .on_conflict_do_nothing()
        .returning(Case::as_returning())
        .get_result(conn)
        .optional()?;
    let Some(case) = case else {
        return same(conn, new)?.map(Opened::Same).ok_or(diesel::result::Error::NotFound);
    };
    let step = step::write(conn, case.id, "opened", None, None, now)?;
    Ok(Opened::New(case, step))
}

/// The case on record that a new one is the same as. Without a fingerprint every one of its kind is.
fn same(conn: &mut PgConnection, new: &NewCase) -> QueryResult<Option<Case>> {
    let mut known = cases::table
        .filter(cases::debt_id.eq(new.debt_id))
        .filter(cases::kind.eq(new.kind))
        .filter(cases::status.ne(CaseStatus::Closed))
        .select(Case::as_select())
        .into_boxed();
    if let Some(fingerprint) = new.fingerprint {
        known = known.filter(cases::fingerprint.eq(fingerprint.to_vec()));
    }
    known.order(cases::opened_at).first(conn).optional()
}

/// Cases that a person may open about one debt in a day.
const CASES_A_DAY: i64 = 20;

/// The same with disputes and requests for the original creditor, which somebody may be in a hurry to send.
const RIGHTS_A_DAY: i64 = 100;

/// A case that was opened, and what that did to its debt.
#[derive(Clone, Debug)]
pub struct NowOpen {
    /// The case.
    pub case: Case,
    /// The debt's status before.
    pub before: DebtStatus,
    /// And after.
    pub after: DebtStatus,
    /// The checkout that was taken out of service; to be closed at Stripe at once, else by the next sweep.
    pub withdrawn: Option<Payment>,
}

/// What came of a person asking for something.
#[derive(Clone, Debug)]
pub enum Filed {
    /// No such debt of this person.
    NotFound,
    /// Enough for a day.
    TooMuch,
    /// The case stands.
    Opened(Box<NowOpen>),
    /// The same is on record already.
    Same(Box<Case>),
}

/// A person asks for something. A dispute stops collection in the same moment: the debt is in dispute, an open checkout is taken out
/// of service, and staff has the case to answer (12 CFR 1006.38(d)(2)). Needs a transaction; holds the debt's lock, so that no payment
/// begins meanwhile.
pub fn file(
    conn: &mut PgConnection,
    new: &NewCase,
    debtor_id: Uuid,
    files: &[File],
    now: DateTime<Utc>,
) -> QueryResult<Filed> {
    let Some((before, _)) = payment::lock_debt(conn, new.debt_id, Some(debtor_id))? else {
        return Ok(Filed::NotFound);
    };
    // Before the limit, so that pressing the button again always leads to the case.
    if let Some(case) = same(conn, new)? {
        return Ok(Filed::Same(Box::new(case)));
    }
    let today: i64 = cases::table
        .filter(cases::debt_id.eq(new.debt_id))
        .filter(cases::opened_at.gt(now - TimeDelta::days(1)))
        .count()
        .get_result(conn)?;
    // A right is never turned away; what it may bring along is limited all the same.
    let most = if new.kind.is_a_right() { RIGHTS_A_DAY } else { CASES_A_DAY };
    if today >= most {
        return Ok(Filed::TooMuch);
    }
    let (case, step) = match open(conn, new, now)? {
        Opened::New(case, step) => (case, step),
        Opened::Same(case) => return Ok(Filed::Same(Box::new(case))),
    };
    file::keep(conn, case.id, step, files, now)?;
    let stops = stops_collection(new.kind, new.within_validation_period) && before == DebtStatus::Active;
    let withdrawn = if stops { payment::open_checkout(conn, new.debt_id)? } else { None };
    let after = if stops {
        payment::withdraw_excess(conn, new.debt_id, Cents::ZERO, now)?;
        diesel::update(debts::table.find(new.debt_id))
            .set(debts::status.eq(DebtStatus::Dispute))
            .returning(debts::status)
            .get_result(conn)?
    } else {
        before
    };
    Ok(Filed::Opened(Box::new(NowOpen { case, before, after, withdrawn })))
}

/// The cases of a debt that its person knows of, newest first.
pub fn of_debt(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<Case>> {
    cases::table
        .filter(cases::debt_id.eq(debt_id))
        .filter(cases::kind.ne(CaseKind::ValidationInformation))
        .order((cases::opened_at.desc(), cases::id.desc()))
        .limit(200)
        .select(Case::as_select())
        .load(conn)
}

/// A case of that debt, if it is that person's and one they know of.
pub fn find_for(conn: &mut PgConnection, id: Uuid, debt_id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Case>> {
    cases::table
        .inner_join(debts::table)
        .filter(cases::id.eq(id))
        .filter(cases::debt_id.eq(debt_id))
        .filter(cases::kind.ne(CaseKind::ValidationInformation))
        .filter(debts::debtor_id.eq(debtor_id))
        .select(Case::as_select())
        .first(conn)
        .optional()
}

/// A case, for staff.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Case>> {
    cases::table.find(id).select(Case::as_select()).first(conn).optional()
}

/// Every case of a debt that is not closed, also the portal's own, for staff; newest first.
pub fn open_of_debt(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<Case>> {
    cases::table
        .filter(cases::debt_id.eq(debt_id))
        .filter(cases::status.ne(CaseStatus::Closed))
        .order((cases::opened_at.desc(), cases::id.desc()))
        .limit(50)
        .select(Case::as_select())
        .load(conn)
}

/// Whether a dispute of the debt waits for its answer.
pub fn has_open_dispute(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<bool> {
    let open = cases::table
        .filter(cases::debt_id.eq(debt_id))
        .filter(
            cases::kind.eq(CaseKind::Dispute).or(cases::kind
                .eq(CaseKind::OriginalCreditor)
                .and(cases::within_validation_period.is_null().or(cases::within_validation_period.eq(true)))),
        )
        .filter(cases::status.eq(CaseStatus::Open));
    diesel::select(diesel::dsl::exists(open)).get_result(conn)
}

/// The number of a case and when it was opened.
pub fn number(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    cases::table.find(id).select((cases::number, cases::opened_at)).first(conn).optional()
}
