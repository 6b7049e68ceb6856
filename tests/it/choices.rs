//! How a person may be contacted: chosen on the portal, by a link, by a text message, and by telephone.

use quittance::domain::choice::{Channel, Choices, Limit};
use quittance::domain::staff::Role;
use quittance::models::{choice, contact_meter};
use quittance::web::security::sha256;

use crate::support::client::Page;
use crate::support::db::column;
use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn path(debt: &Debt) -> String {
    format!("{}/choices", debt.path())
}

fn chosen(app: &TestApp, debt: &Debt) -> Choices {
    choice::of(&mut app.connect(), debt.debtor_id).unwrap().unwrap()
}

/// The history, oldest first: topic, new value, source.
fn history(app: &TestApp, debt: &Debt) -> Vec<String> {
    let query = format!(
        "SELECT topic || ' ' || coalesce(new_value, '-') || ' ' || source FROM contact_choices
         WHERE debtor_id = '{}' ORDER BY at, topic COLLATE \"C\"",
        debt.debtor_id
    );
    column(&mut app.connect(), &query)
}

fn mails(app: &TestApp) -> Vec<String> {
    column(&mut app.connect(), "SELECT kind || ' ' || language FROM outbox ORDER BY queued_at, id")
}

/// A link as it stands in a message; the secret.
fn link(app: &TestApp, debt: &Debt, channel: &str) -> String {
    let secret = format!("{channel}-{}", debt.id.simple());
    let hash: String = sha256(&secret).iter().map(|byte| format!("{byte:02x}")).collect();
    app.execute(&format!(
        "INSERT INTO opt_out_links (token_hash, debtor_id, debt_id, channel) VALUES ('\\x{hash}', '{}', '{}', '{channel}')",
        debt.debtor_id, debt.id
    ));
    secret
}

async fn choose(client: &Client, debt: &Debt, form: &[(&str, &str)]) -> Page {
    let part = [("part", "choices")];
    let form: Vec<_> = part.into_iter().chain(form.iter().copied()).collect();
    client.post(&path(debt), &form).await
}

#[actix_web::test]
async fn row_9_choices_hold_at_once_and_are_kept_with_source_and_time() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&path(&debt)).await;
    assert_eq!((page.status, page.text_of("h1")), (200, "How we may contact you".to_owned()));
    assert_eq!(page.attributes("input[name=email][checked]", "value"), ["yes"]);
    assert!(page.attributes("input[name=sms][checked]", "value").is_empty(), "nobody has said anything");
    assert!(page.text().contains("from a debt collector"));
    let form = [
        ("email", "no"),
        ("call", "no"),
        ("sms", "yes"),
        ("letter", "yes"),
        ("mornings", "yes"),
        ("at_work", "yes"),
        ("words", "Not while the baby sleeps"),
    ];
    let answer = choose(&client, &debt, &form).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{}?done=saved", path(&debt))));
    let expected = Choices {
        email: false,
        call: Some(false),
        sms: Some(true),
        limits: vec![Limit::Mornings, Limit::AtWork],
        words: Some("Not while the baby sleeps".to_owned()),
        ..Choices::default()
    };
    assert_eq!(chosen(&app, &debt), expected);
    assert_eq!(
        app.value("SELECT (email_consent, phone_consent, dnc_registered, sms_consent, letter_consent) FROM debtors"),
        "(f,f,t,t,t)",
        "programs that know only the first columns stop as well"
    );
    let kept = [
        "at_work no portal",
        "do_not_call yes portal",
        "email no portal",
        "mornings no portal",
        "sms yes portal",
        "words Not while the baby sleeps portal",
    ];
    assert_eq!(history(&app, &debt), kept);
    assert_eq!(app.value("SELECT bool_and(debt_id IS NOT NULL AND staff_id IS NULL) FROM contact_choices"), "true");
    assert!(mails(&app).is_empty(), "no e-mail after e-mail was refused");
    let shown = client.get(&answer.location()).await;
    assert!(shown.text_of("[role=status]").contains("Your choices are saved"));
    assert_eq!(shown.attributes("input[name=email][checked]", "value"), ["no"]);
    assert_eq!(shown.attributes("#mornings[checked], #at_work[checked]", "name"), ["mornings", "at_work"]);
    assert_eq!(shown.count("tbody tr"), 6);
    assert_eq!(shown.count("tbody th[scope=row]"), 6);
    assert!(shown.text().contains("On this portal"));
    // The same again is no change.
    choose(&client, &debt, &form).await;
    assert_eq!(history(&app, &debt).len(), kept.len());
    // And back.
    let back = choose(&client, &debt, &[("email", "yes"), ("call", "yes"), ("sms", "no"), ("letter", "no")]).await;
    assert_eq!(back.status, 303);
    let now = chosen(&app, &debt);
    assert_eq!((now.email, now.call, now.sms, now.letter), (true, Some(true), Some(false), false));
    assert!(now.limits.is_empty() && now.words.is_none());
    assert_eq!(mails(&app), ["choices_changed en"]);
}

#[actix_web::test]
async fn the_page_is_its_debtors_own_and_takes_only_its_own_forms() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = debtor(&app, &debt).await;
    assert_eq!(app.client().get(&path(&debt)).await.status, 401);
    assert_eq!(client.get(&path(&other)).await.status, 404);
    client.get(&path(&debt)).await;
    assert_eq!(choose(&client, &other, &[("email", "no")]).await.status, 404);
    for part in ["stop", "allow", "attorney", "no_attorney"] {
        let form = [("part", part), ("understood", "yes"), ("attorney_name", "A"), ("attorney_email", "a@law.example")];
        assert_eq!(client.post(&path(&other), &form).await.status, 404, "{part}");
    }
    assert_eq!(client.post(&path(&debt), &[("part", "everything")]).await.status, 400);
    assert_eq!(client.post_body(&path(&debt), "part=stop&understood=yes&af=x".to_owned()).await.status, 403);
    assert_eq!(app.value("SELECT count(*) FROM contact_choices"), "0");
    assert_eq!(chosen(&app, &other), Choices::default());
    let links = client.get(&debt.path()).await.attributes(".documents a", "href");
    assert!(links.contains(&path(&debt)), "{links:?}");
    assert!(client.get("/account").await.attributes(".documents a", "href").contains(&path(&debt)));
}

#[actix_web::test]
async fn what_cannot_be_is_told_at_the_field_and_changes_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let long = "x".repeat(501);
    type Form<'a> = Vec<(&'a str, &'a str)>;
    let cases: [(Form, &str, &str); 6] = [
        (vec![("part", "choices"), ("email", "no"), ("words", &long)], "words", "at most 500"),
        (vec![("part", "stop")], "understood", "Tick the box"),
        (vec![("part", "attorney"), ("attorney_phone", "(503) 555-0100")], "attorney_name", "Enter the name"),
        (vec![("part", "attorney"), ("attorney_name", "Ana Ruiz")], "attorney_phone", "Enter a telephone number"),
        (
            vec![("part", "attorney"), ("attorney_name", "Ana Ruiz"), ("attorney_phone", "call her")],
            "attorney_phone",
            "not a telephone number",
        ),
        (
            vec![("part", "attorney"), ("attorney_name", "<script>x</script>"), ("attorney_email", "ana")],
            "attorney_email",
            "not an e-mail address",
        ),
    ];
    for (form, field, sentence) in cases {
        let page = client.post(&path(&debt), &form).await;
        assert_eq!(page.status, 422, "{form:?}");
        assert!(page.text_of(&format!("#{field}-error")).contains(sentence), "{form:?}");
        assert_eq!(page.attributes(&format!("#{field}"), "aria-invalid"), ["true"]);
        assert_eq!(page.attributes(&format!("#{field}"), "aria-describedby"), [format!("{field}-error")]);
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")]);
        assert!(page.texts("title")[0].starts_with("Error:") && page.count("script") == 0);
        let typed = form.iter().find(|(name, _)| *name == "attorney_name");
        if let Some((_, name)) = typed {
            assert_eq!(page.attributes("#attorney_name", "value"), [*name], "what was typed stays");
        }
    }
    assert_eq!(chosen(&app, &debt), Choices::default());
    assert_eq!(app.value("SELECT count(*) FROM attorneys"), "0");
}

#[actix_web::test]
async fn row_9_all_contact_can_be_stopped_also_for_debts_to_come_and_allowed_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let second = app.debt().of(&debt).status("dispute").create();
    let closed = app.debt().of(&debt).paid("100.00").status("resolved").create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&path(&debt)).await;
    assert!(page.text().contains("The law then lets us write only") && page.count("#stopped") == 0);
    let answer = client.post(&path(&debt), &[("part", "stop"), ("understood", "yes")]).await;
    assert_eq!(answer.location(), format!("{}?done=stop", path(&debt)));
    assert!(chosen(&app, &debt).stopped_at.is_some());
    let held = "SELECT string_agg(debt_id::TEXT, ' ' ORDER BY debt_id) FROM debt_holds WHERE kind = 'cease_contact'
        AND lifted_at IS NULL AND placed_by IS NULL AND placed_from = 'portal'";
    let mut both = [debt.id.to_string(), second.id.to_string()];
    both.sort();
    assert_eq!(app.value(held), both.join(" "), "not {closed:?}");
    assert_eq!(app.value("SELECT string_agg(status, ' ' ORDER BY status) FROM debts"), "active dispute resolved");
    assert_eq!(client.get(&answer.location()).await.count("#stopped"), 1);
    assert_eq!(history(&app, &debt), ["stop yes portal"]);
    // A debt that is imported later is the same person's.
    let later = app.debt().of(&debt).create();
    assert!(Channel::ALL.iter().all(|channel| !chosen(&app, &later).may_send(*channel)));
    // Twice is once.
    client.post(&path(&debt), &[("part", "stop"), ("understood", "yes")]).await;
    assert_eq!(history(&app, &debt).len(), 1);
    // Who still wants to pay may.
    assert_eq!(client.get(&format!("{}/payments/new", debt.path())).await.status, 200);
    client.post(&path(&debt), &[("part", "allow")]).await;
    assert!(chosen(&app, &debt).stopped_at.is_none());
    assert_eq!(app.value("SELECT count(*) FROM debt_holds WHERE lifted_at IS NULL"), "0");
    assert_eq!(app.value("SELECT bool_and(lifted_from = 'portal' AND lifted_by IS NULL) FROM debt_holds"), "true");
    assert_eq!(history(&app, &debt), ["stop yes portal", "stop no portal"]);
    assert_eq!(mails(&app), ["choices_changed en"], "none while contact was stopped");
}

#[actix_web::test]
async fn row_12_an_attorney_stops_payment_and_outreach_of_every_open_debt() {
    let app = spawn().await;
    let debt = app.debt().create();
    let second = app.debt().of(&debt).create();
    let staff = app.staff(Role::Agent);
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "full").await;
    client.get(&path(&debt)).await;
    let form = [
        ("part", "attorney"),
        ("attorney_name", "Ana Ruiz"),
        ("attorney_firm", "Ruiz & Sons"),
        ("attorney_email", "ana@ruiz.example"),
        ("attorney_address", "1 Court Plaza\nPortland, OR 97204"),
    ];
    let answer = client.post(&path(&debt), &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(app.value("SELECT string_agg(status, ' ') FROM debts"), "hold hold");
    assert_eq!(app.value("SELECT failure_code FROM payments"), "withdrawn", "the open checkout is out of service");
    let closed = async {
        while app.value("SELECT count(*) FROM payments WHERE status = 'pending'") != "0" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), closed).await.expect("closed at Stripe as well");
    for debt in [&debt, &second] {
        let start = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
        assert_ne!(start.status, 303, "{}", start.text());
    }
    assert!(!chosen(&app, &debt).may_send(Channel::Letter));
    let page = client.get(&answer.location()).await;
    assert!(page.text_of("#represented").contains("We contact Ana Ruiz and not you"));
    assert_eq!(page.attributes("#attorney_firm", "value"), ["Ruiz & Sons"]);
    assert_eq!(history(&app, &debt), ["attorney Ana Ruiz portal"]);
    // Staff reads whom to write to, and that the person placed the hold.
    let seen = staff.client.get(&format!("/admin{}", second.path())).await;
    for part in ["ana@ruiz.example", "1 Court Plaza", "Asked for by the person on the portal", "Do not call"] {
        assert!(seen.text().contains(part), "{part} in {}", seen.text());
    }
    // Correcting the data makes no second hold.
    let corrected = [("part", "attorney"), ("attorney_name", "Ana Ruiz"), ("attorney_phone", "(503) 555-0100")];
    client.post(&path(&debt), &corrected).await;
    assert_eq!(app.value("SELECT count(*) FROM debt_holds"), "2");
    assert_eq!(app.value("SELECT count(*) FROM attorneys WHERE ended_at IS NULL"), "1");
    // A hold of staff outlasts the person's.
    staff.client.get(&format!("/admin{}", second.path())).await;
    let hold = [("hold", "bankruptcy"), ("hold_reason", "Petition filed")];
    assert_eq!(staff.client.post(&format!("/admin{}/holds", second.path()), &hold).await.status, 303);
    client.get(&path(&debt)).await;
    client.post(&path(&debt), &[("part", "no_attorney")]).await;
    let status = |debt: &Debt| app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id));
    assert_eq!((status(&debt).as_str(), status(&second).as_str()), ("active", "hold"));
    assert!(!chosen(&app, &debt).has_attorney);
    assert_eq!(history(&app, &debt).last().unwrap(), "attorney - portal");
}

#[actix_web::test]
async fn two_attorneys_named_at_once_leave_one() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.get(&path(&debt)).await;
    let (one, two) = ("Ana Ruiz", "Ben Roe");
    let name = async |who: &str| {
        let form = [("part", "attorney"), ("attorney_name", who), ("attorney_email", "law@firm.example")];
        client.post(&path(&debt), &form).await.status
    };
    let answers = futures_util::future::join_all([name(one), name(two), name(one), name(two)]).await;
    assert_eq!(answers, [303; 4]);
    assert_eq!(app.value("SELECT count(*) FROM attorneys WHERE ended_at IS NULL"), "1");
    assert_eq!(app.value("SELECT count(*) FROM debt_holds"), "1");
}

#[actix_web::test]
async fn row_1_the_opt_out_page_is_the_same_for_every_link_and_tells_nothing() {
    let app = spawn().await;
    let debt = app.debt().creditor("Northwind Dental").create();
    let secret = link(&app, &debt, "email");
    let mut bodies = Vec::new();
    for token in [secret.as_str(), "invented", "%00", "a/b/c", ""] {
        let stranger = app.client();
        // The first page sets the cookie, the second one is compared: each visitor has another anti-forgery value.
        let page = stranger.get(&format!("/opt-out/{token}")).await;
        assert_eq!(page.status, 200, "{token}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        bodies.push(page.body.replace(&stranger.antiforgery(), ""));
        for word in ["debt", "collect", "owe", "Northwind", "Quillfeather", "Maria", "pay", "account", "licen"] {
            let main = page.text().to_lowercase();
            assert!(!main.contains(&word.to_lowercase()), "{word} in {main}");
        }
        assert_eq!(page.count("main input:not([type=hidden])"), 0, "nothing is asked");
        assert_eq!(page.count("main button"), 1);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:#?}");
    let spanish = app.client().get(&format!("/opt-out/{secret}?lang=es")).await;
    assert!(spanish.text().contains("No enviar más correos a esta dirección") && !spanish.text().contains("deuda"));
    let sms = app.client().get("/opt-out/x?channel=sms").await;
    assert_eq!(sms.text_of("main button"), "Stop text messages to this number");
}

#[actix_web::test]
async fn row_9_the_button_behind_the_link_refuses_its_channel_whoever_presses_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute("UPDATE debtors SET sms_consent = true");
    let (email, sms) = (link(&app, &debt, "email"), link(&app, &debt, "sms"));
    let stranger = app.client();
    for _ in 0..2 {
        let address = format!("/opt-out/{email}");
        stranger.get(&address).await;
        let answer = stranger.post(&address, &[]).await;
        assert_eq!((answer.status, answer.location().as_str()), (303, "/opted-out?channel=email"));
    }
    let (known, unknown) = (stranger.get("/opted-out?channel=email").await, {
        let answer = stranger.post("/opt-out/invented", &[]).await;
        assert_eq!((answer.status, answer.location().as_str()), (303, "/opted-out?channel=email"));
        stranger.get(&answer.location()).await
    });
    assert_eq!((known.status, known.body), (200, unknown.body));
    assert_eq!(history(&app, &debt), ["sms yes other", "email no opt_out_link"]);
    let choices = chosen(&app, &debt);
    assert_eq!((choices.email, choices.sms), (false, Some(true)), "only the channel of the link");
    stranger.post(&format!("/opt-out/{sms}?channel=sms"), &[]).await;
    assert_eq!(chosen(&app, &debt).sms, Some(false));
    assert!(mails(&app).is_empty());
    // Neither without the anti-forgery value nor from another site.
    app.execute("UPDATE debtors SET email_consent = true");
    assert_eq!(stranger.post_body(&format!("/opt-out/{email}"), "af=x".to_owned()).await.status, 403);
    let elsewhere = stranger.with_header("origin", "https://evil.example");
    assert_eq!(elsewhere.post(&format!("/opt-out/{email}"), &[]).await.status, 403);
    assert!(chosen(&app, &debt).email);
}

#[actix_web::test]
async fn row_9_a_mail_program_unsubscribes_by_one_click_without_cookies() {
    let app = spawn().await;
    let debt = app.debt().create();
    let address = format!("/opt-out/{}", link(&app, &debt, "email"));
    let multipart = "--b1\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b1--\r\n";
    let bodies = [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=b1", multipart),
    ];
    for (sent_as, body) in bodies {
        app.execute("UPDATE debtors SET email_consent = true");
        let program =
            app.client().with_header("origin", "https://mail.example").with_header("sec-fetch-site", "cross-site");
        for address in [address.as_str(), address.as_str(), "/opt-out/invented"] {
            let answer = program.post_bytes(address, sent_as, body.as_bytes().to_vec()).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{sent_as}");
            assert!(answer.header("set-cookie").is_empty() && answer.location().is_empty());
        }
        assert!(!chosen(&app, &debt).email, "{sent_as}");
    }
    let clicks: Vec<_> = history(&app, &debt).into_iter().filter(|line| line.ends_with("one_click")).collect();
    assert_eq!(clicks, ["email no one_click"; 2]);
    // Something else that a program may post is not one.
    app.execute("UPDATE debtors SET email_consent = true");
    for (sent_as, body) in [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=Two-Clicks"),
        ("text/plain", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=zz", multipart),
    ] {
        let status = app.client().post_bytes(&address, sent_as, body.as_bytes().to_vec()).await.status;
        assert!([400, 403].contains(&status), "{sent_as}: {status}");
    }
    assert!(chosen(&app, &debt).email);
}

#[actix_web::test]
async fn row_9_an_answer_of_stop_refuses_text_messages_whichever_program_took_it() {
    let app = spawn().await;
    let said = |debt: &Debt, direction: &str, text: &str| {
        app.execute(&format!(
            "INSERT INTO sms (debt_id, direction, content) VALUES ('{}', '{direction}', '{text}')",
            debt.id
        ));
    };
    for word in ["STOP", "stop", " Stop. ", "STOPALL", "Unsubscribe", "cancel", "END", "quit", "Alto", "PARAR!"] {
        let debt = app.debt().create();
        app.execute(&format!("UPDATE debtors SET sms_consent = true WHERE id = '{}'", debt.debtor_id));
        said(&debt, "inbound", word);
        assert_eq!(chosen(&app, &debt).sms, Some(false), "{word}");
        assert_eq!(history(&app, &debt).last().unwrap(), "sms no sms_stop", "{word}");
        said(&debt, "inbound", word);
        assert_eq!(history(&app, &debt).len(), 2, "twice is once");
    }
    let debt = app.debt().create();
    for text in ["Please stop calling me", "stop it", "when does it end", ""] {
        said(&debt, "inbound", text);
    }
    said(&debt, "outbound", "STOP");
    assert_eq!(chosen(&app, &debt).sms, None);
    // An old message that is imported does not undo what was chosen after it.
    let client = debtor(&app, &debt).await;
    client.get(&path(&debt)).await;
    choose(&client, &debt, &[("sms", "yes"), ("email", "yes"), ("letter", "yes")]).await;
    app.execute(&format!(
        "INSERT INTO sms (debt_id, direction, content, timestamp) VALUES ('{}', 'inbound', 'STOP', '2024-01-01Z')",
        debt.id
    ));
    assert_eq!(chosen(&app, &debt).sms, Some(true));
}

#[actix_web::test]
async fn row_9_what_other_programs_write_is_in_the_history_too() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute("UPDATE debtors SET email_consent = false, dnc_registered = true");
    app.execute("UPDATE debtors SET city = 'Salem'");
    assert_eq!(history(&app, &debt), ["do_not_call yes other", "email no other"]);
    // Staff's correction of the person is told as theirs.
    let staff = app.staff(Role::Agent);
    let page = staff.client.get(&format!("/admin{}/person", debt.path())).await;
    let seen = page.attributes("input[name=seen]", "value").remove(0);
    let form = [
        ("first_name", "Maria"),
        ("last_name", "Quillfeather"),
        ("zip_code", "97204"),
        ("email_consent", "true"),
        ("seen", seen.as_str()),
    ];
    let answer = staff.client.post(&format!("/admin{}/person", debt.path()), &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(history(&app, &debt)[2..], ["do_not_call no staff", "email yes staff"]);
    assert_eq!(app.value("SELECT count(*) FROM contact_choices WHERE staff_id IS NOT NULL"), "2");
}

#[actix_web::test]
async fn row_11_staff_records_what_is_told_by_phone_and_the_meter_heeds_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (agent, viewer) = (app.staff(Role::Agent), app.staff(Role::Viewer));
    let page = format!("/admin{}", debt.path());
    let record = async |topic: &str, answer: &str, told: &str| {
        agent.client.get(&page).await;
        let form = [("topic", topic), ("answer", answer), ("told", told)];
        agent.client.post(&format!("{page}/choices"), &form).await
    };
    for (topic, answer, field) in [("", "no", "topic"), ("fax", "no", "topic"), ("call", "", "answer")] {
        let refused = record(topic, answer, "phone").await;
        assert_eq!(refused.status, 422, "{topic} {answer}");
        assert_eq!(refused.count(&format!("#{field}-error")), 1);
    }
    assert_eq!(record("call", "no", "phone").await.location(), format!("{page}?done=choices"));
    record("weekends", "no", "staff").await;
    record("at_work", "no", "phone").await;
    record("at_work", "yes", "phone").await;
    record("stop", "no", "phone").await;
    let expected =
        ["do_not_call yes phone", "weekends no staff", "at_work no phone", "at_work - phone", "stop yes phone"];
    assert_eq!(history(&app, &debt), expected);
    assert_eq!(app.value("SELECT count(*) FROM contact_choices WHERE staff_id IS NULL"), "0");
    assert_eq!(app.audited().iter().filter(|action| *action == "choices.recorded").count(), 5);
    assert_eq!(app.value("SELECT count(*) FROM debt_holds WHERE placed_by IS NOT NULL"), "1");
    let now = app.clock.now();
    let meter = contact_meter::read(&mut app.connect(), debt.id, now).unwrap().unwrap();
    assert_eq!(meter.verdict(), quittance::domain::contact_meter::Verdict::Never);
    let seen = agent.client.get(&page).await;
    for part in ["Calls were refused.", "No contact at all is wanted.", "By telephone", "Dana agent"] {
        assert!(seen.text().contains(part), "{part} in {}", seen.text());
    }
    // The debtor reads it as well, and who may only read cannot write.
    let client = debtor(&app, &debt).await;
    assert!(client.get(&path(&debt)).await.text().contains("By telephone"));
    viewer.client.get(&page).await;
    assert_eq!(
        viewer.client.post(&format!("{page}/choices"), &[("topic", "call"), ("answer", "yes")]).await.status,
        403
    );
    record("stop", "yes", "phone").await;
    assert!(chosen(&app, &debt).stopped_at.is_none());
    assert_eq!(app.value("SELECT count(*) FROM debt_holds WHERE lifted_at IS NULL"), "0");
}

#[actix_web::test]
async fn row_11_a_contact_against_a_choice_is_recorded_with_a_warning() {
    let app = spawn().await;
    let debt = app.debt().create();
    let agent = app.staff(Role::Agent);
    let page = format!("/admin{}", debt.path());
    let form = [
        ("kind", "sms"),
        ("direction", "outbound"),
        ("date", "2026-01-05"),
        ("time", "12:00"),
        ("text", "Please call us."),
    ];
    let record = async |form: &[(&str, &str)]| {
        agent.client.get(&format!("{page}/contacts/new?kind=sms")).await;
        agent.client.post(&format!("{page}/contacts"), form).await.location()
    };
    assert_eq!(agent.client.get(&format!("{page}/contacts/new")).await.count("#unwanted"), 0);
    assert_eq!(record(&form).await, format!("{page}?done=contact"));
    app.execute("UPDATE debtors SET sms_consent = false");
    let warned = agent.client.get(&format!("{page}/contacts/new?kind=sms")).await;
    assert!(warned.text_of("#unwanted").contains("Text messages were refused."));
    let answer = record(&form).await;
    assert_eq!(answer, format!("{page}?done=contact-unwanted"));
    assert!(agent.client.get(&answer).await.text_of("[role=status]").contains("went against"));
    let inbound: Vec<_> =
        form.iter().map(|(n, v)| if *n == "direction" { (*n, "inbound") } else { (*n, *v) }).collect();
    assert_eq!(record(&inbound).await, format!("{page}?done=contact"), "the person may write");
    assert_eq!(app.value("SELECT count(*) FROM sms"), "3");
}

#[actix_web::test]
async fn row_22_the_page_reads_in_spanish_and_every_field_has_a_name() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.get(&path(&debt)).await;
    choose(&client, &debt, &[("email", "no"), ("letter", "yes"), ("evenings", "yes")]).await;
    let page = client.get(&format!("{}?lang=es", path(&debt))).await;
    assert_eq!(page.text_of("h1"), "Cómo podemos comunicarnos con usted");
    for english in ["E-mail", "Letters", "Evenings", "On this portal", "Not allowed"] {
        assert!(!page.text().contains(english), "{english} in {}", page.text());
    }
    let labelled =
        page.count("fieldset input") + page.count("form input[type=text], input[type=tel], input[type=email]");
    assert!(labelled > 10);
    assert_eq!(page.count("label input[type=radio], label input[type=checkbox]"), page.count("fieldset input") + 1);
    assert_eq!(page.count("fieldset"), page.count("fieldset > legend"));
    assert!(page.attributes("thead th", "scope").iter().all(|scope| scope == "col"));
}
