//! The notices that went out when the accounts came: complete ones, as the rules ask, and a few accounts without.

use anyhow::Context;
use chrono::{DateTime, Days, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Account, COMPANY, Person};
use crate::domain::money::Cents;
use crate::domain::validation::{Collector, Draft, ItemizationKind, Notice, SentBy};
use crate::schema::validation_notices as t;

/// Every so many accounts one lacks its notice, so that there is a task to be seen.
const ONE_LACKS_OF: usize = 12;

/// Writes the notice of the account that is `place` in its order, a day after it came to us.
pub(super) fn write(
    conn: &mut PgConnection,
    place: usize,
    person: &Person,
    account: &Account,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let amount = account.owed.minus_floor_zero(account.opening);
    let Some(zip_code) = person.zip_code.as_ref().filter(|_| amount.is_positive()) else { return Ok(()) };
    if place % ONE_LACKS_OF == ONE_LACKS_OF - 1 || account.days_here < 1 {
        return Ok(());
    }
    let sent_at = now - Duration::days(account.days_here - 1);
    let sent_on = sent_at.date_naive();
    let kinds = ItemizationKind::ALL;
    // In some, a tenth of what is owed is interest.
    let interest = Cents::new(if place.is_multiple_of(3) { amount.get() / 10 } else { 0 });
    let draft = Draft {
        collector: Collector {
            name: COMPANY.to_owned(),
            address: "120 Fairwater Lane\nBurlington, VT 05401".to_owned(),
        },
        creditor_then: account.creditor.clone(),
        creditor_now: account.creditor.clone(),
        itemization_date: sent_on.checked_sub_days(Days::new(200)),
        itemization_kind: kinds.get(place % (kinds.len() - 1)).copied(),
        amount_then: Some(amount.minus_floor_zero(interest)),
        interest: Some(interest),
        fees: Some(Cents::ZERO),
        payments: Some(Cents::ZERO),
        credits: Some(Cents::ZERO),
        amount_now: Some(amount),
        sent_on: Some(sent_on),
        sent_by: Some(SentBy::Post),
    };
    let notice = Notice::new(draft, now.date_naive()).ok().context("a notice of the demo contradicts itself")?;
    diesel::insert_into(t::table)
        .values((
            (
                t::id.eq(Uuid::now_v7()),
                t::debt_id.eq(account.id),
                t::collector_name.eq(&notice.collector.name),
                t::collector_address.eq(&notice.collector.address),
                t::consumer_name.eq(format!("{} {}", person.first_name, person.last_name)),
                t::consumer_address.eq(format!("{}\n{}, {} {zip_code}", person.street, person.city, person.state)),
                t::creditor_then.eq(&notice.creditor_then),
                t::creditor_now.eq(&notice.creditor_now),
                t::itemization_date.eq(notice.itemization_date),
                t::itemization_kind.eq(notice.itemization_kind.as_str()),
                t::amount_then.eq(notice.amount_then),
            ),
            (
                t::interest.eq(notice.interest),
                t::fees.eq(notice.fees),
                t::payments.eq(notice.payments),
                t::credits.eq(notice.credits),
                t::amount_now.eq(notice.amount_now),
                t::sent_on.eq(notice.sent_on),
                t::sent_by.eq(notice.sent_by.as_str()),
                t::period_ends_on.eq(notice.period_ends_on),
                t::source.eq("import"),
                t::created_at.eq(sent_at),
            ),
        ))
        .execute(conn)?;
    Ok(())
}
