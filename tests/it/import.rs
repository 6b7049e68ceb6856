//! `quittance import` and what it leaves in the books.

/// What stops an import, and what comes after.
mod broken;
/// Files of e-mails, calls, text messages and payments.
mod entries;
/// The staff area's pages.
mod pages;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::support::db::{TestDb, column, value};
use crate::support::process::{quittance, run, said};

/// A database, a directory with files, and the program.
struct Desk {
    db: TestDb,
    dir: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { db: TestDb::create(), dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn command(&self, kind: &str, file: &str, more: &[&str]) -> std::process::Command {
        let mut command = quittance(&["import", kind, file]);
        command.args(more).env("DATABASE_URL", self.db.url());
        command
    }

    fn import(&self, kind: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Output {
        let path = self.file("file.csv", content);
        run(&mut self.command(kind, path.to_str().unwrap(), more))
    }

    fn value(&self, query: &str) -> String {
        value(&mut self.db.connect(), query)
    }

    fn column(&self, query: &str) -> Vec<String> {
        column(&mut self.db.connect(), query)
    }

    /// People, debts and payments.
    fn totals(&self) -> String {
        self.value("SELECT concat_ws('/', (SELECT count(*) FROM debtors), (SELECT count(*) FROM debts), (SELECT count(*) FROM payments))")
    }

    fn assert_ledger(&self) {
        let breaches = quittance::models::invariant::breaches(&mut self.db.connect()).unwrap();
        assert!(breaches.is_empty(), "{breaches:?}");
    }
}

fn expect(output: &Output, code: i32, says: &[&str]) {
    let text = said(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for line in says {
        assert!(text.contains(line), "{line} in {text}");
    }
}

const HEADER: &str = "First name,Last name,Email,Phone,Address,Zip,Creditor,Account,Balance,Paid,Debt date\n";

#[test]
fn people_debts_and_what_was_paid_before_come_in() {
    let desk = Desk::new();
    let rows = "Maria,Quill,Maria@Mail.example,(503) 555-0142,12 Elm Street,2134,Northwind Dental,NW-1,\"$1,234.50\",34.50,3/31/2025\n\
                Ben,Rook,,,,97204-1234,Harbor Bank,HB-1,80,80,2024-02-29\n";
    let output = desk.import("accounts", format!("{HEADER}{rows}"), &[]);
    expect(&output, 0, &["state: finished", "rows: 2", "new people: 2", "new debts: 2", "wrong rows: 0"]);
    assert_eq!(
        desk.column(
            "SELECT concat_ws('|', first_name, email, phone, address_line1, zip_code, phone_consent, email_consent, dnc_registered)
             FROM debtors ORDER BY first_name DESC"
        ),
        ["Maria|maria@mail.example|+15035550142|12 Elm Street|02134|f|t|f", "Ben|97204-1234|f|t|f"]
    );
    assert_eq!(
        desk.column(
            "SELECT concat_ws('|', original_creditor, account_number, total_owed, amount_paid, status, debt_date, length(unique_token))
             FROM debts ORDER BY total_owed DESC"
        ),
        ["Northwind Dental|NW-1|1234.50|34.50|active|2025-03-31|32", "Harbor Bank|HB-1|80.00|80.00|resolved|2024-02-29|32"]
    );
    let prior = "SELECT concat_ws('|', amount, status, payment_method, id = opening_payment_id(debt_id)) FROM payments ORDER BY amount";
    assert_eq!(desk.column(prior), ["34.50|completed|prior|t", "80.00|completed|prior|t"]);
    desk.assert_ledger();
}

#[test]
fn files_of_every_notation_are_read() {
    let desk = Desk::new();
    let semicolons = "\u{feff}last;first;creditor;account;balance\r\nO'Neil;Zo\u{eb};\"Smith; Sons \"\"& Co\"\"\";1;5.00\r\n;;;;\r\n\r\n";
    expect(&desk.import("accounts", semicolons, &[]), 0, &["rows: 1"]);
    let tabs = "last\tfirst\tcreditor\taccount\tbalance\nRook\tBen\t\"two\nlines\"\t2\t5.00\n";
    // A line break has no place in the name of a creditor, and is told with the line on which the row begins.
    expect(&desk.import("accounts", tabs, &[]), 4, &["line 2: In “Original creditor”"]);
    let bars = "last|first|creditor|account|balance\nRook|Ben|=cmd()|3|5.00\n";
    expect(&desk.import("accounts", bars, &[]), 0, &["rows: 1"]);
    assert_eq!(
        desk.column("SELECT first_name || ' ' || last_name || ' ' || original_creditor FROM debts d JOIN debtors p ON p.id = d.debtor_id ORDER BY 1"),
        ["Ben Rook =cmd()", "Zo\u{eb} O'Neil Smith; Sons \"& Co\""]
    );
    expect(&desk.import("accounts", b"\xFF\xFEa\0", &[]), 1, &["UTF-16"]);
    expect(&desk.import("accounts", "", &[]), 1, &["the file is empty"]);
    expect(&desk.import("accounts", "a,b\0\n", &[]), 1, &["not CSV"]);
    let latin = b"last,first,creditor,balance\nM\xFCller,Jo,Bank,5\nRook,Jo,Bank,5\n";
    expect(
        &desk.import("accounts", latin, &[]),
        4,
        &["new debts: 1", "line 2: The row has characters that are not UTF-8"],
    );
    assert_eq!(desk.value("SELECT count(*) FROM imports WHERE state <> 'finished'"), "0");
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    let desk = Desk::new();
    let header = "first,last,email,phone,state,zip,creditor,account,balance,paid,debt date,status,dnc\n";
    let right = "Ann,Moss,,,,,Bank,1,100,,,,\n";
    let wrong = "Ann,,nobody,555,Oregon,9720A,,1,-5,x,31/3/2025,gone,maybe\n\
                 Ann,Moss,,,,,Bank,2,10.005,,2999-01-01,,\n\
                 Ann,Moss,,,,,Bank,3,100,100.01,,,\n\
                 Ann,Moss,,,,,Bank,4,999999999,,,\n";
    let errors = desk.dir.path().join("errors.csv");
    let output = desk.import("accounts", format!("{header}{right}{wrong}"), &["--errors", errors.to_str().unwrap()]);
    expect(
        &output,
        4,
        &[
            "rows: 5",
            "wrong rows: 4",
            "new debts: 1",
            "line 3: In “Last name”: There must be something here.",
            "line 3: In “E-mail address”: This is not an e-mail address.",
            "line 3: In “Telephone number”",
            "line 3: In “State”",
            "line 3: In “ZIP code”",
            "line 3: In “Original creditor”",
            "line 3: In “Amount owed in all”: An amount cannot be below zero.",
            "line 3: In “Paid before the import”: This is not an amount of money",
            "line 3: In “Date of the debt”: This is not a date",
            "line 3: In “Status of the debt”",
            "line 3: In “On a do-not-call list”: This must be yes or no.",
            "line 4: In “Amount owed in all”: An amount has two decimals at most.",
            "line 4: In “Date of the debt”: This date lies in the future.",
            "line 5: In “Paid before the import”: More was paid than is owed.",
            "line 6: The row has more or fewer cells",
        ],
    );
    let list = std::fs::read_to_string(&errors).unwrap();
    assert!(list.starts_with("\u{feff}first,last,email,"), "{list}");
    assert!(list.lines().next().unwrap().ends_with("Line in the file,What is wrong"), "{list}");
    assert_eq!(list.lines().count(), 5, "{list}");
    desk.assert_ledger();
}

#[test]
fn a_list_of_wrong_rows_can_be_corrected_and_taken_in() {
    let desk = Desk::new();
    let errors = desk.dir.path().join("errors.csv");
    let rows = "first,last,creditor,account,balance,phone\n=1+1,Moss,@Bank,1,x,+1 503 555 0142\n";
    expect(&desk.import("accounts", rows, &["--errors", errors.to_str().unwrap()]), 4, &["wrong rows: 1"]);
    let list = std::fs::read_to_string(&errors).unwrap();
    assert!(list.contains("\"'=1+1\",Moss,\"'@Bank\",1,x,\"'+1 503 555 0142\",2,"), "{list}");
    expect(&desk.import("accounts", list.replace(",x,", ",7.50,"), &[]), 0, &["new debts: 1"]);
    let stored =
        "SELECT concat_ws('|', first_name, phone, original_creditor) FROM debts d JOIN debtors p ON p.id = debtor_id";
    assert_eq!(desk.value(stored), "=1+1|+15035550142|@Bank");
}

#[test]
fn a_dry_run_tells_all_and_changes_nothing() {
    let desk = Desk::new();
    expect(&desk.import("accounts", format!("{HEADER}Maria,Quill,m@mail.example,,,,Bank,1,5,,\n"), &[]), 0, &[]);
    let before = (desk.totals(), desk.value("SELECT max(updated_at) FROM debts"));
    let rows = "Maria,Quill,M@mail.example,,,,Bank,1,9,,\n\
                Maria,Quill,M@mail.example,,,,Bank,2,9,,\n\
                Ben,Rook,b@mail.example,,,,Bank,3,9,,\n\
                Ben,Rook,B@mail.example,,,,Bank,3,9,,\n\
                Ben,Rook,b@mail.example,,,,Bank,4,oops,,\n";
    let output = desk.import("accounts", format!("{HEADER}{rows}"), &["--dry-run", "--update-balances"]);
    let says = [
        "state: checked",
        "rows: 5",
        "wrong rows: 1",
        "new people: 1",
        "known people: 3",
        "new debts: 2",
        "known debts: 2",
        "balances changed: 1",
    ];
    expect(&output, 4, &says);
    assert_eq!((desk.totals(), desk.value("SELECT max(updated_at) FROM debts")), before);
    assert_eq!(desk.value("SELECT count(*) FROM imports"), "1");
    assert_eq!(desk.value("SELECT (SELECT count(*) FROM import_errors) + (SELECT count(*) FROM import_chunks)"), "0");
    // The run does what the dry run has told.
    let output = desk.import("accounts", format!("{HEADER}{rows}"), &["--update-balances"]);
    expect(&output, 4, &[&["state: finished"], &says[1..]].concat());
    assert_eq!(desk.column("SELECT total_owed FROM debts ORDER BY account_number"), ["9.00", "9.00", "9.00"]);
    desk.assert_ledger();
}

#[test]
fn the_same_person_is_recognised_by_the_rule() {
    let desk = Desk::new();
    // As another program may have left them.
    let mut conn = desk.db.connect();
    diesel::connection::SimpleConnection::batch_execute(
        &mut conn,
        "INSERT INTO debtors (first_name, last_name, email, phone, address_line1, zip_code) VALUES
            ('MARIA', 'Quill', 'Maria@Mail.example', '503-555-0142', '12 Elm Street', '2134'),
            ('Ben', 'Rook', NULL, NULL, '9 Oak Road', '97204-1234')",
    )
    .unwrap();
    let rows = "Maria,Quill,maria@mail.example,,,,Bank,1,5,,\n\
                maria,QUILL,other@mail.example,(503) 555-0142,,02134,Bank,2,5,,\n\
                Ben,Rook,,,9  oak road,97204,Bank,3,5,,\n\
                Ben,Rook,,503-555-0199,,97204,Bank,4,5,,\n\
                Maria,Quill,,503-555-0142,,97204,Bank,5,5,,\n\
                Anna,Quill,,503-555-0142,12 Elm Street,02134,Bank,6,5,,\n\
                Ben,Rook,,503-555-0199,,97204,Bank,7,5,,\n\
                Ben,Rook,,503-555-0199,,97204,bank,7,6,,\n";
    let output = desk.import("accounts", format!("{HEADER}{rows}"), &[]);
    expect(&output, 0, &["new people: 3", "known people: 5", "new debts: 7", "known debts: 1"]);
    let per_person = "SELECT lower(first_name) || ':' || string_agg(account_number, ',' ORDER BY account_number)
        FROM debts d JOIN debtors p ON p.id = d.debtor_id GROUP BY p.id, first_name ORDER BY 1";
    assert_eq!(desk.column(per_person), ["anna:6", "ben:3", "ben:4,7", "maria:1,2", "maria:5"]);
    // Known people keep their data.
    assert_eq!(
        desk.value("SELECT first_name || phone FROM debtors WHERE email = 'Maria@Mail.example'"),
        "MARIA503-555-0142"
    );
}

#[test]
fn without_recognising_every_row_is_new_and_taken_addresses_are_told() {
    let desk = Desk::new();
    let rows = "Maria,Quill,m@mail.example,,,,Bank,1,5,,\n\
                Maria,Quill,M@mail.example,,,,Bank,1,5,,\n\
                Ben,Rook,,503-555-0199,,97204,Bank,1,5,,\n\
                Ben,Rook,,503-555-0199,,97204,Bank,1,5,,\n";
    for (more, code, state) in [(&["--new-people", "--dry-run"][..], 4, "checked"), (&["--new-people"], 4, "finished")]
    {
        let output = desk.import("accounts", format!("{HEADER}{rows}"), more);
        expect(
            &output,
            code,
            &[
                &format!("state: {state}"),
                "new people: 3",
                "new debts: 3",
                "wrong rows: 1",
                "line 3: In “E-mail address”: Somebody else",
            ],
        );
    }
    assert_eq!(desk.totals(), "3/3/0");
}

#[test]
fn all_or_nothing_is_one_of_both() {
    let desk = Desk::new();
    let rows =
        "Maria,Quill,,,,,Bank,1,5,,\nBen,Rook,,,,,Bank,2,five,,\nAnn,Moss,,,,,Bank,3,6,,\nAnn,Moss,,,,,Bank,4,six,,\n";
    let output = desk.import("accounts", format!("{HEADER}{rows}"), &["--all-or-nothing"]);
    expect(&output, 4, &["nothing was taken", "line 3:", "line 5:", "wrong rows: 2"]);
    assert_eq!((desk.totals().as_str(), desk.value("SELECT state FROM imports").as_str()), ("0/0/0", "failed"));
    let output = desk.import(
        "accounts",
        format!("{HEADER}{}", rows.replace("five", "5").replace("six", "6")),
        &["--all-or-nothing"],
    );
    expect(&output, 0, &["state: finished", "new debts: 4"]);
    assert_eq!(desk.totals(), "4/4/0");
    assert_eq!(
        desk.value(
            "SELECT rows_read || '/' || debts_new || '/' || (bytes_read = size) FROM imports WHERE state = 'finished'"
        ),
        "4/4/true"
    );
    desk.assert_ledger();
}

#[test]
fn a_repeated_file_is_recognised_and_columns_are_remembered() {
    let desk = Desk::new();
    let rows = "Vorname,Nachname,Gl\u{e4}ubiger,Konto,Summe\nMaria,Quill,Bank,1,5\n";
    let map =
        "Vorname=first_name,Nachname=last_name,Gl\u{e4}ubiger=original_creditor,Konto=account_number,Summe=total_owed";
    expect(&desk.import("accounts", rows, &[]), 1, &["no column is first_name", "--map"]);
    expect(&desk.import("accounts", rows, &["--map", "Vorname=nothing"]), 1, &["the fields are first_name"]);
    expect(&desk.import("accounts", rows, &["--map", "Name=first_name"]), 1, &["the file has no column Name"]);
    expect(
        &desk.import("accounts", rows, &["--map", map]),
        0,
        &["Gl\u{e4}ubiger -> original_creditor", "new debts: 1"],
    );
    expect(&desk.import("accounts", rows, &[]), 3, &["the same file was taken in before"]);
    expect(&desk.import("accounts", rows, &["--again"]), 0, &["known debts: 0"]);
    assert_eq!(desk.totals(), "2/2/0", "nothing but the name tells the person, so he is new");
    // Other rows under the same names of columns, with what they meant the last time.
    expect(&desk.import("accounts", rows.replace("Maria", "Ben"), &[]), 0, &["new debts: 1"]);
    assert_eq!(desk.value("SELECT count(*) FROM imports"), "3");
}

#[test]
fn a_file_comes_through_a_pipe_as_well() {
    let desk = Desk::new();
    let mut command = desk.command("accounts", "-", &["--dry-run"]);
    let mut rows = HEADER.to_owned();
    for number in 0..30_000 {
        rows.push_str(&format!("Maria,Quill{number},,,,97204,Northwind Dental,{number},5.00,,\n"));
    }
    assert!(rows.len() > 1 << 20, "more than one piece");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    expect(&child.wait_with_output().unwrap(), 0, &["state: checked", "rows: 30000", "new debts: 30000"]);
    assert_eq!(desk.value("SELECT (SELECT count(*) FROM import_chunks) + (SELECT count(*) FROM imports)"), "0");
}
