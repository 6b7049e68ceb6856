use diesel::connection::SimpleConnection;
use quittance::domain::staff::Role;
use quittance::models::audit::{self, Act, Actor};
use serde_json::json;
use uuid::Uuid;

use crate::support::{TestApp, spawn};

fn write(app: &TestApp, action: &str, about: Uuid, details: serde_json::Value) {
    let act = Act { action, subject: "debt", subject_id: Some(about), debt_id: None, details };
    audit::write(&mut app.connect(), &Actor::command("test"), &act, app.clock.now()).unwrap();
}

#[actix_web::test]
async fn nobody_changes_or_deletes_a_line() {
    let app = spawn().await;
    write(&app, "debt.read", Uuid::new_v4(), json!({}));
    for statement in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"] {
        let error = app.connect().batch_execute(statement).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{statement}: {error}");
    }
    assert_eq!(app.value("SELECT count(*) FROM audit"), "1");
}

#[actix_web::test]
async fn it_is_searched_by_person_action_thing_and_day_and_reading_it_is_on_record() {
    let app = spawn().await;
    let member = app.staff(Role::Compliance);
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    write(&app, "debt.read", one, json!({"note": "<script>alert(1)</script>"}));
    write(&app, "debt.changed", two, json!({}));
    let count = async |query: &str| {
        let page = member.client.get(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(!page.body.contains("<script"));
        page.count("tbody tr")
    };
    assert_eq!(count("action=debt.").await, 2);
    assert_eq!(count("action=debt_").await, 0);
    assert_eq!(count(&format!("about={one}")).await, 1);
    assert_eq!(count(&format!("who={}", member.id)).await, 3);
    assert_eq!(count("from=2001-01-01&to=2001-01-02").await, 0);
    for (query, field) in [("from=2001-02-30", "from"), ("about=x", "about")] {
        let page = member.client.get(&format!("/admin/audit?{query}")).await;
        assert_eq!((page.status, page.count(&format!("#{field}[aria-invalid=true]"))), (422, 1));
    }
    assert_eq!(app.audited().iter().filter(|action| *action == "audit.read").count(), 5);
}

#[actix_web::test]
async fn it_is_paged_without_losing_a_line_and_exported_whole() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    let same_time = app.clock.now();
    let mut conn = app.connect();
    for number in 0..120 {
        let details = json!({"number": number, "formula": "=1+1"});
        let act = Act { action: "debt.read", subject: "=cmd()", subject_id: None, debt_id: None, details };
        audit::write(&mut conn, &Actor::command("test"), &act, same_time).unwrap();
    }
    let (mut seen, mut next) = (0, Some("/admin/audit?action=debt.read".to_owned()));
    while let Some(path) = next {
        let page = member.client.get(&path).await;
        seen += page.count("tbody tr");
        next = page.attributes(".pager a", "href").first().cloned();
    }
    assert_eq!(seen, 120);
    let page = member.client.post("/admin/audit/export", &[("action", "debt.read")]).await;
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "text/csv; charset=utf-8"));
    assert_eq!(page.body.matches("\r\n").count(), 121);
    assert_eq!(page.body.matches("\"'=cmd()\"").count(), 120);
    assert!(app.audited().contains(&"audit.exported".to_owned()));
}
