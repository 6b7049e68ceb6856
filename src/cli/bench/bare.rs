//! The web server by itself: a constant page, without a database.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, anyhow};

use crate::cli::block_on;

/// A running server.
pub(super) struct Bare {
    /// Where it listens.
    pub(super) address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Bare {
    /// Starts a server whose every page is `page`.
    ///
    /// # Errors
    /// When it cannot listen.
    pub(super) fn start(page: Vec<u8>) -> anyhow::Result<Bare> {
        let page = Bytes::from(page);
        let (started, wait) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            block_on(async move {
                let server = HttpServer::new(move || {
                    let page = page.clone();
                    App::new().default_service(web::to(move || {
                        let page = page.clone();
                        async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page) }
                    }))
                })
                .tcp_nodelay(true)
                .disable_signals()
                .bind("127.0.0.1:0")?;
                let address = server.addrs().first().copied().context("no address")?;
                let server = server.run();
                started.send((address, server.handle()))?;
                Ok(server.await?)
            })
        });
        let (address, handle) = wait.recv().map_err(|_| anyhow!("the constant page cannot be served"))?;
        Ok(Bare { address, handle, thread: Some(thread) })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // The order is given by the call; its future only waits for the end, as the join does.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
