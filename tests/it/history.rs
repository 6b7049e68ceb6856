//! The timeline: everything once, in order, as text.

use std::collections::BTreeSet;

use crate::support::{Client, Debt, TestApp, spawn};

/// All pages of a history, by following "older": the texts of what `entries` selects.
async fn walk(client: &Client, start: &str, entries: &str) -> Vec<String> {
    let (mut path, mut all) = (start.to_owned(), Vec::new());
    for _ in 0..100 {
        let page = client.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        all.extend(page.texts(entries));
        match page.attributes(".pager a", "href").into_iter().find(|href| href.contains("before=")) {
            Some(next) => path = next.split('#').next().unwrap().to_owned(),
            None => return all,
        }
    }
    panic!("the pages do not end");
}

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

#[actix_web::test]
async fn paging_loses_nothing_and_repeats_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    // 130 texts in only 7 instants, so that page ends fall between entries of the same microsecond; and other kinds amid.
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, timestamp) SELECT '{0}', 'outbound', 'text ' || i, timestamptz '2026-01-01' + (i % 7) * interval '1 microsecond' FROM generate_series(1, 130) i;
         INSERT INTO emails (debt_id, direction, subject, timestamp) SELECT '{0}', 'outbound', 'mail ' || i, timestamptz '2026-01-01' + (i % 7) * interval '1 microsecond' FROM generate_series(1, 50) i;
         INSERT INTO payments (debt_id, amount, status, created_at) SELECT '{0}', 1, 'failed', timestamptz '2026-01-01' + (i % 7) * interval '1 microsecond' FROM generate_series(1, 50) i;
         INSERT INTO calls (debt_id, direction, call_outcome, timestamp) SELECT '{0}', 'inbound', 'answered', timestamptz '2026-01-01' + (i % 7) * interval '1 microsecond' FROM generate_series(1, 50) i;",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    for start in [debt.path(), format!("{}?kind=sms", debt.path())] {
        let texts = walk(&client, &start, ".timeline .stored-text").await;
        let distinct: BTreeSet<&String> = texts.iter().collect();
        assert_eq!((texts.len(), distinct.len()), (130, 130), "{start}");
    }
}

/// 40 payments, refunds and chargebacks each, in three instants, with amounts that tell them apart.
fn money_both_ways(app: &TestApp, debt: &Debt) {
    let at = "timestamptz '2026-01-01' + (i % 3) * interval '1 microsecond'";
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, created_at) SELECT '{0}', 1000 + i, 'failed', {at} FROM generate_series(1, 40) i;
         INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id, created_at)
             SELECT (SELECT id FROM payments LIMIT 1), '{0}', 2000 + i, 'succeeded', 'staff', 're_' || i, {at} FROM generate_series(1, 40) i;
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, created_at)
             SELECT (SELECT id FROM payments LIMIT 1), '{0}', 'du_' || i, 3000 + i, 'opened', {at} FROM generate_series(1, 40) i;",
        debt.id
    ));
}

#[actix_web::test]
async fn money_that_went_back_is_paged_without_loss_in_the_tab_of_payments() {
    let app = spawn().await;
    let debt = app.debt().create();
    money_both_ways(&app, &debt);
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, timestamp) SELECT '{}', 'outbound', 'text ' || i, timestamptz '2026-01-01' + (i % 3) * interval '1 microsecond' FROM generate_series(1, 50) i",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let expected: BTreeSet<String> =
        (1..=3).flat_map(|kind| (1..=40).map(move |i| format!("${kind},0{i:02}.00"))).collect();
    for start in [debt.path(), format!("{}?kind=payments", debt.path())] {
        let amounts = walk(&client, &start, ".timeline .entry-amount").await;
        assert_eq!((amounts.len(), amounts.iter().cloned().collect()), (120, expected.clone()), "{start}");
    }
    let all = walk(&client, &format!("{}?kind=payments", debt.path()), ".timeline .entry").await;
    assert_eq!(all.len(), 120, "nothing but money");
    let sms = walk(&client, &format!("{}?kind=sms", debt.path()), ".timeline .entry").await;
    assert_eq!(sms.len(), 50);
}

#[actix_web::test]
async fn every_state_of_a_refund_and_of_a_chargeback_has_its_own_words() {
    let app = spawn().await;
    let debt = app.debt().paid("50.00").create();
    let payment = app.value("SELECT id FROM payments");
    let client = debtor(&app, &debt).await;
    let mut told = BTreeSet::new();
    for (status, at_stripe, title) in [
        ("pending", false, "Refund being prepared"),
        ("pending", true, "Refund on its way"),
        ("succeeded", true, "Refund sent"),
        ("canceled", true, "Refund stopped"),
        ("failed", true, "Refund came back to us"),
    ] {
        let stripe_id = if at_stripe { "'re_1'" } else { "NULL" };
        app.execute(&format!(
            "DELETE FROM refunds; INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id) \
             VALUES ('{payment}', '{}', 12.34, '{status}', 'staff', {stripe_id})",
            debt.id
        ));
        let page = client.get(&debt.path()).await;
        assert_eq!(page.text_of(".entry-back h3"), title);
        assert_eq!(page.text_of(".entry-back .entry-amount"), "$12.34");
        assert_eq!(page.attributes(".entry-back a", "href"), [format!("/payments/{payment}")]);
        told.insert(page.text_of(".entry-back .entry-meta + p"));
    }
    assert_eq!(told.len(), 5, "{told:?}");
    app.execute("UPDATE refunds SET status = 'failed', stripe_refund_id = NULL");
    assert!(client.get(&debt.path()).await.texts(".entry-back").is_empty(), "a refused refund moved nothing");
    app.execute("UPDATE refunds SET status = 'succeeded', stripe_refund_id = 're_1', origin = 'overpayment'");
    let page = client.get(&debt.path()).await;
    assert!(page.text_of(".entry-back").contains("$12.34 was paid too much."), "{}", page.text());
    app.execute("DELETE FROM refunds");
    let mut told = BTreeSet::new();
    for status in ["inquiry", "inquiry_closed", "opened", "withdrawn", "lost", "reinstated", "won"] {
        app.execute(&format!(
            "DELETE FROM chargebacks; INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, withdrawn) \
             VALUES ('{payment}', '{}', 'du_1', 12.34, '{status}', {})",
            debt.id,
            if matches!(status, "withdrawn" | "lost") { "12.34" } else { "0" }
        ));
        let page = client.get(&debt.path()).await;
        assert_eq!(page.attributes(".entry-back a", "href"), [format!("/payments/{payment}")], "{status}");
        told.insert(format!("{}: {}", page.text_of(".entry-back h3"), page.text_of(".entry-back .entry-meta + p")));
    }
    assert_eq!(told.len(), 7, "{told:?}");
    // Decided one way, and then the money went the other: the sentence follows the money.
    for (status, withdrawn, title) in [("won", "12.34", "Payment taken back"), ("lost", "0", "Payment returned to us")]
    {
        app.execute(&format!("UPDATE chargebacks SET status = '{status}', withdrawn = {withdrawn}"));
        let page = client.get(&debt.path()).await;
        assert!(page.text_of(".entry-back h3").starts_with(title), "{status}: {}", page.text_of(".entry-back"));
    }
}

#[actix_web::test]
async fn a_chargeback_whose_money_is_gone_is_never_said_to_have_taken_nothing() {
    let app = spawn().await;
    let debt = app.debt().paid("50.00").create();
    app.execute(&format!(
        "INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, withdrawn, status) \
         VALUES ((SELECT id FROM payments), '{}', 'du_1', 20, 15, 'opened')",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let text = client.get(&debt.path()).await.text_of(".entry-back");
    assert!(text.contains("taken back by your bank for now") && text.contains("$15.00 is taken back"), "{text}");
}

#[actix_web::test]
async fn entries_that_arrive_while_paging_do_not_move_the_rest() {
    let app = spawn().await;
    let debt = app.debt().create();
    let insert = |from: i32, to: i32| {
        app.execute(&format!(
            "INSERT INTO sms (debt_id, direction, content, timestamp) SELECT '{}', 'outbound', 'text ' || i, timestamptz '2026-01-01' + i * interval '1 hour' FROM generate_series({from}, {to}) i",
            debt.id
        ));
    };
    insert(1, 45);
    let client = debtor(&app, &debt).await;
    let first = client.get(&debt.path()).await;
    insert(46, 60);
    let next = first.attributes(".pager a", "href")[0].clone();
    let second = client.get(&next).await;
    assert_eq!(first.texts(".stored-text").last().unwrap(), "text 26");
    assert_eq!(second.texts(".stored-text").first().unwrap(), "text 25");
}

#[actix_web::test]
async fn filters_show_one_kind_in_order() {
    let app = spawn().await;
    let debt = app.debt().paid("10.00").create();
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, timestamp, ai_generated) VALUES ('{0}', 'outbound', 'First', '2026-01-01', true), ('{0}', 'inbound', 'Second', '2026-02-01', false);
         INSERT INTO calls (debt_id, direction, call_outcome, call_duration, transcript, timestamp) VALUES ('{0}', 'outbound', 'voicemail', 125, 'hello', '2026-03-01');
         INSERT INTO sms (debt_id, direction, content, timestamp) VALUES ('{0}', 'inbound', 'Stop', '2026-04-01')",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let headings = |kind: &str| {
        let (client, path) = (client.clone(), format!("{}?kind={kind}", debt.path()));
        async move { client.get(&path).await.texts(".entry h3") }
    };
    assert_eq!(headings("emails").await, ["Email from you: Second", "Email from us: First"]);
    assert_eq!(headings("calls").await, ["Call from us"]);
    assert_eq!(headings("sms").await, ["Text message from you"]);
    assert_eq!(headings("payments").await, ["Payment received"]);
    let all = client.get(&debt.path()).await;
    assert_eq!(all.texts(".entry h3").len(), 5);
    assert_eq!(all.texts(".badge"), ["Written by AI"]);
    assert!(all.text().contains("Voicemail 2 min 5 s"), "{}", all.text());
    let call = client.get(&all.attributes(".entry a[href*='/calls/']", "href")[0]).await;
    assert_eq!(call.text_of(".stored-text"), "hello");
    for odd in ["?kind=postcards", "?before=xyz", "?before="] {
        assert_eq!(client.get(&format!("{}{odd}", debt.path())).await.status, 404, "{odd}");
    }
}

#[actix_web::test]
async fn what_is_not_compliance_checked_is_withheld() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, content, compliance_checked) VALUES ('{0}', 'outbound', 'Unchecked mail', 'x', false);
         INSERT INTO calls (debt_id, direction, transcript, compliance_checked) VALUES ('{0}', 'outbound', 'Unchecked call', false);
         INSERT INTO sms (debt_id, direction, content, compliance_checked) VALUES ('{0}', 'outbound', 'Unchecked text', false);",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    for kind in ["", "?kind=emails", "?kind=calls", "?kind=sms"] {
        let page = client.get(&format!("{}{kind}", debt.path())).await;
        assert!(page.texts(".entry").is_empty() && !page.body.contains("Unchecked"), "{kind}");
    }
    let (mail, call) = (app.value("SELECT id FROM emails"), app.value("SELECT id FROM calls"));
    assert_eq!(client.get(&format!("{}/emails/{mail}", debt.path())).await.status, 404);
    assert_eq!(client.get(&format!("{}/calls/{call}", debt.path())).await.status, 404);
    app.execute("UPDATE emails SET compliance_checked = true");
    assert_eq!(client.get(&format!("{}/emails/{mail}", debt.path())).await.status, 200);
}

#[actix_web::test]
async fn stored_text_is_shown_as_text() {
    let app = spawn().await;
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ chrome }} &amp; \"'> </div>";
    let debt = app.debt().creditor(hostile).first_name(hostile).create();
    let quoted = hostile.replace('\'', "''");
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, content) VALUES ('{0}', 'outbound', '{quoted}', '{quoted}');
         INSERT INTO calls (debt_id, direction, transcript) VALUES ('{0}', 'outbound', '{quoted}');
         INSERT INTO sms (debt_id, direction, content) VALUES ('{0}', 'outbound', '{quoted}');",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    let page = client.get(&debt.path()).await;
    let mut paths = vec![
        debt.path(),
        "/account".to_owned(),
        format!("{}/payments/new", debt.path()),
        format!("{}/payments/new?choice=full", debt.path()),
        format!("{}/dispute", debt.path()),
        format!("{}/help", debt.path()),
        format!("{}/statement", debt.path()),
        format!("{}/statement?from=2026-01-01", debt.path()),
    ];
    paths.extend(page.attributes(".entry a", "href"));
    client.start_payment(&debt, "10").await;
    paths.push(format!("/payments/{}", app.value("SELECT id FROM payments")));
    app.execute("UPDATE payments SET status = 'completed'; INSERT INTO refunds (payment_id, debt_id, amount, status, origin) SELECT id, debt_id, 1, 'pending', 'staff' FROM payments");
    paths.push(paths.last().unwrap().clone());
    assert!(paths.len() >= 10);
    for path in &paths {
        let page = client.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.texts("script").is_empty() && page.attributes("img", "src").is_empty(), "{path}");
        assert!(!page.body.contains("onerror=alert(1)>"), "{path}");
    }
    assert!(page.texts(".stored-text")[0].contains("<script>alert(1)</script>"));
}

#[actix_web::test]
async fn an_empty_history_and_five_hundred_entries_both_render() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    assert!(client.get(&debt.path()).await.text().contains("There is nothing here yet."));
    app.execute(&format!("INSERT INTO calls (debt_id, direction, call_outcome) SELECT '{}', 'outbound', 'no_answer' FROM generate_series(1, 500)", debt.id));
    let page = client.get(&debt.path()).await;
    assert_eq!(page.texts(".entry").len(), 20);
    assert_eq!(app.value("SELECT total_contacts FROM debts"), "500");
}

#[actix_web::test]
async fn letters_by_post_stand_in_the_history_without_what_staff_noted_on_them() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO postal_letters (debt_id, direction, subject, content, timestamp)
             SELECT '{0}', 'outbound', 'letter ' || i, 'noted by staff', timestamptz '2026-01-01' + (i % 3) * interval '1 microsecond'
             FROM generate_series(1, 50) i;
         INSERT INTO sms (debt_id, direction, content, timestamp) SELECT '{0}', 'outbound', 'text', timestamptz '2026-01-01' FROM generate_series(1, 30);",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    for start in [debt.path(), format!("{}?kind=letters", debt.path())] {
        let heads = walk(&client, &start, ".timeline h3").await;
        let letters: BTreeSet<&String> =
            heads.iter().filter(|head| head.starts_with("Letter from us: letter")).collect();
        assert_eq!(letters.len(), 50, "{start}");
    }
    assert!(!client.get(&debt.path()).await.body.contains("noted by staff"));
}
