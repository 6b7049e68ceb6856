//! The list as staff sees it, over HTTP.

use diesel::connection::SimpleConnection;
use quittance::domain::staff::Role;

use crate::support::client::Page;
use crate::support::{TestApp, spawn};

/// Three people; the second debt is of another state and on hold.
fn fill(app: &TestApp) {
    app.connect()
        .batch_execute(
            "INSERT INTO debtors (id, first_name, last_name, email, phone, state) VALUES
                 ('00000000-0000-7000-8000-000000000001', 'Maria', 'Quillfeather', 'maria@mail.example', '+15035550142', 'OR'),
                 ('00000000-0000-7000-8000-000000000002', 'Ann', '<script>alert(1)</script>', NULL, NULL, 'WA'),
                 ('00000000-0000-7000-8000-000000000003', 'Bo', 'Li', NULL, NULL, 'OR');
             INSERT INTO debts (id, debtor_id, original_creditor, total_owed, status, unique_token, account_number, imported_at) VALUES
                 ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000001', 'Northwind Dental', 1234.5, 'active', 'link-one', '4417-5678-9113', '2026-01-03'),
                 ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-000000000002', '\"><img src=x>', 20, 'hold', 'link-two', NULL, '2026-01-02'),
                 ('00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-000000000003', 'Northwind Dental', 30, 'active', 'link-three', NULL, '2026-01-01')",
        )
        .unwrap();
}

fn people(page: &Page) -> Vec<String> {
    page.texts(".debts tbody th")
}

const SCRIPT: &str = "<script>alert(1)</script>, Ann";

#[actix_web::test]
async fn what_was_typed_is_found_and_stands_in_no_address() {
    let app = spawn().await;
    fill(&app);
    let agent = app.staff(Role::Agent);
    let list = agent.client.get("/admin/debts").await;
    assert_eq!(
        (list.status, people(&list)),
        (200, vec!["Quillfeather, Maria".to_owned(), SCRIPT.to_owned(), "Li, Bo".to_owned()])
    );
    assert_eq!(list.text_of("#found"), "3 debts");
    assert_eq!(list.attributes(".debts tbody a", "href")[0], "/admin/debts/00000000-0000-7000-8000-0000000000d1");
    assert!(list.text().contains("\u{2022}\u{2022}\u{2022}\u{2022}9113") && !list.body.contains("5678"));
    assert!(!list.body.contains("<script>alert") && !list.body.contains("<img src=x>"));

    for typed in ["quillf", "(503) 555-0142", "maria@mail.example", "link-one", "9113"] {
        let sent = agent.client.post("/admin/debts/searches", &[("text", typed), ("sort", "-imported")]).await;
        let address = sent.location();
        assert_eq!(sent.status, 303, "{typed}");
        assert!(address.starts_with("/admin/debts?search=") && address.ends_with("&sort=match"), "{address}");
        let found = agent.client.get(&address).await;
        assert_eq!(people(&found), ["Quillfeather, Maria"], "{typed}");
        assert_eq!(found.attributes("#text", "value"), [typed]);
        for href in found.attributes("main a, .languages a", "href") {
            assert!(
                !href.to_lowercase().contains("quill") && !href.contains("5550142") && !href.contains("maria"),
                "{href}"
            );
        }
    }
    let sent = agent.client.post("/admin/debts/searches", &[("text", "quilfether")]).await;
    let similar = agent.client.get(&sent.location()).await;
    assert_eq!((people(&similar), similar.count(".notice-attention")), (vec!["Quillfeather, Maria".to_owned()], 1));
    let sent = agent.client.post("/admin/debts/searches", &[("text", "nobody at all")]).await;
    assert_eq!(agent.client.get(&sent.location()).await.text_of(".empty"), "No debt fits.");
    // Without a text there is nothing to keep.
    let sent = agent
        .client
        .post("/admin/debts/searches", &[("text", "  "), ("sort", "name"), ("status_hold", "on"), ("state", "wa")])
        .await;
    assert_eq!(sent.location(), "/admin/debts?status=hold&state=WA&sort=name");
    assert_eq!(people(&agent.client.get(&sent.location()).await), [SCRIPT]);
}

#[actix_web::test]
async fn filters_and_orders_stand_in_the_address_and_in_the_form() {
    let app = spawn().await;
    fill(&app);
    let agent = app.staff(Role::Viewer);
    let page = agent.client.get("/admin/debts?status=active&creditor=northwind+dental&balance_max=100&sort=name").await;
    assert_eq!(people(&page), ["Li, Bo"]);
    assert_eq!(page.attributes("input[type=checkbox][checked]", "name"), ["status_active"]);
    assert_eq!(page.attributes("#creditor option[selected]", "value"), ["northwind dental"]);
    assert_eq!(page.attributes("#balance_max", "value"), ["100.00"]);
    assert_eq!(page.attributes("details", "open").len(), 1);
    // Every heading leads to its order, the present one to its reverse.
    let heads = page.attributes(".debts thead a", "href");
    assert!(heads[0].ends_with("&sort=-name") && heads[1].ends_with("&sort=-balance"), "{heads:?}");
    assert_eq!(page.attributes(".debts thead th[aria-sort]", "aria-sort"), ["ascending"]);
    for (sort, first) in
        [("name", SCRIPT), ("-name", "Quillfeather, Maria"), ("balance", SCRIPT), ("imported", "Li, Bo")]
    {
        let page = agent.client.get(&format!("/admin/debts?sort={sort}")).await;
        assert_eq!(people(&page)[0], first, "{sort}");
    }
    // What cannot be is said at its field, what was typed stays, and nobody is shown.
    for (query, field) in [
        ("balance_min=ten", "balance_min"),
        ("balance_min=9&balance_max=8", "balance_max"),
        ("state=Oregon", "state"),
        ("age_min=-1", "age_min"),
        ("contact=x", "contact"),
        ("status=x", "status"),
    ] {
        let page = agent.client.get(&format!("/admin/debts?{query}")).await;
        assert_eq!((page.status, people(&page).len(), page.count(".field-error")), (422, 0, 1), "{query}");
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")]);
    }
    let page = agent.client.post("/admin/debts/searches", &[("text", "Quill"), ("balance_min", "ten")]).await;
    assert_eq!(
        (page.status, page.attributes("#balance_min", "value"), page.attributes("#text", "value")),
        (422, vec!["ten".to_owned()], vec!["Quill".to_owned()])
    );
    assert_eq!(app.value("SELECT count(*) FROM staff_searches"), "0");
}

#[actix_web::test]
async fn pages_lead_forward_and_back_and_say_honestly_how_many_there_are() {
    let app = spawn().await;
    app.execute(
        "INSERT INTO debtors (first_name, last_name) SELECT 'Ann', 'Smith' || i FROM generate_series(1, 120) i;
         INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT id, 'Bank', id::text FROM debtors",
    );
    let agent = app.staff(Role::Agent);
    for start in [
        "/admin/debts?sort=name".to_owned(),
        agent.client.post("/admin/debts/searches", &[("text", "smith")]).await.location(),
    ] {
        let mut pages = vec![agent.client.get(&start).await];
        while let Some(next) = pages.last().unwrap().attributes("a[rel=next]", "href").first().cloned() {
            assert!(!next.to_lowercase().contains("smith"), "{next}");
            pages.push(agent.client.get(&next).await);
        }
        let sizes: Vec<usize> = pages.iter().map(|page| people(page).len()).collect();
        assert_eq!(sizes, [50, 50, 20]);
        let all: std::collections::BTreeSet<String> = pages.iter().flat_map(people).collect();
        assert_eq!(all.len(), 120);
        let back = pages[2].attributes("a[rel=prev]", "href").remove(0);
        assert_eq!(people(&agent.client.get(&back).await), people(&pages[1]));
        assert_eq!(pages[0].count("a[rel=prev]"), 0);
        assert!(pages.iter().all(|page| page.text_of("#found") == "120 debts"));
    }
    app.execute(
        "INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT (SELECT id FROM debtors LIMIT 1), 'Bank', 'x' || i FROM generate_series(1, 10001) i",
    );
    assert_eq!(agent.client.get("/admin/debts").await.text_of("#found"), "10,000+ debts");
    let found = agent.client.post("/admin/debts/searches", &[("text", "smith")]).await.location();
    assert!(agent.client.get(&found).await.text_of("#found").starts_with("More than 250 debts fit"));
}

#[actix_web::test]
async fn saved_searches_are_their_owners_alone() {
    let app = spawn().await;
    fill(&app);
    let (dana, robin) = (app.staff(Role::Agent), app.staff(Role::Agent));
    let found = dana.client.post("/admin/debts/searches", &[("text", "quill"), ("state", "OR")]).await.location();
    let page = dana.client.get(&found).await;
    let hidden: Vec<(String, String)> = page
        .attributes(".save-search input[type=hidden]", "name")
        .into_iter()
        .zip(page.attributes(".save-search input[type=hidden]", "value"))
        .filter(|(name, _)| name != "af")
        .collect();
    let fields = |name: &'static str| {
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("name", name));
        fields
    };
    for (name, message) in [("", "Enter a name"), (" ", "Enter a name")] {
        let refused = dana.client.post("/admin/debts/filters", &fields(name)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("#name-error").contains(message));
    }
    let saved = dana.client.post("/admin/debts/filters", &fields("Oregon & <b>quills</b>")).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let address = saved.location();
    let again = dana.client.post("/admin/debts/filters", &fields("Oregon & <b>quills</b>")).await;
    assert_eq!((again.status, again.count("#name-error")), (422, 1));

    let opened = dana.client.get(&address).await;
    assert_eq!(people(&opened), ["Quillfeather, Maria"]);
    assert_eq!(
        (opened.attributes("#text", "value"), opened.attributes("#state", "value")),
        (vec!["quill".to_owned()], vec!["OR".to_owned()])
    );
    assert_eq!(opened.texts(".saved-searches a[aria-current]"), ["Oregon & <b>quills</b>"]);
    // A day later what nobody saved is gone, and this is not.
    app.clock.advance(chrono::Duration::hours(25));
    app.sign_in_again(&dana);
    dana.client.post("/admin/debts/searches", &[("text", "li")]).await;
    assert_eq!(dana.client.get(&found).await.status, 404);
    assert_eq!(dana.client.get(&address).await.status, 200);

    app.sign_in_again(&robin);
    let delete = format!("/admin/debts/filters/{}/delete", address.rsplit('=').next().unwrap());
    let list = robin.client.get("/admin/debts").await;
    assert_eq!(list.count(".saved-searches li"), 0);
    assert_eq!(robin.client.get(&address).await.status, 404);
    assert_eq!(robin.client.get(&address.replace("/debts?", "/debts.csv?")).await.status, 404);
    assert_eq!(robin.client.post(&delete, &[]).await.status, 404);
    dana.client.get("/admin/debts").await;
    assert_eq!(dana.client.post(&delete, &[]).await.status, 303);
    assert_eq!(dana.client.get(&address).await.status, 404);
    assert_eq!(dana.client.get("/admin/debts?search=nonsense").await.status, 404);
}

#[actix_web::test]
async fn the_file_is_the_list_and_is_on_record_with_its_size() {
    let app = spawn().await;
    fill(&app);
    let agent = app.staff(Role::Agent);
    let page = agent.client.get("/admin/debts?state=OR&sort=name").await;
    let href = page.attributes("a[download]", "href").remove(0);
    let file = agent.client.get(&href).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"debts.csv\"");
    assert_eq!(file.header("cache-control"), page.header("cache-control"));
    let names: Vec<&str> = file.body.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(names, ["Li", "Quillfeather"]);
    let found = agent.client.post("/admin/debts/searches", &[("text", "quill")]).await.location();
    let file = agent.client.get(&found.replace("/debts?", "/debts.csv?")).await;
    assert_eq!(file.body.lines().count(), 2);
    for _ in 0..200 {
        if app.value("SELECT count(*) FROM audit WHERE action = 'debts.exported'") == "2" {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let lines = "SELECT string_agg(action || ' ' || coalesce(details ->> 'rows', details ->> 'shown', details ->> 'text', '-'), ', ' ORDER BY id) FROM audit";
    assert_eq!(
        app.value(lines),
        "debts.listed 2, debts.export -, debts.exported 2, debts.export quill, debts.exported 1"
    );
    assert_eq!(app.staff(Role::Viewer).client.get("/admin/debts").await.count("a[download]"), 0);
    assert_eq!(
        agent.client.get("/admin/debts.csv?state=Oregon").await.status,
        404,
        "a wrong filter must not let everybody through"
    );
    assert_eq!(agent.client.request("HEAD", &href).await.status, 200);
}

#[actix_web::test]
async fn a_long_file_comes_whole_while_pages_are_served() {
    let app = spawn().await;
    app.execute(
        "INSERT INTO debtors (first_name, last_name) SELECT 'Ann', 'Smith' FROM generate_series(1, 50000);
         INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT id, 'Bank', id::text FROM debtors",
    );
    let agent = app.staff(Role::Agent);
    let (file, page) = futures_util::join!(agent.client.get("/admin/debts.csv"), agent.client.get("/admin/debts"));
    assert_eq!((file.body.lines().count(), page.status), (50_001, 200));
}

#[actix_web::test]
async fn every_look_is_on_record() {
    let app = spawn().await;
    fill(&app);
    let agent = app.staff(Role::Compliance);
    agent.client.get("/admin/debts?status=hold").await;
    let found = agent.client.post("/admin/debts/searches", &[("text", "Quill")]).await.location();
    agent.client.get(&found).await;
    let details =
        "SELECT details #>> '{filters,status}' || ' ' || (details ->> 'shown') FROM audit ORDER BY id LIMIT 1";
    assert_eq!(app.value(details), "hold 1");
    let who = format!(
        "SELECT count(*) FROM audit WHERE action = 'debts.listed' AND staff_id = '{}' AND address = '127.0.0.1'",
        agent.id
    );
    assert_eq!(app.value(&who), "2");
    assert_eq!(app.value("SELECT details ->> 'text' FROM audit ORDER BY id DESC LIMIT 1"), "Quill");
}
