//! Events: listed, signed, delivered, and delivered badly.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use hmac::{Hmac, KeyInit, Mac};
use quittance::sandbox::{Action, Fault, Options, SignatureKind};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Bench, text};

/// What an endpoint was sent: signature header, body.
type Posted = (String, String);

/// An endpoint that remembers what it was sent and answers with the status it is told.
struct Endpoint {
    url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    status: Arc<Mutex<u16>>,
}

impl Endpoint {
    async fn start() -> Endpoint {
        let posted: Arc<Mutex<Vec<Posted>>> = Arc::default();
        let status = Arc::new(Mutex::new(200));
        let (keep, answer) = (Arc::clone(&posted), Arc::clone(&status));
        let server = HttpServer::new(move || {
            let (keep, answer) = (Arc::clone(&keep), Arc::clone(&answer));
            App::new().default_service(web::to(move |http: HttpRequest, body: String| {
                let signature = http.headers().get("stripe-signature").map(|value| value.to_str().unwrap().to_owned());
                keep.lock().unwrap().push((signature.unwrap_or_default(), body));
                let status = *answer.lock().unwrap();
                async move { HttpResponse::build(status.try_into().unwrap()).finish() }
            }))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/webhook", server.addrs()[0]);
        tokio::spawn(server.run());
        Endpoint { url, posted, status }
    }

    fn types(&self) -> Vec<String> {
        self.posted
            .lock()
            .unwrap()
            .iter()
            .map(|(_, body)| text(&serde_json::from_str(body).unwrap(), "/type"))
            .collect()
    }

    fn clear(&self) {
        self.posted.lock().unwrap().clear();
    }
}

async fn bench_and_endpoint() -> (Bench, Endpoint) {
    let endpoint = Endpoint::start().await;
    let bench = Bench::with(Options {
        webhook_url: Some(endpoint.url.clone()),
        webhook_secrets: vec!["whsec_new".into(), "whsec_old".into()],
        webhook_retry_delays: vec![Duration::from_secs(60)],
        ..Options::default()
    })
    .await;
    (bench, endpoint)
}

fn signed_with(secret: &str, (signature, body): &Posted) -> bool {
    let at = signature.split(',').find_map(|part| part.strip_prefix("t=")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let wanted: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    signature.split(',').any(|part| part == format!("v1={wanted}"))
}

#[tokio::test]
async fn events_arrive_in_order_signed_with_every_secret() {
    let (bench, endpoint) = bench_and_endpoint().await;
    let session = bench.session().await;
    bench.sandbox.pay(&session, "4242424242424242").await.unwrap();
    bench.sandbox.deliver_all().await;
    assert_eq!(endpoint.types(), bench.event_types());
    for posted in endpoint.posted.lock().unwrap().iter() {
        assert!(signed_with("whsec_new", posted) && signed_with("whsec_old", posted));
    }
    assert!(bench.sandbox.events().iter().all(|event| event["pending_webhooks"] == 0));
}

#[tokio::test]
async fn an_event_that_is_not_taken_is_listed_as_undelivered_and_sent_again() {
    let (bench, endpoint) = bench_and_endpoint().await;
    *endpoint.status.lock().unwrap() = 503;
    let session = bench.session().await;
    bench.post(&format!("/v1/checkout/sessions/{session}/expire"), &[]).await;
    bench.sandbox.deliver_all().await;
    let undelivered = "/v1/events?delivery_success=false";
    assert_eq!(bench.get(undelivered).await.1["data"].as_array().unwrap().len(), 1);
    *endpoint.status.lock().unwrap() = 200;
    bench.sandbox.hurry_deliveries().await;
    assert_eq!(bench.get(undelivered).await.1["data"].as_array().unwrap().len(), 0);
    let attempts = bench.sandbox.attempts();
    assert_eq!(attempts.iter().map(|attempt| attempt.status).collect::<Vec<_>>(), [Some(503), Some(200)]);
}

#[tokio::test]
async fn events_are_listed_by_type_time_and_page() {
    let bench = Bench::start().await;
    for _ in 0..3 {
        let session = bench.session().await;
        bench.sandbox.pay(&session, "4242424242424242").await.unwrap();
    }
    let count = |answer: &Value| answer["data"].as_array().unwrap().len();
    assert_eq!(count(&bench.get("/v1/events?type=checkout.session.completed").await.1), 3);
    assert_eq!(count(&bench.get("/v1/events?type=charge.*&limit=100").await.1), 6);
    let types = "/v1/events?types[]=charge.succeeded&types[]=checkout.session.completed&limit=4";
    let (_, page) = bench.get(types).await;
    assert_eq!((count(&page), page["has_more"].as_bool()), (4, Some(true)));
    let last = text(&page, "/data/3/id");
    let (_, rest) = bench.get(&format!("{types}&starting_after={last}")).await;
    assert_eq!((count(&rest), rest["has_more"].as_bool()), (2, Some(false)));
    assert_eq!(count(&bench.get("/v1/events?created[gt]=4000000000").await.1), 0);
    let first = text(&page, "/data/0/id");
    assert_eq!(text(&bench.get(&format!("/v1/events/{first}")).await.1, "/id"), first);
}

#[tokio::test]
async fn deliveries_go_wrong_as_told() {
    let (bench, endpoint) = bench_and_endpoint().await;
    let expire = || async {
        let session = bench.session().await;
        bench.post(&format!("/v1/checkout/sessions/{session}/expire"), &[]).await;
        bench.sandbox.deliver_all().await;
    };
    let once = |action: Action| bench.sandbox.fault(Fault::on_delivery("checkout.", action).once());

    once(Action::Duplicate { extra: 2 });
    expire().await;
    assert_eq!(endpoint.types().len(), 3);

    endpoint.clear();
    once(Action::Drop);
    expire().await;
    bench.sandbox.hurry_deliveries().await;
    assert!(endpoint.types().is_empty());
    assert_eq!((bench.sandbox.redeliver(), bench.sandbox.redeliver()), (1, 0));
    bench.sandbox.deliver_all().await;
    assert_eq!(endpoint.types().len(), 1);

    endpoint.clear();
    once(Action::Reorder);
    expire().await;
    assert!(endpoint.types().is_empty());
    expire().await;
    bench.sandbox.hurry_deliveries().await;
    let bodies: Vec<Value> =
        endpoint.posted.lock().unwrap().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    let happened: Vec<String> = bench.sandbox.events().iter().rev().take(2).map(|event| text(event, "/id")).collect();
    assert_eq!(bodies.iter().map(|event| text(event, "/id")).collect::<Vec<_>>(), happened);

    endpoint.clear();
    once(Action::Mutate { fields: [("/data/object/amount_total".to_owned(), json!(1))].into_iter().collect() });
    expire().await;
    let body: Value = serde_json::from_str(&endpoint.posted.lock().unwrap()[0].1).unwrap();
    assert_eq!(body["data"]["object"]["amount_total"], 1);
}

#[tokio::test]
async fn signatures_can_be_bad_old_doubled_or_missing() {
    let (bench, endpoint) = bench_and_endpoint().await;
    let event = json!({ "id": "evt_1", "type": "ping" });
    for (kind, right, marks) in [
        (SignatureKind::Good, true, 2),
        (SignatureKind::Bad, false, 1),
        (SignatureKind::Two, true, 2),
        (SignatureKind::OldTimestamp(600), true, 2),
        (SignatureKind::Secret("whsec_old".into()), false, 1),
    ] {
        endpoint.clear();
        assert_eq!(bench.sandbox.send_event(&event, kind.clone()).await, Some(200));
        let posted = endpoint.posted.lock().unwrap()[0].clone();
        assert_eq!(signed_with("whsec_new", &posted), right, "{kind:?}");
        assert_eq!(posted.0.matches("v1=").count(), marks, "{kind:?}");
    }
    endpoint.clear();
    bench.sandbox.send_event(&event, SignatureKind::Missing).await;
    assert_eq!(endpoint.posted.lock().unwrap()[0].0, "");
}
