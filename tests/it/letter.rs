//! The paid-in-full letter: who gets it, when it holds, and what a third party learns of it.

use quittance::domain::letter::LetterNumber;

use crate::support::client::Page;
use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

/// A debt of $100.00 that was paid.
fn paid(app: &TestApp) -> Debt {
    app.debt().paid("100.00").status("resolved").create()
}

async fn ask(client: &Client, debt: &Debt) -> Page {
    client.get(&debt.path()).await;
    client.post(&format!("{}/letters", debt.path()), &[]).await
}

/// The number of the debt's letter.
async fn issue(client: &Client, debt: &Debt) -> String {
    let page = ask(client, debt).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location().strip_prefix("/letters/").unwrap().to_owned()
}

/// Checks a number as a stranger does; the answer's status and words.
async fn check(app: &TestApp, number: &str) -> (u16, String) {
    let stranger = app.client();
    stranger.get("/letters").await;
    let page = stranger.post("/letters/check", &[("number", number)]).await;
    (page.status, page.texts(".notice p").concat())
}

const VALID: &str = "A letter with this number was issued by Harbor Lane Services and is valid.";
const INVALID: &str = "There is no valid letter with this number.";

#[actix_web::test]
async fn a_paid_debt_has_a_letter_and_only_one() {
    let app = spawn().await;
    let debt = paid(&app);
    let client = debtor(&app, &debt).await;
    let button = client.get(&debt.path()).await.attributes(".documents form", "action");
    assert_eq!(button, [format!("{}/letters", debt.path())]);
    let number = issue(&client, &debt).await;
    assert_eq!(issue(&client, &debt).await, number, "a second request finds the same");
    assert_eq!(app.value("SELECT count(*) FROM letters"), "1");
    let page = client.get(&format!("/letters/{number}")).await;
    assert_eq!((page.status, page.text_of(".letter-number")), (200, number.clone()));
    let text = page.text();
    for part in [
        "paid in full",
        "Harbor Lane Services",
        "1200 Wharf Street",
        "Maria Quillfeather",
        "Northwind Dental",
        "••••9113",
        "$100.00",
        &format!("http://{}/letters", app.address()),
        "from a debt collector",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("4417"));
}

#[actix_web::test]
async fn a_debt_that_is_not_paid_has_none_and_the_page_says_why() {
    let app = spawn().await;
    for (status, paid, chargeback, why) in [
        ("active", "40.00", false, "$60.00 is still owed"),
        ("resolved", "40.00", false, "settled for less than its full amount"),
        ("resolved", "100.00", true, "not yet made its final decision"),
        ("hold", "100.00", false, "not marked as paid in full"),
    ] {
        let debt = app.debt().paid(paid).status(status).create();
        if chargeback {
            app.execute(&format!(
                "INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status) \
                 SELECT id, debt_id, 'du_1', 100, 'inquiry' FROM payments WHERE debt_id = '{}'",
                debt.id
            ));
        }
        let client = debtor(&app, &debt).await;
        assert!(client.get(&debt.path()).await.attributes(".documents form", "action").is_empty(), "{why}");
        let page = ask(&client, &debt).await;
        assert_eq!(page.status, 409, "{why}");
        assert!(page.text().contains(why), "{why} in {}", page.text());
        let back = client.get(&format!("{}/letters", debt.path())).await;
        assert_eq!((back.status, back.location()), (303, debt.path()));
    }
    assert_eq!(app.value("SELECT count(*) FROM letters"), "0");
}

#[actix_web::test]
async fn a_letter_is_its_debtor_s_own() {
    let app = spawn().await;
    let (debt, other) = (paid(&app), paid(&app));
    let (client, stranger) = (debtor(&app, &debt).await, debtor(&app, &other).await);
    let number = issue(&client, &debt).await;
    assert_eq!(stranger.get(&format!("/letters/{number}")).await.status, 404);
    assert_eq!(ask(&stranger, &debt).await.status, 404);
    assert_eq!(app.client().get(&format!("/letters/{number}")).await.status, 401);
    for odd in [number.to_lowercase(), number.replace('-', ""), "x".to_owned(), "PF-0000-0000-0000-0000".to_owned()] {
        assert_eq!(client.get(&format!("/letters/{odd}")).await.status, 404, "{odd}");
    }
    let forged = client.post_body(&format!("{}/letters", debt.path()), "af=x".to_owned()).await;
    assert_eq!(forged.status, 403);
}

#[actix_web::test]
async fn a_letter_whose_debt_is_open_again_is_withdrawn_everywhere() {
    let app = spawn().await;
    let debt = paid(&app);
    let client = debtor(&app, &debt).await;
    let number = issue(&client, &debt).await;
    assert_eq!(check(&app, &number).await, (200, VALID.to_owned()));
    app.execute(&format!("UPDATE payments SET amount_charged_back = 30 WHERE debt_id = '{}'", debt.id));
    let page = client.get(&format!("/letters/{number}")).await;
    assert_eq!(page.text_of("h1"), "This letter is no longer valid");
    assert!(page.text().contains("$30.00") && page.texts(".letter-number").is_empty(), "{}", page.text());
    assert_eq!(check(&app, &number).await, (200, INVALID.to_owned()));
    app.execute(&format!("UPDATE payments SET amount_charged_back = 0 WHERE debt_id = '{}'", debt.id));
    app.execute(&format!("UPDATE debts SET status = 'resolved' WHERE id = '{}'", debt.id));
    let second = issue(&client, &debt).await;
    assert_ne!(second, number, "the withdrawn number stays withdrawn");
    assert_eq!(check(&app, &number).await.1, INVALID);
    assert_eq!(check(&app, &second).await.1, VALID);
}

#[actix_web::test]
async fn a_stranger_learns_whether_a_number_is_valid_and_nothing_else() {
    let app = spawn().await;
    let debt = paid(&app);
    let number = issue(&debtor(&app, &debt).await, &debt).await;
    for typed in [number.clone(), number.to_lowercase(), number.replace('-', " "), number[3..].to_owned()] {
        assert_eq!(check(&app, &typed).await, (200, VALID.to_owned()), "{typed}");
    }
    let unknown = LetterNumber::issue().unwrap();
    assert_eq!(check(&app, unknown.as_str()).await, (200, INVALID.to_owned()));
    let stranger = app.client();
    let form = stranger.get("/letters").await;
    assert_eq!((form.status, form.header("x-robots-tag").as_str()), (200, "noindex, nofollow"));
    let answers = [
        form,
        stranger.post("/letters/check", &[("number", number.as_str())]).await,
        stranger.post("/letters/check", &[("number", unknown.as_str())]).await,
        stranger.get("/letters/check?lang=es").await,
    ];
    for page in answers {
        assert_eq!(page.status, 200);
        assert!(page.location().is_empty(), "the number must not move into an address");
        for word in ["debt", "deuda", "collect", "Northwind", "Quillfeather", "100.00", "paid", "owed", "agency"] {
            assert!(!page.body.contains(word), "{word} in {}", page.body);
        }
    }
}

#[actix_web::test]
async fn what_cannot_be_a_number_is_told_at_the_field_and_stays_there() {
    let app = spawn().await;
    let stranger = app.client();
    stranger.get("/letters").await;
    for (typed, sentence) in [
        ("", "Enter the number of the letter."),
        ("PF-1234", "This is not the number of a letter."),
        ("<script>alert(1)</script>", "This is not the number of a letter."),
    ] {
        let page = stranger.post("/letters/check", &[("number", typed)]).await;
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.text_of("#number-error").contains(sentence), "{typed}");
        assert_eq!(page.attributes("#number", "value"), [typed]);
        assert_eq!(page.attributes("#number", "aria-invalid"), ["true"]);
        assert!(page.texts("title")[0].starts_with("Error:") && page.texts("script").is_empty());
    }
    assert_eq!(app.value("SELECT count(*) FROM client_attempts"), "0", "only guesses count");
    let forged = stranger.post_body("/letters/check", "number=PF-1234&af=x".to_owned()).await;
    assert_eq!(forged.status, 403);
}

#[actix_web::test]
async fn wrong_numbers_are_limited_by_address_apart_from_wrong_postal_codes() {
    let app = TestApp::spawn(|args| args.identity.identity_attempts_per_address = 4).await;
    let debt = paid(&app);
    let number = issue(&debtor(&app, &debt).await, &debt).await;
    let unknown = LetterNumber::issue().unwrap();
    for _ in 0..6 {
        assert_eq!(check(&app, &number).await.0, 200, "right numbers do not count");
    }
    let guesses = (0..12).map(|_| check(&app, unknown.as_str()));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 4, "{answers:?}");
    let stranger = app.client();
    stranger.get("/letters").await;
    let page = stranger.post("/letters/check", &[("number", number.as_str())]).await;
    assert_eq!(page.status, 429, "not even a right one is looked at");
    assert!(page.header("retry-after").parse::<i64>().unwrap() > 0);
    assert!(page.attributes("#number", "id").is_empty() && page.text().contains("try again in"), "{}", page.text());
    // Somebody at the same address still gets into his own debt, and the other way round.
    debtor(&app, &debt).await;
    app.clock.advance(chrono::Duration::minutes(16));
    assert_eq!(check(&app, &number).await, (200, VALID.to_owned()));
    for _ in 0..4 {
        assert_eq!(app.client().post("/d/somewhere", &[("postal_code", "10001")]).await.status, 422);
    }
    assert_eq!(app.client().post("/d/somewhere", &[("postal_code", "10001")]).await.status, 429);
    assert_eq!(check(&app, &number).await, (200, VALID.to_owned()));
}

#[actix_web::test]
async fn stored_text_stands_in_it_as_text() {
    let app = spawn().await;
    let hostile = "<script>alert(1)</script>";
    let debt = app.debt().creditor(hostile).first_name(hostile).paid("40.00").create();
    let client = debtor(&app, &debt).await;
    let refused = ask(&client, &debt).await;
    app.execute("UPDATE payments SET amount = 100");
    let path = ask(&client, &debt).await.location();
    let letter = client.get(&path).await;
    app.execute("UPDATE payments SET amount = 40");
    let withdrawn = client.get(&path).await;
    assert_eq!(withdrawn.text_of("h1"), "This letter is no longer valid");
    for page in [refused, letter, withdrawn] {
        assert!(page.texts("script").is_empty() && page.text().contains(hostile), "{}", page.body);
    }
}

#[actix_web::test]
async fn two_requests_at_once_make_one_letter() {
    let app = spawn().await;
    let debt = paid(&app);
    let client = debtor(&app, &debt).await;
    client.get(&debt.path()).await;
    let path = format!("{}/letters", debt.path());
    let answers = futures_util::future::join_all((0..8).map(|_| client.post(&path, &[]))).await;
    assert!(answers.iter().all(|page| page.status == 303 && page.location() == answers[0].location()));
    assert_eq!(app.value("SELECT count(*) FROM letters"), "1");
}
