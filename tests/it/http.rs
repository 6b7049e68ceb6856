//! Headers, forgeries, wrong addresses: what every page has in common.

use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

#[actix_web::test]
async fn every_answer_carries_the_headers() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let missing = "/debts/00000000-0000-4000-8000-000000000000";
    for path in [
        "/",
        "/d/x",
        &debt.path(),
        "/account",
        "/nowhere",
        missing,
        "/healthz",
        "/robots.txt",
        "/payments/x",
        "/letters",
    ] {
        let page = client.get(path).await;
        let csp = page.header("content-security-policy");
        assert!(
            csp.starts_with("default-src 'none'") && !csp.contains("unsafe") && csp.contains("frame-ancestors 'none'"),
            "{path}: {csp}"
        );
        assert!(csp.contains(&format!("form-action 'self' {}", app.sandbox.base_url())), "{csp}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex, nofollow"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(page.header(name), value, "{name} of {path}");
        }
        assert!(page.header("permissions-policy").contains("camera=()"));
        assert_eq!(page.header("strict-transport-security"), "", "the test's address is http");
        assert_eq!(page.header("server"), "");
    }
}

#[actix_web::test]
async fn writes_need_the_anti_forgery_value_and_the_own_origin() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let path = format!("{}/payments", debt.path());
    let form = [("choice", "full")];
    let own = format!("http://{}", app.address());
    for (name, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "none", 403),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", own.as_str(), 303),
        ("sec-fetch-site", "same-origin", 303),
    ] {
        let page = client.with_header(name, value).post(&path, &form).await;
        assert_eq!(page.status, status, "{name}: {value}");
    }
    let sessions = app.sandbox.sessions().len();
    let stranger = debtor(&app, &debt).await;
    for value in ["", "x", &stranger.antiforgery()] {
        for target in
            [path.as_str(), "/sign-out", &debt.link(), "/payments/00000000-0000-4000-8000-000000000000/cancellation"]
        {
            let page = client.post_body(target, format!("choice=partial&amount=5&postal_code=97204&af={value}")).await;
            assert_eq!(page.status, 403, "{target} {value}");
            assert!(page.text().contains("Nothing was changed"));
        }
    }
    assert_eq!(app.sandbox.sessions().len(), sessions);
    assert_eq!(client.get(&debt.path()).await.status, 200, "still signed in");
}

#[actix_web::test]
async fn odd_forms_are_refused() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let (path, af) = (format!("{}/payments", debt.path()), client.antiforgery());
    for body in [
        format!("choice=partial&amount=5&amount=50&af={af}"),
        format!("choice=full&choice=full&af={af}"),
        format!("choice=partial&amount=%ff&af={af}"),
        format!("choice=partial&amount=5%00&af={af}"),
    ] {
        assert_eq!(client.post_body(&path, body.clone()).await.status, 400, "{body}");
    }
    assert_eq!(client.post_body(&path, format!("af={af}&amount={}", "5".repeat(20_000))).await.status, 413);
    assert!(app.sandbox.requests().is_empty());
}

#[actix_web::test]
async fn wrong_addresses_and_methods_have_a_page() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for path in [
        "/nowhere",
        "/debts/1",
        "/debts/%ff",
        "/payments/../account/x",
        "/static/x/nothing.css",
        "/logo",
        "/debts/00000000000040008000000000000000",
    ] {
        let page = client.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.text_of("h1"), "This page does not exist", "{path}");
        assert_eq!(page.attributes(".languages a", "href"), ["?lang=en", "?lang=es"]);
    }
    for (method, path) in [
        ("DELETE", debt.path()),
        ("PUT", "/account".to_owned()),
        ("GET", "/sign-out".to_owned()),
        ("POST", "/account".to_owned()),
    ] {
        let page = client.request(method, &path).await;
        assert_eq!(page.status, 405, "{method} {path}");
        assert!(
            page.header("allow").contains("GET") || page.header("allow") == "POST",
            "{method} {path}: {}",
            page.header("allow")
        );
        assert!(page.text().contains("cannot be used"), "{method} {path}");
    }
}

#[actix_web::test]
async fn static_files_are_immutable_and_compressed() {
    let app = spawn().await;
    let client = app.client();
    let page = client.get("/").await;
    let sheets = page.attributes("link[rel=stylesheet]", "href");
    assert_eq!(sheets.len(), 3);
    for sheet in &sheets {
        let file = client.get(sheet).await;
        assert_eq!(file.status, 200);
        assert!(file.header("cache-control").contains("immutable"));
        assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
        let packed = client.with_header("accept-encoding", "br, gzip").request("HEAD", sheet).await;
        assert_eq!(packed.header("content-encoding"), "gzip");
    }
    let old = client.get("/static/0000000000000000/css/quittance.css").await;
    assert!(old.status == 200 && !old.header("cache-control").contains("immutable"));
    assert!(client.get("/robots.txt").await.body.contains("Disallow: /"));
}

#[actix_web::test]
async fn the_company_s_colour_and_logo_are_settings() {
    let logo = tempfile::Builder::new().suffix(".svg").tempfile().unwrap();
    std::fs::write(logo.path(), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    let path = logo.path().to_owned();
    let app = TestApp::spawn(|args| {
        args.company.company_color = Some("#ffcc00".to_owned());
        args.company.company_logo = Some(path);
    })
    .await;
    let client = app.client();
    let page = client.get("/").await;
    assert_eq!(page.attributes(".brand-logo", "src"), ["/logo"]);
    let file = client.get("/logo").await;
    assert_eq!((file.status, file.header("content-type")), (200, "image/svg+xml".to_owned()));
    let theme = page.attributes("link[rel=stylesheet]", "href").pop().unwrap();
    let css = client.get(&theme).await.body;
    assert!(css.contains("--brand-dark:#ffcc00"), "{css}");
    assert!(!css.contains("--brand:#ffcc00"), "yellow on white cannot be read: {css}");
}

#[actix_web::test]
async fn the_reader_s_language_is_kept() {
    let app = spawn().await;
    let lang = |page: &crate::support::client::Page| page.attributes("html", "lang")[0].clone();
    let spanish = app.client().with_header("accept-language", "es-MX,es;q=0.9,en;q=0.5");
    assert_eq!(lang(&spanish.get("/d/x").await), "es");
    assert_eq!(lang(&spanish.get("/d/x?lang=en").await), "en");
    assert_eq!(lang(&spanish.get("/d/x").await), "en", "the choice is remembered");
    assert_eq!(lang(&app.client().with_header("accept-language", "fr").get("/nowhere").await), "en");
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&format!("{}?kind=calls", debt.path())).await;
    assert_eq!(page.attributes(".languages a", "href")[1], "?kind=calls&lang=es");
    client.get("/account?lang=es").await;
    client.start_payment(&debt, "10").await;
    assert_eq!(app.sandbox.sessions()[0]["locale"], "es");
}

#[actix_web::test]
async fn health_says_yes_or_no_and_nothing_more() {
    let app = spawn().await;
    for path in ["/healthz", "/readyz"] {
        let page = app.client().get(path).await;
        assert_eq!((page.status, page.body.as_str()), (200, "yes\n"));
    }
    app.execute("DELETE FROM __diesel_schema_migrations");
    let page = app.client().get("/readyz").await;
    assert_eq!((page.status, page.body.as_str()), (503, "no\n"));
    assert_eq!(app.client().get("/healthz").await.status, 200);
}
