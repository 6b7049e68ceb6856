use std::process::Stdio;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use super::{Desk, HEADER, expect};
use crate::support::process::{run, said};

fn people(from: u32, to: u32) -> String {
    let mut rows = HEADER.to_owned();
    for number in from..to {
        let paid = if number % 10 == 0 { "1.25" } else { "" };
        rows.push_str(&format!("Maria,Quill,m{number}@mail.example,,,97204,Northwind Dental,{number},5.00,{paid},\n"));
    }
    rows
}

#[test]
fn a_run_that_is_killed_goes_on_without_taking_a_row_twice() {
    let desk = Desk::new();
    let path = desk.file("people.csv", people(0, 40_000));
    let path = path.to_str().unwrap();
    let mut child = desk.command("accounts", path, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Somewhere between the first batch and the last.
    let begun = Instant::now();
    while desk.value("SELECT coalesce(max(rows_read), 0) > 0 FROM imports") == "false" {
        assert!(begun.elapsed() < Duration::from_secs(30), "it takes nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (taken, state) = (desk.value("SELECT rows_read FROM imports"), desk.value("SELECT state FROM imports"));
    assert_eq!(desk.value("SELECT count(*) FROM debts"), taken, "what is noted is what was taken");
    assert!(taken.parse::<u32>().unwrap() < 40_000 && state == "running", "{taken} {state}");
    let output = run(&mut desk.command("accounts", path, &[]));
    expect(
        &output,
        0,
        &[&format!("going on after {taken} rows"), "state: finished", "rows: 40000", "new debts: 40000"],
    );
    assert_eq!(desk.totals(), "40000/40000/4000");
    assert_eq!(desk.value("SELECT count(*) FROM imports"), "1");
    desk.assert_ledger();
}

#[test]
fn a_whole_file_that_is_killed_has_taken_nothing() {
    let desk = Desk::new();
    let path = desk.file("people.csv", people(0, 40_000));
    let path = path.to_str().unwrap();
    let mut command = desk.command("accounts", path, &["--all-or-nothing"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while desk.value("SELECT coalesce(max(rows_read), 0) > 0 FROM imports") == "false" {
        assert!(begun.elapsed() < Duration::from_secs(30), "it tells nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(desk.totals(), "0/0/0");
    let output = run(&mut desk.command("accounts", path, &["--all-or-nothing"]));
    expect(&output, 0, &["state: finished", "rows: 40000"]);
    assert_eq!(desk.totals(), "40000/40000/4000");
    desk.assert_ledger();
}

#[test]
fn two_imports_of_the_same_people_make_each_person_once() {
    let desk = Desk::new();
    let (one, other) = (people(0, 25_000), people(5_000, 30_000));
    let paths = [desk.file("one.csv", one), desk.file("other.csv", other)];
    let spawn = |path: &std::path::PathBuf| {
        let mut command = desk.command("accounts", path.to_str().unwrap(), &[]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children = paths.each_ref().map(spawn);
    for child in children {
        let output = child.wait_with_output().unwrap();
        expect(&output, 0, &["rows: 25000", "wrong rows: 0"]);
    }
    assert_eq!(desk.totals(), "30000/30000/3000");
    desk.assert_ledger();
}

#[test]
fn a_row_that_the_database_refuses_is_found_among_the_others() {
    let desk = Desk::new();
    let refuse = "ALTER TABLE debts ADD CONSTRAINT no_thirteen CHECK (account_number <> '13')";
    desk.db.connect().batch_execute(refuse).unwrap();
    let rows = people(0, 40);
    let output = desk.import("accounts", &rows, &["--all-or-nothing"]);
    expect(&output, 4, &["nothing was taken", "line 15: The database refused this row."]);
    assert_eq!(desk.totals(), "0/0/0");
    let output = desk.import("accounts", &rows, &[]);
    expect(&output, 4, &["wrong rows: 1", "new debts: 39", "line 15: The database refused this row."]);
    assert_eq!(desk.totals(), "39/39/4");
    desk.assert_ledger();
}

#[test]
fn a_quotation_mark_without_its_end_is_no_reason_to_read_for_ever() {
    let desk = Desk::new();
    let mut rows = format!("{HEADER}\"Maria,Quill,,,,,Bank,1,5,,\n");
    rows.push_str(&"x".repeat(40 << 20));
    let output = desk.import("accounts", rows, &[]);
    expect(&output, 1, &["a quoted cell does not end"]);
    assert_eq!(desk.totals(), "0/0/0");
}

#[test]
fn nothing_personal_reaches_the_log() {
    let desk = Desk::new();
    let path =
        desk.file("people.csv", format!("{HEADER}Maria,Quillfeather,secret@mail.example,,,97204,Bank,1,five,,\n"));
    let mut command = desk.command("accounts", path.to_str().unwrap(), &[]);
    let text = said(&run(command.env("RUST_LOG", "trace")));
    for word in ["Quillfeather", "secret@", "97204"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}
