use chrono::Duration;
use quittance::domain::review::MessageKind;
use quittance::domain::staff::Role;
use quittance::models::review::ReviewState;

use super::{find, message};
use crate::support::staff::Member;
use crate::support::{Debt, TestApp, spawn};

fn path(kind: MessageKind, id: uuid::Uuid) -> String {
    format!("/admin/review/{}/{id}", kind.as_str())
}

fn seen(page: &crate::support::client::Page) -> String {
    page.attributes("input[name=seen]", "value")[0].clone()
}

async fn approve(member: &Member, path: &str) -> crate::support::client::Page {
    let seen = seen(&member.client.get(path).await);
    member.client.post(path, &[("seen", &seen), ("outcome", "approved"), ("reason", "")]).await
}

async fn debtor_reads(app: &TestApp, debt: &Debt) -> String {
    let client = app.client();
    client.sign_in(debt).await;
    client.get(&debt.path()).await.body
}

#[actix_web::test]
async fn a_reviewer_works_through_the_queue_and_each_step_is_on_record() {
    let app = spawn().await;
    let debt = app.debt().create();
    let member = app.staff(Role::Compliance);
    let by_hand = message(&app, &debt, MessageKind::Sms, "Written by a person");
    app.execute("UPDATE sms SET ai_generated = false, template_name = NULL, timestamp = now() - interval '9 days'");
    let call = message(&app, &debt, MessageKind::Call, "Spoken by a machine");
    let mail = message(&app, &debt, MessageKind::Email, "Words of a machine");
    app.execute("UPDATE calls SET timestamp = now() - interval '1 day'");
    let queue = member.client.get("/admin/review").await;
    assert_eq!((queue.status, queue.text_of(".list-count").as_str()), (200, "3 found"));
    let listed = queue.attributes("main > table.ledger tbody a[href^='/admin/review/']", "href");
    let wanted = [path(MessageKind::Call, call), path(MessageKind::Email, mail), path(MessageKind::Sms, by_hand)];
    assert_eq!(listed, wanted, "what a machine made first, then the oldest");
    assert_eq!(queue.count("main > table.ledger .badge"), 2);
    assert!(queue.text().contains("reminder"));
    // Each decision leads to the next that waits.
    let page = approve(&member, &wanted[0]).await;
    assert_eq!((page.status, page.location()), (303, format!("{}?done=approved", wanted[1])));
    let page = member.client.get(&page.location()).await;
    assert_eq!(page.text_of(".notice-ok"), "Approved.");
    let form = [("seen", seen(&page)), ("outcome", "rejected".into()), ("reason", "It names a wrong sum.".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = member.client.post(&wanted[1], &form).await;
    assert_eq!(page.location(), format!("{}?done=rejected", wanted[2]));
    let page = approve(&member, &wanted[2]).await;
    assert_eq!(page.location(), "/admin/review?done=approved");
    let page = member.client.get(&page.location()).await;
    assert!(page.text().contains("Nothing waits here.") && page.text().contains("Approved."), "{}", page.text());
    let body = debtor_reads(&app, &debt).await;
    assert!(body.contains("Written by a person") && !body.contains("Your account</"), "{body}");
    let decided = member.client.get("/admin/review/decided").await;
    assert_eq!(decided.texts("main > table.ledger tbody tr").len(), 3);
    assert!(decided.text().contains("It names a wrong sum.") && decided.text().contains("Dana compliance"));
    let rejected = member.client.get("/admin/review/decided?outcome=rejected").await;
    assert_eq!(rejected.text_of(".list-count"), "1 found");
    let actions = app.audited();
    for action in ["review.listed", "message.read", "message.approved", "message.rejected", "review.decided_listed"] {
        assert!(actions.iter().any(|one| one == action), "{action}: {actions:?}");
    }
    let line = app.value(&format!(
        "SELECT details::text || debt_id FROM audit WHERE subject_id = '{mail}' AND action = 'message.rejected'"
    ));
    assert!(line.contains("It names a wrong sum.") && line.contains(&debt.id.to_string()), "{line}");
}

#[actix_web::test]
async fn a_rejection_without_a_reason_is_asked_again_and_changes_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    let member = app.staff(Role::Administrator);
    for kind in MessageKind::ALL {
        let id = message(&app, &debt, kind, "x");
        let digest = seen(&member.client.get(&path(kind, id)).await);
        let long = "long ".repeat(200);
        for (outcome, reason) in [("rejected", "  "), ("rejected", long.as_str()), ("", "Typed"), ("maybe", "Typed")] {
            let form = [("seen", digest.as_str()), ("outcome", outcome), ("reason", reason)];
            let page = member.client.post(&path(kind, id), &form).await;
            assert_eq!((page.status, page.count("#reason[aria-invalid=true]")), (422, 1), "{outcome} {reason}");
            assert_eq!(page.count("a[href='#reason']"), 1);
            if !reason.trim().is_empty() {
                assert_eq!(page.text_of("#reason"), reason.trim(), "what was typed stays");
            }
            assert_eq!(find(&app, kind, id).state(), ReviewState::Waiting);
        }
    }
}

#[actix_web::test]
async fn the_second_reviewer_reads_who_decided_and_a_changed_text_is_shown_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (first, second) = (app.staff(Role::Compliance), app.staff(Role::Administrator));
    let id = message(&app, &debt, MessageKind::Email, "As it was");
    let path = path(MessageKind::Email, id);
    let read = second.client.get(&path).await;
    let stale = seen(&read);
    app.execute("UPDATE emails SET content = 'As it is now'");
    let page = second.client.post(&path, &[("seen", &stale), ("outcome", "approved"), ("reason", "kept")]).await;
    assert_eq!((page.status, page.text_of("#reason").as_str()), (409, "kept"));
    assert!(page.text_of("[role=alert]").contains("was changed after you opened it"));
    assert_eq!(page.text_of(".message-body"), "As it is now");
    assert!(!debtor_reads(&app, &debt).await.contains("Your account</"));
    let fresh = seen(&page);
    assert_ne!(fresh, stale);
    assert_eq!(approve(&first, &path).await.status, 303);
    for outcome in ["approved", "rejected", ""] {
        let form = [("seen", fresh.as_str()), ("outcome", outcome), ("reason", "Mine")];
        let page = second.client.post(&path, &form).await;
        assert_eq!(page.status, 409);
        let sentence = page.text_of("[role=alert]");
        assert!(sentence.contains("Dana compliance has approved this already"), "{sentence}");
    }
    assert_eq!(app.value("SELECT reviewed_by FROM emails"), first.id.to_string());
    // Taken back, it waits again and is gone from the debtor's page.
    assert!(debtor_reads(&app, &debt).await.contains("Your account"));
    second.client.get(&path).await;
    assert_eq!(second.client.post(&format!("{path}/again"), &[]).await.location(), path);
    assert_eq!(find(&app, MessageKind::Email, id).state(), ReviewState::Waiting);
    assert!(app.audited().contains(&"message.review_taken_back".to_owned()));
}

#[actix_web::test]
async fn all_of_a_template_are_decided_in_one_go_with_a_line_on_record_for_each() {
    let app = spawn().await;
    let debts = [app.debt().create(), app.debt().create()];
    for debt in &debts {
        message(&app, debt, MessageKind::Email, "The same words");
    }
    message(&app, &debts[0], MessageKind::Sms, "The same words");
    let member = app.staff(Role::Compliance);
    let queue = member.client.get("/admin/review").await;
    let batch = queue.attributes(".list-above a", "href")[0].clone();
    let page = member.client.get(&batch).await;
    assert_eq!(page.text_of(".batch-size"), "Your decision is about these 2 messages.");
    assert_eq!(page.texts(".batch-texts > li").len(), 1, "each text once");
    let field = |name: &str| page.attributes(&format!("input[name={name}]"), "value")[0].clone();
    let (last, digest) = (field("last"), seen(&page));
    let post = async |outcome: &str, reason: &str| {
        let form = [
            ("kind", "emails"),
            ("template", "reminder"),
            ("last", last.as_str()),
            ("seen", digest.as_str()),
            ("outcome", outcome),
            ("reason", reason),
        ];
        member.client.post("/admin/review/batch", &form).await
    };
    let page = post("rejected", "").await;
    assert_eq!((page.status, page.count("#reason[aria-invalid=true]")), (422, 1));
    assert_eq!(app.value("SELECT count(*) FROM emails WHERE review_outcome IS NOT NULL"), "0");
    let page = post("approved", "").await;
    assert_eq!((page.status, page.location().as_str()), (303, "/admin/review?done=approved"));
    assert_eq!(app.value("SELECT count(*) FROM emails WHERE compliance_checked"), "2");
    assert_eq!(app.value("SELECT count(*) FROM sms WHERE compliance_checked"), "0");
    let lines = "SELECT count(DISTINCT subject_id) || ' ' || count(DISTINCT debt_id) FROM audit WHERE action = 'message.approved'";
    assert_eq!(app.value(lines), "2 2");
    let late = post("rejected", "Too late").await;
    assert_eq!(late.status, 409);
    assert!(late.text_of("[role=alert]").contains("Dana compliance has approved these already"), "{}", late.text());
    for odd in ["kind=calls&template=reminder", "kind=emails&template=", "kind=x&template=reminder", ""] {
        assert_eq!(member.client.get(&format!("/admin/review/batch?{odd}")).await.status, 404, "{odd}");
    }
    let broken = [("kind", "emails"), ("template", "reminder"), ("last", "x"), ("seen", ""), ("outcome", "approved")];
    assert_eq!(member.client.post("/admin/review/batch", &broken).await.status, 409);
}

#[actix_web::test]
async fn stored_text_stands_in_every_page_of_review_as_text() {
    let app = spawn().await;
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ chrome }} </textarea></pre> \"'>";
    let debt = app.debt().creditor(hostile).first_name(hostile).create();
    let member = app.staff(Role::Compliance);
    let mut paths: Vec<String> = vec!["/admin/review".into(), "/admin/review/decided".into()];
    for kind in MessageKind::ALL {
        let waits = message(&app, &debt, kind, hostile);
        let decided = message(&app, &debt, kind, hostile);
        approve(&member, &path(kind, decided)).await;
        paths.extend([path(kind, waits), path(kind, decided)]);
    }
    let quoted = hostile.replace('\'', "''");
    app.execute(&format!(
        "UPDATE emails SET subject = '{quoted}', template_name = left('{quoted}', 100);
         UPDATE sms SET template_name = left('{quoted}', 100); UPDATE calls SET recording_url = 'javascript:alert(1)'"
    ));
    paths.extend(member.client.get("/admin/review").await.attributes(".list-above a", "href"));
    assert!(paths.len() >= 10, "{paths:?}");
    for path in &paths {
        let page = member.client.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!((page.count("script"), page.count("img")), (0, 0), "{path}");
        assert!(!page.body.contains("onerror=alert(1)>"), "{path}");
        assert!(page.attributes("a", "href").iter().all(|href| !href.starts_with("javascript")), "{path}");
    }
    let page = member.client.get(&paths[2]).await;
    assert!(page.text_of(".message-body").contains("<script>alert(1)</script>"));
    // A reason that somebody typed is data as well.
    let waits = message(&app, &debt, MessageKind::Sms, "x");
    let here = path(MessageKind::Sms, waits);
    let digest = seen(&member.client.get(&here).await);
    member.client.post(&here, &[("seen", &digest), ("outcome", "rejected"), ("reason", hostile)]).await;
    for path in [here.as_str(), "/admin/review/decided"] {
        let page = member.client.get(path).await;
        assert!(page.count("script") == 0 && page.text().contains("<script>alert(1)</script>"), "{path}");
    }
}

#[actix_web::test]
async fn the_queue_is_read_page_by_page_and_a_wrong_address_is_said() {
    let app = spawn().await;
    let debt = app.debt().create();
    let member = app.staff(Role::Compliance);
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, compliance_checked, ai_generated)
         SELECT '{}', 'outbound', 'Text ' || n, false, n % 2 = 0 FROM generate_series(1, 120) AS n",
        debt.id
    ));
    let mut next = "/admin/review?kind=sms".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let page = member.client.get(&next).await;
        pages += 1;
        seen.extend(page.attributes("main > table.ledger tbody th a", "href"));
        match page.attributes(".pager a", "href").first() {
            Some(link) => next = link.clone(),
            None => break,
        }
    }
    assert_eq!((pages, seen.len()), (3, 120));
    assert_eq!(member.client.get("/admin/review?after=x").await.status, 404);
    let page = member.client.get("/admin/review?kind=letters").await;
    assert_eq!((page.status, page.count("#kind[aria-invalid=true]")), (422, 1));
    for odd in ["/admin/review/emails/x", "/admin/review/letters/00000000-0000-0000-0000-000000000007"] {
        assert_eq!(member.client.get(odd).await.status, 404, "{odd}");
    }
    app.clock.advance(Duration::minutes(1));
}
