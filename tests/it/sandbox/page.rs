//! The hosted checkout page, as a person's browser uses it.

use scraper::{Html, Selector};

use super::Bench;

struct Page {
    status: u16,
    location: String,
    policy: String,
    html: Html,
}

impl Page {
    fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
        self.html.select(&selector).map(text).collect()
    }

    fn first(&self, selector: &str) -> String {
        self.all(selector).into_iter().next().unwrap_or_default()
    }
}

async fn open(bench: &Bench, path: &str, form: Option<&[(&str, &str)]>) -> Page {
    let request = match form {
        Some(form) => bench.form(path, form),
        None => bench.request("GET", path),
    };
    let response = request.send().await.unwrap();
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (status, location, policy) =
        (response.status().as_u16(), header("location"), header("content-security-policy"));
    Page { status, location, policy, html: Html::parse_document(&response.text().await.unwrap()) }
}

#[tokio::test]
async fn a_person_pays_by_card() {
    let bench = Bench::start().await;
    let id = bench.session().await;
    let path = format!("/c/pay/{id}");
    let page = open(&bench, &path, None).await;
    assert_eq!((page.status, page.first(".amount")), (200, "$123.45".into()));
    assert!(page.first(".practice").contains("no money moves"));
    assert!(
        page.policy.contains("default-src 'none'") && page.policy.contains("form-action 'self' http://127.0.0.1:9")
    );
    assert_eq!(page.all("script, style, [style], [onclick]").len(), 0);
    for input in page.html.select(&Selector::parse("input").unwrap()) {
        let label = format!("label[for={}]", input.attr("id").unwrap());
        assert_eq!(page.all(&label).len(), 1, "{label}");
    }

    let declined = open(&bench, &path, Some(&[("card_number", "4000 0000 0000 9995"), ("expiry", "12/34")])).await;
    assert_eq!(declined.status, 200);
    assert!(declined.first("[role=alert]").contains("insufficient funds"));
    let past = open(&bench, &path, Some(&[("card_number", "4242 4242 4242 4242"), ("expiry", "01/20")])).await;
    assert!(past.first("[role=alert]").contains("expiry date"));

    let paid = open(&bench, &path, Some(&[("card_number", "4242 4242 4242 4242"), ("expiry", "12 / 34")])).await;
    assert_eq!((paid.status, paid.location), (303, format!("http://127.0.0.1:9/payments/1?session={id}")));
    assert!(open(&bench, &path, None).await.first("h1").contains("complete"));
    let twice = open(&bench, &path, Some(&[("card_number", "4242 4242 4242 4242")])).await;
    assert!(twice.first("h1").contains("complete"));
}

#[tokio::test]
async fn a_person_confirms_at_the_bank_in_spanish() {
    let bench = Bench::start().await;
    let id = bench.session_with(&[("locale", "es")]).await;
    let path = format!("/c/pay/{id}");
    let page = open(&bench, &path, Some(&[("card_number", "4000002500003155")])).await;
    assert_eq!(page.all("button"), ["Completar la autenticación", "Rechazar la autenticación"]);
    let step = format!("{path}/authentication");
    let failed = open(&bench, &step, Some(&[("authentication", "fail")])).await;
    assert!(failed.first("[role=alert]").contains("no se confirmó"));
    open(&bench, &path, Some(&[("card_number", "4000002500003155")])).await;
    assert_eq!(open(&bench, &step, Some(&[("authentication", "pass")])).await.status, 303);
}

#[tokio::test]
async fn a_person_pays_from_a_bank_account_or_comes_too_late() {
    let bench = Bench::start().await;
    let id = bench.session().await;
    let page = open(&bench, &format!("/c/pay/{id}"), Some(&[("account_number", "000123456789")])).await;
    assert_eq!(page.status, 303);
    let id = bench.session().await;
    bench.post(&format!("/v1/checkout/sessions/{id}/expire"), &[]).await;
    let expired = open(&bench, &format!("/c/pay/{id}"), Some(&[("card_number", "4242424242424242")])).await;
    assert!(expired.first("h1").contains("expired"));
    assert_eq!(open(&bench, "/c/pay/cs_test_nobody", None).await.status, 404);
}
