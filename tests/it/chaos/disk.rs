use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::config::Secret;
use quittance::private_pg::{Options, PrivatePg};
use quittance::sandbox::SignatureKind;
use serde_json::json;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::db::value;
use crate::support::{Debt, TestApp};

/// A small file system in memory, gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user or this system cannot mount one.
    fn mount() -> Option<SmallDisk> {
        let dir = PathBuf::from(format!("/tmp/quittance-test-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&dir).unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", "size=192m,mode=0755", "quittance-test"]).arg(&dir).stderr(Stdio::null());
        if command.status().is_ok_and(|status| status.success()) {
            return Some(SmallDisk(dir));
        }
        std::fs::remove_dir(&dir).unwrap();
        None
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Writes until nothing more goes.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for size in [1 << 20, 4096, 512] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A server that ends at this moment may still have a file open.
        for _ in 0..100 {
            if Command::new("umount").arg(&self.0).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// Uses up the room that the tables still have, so that the next row needs a new page. What fails is rolled back.
fn use_up_pages(conn: &mut PgConnection) {
    let events = "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at, received_at) \
        SELECT 'evt_' || n, 'filler', false, repeat('x', 500), 'webhook', 'ignored', now(), now() FROM generate_series(1, 9999) n";
    let payments =
        "INSERT INTO payments (debt_id, amount, status) SELECT id, 1, 'failed' FROM debts, generate_series(1, 9999)";
    for filler in [events, payments] {
        let error = conn.batch_execute(filler).expect_err("the disk is full");
        assert!(error.to_string().contains("No space left"), "{error}");
    }
}

fn lend(conn: &mut PgConnection) -> Debt {
    let (id, debtor_id) = (Uuid::new_v4(), Uuid::new_v4());
    let token = quittance::domain::token::Token::issue().unwrap().as_str().to_owned();
    conn.batch_execute(&format!(
        "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
           VALUES ('{debtor_id}', 'Maria', 'Quillfeather', '{id}@mail.example', '+15035550199', '97204'); \
         INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
           VALUES ('{id}', '{debtor_id}', 'Northwind Dental', 100, '{token}')"
    ))
    .unwrap();
    Debt { id, debtor_id, token, postal_code: "97204".to_owned() }
}

/// A page that says what is, or that it cannot say it now; never a failure without an end, never nothing.
fn assert_honest(page: &Page, what: &str) {
    assert!(matches!(page.status, 200 | 303 | 503), "{what}: {} {}", page.status, page.text());
    assert!(page.status == 303 || !page.text().is_empty(), "{what}: a blank page");
    if page.status == 503 {
        assert!(page.header("retry-after").parse::<u32>().unwrap() > 0, "{what}");
    }
}

/// Moves the log of a server that is stopped to a disk with room: PostgreSQL itself goes down when its log cannot grow, which is
/// another outage. Gone with the guard.
struct Log(PathBuf);

impl Log {
    fn of(server: &Path, disk: &SmallDisk) -> Log {
        let room = Log(disk.0.with_extension("log"));
        std::fs::create_dir(&room.0).unwrap();
        let inside = server.join("data/pg_wal");
        assert!(Command::new("mv").arg(&inside).arg(&room.0).status().unwrap().success());
        std::os::unix::fs::symlink(room.0.join("pg_wal"), inside).unwrap();
        room
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What becomes full is the room for tables.
#[actix_web::test]
async fn a_full_disk_is_survived() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: a small file system cannot be mounted here; that needs root");
        return;
    };
    let options = Options { durable: false, ..Options::kept(disk.0.join("postgres")) };
    PrivatePg::start(&options).unwrap().stop();
    let _log = Log::of(&disk.0.join("postgres"), &disk);
    let server = PrivatePg::start(&options).unwrap();
    server.create_database("portal").unwrap();
    let url = server.url("portal");
    let mut conn = PgConnection::establish(&url).unwrap();
    quittance::migrations::run_pending(&mut conn).unwrap();
    let debt = lend(&mut conn);
    let app = TestApp::spawn(|args| args.database.database_url = Some(Secret::new(&url))).await;
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    disk.fill();
    use_up_pages(&mut conn);

    let large = json!({"id": "evt_large", "object": "event", "type": "product.created", "livemode": false, "created": 1,
        "data": {"object": {"text": (0..40_000).map(|n| n.to_string()).collect::<String>()}}});
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    for _ in 0..3 {
        assert_eq!(app.sandbox.send_event(&large, SignatureKind::Good).await, Some(503));
        for path in [debt.path(), "/account".to_owned(), format!("{}/payments/new", debt.path())] {
            assert_honest(&client.get(&path).await, &path);
        }
        let path = format!("{}/payments", debt.path());
        let page = client.post(&path, &[("choice", "partial"), ("amount", "60.00")]).await;
        assert_honest(&page, &path);
        assert!(page.status != 303 || page.location().starts_with("/payments/"), "a new payment has no room");
    }
    app.sandbox.deliver_all().await;

    disk.empty();
    assert_eq!(client.get(&debt.path()).await.status, 200);
    assert_eq!(app.sandbox.send_event(&large, SignatureKind::Good).await, Some(200));
    app.sandbox.redeliver();
    app.sandbox.hurry_deliveries().await;
    app.clock.advance(chrono::Duration::minutes(2));
    assert_eq!(app.sweep().await.failures, 0);
    assert_eq!(value(&mut conn, "SELECT amount_paid FROM debts"), "40.00");
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(value(&mut conn, "SELECT concat_ws(' ', amount_paid, status) FROM debts"), "100.00 resolved");
    assert_eq!(quittance::models::invariant::breaches(&mut conn).unwrap().len(), 0);
    drop((app, conn));
    server.stop();
}
