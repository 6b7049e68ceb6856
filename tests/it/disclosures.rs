//! What the law wants said: on which page, in which language, in which version; and what must be read before paying.

use std::collections::BTreeSet;

use quittance::config::CardFunding;
use quittance::domain::checkout::CheckoutFacts;
use quittance::domain::money::Cents;
use quittance::domain::payment::PaymentSignal;
use quittance::domain::staff::Role;
use quittance::models::disclosure::{self, Shown};
use quittance::models::ledger::{self, Expected};
use uuid::Uuid;

use crate::support::db::column;
use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

/// A debt of a person of that state.
fn debt_in(app: &TestApp, state: &str) -> Debt {
    let debt = app.debt().create();
    app.execute(&format!("UPDATE debtors SET state = '{state}' WHERE id = '{}'", debt.debtor_id));
    debt
}

const COLLECTOR: [(&str, &str); 2] = [
    ("en", "This communication is from a debt collector. This is an attempt to collect a debt"),
    ("es", "Esta comunicación proviene de un cobrador de deudas. Este es un intento de cobrar una deuda"),
];

#[actix_web::test]
async fn row_2_every_page_that_states_the_debt_says_it_in_its_language() {
    let app = spawn().await;
    let debt = app.debt().paid("40.00").create();
    let paid = app.debt().of(&debt).paid("100.00").status("resolved").create();
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, content, compliance_checked) VALUES ('{0}', 'outbound', 'x', 'y', true);
         INSERT INTO calls (debt_id, direction, transcript, compliance_checked) VALUES ('{0}', 'outbound', 'y', true);",
        debt.id
    ));
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "10.00").await;
    client.get(&paid.path()).await;
    client.post(&format!("{}/letters", paid.path()), &[]).await;
    for (lang, sentence) in COLLECTOR {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec!["/account".to_owned(), debt.path()]);
        let (letter, payment) =
            (app.value("SELECT number FROM letters"), app.value("SELECT id FROM payments WHERE amount = 10"));
        waiting.push(format!("/letters/{letter}"));
        waiting.push(format!("/payments/{payment}"));
        waiting.push(format!("{}/payments/new?choice=full", debt.path()));
        while let Some(path) = waiting.pop() {
            let bare = path.split('#').next().unwrap().to_owned();
            if !seen.insert(bare.clone()) || seen.len() > 60 {
                continue;
            }
            let mark = if bare.contains('?') { '&' } else { '?' };
            let page = client.get(&format!("{bare}{mark}lang={lang}")).await;
            if page.status != 200 {
                continue;
            }
            let said = page.texts(".disclosure").concat();
            assert!(said.contains(sentence), "{lang} {bare}: {said}");
            // A letter says it inside: see documents.rs.
            let own = |href: &String| href.starts_with('/') && !href.starts_with("/static") && !href.contains(".pdf");
            waiting.extend(page.attributes("main a", "href").into_iter().filter(own));
        }
        assert!(seen.len() >= 12, "{seen:?}");
    }
    // Before the identity check nothing tells that there is a debt.
    for path in [debt.link(), "/".to_owned(), "/letters".to_owned(), debt.path()] {
        let page = app.client().get(&path).await;
        assert_eq!(page.count(".disclosure"), 0, "{path}");
        assert!(!page.body.contains("debt collector"), "{path}");
    }
}

#[actix_web::test]
async fn row_2_it_is_said_even_where_no_text_is_stored() {
    let app = spawn().await;
    app.execute("DELETE FROM disclosures");
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for (lang, sentence) in COLLECTOR {
        assert!(
            client.get(&format!("{}?lang={lang}", debt.path())).await.texts(".disclosure").concat().contains(sentence)
        );
    }
    client.start_payment(&debt, "full").await;
    assert_eq!(app.value("SELECT count(*) FROM disclosures_shown"), "0");
}

async fn set_time_barred(app: &TestApp, debt: &Debt, to: &str) {
    let agent = app.staff(Role::Agent).client;
    let path = format!("/admin/debts/{}/time-barred", debt.id);
    let refused = agent.post(&path, &[("time_barred", to), ("time_barred_reason", "")]).await;
    assert_eq!((refused.status, refused.count("#time_barred_reason-error")), (422, 1));
    assert_eq!(agent.post(&path, &[("time_barred", "perhaps"), ("time_barred_reason", "x")]).await.status, 400);
    let done = agent.post(&path, &[("time_barred", to), ("time_barred_reason", "Last payment in 2011")]).await;
    assert_eq!(done.location(), format!("/admin/debts/{}?done=time-barred", debt.id));
    assert!(agent.get(&done.location()).await.text().contains(if to == "yes" {
        "It has passed"
    } else {
        "It has not passed"
    }));
}

#[actix_web::test]
async fn row_13_the_notice_is_a_page_that_must_be_passed_before_any_payment() {
    let app = spawn().await;
    for (state, words) in
        [("NY", "New York State Department of Financial Services"), ("OR", "we will not sue you for it")]
    {
        let debt = debt_in(&app, state);
        set_time_barred(&app, &debt, "yes").await;
        let client = debtor(&app, &debt).await;
        let (page, new, pay) = (
            format!("{}/time-barred", debt.path()),
            format!("{}/payments/new", debt.path()),
            format!("{}/payments", debt.path()),
        );
        for path in [new.clone(), format!("{new}?choice=full")] {
            let sent = client.get(&path).await;
            assert_eq!((sent.status, sent.location()), (303, page.clone()), "{path}");
        }
        let sent = client.post(&pay, &[("choice", "full")]).await;
        assert_eq!((sent.status, sent.location()), (303, page.clone()));
        let shown = client.get(&page).await;
        assert!(shown.text().contains(words), "{}", shown.text());
        assert_eq!(shown.attributes("form[action$=time-barred] input[type=checkbox]", "checked").len(), 0);
        let text = shown.attributes("input[name=text]", "value").remove(0);
        for wrong in [vec![("text", text.as_str())], vec![("read", "yes")], vec![("read", "yes"), ("text", "x")]] {
            let refused = client.post(&page, &wrong).await;
            assert_eq!(refused.status, 422);
            assert_eq!(refused.attributes("#read", "aria-invalid"), ["true"]);
            assert!(refused.text_of("#read-error").contains("check the box") && refused.text().contains(words));
        }
        assert_eq!(app.value(&format!("SELECT count(*) FROM acknowledgements WHERE debt_id = '{}'", debt.id)), "0");
        assert_eq!(app.value(&format!("SELECT count(*) FROM payments WHERE debt_id = '{}'", debt.id)), "0");
        for _ in 0..2 {
            let passed = client.post(&page, &[("read", "yes"), ("text", &text)]).await;
            assert_eq!((passed.status, passed.location()), (303, new.clone()));
        }
        let kept = format!("SELECT disclosure_id FROM acknowledgements WHERE debt_id = '{}'", debt.id);
        assert_eq!(app.value(&kept), text, "once, with the version that was read");
        assert_eq!(client.get(&new).await.status, 200);
        assert_eq!(client.get(&format!("{new}?lang=es")).await.status, 200, "the version counts, not the language");
        client.start_payment(&debt, "full").await;
        let agent = app.staff(Role::Viewer).client;
        assert!(
            agent
                .get(&format!("/admin/debts/{}", debt.id))
                .await
                .text()
                .contains("Read by the person: Time limit has passed")
        );
    }
}

#[actix_web::test]
async fn row_13_a_new_version_is_read_anew_and_in_the_reader_s_language() {
    let app = spawn().await;
    let debt = debt_in(&app, "NY");
    set_time_barred(&app, &debt, "yes").await;
    let client = debtor(&app, &debt).await;
    let (page, new) = (format!("{}/time-barred", debt.path()), format!("{}/payments/new", debt.path()));
    let shown = client.get(&format!("{page}?lang=es")).await;
    assert!(
        shown.text().contains("Departamento de Servicios Financieros del Estado de Nueva York"),
        "{}",
        shown.text()
    );
    assert!(!shown.text().contains("Department"), "no English sentence");
    let text = shown.attributes("input[name=text]", "value").remove(0);
    client.post(&page, &[("read", "yes"), ("text", &text)]).await;
    assert_eq!(client.get(&new).await.status, 200);
    let counsel = app.staff(Role::Compliance).client;
    let form = text_form(
        &app,
        &[("key", "time_barred"), ("page", "payment"), ("state", "NY"), ("body_es", "Segunda versión")],
    );
    assert_eq!(add(&counsel, &form).await.status, 303);
    assert_eq!(client.get(&new).await.location(), page);
    let stale = client.post(&page, &[("read", "yes"), ("text", &text)]).await;
    assert_eq!(stale.status, 422, "what is confirmed must be what stands there");
    assert!(stale.text().contains("Segunda versión"));
    set_time_barred(&app, &debt, "no").await;
    assert_eq!(client.get(&new).await.status, 200);
    assert_eq!(client.get(&page).await.location(), new, "nothing is to be read");
}

#[actix_web::test]
async fn row_13_a_checkout_begun_without_the_notice_is_taken_out_of_service() {
    let app = spawn().await;
    let debt = app.debt().create();
    debtor(&app, &debt).await.start_payment(&debt, "full").await;
    set_time_barred(&app, &debt, "yes").await;
    assert_eq!(app.value("SELECT failure_code FROM payments"), "withdrawn");
}

#[actix_web::test]
async fn row_13_the_notice_of_another_s_debt_is_not_there() {
    let app = spawn().await;
    let (debt, other) = (debt_in(&app, "NY"), debt_in(&app, "NY"));
    app.execute("UPDATE debts SET time_barred = true");
    let page = format!("{}/time-barred", debt.path());
    assert_eq!(app.client().get(&page).await.status, 401);
    let client = debtor(&app, &other).await;
    assert_eq!(client.get(&page).await.status, 404);
    let text = app.value("SELECT id FROM disclosures WHERE key = 'time_barred' AND state = 'NY' AND language = 'en'");
    assert_eq!(client.post(&page, &[("read", "yes"), ("text", &text)]).await.status, 404);
    let forged = client.post_body(&format!("{}/time-barred", other.path()), format!("read=yes&text={text}&af=x")).await;
    assert_eq!(forged.status, 403);
    assert_eq!(app.value("SELECT count(*) FROM acknowledgements"), "0");
}

#[test]
fn row_13_no_page_threatens_with_a_suit() {
    for lang in quittance::locale::Lang::ALL {
        let source = lang.source().to_lowercase();
        for word in [
            "sue you",
            "lawsuit",
            "legal action",
            "garnish",
            "take you to court",
            "judgment against",
            "attorney will",
            "we will sue",
            "demandarle",
            "le demandaremos",
            "demanda judicial",
            "acciones legales",
            "acción legal",
            "embargo",
            "embargar",
            "ante el juez",
        ] {
            let line = source.lines().find(|line| line.contains(word));
            assert_eq!(line, None, "{word}");
        }
    }
}

#[actix_web::test]
async fn row_14_money_never_goes_to_a_disputed_debt() {
    let app = spawn().await;
    let disputed = app.debt().creditor("Harbor Bank").status("dispute").create();
    let open = app.debt().of(&disputed).creditor("Northwind Dental").create();
    let client = debtor(&app, &open).await;
    let list = client.get("/account").await;
    assert_eq!(list.count(".debt-item"), 2);
    let page = client.get(&disputed.path()).await;
    assert!(page.attributes("main a", "href").iter().all(|href| !href.contains("/payments/new")), "no way to pay it");
    assert_eq!(client.get(&format!("{}/payments/new?choice=full", disputed.path())).await.location(), disputed.path());
    for form in [[("choice", "full"), ("amount", "")], [("choice", "partial"), ("amount", "10.00")]] {
        assert_eq!(client.post(&format!("{}/payments", disputed.path()), &form).await.status, 409);
    }
    let session = client.start_payment(&open, "full").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let paid = |debt: &Debt| app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id));
    assert_eq!(
        (paid(&open), paid(&disputed)),
        ("100.00".to_owned(), "0.00".to_owned()),
        "where it was directed, and only there"
    );
    // More than the one debt takes does not spill over to the other.
    let second = app.debt().of(&disputed).owing("20.00").create();
    let over = client.post(&format!("{}/payments", second.path()), &[("choice", "partial"), ("amount", "25.00")]).await;
    assert_eq!(over.status, 422);
    assert_eq!(paid(&disputed), "0.00");
    app.assert_ledger();
}

const NOTED: &str = "SELECT concat_ws(' ', d.key, d.state, d.language, d.version) FROM disclosures_shown s \
                     JOIN disclosures d ON d.id = s.disclosure_id JOIN payments p ON p.id = s.payment_id ORDER BY p.created_at, 1";

#[actix_web::test]
async fn row_15_the_versions_shown_are_noted_with_the_payment() {
    let app = spawn().await;
    let debt = debt_in(&app, "CA");
    let client = debtor(&app, &debt).await;
    let confirm = client.get(&format!("{}/payments/new?choice=full", debt.path())).await;
    assert!(confirm.text_of(".disclosure-licence").contains("Our licenses: Oregon collection agency 10412-99"));
    client.start_payment(&debt, "full").await;
    client.start_payment(&debt, "full").await;
    assert_eq!(
        column(&mut app.connect(), NOTED),
        ["collector en 1", "licence CA en 1"],
        "once, though it was opened twice"
    );
    let counsel = app.staff(Role::Compliance).client;
    let form = text_form(&app, &[("key", "collector"), ("page", "all"), ("body_es", "Segunda versión de {company}")]);
    assert_eq!(add(&counsel, &form).await.status, 303);
    app.clock.advance(chrono::Duration::seconds(1));
    let page = client.get(&format!("{}/payments/new?choice=partial&amount=10&lang=es", debt.path())).await;
    assert!(page.text_of(".disclosure").contains("Segunda versión de Harbor Lane Services"), "{}", page.text());
    client.start_payment(&debt, "10.00").await;
    assert_eq!(
        column(&mut app.connect(), NOTED),
        ["collector en 1", "licence CA en 1", "collector es 2", "licence CA es 1"],
        "the second in its language and version"
    );
    // Nothing was started, nothing is noted.
    client.post(&format!("{}/payments", debt.path()), &[("choice", "partial"), ("amount", "0.01")]).await;
    assert_eq!(app.value("SELECT count(*) FROM disclosures_shown"), "4");
}

#[actix_web::test]
async fn row_15_the_versions_shown_are_noted_with_a_dispute_as_well() {
    let app = spawn().await;
    let debt = debt_in(&app, "CA");
    let client = debtor(&app, &debt).await;
    let form = client.get(&format!("{}/dispute?lang=es", debt.path())).await;
    assert!(form.text_of(".disclosure-licence").contains("Nuestras licencias"));
    let told = [("kind", "dispute"), ("reason", "not_mine")];
    for _ in 0..2 {
        let answer = client.post_files(&format!("{}/cases", debt.path()), &told, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let noted = "SELECT concat_ws(' ', d.key, d.state, d.language, d.version) FROM disclosures_shown s \
                 JOIN disclosures d ON d.id = s.disclosure_id JOIN cases c ON c.id = s.case_id ORDER BY 1";
    assert_eq!(column(&mut app.connect(), noted), ["collector es 1", "licence CA es 1"]);
    let mut conn = app.connect();
    let case: Uuid = app.value("SELECT id FROM cases").parse().unwrap();
    let text: Uuid =
        app.value("SELECT id FROM disclosures WHERE key = 'collector' AND language = 'en'").parse().unwrap();
    for ids in [vec![text], vec![text], Vec::new()] {
        disclosure::note_shown(&mut conn, &ids, Shown::Case(case), app.clock.now()).unwrap();
    }
    assert_eq!(app.value("SELECT count(*) FROM disclosures_shown"), "3", "each once");
    use diesel::connection::SimpleConnection;
    let neither = format!("INSERT INTO disclosures_shown (disclosure_id) VALUES ('{text}')");
    assert!(conn.batch_execute(&neither).is_err(), "beside nothing");
}

#[actix_web::test]
async fn row_15_texts_follow_the_state_and_its_zip_code() {
    let app = spawn().await;
    for (state, code, words) in [
        ("CA", "97204", "Rosenthal"),
        ("", "90012", "Rosenthal"),
        ("MA", "02134", "NOTICE OF IMPORTANT RIGHTS"),
        ("CO", "80201", "WWW.COAG.GOV/CAR"),
        ("NY", "10001", "abusive, deceptive, and unfair debt collection efforts"),
    ] {
        let debt = app.debt().postal_code(Some(code)).create();
        app.execute(&format!("UPDATE debtors SET state = nullif('{state}', '') WHERE id = '{}'", debt.debtor_id));
        let client = debtor(&app, &debt).await;
        let said = client.get(&debt.path()).await.texts(".disclosure").concat();
        assert!(said.contains(words), "{state} {code}: {said}");
        let spanish = client.get(&format!("{}?lang=es", debt.path())).await.texts(".disclosure").concat();
        assert!(!spanish.contains(words) || words.starts_with("WWW") || words == "Rosenthal", "{spanish}");
        for english in ["debt collection efforts", "You have the right", "collectors may not", "A consumer has"] {
            assert!(!spanish.contains(english), "{english} in {spanish}");
        }
    }
    let elsewhere = app.debt().create();
    let page = debtor(&app, &elsewhere).await.get(&elsewhere.path()).await;
    assert_eq!(page.texts(".disclosure p").len(), 1, "only what is said everywhere");
}

fn text_form(app: &TestApp, changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let today = app.clock.now().with_timezone(&chrono_tz::America::New_York).date_naive();
    let mut form: Vec<(&'static str, String)> = vec![
        ("key", "state".into()),
        ("page", "debt".into()),
        ("state", String::new()),
        ("body_en", "Second version".into()),
        ("body_es", "Segunda".into()),
        ("valid_from", today.to_string()),
        ("valid_until", String::new()),
        ("approved_by", "R. Counsel".into()),
    ];
    for (name, value) in changes {
        form.iter_mut().find(|(n, _)| n == name).unwrap().1 = (*value).to_owned();
    }
    form
}

async fn add(client: &Client, form: &[(&'static str, String)]) -> crate::support::client::Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.post("/admin/disclosures", &form).await
}

#[actix_web::test]
async fn row_15_counsel_adds_versions_and_changes_none() {
    let app = spawn().await;
    let counsel = app.staff(Role::Compliance).client;
    let list = counsel.get("/admin/disclosures").await;
    assert!(list.text().contains("Draft") && list.text().contains("Time limit has passed"), "{}", list.text());
    let before = app.value("SELECT count(*) FROM disclosures");
    for (field, value, sentence) in [
        ("key", "", "Choose what it is."),
        ("page", "nowhere", "Choose a page."),
        ("state", "XX", "not the two letters"),
        ("body_en", "  ", "in both languages"),
        ("body_es", "", "in both languages"),
        ("valid_from", "", "There must be something"),
        ("valid_from", "2020-01-01", "today at the earliest"),
        ("valid_from", "tomorrow", "not a day"),
        ("valid_until", "2020-01-01", "cannot end before"),
    ] {
        let page = add(&counsel, &text_form(&app, &[(field, value)])).await;
        assert_eq!(page.status, 422, "{field}={value}");
        assert!(page.text_of(&format!("#{field}-error")).contains(sentence), "{field}={value}");
    }
    let misplaced = add(&counsel, &text_form(&app, &[("key", "time_barred"), ("page", "debt")])).await;
    assert!(misplaced.text_of("#page-error").contains("before payments only"));
    assert_eq!(app.value("SELECT count(*) FROM disclosures"), before);

    let debt = debt_in(&app, "MA");
    let client = debtor(&app, &debt).await;
    assert!(client.get(&debt.path()).await.text().contains("NOTICE OF IMPORTANT RIGHTS"));
    let long = "Erster\r\n\r\n<script>alert(1)</script>";
    let added = add(&counsel, &text_form(&app, &[("state", "ma"), ("body_en", long)])).await;
    assert_eq!((added.status, added.location().as_str()), (303, "/admin/disclosures?done=added"));
    let page = client.get(&debt.path()).await;
    assert_eq!(
        page.texts(".disclosure-text").last().unwrap(),
        "Erster<script>alert(1)</script>",
        "at once, and as text"
    );
    assert!(page.texts("script").is_empty() && !page.text().contains("NOTICE OF IMPORTANT"));
    assert_eq!(
        app.value("SELECT count(*) FROM disclosures WHERE state = 'MA' AND page = 'debt'"),
        "4",
        "the old ones are kept"
    );
    let id = app.value("SELECT id FROM disclosures WHERE state = 'MA' AND version = 2 AND language = 'en'");
    let one = counsel.get(&format!("/admin/disclosures/{id}")).await;
    assert!(one.text().contains("R. Counsel") && one.texts("script").is_empty(), "{}", one.text());
    assert_eq!(counsel.request("PUT", &format!("/admin/disclosures/{id}")).await.status, 405);
    assert!(app.audited().contains(&"disclosure.added".to_owned()));
    // One that is to come changes nothing yet, and one that ends takes the text away.
    let tomorrow = (app.clock.now() + chrono::Duration::days(2)).date_naive().to_string();
    let after = (app.clock.now() + chrono::Duration::days(3)).date_naive().to_string();
    let form =
        [("state", "MA"), ("body_en", "Third"), ("valid_from", tomorrow.as_str()), ("valid_until", after.as_str())];
    add(&counsel, &text_form(&app, &form)).await;
    assert!(client.get(&debt.path()).await.text().contains("Erster"));
    app.clock.advance(chrono::Duration::days(2) + chrono::Duration::hours(6));
    let client = debtor(&app, &debt).await;
    assert!(client.get(&debt.path()).await.text().contains("Third"));
    app.clock.advance(chrono::Duration::days(2));
    let client = debtor(&app, &debt).await;
    let text = client.get(&debt.path()).await.text();
    assert!(!text.contains("Third") && !text.contains("Erster"), "{text}");
}

#[actix_web::test]
async fn row_15_two_who_add_at_once_get_versions_of_their_own() {
    let app = spawn().await;
    let counsel = app.staff(Role::Compliance).client;
    counsel.get("/admin/disclosures").await;
    let form = text_form(&app, &[("state", "MA")]);
    let answers = futures_util::future::join_all((0..5).map(|_| add(&counsel, &form))).await;
    assert!(answers.iter().all(|page| page.status == 303));
    let versions = "SELECT string_agg(version::text, ',' ORDER BY version) FROM disclosures WHERE state = 'MA' AND page = 'debt' AND language = 'es'";
    assert_eq!(app.value(versions), "1,2,3,4,5,6");
}

#[test]
fn row_15_licence_numbers_have_12_points_on_screen_and_paper() {
    let css = std::fs::read_to_string("static/css/quittance.css").unwrap();
    let (screen, print) = css.split_once("@layer print {").unwrap();
    for selector in [".licenses li {", ".disclosure-licence {"] {
        let rule = screen.split(selector).nth(1).unwrap_or_else(|| panic!("{selector}")).split('}').next().unwrap();
        assert!(rule.contains("font-size: max(1rem, 12pt)"), "{selector} {rule}");
    }
    assert!(print.contains(".site-footer .licenses li, .disclosure-licence { font-size: 12pt; }"));
    let hidden = print.lines().find(|line| line.contains(".site-tools") && line.contains("display: none")).unwrap();
    assert!(!hidden.contains(".site-footer,") && !hidden.contains(".licenses,"), "licences are printed: {hidden}");
}

#[actix_web::test]
async fn row_18_before_a_payment_stand_creditor_identifier_and_where_to_learn_more() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for (lang, more) in [("en", "More information about this debt"), ("es", "Más información sobre esta deuda")] {
        let page = client.get(&format!("{}/payments/new?choice=full&lang={lang}", debt.path())).await;
        let text = page.text();
        for part in ["Northwind Dental", "••••9113", "Q-", "(503) 555-0142", more] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(page.attributes("main a", "href").contains(&format!("{}/help", debt.path())));
        assert!(!text.contains("Debit cards") && !text.contains("tarjetas de débito"));
    }
}

#[actix_web::test]
async fn row_18_a_setting_keeps_credit_cards_out_of_the_checkout() {
    let app = TestApp::spawn(|args| args.stripe.card_funding = CardFunding::DebitOnly).await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for path in ["payments/new", "payments/new?choice=full"] {
        let page = client.get(&format!("{}/{path}", debt.path())).await.text();
        assert!(page.contains("Debit cards and bank accounts only"), "{page}");
    }
    let session = client.start_payment(&debt, "full").await;
    let request = &app.sandbox.requests()[0];
    assert_eq!(request.stripe_version.as_deref(), Some("2026-08-26.dahlia"));
    let blocked = "payment_method_options[card][restrictions][funding_types_blocked][0]".to_owned();
    assert!(request.form.contains(&(blocked, "credit".to_owned())), "{:?}", request.form);
    let declined = format!("{:?}", app.sandbox.pay(&session, "4242424242424242").await.unwrap());
    assert!(declined.contains("card_not_supported"), "{declined}");
    app.sandbox.pay(&session, "4000056655665556").await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(app.value("SELECT status FROM payments"), "completed");
    assert_eq!(app.value("SELECT count(*) FROM payment_flags"), "0");
}

#[actix_web::test]
async fn row_18_a_credit_card_that_came_through_is_a_finding_and_its_money_counts() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let payment: Uuid = app.value("SELECT id FROM payments").parse().unwrap();
    client.get(&format!("/payments/{payment}")).await;
    assert_eq!(app.value("SELECT count(*) FROM payment_flags"), "0", "any card may pay here");
    let facts = |funding: &str| CheckoutFacts {
        session_id: session.clone(),
        payment_id: Some(payment),
        references: vec![payment.to_string()],
        livemode: Some(false),
        currency: Some("usd".to_owned()),
        amount: Some(Cents::new(10_000)),
        signal: Some(PaymentSignal::Paid),
        payment_intent_id: None,
        charge_id: None,
        method: Some("card".to_owned()),
        funding: Some(funding.to_owned()),
        decline: None,
    };
    let expected =
        Expected { currency: "usd".to_owned(), livemode: false, refund_overpayments: false, debit_only: true };
    let mut conn = app.connect();
    for funding in ["debit", "prepaid", "credit", "credit"] {
        let now = app.clock.now();
        diesel::Connection::transaction(&mut conn, |conn| ledger::apply(conn, &facts(funding), &expected, None, now))
            .unwrap();
    }
    assert_eq!(app.value("SELECT kind FROM payment_flags"), "credit_card", "once");
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "100.00");
    let staff = app.staff(Role::Viewer).client;
    assert!(staff.get("/admin/findings").await.text().contains("Paid by a credit card"));
    app.assert_ledger();
}
