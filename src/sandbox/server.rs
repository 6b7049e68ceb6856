//! The HTTP server and the tasks beside it, on a thread of their own.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::Value;
use tokio::sync::watch;

use super::exchange::{self, Request};
use super::shared::Shared;
use super::{authenticator, control, deliver, outbox, page, smtp};

/// How often the state is saved and the clock is looked at.
const TICK: Duration = Duration::from_millis(100);
const LARGEST_BODY: usize = 1 << 20;

/// Serves until `stop` says so or its sender is gone.
///
/// # Errors
/// When the server cannot take the listener or the client for webhooks cannot be made.
pub(super) async fn serve(
    shared: Arc<Shared>,
    listener: TcpListener,
    smtp_listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let data = web::Data::from(Arc::clone(&shared));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .route("/_sandbox/{what:.*}", web::to(control::answer))
            .route("/authenticator", web::get().to(authenticator::show))
            .route("/outbox", web::get().to(outbox::list))
            .route("/outbox/{number}", web::get().to(outbox::show))
            .route("/c/pay/{session}", web::get().to(page::show))
            .route("/c/pay/{session}", web::post().to(page::pay))
            .route("/c/pay/{session}/authentication", web::post().to(page::authenticate))
            .default_service(web::to(api))
    })
    .workers(1)
    .tcp_nodelay(true)
    // Longer than clients keep idle connections, so that none is closed under a request.
    .keep_alive(Duration::from_secs(120))
    .shutdown_timeout(0)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let client = deliver::client().map_err(io::Error::other)?;
    let tasks = [
        actix_web::rt::spawn(deliver::run(Arc::clone(&shared), client)),
        actix_web::rt::spawn(tick(Arc::clone(&shared))),
        actix_web::rt::spawn(mail(Arc::clone(&shared), smtp_listener)),
        actix_web::rt::spawn(async move {
            // An error means that the last handle is gone, which is as good as a word.
            let _ = stop.wait_for(|stop| *stop).await;
            handle.stop(false).await;
        }),
    ];
    let served = server.await;
    for task in tasks {
        task.abort();
    }
    shared.save()?;
    served
}

async fn mail(shared: Arc<Shared>, listener: TcpListener) {
    if let Err(error) = smtp::serve(shared, listener).await {
        tracing::warn!(%error, "the sandbox takes no more e-mails");
    }
}

/// Lets time pass and saves what has changed.
async fn tick(shared: Arc<Shared>) {
    let mut next_save = Instant::now();
    loop {
        tokio::time::sleep(TICK).await;
        shared.turn(Value::Null, |_| ());
        if next_save > Instant::now() {
            continue;
        }
        let started = Instant::now();
        if let Err(error) = shared.save() {
            tracing::warn!(%error, "the sandbox cannot save its state");
        }
        // A large state takes a while to write: saving must not become all it does.
        next_save = Instant::now() + started.elapsed() * 10;
    }
}

async fn api(http: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let request = Request::new(http.method().as_str(), http.path(), http.query_string(), http.headers(), &body);
    // A task of its own goes on when the client hangs up, which would drop this handler.
    let task = actix_web::rt::spawn(exchange::answer(shared.into_inner(), request));
    task.await.unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}
