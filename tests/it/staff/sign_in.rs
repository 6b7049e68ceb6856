use chrono::Duration;
use diesel::connection::SimpleConnection;
use quittance::credentials::Seed;
use quittance::domain::staff::Role;
use quittance::models::staff::{self, Purpose};
use quittance::web::security::sha256;

use crate::support::staff::{Member, PASSWORD, seed_key};
use crate::support::{Client, TestApp, spawn};

async fn give_password(client: &Client, email: &str, password: &str) -> crate::support::client::Page {
    client.get("/admin/sign-in").await;
    client.post("/admin/sign-in", &[("email", email), ("password", password)]).await
}

fn member_with_password(app: &TestApp, role: Role) -> Member {
    let member = app.staff(role);
    app.with_password(&member);
    member
}

#[actix_web::test]
async fn an_invitation_leads_to_a_password_a_second_factor_and_the_staff_area() {
    let app = spawn().await;
    let person =
        staff::invite(&mut app.connect(), "dana@harborlane.example", "Dana Whitfield", Role::Administrator).unwrap();
    let (person, link) = (person.unwrap(), "an-invitation");
    let now = app.clock.now();
    staff::make_link(&mut app.connect(), person.id, Purpose::Invite, &sha256(link), Duration::hours(48), now).unwrap();
    let client = app.client();
    let path = format!("/admin/invitations/{link}");
    assert_eq!(client.get(&path).await.status, 200);
    for (password, says) in [("short", "at least 12"), ("password1234", "easily guessed"), ("danawhitfield1", "easily")]
    {
        let page = client.post(&path, &[("password", password)]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains(says), "{}", page.text());
    }
    let page = client.post(&path, &[("password", PASSWORD)]).await;
    assert_eq!((page.status, page.location()), (303, "/admin/sign-in/second-factor".to_owned()));
    // No page opens half-way.
    assert_eq!(client.get("/admin").await.location(), "/admin/sign-in/second-factor");
    let page = client.get("/admin/sign-in/second-factor").await;
    let secret = page.texts("code.secret")[0].replace(' ', "");
    assert_eq!(client.get("/admin/sign-in/second-factor").await.texts("code.secret")[0].replace(' ', ""), secret);
    assert_eq!(page.count("svg.qr path"), 1);
    let sealed = app.value("SELECT encode(pending_totp, 'hex') FROM staff_sessions");
    let sealed: Vec<u8> =
        (0..sealed.len()).step_by(2).map(|at| u8::from_str_radix(&sealed[at..at + 2], 16).unwrap()).collect();
    let seed = Seed::open(&sealed, &seed_key()).unwrap();
    assert_eq!(seed.text().replace(' ', ""), secret);
    assert_eq!(client.post("/admin/sign-in/second-factor", &[("code", "000000")]).await.status, 422);
    let before = client.cookie("staff");
    let page =
        client.post("/admin/sign-in/second-factor", &[("code", &seed.code_at(app.clock.now().timestamp()))]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.count(".codes li"), 10);
    assert_ne!(client.cookie("staff"), before, "a new id");
    assert_eq!(client.get("/admin").await.status, 200);
    // The link has done its work.
    assert_eq!(app.client().get(&path).await.status, 404);
    assert_eq!(app.audited(), ["staff.password_set", "staff.second_factor_set", "staff.signed_in"]);
    // What is stored opens nothing.
    let stored = app.value("SELECT string_agg(s::TEXT || c::TEXT, ' ') FROM staff s, staff_recovery_codes c");
    let code = page.texts(".codes li")[0].clone();
    assert!(!stored.contains(&secret) && !stored.contains(PASSWORD) && !stored.contains(&code));
}

#[actix_web::test]
async fn password_and_code_lead_in_and_on_to_the_page_that_was_asked_for() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Compliance);
    let client = app.client();
    let page = client.get("/admin/audit").await;
    assert_eq!(page.location(), "/admin/sign-in?next=%2Fadmin%2Faudit");
    client.get(&page.location()).await;
    let upper = member.email.to_uppercase();
    let form = [("email", upper.as_str()), ("password", PASSWORD), ("next", "/admin/audit")];
    let page = client.post("/admin/sign-in", &form).await;
    assert_eq!(page.location(), "/admin/sign-in/code?next=%2Fadmin%2Faudit");
    client.get(&page.location()).await;
    assert_eq!(client.get("/admin/audit").await.location(), "/admin/sign-in/code");
    let code = member.code(&app);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let page = client.post("/admin/sign-in/code", &[("code", &spaced), ("next", "/admin/audit")]).await;
    assert_eq!((page.status, page.location()), (303, "/admin/audit".to_owned()), "{}", page.text());
    assert_eq!(client.get("/admin/audit").await.status, 200);
    // A stranger's address is not gone on to.
    let page = client
        .post("/admin/sign-in", &[("email", &member.email), ("password", PASSWORD), ("next", "//x.example")])
        .await;
    assert_eq!(page.location(), "/admin/sign-in/code");
}

#[actix_web::test]
async fn a_code_works_once_even_for_two_at_a_time() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Agent);
    let (one, two) = (app.client(), app.client());
    for client in [&one, &two] {
        assert_eq!(give_password(client, &member.email, PASSWORD).await.status, 303);
    }
    let code = member.code(&app);
    let form = [("code", code.as_str())];
    let (a, b) = tokio::join!(one.post("/admin/sign-in/code", &form), two.post("/admin/sign-in/code", &form));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[actix_web::test]
async fn a_recovery_code_replaces_the_authenticator_once() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Agent);
    let page = member.client.get("/admin/me").await;
    assert!(page.text().contains("0 recovery codes"), "{}", page.text());
    let page = member.client.post("/admin/me/recovery-codes", &[("code", &member.code(&app))]).await;
    let codes = page.texts(".codes li");
    assert_eq!(codes.len(), 10);
    for (typed, status) in [(codes[3].to_lowercase().replace('-', " "), 303), (codes[3].clone(), 422)] {
        let client = app.client();
        give_password(&client, &member.email, PASSWORD).await;
        let page = client.post("/admin/sign-in/code", &[("code", &typed)]).await;
        assert_eq!(page.status, status, "{}", page.text());
    }
    assert!(member.client.get("/admin/me").await.text().contains("9 recovery codes"));
    // New ones end the old ones.
    member.client.post("/admin/me/recovery-codes", &[("code", &member.code(&app))]).await;
    let client = app.client();
    give_password(&client, &member.email, PASSWORD).await;
    assert_eq!(client.post("/admin/sign-in/code", &[("code", &codes[5])]).await.status, 422);
}

#[actix_web::test]
async fn five_wrong_codes_ask_for_the_password_again() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Agent);
    let client = app.client();
    give_password(&client, &member.email, PASSWORD).await;
    for _ in 0..4 {
        assert_eq!(client.post("/admin/sign-in/code", &[("code", "000000")]).await.status, 422);
    }
    let page = client.post("/admin/sign-in/code", &[("code", "000000")]).await;
    assert_eq!(page.location(), "/admin/sign-in");
    // The session is gone, the right code comes too late.
    let page = client.post("/admin/sign-in/code", &[("code", &member.code(&app))]).await;
    assert_eq!(page.status, 401);
}

#[actix_web::test]
async fn an_unknown_address_a_wrong_password_and_a_disabled_account_are_one_answer() {
    let app = spawn().await;
    let (member, disabled) = (member_with_password(&app, Role::Agent), member_with_password(&app, Role::Agent));
    app.execute(&format!("UPDATE staff SET disabled_at = now() WHERE id = '{}'", disabled.id));
    let mut answers = Vec::new();
    for (email, password) in [
        (member.email.as_str(), "not-the-password-at-all"),
        ("nobody@harborlane.example", PASSWORD),
        (disabled.email.as_str(), PASSWORD),
    ] {
        let page = give_password(&app.client(), email, password).await;
        assert_eq!(page.status, 422);
        let value = page.body.split("name=\"af\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        answers.push(page.body.replace(&value, "AF").replace(email, "EMAIL"));
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    // The same work for each, the line in the audit trail included.
    assert_eq!(app.audited(), ["staff.password_refused"; 3]);
}

#[actix_web::test]
async fn guesses_are_limited_and_a_stranger_keeps_nobody_out() {
    let app = TestApp::spawn(|args| args.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let member = member_with_password(&app, Role::Agent);
    let from = |address: &str| app.client().with_header("x-forwarded-for", address);
    // Both at once, so that counting after looking would let more through.
    let stranger = from("203.0.113.7");
    stranger.get("/admin/sign-in").await;
    let form = [("email", member.email.as_str()), ("password", "not-the-password-at-all")];
    let mut refused = 0;
    for _ in 0..6 {
        let (a, b) = tokio::join!(stranger.post("/admin/sign-in", &form), stranger.post("/admin/sign-in", &form));
        refused += [a, b].iter().filter(|page| page.status == 422).count();
    }
    assert_eq!(refused, 10);
    let page = give_password(&stranger, &member.email, PASSWORD).await;
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").parse::<i64>().unwrap() > 800);
    // The person comes in from elsewhere, as the stranger does after a quarter of an hour.
    let own = from("198.51.100.4");
    assert_eq!(give_password(&own, &member.email, PASSWORD).await.status, 303);
    let page = own.post("/admin/sign-in/code", &[("code", &member.code(&app))]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    // A browser that is known stays known at the very address where the stranger sits.
    let beside = own.with_header("x-forwarded-for", "203.0.113.7");
    assert_eq!(give_password(&beside, &member.email, PASSWORD).await.status, 303);
    app.clock.advance(Duration::minutes(16));
    assert_eq!(give_password(&stranger, &member.email, PASSWORD).await.status, 303);
}

#[actix_web::test]
async fn a_new_password_by_link_never_skips_the_second_factor() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Agent);
    let now = app.clock.now();
    staff::make_link(&mut app.connect(), member.id, Purpose::Reset, &sha256("reset"), Duration::hours(1), now).unwrap();
    let client = app.client();
    client.get("/admin/invitations/reset").await;
    let page = client.post("/admin/invitations/reset", &[("password", "gravel-plum-otter-lantern")]).await;
    assert_eq!(page.location(), "/admin/sign-in/code");
    for path in ["/admin", "/admin/me"] {
        assert_eq!(client.get(path).await.location(), "/admin/sign-in/code");
    }
    assert_eq!(client.get("/admin/sign-in/second-factor").await.location(), "/admin/sign-in/code");
    // Nor does it leave the old sessions.
    assert_eq!(member.client.get("/admin").await.location(), "/admin/sign-in");
    // A link expires, and a new one ends the one before.
    for name in ["first", "second"] {
        staff::make_link(&mut app.connect(), member.id, Purpose::Reset, &sha256(name), Duration::hours(1), now)
            .unwrap();
    }
    assert_eq!(client.get("/admin/invitations/first").await.status, 404);
    assert_eq!(client.get("/admin/invitations/second").await.status, 200);
    app.clock.advance(Duration::hours(2));
    assert_eq!(client.get("/admin/invitations/second").await.status, 404);
}

#[actix_web::test]
async fn sessions_end_after_fifteen_idle_minutes_and_eight_hours_in_all() {
    let app = spawn().await;
    let member = app.staff(Role::Agent);
    app.clock.advance(Duration::minutes(14));
    assert_eq!(member.client.get("/admin").await.status, 200);
    app.clock.advance(Duration::minutes(16));
    assert_eq!(member.client.get("/admin").await.location(), "/admin/sign-in");
    app.sign_in_again(&member);
    for _ in 0..47 {
        app.clock.advance(Duration::minutes(10));
        assert_eq!(member.client.get("/admin").await.status, 200);
    }
    app.clock.advance(Duration::minutes(10));
    assert_eq!(member.client.get("/admin").await.location(), "/admin/sign-in");
}

#[actix_web::test]
async fn what_is_over_leaves_nothing_of_anybody_behind() {
    let app = spawn().await;
    let (old, live) = (app.staff(Role::Agent), app.staff(Role::Agent));
    give_password(&app.client(), "nobody@harborlane.example", PASSWORD).await;
    app.clock.advance(Duration::minutes(14));
    assert_eq!(live.client.get("/admin").await.status, 200);
    app.clock.advance(Duration::minutes(2));
    app.sweep().await;
    assert_eq!(app.value("SELECT string_agg(staff_id::text, ' ') FROM staff_sessions"), live.id.to_string());
    assert_eq!(app.value("SELECT count(*)::text FROM staff_attempts"), "0");
    assert_eq!(old.client.get("/admin").await.location(), "/admin/sign-in");
    assert_eq!(live.client.get("/admin").await.status, 200);
}

#[actix_web::test]
async fn one_s_sessions_are_listed_and_ended() {
    let app = spawn().await;
    let member = app.staff(Role::Agent);
    let first = member.client.cookie("staff").unwrap();
    app.connect().batch_execute("UPDATE staff_sessions SET user_agent = '<script>alert(1)</script>'").unwrap();
    app.sign_in_again(&member);
    let page = member.client.get("/admin/me").await;
    assert_eq!(page.count("tbody tr"), 2);
    assert!(!page.body.contains("<script"));
    let other = page.attributes("input[name=session]", "value")[0].clone();
    assert_eq!(member.client.post("/admin/me/sessions/end", &[("session", &other)]).await.status, 303);
    let old = app.client();
    old.set_cookie("staff", &first);
    assert_eq!(old.get("/admin").await.location(), "/admin/sign-in");
    assert_eq!(member.client.get("/admin/me").await.count("tbody tr"), 1);
    // Another's session is not one's own to end.
    let stranger = app.staff(Role::Agent);
    let this = app.value(&format!("SELECT name FROM staff_sessions WHERE staff_id = '{}'", stranger.id));
    member.client.post("/admin/me/sessions/end", &[("session", &this)]).await;
    assert_eq!(stranger.client.get("/admin").await.status, 200);
}

#[actix_web::test]
async fn changing_the_password_asks_for_the_old_one_and_ends_the_other_sessions() {
    let app = spawn().await;
    let member = member_with_password(&app, Role::Agent);
    let elsewhere = app.client();
    elsewhere.set_cookie("staff", &member.client.cookie("staff").unwrap());
    app.sign_in_again(&member);
    let new = "a-quite-different-plum";
    member.client.get("/admin/me").await;
    let page =
        member.client.post("/admin/me/password", &[("password", "wrong-wrong-wrong"), ("new_password", new)]).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.count("#password[aria-invalid=true]"), 1);
    let page = member.client.post("/admin/me/password", &[("password", PASSWORD), ("new_password", "short")]).await;
    assert_eq!((page.status, page.count("#new_password[aria-invalid=true]")), (422, 1));
    let page = member.client.post("/admin/me/password", &[("password", PASSWORD), ("new_password", new)]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(elsewhere.get("/admin").await.location(), "/admin/sign-in");
    assert_eq!(member.client.get("/admin").await.status, 200);
    assert_eq!(give_password(&app.client(), &member.email, new).await.status, 303);
}

#[actix_web::test]
async fn signing_out_ends_the_session() {
    let app = spawn().await;
    let member = app.staff(Role::Agent);
    let id = member.client.cookie("staff").unwrap();
    member.client.get("/admin").await;
    let page = member.client.post("/admin/sign-out", &[]).await;
    assert_eq!(page.location(), "/admin/sign-in");
    assert_eq!(member.client.cookie("staff"), None);
    member.client.set_cookie("staff", &id);
    assert_eq!(member.client.get("/admin").await.location(), "/admin/sign-in");
}
