use chrono::{DateTime, Duration, Utc};
use quittance::domain::staff::Role;

use super::fold;
use crate::support::client::Page;
use crate::support::db::{TestDb, value};
use crate::support::{Client, TestApp, spawn};

/// A Tuesday afternoon at the company's place.
const NOW: &str = "2026-11-24T22:10:00Z";

/// A portal at a known moment, in a known zone.
async fn spawn_at(now: &str, zone: &str) -> TestApp {
    let app = TestApp::spawn(|args| args.company.company_time_zone = zone.parse().unwrap()).await;
    let now: DateTime<Utc> = now.parse().unwrap();
    app.clock.advance(now - app.clock.now());
    app
}

fn viewer(app: &TestApp) -> Client {
    app.staff(Role::Viewer).client
}

/// Payments that arrived at these moments, in cents.
fn arrive(app: &TestApp, payments: &[(&str, i64)]) {
    let debt = app.debt().owing("90000.00").create();
    for (at, cents) in payments {
        app.execute(&format!(
            "INSERT INTO payments (debt_id, amount, status, created_at, completed_at, checkout_expires_at, stripe_session_id)
             VALUES ('{}', {cents} / 100.0, 'completed', '{at}', '{at}', '{at}', 'cs_' || gen_random_uuid())",
            debt.id
        ));
    }
}

/// The lines of the table of the period: name and net.
fn lines(page: &Page) -> Vec<String> {
    let (names, nets) = (page.texts("#collected-table tbody th"), page.texts("#collected-table tbody td:last-child"));
    names.into_iter().zip(nets).map(|(name, net)| format!("{name}: {net}")).collect()
}

#[actix_web::test]
async fn the_figures_of_the_page_are_those_of_the_tables() {
    let app = spawn_at(NOW, "America/Los_Angeles").await;
    arrive(
        &app,
        &[
            ("2026-11-24 08:00Z", 100),   // today, at midnight
            ("2026-11-24 07:59:59Z", 20), // yesterday, Monday
            ("2026-11-23 08:00Z", 300),   // Monday
            ("2026-11-23 07:30Z", 4_000), // Sunday
            ("2026-11-01 07:00Z", 50_000),
            ("2026-11-01 06:59Z", 600_000), // October
        ],
    );
    app.debt().owing("70.00").status("dispute").create();
    app.debt().owing("30.00").status("closed").create();
    // One that was imported together with its refund.
    app.execute(
        "INSERT INTO payments (debt_id, amount, amount_refunded, status, completed_at)
         SELECT id, 10, 2.50, 'completed', '2026-11-23 09:00Z' FROM debts WHERE status = 'active'",
    );
    let page = viewer(&app).get("/admin").await;
    assert_eq!(page.status, 200);
    let tiles = page.texts(".tile-figure");
    let open = app.value("SELECT to_char(sum(total_owed - amount_paid) FILTER (WHERE status <> 'closed'), 'FM$999,999,990.00') FROM debts");
    assert_eq!(tiles, ["$1.00", "$11.70", "$551.70", &open]);
    let days = lines(&page);
    assert_eq!(days.len(), 8, "{days:?}");
    assert_eq!(days[5..], ["November 23, 2026: $10.70", "November 24, 2026: $1.00", "All of it: $51.70"]);
    assert_eq!(days[4], "November 22, 2026: $40.00");
    let debts = page.texts("section[aria-labelledby=debts] tbody tr");
    assert!(debts[2].ends_with("1$70.00") && debts[4].ends_with("1$30.00"), "{debts:?}");
    let waiting = page.texts("section[aria-labelledby=waiting] tbody tr");
    assert_eq!(waiting[0], "Debts in dispute1");
    // Folded or not, the page says the same.
    fold(&mut app.connect());
    let folded = viewer(&app).get("/admin").await;
    assert_eq!((folded.texts(".tile-figure"), lines(&folded)), (tiles, days));
}

#[actix_web::test]
async fn the_period_and_its_grouping_can_be_chosen() {
    let app = spawn_at(NOW, "America/Los_Angeles").await;
    arrive(
        &app,
        &[
            ("2026-11-24 20:30Z", 100),
            ("2026-11-02 20:30Z", 200),
            ("2026-01-15 20:30Z", 3_000),
            ("2025-11-30 20:30Z", 9),
        ],
    );
    let client = viewer(&app);
    for (query, count, last) in [
        ("span=today", 24, "$1.00"),
        ("span=week", 7, "$1.00"),
        ("span=month", 30, "$3.00"),
        ("span=year", 12, "$33.00"),
        ("from=2026-11-02&to=2026-11-24&by=week", 4, "$3.00"),
        ("from=2026-01-15&to=2026-01-15&by=hour", 24, "$30.00"),
        ("from=2025-11-01&to=2025-11-30&by=month", 1, "$0.09"),
    ] {
        let page = client.get(&format!("/admin?{query}")).await;
        let lines = lines(&page);
        assert_eq!((page.status, lines.len()), (200, count + 1), "{query}: {lines:?}");
        assert_eq!(lines.last().unwrap(), &format!("All of it: {last}"), "{query}");
        let sum = lines[..count].iter().filter(|line| !line.ends_with("$0.00")).count();
        assert!(sum > 0, "{query}");
    }
    let month = client.get("/admin?span=year").await;
    assert_eq!(month.texts("#collected-table tbody th")[0], "December 2025");
    assert_eq!(month.texts(".tabs a[aria-current]"), ["12 months"]);
    // What is shown stands in the form, so that only the grouping need be changed.
    assert_eq!(month.attributes("#from", "value"), ["2025-12-01"]);
    assert!(month.text().contains("In the 359 days before: $0.09."), "{}", month.text());
}

#[actix_web::test]
async fn a_day_with_a_clock_change_is_whole() {
    let app = spawn_at("2026-11-01T20:00:00Z", "America/New_York").await;
    // The hour from one to two comes twice.
    arrive(
        &app,
        &[
            ("2026-11-01 05:30Z", 100),
            ("2026-11-01 06:30Z", 200),
            ("2026-11-02 04:59Z", 400),
            ("2026-11-02 05:00Z", 800),
        ],
    );
    let client = viewer(&app);
    let page = client.get("/admin?span=today").await;
    let lines = lines(&page);
    assert_eq!(lines.len(), 26, "{lines:?}");
    assert_eq!(lines[1..3], ["November 1, 2026, 1:00 AM EDT: $1.00", "November 1, 2026, 1:00 AM EST: $2.00"]);
    assert_eq!(lines[25], "All of it: $7.00");
    let spring = client.get("/admin?from=2026-03-08&to=2026-03-08&by=hour").await;
    assert_eq!(spring.count("#collected-table tbody tr"), 24);
}

#[actix_web::test]
async fn a_period_that_is_none_keeps_what_was_typed_and_says_why() {
    let app = spawn().await;
    let client = viewer(&app);
    for (query, field, typed, sentence) in [
        ("from=2026-02-31&to=2026-03-01", "from", "2026-02-31", "Enter a day of the calendar"),
        ("from=2026-02-01&to=<script>", "to", "<script>", "Enter a day of the calendar"),
        ("from=&to=2026-02-01", "from", "", "Enter the first day."),
        ("from=2026-03-02&to=2026-03-01", "from", "2026-03-02", "The first day comes after the last one."),
    ] {
        let page = client.get(&format!("/admin?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text_of(&format!("#{field}-error")).starts_with(sentence), "{query}");
        assert_eq!(page.attributes(&format!("#{field}"), "value"), [typed], "{query}");
        assert_eq!(page.attributes(&format!("#{field}"), "aria-invalid"), ["true"], "{query}");
        assert_eq!(page.count("#collected-table"), 0);
        assert!(!page.body.contains("<script"));
        // What does not hang on the period is there all the same.
        assert_eq!(page.count(".tile-figure"), 4);
    }
    let page = client.get("/admin?from=2020-01-01&to=2026-03-01&by=hour").await;
    assert_eq!((page.status, page.attributes("#by", "aria-describedby")), (422, vec!["by-error".to_owned()]));
    assert_eq!(client.get("/admin/charts/collected.svg?from=x").await.status, 400);
}

#[actix_web::test]
async fn each_chart_is_a_picture_with_a_mark_for_each_figure() {
    let app = spawn_at(NOW, "America/Los_Angeles").await;
    arrive(&app, &[("2026-11-24 20:30Z", 100), ("2026-11-20 20:30Z", 200), ("2026-11-20 21:30Z", 3_000)]);
    app.debt().owing("70.00").status("dispute").create();
    app.execute(
        "INSERT INTO payments (debt_id, amount, status, failure_code, created_at, checkout_expires_at)
         SELECT id, 5, 'failed', 'expired', '2026-11-23 20:00Z', now() FROM debts WHERE status = 'dispute'",
    );
    let client = viewer(&app);
    let page = client.get("/admin").await;
    let (pictures, alts) = (page.attributes("img.chart", "src"), page.attributes("img.chart", "alt"));
    assert_eq!((pictures.len(), alts.iter().filter(|alt| alt.len() > 20).count()), (4, 4), "{alts:?}");
    let sources = page.attributes("picture source", "srcset");
    assert_eq!(sources.len(), 12);
    for (address, marks) in pictures.iter().zip([2, 2, 2, 2]).chain(sources[3..4].iter().zip([2])) {
        let answer = client.get(address).await;
        assert_eq!((answer.status, answer.header("content-type").as_str()), (200, "image/svg+xml"), "{address}");
        assert!(answer.header("cache-control").contains("no-store"), "{address}");
        let svg = roxmltree::Document::parse(&answer.body).unwrap_or_else(|error| panic!("{address}: {error}"));
        let bars = svg.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect"))).count();
        assert_eq!(bars, marks, "{address}: {}", answer.body);
        let title = svg.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "title"))).unwrap();
        assert!(title.text().is_some_and(|text| !text.is_empty()), "{address}");
    }
    // In the page's colours, at its width, as high as the page keeps room for it.
    let (dark, narrow) = (client.get(&format!("{}&theme=dark", pictures[1])).await, client.get(&sources[4]).await);
    assert_ne!(dark.body, client.get(&pictures[1]).await.body);
    assert!(narrow.body.contains("width=\"320\" height=\"300\""), "{}", narrow.body);
    let heights = page.attributes("img.chart", "height");
    for (address, height) in pictures.iter().zip(heights) {
        assert!(client.get(address).await.body.contains(&format!("height=\"{height}\"")), "{address} {height}");
    }
    assert_eq!(client.get("/admin/charts/secret.svg").await.status, 404);
    // Who is not signed in sees no figure.
    assert_eq!(app.client().get(&pictures[0]).await.status, 303);
}

#[actix_web::test]
async fn what_waits_for_somebody_is_counted_and_linked() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO payments (id, debt_id, amount, status, created_at, checkout_expires_at, stripe_session_id) VALUES
            ('00000000-0000-7000-8000-0000000000b1', '{0}', 5, 'pending', now() - interval '5 hours', now() - interval '4 hours', 'cs_1'),
            ('00000000-0000-7000-8000-0000000000b2', '{0}', 6, 'completed', now() - interval '9 hours', now(), 'cs_2');
         INSERT INTO refunds (payment_id, debt_id, amount, origin, created_at)
            SELECT id, debt_id, 1, 'staff', now() - interval '3 hours' FROM payments WHERE amount = 6;
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, reason, due_at) SELECT id, debt_id, d, 6, s,
            '<b>fraud</b>', now() + w FROM payments, (VALUES ('du_1', 'opened', interval '3 days'), ('du_2', 'lost', '3 days'),
            ('du_3', 'inquiry', '-1 day')) AS c (d, s, w) WHERE amount = 6;
         INSERT INTO emails (debt_id, direction, compliance_checked) VALUES ('{0}', 'outbound', false), ('{0}', 'outbound', true);
         INSERT INTO sms (debt_id, direction, compliance_checked) SELECT '{0}', 'outbound', false FROM generate_series(1, 1200);
         INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at, received_at) VALUES
            ('evt_1', 'x', false, '{{}}', 'webhook', 'unreadable', now(), now() - interval '1 day'),
            ('evt_2', 'x', false, '{{}}', 'webhook', 'failed', now(), now() - interval '40 days'),
            ('evt_3', 'x', false, '{{}}', 'webhook', 'waiting', now(), now() - interval '1 day');
         INSERT INTO payment_flags (debt_id, kind, detail) VALUES ('{0}', 'overpayment', 'a'), ('{0}', 'overpayment', 'b'),
            ('{0}', 'inquiry', 'c')",
        debt.id
    ));
    let asking = app.staff(Role::Agent).id;
    app.execute(&format!(
        "INSERT INTO refund_requests (payment_id, debt_id, amount, refundable, reason, requested_by)
         SELECT id, debt_id, 1, 6, 'Paid twice', '{asking}' FROM payments WHERE amount = 6"
    ));
    let page = viewer(&app).get("/admin").await;
    let lines = page.texts("section[aria-labelledby=waiting] tbody tr");
    let wanted = [
        "Debts in dispute0",
        "Cases overdue0",
        "Cases to answer0",
        "Chargebacks and inquiries to answer1",
        "Payments stuck1",
        "Refunds that a second person is to allow1",
        "Refunds that Stripe has not answered1",
        "Payments with refunds not yet explained0",
        "Webhook events that failed in the last 30 days1",
        "Webhook events that wait for their payment1",
        "E-mails to review1",
        "Calls to review0",
        "Text messages to review1,200",
        "Finding: paid more than owed2",
        "Finding: a bank asks about a payment1",
    ];
    assert_eq!(lines, wanted);
    let due = page.texts("section[aria-labelledby=due] li");
    assert!(due.len() == 1 && due[0].contains("Chargeback opened") && due[0].contains("<b>fraud</b>"), "{due:?}");
    assert_eq!(page.count(".notice-attention"), 0);
}

#[actix_web::test]
async fn what_keeps_the_portal_from_working_stands_at_the_top() {
    let app = spawn().await;
    app.execute(
        "INSERT INTO books (fingerprint) VALUES ('elsewhere') ON CONFLICT DO NOTHING;
         UPDATE books SET closed_at = now(), closed_why = 'the database is a restored copy';
         INSERT INTO sweep_state (name, cursor_at) VALUES ('events', now() - interval '3 hours')",
    );
    let recent = app.clock.now() - Duration::minutes(20);
    arrive(&app, &[(&recent.to_rfc3339(), 100)]);
    let page = viewer(&app).get("/admin").await;
    let warnings = page.texts(".notice-attention p");
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(
        warnings[0].contains("the database is a restored copy")
            && warnings[1].starts_with("One payment was made lately")
    );
    assert!(warnings[2].contains("has not finished since"));
}

#[actix_web::test]
async fn the_dashboard_speaks_spanish_too_and_names_nobody() {
    let app = spawn().await;
    let debt = app.debt().create();
    let page = viewer(&app).with_header("accept-language", "es").get("/admin").await;
    assert!(page.text().contains("Saldo pendiente") && page.text().contains("Deudas por estado"));
    for part in ["Maria", "Quillfeather", "mail.example", &debt.token] {
        assert!(!page.body.contains(part), "{part}");
    }
}

/// Keys that are put together, for every value that the database or the code can give.
#[test]
fn every_word_of_the_dashboard_is_there() {
    use quittance::domain::debt::DebtStatus;
    use quittance::domain::figures::{Grouping, NOT_STARTED, OUTCOMES, Span};
    use quittance::locale::Lang;
    use quittance::models::backlog::Task;
    let mut keys: Vec<String> = Task::ALL.map(|task| format!("dashboard-task-{}", task.as_str())).into();
    keys.extend(OUTCOMES.iter().chain([&NOT_STARTED]).map(|outcome| format!("dashboard-outcome-{outcome}")));
    keys.extend(DebtStatus::ALL.map(|status| format!("dashboard-debts-{}", status.as_str())));
    keys.extend(Grouping::ALL.map(|grouping| format!("dashboard-by-{}", grouping.as_str())));
    keys.extend(Span::NAMED.map(|span| format!("dashboard-span-{}", span.as_str())));
    keys.extend(["day", "week", "month"].map(|recent| format!("dashboard-recent-{recent}")));
    keys.extend(["opened", "started", "paid"].map(|step| format!("dashboard-funnel-{step}")));
    keys.extend(["inquiry", "opened", "withdrawn"].map(|status| format!("dashboard-chargeback-{status}")));
    let check = value(
        &mut TestDb::create().connect(),
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'payment_flags_kind_known'",
    );
    let kinds: Vec<&str> = check.split('\'').skip(1).step_by(2).collect();
    assert!(kinds.len() >= 13, "{kinds:?}");
    keys.extend(kinds.iter().map(|kind| format!("dashboard-flag-{kind}")));
    for lang in Lang::ALL {
        let missing: Vec<&String> = keys.iter().filter(|key| lang.t(key).starts_with('[')).collect();
        assert!(missing.is_empty(), "{lang:?}: {missing:?}");
    }
}
