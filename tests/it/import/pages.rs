use quittance::domain::staff::Role;

use super::HEADER;
use crate::support::client::Page;
use crate::support::staff::Member;
use crate::support::{TestApp, spawn};

const BOUNDARY: &str = "----quittance-test-boundary";

/// A form with a file as a browser sends it.
fn multipart(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

async fn send(member: &Member, body: Vec<u8>) -> Page {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    member.client.post_bytes("/admin/imports", &kind, body).await
}

async fn upload(member: &Member, kind: &str, name: &str, content: impl AsRef<[u8]>) -> Page {
    member.client.get("/admin/imports").await;
    let af = member.client.antiforgery();
    send(member, multipart(&[("af", &af), ("kind", kind)], Some((name, content.as_ref())))).await
}

/// The choice that a browser sends for a page as it stands, some of it changed.
async fn choose(member: &Member, path: &str, changes: &[(&str, &str)]) -> Page {
    let page = member.client.get(path).await;
    let names = page.attributes("select", "name");
    let mut form: Vec<(String, String)> = Vec::new();
    for name in names {
        let value = page.attributes(&format!("select[name={name}] option[selected]"), "value");
        form.push((name, value.first().cloned().unwrap_or_default()));
    }
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    member.client.post(path, &form).await
}

fn totals(app: &TestApp) -> String {
    app.value("SELECT (SELECT count(*) FROM debtors) || '/' || (SELECT count(*) FROM debts)")
}

const ROWS: &str = "Maria,<b>Quill</b>,m@mail.example,,,,\"Bank, Inc.\",1,5,1,\nBen,Rook,,,,,Bank,2,five,,\n";

#[actix_web::test]
async fn a_file_goes_from_upload_by_check_to_the_books() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    let answer = upload(&member, "accounts", "<i>may</i>.csv", format!("{HEADER}{ROWS}")).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.location();
    let page = member.client.get(&path).await;
    assert_eq!(page.text_of("h1"), "<i>may</i>.csv", "names of files are text");
    assert_eq!(page.attributes("#column-6 option[selected]", "value"), ["original_creditor"]);
    assert!(page.text().contains("<b>Quill</b> \u{b7} Rook"), "{}", page.text());
    // The check tells what would come of it.
    assert_eq!(choose(&member, &path, &[("step", "check"), ("mode", "row")]).await.location(), path);
    let page = member.client.get(&path).await;
    assert_eq!((page.text_of("h2#state").as_str(), page.header("refresh").as_str()), ("Being checked", "2"));
    assert_eq!(page.attributes("progress", "value"), ["0"]);
    assert_eq!(app.imports.once().await.unwrap(), 1);
    let page = member.client.get(&path).await;
    assert_eq!((page.text_of("h2#state").as_str(), page.header("refresh").as_str()), ("Checked", ""));
    assert!(page.text().contains("1 row is wrong") && page.text().contains("This is not an amount of money"));
    assert_eq!(totals(&app), "0/0");
    let list = member.client.get(&format!("{path}/errors")).await;
    assert_eq!(list.header("content-type"), "text/csv; charset=utf-8");
    assert!(list.body.contains("Ben,Rook,,,,,Bank,2,five,,,3,"), "{}", list.body);
    // Then it is taken in.
    assert_eq!(choose(&member, &path, &[("step", "run"), ("mode", "row")]).await.status, 303);
    assert_eq!(app.imports.once().await.unwrap(), 1);
    let page = member.client.get(&path).await;
    assert_eq!((page.text_of("h2#state").as_str(), totals(&app).as_str()), ("Taken in", "1/1"));
    assert_eq!(page.count("form[action$=cancellation]"), 0);
    app.assert_ledger();
    let audited = app.audit();
    let actions: Vec<&str> = audited.iter().map(|(_, action)| action.as_str()).collect();
    for action in [
        "import.uploaded",
        "import.previewed",
        "import.checked",
        "import.errors_read",
        "import.started",
        "import.finished",
    ] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    assert!(audited.iter().all(|(who, _)| who.contains(&member.email)), "{audited:?}");
    let list = member.client.get("/admin/imports").await;
    assert_eq!(list.texts("tbody tr th"), ["<i>may</i>.csv"]);
}

#[actix_web::test]
async fn a_repeated_file_must_be_confirmed_and_columns_are_remembered() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    let rows = "One,Two,Three,Four\nMaria,Quill,Bank,5\n";
    let first = upload(&member, "accounts", "a.csv", rows).await.location();
    let page = choose(&member, &first, &[("step", "run")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("No column means \u{201c}First name\u{201d}"), "{}", page.text());
    let fields = [
        ("column-0", "first_name"),
        ("column-1", "first_name"),
        ("column-2", "original_creditor"),
        ("column-3", "total_owed"),
    ];
    let page = choose(&member, &first, &[&[("step", "run")], &fields[..]].concat()).await;
    assert_eq!((page.status, page.count("select[aria-invalid=true]")), (422, 2));
    assert_eq!(page.attributes("#column-3 option[selected]", "value"), ["total_owed"], "what was chosen is kept");
    choose(&member, &first, &[&[("step", "run")], &fields[..1], &[("column-1", "last_name")], &fields[2..]].concat())
        .await;
    app.imports.once().await.unwrap();
    assert_eq!(totals(&app), "1/1");
    let second = upload(&member, "accounts", "b.csv", rows).await.location();
    let page = member.client.get(&second).await;
    assert_eq!(page.attributes("#column-1 option[selected]", "value"), ["last_name"]);
    assert_eq!(page.count("input[name=again]"), 1);
    let page = choose(&member, &second, &[("step", "run")]).await;
    assert_eq!((page.status, page.attributes("input[name=again]", "aria-invalid").len()), (422, 1));
    assert_eq!(app.imports.once().await.unwrap(), 0);
    assert_eq!(choose(&member, &second, &[("step", "run"), ("again", "yes")]).await.status, 303);
    app.imports.once().await.unwrap();
    assert_eq!(totals(&app), "2/2");
}

#[actix_web::test]
async fn what_cannot_be_taken_is_refused_and_leaves_nothing() {
    let app = TestApp::spawn(|args| args.import.import_limit_bytes = 4096).await;
    let member = app.staff(Role::Administrator);
    member.client.get("/admin/imports").await;
    let af = member.client.antiforgery();
    let ours = [("af", af.as_str()), ("kind", "accounts")];
    for (body, status, says) in [
        (multipart(&ours, None), 422, "Choose a file."),
        (multipart(&ours, Some(("", b""))), 422, "There is nothing in this file."),
        (multipart(&ours, Some(("a.xlsx", b"PK\x03\x04rest"))), 422, "This is not a CSV file."),
        (multipart(&[("af", af.as_str()), ("kind", "wishes")], Some(("a.csv", b"a,b"))), 422, "Say what the rows"),
        (multipart(&ours, Some(("a.csv", &[b'x'; 5000]))), 413, ""),
        // The value must be there, right, and before the file.
        (multipart(&[("kind", "accounts")], Some(("a.csv", b"a,b"))), 403, ""),
        (multipart(&[("af", "wrong"), ("kind", "accounts")], Some(("a.csv", b"a,b"))), 403, ""),
        (b"--x".to_vec(), 400, ""),
    ] {
        let page = send(&member, body).await;
        assert_eq!(page.status, status, "{says} {}", page.text());
        assert!(page.text().contains(says), "{says} in {}", page.text());
    }
    assert_eq!(app.value("SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM import_chunks)"), "0");
    let elsewhere = Member { client: member.client.with_header("origin", "https://elsewhere.example"), ..member };
    assert_eq!(send(&elsewhere, multipart(&ours, Some(("a.csv", b"a,b")))).await.status, 403);
}

#[actix_web::test]
async fn an_import_can_be_stopped_and_all_or_nothing_tells_every_row() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    let path = upload(&member, "accounts", "a.csv", format!("{HEADER}{ROWS}")).await.location();
    choose(&member, &path, &[("step", "run"), ("mode", "all")]).await;
    app.imports.once().await.unwrap();
    let page = member.client.get(&path).await;
    assert_eq!(page.text_of("h2#state"), "Checked");
    assert!(
        page.text().contains("all or nothing was asked for") && page.text().contains("1 row is wrong"),
        "{}",
        page.text()
    );
    assert_eq!(totals(&app), "0/0");
    // While it waits for its turn, it can be stopped; then nothing is taken.
    choose(&member, &path, &[("step", "run"), ("mode", "row")]).await;
    member.client.get(&path).await;
    assert_eq!(member.client.post(&format!("{path}/cancellation"), &[]).await.location(), path);
    app.imports.once().await.unwrap();
    assert_eq!(member.client.get(&path).await.text_of("h2#state"), "Stopped");
    assert_eq!(totals(&app), "0/0");
    assert_eq!(app.value("SELECT count(*) FROM import_chunks"), "0");
    // Files and lists go when their time is over.
    let waiting = upload(&member, "accounts", "b.csv", "a,b").await.location();
    app.clock.advance(chrono::Duration::days(8));
    app.imports.purge().await.unwrap();
    assert_eq!(app.value("SELECT (SELECT count(*) FROM import_errors) + (SELECT count(*) FROM import_chunks)"), "0");
    assert_eq!(app.value("SELECT count(*) FROM imports"), "2");
    app.sign_in_again(&member);
    assert_eq!(member.client.get(&waiting).await.text_of("h2#state"), "Stopped");
}

#[actix_web::test]
async fn a_large_file_arrives_in_pieces_and_a_cut_off_run_is_taken_up() {
    let app = spawn().await;
    let member = app.staff(Role::Administrator);
    let mut rows = HEADER.to_owned();
    for number in 0..25_000 {
        rows.push_str(&format!(
            "Maria,Quill{number},m{number}@mail.example,,,97204,Northwind Dental,{number},5.00,,\n"
        ));
    }
    let path = upload(&member, "accounts", "a.csv", &rows).await.location();
    assert_eq!(app.value("SELECT count(*) || '/' || max(length(content)) FROM import_chunks"), "2/1048576");
    choose(&member, &path, &[("step", "run")]).await;
    // As a machine that went down in the middle has left it.
    let import = app.value("SELECT id FROM imports");
    app.execute(&format!(
        "UPDATE imports SET rows_read = 10000, debts_new = 10000, people_new = 10000 WHERE id = '{import}'"
    ));
    app.imports.once().await.unwrap();
    assert_eq!(app.value("SELECT state || '/' || rows_read || '/' || debts_new FROM imports"), "finished/25000/25000");
    assert_eq!(totals(&app), "15000/15000", "the first ten thousand were not read again");
}
