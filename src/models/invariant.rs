//! What must be true of the whole database, each as one scan that finds every exception.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use uuid::Uuid;

/// One rule.
pub struct Invariant {
    /// What is true when nothing is found.
    pub claim: &'static str,
    /// What to do about an exception.
    pub advice: &'static str,
    /// Whether an exception is business for staff rather than a fault of the books.
    pub is_business: bool,
    /// Finds the exceptions: the row's id and what is wrong with it.
    query: &'static str,
}

/// An exception to a rule.
#[derive(Clone, Debug, QueryableByName)]
pub struct Exception {
    /// The row.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What is wrong with it.
    #[diesel(sql_type = Text)]
    pub detail: String,
}

impl Invariant {
    /// Every exception.
    pub fn exceptions(&self, conn: &mut PgConnection) -> QueryResult<Vec<Exception>> {
        diesel::sql_query(self.query).load(conn)
    }
}

const RECONCILE: &str = "run quittance reconcile";
const SWEEP: &str = "run quittance sweep; if it stays, look at the payment in Stripe's dashboard";

/// Every rule.
pub const ALL: &[Invariant] = &[
    Invariant {
        claim: "amount_paid of every debt is what its payments add up to",
        advice: "a trigger was off while payments were written: UPDATE debts SET amount_paid = amount_paid WHERE id = ...",
        is_business: false,
        query: "SELECT d.id, 'debt says ' || d.amount_paid || ' paid, its payments add up to ' || coalesce(p.paid, 0) AS detail \
            FROM debts d LEFT JOIN (SELECT debt_id, sum(amount - amount_refunded - amount_charged_back) AS paid FROM payments \
            WHERE status IN ('completed', 'refunded') GROUP BY debt_id) p ON p.debt_id = d.id \
            WHERE d.amount_paid <> coalesce(p.paid, 0) ORDER BY d.id",
    },
    Invariant {
        claim: "amount_refunded of every payment is what its refunds add up to",
        advice: RECONCILE,
        is_business: false,
        query: "SELECT p.id, 'payment says ' || p.amount_refunded || ' refunded, its refunds add up to ' || r.back AS detail \
            FROM payments p JOIN (SELECT payment_id, coalesce(sum(amount) FILTER (WHERE status = 'succeeded' \
            OR (status = 'pending' AND stripe_refund_id IS NOT NULL)), 0) AS back FROM refunds GROUP BY payment_id) r \
            ON r.payment_id = p.id WHERE p.amount_refunded <> least(r.back, p.amount) ORDER BY p.id",
    },
    Invariant {
        claim: "amount_charged_back of every payment is what its chargebacks take",
        advice: RECONCILE,
        is_business: false,
        query: "SELECT p.id, 'payment says ' || p.amount_charged_back || ' charged back, its chargebacks take ' || c.back AS detail \
            FROM payments p JOIN (SELECT payment_id, sum(withdrawn) AS back FROM chargebacks GROUP BY payment_id) c \
            ON c.payment_id = p.id WHERE p.amount_charged_back <> least(c.back, p.amount - p.amount_refunded) ORDER BY p.id",
    },
    Invariant {
        claim: "what went back of every payment is written down with its time",
        advice: "a trigger was off while it was written: quittance figures --rebuild",
        is_business: false,
        query: "SELECT coalesce(p.id, t.payment_id) AS id, 'payment says ' || count_return(p.status, p.amount_refunded) \
            || ' refunded and ' || count_return(p.status, p.amount_charged_back) || ' charged back, payment_returns adds up to ' \
            || coalesce(t.refunded, 0) || ' and ' || coalesce(t.charged_back, 0) AS detail FROM payments p FULL JOIN \
            (SELECT payment_id, sum(amount) FILTER (WHERE kind = 'refunded') AS refunded, \
            sum(amount) FILTER (WHERE kind = 'charged_back') AS charged_back FROM payment_returns GROUP BY payment_id) t \
            ON t.payment_id = p.id WHERE count_return(p.status, p.amount_refunded) <> coalesce(t.refunded, 0) \
            OR count_return(p.status, p.amount_charged_back) <> coalesce(t.charged_back, 0) ORDER BY 1",
    },
    Invariant {
        claim: "a payment is refunded exactly when all of it was given back",
        advice: RECONCILE,
        is_business: false,
        query: "SELECT id, 'payment is ' || status || ', ' || amount_refunded || ' of ' || amount || ' was given back' AS detail \
            FROM payments WHERE (status = 'completed' AND amount_refunded = amount) \
            OR (status = 'refunded' AND amount_refunded + amount_charged_back < amount) ORDER BY id",
    },
    Invariant {
        claim: "a debt that is paid in full is resolved",
        advice: "a trigger was off while the debt was written: UPDATE debts SET amount_paid = amount_paid WHERE id = ...",
        is_business: false,
        query: "SELECT id, 'debt is active, ' || amount_paid || ' of ' || total_owed || ' is paid' AS detail FROM debts \
            WHERE status = 'active' AND amount_paid > 0 AND amount_paid >= total_owed ORDER BY id",
    },
    Invariant {
        claim: "total_contacts of every debt is the number of its messages and calls",
        advice: "a trigger was off while they were written: UPDATE debts SET total_contacts = total_contacts WHERE id = ...",
        is_business: false,
        query: "SELECT d.id, 'debt says ' || d.total_contacts || ' contacts, there are ' || coalesce(c.n, 0) AS detail FROM debts d \
            LEFT JOIN (SELECT debt_id, count(*) AS n FROM (SELECT debt_id FROM emails UNION ALL SELECT debt_id FROM calls \
            UNION ALL SELECT debt_id FROM sms) h GROUP BY debt_id) c ON c.debt_id = d.id \
            WHERE d.total_contacts <> coalesce(c.n, 0) ORDER BY d.id",
    },
    Invariant {
        claim: "last_contact_at of every debt is the time of its latest message or call",
        advice: "a trigger was off while they were written: UPDATE debts SET total_contacts = total_contacts WHERE id = ...",
        is_business: false,
        query: "SELECT d.id, 'debt says ' || coalesce(d.last_contact_at::text, 'never') || ', it was ' \
            || coalesce(c.at::text, 'never') AS detail FROM debts d LEFT JOIN (SELECT debt_id, max(timestamp) AS at FROM ( \
            SELECT debt_id, timestamp FROM emails WHERE compliance_checked OR direction = 'inbound' \
            UNION ALL SELECT debt_id, timestamp FROM calls \
            UNION ALL SELECT debt_id, timestamp FROM sms WHERE compliance_checked OR direction = 'inbound') h \
            GROUP BY debt_id) c ON c.debt_id = d.id WHERE d.last_contact_at IS DISTINCT FROM c.at ORDER BY d.id",
    },
    Invariant {
        claim: "no payment hangs after its checkout has ended",
        advice: SWEEP,
        is_business: false,
        query: "SELECT id, 'payment is pending since ' || created_at AS detail FROM payments WHERE status = 'pending' \
            AND checkout_expires_at < now() - interval '2 hours' \
            AND (processing_since IS NULL OR processing_since < now() - interval '14 days') ORDER BY id",
    },
    Invariant {
        claim: "every payment that came through the portal names its checkout",
        advice: RECONCILE,
        is_business: false,
        query: "SELECT id, 'payment is ' || status || ' without a checkout at Stripe' AS detail FROM payments \
            WHERE status IN ('completed', 'refunded') AND checkout_expires_at IS NOT NULL AND stripe_session_id IS NULL ORDER BY id",
    },
    Invariant {
        claim: "no refund waits for Stripe",
        advice: SWEEP,
        is_business: false,
        query: "SELECT id, 'refund of ' || amount || ' is written down since ' || created_at || ' and not at Stripe' AS detail \
            FROM refunds WHERE status = 'pending' AND stripe_refund_id IS NULL AND created_at < now() - interval '1 hour' \
            UNION ALL SELECT id, 'payment has refunds at Stripe that are not known one by one since ' || refunds_unsure_since \
            FROM payments WHERE refunds_unsure_since < now() - interval '1 hour'",
    },
    Invariant {
        claim: "every paid-in-full letter that holds is true",
        advice: "a trigger was off while the debt was written: UPDATE letters SET withdrawn_at = now() WHERE id = ...",
        is_business: false,
        query: "SELECT l.id, 'letter ' || l.number || ' holds, its debt is ' || d.status AS detail FROM letters l \
            JOIN debts d ON d.id = l.debt_id WHERE l.withdrawn_at IS NULL \
            AND (d.status <> 'resolved' OR d.amount_paid < d.total_owed) ORDER BY l.id",
    },
    Invariant {
        claim: "what was paid beyond a debt is on its way back or waits for staff",
        advice: "give it back: quittance refund PAYMENT",
        is_business: true,
        query: "SELECT d.id, 'debt is overpaid by ' || (d.amount_paid - d.total_owed) AS detail FROM debts d \
            WHERE d.amount_paid > d.total_owed \
            AND NOT EXISTS (SELECT FROM refunds r WHERE r.debt_id = d.id AND r.status = 'pending') \
            AND NOT EXISTS (SELECT FROM payment_flags f WHERE f.debt_id = d.id AND f.resolved_at IS NULL \
            AND f.kind IN ('overpayment', 'refund_failed')) ORDER BY d.id",
    },
];

/// Every exception to the rules of the books, with the rule.
pub fn breaches(conn: &mut PgConnection) -> QueryResult<Vec<(&'static str, Exception)>> {
    let mut all = Vec::new();
    for rule in ALL.iter().filter(|rule| !rule.is_business) {
        all.extend(rule.exceptions(conn)?.into_iter().map(|exception| (rule.claim, exception)));
    }
    Ok(all)
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The triggers of ours that are switched off.
pub fn disabled_triggers(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    let query = "SELECT tgname || ' on ' || tgrelid::regclass AS name FROM pg_trigger \
        WHERE NOT tgisinternal AND tgenabled = 'D' ORDER BY 1";
    Ok(diesel::sql_query(query).load::<Name>(conn)?.into_iter().map(|row| row.name).collect())
}
