//! What a column can mean.

/// A field that a column of a file may fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the column of the same name, and the README describes it")]
pub enum Field {
    FirstName,
    LastName,
    Email,
    Phone,
    AddressLine1,
    AddressLine2,
    City,
    State,
    ZipCode,
    PhoneConsent,
    EmailConsent,
    DncRegistered,
    OriginalCreditor,
    AccountNumber,
    TotalOwed,
    AmountPaid,
    DebtDate,
    Status,
    DebtId,
    Amount,
    PaidOn,
    Direction,
    Subject,
    Content,
    Timestamp,
    EmailOpened,
    EmailClicked,
    AiGenerated,
    ComplianceChecked,
    CallDuration,
    CallOutcome,
    Transcript,
    RecordingUrl,
    ItemizationDate,
    ItemizationKind,
    AmountThen,
    Interest,
    Fees,
    Payments,
    Credits,
    AmountNow,
    CreditorThen,
    CreditorNow,
    SentOn,
    SentBy,
    NotRequired,
    TimeBarred,
}

/// The fields of a person and a debt.
pub(super) const ACCOUNTS: &[Field] = &[
    Field::FirstName,
    Field::LastName,
    Field::Email,
    Field::Phone,
    Field::AddressLine1,
    Field::AddressLine2,
    Field::City,
    Field::State,
    Field::ZipCode,
    Field::PhoneConsent,
    Field::EmailConsent,
    Field::DncRegistered,
    Field::OriginalCreditor,
    Field::AccountNumber,
    Field::TotalOwed,
    Field::AmountPaid,
    Field::DebtDate,
    Field::Status,
];
/// The fields of a prior payment.
pub(super) const PAYMENTS: &[Field] =
    &[Field::DebtId, Field::OriginalCreditor, Field::AccountNumber, Field::Amount, Field::PaidOn];
/// The fields of an e-mail.
pub(super) const EMAILS: &[Field] = &[
    Field::DebtId,
    Field::OriginalCreditor,
    Field::AccountNumber,
    Field::Direction,
    Field::Timestamp,
    Field::Subject,
    Field::Content,
    Field::EmailOpened,
    Field::EmailClicked,
    Field::AiGenerated,
    Field::ComplianceChecked,
];
/// The fields of a call.
pub(super) const CALLS: &[Field] = &[
    Field::DebtId,
    Field::OriginalCreditor,
    Field::AccountNumber,
    Field::Direction,
    Field::Timestamp,
    Field::CallDuration,
    Field::CallOutcome,
    Field::Transcript,
    Field::RecordingUrl,
    Field::AiGenerated,
    Field::ComplianceChecked,
];
/// The fields of a text message.
pub(super) const SMS: &[Field] = &[
    Field::DebtId,
    Field::OriginalCreditor,
    Field::AccountNumber,
    Field::Direction,
    Field::Timestamp,
    Field::Content,
    Field::AiGenerated,
    Field::ComplianceChecked,
];
/// The fields of validation information.
pub(super) const VALIDATION: &[Field] = &[
    Field::DebtId,
    Field::OriginalCreditor,
    Field::AccountNumber,
    Field::ItemizationDate,
    Field::ItemizationKind,
    Field::AmountThen,
    Field::Interest,
    Field::Fees,
    Field::Payments,
    Field::Credits,
    Field::AmountNow,
    Field::CreditorThen,
    Field::CreditorNow,
    Field::SentOn,
    Field::SentBy,
    Field::NotRequired,
    Field::TimeBarred,
];

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Field::TimeBarred as usize + 1;

    /// Every field.
    pub const ALL: [Field; Field::COUNT] = [
        Field::FirstName,
        Field::LastName,
        Field::Email,
        Field::Phone,
        Field::AddressLine1,
        Field::AddressLine2,
        Field::City,
        Field::State,
        Field::ZipCode,
        Field::PhoneConsent,
        Field::EmailConsent,
        Field::DncRegistered,
        Field::OriginalCreditor,
        Field::AccountNumber,
        Field::TotalOwed,
        Field::AmountPaid,
        Field::DebtDate,
        Field::Status,
        Field::DebtId,
        Field::Amount,
        Field::PaidOn,
        Field::Direction,
        Field::Subject,
        Field::Content,
        Field::Timestamp,
        Field::EmailOpened,
        Field::EmailClicked,
        Field::AiGenerated,
        Field::ComplianceChecked,
        Field::CallDuration,
        Field::CallOutcome,
        Field::Transcript,
        Field::RecordingUrl,
        Field::ItemizationDate,
        Field::ItemizationKind,
        Field::AmountThen,
        Field::Interest,
        Field::Fees,
        Field::Payments,
        Field::Credits,
        Field::AmountNow,
        Field::CreditorThen,
        Field::CreditorNow,
        Field::SentOn,
        Field::SentBy,
        Field::NotRequired,
        Field::TimeBarred,
    ];

    /// Its name in mappings and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::FirstName => "first_name",
            Field::LastName => "last_name",
            Field::Email => "email",
            Field::Phone => "phone",
            Field::AddressLine1 => "address_line1",
            Field::AddressLine2 => "address_line2",
            Field::City => "city",
            Field::State => "state",
            Field::ZipCode => "zip_code",
            Field::PhoneConsent => "phone_consent",
            Field::EmailConsent => "email_consent",
            Field::DncRegistered => "dnc_registered",
            Field::OriginalCreditor => "original_creditor",
            Field::AccountNumber => "account_number",
            Field::TotalOwed => "total_owed",
            Field::AmountPaid => "amount_paid",
            Field::DebtDate => "debt_date",
            Field::Status => "status",
            Field::DebtId => "debt_id",
            Field::Amount => "amount",
            Field::PaidOn => "paid_on",
            Field::Direction => "direction",
            Field::Subject => "subject",
            Field::Content => "content",
            Field::Timestamp => "timestamp",
            Field::EmailOpened => "email_opened",
            Field::EmailClicked => "email_clicked",
            Field::AiGenerated => "ai_generated",
            Field::ComplianceChecked => "compliance_checked",
            Field::CallDuration => "call_duration",
            Field::CallOutcome => "call_outcome",
            Field::Transcript => "transcript",
            Field::RecordingUrl => "recording_url",
            Field::ItemizationDate => "itemization_date",
            Field::ItemizationKind => "itemization_kind",
            Field::AmountThen => "amount_then",
            Field::Interest => "interest",
            Field::Fees => "fees",
            Field::Payments => "payments",
            Field::Credits => "credits",
            Field::AmountNow => "amount_now",
            Field::CreditorThen => "creditor_then",
            Field::CreditorNow => "creditor_now",
            Field::SentOn => "sent_on",
            Field::SentBy => "sent_by",
            Field::NotRequired => "not_required",
            Field::TimeBarred => "time_barred",
        }
    }

    /// The field of that name.
    pub fn parse(text: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.as_str() == text)
    }

    /// What other programs call it, in small letters and digits only.
    pub(super) const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Field::FirstName => &["firstname", "first", "fname", "givenname", "debtorfirstname", "consumerfirstname"],
            Field::LastName => {
                &["lastname", "last", "lname", "surname", "familyname", "debtorlastname", "consumerlastname"]
            }
            Field::Email => &["email", "emailaddress", "mail", "debtoremail", "consumeremail"],
            Field::Phone => {
                &["phone", "phonenumber", "telephone", "tel", "mobile", "cell", "cellphone", "homephone", "phone1"]
            }
            Field::AddressLine1 => &["addressline1", "address1", "address", "street", "streetaddress", "addr1", "addr"],
            Field::AddressLine2 => &["addressline2", "address2", "apt", "apartment", "suite", "unit", "addr2"],
            Field::City => &["city", "town"],
            Field::State => &["state", "statecode", "province", "st"],
            Field::ZipCode => &["zipcode", "zip", "postalcode", "postcode", "zip5", "zipplus4"],
            Field::PhoneConsent => &["phoneconsent", "callconsent", "tcpaconsent"],
            Field::EmailConsent => &["emailconsent", "emailoptin"],
            Field::DncRegistered => &["dncregistered", "dnc", "donotcall"],
            Field::OriginalCreditor => {
                &["originalcreditor", "creditor", "creditorname", "origcreditor", "client", "clientname"]
            }
            Field::AccountNumber => &[
                "accountnumber",
                "account",
                "acct",
                "acctno",
                "accountno",
                "acctnumber",
                "acctnum",
                "creditoraccountnumber",
            ],
            Field::TotalOwed => &[
                "totalowed",
                "balance",
                "amountowed",
                "owed",
                "totaldue",
                "amountdue",
                "currentbalance",
                "principal",
                "total",
            ],
            Field::AmountPaid => &["amountpaid", "paid", "paidtodate", "totalpaid", "priorpayments"],
            Field::DebtDate => {
                &["debtdate", "dateofdebt", "servicedate", "dateofservice", "opendate", "dateopened", "chargeoffdate"]
            }
            Field::Status => &["status", "debtstatus", "accountstatus"],
            Field::DebtId => &["debtid", "quittanceid", "debtuuid", "ourid"],
            Field::Amount => &["amount", "paymentamount", "amountpaid", "paid"],
            Field::PaidOn => &["paidon", "paymentdate", "datepaid", "paiddate", "date", "paidat", "postingdate"],
            Field::Direction => &["direction", "inout", "inboundoutbound"],
            Field::Subject => &["subject", "subjectline", "title"],
            Field::Content => &["content", "body", "text", "message", "messagebody", "messagetext"],
            Field::Timestamp => &[
                "timestamp",
                "time",
                "datetime",
                "date",
                "sentat",
                "senton",
                "calledat",
                "calldate",
                "occurredat",
                "when",
            ],
            Field::EmailOpened => &["emailopened", "opened", "open"],
            Field::EmailClicked => &["emailclicked", "clicked", "click"],
            Field::AiGenerated => &["aigenerated", "ai", "bot", "automated"],
            Field::ComplianceChecked => &["compliancechecked", "checked", "reviewed", "approved"],
            Field::CallDuration => &["callduration", "duration", "durationseconds", "seconds", "length"],
            Field::CallOutcome => &["calloutcome", "outcome", "result", "disposition"],
            Field::Transcript => &["transcript", "transcription", "notes"],
            Field::RecordingUrl => &["recordingurl", "recording", "recordinglink"],
            Field::ItemizationDate => &["itemizationdate"],
            Field::ItemizationKind => &["itemizationkind", "itemizationdatetype", "itemizationtype"],
            Field::AmountThen => &["amountthen", "itemizationamount", "amountonitemizationdate"],
            Field::Interest => &["interest", "interestsince"],
            Field::Fees => &["fees", "feessince"],
            Field::Payments => &["payments", "paymentssince"],
            Field::Credits => &["credits", "creditssince"],
            Field::AmountNow => &["amountnow", "currentamount", "currentbalance", "balance"],
            Field::CreditorThen => &["creditorthen", "creditoronitemizationdate", "itemizationcreditor"],
            Field::CreditorNow => &["creditornow", "currentcreditor"],
            Field::SentOn => &["senton", "noticesenton", "noticedate", "datesent"],
            Field::SentBy => &["sentby", "noticesentby"],
            Field::NotRequired => &["notrequired", "validationnotrequired", "noticenotrequired"],
            Field::TimeBarred => &["timebarred", "outofstatute", "pastlimitations"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::Kind;
    use std::collections::HashSet;

    #[test]
    fn names_are_read_back_and_places_are_their_order() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(Field::parse(field.as_str()), Some(field));
            assert_eq!(field as usize, place);
            assert!(field.synonyms().contains(&field.as_str().replace('_', "").as_str()), "{field:?}");
        }
    }

    #[test]
    fn no_name_means_two_fields_of_one_kind() {
        for kind in Kind::ALL {
            let mut seen = HashSet::new();
            for field in kind.fields() {
                for name in field.synonyms() {
                    assert!(seen.insert(name), "{kind:?} {name}");
                }
            }
            assert!(kind.required().iter().all(|field| kind.fields().contains(field)), "{kind:?}");
        }
    }
}
