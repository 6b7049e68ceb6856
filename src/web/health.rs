//! For monitors: yes or no, nothing more.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use crate::migrations;
use crate::web::state::AppState;

/// `GET /healthz`: the process answers, and so does its database.
pub async fn alive(state: Data<AppState>) -> HttpResponse {
    answer(state.db.answers().await)
}

/// `GET /readyz`: besides, every migration has run.
pub async fn ready(state: Data<AppState>) -> HttpResponse {
    let ready = state.db.read(|conn| Ok(migrations::count_pending(conn).is_ok_and(|pending| pending == 0))).await;
    answer(ready.unwrap_or(false))
}

fn answer(yes: bool) -> HttpResponse {
    if yes {
        HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("yes\n")
    } else {
        HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, "5"))
            .content_type("text/plain; charset=utf-8")
            .body("no\n")
    }
}
