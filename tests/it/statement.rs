//! The statement: every cent once, in order, within the days asked for.

use crate::support::client::Page;
use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn path(debt: &Debt, query: &str) -> String {
    format!("{}/statement{query}", debt.path())
}

/// Date, what it was, amount and balance of every line.
fn lines(page: &Page) -> Vec<String> {
    let column = |selector: &str| page.texts(&format!(".ledger tbody tr:not(.ledger-total) {selector}"));
    let (dates, whats) = (column("th"), column("td:nth-child(2)"));
    let (amounts, balances) = (column("td:nth-child(4)"), column("td:nth-child(5)"));
    let rows = dates.iter().zip(&whats).zip(amounts.iter().zip(&balances));
    rows.map(|((date, what), (amount, balance))| format!("{date} | {what} | {amount} | {balance}")).collect()
}

/// The balances at the beginning and at the end.
fn ends(page: &Page) -> Vec<String> {
    page.texts(".ledger-total td")
}

/// A debt of $100.00 with money both ways: the last payment is more than is owed.
fn with_movements(app: &TestApp) -> Debt {
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO payments (id, debt_id, amount, amount_refunded, amount_charged_back, status, payment_method, stripe_payment_intent_id, created_at) VALUES
             ('0195a000-0000-7000-8000-0000000000a1', '{0}', 60, 10, 0, 'completed', 'card', 'pi_1', '2026-03-01T18:00Z'),
             ('0195a000-0000-7000-8000-0000000000b2', '{0}', 20, 0, 0, 'completed', 'card', 'pi_2', '2026-03-05T18:00Z'),
             ('0195a000-0000-7000-8000-0000000000c3', '{0}', 45, 0, 0, 'completed', 'bank', 'pi_3', '2026-03-20T18:00Z');
         INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id, created_at, returned_at) VALUES
             ('0195a000-0000-7000-8000-0000000000a1', '{0}', 10, 'succeeded', 'staff', 're_1', '2026-03-02T18:00Z', NULL),
             ('0195a000-0000-7000-8000-0000000000a1', '{0}', 7, 'failed', 'staff', 're_2', '2026-03-03T18:00Z', '2026-03-04T18:00Z');
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, created_at, withdrawn_at, reinstated_at, closed_at) VALUES
             ('0195a000-0000-7000-8000-0000000000b2', '{0}', 'du_1', 20, 'won', '2026-03-06T18:00Z', '2026-03-06T18:00Z', '2026-03-10T18:00Z', '2026-03-10T18:00Z');",
        debt.id
    ));
    debt
}

#[actix_web::test]
async fn it_lists_every_movement_with_the_balance_after_it() {
    let app = spawn().await;
    let debt = with_movements(&app);
    let client = debtor(&app, &debt).await;
    let link = client.get(&debt.path()).await.attributes(".documents a[href$=statement]", "href");
    assert_eq!(link, [path(&debt, "")]);
    let page = client.get(&link[0]).await;
    assert_eq!(page.status, 200);
    assert_eq!(
        lines(&page),
        [
            "March 1, 2026 | Payment received | −$60.00 | $40.00",
            "March 2, 2026 | Refund to you | +$10.00 | $50.00",
            "March 3, 2026 | Refund to you | +$7.00 | $57.00",
            "March 4, 2026 | Refund that came back to us | −$7.00 | $50.00",
            "March 5, 2026 | Payment received | −$20.00 | $30.00",
            "March 6, 2026 | Taken back by your bank | +$20.00 | $50.00",
            "March 10, 2026 | Returned to us by your bank | −$20.00 | $30.00",
            "March 20, 2026 | Payment received | −$45.00 | $15.00 paid too much",
        ]
    );
    assert_eq!(ends(&page), ["$100.00", "$15.00 paid too much"]);
    let receipts = page.attributes(".ledger a", "href");
    assert_eq!(receipts.len(), 8);
    assert_eq!(receipts[7], "/payments/0195a000-0000-7000-8000-0000000000c3");
    assert_eq!(page.texts(".ledger a")[7], "…000000c3");
    assert_eq!(page.attributes(".ledger thead th", "scope"), ["col"; 5]);
    assert_eq!(page.texts(".ledger caption").len(), 1);
    let text = page.text();
    for part in [
        "Harbor Lane Services",
        "1200 Wharf Street",
        "Maria Quillfeather",
        "Northwind Dental",
        "••••9113",
        "Q-",
        "From the beginning to",
        "Date of issue",
        "from a debt collector",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("4417"), "the account number is cut to its end");
    let spanish = client.get(&path(&debt, "?lang=es")).await;
    assert!(spanish.text().contains("cobrador de deudas") && spanish.text().contains("$15.00 pagados de más"));
}

#[actix_web::test]
async fn both_days_belong_to_the_period_at_the_company_s_place() {
    let app = spawn().await;
    let debt = app.debt().create();
    // Midnight in New York is 5:00 UTC until the clocks go forward on March 8, 4:00 UTC after that.
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, payment_method, created_at) VALUES
             ('{0}', 1, 'completed', 'card', '2026-03-07T04:59:59.999999Z'), ('{0}', 2, 'completed', 'card', '2026-03-07T05:00Z'),
             ('{0}', 4, 'completed', 'card', '2026-03-09T03:59:59.999999Z'), ('{0}', 8, 'completed', 'card', '2026-03-09T04:00Z')",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let shown = |query: &'static str| {
        let (client, path) = (client.clone(), path(&debt, query));
        async move {
            let page = client.get(&path).await;
            assert_eq!(page.status, 200, "{query}");
            (page.texts(".ledger tbody td:nth-child(4)").join(" "), ends(&page).join(" "))
        }
    };
    let expect = |amounts: &str, ends: &str| (amounts.to_owned(), ends.to_owned());
    assert_eq!(shown("").await, expect("−$1.00 −$2.00 −$4.00 −$8.00", "$100.00 $85.00"));
    assert_eq!(shown("?from=2026-03-07&to=2026-03-08").await, expect("−$2.00 −$4.00", "$99.00 $93.00"));
    assert_eq!(shown("?from=2026-03-09&to=").await, expect("−$8.00", "$93.00 $85.00"));
    assert_eq!(shown("?from=&to=2026-03-06").await, expect("−$1.00", "$100.00 $99.00"));
    assert_eq!(shown("?from=2027-01-01&to=9999-12-31").await, expect("", "$85.00 $85.00"));
    let empty = client.get(&path(&debt, "?from=2027-01-01")).await;
    assert!(empty.text_of(".ledger").contains("No money moved in this period."));
}

#[actix_web::test]
async fn a_wrong_day_is_told_at_its_field_and_stays_there() {
    let app = spawn().await;
    let debt = with_movements(&app);
    let client = debtor(&app, &debt).await;
    for (query, field, sentence, typed) in [
        ("?from=yesterday&to=2026-03-01", "from", "a day of the calendar", ["yesterday", "2026-03-01"]),
        ("?from=2026-02-31", "from", "a day of the calendar", ["2026-02-31", ""]),
        ("?from=0000-01-01", "from", "a day of the calendar", ["0000-01-01", ""]),
        ("?to=2026-3-1", "to", "a day of the calendar", ["", "2026-3-1"]),
        ("?from=2026-03-02&to=2026-03-01", "from", "after the last day", ["2026-03-02", "2026-03-01"]),
        ("?to=%3Cscript%3E%22", "to", "a day of the calendar", ["", "<script>\""]),
    ] {
        let page = client.get(&path(&debt, query)).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text_of(&format!("#{field}-error")).contains(sentence), "{query}");
        assert_eq!(page.attributes("[aria-invalid]", "id"), [field], "{query}");
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")], "{query}");
        assert_eq!(page.attributes(".period input", "value"), typed, "{query}");
        assert!(page.texts("title")[0].starts_with("Error:"), "{query}");
        assert!(page.texts(".ledger").is_empty() && page.texts("script").is_empty(), "{query}");
        // A date field would show nothing of what is no date.
        let kind = page.attributes(&format!("#{field}"), "type");
        assert_eq!(kind, [if sentence.starts_with('a') && !sentence.starts_with("after") { "text" } else { "date" }]);
    }
    let both = client.get(&path(&debt, "?from=x&to=y")).await;
    assert_eq!(both.attributes("[aria-invalid]", "id"), ["from", "to"]);
}

#[actix_web::test]
async fn of_a_settled_debt_it_says_that_nothing_is_owed() {
    let app = spawn().await;
    let debt = app.debt().paid("40.00").create();
    let client = debtor(&app, &debt).await;
    assert!(!client.get(&path(&debt, "")).await.text().contains("nothing more is owed"));
    app.execute("UPDATE debts SET status = 'resolved'");
    let page = client.get(&path(&debt, "")).await;
    assert!(page.text().contains("nothing more is owed"), "{}", page.text());
}

#[actix_web::test]
async fn it_is_the_debtor_s_own_and_there_for_every_status() {
    let app = spawn().await;
    let debt = app.debt().create();
    let other = app.debt().create();
    let client = debtor(&app, &debt).await;
    for status in ["active", "resolved", "dispute", "hold", "closed"] {
        app.execute(&format!("UPDATE debts SET status = '{status}' WHERE id = '{}'", debt.id));
        assert_eq!(
            client.get(&debt.path()).await.attributes(".documents a[href$=statement]", "href").len(),
            1,
            "{status}"
        );
        assert_eq!(client.get(&path(&debt, "")).await.status, 200, "{status}");
    }
    assert_eq!(client.get(&path(&other, "")).await.status, 404);
    assert_eq!(client.get(&path(&other, "?from=x")).await.status, 404);
    assert_eq!(app.client().get(&path(&debt, "")).await.status, 401);
}

#[actix_web::test]
async fn reading_it_counts_as_being_there() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for _ in 0..4 {
        app.clock.advance(chrono::Duration::minutes(10));
        assert_eq!(client.get(&path(&debt, "")).await.status, 200);
    }
    app.clock.advance(chrono::Duration::minutes(16));
    assert_eq!(client.get(&path(&debt, "")).await.status, 401);
}

#[actix_web::test]
async fn six_hundred_movements_all_stand_in_it() {
    let app = spawn().await;
    let debt = app.debt().owing("600.00").creditor("<script>alert(1)</script>").create();
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, payment_method, created_at) \
         SELECT '{}', 1, 'completed', 'card', timestamptz '2025-01-01' + i * interval '12 hours' FROM generate_series(1, 600) i",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let page = client.get(&path(&debt, "")).await;
    let balances = page.texts(".ledger tbody tr:not(.ledger-total) td:nth-child(5)");
    assert_eq!(balances.len(), 600);
    assert!((1..=600).zip(&balances).all(|(i, balance)| *balance == format!("${}.00", 600 - i)), "{balances:?}");
    assert_eq!(ends(&page), ["$600.00", "$0.00"]);
    assert!(page.texts("script").is_empty());
}
