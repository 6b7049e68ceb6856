use super::{Desk, expect};

const ACCOUNTS: &str = "first,last,creditor,account,balance,paid\n\
    Maria,Quill,Northwind Dental,NW-1,500,120\n\
    Ben,Rook,Harbor Bank,HB-1,80,\n\
    Ann,Moss,Harbor Bank,HB-2,80,\n\
    Eve,Moss,Harbor Bank,HB-2,80,\n";

fn desk() -> Desk {
    let desk = Desk::new();
    expect(&desk.import("accounts", ACCOUNTS, &[]), 0, &["new debts: 4"]);
    desk
}

#[test]
fn payments_from_before_explain_the_opening_figure() {
    let desk = desk();
    let id = desk.value("SELECT id FROM debts WHERE account_number = 'HB-1'");
    let rows = format!(
        "debt id,creditor,account,amount,payment date\n\
         ,northwind dental,NW-1,100.00,2025-03-31\n\
         ,Northwind Dental,NW-1,20,3/31/2025\n\
         {id},,,30,2025-03-31 10:00\n\
         00000000-0000-7000-8000-000000000001,,,30,2025-03-31\n\
         not-an-id,,,30,2025-03-31\n\
         ,,,30,2025-03-31\n\
         ,Harbor Bank,HB-2,30,2025-03-31\n\
         ,Harbor Bank,HB-9,30,2025-03-31\n\
         ,Harbor Bank,HB-1,0,2025-03-31\n"
    );
    let output = desk.import("payments", rows, &[]);
    expect(
        &output,
        4,
        &[
            "payments, messages and calls: 3",
            "wrong rows: 6",
            "line 5: In “Our id of the debt”: There is no such debt.",
            "line 6: In “Our id of the debt”: This is not one of our debt ids.",
            "line 7: The row names no debt",
            "line 8: In “Account number at the creditor”: More than one debt",
            "line 9: In “Account number at the creditor”: There is no such debt.",
            "line 10: In “Amount”: The amount must be above zero.",
        ],
    );
    let paid = "SELECT amount_paid || ' ' || (SELECT string_agg(amount || payment_method, ' ' ORDER BY amount) FROM payments WHERE debt_id = d.id)
        FROM debts d WHERE account_number IN ('NW-1', 'HB-1') ORDER BY 1";
    assert_eq!(desk.column(paid), ["120.00 20.00prior 100.00prior", "30.00 30.00prior"]);
    desk.assert_ledger();
}

#[test]
fn messages_and_calls_join_the_history() {
    let desk = desk();
    let emails = "creditor,account,direction,sent at,subject,body,opened,ai\n\
        Northwind Dental,NW-1,outbound,3/31/2025 4:05 PM,Your account,\"Dear Maria,\n<script>alert(1)</script>\",yes,no\n\
        Northwind Dental,NW-1,in,2025-04-01T10:00:00Z,,Stop,,\n\
        Northwind Dental,NW-1,sideways,2025-04-01T10:00:00Z,,Stop,,\n\
        Northwind Dental,NW-1,in,yesterday,,,,\n";
    expect(
        &desk.import("emails", emails, &["--time-zone", "America/Los_Angeles"]),
        4,
        &["calls: 2", "line 5: In “Direction", "line 6: In “Date and time”", "line 6: In “Text”"],
    );
    let calls = "creditor,account,direction,call date,duration,disposition,transcript,recording,checked\n\
        Northwind Dental,NW-1,out,2025-04-02 09:00,3:25,No Answer,,https://calls.example/1.mp3,y\n\
        Harbor Bank,HB-1,out,2025-04-02 09:00,,,Hello,,\n\
        Harbor Bank,HB-1,out,2025-04-02 09:00,-1,gone,Hello,javascript:alert(1),\n";
    expect(
        &desk.import("calls", calls, &[]),
        4,
        &["calls: 2", "line 4: In “Length", "line 4: In “Outcome", "line 4: In “Link"],
    );
    let sms = "creditor,account,direction,when,message\nHarbor Bank,HB-1,out,2025-04-03 09:00,Please call\n";
    expect(&desk.import("sms", sms, &["--checked"]), 0, &["calls: 1"]);
    assert_eq!(
        desk.column(
            "SELECT concat_ws('|', direction, timestamp AT TIME ZONE 'UTC', length(content), email_opened, ai_generated, compliance_checked)
             FROM emails ORDER BY timestamp"
        ),
        ["outbound|2025-03-31 23:05:00|37|t|f|f", "inbound|2025-04-01 10:00:00|4|f|f|f"]
    );
    assert_eq!(
        desk.column("SELECT concat_ws('|', call_duration, call_outcome, recording_url, compliance_checked, timestamp AT TIME ZONE 'UTC') FROM calls ORDER BY 1"),
        ["205|no_answer|https://calls.example/1.mp3|t|2025-04-02 13:00:00", "f|2025-04-02 13:00:00"]
    );
    assert_eq!(desk.value("SELECT compliance_checked FROM sms"), "true");
    assert_eq!(desk.column("SELECT total_contacts FROM debts WHERE total_contacts > 0 ORDER BY 1"), ["2", "3"]);
    desk.assert_ledger();
}

#[test]
fn all_or_nothing_holds_for_messages() {
    let desk = desk();
    let sms = "creditor,account,direction,when,message\n\
        Harbor Bank,HB-1,out,2025-04-03 09:00,Please call\nHarbor Bank,HB-7,out,2025-04-03 09:00,Please call\n";
    expect(&desk.import("sms", sms, &["--all-or-nothing"]), 4, &["nothing was taken", "line 3:"]);
    assert_eq!(desk.value("SELECT count(*) FROM sms"), "0");
    expect(&desk.import("sms", sms.replace("HB-7", "HB-1"), &["--all-or-nothing"]), 0, &["calls: 2"]);
    assert_eq!(desk.value("SELECT total_contacts FROM debts WHERE account_number = 'HB-1'"), "2");
}
