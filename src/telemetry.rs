//! Logs: one JSON line per request and per notable thing, to standard output.
//!
//! Never logged: paths, queries, cookies, link secrets, session ids, names, e-mail addresses, telephone numbers, what a
//! form held, what an event held. What is logged is the route's pattern, ids of our own rows, Stripe's codes and request
//! ids, amounts in flags. A test drives the main journeys and reads every line.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging for the whole process; a second call changes nothing.
pub fn start(filter: &str) {
    let subscriber =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(EnvFilter::new(filter)).finish();
    // Set already: by a test, or by the command that called this one.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// A subscriber that writes the same lines to `writer`.
pub fn subscriber<W>(filter: &str, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(writer)
        .finish()
}
