//! What a person asks of us, and what staff answers: disputes, the original creditor, complaints, pauses, messages, calls.

mod answers;
mod files;
mod stop;

use crate::support::client::Page;
use crate::support::{Client, Debt, TestApp, spawn};

/// Names and values of fields.
type Form<'a> = &'a [(&'a str, &'a str)];

/// A debtor who is signed in.
pub async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

/// Sends a form; the page of the case it led to.
pub async fn ask(client: &Client, debt: &Debt, form: &[(&str, &str)]) -> String {
    let answer = client.post_files(&format!("{}/cases", debt.path()), form, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().split('?').next().unwrap().to_owned()
}

const DISPUTE: [(&str, &str); 3] = [
    ("kind", "dispute"),
    ("reason", "wrong_amount"),
    ("details", "I paid $40.00 in March.\n\n<script>alert(1)</script>"),
];

fn refusals(page: &Page) -> Vec<String> {
    page.texts(".field-error")
}

#[actix_web::test]
async fn row_6_a_dispute_gets_a_time_a_number_and_a_copy_to_keep() {
    let app = spawn().await;
    let debt = app.debt().owing("123.45").create();
    let client = debtor(&app, &debt).await;
    let answer = client.post_files(&format!("{}/cases", debt.path()), &DISPUTE, &[]).await;
    let page = client.get(&answer.location()).await;
    let number = app.value("SELECT number FROM cases");
    assert!(page.text_of("[role=status]").contains(&number), "{}", page.text());
    let facts = page.texts(".facts dd");
    assert!(facts.contains(&number) && facts.contains(&"The amount is wrong.".to_owned()), "{facts:?}");
    let opened: String = app.value("SELECT to_char(opened_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM cases");
    assert!(page.attributes("dd time", "datetime").contains(&opened), "{}", page.body);
    assert_eq!(page.text_of(".stored-text"), "I paid $40.00 in March. <script>alert(1)</script>");
    assert!(!page.body.contains("<script>"));
    assert_eq!(app.value("SELECT count(*) FROM case_steps"), "1");
    assert_eq!(app.value("SELECT kind || ' ' || asked_for FROM outbox"), "case_opened true");
    assert_eq!(app.audited(), ["case.opened"]);
    assert_eq!(app.value("SELECT due_at - opened_at FROM cases"), "30 days");
}

#[actix_web::test]
async fn every_kind_of_request_has_its_form_and_its_day() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let until = (app.clock.now() + chrono::Duration::days(60)).format("%Y-%m-%d").to_string();
    let hardship = [("kind", "hardship"), ("until", until.as_str()), ("details", "")];
    let kinds: [(&str, Form<'_>, &str); 5] = [
        ("original-creditor", &[("kind", "original_creditor")], "30 days"),
        ("help/hardship", &hardship, "5 days"),
        ("help/complaint", &[("kind", "complaint"), ("details", "Called at midnight.")], "15 days"),
        ("help/message", &[("kind", "message"), ("details", "Which account is this?")], "3 days"),
        ("help/callback", &[("kind", "callback"), ("phone", "503 555 0199"), ("suits", "evening")], "1 day"),
    ];
    for (path, form, days) in kinds {
        let page = client.get(&format!("{}/{path}", debt.path())).await;
        assert_eq!(page.attributes("input[name=kind]", "value"), [form[0].1], "{path}");
        let case = ask(&client, &debt, form).await;
        let page = client.get(&case).await;
        assert_eq!(page.status, 200, "{path}");
        let due = format!("SELECT due_at - opened_at FROM cases WHERE kind = '{}'", form[0].1);
        assert_eq!(app.value(&due), days, "{path}");
    }
    assert_eq!(
        app.value("SELECT status FROM debts"),
        "dispute",
        "the request for the original creditor stops collection"
    );
    assert_eq!(app.value("SELECT phone FROM cases WHERE kind = 'callback'"), "+15035550199");
    let list = client.get(&format!("{}/cases", debt.path())).await;
    assert_eq!(list.count(".debt-item"), 5);
    assert_eq!(client.get(&format!("{}/help/dispute", debt.path())).await.status, 404);
}

#[actix_web::test]
async fn what_is_missing_is_said_at_its_field_and_nothing_is_kept() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let long = "x".repeat(10_001);
    let wrong: [(Form<'_>, &str); 9] = [
        (&[("kind", "dispute"), ("details", "no reason")], "reason-error"),
        (&[("kind", "dispute"), ("reason", "nonsense")], "reason-error"),
        (&[("kind", "dispute"), ("reason", "not_mine"), ("details", &long)], "details-error"),
        (&[("kind", "complaint"), ("details", "  ")], "details-error"),
        (&[("kind", "hardship"), ("until", "2020-01-01")], "until-error"),
        (&[("kind", "hardship"), ("until", "soon")], "until-error"),
        (&[("kind", "hardship"), ("until", "2099-01-01")], "until-error"),
        (&[("kind", "callback"), ("phone", "555"), ("suits", "morning")], "phone-error"),
        (&[("kind", "callback"), ("phone", "503-555-0199")], "suits-error"),
    ];
    for (form, error) in wrong {
        let page = client.post_files(&format!("{}/cases", debt.path()), form, &[]).await;
        assert_eq!(page.status, 422, "{form:?}");
        assert_eq!(page.count(&format!("#{error}")), 1, "{form:?}: {:?}", refusals(&page));
        assert_eq!(page.count(".error-summary a"), 1, "{form:?}");
        for (name, value) in form.iter().filter(|(name, _)| matches!(*name, "until" | "phone")) {
            assert_eq!(page.attributes(&format!("[name={name}]"), "value"), [*value], "what was typed is kept");
        }
    }
    for form in [[("kind", "validation_information")], [("kind", "nonsense")]] {
        assert_eq!(client.post_files(&format!("{}/cases", debt.path()), &form, &[]).await.status, 400);
    }
    assert_eq!(app.value("SELECT count(*) FROM cases"), "0");
    assert_eq!(app.value("SELECT count(*) FROM outbox"), "0");
    assert_eq!(app.value("SELECT status FROM debts"), "active");
}

#[actix_web::test]
async fn the_same_again_leads_to_the_first_one() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let first = ask(&client, &debt, &DISPUTE).await;
    let again = [
        ("kind", "dispute"),
        ("reason", "wrong_amount"),
        ("details", " i paid $40.00  in March. <script>alert(1)</script>"),
    ];
    let answer = client.post_files(&format!("{}/cases", debt.path()), &again, &[]).await;
    assert_eq!(answer.location(), format!("{first}?said=again"));
    assert!(
        client.get(&answer.location()).await.text_of("[role=status]").contains(&app.value("SELECT number FROM cases"))
    );
    let other = ask(&client, &debt, &[("kind", "dispute"), ("reason", "not_mine")]).await;
    assert_ne!(other, first);
    assert_eq!(app.value("SELECT count(*) FROM cases"), "2");
}

#[actix_web::test]
async fn ten_sent_at_once_are_one_case() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.get(&format!("{}/dispute", debt.path())).await;
    let sent = (0..10).map(|_| {
        let (client, debt) = (client.clone(), debt.clone());
        async move { ask(&client, &debt, &DISPUTE).await }
    });
    let mut places = futures_util::future::join_all(sent).await;
    places.dedup();
    assert_eq!(places.len(), 1);
    assert_eq!(app.value("SELECT (SELECT count(*) FROM cases) || ' ' || (SELECT count(*) FROM outbox)"), "1 1");
}

#[actix_web::test]
async fn a_case_is_its_person_s_alone() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = debtor(&app, &debt).await;
    let case = ask(&client, &debt, &DISPUTE).await;
    let stranger = debtor(&app, &other).await;
    assert_eq!(stranger.get(&case).await.status, 404);
    let borrowed = case.replace(&debt.id.to_string(), &other.id.to_string());
    assert_eq!(stranger.get(&borrowed).await.status, 404);
    assert_eq!(stranger.post_files(&format!("{case}/steps"), &[("details", "x")], &[]).await.status, 404);
    assert_eq!(stranger.post_files(&format!("{}/cases", debt.path()), &DISPUTE, &[]).await.status, 404);
    assert_eq!(app.client().get(&case).await.status, 401);
    assert_eq!(app.client().post_files(&format!("{}/cases", debt.path()), &DISPUTE, &[]).await.status, 401);
    let forged = "kind=dispute&reason=other".to_owned();
    assert_eq!(client.post_body(&format!("{}/cases", debt.path()), forged).await.status, 400);
    assert_eq!(app.value("SELECT count(*) FROM cases"), "1");
}

#[actix_web::test]
async fn a_day_has_room_for_twenty() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for n in 0..20 {
        ask(&client, &debt, &[("kind", "message"), ("details", &format!("Question {n}"))]).await;
    }
    let form = [("kind", "message"), ("details", "One more")];
    let page = client.post_files(&format!("{}/cases", debt.path()), &form, &[]).await;
    assert_eq!((page.status, page.count("#details-error")), (422, 1));
    assert_eq!(page.text_of("textarea"), "One more");
    app.clock.advance(chrono::Duration::minutes(10));
    // The first one is still found, so that a button pressed twice leads where it led before.
    ask(&client, &debt, &[("kind", "message"), ("details", "Question 0")]).await;
}

#[actix_web::test]
async fn row_7_dispute_stands_as_visible_as_pay() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&debt.path()).await;
    let actions = page.attributes(".actions > .button", "href");
    assert_eq!(actions.len(), 3, "{actions:?}");
    assert!(actions[0].ends_with("/payments/new") && actions[1].ends_with("/dispute"), "{actions:?}");
    for lang in ["en", "es"] {
        for path in ["", "/dispute", "/help", "/original-creditor", "/help/hardship", "/payments/new"] {
            let page = client.get(&format!("{}{path}?lang={lang}", debt.path())).await;
            assert_eq!(page.status, 200, "{path}");
            for urgent in [
                "now to avoid",
                "act now",
                "immediately",
                "urgent",
                "last chance",
                "para evitar",
                "de inmediato",
                "urgente",
            ] {
                assert!(!page.text().to_lowercase().contains(urgent), "{path} {lang}: {urgent}");
            }
        }
    }
}

#[actix_web::test]
async fn the_help_page_says_how_to_check_us_and_who_watches() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for lang in ["en", "es"] {
        let page = client.get(&format!("{}/help?lang={lang}", debt.path())).await;
        let text = page.text();
        for needed in [
            "Harbor Lane Services",
            "(503) 555-0142",
            "Oregon collection agency 10412-99",
            "(855) 411-2372",
            "1700 G Street NW",
            "nmlsconsumeraccess.org",
        ] {
            assert!(text.contains(needed), "{lang}: {needed}");
        }
    }
}
