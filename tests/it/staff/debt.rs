use diesel::connection::SimpleConnection;
use quittance::domain::staff::Role;

use crate::support::staff::Member;
use crate::support::{Debt, TestApp, spawn};

const CARD: &str = "4242424242424242";

async fn act(member: &Member, debt: &Debt, what: &str, form: &[(&str, &str)]) -> crate::support::client::Page {
    let path = format!("/admin{}", debt.path());
    member.client.get(&path).await;
    member.client.post(&format!("{path}/{what}"), form).await
}

fn page(debt: &Debt) -> String {
    format!("/admin{}", debt.path())
}

#[actix_web::test]
async fn one_page_shows_everything_and_stored_text_stays_text() {
    let app = spawn().await;
    let member = app.staff(Role::Viewer);
    let bad = "<script>alert(1)</script>";
    let debt = app.debt().owing("100.00").paid("20.00").first_name(bad).creditor(bad).create();
    let other = app.debt().of(&debt).owing("55.00").create();
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, content, ai_generated, compliance_checked, email_opened) \
           VALUES ('{0}', 'outbound', '{bad}', '{bad}', true, false, true); \
         INSERT INTO calls (debt_id, direction, call_outcome, call_duration, transcript, recording_url) \
           VALUES ('{0}', 'inbound', 'answered', 192, '{bad}', 'javascript:alert(1)'), ('{0}', 'outbound', 'busy', NULL, NULL, 'https://calls.example/1.mp3'); \
         INSERT INTO sms (debt_id, direction, content) VALUES ('{0}', 'outbound', '{bad}'); \
         INSERT INTO debt_notes (debt_id, staff_id, body) VALUES ('{0}', '{1}', '{bad}'); \
         INSERT INTO postal_letters (debt_id, direction, subject, content) VALUES ('{0}', 'inbound', '{bad}', '{bad}')",
        debt.id, member.id
    ));
    let shown = member.client.get(&page(&debt)).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(!shown.body.contains("<script") && !shown.body.contains("href=\"javascript:"));
    // The opening payment, an e-mail, two calls, an SMS, a note, a letter.
    assert_eq!(shown.count(".happening"), 7, "{}", shown.text());
    let text = shown.text();
    for words in ["$80.00", "3 min 12 s", "may be automatic", "written by AI", "not reviewed", "4417-5678-9113"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(shown.count("a[href='https://calls.example/1.mp3']"), 1);
    assert_eq!(shown.count(&format!("a[href='{}']", page(&other))), 1);
    // Who only reads is offered nothing to do.
    assert_eq!(shown.count("main form"), 0);
    assert_eq!(app.audited(), ["debt.read"]);
    assert_eq!(app.value("SELECT debt_id FROM audit"), debt.id.to_string());
}

#[actix_web::test]
async fn the_timeline_is_paged_without_losing_or_repeating_an_entry() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().create());
    // Many at one instant, so that only the id decides.
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, timestamp) SELECT '{0}', 'outbound', 'sms ' || n, '2026-01-01' FROM generate_series(1, 40) n; \
         INSERT INTO emails (debt_id, direction, subject, timestamp) SELECT '{0}', 'outbound', 'mail ' || n, '2026-01-01' FROM generate_series(1, 40) n; \
         INSERT INTO payments (debt_id, amount, status, created_at) SELECT '{0}', 1, 'failed', '2026-01-01' FROM generate_series(1, 20) n",
        debt.id
    ));
    let (mut seen, mut next) = (Vec::new(), Some(page(&debt)));
    while let Some(path) = next {
        let shown = member.client.get(&path).await;
        seen.extend(shown.texts(".happening h3"));
        seen.extend(shown.texts(".happening .stored-text"));
        next = shown.attributes(".pager a", "href").first().map(|href| href.split('#').next().unwrap().to_owned());
    }
    let distinct: std::collections::BTreeSet<&String> =
        seen.iter().filter(|text| text.starts_with("sms ") || text.contains("mail ")).collect();
    assert_eq!(distinct.len(), 80);
    assert_eq!(seen.iter().filter(|text| text.contains("$1.00")).count(), 20);
}

#[actix_web::test]
async fn notes_are_added_and_an_empty_one_is_not() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Compliance), app.debt().create());
    let answer = act(&member, &debt, "notes", &[("note", "   ")]).await;
    assert_eq!((answer.status, answer.count("#note[aria-invalid=true]")), (422, 1));
    assert_eq!(act(&member, &debt, "notes", &[("note", "Asks for a call after 5 pm.")]).await.status, 303);
    assert!(member.client.get(&page(&debt)).await.text().contains("Asks for a call after 5 pm."));
    assert!(app.audited().contains(&"debt.note_added".to_owned()));
    // The debtor does not see it.
    let debtor = app.client();
    debtor.sign_in(&debt).await;
    assert!(!debtor.get(&debt.path()).await.text().contains("after 5 pm"));
}

#[actix_web::test]
async fn the_link_is_shown_replaced_and_revoked() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().create());
    let shown = member.client.get(&page(&debt)).await;
    assert!(!shown.body.contains(&debt.token), "only on request");
    let shown = act(&member, &debt, "link", &[("action", "show")]).await;
    let url = shown.attributes("#link", "value")[0].clone();
    assert!(url.ends_with(&debt.link()), "{url}");
    let shown = act(&member, &debt, "link", &[("action", "issue")]).await;
    let new = shown.attributes("#link", "value")[0].clone();
    assert_ne!(new, url);
    let opens = async |link: &str| {
        let client = app.client();
        client.get(link).await;
        client.post(link, &[("postal_code", "97204")]).await.status == 303
    };
    assert!(!opens(&url).await && opens(&new).await);
    let shown = act(&member, &debt, "link", &[("action", "revoke")]).await;
    assert_eq!(shown.count("#link"), 0);
    assert!(!opens(&new).await);
    let expected = [
        "debt.read",
        "link.shown",
        "debt.read",
        "debt.read",
        "link.issued",
        "debt.read",
        "debt.read",
        "link.revoked",
        "debt.read",
    ];
    let lines: Vec<String> = app.audited().into_iter().skip(1).collect();
    assert_eq!(lines, expected);
}

#[actix_web::test]
async fn a_locked_link_is_unlocked() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().create());
    let client = app.client();
    for _ in 0..5 {
        client.get(&debt.link()).await;
        client.post(&debt.link(), &[("postal_code", "00000")]).await;
    }
    assert_eq!(client.post(&debt.link(), &[("postal_code", "97204")]).await.status, 429);
    assert!(member.client.get(&page(&debt)).await.text().contains("5 wrong answers"));
    assert_eq!(act(&member, &debt, "unlock", &[]).await.status, 303);
    assert_eq!(client.post(&debt.link(), &[("postal_code", "97204")]).await.status, 303);
}

#[actix_web::test]
async fn a_status_is_set_along_its_table_with_a_reason() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().create());
    let status = || app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id));
    let answer = act(&member, &debt, "status", &[("status", "closed"), ("status_reason", " ")]).await;
    assert_eq!((answer.status, answer.count("#status_reason[aria-invalid=true]")), (422, 1));
    let answer = act(&member, &debt, "status", &[("status", "hold"), ("status_reason", "x")]).await;
    assert_eq!((answer.status, answer.count("#status[aria-invalid=true]")), (422, 1));
    assert_eq!(status(), "active");
    for to in ["dispute", "closed", "active", "resolved", "active"] {
        let answer = act(&member, &debt, "status", &[("status", to), ("status_reason", "on the phone")]).await;
        assert_eq!(answer.status, 303, "{to}: {}", answer.text());
        assert_eq!(status(), to);
    }
    let told = app.value("SELECT details FROM audit WHERE action = 'debt.status_set' ORDER BY at, id LIMIT 1");
    assert!(told.contains("\"old\": \"active\"") && told.contains("\"new\": \"dispute\""), "{told}");
    // A debt that is paid is not opened by hand.
    let paid = app.debt().owing("50.00").paid("50.00").create();
    let answer = act(&member, &paid, "status", &[("status", "active"), ("status_reason", "x")]).await;
    assert_eq!(answer.status, 422);
}

#[actix_web::test]
async fn holds_stop_payment_and_the_last_one_gives_it_back() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Compliance), app.debt().status("dispute").create());
    let status = || app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id));
    for kind in ["attorney", "bankruptcy", "cease_contact"] {
        let answer = act(&member, &debt, "holds", &[("hold", kind), ("hold_reason", "letter of May 3")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    assert_eq!(status(), "hold");
    let answer = act(&member, &debt, "holds", &[("hold", "attorney"), ("hold_reason", "again")]).await;
    assert_eq!((answer.status, answer.count("#hold[aria-invalid=true]")), (422, 1));
    let lift = async |kind: &str| {
        let id = app.value(&format!("SELECT id FROM debt_holds WHERE kind = '{kind}'"));
        act(&member, &debt, &format!("holds/{id}"), &[("lift_reason", "dismissed")]).await.status
    };
    assert_eq!(lift("attorney").await, 303);
    assert_eq!(status(), "hold", "the bankruptcy still holds it");
    assert_eq!(lift("bankruptcy").await, 303);
    assert_eq!(status(), "dispute", "back to where it was");
    assert_eq!(lift("bankruptcy").await, 404);
    // Who wants no contact may still pay.
    let free = app.debt().create();
    act(&member, &free, "holds", &[("hold", "cease_contact"), ("hold_reason", "asked on the phone")]).await;
    assert_eq!(app.value(&format!("SELECT status FROM debts WHERE id = '{}'", free.id)), "active");
    assert!(member.client.get(&page(&free)).await.text().contains("asked on the phone"));
}

#[actix_web::test]
async fn a_contact_is_recorded_and_its_text_waits_for_the_review() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().create());
    let base = [("direction", "outbound"), ("date", "2026-01-05"), ("time", "14:05")];
    let record = async |more: &[(&str, &str)]| {
        let form: Vec<(&str, &str)> = base
            .iter()
            .copied()
            .filter(|(n, _)| !more.iter().any(|(m, _)| m == n))
            .chain(more.iter().copied())
            .collect();
        act(&member, &debt, "contacts", &form).await
    };
    for (form, field) in [
        (&[("kind", "call"), ("outcome", "sang")][..], "outcome"),
        (&[("kind", "call"), ("outcome", "answered"), ("seconds", "75")][..], "minutes"),
        (&[("kind", "sms"), ("text", "")][..], "text"),
        (&[("kind", "fax"), ("text", "x")][..], "kind"),
        (&[("kind", "sms"), ("text", "x"), ("date", "2026-02-30")][..], "date"),
        (&[("kind", "sms"), ("text", "x"), ("date", "2199-01-01")][..], "date"),
    ] {
        let answer = record(form).await;
        assert_eq!((answer.status, answer.count(&format!("#{field}[aria-invalid=true]"))), (422, 1), "{form:?}");
    }
    assert_eq!(app.value(&format!("SELECT total_contacts FROM debts WHERE id = '{}'", debt.id)), "0");
    for form in [
        &[
            ("kind", "call"),
            ("outcome", "answered"),
            ("minutes", "3"),
            ("seconds", "12"),
            ("text", "Will pay on Friday."),
        ][..],
        &[("kind", "call"), ("outcome", "busy")][..],
        &[("kind", "sms"), ("text", "Please call us.")][..],
        &[("kind", "email"), ("subject", "Your question"), ("text", "Here is the answer.")][..],
        &[("kind", "letter"), ("subject", "Validation notice"), ("text", "Sent by post."), ("direction", "inbound")][..],
    ] {
        let answer = record(form).await;
        assert_eq!(answer.status, 303, "{form:?} {}", answer.text());
    }
    assert_eq!(
        app.value("SELECT string_agg(compliance_checked::TEXT, ' ' ORDER BY call_outcome) FROM calls"),
        "false true"
    );
    assert_eq!(app.value("SELECT bool_or(compliance_checked) FROM sms"), "false");
    // 14:05 in New York.
    assert_eq!(app.value("SELECT timestamp AT TIME ZONE 'UTC' FROM emails"), "2026-01-05 19:05:00");
    assert_eq!(app.value(&format!("SELECT total_contacts FROM debts WHERE id = '{}'", debt.id)), "4");
    let debtor = app.client();
    debtor.sign_in(&debt).await;
    let seen = debtor.get(&debt.path()).await.text();
    assert!(!seen.contains("Please call us.") && !seen.contains("Will pay on Friday"));
}

#[actix_web::test]
async fn contact_data_is_corrected_with_the_old_values_kept() {
    let app = spawn().await;
    let (member, debt, other) = (app.staff(Role::Agent), app.debt().create(), app.debt().create());
    let path = format!("{}/person", page(&debt));
    let form = async |change: &[(&'static str, &str)]| {
        let shown = member.client.get(&path).await;
        let value =
            |name: &str| shown.attributes(&format!("[name={name}]"), "value").first().cloned().unwrap_or_default();
        let names = [
            "seen",
            "first_name",
            "last_name",
            "email",
            "phone",
            "address_line1",
            "address_line2",
            "city",
            "state",
            "zip_code",
        ];
        let mut all: Vec<(String, String)> = names.iter().map(|name| ((*name).to_owned(), value(name))).collect();
        for (name, value) in change {
            all.retain(|(known, _)| known != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        all
    };
    let post = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        member.client.post(&path, &fields).await
    };
    let taken = app.value(&format!("SELECT email FROM debtors WHERE id = '{}'", other.debtor_id));
    for (name, value) in [
        ("email", "maria"),
        ("phone", "555"),
        ("state", "Ore"),
        ("zip_code", "972"),
        ("first_name", ""),
        ("email", taken.as_str()),
    ] {
        let answer = post(&form(&[(name, value)]).await).await;
        assert_eq!((answer.status, answer.count(&format!("#{name}[aria-invalid=true]"))), (422, 1), "{name}={value}");
        assert_eq!(answer.attributes(&format!("#{name}"), "value")[0], value, "what was typed stays");
    }
    assert_eq!(app.value("SELECT count(*) FROM debtor_changes"), "0");
    let right = form(&[("phone", "(503) 555-0177"), ("state", "or"), ("email_consent", "true")]).await;
    let answer = post(&right).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let rows = app.value("SELECT string_agg(field || ':' || coalesce(old_value, '') || '>' || coalesce(new_value, ''), ' ' ORDER BY field) FROM debtor_changes");
    assert_eq!(rows, "phone:+15035550199>(503) 555-0177 state:>OR");
    // The form that was open in another window knows the old values.
    let answer = post(&right).await;
    assert_eq!(answer.status, 422);
    assert!(member.client.get(&page(&debt)).await.text().contains("+15035550199 → (503) 555-0177"));
    let told = app.value("SELECT details FROM audit WHERE action = 'person.corrected'");
    assert!(told.contains("+15035550199"), "{told}");
}

#[actix_web::test]
async fn a_payment_made_elsewhere_counts_once_and_closes_the_checkout_that_would_overpay() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Agent), app.debt().owing("100.00").create());
    let debtor = app.client();
    debtor.sign_in(&debt).await;
    debtor.start_payment(&debt, "80.00").await;
    let now = app.clock.now().with_timezone(&chrono_tz::America::New_York);
    let (day, time) = (now.format("%Y-%m-%d").to_string(), now.format("%H:%M").to_string());
    app.execute(&format!("UPDATE debts SET imported_at = '2026-01-01' WHERE id = '{}'", debt.id));
    let pay = async |amount: &str, reference: &str, day: &str| {
        let form =
            [("amount", amount), ("method", "check"), ("reference", reference), ("date", day), ("time", time.as_str())];
        act(&member, &debt, "payments", &form).await
    };
    for (amount, reference, date, field) in [
        ("0", "1041", day.as_str(), "amount"),
        ("abc", "1041", day.as_str(), "amount"),
        ("100.01", "1041", day.as_str(), "amount"),
        ("10.00", "", day.as_str(), "reference"),
        ("10.00", "1041", "2199-01-01", "date"),
        ("10.00", "1041", "2025-12-30", "date"),
    ] {
        let answer = pay(amount, reference, date).await;
        assert_eq!(
            (answer.status, answer.count(&format!("#{field}[aria-invalid=true]"))),
            (422, 1),
            "{amount} {reference} {date}"
        );
    }
    assert_eq!(pay("60.00", "1041", &day).await.status, 303);
    let again = pay("40.00", "1041", &day).await;
    assert_eq!((again.status, again.count("#reference[aria-invalid=true]")), (422, 1));
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id)), "60.00");
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE replaced_at IS NOT NULL"), "1");
    assert_eq!(pay("40.00", "1042", &day).await.status, 303);
    assert_eq!(app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id)), "resolved");
    assert_eq!(pay("1.00", "1043", &day).await.status, 422);
    app.assert_ledger();
}

async fn paid(app: &TestApp, amount: &str) -> (Debt, String) {
    let debt = app.debt().owing("2000.00").create();
    let debtor = app.client();
    debtor.sign_in(&debt).await;
    let session = debtor.start_payment(&debt, amount).await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    let id = app.value(&format!("SELECT id FROM payments WHERE debt_id = '{}' AND status = 'completed'", debt.id));
    (debt, id)
}

#[actix_web::test]
async fn a_refund_asks_for_the_second_factor_again() {
    let app = spawn().await;
    let member = app.staff(Role::Agent);
    let (debt, payment) = paid(&app, "100.00").await;
    let path = format!("/admin/payments/{payment}/refunds");
    let shown = member.client.get(&format!("{path}/new")).await;
    assert_eq!(shown.attributes("#amount", "value"), ["100.00"]);
    let refund = async |amount: &str, seen: &str, reason: &str, code: &str| {
        member.client.post(&path, &[("amount", amount), ("seen", seen), ("reason", reason), ("code", code)]).await
    };
    for (amount, reason, field) in [
        ("0", "mistake", "amount"),
        ("x", "mistake", "amount"),
        ("100.01", "mistake", "amount"),
        ("40.00", "", "reason"),
    ] {
        let answer = refund(amount, "100.00", reason, &member.code(&app)).await;
        assert_eq!((answer.status, answer.count(&format!("#{field}[aria-invalid=true]"))), (422, 1), "{amount}");
    }
    assert_eq!(refund("40.00", "100.00", "mistake", "000000").await.status, 422);
    assert_eq!(app.value("SELECT count(*) FROM refunds"), "0");
    let answer = refund("40.00", "100.00", "paid twice", &member.code(&app)).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    app.sandbox.deliver_all().await;
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id)), "60.00");
    // A page that was open meanwhile knows another figure.
    let answer = refund("60.00", "100.00", "again", &member.code(&app)).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("$60.00"), "{}", answer.text());
    let lines = app.audited();
    assert!(lines.contains(&"refund.ordered".to_owned()) && lines.contains(&"refund.made".to_owned()));
    app.assert_ledger();
}

#[actix_web::test]
async fn above_an_amount_a_second_person_must_allow_it() {
    let app = spawn().await;
    let (agent, one, two) = (app.staff(Role::Agent), app.staff(Role::Administrator), app.staff(Role::Compliance));
    let (debt, payment) = paid(&app, "900.00").await;
    let path = format!("/admin/payments/{payment}/refunds");
    agent.client.get(&format!("{path}/new")).await;
    one.client.get(&format!("{path}/new")).await;
    let ask = async |member: &Member, amount: &str| {
        let code = member.code(&app);
        member
            .client
            .post(&path, &[("amount", amount), ("seen", "900.00"), ("reason", "mistake"), ("code", &code)])
            .await
    };
    assert_eq!(ask(&one, "500.01").await.location(), format!("{}?done=refund-waiting", page(&debt)));
    assert_eq!(ask(&agent, "600.00").await.status, 422, "one waits already");
    assert_eq!(app.value("SELECT count(*) FROM refunds"), "0");
    let wish = app.value("SELECT id FROM refund_requests");
    let decide = async |member: &Member, decision: &str| {
        member.client.get("/admin/approvals").await;
        let code = member.code(&app);
        member.client.post(&format!("/admin/approvals/{wish}"), &[("decision", decision), ("code", &code)]).await
    };
    assert_eq!(decide(&one, "approve").await.status, 422, "not by who asked");
    let (a, b) = tokio::join!(decide(&two, "approve"), decide(&two, "approve"));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "once");
    app.sandbox.deliver_all().await;
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id)), "399.99");
    assert_eq!(app.value("SELECT count(*) FROM refunds"), "1");
    assert!(app.connect().batch_execute("UPDATE refund_requests SET decided_by = requested_by").is_err());
    app.assert_ledger();
}
