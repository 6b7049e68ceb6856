//! Rows of `docs/compliance.md` that no other file holds, and that none is without a test.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::Duration;
use diesel::connection::SimpleConnection;
use quittance::domain::staff::Role;

use crate::support::spawn;

/// Names of tests in a folder that begin with `row_<number>_`, as numbers.
fn rows_in(dir: &Path, rows: &mut BTreeSet<u32>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            rows_in(&path, rows);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "js") {
            let text = std::fs::read_to_string(&path).unwrap();
            for marker in ["fn row_", "test(\"row ", "test(`row "] {
                let found = text.split(marker).skip(1);
                rows.extend(
                    found.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok()),
                );
            }
        }
    }
}

#[test]
fn every_row_of_the_checklist_has_a_test_of_its_name() {
    let checklist = std::fs::read_to_string("docs/compliance.md").unwrap();
    let wanted: BTreeSet<u32> =
        checklist.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok()).collect();
    assert_eq!(wanted, (1..=22).collect());
    let mut found = BTreeSet::new();
    rows_in(Path::new("tests"), &mut found);
    assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&u32>::new(), "rows without a test");
}

#[actix_web::test]
async fn row_1_nothing_is_told_before_the_identity_check() {
    let app = spawn().await;
    let (live, dead) = (app.debt().create(), app.debt().create());
    app.execute(&format!("UPDATE debts SET token_revoked_at = now() WHERE id = '{}'", dead.id));
    for lang in ["en", "es"] {
        let mut answers = Vec::new();
        for link in [live.link(), dead.link(), "/d/unknown".to_owned()] {
            let client = app.client();
            let page = client.get(&format!("{link}?lang={lang}")).await;
            let wrong = client.post(&link, &[("postal_code", "10001")]).await;
            for page in [&page, &wrong] {
                for told in
                    ["Northwind", "Maria", "Quillfeather", "$", "debt", "owe", "deuda", "debe", "collect", "cobr"]
                {
                    let whole = page.body.to_lowercase();
                    assert!(!whole.contains(&told.to_lowercase()), "{lang} {link}: {told}");
                }
            }
            answers.push((page.status, page.text(), page.texts("title"), wrong.status, wrong.text()));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{lang}: links differ");
    }
}

#[actix_web::test]
async fn row_11_staff_is_warned_of_an_eighth_call() {
    let app = spawn().await;
    let debt = app.debt().create();
    for day in 1..=7 {
        app.execute(&format!(
            "INSERT INTO calls (debt_id, direction, call_outcome, timestamp) VALUES ('{}', 'outbound', 'no_answer', \
             now() - interval '{day} days' + interval '1 hour')",
            debt.id
        ));
    }
    let agent = app.staff(Role::Agent);
    let page = agent.client.get(&format!("/admin/debts/{}", debt.id)).await;
    assert!(page.text_of(".meter-calls").starts_with("7 of 7"), "{}", page.text());
    assert!(page.text().contains("One more is presumed to be a violation"));
}

#[actix_web::test]
async fn row_12_an_attorney_a_bankruptcy_or_a_death_stops_payment() {
    let app = spawn().await;
    let agent = app.staff(Role::Agent);
    for kind in ["attorney", "bankruptcy", "deceased"] {
        let debt = app.debt().create();
        let path = format!("/admin/debts/{}", debt.id);
        agent.client.get(&path).await;
        let form = [("hold", kind), ("hold_reason", "told by phone")];
        assert_eq!(agent.client.post(&format!("{path}/holds"), &form).await.status, 303);
        let client = app.client();
        client.sign_in(&debt).await;
        let page = client.get(&debt.path()).await;
        assert!(!page.attributes(".actions a", "href").iter().any(|href| href.contains("payments")), "{kind}");
        let refused = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
        assert_ne!(refused.status, 303, "{kind}");
        assert_eq!(app.value(&format!("SELECT count(*) FROM payments WHERE debt_id = '{}'", debt.id)), "0");
    }
}

#[actix_web::test]
async fn row_17_what_is_charged_is_what_is_paid_on_the_debt() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    let session = app.sandbox.session(&session).unwrap();
    assert_eq!(session["amount_total"], 4_000, "no fee on top");
    assert_eq!(session["line_items"]["data"].as_array().map_or(1, Vec::len), 1);
    app.sandbox.pay(session["id"].as_str().unwrap(), "4242424242424242").await.unwrap();
    app.sweep().await;
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "40.00", "none of it is kept");
}

#[actix_web::test]
async fn row_19_nothing_can_be_charged_without_the_person() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    let session = app.sandbox.session(&session).unwrap();
    assert_eq!(session["mode"], "payment");
    assert!(session["customer"].is_null() && session["setup_intent"].is_null() && session["subscription"].is_null());
    for request in app.sandbox.requests() {
        let asked = format!("{request:?}");
        for kept in ["setup_future_usage", "off_session", "mandate", "/v1/setup_intents", "/v1/subscriptions"] {
            assert!(!asked.contains(kept), "{asked}");
        }
    }
}

#[actix_web::test]
async fn row_20_evidence_is_kept_for_years() {
    let app = spawn().await;
    let debt = app.debt().paid("10.00").create();
    let client = app.client();
    client.sign_in(&debt).await;
    let form = [("kind", "complaint"), ("details", "x")];
    client.post_files(&format!("{}/cases", debt.path()), &form, &[("a.pdf", b"%PDF-1.7\n")]).await;
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, content) VALUES ('{0}', 'outbound', 'x'); \
         INSERT INTO sms (debt_id, direction, content) VALUES ('{0}', 'inbound', 'x'); \
         INSERT INTO calls (debt_id, direction, transcript) VALUES ('{0}', 'inbound', 'x')",
        debt.id
    ));
    let agent = app.staff(Role::Agent);
    agent.client.get(&format!("/admin/debts/{}", debt.id)).await;
    let tables =
        ["debtors", "debts", "emails", "calls", "sms", "payments", "cases", "case_steps", "case_files", "audit"];
    let count = || tables.map(|table| app.value(&format!("SELECT count(*) FROM {table}")));
    let before = count();
    assert!(before.iter().all(|count| count != "0"), "{before:?}");
    for _ in 0..3 {
        app.clock.advance(Duration::days(4 * 365));
        app.sweep().await;
    }
    assert_eq!(count(), before, "nothing is deleted by itself");
    for table in ["debtors", "debts", "cases"] {
        let deleted = app.connect().batch_execute(&format!("DELETE FROM {table}"));
        assert!(deleted.is_err(), "{table} cannot be deleted while something belongs to it");
    }
}

#[actix_web::test]
async fn row_21_staff_needs_a_second_factor_and_every_look_is_on_record() {
    let app = spawn().await;
    let debt = app.debt().create();
    let agent = app.staff(Role::Agent);
    app.with_password(&agent);
    let half = app.client();
    half.get("/admin/sign-in").await;
    let form = [("email", agent.email.as_str()), ("password", crate::support::staff::PASSWORD)];
    let answer = half.post("/admin/sign-in", &form).await;
    assert_eq!((answer.status, answer.location().as_str()), (303, "/admin/sign-in/code"));
    let path = format!("/admin/debts/{}", debt.id);
    assert_ne!(half.get(&path).await.status, 200, "a password alone opens nothing");
    assert_eq!(agent.client.get(&path).await.status, 200);
    let reads = app.audit().into_iter().filter(|(_, action)| action == "debt.read");
    assert_eq!(reads.map(|(actor, _)| actor.contains(&agent.email)).collect::<Vec<_>>(), [true]);
}
