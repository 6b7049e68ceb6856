// @generated automatically by Diesel CLI.

diesel::table! {
    /// Texts that the person of a debt has confirmed to have read before going on
    acknowledgements (id) {
        /// Key
        id -> Uuid,
        /// The debt, and so the person
        debt_id -> Uuid,
        /// The text in the version and language that was read
        disclosure_id -> Uuid,
        /// When it was confirmed
        acknowledged_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who represents a person (12 CFR 1006.6(b)(2)); the current one has no end
    attorneys (id) {
        /// Key
        id -> Uuid,
        /// Whose attorney
        debtor_id -> Uuid,
        /// The name
        #[max_length = 200]
        name -> Varchar,
        /// The firm
        #[max_length = 200]
        firm -> Nullable<Varchar>,
        /// Telephone number
        #[max_length = 20]
        phone -> Nullable<Varchar>,
        /// E-mail address
        #[max_length = 255]
        email -> Nullable<Varchar>,
        /// Postal address
        #[max_length = 500]
        address -> Nullable<Varchar>,
        /// When the person said so
        named_at -> Timestamptz,
        /// When the person said that it is over, or named another
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Every look at a person's data and every change; append-only
    audit (id) {
        /// Key
        id -> Uuid,
        /// When
        at -> Timestamptz,
        /// Who, where a person of the staff did it
        staff_id -> Nullable<Uuid>,
        /// Who, in words that stay when the person is renamed
        #[max_length = 255]
        actor -> Varchar,
        /// What was done, such as debt.read
        #[max_length = 60]
        action -> Varchar,
        /// To what kind of thing
        #[max_length = 30]
        subject -> Varchar,
        /// To which
        subject_id -> Nullable<Uuid>,
        /// About which debt, where there is one
        debt_id -> Nullable<Uuid>,
        /// From which client address
        #[max_length = 50]
        address -> Nullable<Varchar>,
        /// Old and new values; data, never markup
        details -> Jsonb,
    }
}

diesel::table! {
    /// Whether these are the books that Stripe's belong to; one row, written when the portal first runs
    books (only_row) {
        /// Always true
        only_row -> Bool,
        /// Names this installation in the metadata of its checkouts
        installation -> Uuid,
        /// The server, database and table the row was written in; another one means a restored copy
        #[max_length = 100]
        fingerprint -> Varchar,
        /// Since when no payment is taken; quittance reconcile opens them again
        closed_at -> Nullable<Timestamptz>,
        /// Why
        #[max_length = 200]
        closed_why -> Nullable<Varchar>,
        /// When they last agreed with Stripe's
        reconciled_at -> Nullable<Timestamptz>,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Phone calls with the person
    calls (id) {
        /// Key
        id -> Uuid,
        /// Which debt it is about
        debt_id -> Uuid,
        /// inbound (from the person) or outbound
        #[max_length = 10]
        direction -> Varchar,
        /// Length in seconds
        call_duration -> Nullable<Int4>,
        /// answered, voicemail, busy, no_answer or failed
        #[max_length = 50]
        call_outcome -> Nullable<Varchar>,
        /// What was said; data, never markup
        transcript -> Nullable<Text>,
        /// Where the recording is kept
        #[max_length = 500]
        recording_url -> Nullable<Varchar>,
        /// Spoken by a machine, shown with a label
        ai_generated -> Bool,
        /// Checked; withheld from the person while false
        compliance_checked -> Bool,
        /// When it took place
        timestamp -> Timestamptz,
        /// When the row was written
        created_at -> Timestamptz,
        /// When somebody decided whether the person may see it
        reviewed_at -> Nullable<Timestamptz>,
        /// Who decided, of the staff
        reviewed_by -> Nullable<Uuid>,
        /// approved or rejected; NULL with compliance_checked false means that it waits
        #[max_length = 10]
        review_outcome -> Nullable<Varchar>,
        /// Why it was rejected
        #[max_length = 500]
        review_reason -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// Evidence of the person and documents of staff; handed out as downloads only
    case_files (id) {
        /// Key
        id -> Uuid,
        /// The case
        case_id -> Uuid,
        /// The step it came with
        step_id -> Uuid,
        /// The name it had where it came from, without a path
        #[max_length = 200]
        name -> Varchar,
        /// What its bytes are, whatever its name says
        #[max_length = 30]
        media_type -> Varchar,
        /// SHA-256 of the bytes
        sha256 -> Bytea,
        /// The bytes, 10 MiB at most
        content -> Bytea,
        /// When it arrived
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// What happened in a case; all but internal ones are shown to the person
    case_steps (id) {
        /// Key
        id -> Uuid,
        /// The case
        case_id -> Uuid,
        /// opened, said (by the person), reply, verification, correction, internal (staff only), closed, reopened
        #[max_length = 20]
        kind -> Varchar,
        /// The words
        body -> Nullable<Text>,
        /// Who of the staff; NULL for the person or the portal
        staff_id -> Nullable<Uuid>,
        /// When
        at -> Timestamptz,
    }
}

diesel::table! {
    /// What a person asks of us and what staff owes an answer to; the lists of staff call an open one a task
    cases (id) {
        /// Key
        id -> Uuid,
        /// What the person keeps and reads out, such as C-7KQ2-91XM
        #[max_length = 20]
        number -> Varchar,
        /// The debt it is about
        debt_id -> Uuid,
        /// What is asked: dispute, original_creditor, complaint, hardship, message, callback; validation_information is raised by the portal
        #[max_length = 30]
        kind -> Varchar,
        /// Of a dispute: not_mine, wrong_amount or other (model form B-1, 12 CFR 1006 appendix B)
        #[max_length = 20]
        reason -> Nullable<Varchar>,
        /// In the person's words
        details -> Nullable<Text>,
        /// Hardship: until when a pause is asked for
        until -> Nullable<Date>,
        /// Callback: the part of the day
        #[max_length = 20]
        suits -> Nullable<Varchar>,
        /// Callback: the number to call
        #[max_length = 20]
        phone -> Nullable<Varchar>,
        /// The language it was written in; answers are wanted in it
        #[max_length = 5]
        language -> Varchar,
        /// When it arrived; in writing as of then (12 CFR 1006.38, comment 38-1)
        opened_at -> Timestamptz,
        /// When staff must have answered
        due_at -> Nullable<Timestamptz>,
        /// Dispute or original creditor: whether it came within the validation period; NULL when that is not known
        within_validation_period -> Nullable<Bool>,
        /// SHA-256 of kind, reason and words, by which the same again is recognised
        fingerprint -> Nullable<Bytea>,
        /// open: staff owes an answer; answered: the person was answered and nothing is owed; closed: done
        #[max_length = 20]
        status -> Varchar,
        /// When it was closed
        closed_at -> Nullable<Timestamptz>,
        /// Who of the staff dealt with it last
        staff_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Money taken back by the cardholder's bank, and inquiries before that. Stripe calls them disputes
    chargebacks (id) {
        /// Key
        id -> Uuid,
        /// Which payment it takes back
        payment_id -> Uuid,
        /// The payment's debt
        debt_id -> Uuid,
        /// Stripe's Dispute
        #[max_length = 100]
        stripe_dispute_id -> Varchar,
        /// What the bank claims, in units of the currency
        amount -> Numeric,
        /// inquiry, inquiry_closed, opened, withdrawn, lost, reinstated or won
        #[max_length = 20]
        status -> Varchar,
        /// How many balance transactions Stripe has made for it
        transactions -> Int2,
        /// What those take in all
        net -> Numeric,
        /// What is taken now; counts against the payment
        withdrawn -> Numeric,
        /// The bank's reason
        #[max_length = 50]
        reason -> Nullable<Varchar>,
        /// When it was opened, says Stripe
        created_at -> Timestamptz,
        /// Until when evidence can be sent
        due_at -> Nullable<Timestamptz>,
        /// When the money was taken
        withdrawn_at -> Nullable<Timestamptz>,
        /// When the money came back
        reinstated_at -> Nullable<Timestamptz>,
        /// When it was decided
        closed_at -> Nullable<Timestamptz>,
        /// When Stripe was last asked about it
        checked_at -> Nullable<Timestamptz>,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Wrong answers at the identity check, by client address
    client_attempts (address_hash) {
        /// SHA-256 of the client address
        address_hash -> Bytea,
        /// Last answer
        updated_at -> Timestamptz,
        /// When the last wrong answers were given, oldest first
        wrong_at -> Array<Nullable<Timestamptz>>,
    }
}

diesel::table! {
    /// Every change of how a person may be contacted, whoever made it; written by triggers
    contact_choices (id) {
        /// Key
        id -> Uuid,
        /// Whose choice
        debtor_id -> Uuid,
        /// On which debt's page or message it was made, where that is known; it holds for all
        debt_id -> Nullable<Uuid>,
        /// A channel (email, call, do_not_call, sms, letter), stop (all contact), attorney, or a time or place that does not suit
        #[max_length = 20]
        topic -> Varchar,
        /// yes, no, or words; NULL where nothing had been said
        #[max_length = 500]
        old_value -> Nullable<Varchar>,
        /// The same, since then
        #[max_length = 500]
        new_value -> Nullable<Varchar>,
        /// portal, opt_out_link, one_click (List-Unsubscribe), sms_stop, staff, phone (told to staff), import; other: a program that did not say
        #[max_length = 20]
        source -> Varchar,
        /// Who of the staff wrote it down
        staff_id -> Nullable<Uuid>,
        /// When
        at -> Timestamptz,
    }
}

diesel::table! {
    /// Times and places that do not suit a person (12 CFR 1006.6(b)(1) and (3), 1006.14(h))
    contact_limits (debtor_id, what) {
        /// Whom
        debtor_id -> Uuid,
        /// mornings, afternoons, evenings, weekends, work_hours at the person's place; at_work, home_number; words: in the person's own
        #[max_length = 20]
        what -> Varchar,
        /// What does not suit, in the person's words
        #[max_length = 500]
        words -> Nullable<Varchar>,
        /// Since when
        since -> Timestamptz,
    }
}

diesel::table! {
    /// Why a debt is not to be worked: one row from placing to lifting
    debt_holds (id) {
        /// Key
        id -> Uuid,
        /// Which debt
        debt_id -> Uuid,
        /// legal, attorney, bankruptcy, deceased or cease_contact; the last one leaves payment open
        #[max_length = 20]
        kind -> Varchar,
        /// Why, in the words of who placed it
        #[max_length = 1000]
        reason -> Varchar,
        /// The debt's status before the hold took it, to go back to
        #[max_length = 20]
        status_before -> Nullable<Varchar>,
        /// Who of the staff placed it; NULL where the person did
        placed_by -> Nullable<Uuid>,
        /// Since when
        placed_at -> Timestamptz,
        /// Who of the staff lifted it; NULL where the person did
        lifted_by -> Nullable<Uuid>,
        /// Until when
        lifted_at -> Nullable<Timestamptz>,
        /// Why it was lifted
        #[max_length = 1000]
        lift_reason -> Nullable<Varchar>,
        /// portal: the person placed it there
        #[max_length = 20]
        placed_from -> Nullable<Varchar>,
        /// portal: the person lifted it there
        #[max_length = 20]
        lifted_from -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// What staff wrote about a debt for each other; debtors do not see it
    debt_notes (id) {
        /// Key
        id -> Uuid,
        /// About which debt
        debt_id -> Uuid,
        /// Who wrote it
        staff_id -> Uuid,
        /// The text; data, never markup
        body -> Text,
        /// When
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Corrections of a person's data, with the old values
    debtor_changes (id) {
        /// Key
        id -> Uuid,
        /// Whose data
        debtor_id -> Uuid,
        /// The column of debtors
        #[max_length = 30]
        field -> Varchar,
        /// What stood there
        #[max_length = 255]
        old_value -> Nullable<Varchar>,
        /// What stands there since
        #[max_length = 255]
        new_value -> Nullable<Varchar>,
        /// staff, debtor or import
        #[max_length = 20]
        source -> Varchar,
        /// Who of the staff, where it was one
        staff_id -> Nullable<Uuid>,
        /// When
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    /// A person who owes one or more debts, and how to reach that person
    debtors (id) {
        /// Key
        id -> Uuid,
        /// Given name
        #[max_length = 100]
        first_name -> Varchar,
        /// Family name
        #[max_length = 100]
        last_name -> Varchar,
        /// E-mail address, at most one person per address
        #[max_length = 255]
        email -> Nullable<Varchar>,
        /// Phone number as imported
        #[max_length = 20]
        phone -> Nullable<Varchar>,
        /// Street and number
        #[max_length = 255]
        address_line1 -> Nullable<Varchar>,
        /// Apartment, suite or c/o
        #[max_length = 255]
        address_line2 -> Nullable<Varchar>,
        /// City
        #[max_length = 100]
        city -> Nullable<Varchar>,
        /// Two-letter state code
        #[max_length = 2]
        state -> Nullable<Varchar>,
        /// Postal code on file, asked for at the identity check; ZIP or ZIP+4
        #[max_length = 10]
        zip_code -> Nullable<Varchar>,
        /// The person agreed to be called and texted
        phone_consent -> Bool,
        /// The person may be written to by e-mail
        email_consent -> Bool,
        /// The number is on a do-not-call list
        dnc_registered -> Bool,
        /// When the row was written
        created_at -> Timestamptz,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
        /// Whether text messages may be sent: NULL while nobody has said; a message STOP makes it false
        sms_consent -> Nullable<Bool>,
        /// Whether letters may be sent by post
        letter_consent -> Bool,
        /// Since when the person wants no contact at all (12 CFR 1006.6(c)); holds for debts that come later as well
        cease_contact_at -> Nullable<Timestamptz>,
        /// The language the person has chosen for pages and messages: en, es; NULL while none was
        #[max_length = 5]
        language -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// One account that is owed, with the personal link to it
    debts (id) {
        /// Key
        id -> Uuid,
        /// Who owes it
        debtor_id -> Uuid,
        /// Whom it was owed to at first
        #[max_length = 200]
        original_creditor -> Varchar,
        /// What was owed in all, in units of the currency; the balance is total_owed - amount_paid
        total_owed -> Numeric,
        /// What the debt's payments add up to, kept by triggers. At insert: money paid before the import, which becomes a payment with method prior
        amount_paid -> Numeric,
        /// active, resolved (nothing left to pay), dispute, hold or closed
        #[max_length = 20]
        status -> Varchar,
        /// Secret of the personal link, at least 128 random bits, URL-safe
        #[max_length = 50]
        unique_token -> Varchar,
        /// Rows in emails, calls and sms; kept by triggers
        total_contacts -> Int4,
        /// When the debt arose
        debt_date -> Nullable<Date>,
        /// When the account came to us; earlier payments explain the opening amount_paid
        imported_at -> Timestamptz,
        /// When the row was written
        created_at -> Timestamptz,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
        /// Account number at the original creditor; shown by its last four characters only
        #[max_length = 50]
        account_number -> Nullable<Varchar>,
        /// Since when the personal link no longer opens
        token_revoked_at -> Nullable<Timestamptz>,
        /// Time of the latest message or call that reached either side; kept by triggers
        last_contact_at -> Nullable<Timestamptz>,
        /// From when on the personal link no longer opens; NULL is never
        token_expires_at -> Nullable<Timestamptz>,
        /// Why no validation information need be sent about this debt; NULL where it must be
        #[max_length = 1000]
        validation_not_required_reason -> Nullable<Varchar>,
        /// Whether the time limit for suing has passed (12 CFR 1006.26); a notice then stands before every payment
        time_barred -> Bool,
    }
}

diesel::table! {
    /// What the law wants said, by page, state and language; a new wording is a new version, no row is changed
    disclosures (id) {
        /// Key
        id -> Uuid,
        /// What it is: collector, first_communication, time_barred, state, payment, dispute or licence
        #[max_length = 30]
        key -> Varchar,
        /// Where it stands: debt, payment, dispute, validation, letter, or all of them
        #[max_length = 20]
        page -> Varchar,
        /// For people of which state; NULL for those of any that has no text of its own
        state -> Nullable<Bpchar>,
        /// en or es
        #[max_length = 5]
        language -> Varchar,
        /// Counts up; the newest one that has begun is shown
        version -> Int4,
        /// The words; an empty line parts paragraphs, {company}, {phone} and {licenses} are filled in
        body -> Text,
        /// The first day it is shown, at the company's place
        valid_from -> Date,
        /// The first day it is shown no more, and nothing in its place; NULL until a newer version begins
        valid_until -> Nullable<Date>,
        /// Which counsel has signed it off; NULL for a draft
        #[max_length = 200]
        approved_by -> Nullable<Varchar>,
        /// When it was written down
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which texts stood on the page from which a payment or a case was started
    disclosures_shown (id) {
        /// Key
        id -> Uuid,
        /// The text, in its version and language
        disclosure_id -> Uuid,
        /// The payment, or else
        payment_id -> Nullable<Uuid>,
        /// The case
        case_id -> Nullable<Uuid>,
        /// When
        shown_at -> Timestamptz,
    }
}

diesel::table! {
    /// E-mails sent to and received from the person
    emails (id) {
        /// Key
        id -> Uuid,
        /// Which debt it is about
        debt_id -> Uuid,
        /// inbound (from the person) or outbound
        #[max_length = 10]
        direction -> Varchar,
        /// Subject line
        #[max_length = 500]
        subject -> Nullable<Varchar>,
        /// Body; data, never markup
        content -> Nullable<Text>,
        /// The person's program fetched the message
        email_opened -> Bool,
        /// A link in it was followed
        email_clicked -> Bool,
        /// Written by a machine, shown with a label
        ai_generated -> Bool,
        /// Checked before it was sent; withheld from the person while false
        compliance_checked -> Bool,
        /// When it was sent or received
        timestamp -> Timestamptz,
        /// When the row was written
        created_at -> Timestamptz,
        /// Which template it was made from, where its writer says so; waiting ones of a template are reviewed together
        #[max_length = 100]
        template_name -> Nullable<Varchar>,
        /// When somebody decided whether the person may see it
        reviewed_at -> Nullable<Timestamptz>,
        /// Who decided, of the staff
        reviewed_by -> Nullable<Uuid>,
        /// approved or rejected; NULL with compliance_checked false means that it waits
        #[max_length = 10]
        review_outcome -> Nullable<Varchar>,
        /// Why it was rejected
        #[max_length = 500]
        review_reason -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// Consents to electronic notices (15 USC 7001(c)); the one in force has not been withdrawn
    esign_consents (id) {
        /// Key
        id -> Uuid,
        /// Whose consent; it holds for all debts of the person
        debtor_id -> Uuid,
        /// On which debt's page it was given
        debt_id -> Uuid,
        /// What was agreed to
        text_id -> Uuid,
        /// The e-mail address on file then, where notices were to go
        #[max_length = 255]
        email -> Varchar,
        /// When it was given
        given_at -> Timestamptz,
        /// Keyed hash of the network address it was given from
        address_hash -> Bytea,
        /// When it was withdrawn
        withdrawn_at -> Nullable<Timestamptz>,
        /// person or staff
        #[max_length = 20]
        withdrawn_by -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// The texts that people agreed to, word for word
    esign_texts (id) {
        /// Key
        id -> Uuid,
        /// The version, a constant of the program
        #[max_length = 20]
        version -> Varchar,
        /// The language it is in
        #[max_length = 5]
        language -> Varchar,
        /// SHA-256 of the text
        sha256 -> Bytea,
        /// The text as it was shown, paragraphs separated by an empty line
        body -> Text,
        /// When somebody first agreed to it
        first_used_at -> Timestamptz,
    }
}

diesel::table! {
    /// What was done to the figures since they were last folded, one row per statement and figure
    figure_changes (id) {
        /// Key, in order of writing
        id -> Int8,
        /// As in figures
        #[max_length = 20]
        kind -> Varchar,
        /// As in figures
        hour -> Timestamptz,
        /// As in figures
        #[max_length = 30]
        key -> Varchar,
        /// How many more, or fewer
        count -> Int8,
        /// How much more, or less
        amount -> Numeric,
    }
}

diesel::table! {
    /// What the dashboard shows, added up; figure_changes is still to be added
    figures (kind, hour, key) {
        /// debts (a running total), collected, returned, checkouts, payments (of other programs) or visits
        #[max_length = 20]
        kind -> Varchar,
        /// The hour of UTC it belongs to; 1970-01-01 for running totals
        hour -> Timestamptz,
        /// Status, source or outcome
        #[max_length = 30]
        key -> Varchar,
        /// How many; of kind returned how often money moved, either way
        count -> Int8,
        /// How much, in units of the currency
        amount -> Numeric,
    }
}

diesel::table! {
    /// Wrong answers at the identity check, by personal link
    identity_attempts (link_hash) {
        /// SHA-256 of the link's token, known or not
        link_hash -> Bytea,
        /// Wrong answers in all, until staff unlocks
        failures -> Int4,
        /// Last wrong answer
        updated_at -> Timestamptz,
        /// When the last wrong answers were given, oldest first
        wrong_at -> Array<Nullable<Timestamptz>>,
    }
}

diesel::table! {
    /// Requests for a code by e-mail, one row each, also at links that do not work; kept for a day
    identity_codes (id) {
        /// Key
        id -> Uuid,
        /// SHA-256 of the link's secret as it stood in the address
        link_hash -> Bytea,
        /// The debt of the link; NULL when it does not work, so that nothing is sent
        debt_id -> Nullable<Uuid>,
        /// The language of the page it was asked for on
        #[max_length = 5]
        language -> Varchar,
        /// When it was asked for
        requested_at -> Timestamptz,
        /// When the mail job has seen to it
        queued_at -> Nullable<Timestamptz>,
        /// Keyed hash of the six digits, drawn when the e-mail is made
        code_hash -> Nullable<Bytea>,
        /// Until when the code is right
        expires_at -> Nullable<Timestamptz>,
        /// Wrong answers to this code; after five it is right no more
        tries -> Int4,
        /// When it was answered; it is right once
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// The files themselves in pieces, until they are taken in and a few days have passed
    import_chunks (import_id, number) {
        /// Of which file
        import_id -> Uuid,
        /// Counts the pieces from 0
        number -> Int4,
        /// Its bytes
        content -> Bytea,
    }
}

diesel::table! {
    /// What is wrong with rows that were not taken; deleted with the file
    import_errors (import_id, line, number) {
        /// In which file
        import_id -> Uuid,
        /// The line on which the row begins, counted from 1
        line -> Int8,
        /// Counts what is wrong with the same row, from 0
        number -> Int2,
        /// The field it is about, empty when about the row as a whole
        #[max_length = 30]
        field -> Nullable<Varchar>,
        /// What it is, in a word
        #[max_length = 30]
        problem -> Varchar,
        /// The row as it stands in the file, with its first problem only
        cells -> Nullable<Array<Nullable<Text>>>,
    }
}

diesel::table! {
    /// What the columns of a file meant the last time that a file had them
    import_mappings (kind, signature) {
        /// What its rows are
        #[max_length = 20]
        kind -> Varchar,
        /// SHA-256 of the names of its columns
        signature -> Bytea,
        /// The field that each column fills, empty where none
        fields -> Array<Nullable<Text>>,
        /// When it was last chosen
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Files that were uploaded to be taken in, and what came of them
    imports (id) {
        /// Key
        id -> Uuid,
        /// What its rows are: accounts, payments, emails, calls or sms
        #[max_length = 20]
        kind -> Varchar,
        /// web (the staff area) or command (quittance import)
        #[max_length = 10]
        origin -> Varchar,
        /// Name of the file as uploaded; data, never a path
        #[max_length = 255]
        file_name -> Varchar,
        /// SHA-256 of its content, by which a repeated file is recognised; empty while it is uploaded
        sha256 -> Bytea,
        /// Its size in bytes
        size -> Int8,
        /// The names of its columns
        header -> Array<Nullable<Text>>,
        /// The mark between its cells
        #[max_length = 1]
        delimiter -> Varchar,
        /// The field that each column fills, empty where none
        mapping -> Array<Nullable<Text>>,
        /// One wrong row, and nothing is taken; otherwise the right rows are
        all_or_nothing -> Bool,
        /// People and debts that are there already are recognised; otherwise every row is new
        recognise -> Bool,
        /// A debt that is there already gets the amount owed of the file
        update_balance -> Bool,
        /// Messages count as checked where the file does not say
        checked -> Bool,
        /// Whoever imports it knows that the same file was imported before
        again -> Bool,
        /// The zone of times in the file that name none
        #[max_length = 50]
        time_zone -> Varchar,
        /// uploading, uploaded, checking, checked, running, finished, failed or canceled
        #[max_length = 20]
        state -> Varchar,
        /// Which step bytes_read and the counts are of: none, check or run
        #[max_length = 10]
        step -> Varchar,
        /// How far the step has come, of size
        bytes_read -> Int8,
        /// Rows read in this step; with rows taken one by one, a run that broke off goes on after them
        rows_read -> Int8,
        /// Rows not taken because something in them is wrong
        rows_failed -> Int8,
        /// Persons made
        people_new -> Int8,
        /// Rows about a person who was there already
        people_known -> Int8,
        /// Debts made
        debts_new -> Int8,
        /// Rows about a debt that was there already
        debts_known -> Int8,
        /// Debts that were there already and got the amount owed of the file
        debts_updated -> Int8,
        /// Payments, messages and calls made
        entries_new -> Int8,
        /// Who uploaded it; empty for the command
        staff_id -> Nullable<Uuid>,
        /// When it was uploaded
        created_at -> Timestamptz,
        /// When the step began
        started_at -> Nullable<Timestamptz>,
        /// When it came to an end, whichever
        finished_at -> Nullable<Timestamptz>,
        /// When somebody asked to stop it; it stops after the rows at hand
        cancel_asked_at -> Nullable<Timestamptz>,
        /// Why it failed, in a word; no personal data
        #[max_length = 200]
        failure -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// Letters that a third party may check by their number
    letters (id) {
        /// Key
        id -> Uuid,
        /// What is printed on it: PF and 16 random characters
        #[max_length = 30]
        number -> Varchar,
        /// Which debt it is about
        debt_id -> Uuid,
        /// paid_in_full
        #[max_length = 20]
        kind -> Varchar,
        /// What had been paid when it was issued
        amount_paid -> Numeric,
        /// When it was issued
        issued_at -> Timestamptz,
        /// When it stopped being true; set by a trigger
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Requests for a fresh link, also from people we do not know; kept for 30 days
    link_requests (id) {
        /// Key
        id -> Uuid,
        /// The e-mail address or account number as typed; forgotten when it is answered
        #[max_length = 255]
        typed -> Nullable<Varchar>,
        /// The ZIP code as typed, five digits; forgotten when it is answered
        #[max_length = 10]
        zip_code -> Nullable<Varchar>,
        /// The language of the page
        #[max_length = 5]
        language -> Varchar,
        /// When it was asked for
        requested_at -> Timestamptz,
        /// When the mail job has seen to it
        answered_at -> Nullable<Timestamptz>,
        /// limited, nobody, several, no_address, revoked, queued (the link there is) or renewed (a new one, the old had expired)
        #[max_length = 20]
        outcome -> Nullable<Varchar>,
        /// Whose link was sent
        debt_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Links and pixels in e-mails that tell whether one was opened, where MAIL_TRACKING is on; kept for 400 days
    mail_links (token_hash) {
        /// SHA-256 of the secret in the link
        token_hash -> Bytea,
        /// The e-mail
        outbox_id -> Uuid,
        /// SHA-256 of the personal link's secret at that time: it leads to that link and to no later one
        link_hash -> Bytea,
        /// When the e-mail was made
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Links in messages by which their reader opts out, without an identity check; kept for 400 days
    opt_out_links (token_hash) {
        /// SHA-256 of the secret in the link
        token_hash -> Bytea,
        /// Who was written to
        debtor_id -> Uuid,
        /// The debt that the message was about
        debt_id -> Uuid,
        /// Of what it opts out: email or sms
        #[max_length = 10]
        channel -> Varchar,
        /// When the message was made
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// E-mails to be sent and sent; each goes out once
    outbox (id) {
        /// Key, and what its Message-ID is made of
        id -> Uuid,
        /// Which template: link, fresh_link, code, receipt, case_opened, case_answered, choices_changed, contact_changed, esign
        #[max_length = 30]
        kind -> Varchar,
        /// The debt it is about
        debt_id -> Uuid,
        /// The address, as it was on file when the e-mail was queued
        #[max_length = 255]
        recipient -> Varchar,
        /// The language it is written in
        #[max_length = 5]
        language -> Varchar,
        /// What the template needs besides the debt: ids and amounts in cents
        facts -> Jsonb,
        /// Whether the person has just asked for it, so that it goes at any hour (12 CFR 1006.6(b)(1))
        asked_for -> Bool,
        /// When it was queued
        queued_at -> Timestamptz,
        /// queued, taken (a sender has it), sent, failed (given up), bounced (the address was refused), unknown (a sender had it and never said what came of it) or withheld (not to be sent)
        #[max_length = 20]
        status -> Varchar,
        /// How often a sender took it
        attempts -> Int4,
        /// Not before this: after a failure, or outside quiet hours (12 CFR 1006.6(b)(1))
        next_attempt_at -> Timestamptz,
        /// When a sender last took it, in a transaction of its own before it talked to the mail server
        taken_at -> Nullable<Timestamptz>,
        /// When the mail server accepted it
        sent_at -> Nullable<Timestamptz>,
        /// When it was given up or set aside
        failed_at -> Nullable<Timestamptz>,
        /// When the mail server refused it for good; kept when it is sent again
        bounced_at -> Nullable<Timestamptz>,
        /// Why it is not sent: consent, dispute, a kind of hold, link, address, code, late, no_hour, kind
        #[max_length = 30]
        withheld_reason -> Nullable<Varchar>,
        /// The mail server's last refusal, without addresses
        #[max_length = 300]
        last_error -> Nullable<Varchar>,
        /// Its Message-ID, without angle brackets
        #[max_length = 255]
        message_id -> Nullable<Varchar>,
        /// The message as the person's history shows it, once it is sent
        email_id -> Nullable<Uuid>,
        /// What it tells, where that is to be told once
        #[max_length = 100]
        dedup_key -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// Findings about money that a person has to look at
    payment_flags (id) {
        /// Key
        id -> Uuid,
        /// Which payment, where known
        payment_id -> Nullable<Uuid>,
        /// Which debt, where known
        debt_id -> Nullable<Uuid>,
        /// What kind of finding
        #[max_length = 30]
        kind -> Varchar,
        /// What was found, in a sentence without personal data
        detail -> Text,
        /// The event that showed it
        #[max_length = 255]
        stripe_event_id -> Nullable<Varchar>,
        /// When it was found
        created_at -> Timestamptz,
        /// When somebody dealt with it
        resolved_at -> Nullable<Timestamptz>,
        /// Who dealt with it, of the staff
        resolved_by -> Nullable<Uuid>,
        /// What was done about it
        #[max_length = 500]
        resolution -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// When money of a payment went back, or came again; set by a trigger
    payment_returns (id) {
        /// Key, in order of writing
        id -> Int8,
        /// Which payment
        payment_id -> Uuid,
        /// refunded or charged_back
        #[max_length = 20]
        kind -> Varchar,
        /// How much went back; below zero where it came again
        amount -> Numeric,
        /// When our books learned of it; the payment's time where it was imported with it
        at -> Timestamptz,
    }
}

diesel::table! {
    /// Attempts to pay and what became of them. A payment counts amount - amount_refunded - amount_charged_back while completed or refunded
    payments (id) {
        /// Key; also the idempotency key and the reference at Stripe
        id -> Uuid,
        /// Which debt it pays
        debt_id -> Uuid,
        /// In units of the currency
        amount -> Numeric,
        /// full, partial or plan
        #[max_length = 20]
        payment_type -> Nullable<Varchar>,
        /// Stripe's PaymentIntent
        #[max_length = 100]
        stripe_payment_intent_id -> Nullable<Varchar>,
        /// Stripe's Checkout Session
        #[max_length = 100]
        stripe_session_id -> Nullable<Varchar>,
        /// card, bank, apple_pay and so on; prior is money paid before the import
        #[max_length = 50]
        payment_method -> Nullable<Varchar>,
        /// pending, completed, failed or refunded (wholly)
        #[max_length = 20]
        status -> Varchar,
        /// When the attempt began
        created_at -> Timestamptz,
        /// When the money had moved; filled in by a trigger where the writer leaves it out
        completed_at -> Nullable<Timestamptz>,
        /// ISO 4217, lower case
        #[max_length = 3]
        currency -> Varchar,
        /// Why it failed, such as expired, canceled or card_declined
        #[max_length = 50]
        failure_code -> Nullable<Varchar>,
        /// Since when a bank debit is on its way
        processing_since -> Nullable<Timestamptz>,
        /// Given back in all, cumulative
        amount_refunded -> Numeric,
        /// Taken back by the bank in all, cumulative
        amount_charged_back -> Numeric,
        /// Stripe's page for an open checkout
        checkout_url -> Nullable<Text>,
        /// Until when that page can be used
        checkout_expires_at -> Nullable<Timestamptz>,
        /// When a newer checkout took its place
        replaced_at -> Nullable<Timestamptz>,
        /// When Stripe was last asked about it
        checked_at -> Nullable<Timestamptz>,
        /// Language of the visitor who began it
        #[max_length = 10]
        locale -> Nullable<Varchar>,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
        /// Stripe's Charge, by which a refund or chargeback may name the payment
        #[max_length = 100]
        stripe_charge_id -> Nullable<Varchar>,
        /// Since when Stripe's sum of refunds is more than our rows explain; the sweep asks
        refunds_unsure_since -> Nullable<Timestamptz>,
        /// Number of a check or money order, where the payment was made elsewhere
        #[max_length = 100]
        external_reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// Letters by post, as staff records them
    postal_letters (id) {
        /// Key
        id -> Uuid,
        /// About which debt
        debt_id -> Uuid,
        /// inbound or outbound
        #[max_length = 10]
        direction -> Varchar,
        /// What it is about
        #[max_length = 500]
        subject -> Nullable<Varchar>,
        /// Its text or what stands in it
        content -> Nullable<Text>,
        /// Who recorded it
        staff_id -> Nullable<Uuid>,
        /// When it was sent or received
        timestamp -> Timestamptz,
        /// When it was recorded
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Refunds that a second person is to allow
    refund_requests (id) {
        /// Key
        id -> Uuid,
        /// Of which payment
        payment_id -> Uuid,
        /// Its debt
        debt_id -> Uuid,
        /// How much is to go back
        amount -> Numeric,
        /// How much could go back when it was requested
        refundable -> Numeric,
        /// Why
        #[max_length = 1000]
        reason -> Varchar,
        /// Who asked for it
        requested_by -> Uuid,
        /// When
        requested_at -> Timestamptz,
        /// approved or declined; empty while it waits
        #[max_length = 20]
        decision -> Nullable<Varchar>,
        /// Who decided; never approved by who asked for it
        decided_by -> Nullable<Uuid>,
        /// When
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Money given back, one row per refund. Counts from the moment Stripe has it until it comes back
    refunds (id) {
        /// Key; also the idempotency key at Stripe
        id -> Uuid,
        /// Which payment it gives back
        payment_id -> Uuid,
        /// The payment's debt
        debt_id -> Uuid,
        /// In units of the currency
        amount -> Numeric,
        /// pending (without stripe_refund_id: not yet at Stripe), succeeded, failed or canceled
        #[max_length = 20]
        status -> Varchar,
        /// Who asked: staff, overpayment (by itself), stripe (its dashboard), recorded (known only from the charge's sum)
        #[max_length = 20]
        origin -> Varchar,
        /// Stripe's Refund
        #[max_length = 100]
        stripe_refund_id -> Nullable<Varchar>,
        /// Why it was refused or came back
        #[max_length = 50]
        failure_code -> Nullable<Varchar>,
        /// When it was asked for
        created_at -> Timestamptz,
        /// When it was learned that it came back or was stopped after it had counted
        returned_at -> Nullable<Timestamptz>,
        /// When Stripe was last asked about it
        checked_at -> Nullable<Timestamptz>,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who is signed in
    sessions (id_hash) {
        /// SHA-256 of the random id in the cookie
        id_hash -> Bytea,
        /// Who it is
        debtor_id -> Uuid,
        /// When the identity was confirmed
        created_at -> Timestamptz,
        /// Last request; decides about the idle limit
        last_seen_at -> Timestamptz,
        /// The debt by whose link it began; NULL for one from before the column
        debt_id -> Nullable<Uuid>,
        /// SHA-256 of that link's secret: the session ends when the debt has another
        link_hash -> Nullable<Bytea>,
    }
}

diesel::table! {
    /// Text messages sent to and received from the person
    sms (id) {
        /// Key
        id -> Uuid,
        /// Which debt it is about
        debt_id -> Uuid,
        /// inbound (from the person) or outbound
        #[max_length = 10]
        direction -> Varchar,
        /// Text; data, never markup
        content -> Nullable<Text>,
        /// Written by a machine, shown with a label
        ai_generated -> Bool,
        /// Checked before it was sent; withheld from the person while false
        compliance_checked -> Bool,
        /// When it was sent or received
        timestamp -> Timestamptz,
        /// When the row was written
        created_at -> Timestamptz,
        /// Which template it was made from, where its writer says so; waiting ones of a template are reviewed together
        #[max_length = 100]
        template_name -> Nullable<Varchar>,
        /// When somebody decided whether the person may see it
        reviewed_at -> Nullable<Timestamptz>,
        /// Who decided, of the staff
        reviewed_by -> Nullable<Uuid>,
        /// approved or rejected; NULL with compliance_checked false means that it waits
        #[max_length = 10]
        review_outcome -> Nullable<Varchar>,
        /// Why it was rejected
        #[max_length = 500]
        review_reason -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// People who work for the operator
    staff (id) {
        /// Key
        id -> Uuid,
        /// What they sign in with, at most one person per address in any case
        #[max_length = 255]
        email -> Varchar,
        /// Name, as shown in the audit
        #[max_length = 200]
        name -> Varchar,
        /// viewer, agent, compliance or administrator
        #[max_length = 20]
        role -> Varchar,
        /// Argon2id; empty until the invitation is accepted
        #[max_length = 255]
        password_hash -> Nullable<Varchar>,
        /// Seed of the second factor, encrypted; empty until it is set up
        totp_secret -> Nullable<Bytea>,
        /// Time step of the last code that was used, so that each works once
        totp_last_step -> Int8,
        /// When the person was invited
        created_at -> Timestamptz,
        /// Since when the person may no longer sign in
        disabled_at -> Nullable<Timestamptz>,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Wrong answers at the staff sign-in, by who asked and from where
    staff_attempts (key_hash) {
        /// Keyed hash of account, address or both
        key_hash -> Bytea,
        /// Wrong answers in the current window
        failures -> Int4,
        /// When the current window began
        window_started_at -> Timestamptz,
    }
}

diesel::table! {
    /// Links to accept an invitation or to set a new password
    staff_links (token_hash) {
        /// SHA-256 of the link's secret
        token_hash -> Bytea,
        /// For whom
        staff_id -> Uuid,
        /// invite or reset
        #[max_length = 20]
        purpose -> Varchar,
        /// When it was made
        created_at -> Timestamptz,
        /// Until when it works
        expires_at -> Timestamptz,
        /// When it was used; each works once
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Passkeys that staff signs in with instead of password and code
    staff_passkeys (id) {
        /// Key
        id -> Uuid,
        /// Whose
        staff_id -> Uuid,
        /// By which the authenticator names it
        credential_id -> Bytea,
        /// SubjectPublicKeyInfo, DER; verifies signatures and makes none
        public_key -> Bytea,
        /// COSE number: -7 ES256, -8 Ed25519, -257 RS256
        algorithm -> Int4,
        /// The authenticator's counter at its last use; 0 where it counts nothing
        sign_count -> Int8,
        /// What its person calls it
        #[max_length = 80]
        name -> Varchar,
        /// When it was made
        created_at -> Timestamptz,
        /// When somebody last signed in with it
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Codes for who has lost the second factor
    staff_recovery_codes (id) {
        /// Key
        id -> Uuid,
        /// Whose
        staff_id -> Uuid,
        /// SHA-256 of the code
        code_hash -> Bytea,
        /// When it was used; each works once
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Searches of staff, so that what was typed stands in no address; those without a name are removed after a day
    staff_searches (id) {
        /// Key; what the address holds instead of the text
        id -> Uuid,
        /// Whose; nobody else can open it
        staff_id -> Uuid,
        /// What was typed into the search box
        #[max_length = 200]
        text -> Nullable<Varchar>,
        /// Names and values of the fields, the order of the list included
        filters -> Jsonb,
        /// The name it was saved under
        #[max_length = 100]
        name -> Nullable<Varchar>,
        /// When it was made
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which staff is signed in, and how far
    staff_sessions (id_hash) {
        /// SHA-256 of the random id in the cookie
        id_hash -> Bytea,
        /// By which the session is listed and ended
        name -> Uuid,
        /// Who it is
        staff_id -> Uuid,
        /// code (the second factor is asked for), enroll (it is set up) or full
        #[max_length = 20]
        stage -> Varchar,
        /// Seed of a second factor that is being set up, encrypted
        pending_totp -> Nullable<Bytea>,
        /// Wrong codes so far
        guesses -> Int4,
        /// Client address at the beginning
        #[max_length = 50]
        address -> Varchar,
        /// What the browser calls itself; data, never markup
        #[max_length = 300]
        user_agent -> Varchar,
        /// When it began
        created_at -> Timestamptz,
        /// Last request; decides about the idle limit
        last_seen_at -> Timestamptz,
        /// When the person last showed the second factor, for what asks for it anew
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Challenges for passkeys that were answered; each works once
    staff_used_challenges (challenge_hash) {
        /// SHA-256 of the challenge
        challenge_hash -> Bytea,
        /// Until when it would work, and is therefore remembered
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    /// Every event of Stripe, once
    stripe_events (id) {
        /// Stripe's event id
        #[max_length = 255]
        id -> Varchar,
        /// Stripe's name for it, such as checkout.session.completed
        #[max_length = 100]
        event_type -> Varchar,
        /// True for real money, false for test mode
        livemode -> Bool,
        /// The JSON as received
        payload -> Text,
        /// webhook (Stripe told us) or sweep (we asked)
        #[max_length = 10]
        source -> Varchar,
        /// What it did here
        #[max_length = 30]
        outcome -> Varchar,
        /// Which payment it is about, where known
        payment_id -> Nullable<Uuid>,
        /// When it happened, says Stripe
        created_at -> Timestamptz,
        /// When it came in
        received_at -> Timestamptz,
        /// Which PaymentIntent it is about, where it is about money that goes back
        #[max_length = 100]
        payment_intent_id -> Nullable<Varchar>,
        /// Which Charge it is about, where it is about money that goes back
        #[max_length = 100]
        charge_id -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// How far each sweep has read
    sweep_state (name) {
        /// Which sweep
        #[max_length = 30]
        name -> Varchar,
        /// Read up to here
        cursor_at -> Timestamptz,
        /// When the row last changed; set by a trigger
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Validation information sent about a debt; the newest row is the one in force
    validation_notices (id) {
        /// Key
        id -> Uuid,
        /// The debt
        debt_id -> Uuid,
        /// The collector's name, as it was then
        #[max_length = 200]
        collector_name -> Varchar,
        /// Where the collector took disputes by mail, as it was then; lines separated by line breaks
        collector_address -> Text,
        /// To whom it was sent
        #[max_length = 205]
        consumer_name -> Varchar,
        /// Where it was sent; lines separated by line breaks
        consumer_address -> Text,
        /// To whom the debt was owed on the itemization date
        #[max_length = 200]
        creditor_then -> Varchar,
        /// To whom the debt was owed when the notice was sent
        #[max_length = 200]
        creditor_now -> Varchar,
        /// The day from which the amount is itemized (12 CFR 1006.34(b)(3))
        itemization_date -> Date,
        /// What happened that day: last_statement, charge_off, last_payment, transaction or judgment
        #[max_length = 20]
        itemization_kind -> Varchar,
        /// What was owed on the itemization date
        amount_then -> Numeric,
        /// Interest since
        interest -> Numeric,
        /// Fees since
        fees -> Numeric,
        /// Paid since
        payments -> Numeric,
        /// Credited since
        credits -> Numeric,
        /// What was owed when the notice was sent
        amount_now -> Numeric,
        /// The day it was sent
        sent_on -> Date,
        /// post or email; a copy in the portal is no sending (12 CFR 1006.42)
        #[max_length = 10]
        sent_by -> Varchar,
        /// The last day of the validation period: 30 days after receipt, which is assumed 5 business days after sending
        period_ends_on -> Date,
        /// import or staff
        #[max_length = 10]
        source -> Varchar,
        /// When it was recorded; the newest row of a debt is in force
        created_at -> Timestamptz,
    }
}

diesel::joinable!(acknowledgements -> debts (debt_id));
diesel::joinable!(acknowledgements -> disclosures (disclosure_id));
diesel::joinable!(attorneys -> debtors (debtor_id));
diesel::joinable!(audit -> staff (staff_id));
diesel::joinable!(calls -> debts (debt_id));
diesel::joinable!(calls -> staff (reviewed_by));
diesel::joinable!(case_files -> case_steps (step_id));
diesel::joinable!(case_files -> cases (case_id));
diesel::joinable!(case_steps -> cases (case_id));
diesel::joinable!(case_steps -> staff (staff_id));
diesel::joinable!(cases -> debts (debt_id));
diesel::joinable!(cases -> staff (staff_id));
diesel::joinable!(chargebacks -> debts (debt_id));
diesel::joinable!(chargebacks -> payments (payment_id));
diesel::joinable!(contact_choices -> debtors (debtor_id));
diesel::joinable!(contact_choices -> debts (debt_id));
diesel::joinable!(contact_choices -> staff (staff_id));
diesel::joinable!(contact_limits -> debtors (debtor_id));
diesel::joinable!(debt_holds -> debts (debt_id));
diesel::joinable!(debt_notes -> debts (debt_id));
diesel::joinable!(debt_notes -> staff (staff_id));
diesel::joinable!(debtor_changes -> debtors (debtor_id));
diesel::joinable!(debtor_changes -> staff (staff_id));
diesel::joinable!(debts -> debtors (debtor_id));
diesel::joinable!(disclosures_shown -> cases (case_id));
diesel::joinable!(disclosures_shown -> disclosures (disclosure_id));
diesel::joinable!(disclosures_shown -> payments (payment_id));
diesel::joinable!(emails -> debts (debt_id));
diesel::joinable!(emails -> staff (reviewed_by));
diesel::joinable!(esign_consents -> debtors (debtor_id));
diesel::joinable!(esign_consents -> debts (debt_id));
diesel::joinable!(esign_consents -> esign_texts (text_id));
diesel::joinable!(identity_codes -> debts (debt_id));
diesel::joinable!(import_chunks -> imports (import_id));
diesel::joinable!(import_errors -> imports (import_id));
diesel::joinable!(imports -> staff (staff_id));
diesel::joinable!(letters -> debts (debt_id));
diesel::joinable!(link_requests -> debts (debt_id));
diesel::joinable!(mail_links -> outbox (outbox_id));
diesel::joinable!(opt_out_links -> debtors (debtor_id));
diesel::joinable!(opt_out_links -> debts (debt_id));
diesel::joinable!(outbox -> debts (debt_id));
diesel::joinable!(outbox -> emails (email_id));
diesel::joinable!(payment_flags -> debts (debt_id));
diesel::joinable!(payment_flags -> payments (payment_id));
diesel::joinable!(payment_flags -> staff (resolved_by));
diesel::joinable!(payments -> debts (debt_id));
diesel::joinable!(postal_letters -> debts (debt_id));
diesel::joinable!(postal_letters -> staff (staff_id));
diesel::joinable!(refund_requests -> debts (debt_id));
diesel::joinable!(refund_requests -> payments (payment_id));
diesel::joinable!(refunds -> debts (debt_id));
diesel::joinable!(refunds -> payments (payment_id));
diesel::joinable!(sessions -> debtors (debtor_id));
diesel::joinable!(sessions -> debts (debt_id));
diesel::joinable!(sms -> debts (debt_id));
diesel::joinable!(sms -> staff (reviewed_by));
diesel::joinable!(staff_links -> staff (staff_id));
diesel::joinable!(staff_passkeys -> staff (staff_id));
diesel::joinable!(staff_recovery_codes -> staff (staff_id));
diesel::joinable!(staff_searches -> staff (staff_id));
diesel::joinable!(staff_sessions -> staff (staff_id));
diesel::joinable!(stripe_events -> payments (payment_id));
diesel::joinable!(validation_notices -> debts (debt_id));

diesel::allow_tables_to_appear_in_same_query!(
    acknowledgements,
    attorneys,
    audit,
    books,
    calls,
    case_files,
    case_steps,
    cases,
    chargebacks,
    client_attempts,
    contact_choices,
    contact_limits,
    debt_holds,
    debt_notes,
    debtor_changes,
    debtors,
    debts,
    disclosures,
    disclosures_shown,
    emails,
    esign_consents,
    esign_texts,
    figure_changes,
    figures,
    identity_attempts,
    identity_codes,
    import_chunks,
    import_errors,
    import_mappings,
    imports,
    letters,
    link_requests,
    mail_links,
    opt_out_links,
    outbox,
    payment_flags,
    payment_returns,
    payments,
    postal_letters,
    refund_requests,
    refunds,
    sessions,
    sms,
    staff,
    staff_attempts,
    staff_links,
    staff_passkeys,
    staff_recovery_codes,
    staff_searches,
    staff_sessions,
    staff_used_challenges,
    stripe_events,
    sweep_state,
    validation_notices,
);
