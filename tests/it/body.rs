//! What a connection may do to us: slow, endless, doubled, malformed. Raw sockets, since no client library is that rude.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Client, TestApp, spawn};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const SOME_DEBT: &str = "/debts/018f0000-0000-7000-8000-000000000000/payments";

/// What came back over a raw connection.
#[derive(Debug)]
struct Ending {
    /// Everything the server sent.
    text: String,
    /// How long it kept the connection; none where it still did when patience ended.
    closed_after: Option<Duration>,
}

impl Ending {
    fn status(&self) -> u16 {
        self.text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}

/// Sends `first`, then `drip` again and again, and reads until the server closes.
async fn converse(address: SocketAddr, first: &str, drip: &[u8], patience: Duration) -> Ending {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    writer.write_all(first.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let dripping = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if drip.is_empty() || writer.write_all(drip).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut received = Vec::new();
    let reading = async {
        // A reset is an end as well.
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = reader.read(&mut buffer).await {
            received.extend_from_slice(&buffer[..length]);
        }
    };
    let closed = tokio::select! {
        () = reading => true,
        () = dripping => false,
        () = tokio::time::sleep(patience) => false,
    };
    let text = String::from_utf8_lossy(&received).into_owned();
    Ending { text, closed_after: closed.then(|| begun.elapsed()) }
}

/// Sends a whole request and reads until the server closes or goes quiet.
async fn request(address: SocketAddr, text: &str) -> Ending {
    converse(address, text, b"", Duration::from_millis(1500)).await
}

fn head(method: &str, path: &str, headers: &[&str]) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n", headers.join("\r\n"))
}

async fn impatient() -> TestApp {
    TestApp::spawn(|args| {
        args.http.http_body_timeout_seconds = 1;
        args.http.http_head_timeout_seconds = 1;
        args.http.http_keep_alive_seconds = 1;
    })
    .await
}

/// A body that comes a byte at a time, announced or in chunks, for a page that reads it and for those that do not.
#[actix_web::test]
async fn a_trickling_body_holds_no_connection() {
    let app = impatient().await;
    let (announced, chunked) = ("Content-Length: 9000", "Transfer-Encoding: chunked");
    let cases = [
        ("POST", "/d/x", 408),
        ("POST", SOME_DEBT, 408),
        ("POST", "/sign-out", 408),
        ("POST", "/webhooks/stripe", 400),
        ("POST", "/nowhere", 404),
        ("PUT", "/d/x", 405),
        ("POST", "/robots.txt", 405),
        ("GET", "/d/x", 200),
        ("HEAD", "/d/x", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/debts/nonsense", 404),
    ];
    let talks = cases.iter().flat_map(|case| [(case, announced, &b"a"[..]), (case, chunked, &b"1\r\na\r\n"[..])]);
    let talks = talks.map(|((method, path, status), length, drip)| {
        let (first, address) = (head(method, path, &[FORM, length]), app.address());
        async move {
            let ending = converse(address, &first, drip, Duration::from_secs(20)).await;
            assert_eq!(ending.status(), *status, "{method} {path} {length}: {}", ending.text);
            let closed = ending.closed_after.unwrap_or_else(|| panic!("{method} {path} {length} stays open"));
            assert!(closed < Duration::from_secs(9), "{method} {path} {length}: {closed:?}");
        }
    });
    futures_util::future::join_all(talks).await;
    assert_eq!(app.client().get("/d/x").await.status, 200);
}

#[actix_web::test]
async fn a_flood_that_nobody_reads_holds_no_connection() {
    let app = impatient().await;
    let flood = format!("8000\r\n{}\r\n", "a".repeat(0x8000));
    let (mut reader, mut writer) = TcpStream::connect(app.address()).await.unwrap().into_split();
    writer.write_all(head("GET", "/d/x", &["Transfer-Encoding: chunked"]).as_bytes()).await.unwrap();
    let drain = actix_web::rt::spawn(async move {
        let mut buffer = [0; 16 * 1024];
        while let Ok(1..) = reader.read(&mut buffer).await {}
    });
    let begun = Instant::now();
    while writer.write_all(flood.as_bytes()).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(15), "the server reads for ever");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    drain.await.unwrap();
}

#[actix_web::test]
async fn a_trickling_head_holds_no_connection() {
    let app = impatient().await;
    let whole = head("GET", "/robots.txt", &["Accept: text/plain"]);
    let begun = "GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let first = converse(app.address(), begun, b"a", Duration::from_secs(20));
    let nothing = converse(app.address(), "", b"", Duration::from_secs(20));
    // actix limits only the first head of a connection by itself.
    let both = format!("{whole}{begun}");
    let second = converse(app.address(), &both, b"a", Duration::from_secs(20));
    // Asked once and silent since.
    let idle = converse(app.address(), &whole, b"", Duration::from_secs(20));
    let (first, nothing, second, idle) = tokio::join!(first, nothing, second, idle);
    for (name, ending, status) in
        [("first", first, 408), ("nothing", nothing, 408), ("second", second, 200), ("idle", idle, 200)]
    {
        assert_eq!(ending.status(), status, "{name}: {}", ending.text);
        let closed = ending.closed_after.unwrap_or_else(|| panic!("{name} stays open"));
        assert!(closed < Duration::from_secs(8), "{name}: {closed:?}");
    }
}

/// The watch over a connection must not cut a visitor who is only waiting.
#[actix_web::test]
async fn a_slow_answer_is_waited_for() {
    use quittance::sandbox::{Action, Fault};
    let app = impatient().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/checkout", Action::HangAfter { ms: 4000 }));
    client.start_payment(&debt, "full").await;
}

#[actix_web::test]
async fn slow_visitors_do_not_stop_the_others() {
    let app = spawn().await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(head("POST", "/d/x", &[FORM, "Content-Length: 100"]).as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let begun = Instant::now();
    assert_eq!(app.client().get("/d/x").await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[actix_web::test]
async fn a_body_beyond_the_limit_is_refused_and_the_connection_closed() {
    let app = impatient().await;
    let address = app.address();
    let limits = [("/d/x", 16 * 1024), (SOME_DEBT, 16 * 1024), ("/webhooks/stripe", 1024 * 1024)];
    let bodies = limits.into_iter().flat_map(|(path, limit)| {
        // Announced, and refused before a byte of it was sent; or in chunks, without saying how many.
        let announced = head("POST", path, &[FORM, &format!("Content-Length: {}", limit + 1)]);
        let chunked = head("POST", path, &[FORM, "Transfer-Encoding: chunked"]);
        let chunk = format!("{:x}\r\n{}\r\n", limit + 1, "a".repeat(limit + 1));
        [(path, announced), (path, chunked + &chunk)]
    });
    let talks = bodies.map(|(path, body)| async move {
        let ending = converse(address, &body, b"", Duration::from_secs(9)).await;
        assert_eq!(ending.status(), 413, "{path}: {}", ending.text);
        assert!(ending.closed_after.is_some(), "{path} stays open");
    });
    futures_util::future::join_all(talks).await;
}

/// A form with the visitor's cookie and anti-forgery value.
async fn posted(app: &TestApp, client: &Client, content_type: &str, body: &str) -> Ending {
    let visit = format!("Cookie: visit={}", client.cookie("visit").unwrap());
    let length = format!("Content-Length: {}", body.len());
    request(app.address(), &format!("{}{body}", head("POST", "/d/x", &[content_type, &visit, &length]))).await
}

#[actix_web::test]
async fn only_well_made_forms_are_read() {
    let app = spawn().await;
    let client = app.client();
    client.get("/d/x").await;
    let value = client.antiforgery();
    let good = format!("postal_code=97204&af={value}");
    assert_eq!(posted(&app, &client, FORM, &good).await.status(), 422);
    assert_eq!(posted(&app, &client, &format!("{FORM}; charset=utf-8"), &good).await.status(), 422);
    for twice in ["&postal_code=1", "&postal%5Fcode=1", "&af=", "&a=%ff", "&a=%00"] {
        assert_eq!(posted(&app, &client, FORM, &format!("{good}{twice}")).await.status(), 400, "{twice}");
    }
    for other in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
        let answer = posted(&app, &client, &format!("Content-Type: {other}"), &good).await;
        assert_eq!(answer.status(), 400, "{other}");
    }
    assert_eq!(posted(&app, &client, FORM, "postal_code=97204&af=wrong").await.status(), 403);
    // The same form in chunks.
    let visit = format!("Cookie: visit={}", client.cookie("visit").unwrap());
    let (left, right) = good.split_at(9);
    let body = format!("{:x}\r\n{left}\r\n{:x}\r\n{right}\r\n0\r\n\r\n", left.len(), right.len());
    let chunked = head("POST", "/d/x", &[FORM, &visit, "Transfer-Encoding: chunked"]) + &body;
    assert_eq!(request(app.address(), &chunked).await.status(), 422);
}

#[actix_web::test]
async fn heads_that_could_be_read_two_ways_are_refused() {
    let app = spawn().await;
    let huge = format!("X-Huge: {}", "a".repeat(200_000));
    let cases = [
        ("two lengths", head("POST", "/d/x", &[FORM, "Content-Length: 3", "Content-Length: 4"]) + "a=1"),
        ("length and chunks", head("POST", "/d/x", &[FORM, "Content-Length: 3", "Transfer-Encoding: chunked"]) + "a=1"),
        ("a bad length", head("POST", "/d/x", &[FORM, "Content-Length: +3"]) + "a=1"),
        ("a huge header", head("GET", "/d/x", &[&huge])),
        ("many headers", head("GET", "/d/x", &["X-A: 1"; 500])),
        ("no request at all", "hello\r\n\r\n".to_owned()),
    ];
    let address = app.address();
    let talks = cases.into_iter().map(|(what, text)| async move {
        let ending = converse(address, &text, b"", Duration::from_secs(9)).await;
        assert!((400..500).contains(&ending.status()) || ending.text.is_empty(), "{what}: {}", ending.text);
        assert!(ending.closed_after.is_some(), "{what}: stays open");
    });
    futures_util::future::join_all(talks).await;
    assert_eq!(app.client().get("/d/x").await.status, 200);
}

#[actix_web::test]
async fn head_answers_as_get_does_without_the_page() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    client.start_payment(&debt, "40.00").await;
    let payment = app.value("SELECT id FROM payments");
    let pages = [
        "/".to_owned(),
        debt.link(),
        "/d/x".to_owned(),
        "/account".to_owned(),
        debt.path(),
        format!("{}/dispute", debt.path()),
        format!("{}/help", debt.path()),
        format!("{}/payments", debt.path()),
        format!("{}/payments/new", debt.path()),
        format!("{}/payments/new?choice=full", debt.path()),
        format!("/payments/{payment}"),
        "/signed-out".to_owned(),
        "/robots.txt".to_owned(),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
        "/nowhere".to_owned(),
        "/debts/nonsense".to_owned(),
        "/sign-out".to_owned(),
    ];
    for path in pages {
        let (whole, bare) = (client.get(&path).await, client.request("HEAD", &path).await);
        assert_eq!(bare.status, whole.status, "{path}");
        assert_eq!(bare.body, "", "{path}");
        for header in ["content-type", "location", "cache-control", "content-security-policy"] {
            assert_eq!(bare.header(header), whole.header(header), "{path} {header}");
        }
        if !whole.body.is_empty() {
            assert_eq!(bare.header("content-length"), whole.body.len().to_string(), "{path}");
        }
    }
}
