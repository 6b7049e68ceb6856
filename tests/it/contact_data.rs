//! Contact data that a person corrects.

use crate::support::client::Page;
use crate::support::db::column;
use crate::support::{Client, Debt, TestApp, spawn};

async fn signed_in(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn path(debt: &Debt) -> String {
    format!("{}/contact-data", debt.path())
}

fn email(debt: &Debt) -> String {
    format!("maria.{}@mail.example", debt.debtor_id)
}

/// Sends the page's form with these fields changed.
async fn correct(client: &Client, debt: &Debt, changes: &[(&str, &str)]) -> Page {
    let page = client.get(&path(debt)).await;
    let names = page.attributes("form.form input:not([type=hidden])", "name");
    let values = page.attributes("form.form input:not([type=hidden])", "value");
    let seen = page.attributes("input[name=seen]", "value").remove(0);
    let mut form: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    for (name, value) in changes {
        let field = form.iter_mut().find(|(known, _)| known == name).unwrap();
        field.1 = value;
    }
    form.push(("seen", &seen));
    client.post(&path(debt), &form).await
}

#[actix_web::test]
async fn corrections_hold_the_old_is_kept_and_both_addresses_are_told() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = signed_in(&app, &debt).await;
    let answer = correct(&client, &debt, &[("phone", "(503) 555-0111"), ("city", "Portland"), ("state", "or")]).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{}?done=saved", path(&debt))), "{}", answer.text());
    assert_eq!(app.value("SELECT phone || '|' || city || '|' || state FROM debtors"), "(503) 555-0111|Portland|OR");
    let told = "SELECT kind || ' ' || recipient FROM outbox ORDER BY queued_at, id";
    assert_eq!(column(&mut app.connect(), told), [format!("contact_changed {}", email(&debt))]);
    let new = "maria.new@mail.example";
    let answer = correct(&client, &debt, &[("email", new), ("proof", "97204")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mails = column(&mut app.connect(), told);
    assert_eq!(mails[1..], [format!("contact_changed {}", email(&debt)), format!("contact_changed {new}")]);
    assert_eq!(
        app.value("SELECT string_agg(field || ':' || coalesce(old_value, '-') || '>' || new_value, ' ' ORDER BY changed_at, field) FROM debtor_changes"),
        format!("city:->Portland phone:+15035550199>(503) 555-0111 state:->OR email:{}>{new}", email(&debt))
    );
    assert_eq!(app.value("SELECT bool_and(source = 'debtor' AND staff_id IS NULL) FROM debtor_changes"), "true");
    assert!(client.get(&answer.location()).await.text_of("[role=status]").contains("corrected"));
    // Nothing changed is nothing told.
    assert_eq!(correct(&client, &debt, &[]).await.status, 303);
    assert_eq!(column(&mut app.connect(), told).len(), 3);
    // The name is not among the fields, nor are consents.
    let page = client.get(&path(&debt)).await;
    assert_eq!(page.count("[name=first_name], [name=last_name], [name=email_consent]"), 0);
}

#[actix_web::test]
async fn an_address_changes_only_for_who_knows_the_zip_code_on_file() {
    let app = spawn().await;
    let debt = app.debt().create();
    let (client, elsewhere) = (signed_in(&app, &debt).await, signed_in(&app, &debt).await);
    for (changes, sentence) in [
        (vec![("email", "thief@mail.example")], "Enter the ZIP code that we have on file"),
        (vec![("zip_code", "10001")], "Enter the ZIP code that we have on file"),
        (vec![("email", "thief@mail.example"), ("proof", "10001")], "This is not the ZIP code"),
        (vec![("email", "thief@mail.example"), ("proof", "x")], "This is not the ZIP code"),
    ] {
        let page = correct(&client, &debt, &changes).await;
        assert_eq!(page.status, 422, "{changes:?}");
        assert!(page.text_of("#proof-error").contains(sentence), "{changes:?}");
        assert_eq!(page.attributes("#proof", "aria-invalid"), ["true"]);
    }
    assert_eq!(app.value("SELECT email || zip_code FROM debtors"), format!("{}97204", email(&debt)));
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
    // Right once: then the other browser is out, and the answer to the identity check is the new one.
    assert_eq!(correct(&client, &debt, &[("zip_code", "10001"), ("proof", "97204-1234")]).await.status, 303);
    assert_eq!(client.get(&debt.path()).await.status, 200);
    assert_eq!(elsewhere.get(&debt.path()).await.status, 401);
    app.client().sign_in(&Debt { postal_code: "10001".to_owned(), ..debt.clone() }).await;
    // Guesses are counted, also right ones after too many.
    for _ in 0..3 {
        correct(&client, &debt, &[("email", "thief@mail.example"), ("proof", "99999")]).await;
    }
    let paused = correct(&client, &debt, &[("email", "thief@mail.example"), ("proof", "10001")]).await;
    assert!(paused.text_of("#proof-error").contains("too many wrong answers"), "{}", paused.text());
    // Without a ZIP code on file nobody can show anything.
    let bare = app.debt().create();
    let client = signed_in(&app, &bare).await;
    app.execute(&format!("UPDATE debtors SET zip_code = NULL WHERE id = '{}'", bare.debtor_id));
    let page = correct(&client, &bare, &[("email", "thief@mail.example"), ("proof", "97204")]).await;
    assert!(page.text_of("#proof-error").contains("cannot be changed here"));
}

#[actix_web::test]
async fn an_address_of_somebody_else_is_not_taken_and_not_given_away() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = signed_in(&app, &debt).await;
    let page = correct(&client, &debt, &[("email", &email(&other)), ("proof", "97204")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.text_of("#email-error"), "This address cannot be used here. Please call us.");
    for word in ["already", "another", "taken", "exists", "in use"] {
        assert!(!page.text_of("#email-error").contains(word));
    }
    assert_eq!(app.value("SELECT count(*) FROM debtor_changes"), "0");
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
    // Trying out addresses is limited like guessing.
    for _ in 0..4 {
        correct(&client, &debt, &[("email", &email(&other)), ("proof", "97204")]).await;
    }
    let paused = correct(&client, &debt, &[("email", &email(&other)), ("proof", "97204")]).await;
    assert_eq!((paused.count("#email-error"), paused.count("#proof-error")), (0, 1));
}

#[actix_web::test]
async fn wrong_values_other_people_and_stale_pages_change_nothing() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = signed_in(&app, &debt).await;
    for (field, typed, sentence) in [
        ("email", "maria", "Enter an e-mail address"),
        ("phone", "555", "Enter a telephone number"),
        ("state", "O1", "two letters"),
        ("zip_code", "1", "Enter a ZIP code"),
        ("city", &"x".repeat(101), "100"),
        ("address_line1", "<script>alert(1)</script>", ""),
    ] {
        let page = correct(&client, &debt, &[(field, typed), ("proof", "97204")]).await;
        if sentence.is_empty() {
            assert_eq!(page.status, 303);
            let shown = client.get(&path(&debt)).await;
            assert_eq!(
                (shown.attributes("#address_line1", "value").remove(0).as_str(), shown.count("script")),
                (typed, 0)
            );
            continue;
        }
        assert_eq!(page.status, 422, "{field}");
        assert!(page.text_of(&format!("#{field}-error")).contains(sentence), "{field}: {}", page.text());
        assert_eq!(page.attributes(&format!("#{field}"), "value"), [typed], "what was typed stays");
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")]);
    }
    let page = client.get(&path(&debt)).await;
    let seen = page.attributes("input[name=seen]", "value").remove(0);
    app.execute("UPDATE debtors SET city = 'Salem'");
    let stale = client.post(&path(&debt), &[("email", &email(&debt)), ("zip_code", "97204"), ("seen", &seen)]).await;
    assert_eq!(stale.status, 422);
    assert!(stale.text().contains("changed in the meantime"));
    assert_eq!(app.value("SELECT min(city) || max(city) FROM debtors"), "SalemSalem");
    assert_eq!(client.get(&path(&other)).await.status, 404);
    assert_eq!(client.post(&path(&other), &[("email", "x@y.example"), ("seen", &seen)]).await.status, 404);
    assert_eq!(app.client().get(&path(&debt)).await.status, 401);
    assert_eq!(client.post_body(&path(&debt), "email=x&af=x".to_owned()).await.status, 403);
}

#[actix_web::test]
async fn who_has_refused_e_mail_gets_none_about_a_correction() {
    let app = spawn().await;
    let debt = app.debt().create();
    app.execute("UPDATE debtors SET email_consent = false");
    let client = signed_in(&app, &debt).await;
    assert_eq!(correct(&client, &debt, &[("city", "Salem")]).await.status, 303);
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
}
