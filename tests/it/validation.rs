//! Validation information: what is recorded, what is shown, until when it may be answered, and what happens without it.

use std::process::Output;

use futures_util::future::join_all;
use quittance::config::ValidationMode;
use quittance::domain::staff::Role;
use uuid::Uuid;

use crate::support::process::{quittance, run, said};
use crate::support::{Client, Debt, TestApp, spawn};

/// A portal that gives staff the task of sending what a debt lacks, as it does by default.
async fn asking() -> TestApp {
    TestApp::spawn(|args| args.compliance.validation_notice = ValidationMode::Task).await
}

/// A debt whose person has an address.
fn debt_with_address(app: &TestApp) -> Debt {
    let debt = app.debt().owing("2284.56").create();
    app.execute(&format!(
        "UPDATE debtors SET address_line1 = '2323 Park Street', address_line2 = 'Apartment 342', city = 'Portland', state = 'OR' \
         WHERE id = '{}'",
        debt.debtor_id
    ));
    debt
}

/// What the model form's own example says, sent over Christmas.
const NOTICE: [(&str, &str); 15] = [
    ("action", "notice"),
    ("collector_name", "North South Group"),
    ("collector_address", "P.O. Box 123456\r\nPasadena, CA 91111-2222"),
    ("creditor_then", "Main Street Store"),
    ("creditor_now", "Bank of Rockville"),
    ("itemization_date", "2024-01-02"),
    ("itemization_kind", "charge_off"),
    ("amount_then", "2,234.56"),
    ("interest", "75.00"),
    ("fees", "25"),
    ("payments", "40.00"),
    ("credits", "10.00"),
    ("amount_now", "$2,284.56"),
    ("sent_on", "2024-12-20"),
    ("sent_by", "post"),
];

fn notice_with(field: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    NOTICE.into_iter().map(|(name, old)| (name, if name == field { value } else { old })).collect()
}

fn form(debt: &Debt) -> String {
    format!("/admin/debts/{}/validation", debt.id)
}

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

#[actix_web::test]
async fn row_3_what_staff_types_is_stored_and_shown_as_the_model_form() {
    let app = spawn().await;
    let debt = debt_with_address(&app);
    let agent = app.staff(Role::Agent).client;
    let page = agent.get(&form(&debt)).await;
    assert_eq!(page.attributes("#collector_name", "value"), ["Harbor Lane Services"], "known things are filled in");
    assert_eq!(page.attributes("#amount_now", "value"), ["2284.56"]);
    let client = debtor(&app, &debt).await;
    assert_eq!(client.get(&format!("{}/validation", debt.path())).await.status, 404, "nothing was sent yet");
    let answer = agent.post(&form(&debt), &NOTICE).await;
    assert_eq!(answer.location(), format!("/admin/debts/{}?done=validation", debt.id), "{}", answer.text());
    let staff = agent.get(&answer.location()).await;
    assert!(staff.text().contains("January 29, 2025"), "the end of the period: {}", staff.text());
    assert!(app.audited().contains(&"validation.recorded".to_owned()));

    assert!(
        client
            .get(&debt.path())
            .await
            .attributes(".documents a", "href")
            .iter()
            .any(|href| href.ends_with("/validation"))
    );
    let page = client.get(&format!("{}/validation", debt.path())).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for part in [
        "North South GroupP.O. Box 123456Pasadena, CA 91111-2222",
        "To: Maria Quillfeather2323 Park StreetApartment 342Portland, OR 97204",
        "North South Group is a debt collector. We are trying to collect a debt that you owe to Bank of Rockville. We will use any \
         information you give us to help collect the debt.",
        "Our information shows:",
        "You had an account from Main Street Store with account number ••••9113.",
        "As of January 2, 2024, you owed:",
        "The date the account was charged off",
        "$2,234.56",
        "Between January 2, 2024 and today:",
        "+ $75.00",
        "+ $25.00",
        "− $50.00",
        "Total amount of the debt now:$2,284.56",
        "How can you dispute the debt?",
        "Call or write to us by January 29, 2025, to dispute all or part of the debt. If you do not, we will assume that our information \
         is correct.",
        "If you write to us by January 29, 2025, we must stop collection on any amount you dispute until we send you information that \
         shows you owe the debt.",
        "You may also include supporting documents. We accept disputes electronically at",
        "What else can you do?",
        "Write to ask for the name and address of the original creditor, if different from the current creditor. If you write by \
         January 29, 2025, we must stop collection until we send you that information.",
        "Go to www.cfpb.gov/debt-collection to learn more about your rights under federal law. For instance, you have the right to stop \
         or limit how we contact you.",
        "Contact us about your payment options.",
        "Póngase en contacto con nosotros para solicitar una copia de este formulario en español.",
        "How do you want to respond?",
        "This is not my debt.",
        "The amount is wrong.",
        "Mail this form to:",
    ] {
        assert!(text.contains(part), "{part}\n in {text}");
    }
    assert!(!text.contains("4417"), "only the end of the account number");
    let links = page.attributes(".model-form a", "href");
    for reason in ["not_mine", "wrong_amount", "other"] {
        assert!(links.contains(&format!("{}/dispute?reason={reason}", debt.path())), "{reason} in {links:?}");
    }
    assert!(links.contains(&format!("{}/original-creditor", debt.path())));

    let spanish = client.get(&format!("{}/validation?lang=es", debt.path())).await.text();
    for part in [
        "North South Group es un cobrador de deudas. Estamos tratando de cobrar una deuda que usted tiene con Bank of Rockville.",
        "¿Cómo puede disputar la deuda?",
        "29 de enero de 2025",
        "¿Cómo desea responder?",
    ] {
        assert!(spanish.contains(part), "{part} in {spanish}");
    }
}

#[actix_web::test]
async fn row_3_what_is_missing_or_contradicts_itself_is_refused_at_its_field() {
    let app = spawn().await;
    let debt = debt_with_address(&app);
    let agent = app.staff(Role::Compliance).client;
    agent.get(&form(&debt)).await;
    for (field, value, sentence) in [
        ("collector_name", "", "There must be something here."),
        ("collector_address", "", "There must be something here."),
        ("creditor_then", "", "There must be something here."),
        ("creditor_now", "  ", "There must be something here."),
        ("itemization_date", "", "There must be something here."),
        ("itemization_date", "2024-02-31", "This is not a day"),
        ("itemization_kind", "birthday", "There must be something here."),
        ("amount_then", "much", "amount"),
        ("interest", "", "There must be something here."),
        ("amount_now", "2284.57", "come to $2,284.56"),
        ("sent_on", "2124-12-20", "not here yet"),
        ("sent_on", "2024-01-01", "before the itemization date"),
        ("sent_by", "portal", "There must be something here."),
    ] {
        let page = agent.post(&form(&debt), &notice_with(field, value)).await;
        assert_eq!(page.status, 422, "{field}={value}");
        let at_field = page.text_of(&format!("#{field}-error"));
        assert!(at_field.contains(sentence), "{field}={value}: {at_field}");
        assert_eq!(page.attributes(&format!("#{field}"), "aria-invalid"), ["true"], "{field}");
        assert_eq!(page.attributes("#interest", "value").len(), 1, "what was typed is there");
    }
    assert_eq!(app.value("SELECT count(*) FROM validation_notices"), "0");
    assert_eq!(agent.post(&form(&debt), &[("action", "nonsense")]).await.status, 400);
    // Nowhere to send it to.
    let nowhere = app.debt().create();
    let page = agent.post(&form(&nowhere), &NOTICE).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("complete the person’s data first"), "{}", page.text());
    assert_eq!(app.value("SELECT count(*) FROM validation_notices"), "0");
    let nobody = format!("/admin/debts/{}/validation", Uuid::from_u128(7));
    assert_eq!((agent.get(&nobody).await.status, agent.post(&nobody, &NOTICE).await.status), (404, 404));
    // The database holds the same rules, for whoever else writes.
    for wrong in [
        "amount_now = 2284.57",
        "fees = -25",
        "sent_on = '2023-01-01'",
        "period_ends_on = sent_on + 34",
        "consumer_name = ' '",
    ] {
        agent.post(&form(&debt), &NOTICE).await;
        use diesel::connection::SimpleConnection;
        let refused = app.connect().batch_execute(&format!("UPDATE validation_notices SET {wrong}"));
        assert!(refused.is_err(), "{wrong}");
    }
}

#[actix_web::test]
async fn row_3_the_newest_notice_is_in_force_and_the_older_ones_are_kept() {
    let app = spawn().await;
    let debt = debt_with_address(&app);
    let agent = app.staff(Role::Agent).client;
    agent.post(&form(&debt), &NOTICE).await;
    app.clock.advance(chrono::Duration::seconds(1));
    agent.post(&form(&debt), &notice_with("sent_on", "2025-03-03")).await;
    assert_eq!(app.value("SELECT count(*) FROM validation_notices"), "2");
    let client = debtor(&app, &debt).await;
    let page = client.get(&format!("{}/validation", debt.path())).await.text();
    assert!(page.contains("April 9, 2025") && !page.contains("January 29, 2025"), "{page}");
    // Where it was sent stays what it was.
    app.execute("UPDATE debtors SET address_line1 = '1 New Road', city = 'Salem'");
    assert!(client.get(&format!("{}/validation", debt.path())).await.text().contains("2323 Park Street"));
}

#[actix_web::test]
async fn row_3_a_notice_is_its_debtor_s_own() {
    let app = spawn().await;
    let (debt, other) = (debt_with_address(&app), debt_with_address(&app));
    let agent = app.staff(Role::Agent).client;
    agent.post(&form(&debt), &NOTICE).await;
    let path = format!("{}/validation", debt.path());
    assert_eq!(app.client().get(&path).await.status, 401);
    assert_eq!(debtor(&app, &other).await.get(&path).await.status, 404);
    assert_eq!(debtor(&app, &debt).await.get("/debts/x/validation").await.status, 404);
}

fn import(app: &TestApp, rows: &str, more: &[&str]) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notices.csv");
    std::fs::write(&path, rows).unwrap();
    let mut command = quittance(&["import", "validation", path.to_str().unwrap()]);
    command.args(more).env("DATABASE_URL", app.db.url());
    command.env("COMPANY_NAME", "Harbor Lane Services").env("COMPANY_ADDRESS", "1200 Wharf Street|Portland, OR 97204");
    run(&mut command)
}

const HEADER: &str = "Debt ID,Itemization date,Itemization kind,Amount then,Interest,Fees,Payments,Credits,Current amount,\
                      Creditor on itemization date,Current creditor,Sent on,Sent by,Not required,Time-barred\n";

#[actix_web::test]
async fn row_3_a_file_of_notices_is_complete_or_refused_row_by_row() {
    let app = asking().await;
    let (debt, nowhere) = (debt_with_address(&app), app.debt().create());
    let right = |id: Uuid| {
        format!(
            "{id},2024-01-02,Charge-off,2234.56,75,25,40,10,2284.56,Main Street Store,Bank of Rockville,12/20/2024,mail,,\n"
        )
    };
    for (row, problem) in [
        (right(debt.id).replace("Bank of Rockville", ""), "In “Current creditor”: There must be something here."),
        (right(debt.id).replace(",75,", ",,"), "In “Interest since”: There must be something here."),
        (right(debt.id).replace(",75,", ",76,"), "The current amount must be the amount then plus interest and fees"),
        (right(debt.id).replace("Charge-off", "birthday"), "This must be last_statement"),
        (right(debt.id).replace("mail,,", "portal,,"), "a copy in the portal is no sending"),
        (right(debt.id).replace("12/20/2024", "1/1/2024"), "cannot have been sent before"),
        (right(debt.id).replace("mail,,", "mail,none is needed,"), "only one of them can be right"),
        (right(nowhere.id), "Street, city, state or ZIP code of the person is missing"),
        (right(Uuid::from_u128(7)), "There is no such debt."),
        (format!("{},,,,,,,,,,,,,,\n", debt.id), "The row says nothing about its debt"),
    ] {
        let output = import(&app, &format!("{HEADER}{row}"), &[]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(told.contains(problem), "{problem} in {told}");
    }
    assert_eq!(app.value("SELECT count(*) FROM validation_notices"), "0");
    let mixed = format!("{HEADER}{}{}", right(debt.id), right(nowhere.id));
    import(&app, &mixed, &["--dry-run"]);
    import(&app, &mixed, &["--all-or-nothing"]);
    assert_eq!(app.value("SELECT count(*) FROM validation_notices"), "0", "a check and all or nothing take nothing");
    let client = debtor(&app, &debt).await;
    client.get(&debt.path()).await;
    assert_eq!(app.value("SELECT status FROM cases WHERE kind = 'validation_information'"), "open");
    let output = import(&app, &format!("{mixed}{},,,,,,,,,,,,,The creditor collects itself,yes\n", nowhere.id), &[]);
    assert!(
        said(&output).contains("payments, messages and calls: 2") || said(&output).contains("2"),
        "{}",
        said(&output)
    );
    assert_eq!(
        app.value(
            "SELECT concat_ws('|', source, collector_name, collector_address, consumer_name, creditor_then, itemization_kind, \
             amount_now, sent_by, period_ends_on) FROM validation_notices"
        ),
        "import|Harbor Lane Services|1200 Wharf Street\nPortland, OR 97204|Maria Quillfeather|Main Street Store|charge_off|2284.56|post|\
         2025-01-29"
    );
    assert_eq!(
        app.value("SELECT status FROM cases WHERE kind = 'validation_information'"),
        "closed",
        "the task is done"
    );
    assert_eq!(
        app.value(&format!(
            "SELECT concat_ws('|', validation_not_required_reason, time_barred) FROM debts WHERE id = '{}'",
            nowhere.id
        )),
        "The creditor collects itself|t"
    );
    assert_eq!(client.get(&format!("{}/validation", debt.path())).await.status, 200);
}

#[actix_web::test]
async fn row_4_the_end_of_the_period_skips_weekends_and_holidays_and_is_stored_and_shown() {
    let app = spawn().await;
    let debt = debt_with_address(&app);
    let agent = app.staff(Role::Agent).client;
    for (sent, ends, shown) in [
        // Over Christmas: received on December 30.
        ("2024-12-20", "2025-01-29", "January 29, 2025"),
        // An ordinary week.
        ("2025-03-03", "2025-04-09", "April 9, 2025"),
        // Over Juneteenth.
        ("2025-06-13", "2025-07-23", "July 23, 2025"),
        // Over Thanksgiving.
        ("2024-11-22", "2025-01-01", "January 1, 2025"),
    ] {
        app.clock.advance(chrono::Duration::seconds(1));
        agent.post(&form(&debt), &notice_with("sent_on", sent)).await;
        let stored = "SELECT period_ends_on FROM validation_notices ORDER BY created_at DESC LIMIT 1";
        assert_eq!(app.value(stored), ends, "{sent}");
        assert!(agent.get(&format!("/admin/debts/{}", debt.id)).await.text().contains(shown), "{sent}");
        let client = debtor(&app, &debt).await;
        assert!(client.get(&format!("{}/validation", debt.path())).await.text().contains(shown), "{sent}");
    }
    let within = |day: &str| {
        quittance::models::validation::is_within_period(&mut app.connect(), debt.id, day.parse().unwrap()).unwrap()
    };
    assert_eq!((within("2025-01-01"), within("2025-01-02")), (Some(true), Some(false)), "the last day counts");
    let other = app.debt().create();
    let none =
        quittance::models::validation::is_within_period(&mut app.connect(), other.id, "2025-01-02".parse().unwrap());
    assert_eq!(none.unwrap(), None);
}

const TASKS: &str = "SELECT count(*) FROM cases WHERE kind = 'validation_information'";

#[actix_web::test]
async fn row_5_a_debt_first_shown_without_notice_raises_one_task_due_in_five_days() {
    let app = asking().await;
    let debt = app.debt().create();
    let second = app.debt().of(&debt).create();
    let third = app.debt().of(&debt).create();
    app.debt().of(&debt).status("closed").create();
    let stranger = app.debt().create();
    assert_eq!(app.value(TASKS), "0");
    let client = debtor(&app, &debt).await;
    assert_eq!(app.value(TASKS), "1", "when the session begins");
    assert_eq!(
        app.value(
            "SELECT concat_ws('|', debt_id, due_at - opened_at, status, (SELECT count(*) FROM case_steps)) FROM cases"
        ),
        format!("{}|5 days|open|1", debt.id)
    );
    // One that was never listed, opened many times at once.
    let path = third.path();
    let pages = join_all((0..6).map(|_| client.get(&path))).await;
    assert!(pages.iter().all(|page| page.status == 200 && page.text().contains("$100.00")));
    assert_eq!(app.value(TASKS), "2");
    for _ in 0..3 {
        client.get("/account").await;
        client.get(&second.path()).await;
        debtor(&app, &debt).await;
    }
    assert_eq!(app.value(TASKS), "3", "once a debt, and none for what is no longer collected");
    app.execute("UPDATE cases SET status = 'closed', closed_at = now()");
    client.get("/account").await;
    client.get(&debt.path()).await;
    assert_eq!(app.value(TASKS), "3", "not again when staff has closed it");
    assert_eq!(app.value(&format!("SELECT count(*) FROM cases WHERE debt_id = '{}'", stranger.id)), "0");
}

#[actix_web::test]
async fn row_5_no_task_for_a_debt_with_a_notice_or_a_mark_nor_where_it_is_switched_off() {
    let app = asking().await;
    let (debt, marked) = (debt_with_address(&app), app.debt().create());
    let agent = app.staff(Role::Agent).client;
    agent.post(&form(&debt), &NOTICE).await;
    let refused = agent.post(&form(&marked), &[("action", "not_required"), ("not_required_reason", "")]).await;
    assert_eq!((refused.status, refused.count("#not_required_reason-error")), (422, 1));
    let done = agent.post(&form(&marked), &[("action", "not_required"), ("not_required_reason", "Sent in 2020")]).await;
    assert_eq!(done.location(), format!("/admin/debts/{}?done=validation-mark", marked.id));
    for debt in [&debt, &marked] {
        let client = debtor(&app, debt).await;
        client.get("/account").await;
        assert_eq!(client.get(&debt.path()).await.status, 200);
    }
    assert_eq!(app.value(TASKS), "0");
    assert!(
        agent.get(&format!("/admin/debts/{}", marked.id)).await.text().contains("No notice is needed: Sent in 2020")
    );
    // The mark taken away, the law asks again.
    agent.post(&form(&marked), &[("action", "required")]).await;
    debtor(&app, &marked).await;
    assert_eq!(app.value(TASKS), "1");
    agent.post(&form(&marked), &[("action", "not_required"), ("not_required_reason", "Sent in 2020")]).await;
    assert_eq!(app.value("SELECT status FROM cases"), "closed", "and the task is done with the mark");
    let wanted = ["validation.recorded", "validation.not_required", "validation.required", "validation.not_required"];
    let audited: Vec<String> = app.audited().into_iter().filter(|a| wanted.contains(&a.as_str())).collect();
    assert_eq!(audited, wanted);

    let off = TestApp::spawn(|args| args.compliance.validation_notice = ValidationMode::Off).await;
    let debt = off.debt().create();
    let client = debtor(&off, &debt).await;
    client.get("/account").await;
    client.get(&debt.path()).await;
    assert_eq!(off.value(TASKS), "0");
}

#[actix_web::test]
async fn row_5_where_it_is_required_a_debt_shows_no_amount_before_its_notice() {
    let app = TestApp::spawn(|args| args.compliance.validation_notice = ValidationMode::Required).await;
    let debt = debt_with_address(&app);
    app.execute(&format!(
        "INSERT INTO emails (debt_id, direction, subject, content, compliance_checked) VALUES ('{}', 'outbound', 'x', 'You owe', true)",
        debt.id
    ));
    let email = app.value("SELECT id FROM emails");
    let client = debtor(&app, &debt).await;
    for lang in ["en", "es"] {
        let page = client.get(&format!("{}?lang={lang}", debt.path())).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("2,284.56"), "{}", page.text());
        let wanted =
            if lang == "en" { "We are preparing the information" } else { "Estamos preparando la información" };
        assert!(page.text().contains(wanted), "{}", page.text());
        let links = page.attributes(".actions a", "href");
        assert_eq!(links, [format!("{}/dispute", debt.path()), format!("{}/help", debt.path())]);
    }
    let list = client.get("/account?lang=en").await;
    assert!(!list.body.contains("2,284.56") && list.text().contains("We are preparing"), "{}", list.text());
    for path in ["/payments/new", "/statement", &format!("/emails/{email}")] {
        let page = client.get(&format!("{}{path}", debt.path())).await;
        assert_eq!((page.status, page.location()), (303, debt.path()), "{path}");
    }
    for path in ["/dispute", "/help"] {
        assert_eq!(client.get(&format!("{}{path}", debt.path())).await.status, 200, "{path}");
    }
    let page = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
    assert_eq!((page.status, page.location()), (303, debt.path()));
    assert_eq!(app.value("SELECT count(*) FROM payments"), "0");
    assert_eq!(app.value(TASKS), "1");
    // A paid debt is collected no more, and its papers are there.
    let paid = app.debt().paid("100.00").status("resolved").create();
    assert!(debtor(&app, &paid).await.get(&paid.path()).await.text().contains("$100.00"));

    app.staff(Role::Agent).client.post(&form(&debt), &NOTICE).await;
    assert!(client.get(&debt.path()).await.text().contains("$2,284.56"));
    client.start_payment(&debt, "full").await;
}

#[actix_web::test]
async fn row_6_a_dispute_is_marked_as_timely_or_late_where_the_period_is_known() {
    let app = spawn().await;
    for (ends, timely) in [(Some("+ 20"), "true"), (Some("+ 0"), "true"), (Some("- 2"), "false"), (None, "NULL")] {
        let debt = debt_with_address(&app);
        if let Some(ends) = ends {
            app.staff(Role::Agent).client.post(&form(&debt), &NOTICE).await;
            app.execute(&format!(
                "UPDATE validation_notices SET period_ends_on = (now() AT TIME ZONE 'America/New_York')::date {ends} WHERE debt_id = '{}'",
                debt.id
            ));
        }
        let client = debtor(&app, &debt).await;
        client.get(&format!("{}/dispute", debt.path())).await;
        let told = [("kind", "dispute"), ("reason", "not_mine")];
        let answer = client.post_files(&format!("{}/cases", debt.path()), &told, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let kept = format!("SELECT within_validation_period FROM cases WHERE debt_id = '{}'", debt.id);
        assert_eq!(app.value(&kept), timely, "{ends:?}");
    }
}

#[actix_web::test]
async fn row_7_nothing_on_the_notice_presses_and_dispute_stands_beside_pay() {
    let app = spawn().await;
    let debt = debt_with_address(&app);
    app.staff(Role::Agent).client.post(&form(&debt), &NOTICE).await;
    let client = debtor(&app, &debt).await;
    let notice = client.get(&format!("{}/validation", debt.path())).await;
    assert!(
        notice.attributes("main a", "href").iter().all(|href| !href.contains("/payments")),
        "no way to pay overshadows it"
    );
    let actions = client.get(&debt.path()).await.attributes(".actions > a", "href");
    let place = |end: &str| actions.iter().position(|href| href.ends_with(end)).unwrap();
    assert_eq!((place("/payments/new"), place("/dispute")), (0, 1), "side by side, of one size");
    // What staff reads is another matter.
    let debtors = std::fs::read_dir("locales/debtor").unwrap().map(|entry| entry.unwrap().path());
    for path in debtors.chain(["locales/en.ftl".into(), "locales/es.ftl".into()]) {
        let source = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for word in [
            "pay now to",
            "act now",
            "hurry",
            "immediately",
            "last chance",
            "final notice",
            "urgent",
            "before it is too late",
            "avoid",
            "pague ya",
            "de inmediato",
            "última oportunidad",
            "urgente",
            "para evitar",
        ] {
            let sentence = source.lines().find(|line| line.contains(word));
            assert_eq!(sentence, None, "{word} in {}", path.display());
        }
    }
}
