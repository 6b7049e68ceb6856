//! Putting the server together: bind first, then build, then run.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context;

use crate::cashier::Cashier;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::jobs::import::Imports;
use crate::jobs::mail::Mail;
use crate::jobs::sweep::Sweep;
use crate::stripe::Stripe;
use crate::web::assets::Assets;
use crate::web::disclosures::Shelf;
use crate::web::security::Headers;
use crate::web::state::AppState;
use crate::web::{connection, frame, routes};

/// A portal that is bound and ready to run.
pub struct Portal {
    listener: TcpListener,
    state: Data<AppState>,
    sweep: Sweep,
}

impl Portal {
    /// Binds and builds; nothing is answered yet. `listener` may be bound already, for those who must know the port first.
    ///
    /// # Errors
    /// With a sentence for the operator: a port that is taken, a setting that cannot be used.
    pub fn build(settings: Settings, clock: Clock, listener: Option<TcpListener>) -> anyhow::Result<Portal> {
        let listen = settings.args.http.listen;
        let listener = match listener {
            Some(listener) => listener,
            None => TcpListener::bind(listen).with_context(|| {
                format!(
                    "cannot listen on {listen}: is another program on that port? Choose another with LISTEN or --listen"
                )
            })?,
        };
        let db = Db::new(&settings.database_url, &settings.args.database);
        let stripe = Stripe::new(&settings).context("the client for Stripe cannot be built")?;
        let cashier = Cashier::new(&settings, db.clone(), stripe, clock.clone());
        let sweep = Sweep::new(&settings, db.clone(), cashier.clone(), clock.clone());
        let headers = Headers::new(&settings).context("a setting cannot stand in a header (STRIPE_CHECKOUT_HOST?)")?;
        let assets = Assets::new(&settings.company).context("the style sheets cannot be prepared")?;
        let (disclosures, wake_mail) = (Shelf::default(), Arc::default());
        let state = Data::new(AppState { settings, clock, db, cashier, assets, disclosures, headers, wake_mail });
        Ok(Portal { listener, state, sweep })
    }

    /// Where it listens; with port 0, the port that was given.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The sweep of this portal.
    pub fn sweep(&self) -> Sweep {
        self.sweep.clone()
    }

    /// Who takes in what is uploaded to this portal.
    pub fn imports(&self) -> Imports {
        let AppState { settings, db, clock, .. } = self.state.get_ref();
        let keep_days = settings.args.import.import_keep_days;
        let collector = settings.company.collector();
        Imports::new(db.clone(), settings.database_url.clone(), clock.clone(), keep_days, collector)
    }

    /// Who sends this portal's e-mails.
    pub fn mail(&self) -> Mail {
        let AppState { settings, db, clock, wake_mail, .. } = self.state.get_ref();
        Mail::new(settings, db.clone(), clock.clone(), Arc::clone(wake_mail))
    }

    /// Who takes money in this portal.
    pub fn cashier(&self) -> Cashier {
        self.state.cashier.clone()
    }

    /// Starts the server; the caller awaits it. The sweep is the caller's to start.
    ///
    /// # Errors
    /// When the socket cannot be used.
    pub fn start(self) -> std::io::Result<Server> {
        let http = self.state.settings.args.http.clone();
        let pool = self.state.settings.args.database.database_pool_size as usize;
        let workers = match http.http_workers {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            n => n,
        };
        let between_requests = Duration::from_secs(http.http_keep_alive_seconds + http.http_head_timeout_seconds);
        let state = self.state;
        let server = HttpServer::new(move || {
            let around = state.clone();
            App::new()
                .app_data(state.clone())
                .wrap(from_fn(move |req, next| frame::around(around.clone(), req, next)))
                .configure(routes)
        })
        .on_connect(move |io, data| connection::watch(io, data, between_requests))
        .workers(workers)
        .worker_max_blocking_threads(pool.div_ceil(workers).max(1))
        .max_connections(http.http_max_connections)
        .keep_alive(Duration::from_secs(http.http_keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(http.http_head_timeout_seconds))
        .client_disconnect_timeout(Duration::from_secs(5))
        .tcp_nodelay(true)
        .shutdown_timeout(15)
        .disable_signals()
        .listen(self.listener)?;
        Ok(server.run())
    }
}
