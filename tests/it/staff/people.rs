use diesel::connection::SimpleConnection;
use quittance::domain::staff::Role;

use crate::support::spawn;

#[actix_web::test]
async fn an_administrator_invites_and_the_link_works() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    member.client.get("/admin/people").await;
    let form = [("name", "Robin Vale"), ("email", "robin@harborlane.example"), ("role", "agent")];
    let page = member.client.post("/admin/people", &form).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let link = page.attributes("#link", "value")[0].clone();
    assert_eq!(app.client().get(&link).await.status, 200);
    // What is wrong is said at its field, what was typed stays, nobody is invited.
    for (change, field) in [
        (("name", " "), "name"),
        (("email", "robin"), "email"),
        (("role", "king"), "role"),
        (("email", "Robin@harborlane.example"), "email"),
    ] {
        let form: Vec<(&str, &str)> = form.iter().map(|pair| if pair.0 == change.0 { change } else { *pair }).collect();
        let page = member.client.post("/admin/people", &form).await;
        assert_eq!((page.status, page.count(&format!("#{field}[aria-invalid=true]"))), (422, 1), "{change:?}");
    }
    assert_eq!(app.value("SELECT count(*) FROM staff"), "2");
    assert_eq!(app.audited(), ["staff.invited"]);
}

#[actix_web::test]
async fn a_disabled_person_is_out_at_once() {
    let app = spawn().await;
    let (admin, agent) = (app.staff(Role::Administrator), app.staff(Role::Agent));
    let path = format!("/admin/people/{}", agent.id);
    admin.client.get(&path).await;
    // Not without the second factor.
    let page = admin.client.post(&format!("{path}/access"), &[("access", "none"), ("code", "123456")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(agent.client.get("/admin").await.status, 200);
    let code = admin.code(&app);
    let page = admin.client.post(&format!("{path}/access"), &[("access", "none"), ("code", &code)]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(agent.client.get("/admin").await.location(), "/admin/sign-in");
    let code = admin.code(&app);
    admin.client.post(&format!("{path}/access"), &[("access", "full"), ("code", &code)]).await;
    app.sign_in_again(&agent);
    assert_eq!(agent.client.get("/admin").await.status, 200);
    assert_eq!(app.audited(), ["staff.code_refused", "staff.disabled", "staff.enabled"]);
}

#[actix_web::test]
async fn a_new_role_counts_from_the_next_request() {
    let app = spawn().await;
    let (admin, other) = (app.staff(Role::Administrator), app.staff(Role::Viewer));
    assert_eq!(other.client.get("/admin/audit").await.status, 403);
    let path = format!("/admin/people/{}/role", other.id);
    admin.client.get("/admin/people").await;
    let page = admin.client.post(&path, &[("role", "compliance"), ("code", &admin.code(&app))]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(other.client.get("/admin/audit").await.status, 200);
}

#[actix_web::test]
async fn the_last_administrator_cannot_go_by_whatever_way() {
    let app = spawn().await;
    let (one, two) = (app.staff(Role::Administrator), app.staff(Role::Administrator));
    one.client.get("/admin/people").await;
    two.client.get("/admin/people").await;
    // Each disables the other at the same time.
    let (a, b) = (one.code(&app), two.code(&app));
    let (one_path, two_path) = (format!("/admin/people/{}/access", two.id), format!("/admin/people/{}/access", one.id));
    let (one_form, two_form) = ([("access", "none"), ("code", a.as_str())], [("access", "none"), ("code", b.as_str())]);
    let answers = tokio::join!(one.client.post(&one_path, &one_form), two.client.post(&two_path, &two_form));
    assert!(answers.0.status < 500 && answers.1.status < 500);
    let left = app.value("SELECT count(*) FROM staff WHERE role = 'administrator' AND disabled_at IS NULL");
    assert_eq!(left, "1");
    let stays = if app.value(&format!("SELECT disabled_at IS NULL FROM staff WHERE id = '{}'", one.id)) == "true" {
        &one
    } else {
        &two
    };
    let path = format!("/admin/people/{}", stays.id);
    for (action, field) in [("access", ("access", "none")), ("role", ("role", "viewer"))] {
        let page = stays.client.post(&format!("{path}/{action}"), &[field, ("code", &stays.code(&app))]).await;
        assert_eq!(page.status, 422, "{action}: {}", page.text());
        assert!(page.text().contains("last administrator"));
    }
    for statement in [
        "DELETE FROM staff_sessions; DELETE FROM staff_recovery_codes; DELETE FROM staff_links; DELETE FROM staff",
        "UPDATE staff SET role = 'agent'",
    ] {
        assert!(app.connect().batch_execute(statement).is_err(), "{statement}");
    }
}

#[actix_web::test]
async fn a_lost_second_factor_is_forgotten_by_an_administrator() {
    let app = spawn().await;
    let (admin, agent) = (app.staff(Role::Administrator), app.staff(Role::Agent));
    app.with_password(&agent);
    admin.client.get("/admin/people").await;
    let path = format!("/admin/people/{}/second-factor", agent.id);
    assert_eq!(admin.client.post(&path, &[("code", &admin.code(&app))]).await.status, 303);
    assert_eq!(agent.client.get("/admin").await.location(), "/admin/sign-in");
    let client = app.client();
    client.get("/admin/sign-in").await;
    let form = [("email", agent.email.as_str()), ("password", crate::support::staff::PASSWORD)];
    assert_eq!(client.post("/admin/sign-in", &form).await.location(), "/admin/sign-in/second-factor");
}
