//! `GET /admin/debts.csv`: the list as a file, streamed as it comes out of the database.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde_json::json;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Asked, meant};
use crate::db::DbError;
use crate::models::audit::{self, Act, Actor};
use crate::models::debt_search::{Export, Search};
use crate::web::admin::Staff;
use crate::web::error::AppError;

/// Files that are written at once; each has a connection and a thread of its own, so that no page waits for one.
const AT_ONCE: usize = 4;
/// How long one more waits for its turn.
const TURN: Duration = Duration::from_secs(5);
/// Pieces that wait for a slow reader; a piece is about a megabyte.
const PIECES: usize = 3;
/// How long a reader may take nothing before the file ends without its end.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the writer sleeps while the reader is behind.
const NAP: Duration = Duration::from_millis(10);

/// `GET /admin/debts.csv`. The export is on record before the first byte leaves, and again with the number of debts at its end.
pub async fn download(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let asked = Asked::of_address(&req)?;
    if !asked.filters().1.is_empty() {
        return Err(AppError::NotFound);
    }
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"debts.csv\""));
    if req.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    let turn = turn().await?;
    let staff_id = staff.session.person.id;
    let search = staff
        .run(move |conn, actor, now| {
            let Some(search) = meant(conn, staff_id, &asked)? else { return Ok(None) };
            let act = Act { action: "debts.export", subject: "debts", details: search.told(), ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(search))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let conn = staff.state().db.dedicated().await?;
    let (to, mut from) = channel(PIECES);
    let whole = Arc::new(AtomicBool::new(false));
    let writer = Writer { search, actor: staff.actor(), now: staff.now(), to, whole: whole.clone(), _turn: turn };
    // Not one of the threads that pages are answered by: it lives as long as somebody reads.
    std::thread::Builder::new()
        .name("export".to_owned())
        .spawn(move || writer.write(conn))
        .map_err(AppError::internal)?;
    let mut broken = false;
    let pieces = futures_util::stream::poll_fn(move |context| match from.poll_recv(context) {
        // An answer that breaks off is seen to be incomplete; one that just ends would pass for all debts there are.
        Poll::Ready(None) if !broken && !whole.load(Ordering::Acquire) => {
            broken = true;
            Poll::Ready(Some(Err(DbError::Busy)))
        }
        Poll::Ready(piece) => Poll::Ready(piece.map(Ok)),
        Poll::Pending => Poll::Pending,
    });
    Ok(answer.streaming(pieces))
}

async fn turn() -> Result<OwnedSemaphorePermit, AppError> {
    static TURNS: OnceLock<Arc<Semaphore>> = OnceLock::new();
    let turns = TURNS.get_or_init(|| Arc::new(Semaphore::new(AT_ONCE)));
    let turn = tokio::time::timeout(TURN, turns.clone().acquire_owned()).await;
    turn.map_err(|_| DbError::Busy)?.map_err(|_| AppError::from(DbError::Busy))
}

struct Writer {
    search: Search,
    actor: Actor,
    now: DateTime<Utc>,
    to: Sender<Bytes>,
    /// Set when the file has its end.
    whole: Arc<AtomicBool>,
    _turn: OwnedSemaphorePermit,
}

impl Writer {
    fn write(self, mut conn: PgConnection) {
        let mut taken = true;
        let export = Export { search: &self.search, now: self.now };
        let written = export.write(&mut conn, &mut |piece| {
            taken = hand_over(&self.to, Bytes::from(piece));
            taken
        });
        let complete = taken && written.is_ok();
        let details = json!({"rows": written.as_ref().ok(), "complete": complete});
        let act = Act { action: "debts.exported", subject: "debts", details, ..Act::default() };
        let recorded = audit::write(&mut conn, &self.actor, &act, self.now);
        if complete && recorded.is_ok() {
            self.whole.store(true, Ordering::Release);
        } else {
            tracing::warn!(target: "quittance::export", taken, "an export ended early");
        }
    }
}

/// Waits for room, but not for ever: a reader who has stopped reading must not hold a transaction open.
fn hand_over(to: &Sender<Bytes>, mut piece: Bytes) -> bool {
    let begun = Instant::now();
    loop {
        match to.try_send(piece) {
            Ok(()) => return true,
            Err(TrySendError::Full(back)) if begun.elapsed() < PATIENCE => {
                piece = back;
                std::thread::sleep(NAP);
            }
            Err(_) => return false,
        }
    }
}
