//! The pool's connections: those that PostgreSQL has ended are replaced before a page meets them.

use crate::support::spawn;

#[actix_web::test]
async fn a_connection_that_postgresql_ended_is_not_used_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    for _ in 0..5 {
        assert_eq!(client.get(&debt.path()).await.status, 200);
        let ended = app.value(
            "SELECT count(pg_terminate_backend(pid, 5000))::text FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'quittance'",
        );
        assert_ne!(ended, "0");
    }
    assert_eq!(client.get(&debt.path()).await.status, 200);
}
