//! What `migrate`, `link` and `sweep` do, say, and answer to a script.

use quittance::sandbox::{Action, Fault};

use super::{stripe, with};
use crate::support::db::{self, TestDb};
use crate::support::process::{quittance, required, run, said};
use crate::support::spawn;

#[test]
fn migrate_says_what_it_did_and_two_at_once_agree() {
    let db = TestDb::bare();
    let settings = required(db.url(), "http://127.0.0.1:1");
    let migrate = |arguments: &[&str]| {
        let output = run(with(&mut quittance(arguments), &settings));
        (output.status.code(), said(&output))
    };
    let (code, text) = migrate(&["migrate", "--check"]);
    assert_eq!(code, Some(1), "{text}");
    let all: usize = text.split(' ').next().unwrap().parse().unwrap();
    assert!(all > 5 && text.contains(&format!("{all} of {all} migrations")), "{text}");
    let texts = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| migrate(&["migrate"])));
        both.map(|one| {
            let (code, text) = one.join().unwrap();
            assert_eq!(code, Some(0), "{text}");
            text
        })
    });
    assert_eq!(texts.concat().matches("migrated: ").count(), all, "{texts:?}");
    assert_eq!(migrate(&["migrate", "--check"]), (Some(0), format!("0 of {all} migrations have not run\n")));
    assert_eq!(migrate(&["migrate"]), (Some(0), "the database is up to date\n".to_owned()));
    let (code, text) = {
        let output = run(&mut quittance(&["migrate"]));
        (output.status.code(), said(&output))
    };
    assert!(code == Some(1) && text.contains("DATABASE_URL is missing"), "{text}");
}

#[actix_web::test]
async fn link_shows_rotates_revokes_and_unlocks() {
    let app = spawn().await;
    let debt = app.debt().create();
    let link = |arguments: &[&str]| {
        let all: Vec<&str> = ["link"].iter().chain(arguments).copied().collect();
        let mut command = quittance(&all);
        let output = run(command.env("DATABASE_URL", app.db.url()).env("PUBLIC_URL", "https://pay.example.com/"));
        (output.status.code(), said(&output).trim().to_owned())
    };
    let id = debt.id.to_string();
    let opens = async |path: &str| {
        let client = app.client();
        client.get(path).await;
        client.post(path, &[("postal_code", "97204")]).await.status
    };
    assert_eq!(link(&[&id]), (Some(0), format!("https://pay.example.com{}", debt.link())));
    assert_eq!(opens(&debt.link()).await, 303);

    let (code, shown) = link(&[&id, "--rotate"]);
    let rotated = shown.strip_prefix("https://pay.example.com").unwrap().to_owned();
    assert_eq!((code, rotated == debt.link()), (Some(0), false));
    assert_eq!((opens(&debt.link()).await, opens(&rotated).await), (422, 303));

    assert_eq!(link(&[&id, "--revoke"]), (Some(0), "revoked".to_owned()));
    assert_eq!(opens(&rotated).await, 422);
    assert_eq!(link(&[&id]), (Some(0), "revoked".to_owned()));

    // A new link for a revoked one opens again; too many wrong answers close it until staff unlocks it.
    let rotated = link(&[&id, "--rotate"]).1.strip_prefix("https://pay.example.com").unwrap().to_owned();
    let client = app.client();
    client.get(&rotated).await;
    for _ in 0..5 {
        assert_eq!(client.post(&rotated, &[("postal_code", "10001")]).await.status, 422);
    }
    assert_eq!(opens(&rotated).await, 429);
    assert_eq!(link(&[&id, "--unlock"]), (Some(0), format!("unlocked\nhttps://pay.example.com{rotated}")));
    assert_eq!(opens(&rotated).await, 303);

    let (code, text) = link(&["018f0000-0000-7000-8000-000000000000", "--rotate"]);
    assert!(code == Some(1) && text.contains("there is no debt"), "{text}");
    assert_eq!(link(&["nonsense"]).0, Some(2));
    assert_eq!(link(&[&id, "--rotate", "--revoke"]).0, Some(2));
}

#[actix_web::test]
async fn sweep_says_what_it_did() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let settings = required(db.url(), &sandbox.base_url());
    let sweep = || {
        let output = run(with(&mut quittance(&["sweep"]), &settings));
        (output.status.code(), said(&output))
    };
    let (code, text) = sweep();
    assert!(
        code == Some(0) && text.contains("payments checked: 0\nrefunds and chargebacks checked: 0\nfailures: 0\n"),
        "{text}"
    );
    // While another instance is at it, there is nothing to do.
    let mut other = db.connect();
    // PostgreSQL needs a moment to notice that the sweep before has ended.
    while !quittance::models::sweep::try_lock(&mut other).unwrap() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let (code, text) = sweep();
    assert!(code == Some(0) && text.contains("another instance is sweeping"), "{text}");
    drop(other);
    sandbox.fault(Fault::on_request("GET", "/v1/events", Action::ErrorBefore { status: 500 }));
    assert_eq!(sweep().0, Some(1));
    assert_eq!(db::value(&mut db.connect(), "SELECT count(*) FROM stripe_events"), "0");
}

#[actix_web::test]
async fn staff_are_invited_listed_given_links_and_disabled_and_all_of_it_is_on_record() {
    let app = spawn().await;
    let staff = |arguments: &[&str]| {
        let all: Vec<&str> = ["staff"].iter().chain(arguments).copied().collect();
        let mut command = quittance(&all);
        let output = run(command.env("DATABASE_URL", app.db.url()).env("PUBLIC_URL", "https://pay.example.com/"));
        (output.status.code(), said(&output).trim().to_owned())
    };
    let invite = ["invite", "dana@harborlane.example", "--name", "Dana Whitfield"];
    let (code, link) = staff(&invite);
    assert_eq!(code, Some(0), "{link}");
    let path = link.strip_prefix("https://pay.example.com").unwrap();
    assert_eq!(app.client().get(path).await.status, 200);
    assert_eq!(
        staff(&["list"]),
        (Some(0), "administrator Dana Whitfield <dana@harborlane.example> invited".to_owned())
    );
    let (code, text) = staff(&invite);
    assert!(code == Some(1) && text.contains("here already"), "{text}");
    let (code, text) = staff(&["invite", "dana", "--name", "Dana"]);
    assert!(code == Some(1) && text.contains("not an e-mail address"), "{text}");
    // A new link ends the first one.
    let (code, second) = staff(&["link", "Dana@harborlane.example"]);
    assert_eq!(code, Some(0), "{second}");
    assert_eq!(app.client().get(path).await.status, 404);
    let (code, text) = staff(&["disable", "dana@harborlane.example"]);
    assert!(code == Some(1) && text.contains("last administrator"), "{text}");
    staff(&["invite", "robin@harborlane.example", "--name", "Robin Vale"]);
    assert_eq!(staff(&["disable", "dana@harborlane.example"]), (Some(0), "disabled".to_owned()));
    assert_eq!(app.client().get(second.strip_prefix("https://pay.example.com").unwrap()).await.status, 404);
    let (code, text) = staff(&["forget-second-factor", "nobody@harborlane.example"]);
    assert!(code == Some(1) && text.contains("nobody signs in"), "{text}");
    let lines = app.audit();
    let expected =
        ["staff.invited", "staff.link_made", "staff.link_made", "staff.invited", "staff.link_made", "staff.disabled"];
    assert_eq!(lines.iter().map(|(_, action)| action.as_str()).collect::<Vec<_>>(), expected);
    assert!(lines.iter().all(|(actor, _)| actor == "quittance staff"), "{lines:?}");
}
