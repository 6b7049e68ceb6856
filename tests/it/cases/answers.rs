//! What staff answers, and what the person sees of it.

use super::{DISPUTE, ask, debtor};
use crate::support::client::Page;
use crate::support::staff::Member;
use crate::support::{Debt, TestApp, spawn};
use quittance::domain::staff::Role;

const PDF: &[u8] = b"%PDF-1.7\n";

async fn act(member: &Member, case: &str, form: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
    member.client.get(&format!("/admin/cases/{case}")).await;
    member.client.post_files(&format!("/admin/cases/{case}/steps"), form, files).await
}

fn id(app: &TestApp) -> String {
    app.value("SELECT id FROM cases ORDER BY opened_at DESC, id DESC LIMIT 1")
}

fn status(app: &TestApp, debt: &Debt) -> String {
    app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id))
}

#[actix_web::test]
async fn row_6_collection_goes_on_only_after_verification() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let case = ask(&client, &debt, &DISPUTE).await;
    let agent = app.staff(Role::Agent);
    let reply = act(&agent, &id(&app), &[("act", "reply"), ("body", "Which payment do you mean?")], &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(status(&app, &debt), "dispute", "asking back decides nothing");
    let note = [("act", "note"), ("body", "Original creditor was asked.")];
    act(&agent, &id(&app), &note, &[("internal.pdf", PDF)]).await;
    let said = client.post_files(&format!("{case}/steps"), &[("details", "The one of March 3.")], &[]).await;
    assert_eq!(said.status, 303, "{}", said.text());
    let verified = act(&agent, &id(&app), &[("act", "verify")], &[("contract.pdf", PDF)]).await;
    assert_eq!(verified.status, 303, "{}", verified.text());
    assert_eq!(status(&app, &debt), "active");
    let page = client.get(&case).await;
    assert_eq!(page.texts(".entry h3"), ["Our answer", "You added", "Verification of the debt"]);
    assert!(!page.body.contains("Original creditor was asked"), "a note is for staff");
    assert_eq!(page.attributes("a[download]", "href").len(), 1, "and so is its file");
    let internal = app.value("SELECT id FROM case_files WHERE name = 'internal.pdf'");
    assert_eq!(client.get(&format!("{case}/files/{internal}")).await.status, 404);
    assert_eq!(page.count("form[action$=steps]"), 0, "an answered dispute is disputed anew");
    assert_eq!(
        app.value("SELECT string_agg(kind, ' ' ORDER BY id) FROM outbox"),
        "case_opened case_answered case_answered"
    );
    assert_eq!(client.post_files(&format!("{case}/steps"), &[("details", "more")], &[]).await.status, 422);
    client.start_payment(&debt, "full").await;
}

#[actix_web::test]
async fn a_correction_changes_what_is_owed_and_is_on_record() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").create();
    let client = debtor(&app, &debt).await;
    let case = ask(&client, &debt, &DISPUTE).await;
    let agent = app.staff(Role::Agent);
    for (form, field) in [
        (vec![("act", "correct"), ("body", "x"), ("total_owed", "sixty")], "total_owed"),
        (vec![("act", "correct"), ("body", ""), ("total_owed", "60.00")], "body"),
        (vec![("act", "verify"), ("body", "x"), ("total_owed", "60.00")], "total_owed"),
        (vec![("act", "nonsense"), ("body", "x")], "act"),
        (vec![("act", "verify"), ("body", "")], "body"),
    ] {
        let page = act(&agent, &id(&app), &form, &[]).await;
        assert_eq!((page.status, page.count(&format!("#{field}-error"))), (422, 1), "{form:?}");
    }
    assert_eq!(status(&app, &debt), "dispute");
    let form = [("act", "correct"), ("body", "You are right: $40.00 were paid."), ("total_owed", "60.00")];
    assert_eq!(act(&agent, &id(&app), &form, &[]).await.status, 303);
    assert_eq!(app.value("SELECT total_owed FROM debts"), "60.00");
    assert_eq!(status(&app, &debt), "active");
    assert!(client.get(&case).await.text().contains("You are right: $40.00 were paid."));
    let details = app.value("SELECT details::text FROM audit WHERE action = 'case.answered'");
    assert!(details.contains("$100.00") && details.contains("$60.00"), "{details}");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_debt_that_is_not_theirs_is_closed_with_its_case() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &[("kind", "dispute"), ("reason", "not_mine")]).await;
    let agent = app.staff(Role::Compliance);
    act(&agent, &id(&app), &[("act", "close_debt"), ("body", "It is not yours. We are sorry.")], &[]).await;
    assert_eq!(status(&app, &debt), "closed");
    assert_eq!(app.value("SELECT status || ' ' || (closed_at IS NOT NULL) FROM cases"), "closed true");
    let late = act(&agent, &id(&app), &[("act", "verify"), ("body", "x")], &[]).await;
    assert_eq!((late.status, late.count("#act-error")), (422, 1));
    act(&agent, &id(&app), &[("act", "reopen"), ("body", "Closed by mistake.")], &[]).await;
    assert_eq!(app.value("SELECT status FROM cases"), "open");
    assert_eq!(status(&app, &debt), "closed", "only staff opens a closed debt");
}

#[actix_web::test]
async fn two_disputes_of_a_debt_are_answered_one_by_one() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &DISPUTE).await;
    let first = id(&app);
    app.clock.advance(chrono::Duration::minutes(1));
    ask(&client, &debt, &[("kind", "dispute"), ("reason", "not_mine")]).await;
    let agent = app.staff(Role::Agent);
    act(&agent, &first, &[("act", "verify"), ("body", "Here it is.")], &[]).await;
    assert_eq!(status(&app, &debt), "dispute", "the other one still waits");
    act(&agent, &id(&app), &[("act", "correct"), ("body", "It is yours; the name was misspelt.")], &[]).await;
    assert_eq!(status(&app, &debt), "active");
}

#[actix_web::test]
async fn an_answer_during_a_hold_leads_back_to_an_open_debt() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &DISPUTE).await;
    let agent = app.staff(Role::Agent);
    let path = format!("/admin/debts/{}", debt.id);
    agent.client.get(&path).await;
    agent.client.post(&format!("{path}/holds"), &[("hold", "legal"), ("hold_reason", "x")]).await;
    act(&agent, &id(&app), &[("act", "verify"), ("body", "Here it is.")], &[]).await;
    assert_eq!(status(&app, &debt), "hold");
    let lift = format!("{path}/holds/{}", app.value("SELECT id FROM debt_holds"));
    agent.client.post(&lift, &[("lift_reason", "x")]).await;
    assert_eq!(status(&app, &debt), "active");
}

#[actix_web::test]
async fn staff_sees_cases_in_the_list_and_on_the_debt_and_every_look_is_on_record() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &[("kind", "complaint"), ("details", "<img src=x onerror=alert(1)>")]).await;
    let viewer = app.staff(Role::Viewer);
    let number = app.value("SELECT number FROM cases");
    for (query, found) in [
        ("", 1),
        ("?kind=complaint", 1),
        ("?kind=dispute", 0),
        ("?status=closed", 0),
        ("?status=overdue", 0),
        (&*format!("?number={}", number.to_lowercase()), 1),
    ] {
        let page = viewer.client.get(&format!("/admin/cases{query}")).await;
        assert_eq!(page.count("tbody tr"), found, "{query}");
    }
    app.clock.advance(chrono::Duration::days(16));
    app.sign_in_again(&viewer);
    assert_eq!(viewer.client.get("/admin/cases?status=overdue").await.count("tbody tr"), 1);
    let page = viewer.client.get(&format!("/admin/cases/{}", id(&app))).await;
    assert_eq!((page.count("form[action$=steps]"), page.count("img")), (0, 0));
    let page = viewer.client.get(&format!("/admin/debts/{}", debt.id)).await;
    assert!(page.text().contains(&number));
    assert!(app.audited().contains(&"case.read".to_owned()) && app.audited().contains(&"cases.listed".to_owned()));
}
