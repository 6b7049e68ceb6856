//! What staff sees of money: the lists, the pages of their records, dealing with a finding, applying an event again.

use quittance::domain::staff::Role;
use uuid::Uuid;

use crate::support::staff::Member;
use crate::support::{Debt, TestApp, spawn};

const LISTS: [&str; 5] =
    ["/admin/payments", "/admin/refunds", "/admin/chargebacks", "/admin/findings", "/admin/events"];

const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ chrome }} </pre> \"";

/// One row of everything, with stored text as bad as it gets.
fn everything(app: &TestApp, debt: &Debt) -> Uuid {
    let payment = Uuid::new_v4();
    app.execute(&format!(
        "INSERT INTO payments (id, debt_id, amount, status, payment_type, payment_method, completed_at, stripe_payment_intent_id,
                stripe_session_id, stripe_charge_id, locale, failure_code)
             VALUES ('{payment}', '{0}', 1234.50, 'completed', 'partial', 'card', now(), 'pi_1', 'cs_1', 'ch_1', 'en', NULL);
         INSERT INTO refunds (payment_id, debt_id, amount, status, origin, failure_code, stripe_refund_id)
             VALUES ('{payment}', '{0}', 7, 'failed', 'staff', left('{HOSTILE}', 50), 're_1');
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, reason, created_at, due_at)
             VALUES ('{payment}', '{0}', 'dp_1', 9, 'opened', left('{HOSTILE}', 50), now(), now() + interval '3 days');
         INSERT INTO payment_flags (payment_id, debt_id, kind, detail, stripe_event_id) VALUES ('{payment}', '{0}', 'overpayment', '{HOSTILE}', 'evt_1');
         INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, payment_id, created_at)
             VALUES ('evt_1', left('{HOSTILE}', 100), false, '{{\"name\": \"{HOSTILE}\"}}', 'webhook', left('{HOSTILE}', 30), '{payment}', now())",
        debt.id
    ));
    payment
}

/// The pages that a list leads to.
async fn records(member: &Member, list: &str) -> Vec<String> {
    let page = member.client.get(list).await;
    assert_eq!((page.status, page.count("h1")), (200, 1), "{list}: {}", page.text());
    page.attributes("main > table.ledger tbody th a", "href")
}

#[actix_web::test]
async fn every_role_reads_each_list_and_each_record_with_stored_text_as_text() {
    let app = spawn().await;
    let debt = app.debt().creditor(HOSTILE).owing("5000").create();
    let payment = everything(&app, &debt);
    for role in Role::ALL {
        let member = app.staff(role);
        for list in LISTS {
            let pages = records(&member, list).await;
            assert_eq!(pages.len(), 1, "{list}");
            for path in pages.iter().map(String::as_str).chain([list]) {
                let page = member.client.get(path).await;
                assert_eq!(page.status, 200, "{path}");
                assert_eq!((page.count("script"), page.count("img")), (0, 0), "{path}");
                assert!(!page.body.contains("onerror=alert(1)>"), "{path}");
            }
        }
    }
    let member = app.staff(Role::Viewer);
    let page = member.client.get(&format!("/admin/payments/{payment}")).await;
    for words in [
        "$1,234.50",
        "$7.00",
        "$9.00",
        "pi_1",
        "cs_1",
        "ch_1",
        "Came back to us",
        "Opened",
        "More was paid than was owed",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let links = page.attributes("main a", "href");
    for link in
        ["https://dashboard.stripe.com/test/payments/pi_1", &format!("/admin/debts/{}", debt.id), "/admin/events/evt_1"]
    {
        assert!(links.iter().any(|one| one == link), "{link}: {links:?}");
    }
    let page = member.client.get("/admin/events/evt_1").await;
    assert_eq!(page.text_of("pre.raw").replace(' ', ""), format!("{{\"name\":\"{HOSTILE}\"}}").replace(' ', ""));
    let page = member.client.get("/admin/payments?lang=es").await;
    assert!(page.text().contains("Pagado"), "{}", page.text());
}

#[actix_web::test]
async fn every_look_is_on_record_and_names_the_debt() {
    let app = spawn().await;
    let debt = app.debt().owing("5000").create();
    everything(&app, &debt);
    let member = app.staff(Role::Agent);
    for list in LISTS {
        for path in records(&member, list).await {
            member.client.get(&path).await;
        }
    }
    let wanted = [
        "payments.listed",
        "payment.read",
        "refunds.listed",
        "refund.read",
        "chargebacks.listed",
        "chargeback.read",
        "findings.listed",
        "finding.read",
        "events.listed",
        "event.read",
    ];
    assert_eq!(app.audited(), wanted);
    let named = format!("SELECT count(*) FROM audit WHERE debt_id = '{}'", debt.id);
    assert_eq!(app.value(&named), "5");
    member.client.get("/admin/payments?state=completed&least=5").await;
    assert_eq!(
        app.value("SELECT details::text FROM audit ORDER BY at DESC, id DESC LIMIT 1"),
        r#"{"least": "5", "state": "completed"}"#
    );
}

#[actix_web::test]
async fn filters_work_in_the_address_and_a_wrong_one_is_said_at_its_field() {
    let app = spawn().await;
    let debt = app.debt().owing("5000").create();
    everything(&app, &debt);
    let member = app.staff(Role::Viewer);
    for (path, found) in [
        ("/admin/payments?state=completed&method=card&least=1000&most=2000&reference=pi_1", "1 found"),
        ("/admin/payments?state=declined", "0 found"),
        ("/admin/payments?from=2020-01-01&to=2020-12-31", "0 found"),
        ("/admin/refunds?state=failed&origin=staff", "1 found"),
        ("/admin/chargebacks?due=soon", "1 found"),
        ("/admin/chargebacks?state=won", "0 found"),
        ("/admin/findings?group=overpayments&state=open", "1 found"),
        ("/admin/findings?group=mismatches", "0 found"),
        ("/admin/findings?state=resolved", "0 found"),
        ("/admin/events?source=webhook", "1 found"),
        ("/admin/events?outcome=failed", "0 found"),
    ] {
        let page = member.client.get(path).await;
        assert_eq!((page.status, page.text_of(".list-count").as_str()), (200, found), "{path}");
    }
    let page = member.client.get(&format!("/admin/payments?debt={}", debt.id)).await;
    assert_eq!(page.text_of(".list-count"), "1 found");
    for (path, field) in [
        ("/admin/payments?state=gone", "state"),
        ("/admin/payments?least=much", "least"),
        ("/admin/payments?from=yesterday", "from"),
        ("/admin/payments?to=99999-01-01", "to"),
        ("/admin/payments?debt=1", "debt"),
        ("/admin/refunds?origin=me", "origin"),
        ("/admin/chargebacks?due=later", "due"),
        ("/admin/findings?kind=odd", "kind"),
        ("/admin/events?type=none", "type"),
    ] {
        let page = member.client.get(path).await;
        assert_eq!((page.status, page.count(&format!("#{field}[aria-invalid=true]"))), (422, 1), "{path}");
        assert_eq!(page.count("main > table.ledger"), 0, "{path}");
    }
    for path in LISTS {
        assert_eq!(member.client.get(&format!("{path}?after=nowhere!")).await.status, 404, "{path}");
        assert_eq!(member.client.get(&format!("{path}/{}", Uuid::from_u128(7))).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn pages_of_a_list_lose_nothing_and_keep_the_filters() {
    let app = spawn().await;
    let debt = app.debt().owing("5000").create();
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, failure_code, created_at)
         SELECT '{}', n, CASE WHEN n <= 130 THEN 'failed' ELSE 'pending' END, CASE WHEN n <= 130 THEN 'expired' END, '2026-11-01Z'
         FROM generate_series(1, 140) AS n",
        debt.id
    ));
    let member = app.staff(Role::Viewer);
    let mut next = "/admin/payments?state=expired".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let page = member.client.get(&next).await;
        assert_eq!(page.text_of(".list-count"), "130 found");
        pages += 1;
        seen.extend(page.attributes("main > table.ledger tbody th a", "href"));
        match page.attributes(".pager a", "href").first() {
            Some(link) => next = link.clone(),
            None => break,
        }
    }
    assert_eq!((pages, seen.len()), (3, 130));
}

#[actix_web::test]
async fn a_finding_is_dealt_with_once_by_who_may_and_with_a_note() {
    let app = spawn().await;
    let debt = app.debt().owing("5000").create();
    everything(&app, &debt);
    let path = format!("/admin/findings/{}", app.value("SELECT id FROM payment_flags"));
    for role in [Role::Viewer, Role::Compliance] {
        let member = app.staff(role);
        let page = member.client.get(&path).await;
        assert_eq!((page.status, page.count("#note")), (200, 0));
        assert_eq!(member.client.post(&path, &[("note", "x")]).await.status, 403);
    }
    let (agent, late) = (app.staff(Role::Agent), app.staff(Role::Administrator));
    agent.client.get(&path).await;
    late.client.get(&path).await;
    let long = "long ".repeat(101);
    for note in [" ", long.as_str()] {
        let page = agent.client.post(&path, &[("note", note)]).await;
        assert_eq!((page.status, page.count("#note[aria-invalid=true]")), (422, 1));
    }
    assert_eq!(app.value("SELECT count(*) FROM payment_flags WHERE resolved_at IS NULL"), "1");
    let page = agent.client.post(&path, &[("note", "Sent a check to <b>Maria</b>.")]).await;
    assert_eq!((page.status, page.location()), (303, path.clone()));
    let page = agent.client.get(&path).await;
    assert!(page.text().contains("Sent a check to <b>Maria</b>.") && page.text().contains("Dana agent"));
    assert_eq!(page.count("#note"), 0);
    let page = late.client.post(&path, &[("note", "Me too")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("dealt with already") && page.text().contains("Dana agent"), "{}", page.text());
    assert_eq!(app.value("SELECT resolution FROM payment_flags"), "Sent a check to <b>Maria</b>.");
    assert_eq!(app.value("SELECT count(*) FROM audit WHERE action = 'finding.dealt_with'"), "1");
}

#[actix_web::test]
async fn an_event_is_applied_again_by_who_may_and_the_page_says_what_came_of_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let id = app.value("SELECT id FROM stripe_events WHERE event_type = 'checkout.session.completed'");
    let path = format!("/admin/events/{id}");
    for role in [Role::Viewer, Role::Agent] {
        let member = app.staff(role);
        assert_eq!(member.client.get(&path).await.count("form[action$='/replay']"), 0);
        assert_eq!(member.client.post(&format!("{path}/replay"), &[]).await.status, 403);
    }
    let figures = "SELECT concat_ws(' ', amount_paid, status, (SELECT count(*) FROM payment_flags), (SELECT string_agg(amount || status, ' ') FROM payments)) FROM debts";
    let before = app.value(figures);
    let member = app.staff(Role::Compliance);
    assert_eq!(member.client.get(&path).await.count("form[action$='/replay']"), 1);
    for _ in 0..3 {
        let page = member.client.post(&format!("{path}/replay"), &[]).await;
        assert_eq!((page.status, page.location()), (303, format!("{path}?replayed=unchanged")));
        let page = member.client.get(&page.location()).await;
        assert_eq!(page.text_of("[role=status]"), "Applied again: nothing has changed.");
        assert!(page.text().contains("Applied"), "what it did at first stays written down");
    }
    assert_eq!(app.value(figures), before);
    assert_eq!(app.value("SELECT count(*) FROM audit WHERE action = 'event.replayed' AND debt_id IS NOT NULL"), "3");
    let page = member.client.post("/admin/events/evt_none/replay", &[]).await;
    assert_eq!(page.status, 404);
    app.assert_ledger();
}
