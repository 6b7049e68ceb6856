use quittance::domain::staff::Role;
use quittance::web::admin::{ROUTES, Who};
use uuid::Uuid;

use crate::support::spawn;

/// Who may use what, by hand: `v` viewer, `a` agent, `c` compliance, `A` administrator. `*` is anybody, `1` who has given the
/// password and not the code. A new route fails the test below until somebody has thought about its line here.
const TABLE: &str = "
GET  vacA /admin
GET  vacA /admin/charts/{name}
GET  *    /admin/sign-in
POST *    /admin/sign-in
POST *    /admin/sign-in/passkey
GET  1    /admin/sign-in/code
POST 1    /admin/sign-in/code
GET  1    /admin/sign-in/second-factor
POST 1    /admin/sign-in/second-factor
GET  *    /admin/invitations/{token}
POST *    /admin/invitations/{token}
POST *    /admin/sign-out
GET  vacA /admin/me
POST vacA /admin/me/password
POST vacA /admin/me/recovery-codes
POST vacA /admin/me/sessions/end
POST vacA /admin/me/passkeys/confirm
GET  vacA /admin/me/passkeys/new
POST vacA /admin/me/passkeys
POST vacA /admin/me/passkeys/{id}/delete
GET  vacA /admin/debts
GET  acA  /admin/debts.csv
POST vacA /admin/debts/searches
POST vacA /admin/debts/filters
POST vacA /admin/debts/filters/{id}/delete
GET  vacA /admin/debts/{id}
POST acA  /admin/debts/{id}/notes
POST aA   /admin/debts/{id}/link
POST aA   /admin/debts/{id}/mail
POST aA   /admin/debts/{id}/unlock
POST aA   /admin/debts/{id}/status
POST acA  /admin/debts/{id}/holds
POST acA  /admin/debts/{id}/holds/{hold}
GET  acA  /admin/debts/{id}/validation
POST acA  /admin/debts/{id}/validation
POST acA  /admin/debts/{id}/time-barred
POST acA  /admin/debts/{id}/choices
GET  acA  /admin/debts/{id}/contacts/new
POST acA  /admin/debts/{id}/contacts
GET  aA   /admin/debts/{id}/person
POST aA   /admin/debts/{id}/person
GET  aA   /admin/debts/{id}/payments/new
POST aA   /admin/debts/{id}/payments
GET  aA   /admin/payments/{id}/refunds/new
POST aA   /admin/payments/{id}/refunds
GET  cA   /admin/approvals
POST cA   /admin/approvals/{id}
GET  cA   /admin/review
GET  cA   /admin/review/decided
GET  cA   /admin/review/batch
POST cA   /admin/review/batch
GET  cA   /admin/review/{kind}/{id}
POST cA   /admin/review/{kind}/{id}
POST cA   /admin/review/{kind}/{id}/again
GET  vacA /admin/cases
GET  vacA /admin/cases/{id}
POST acA  /admin/cases/{id}/steps
GET  vacA /admin/cases/{id}/files/{file}
GET  cA   /admin/disclosures
POST cA   /admin/disclosures
GET  cA   /admin/disclosures/{id}
GET  vacA /admin/payments
GET  vacA /admin/payments/{id}
GET  vacA /admin/refunds
GET  vacA /admin/refunds/{id}
GET  vacA /admin/chargebacks
GET  vacA /admin/chargebacks/{id}
GET  vacA /admin/findings
GET  vacA /admin/findings/{id}
POST aA   /admin/findings/{id}
GET  vacA /admin/events
GET  vacA /admin/events/{id}
POST cA   /admin/events/{id}/replay
GET  vacA /admin/mail
GET  vacA /admin/mail/{id}
POST aA   /admin/mail/{id}/again
GET  A    /admin/imports
POST A    /admin/imports
GET  A    /admin/imports/{id}
POST A    /admin/imports/{id}
POST A    /admin/imports/{id}/cancellation
GET  A    /admin/imports/{id}/errors
GET  A    /admin/people
POST A    /admin/people
GET  A    /admin/people/{id}
POST A    /admin/people/{id}/role
POST A    /admin/people/{id}/access
POST A    /admin/people/{id}/link
POST A    /admin/people/{id}/second-factor
GET  cA   /admin/audit
POST cA   /admin/audit/export
";

fn letter(role: Role) -> char {
    match role {
        Role::Viewer => 'v',
        Role::Agent => 'a',
        Role::Compliance => 'c',
        Role::Administrator => 'A',
    }
}

fn rows() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap(), words.next().unwrap(), words.next().unwrap())
        })
        .collect()
}

#[test]
fn every_route_stands_in_the_table_and_nothing_else_does() {
    let wanted: Vec<String> = rows().iter().map(|(method, who, path)| format!("{method} {who} {path}")).collect();
    let known: Vec<String> = ROUTES
        .iter()
        .map(|route| {
            let who = match route.who {
                Who::Anybody => "*".to_owned(),
                Who::HalfSignedIn => "1".to_owned(),
                Who::Roles(_) => Role::ALL.into_iter().filter(|r| route.who.includes(*r)).map(letter).collect(),
            };
            format!("{} {who} {}", route.method, route.path)
        })
        .collect();
    for line in &known {
        assert!(wanted.contains(line), "not in the table of this test, or with other roles: {line}");
    }
    assert_eq!(known.len(), wanted.len(), "{:?}", wanted.iter().filter(|w| !known.contains(w)).collect::<Vec<_>>());
}

/// An address that fits a pattern and leads to nothing.
fn address(path: &str) -> String {
    let filled: Vec<String> = path
        .split('/')
        .map(|part| if part.starts_with('{') { Uuid::from_u128(7).to_string() } else { part.to_owned() })
        .collect();
    filled.join("/")
}

#[actix_web::test]
async fn every_route_lets_in_its_roles_and_nobody_else() {
    let app = spawn().await;
    let members: Vec<_> = Role::ALL.map(|role| (role, app.staff(role))).into_iter().collect();
    let stranger = app.client();
    for (method, who, path) in rows() {
        let address = address(path);
        let ask = async |client: &crate::support::Client| match method {
            "GET" => client.get(&address).await,
            _ => client.post(&address, &[]).await,
        };
        let answer = ask(&stranger).await;
        match (who, method) {
            ("*", _) => assert!(![401, 403].contains(&answer.status), "{method} {path}: {}", answer.status),
            (_, "GET") => {
                assert_eq!(answer.status, 303, "{path}");
                assert!(answer.location().starts_with("/admin/sign-in"), "{path}");
            }
            _ => assert_eq!(answer.status, 401, "{path}"),
        }
        if matches!(who, "*" | "1") {
            continue;
        }
        for (role, member) in &members {
            let answer = ask(&member.client).await;
            let let_in = who.contains(letter(*role));
            assert_eq!(answer.status == 403, !let_in, "{method} {path} for {role:?}: {}", answer.status);
            assert!(answer.status < 500, "{method} {path} for {role:?}: {}", answer.status);
        }
    }
}

#[actix_web::test]
async fn what_is_in_no_table_is_not_there() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    for path in ["/admin/nothing", "/admin/people/x/y", "/admin/", "/adminx"] {
        assert_eq!(member.client.get(path).await.status, 404, "{path}");
        assert_eq!(app.client().get(path).await.status, 404, "{path}");
    }
    let answer = member.client.request("DELETE", "/admin/people").await;
    assert_eq!((answer.status, answer.header("allow").as_str()), (405, "GET, HEAD, POST"));
}

#[actix_web::test]
async fn the_session_of_a_debtor_opens_no_page_of_staff_nor_the_other_way_round() {
    let app = spawn().await;
    let (member, debt) = (app.staff(Role::Administrator), app.debt().create());
    assert_eq!(member.client.get(&debt.path()).await.status, 401);
    let debtor = app.client();
    debtor.sign_in(&debt).await;
    assert_eq!(debtor.get("/admin").await.location(), "/admin/sign-in");
    let borrowed = debtor.cookie("session").unwrap();
    debtor.set_cookie("staff", &borrowed);
    assert_eq!(debtor.get("/admin").await.location(), "/admin/sign-in");
}

#[actix_web::test]
async fn a_refused_attempt_is_on_record() {
    let app = spawn().await;
    let member = app.staff(Role::Viewer);
    assert_eq!(member.client.get("/admin/people").await.status, 403);
    assert_eq!(app.audited(), ["access.refused"]);
}
