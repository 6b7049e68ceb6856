
### Imports


# What a column can mean
imports-field-first_name = First name
imports-field-last_name = Last name
imports-field-email = E-mail address
imports-field-phone = Telephone number
imports-field-address_line1 = Street address
imports-field-address_line2 = Apartment or suite
imports-field-city = City
imports-field-state = State
imports-field-zip_code = ZIP code
imports-field-phone_consent = May be called and texted
imports-field-email_consent = May be written to by e-mail
imports-field-dnc_registered = On a do-not-call list
imports-field-original_creditor = Original creditor
imports-field-account_number = Account number at the creditor
imports-field-total_owed = Amount owed in all
imports-field-amount_paid = Paid before the import
imports-field-debt_date = Date of the debt
imports-field-status = Status of the debt
imports-field-debt_id = Our id of the debt
imports-field-amount = Amount
imports-field-paid_on = Paid on
imports-field-direction = Direction (inbound or outbound)
imports-field-subject = Subject
imports-field-content = Text
imports-field-timestamp = Date and time
imports-field-email_opened = Was opened
imports-field-email_clicked = A link was followed
imports-field-ai_generated = Made by a machine
imports-field-compliance_checked = Checked for compliance
imports-field-call_duration = Length of the call
imports-field-call_outcome = Outcome of the call
imports-field-transcript = Transcript
imports-field-recording_url = Link to the recording

# What can be wrong with a row
imports-problem-empty = There must be something here.
imports-problem-too-long = This is too long.
imports-problem-control-character = There are invisible control characters in this.
imports-problem-not-utf8 = The row has characters that are not UTF-8; save the file as CSV in UTF-8.
imports-problem-cell-count = The row has more or fewer cells than there are columns.
imports-problem-not-an-amount = This is not an amount of money; write it like 1234.50.
imports-problem-negative-amount = An amount cannot be below zero.
imports-problem-too-precise = An amount has two decimals at most.
imports-problem-amount-too-large = This amount is too large.
imports-problem-zero-amount = The amount must be above zero.
imports-problem-paid-too-much = More was paid than is owed.
imports-problem-bad-date = This is not a date; write it like 2025-03-31 or 3/31/2025.
imports-problem-future-date = This date lies in the future.
imports-problem-bad-time = This is not a time; write it like 2025-03-31 16:05 or 3/31/2025 4:05 PM.
imports-problem-bad-email = This is not an e-mail address.
imports-problem-bad-phone = This is not a telephone number with its area code.
imports-problem-bad-state = This is not the two letters of a state.
imports-problem-bad-zip = This is not a ZIP code.
imports-problem-bad-boolean = This must be yes or no.
imports-problem-bad-status = This must be active, resolved, dispute, hold or closed.
imports-problem-bad-direction = This must be inbound or outbound.
imports-problem-bad-outcome = This must be answered, voicemail, busy, no_answer or failed.
imports-problem-bad-number = This must be seconds, or minutes and seconds like 3:25.
imports-problem-bad-url = This is not a link that begins with https://.
imports-problem-bad-debt-id = This is not one of our debt ids.
imports-problem-no-debt-named = The row names no debt: it needs our debt id, or the original creditor and the account number.
imports-problem-unknown-debt = There is no such debt.
imports-problem-several-debts = More than one debt has this creditor and account number; use our debt id.
imports-problem-email-taken = Somebody else has this e-mail address already, and people were not to be recognised.
imports-problem-refused = The database refused this row.
imports-fault = In “{ $field }”: { $problem }
imports-list-line = Line in the file
imports-list-reason = What is wrong

# The list, and the form of an upload
imports-upload = Upload a file
imports-upload-send = Upload
imports-upload-no-kind = Say what the rows of the file are.
imports-upload-no-file = Choose a file.
imports-upload-empty = There is nothing in this file.
imports-upload-utf16 = This file is UTF-16. Save it as CSV in UTF-8.
imports-upload-not-text = This is not a CSV file. Save it as CSV in UTF-8.
imports-upload-not-utf8 = This file is not UTF-8. Save it as CSV in UTF-8.
imports-kind = What the rows are
imports-kind-accounts = People and their debts
imports-kind-payments = Payments made before
imports-kind-emails = E-mails
imports-kind-calls = Phone calls
imports-kind-sms = Text messages
imports-file = File
imports-file-hint = CSV in UTF-8 with the names of the columns in its first line, { $limit } MB at most. Nothing is taken in yet.
imports-rules = What is recognised
imports-rule-person = Two records are about the same person when their e-mail addresses are the same, or else when last name, first name and ZIP code are the same and the telephone number or the street address is, too. Data of a person who is there already stay as they are.
imports-rule-debt = A debt is there already when the same person has one with the same original creditor and account number. It is not made a second time. A row without an account number is always a new debt.
imports-rule-entry = Payments and messages name their debt by our id, or by original creditor and account number.
imports-list = Files
imports-none = No file was uploaded yet.
imports-when = Uploaded
imports-state = State
imports-size = Size in bytes
imports-pages = More files
imports-older = Older files

# Where an import stands
imports-state-uploading = On its way
imports-state-uploaded = Uploaded
imports-state-checking = Being checked
imports-state-checked = Checked
imports-state-running = Being taken in
imports-state-finished = Taken in
imports-state-failed = Failed
imports-state-canceled = Stopped
imports-text-uploading = The file has not arrived completely.
imports-text-uploaded = Confirm what the columns mean, and check the file first. A check changes nothing.
imports-text-checking = Every row is judged, and nothing is changed. This page renews itself.
imports-text-checked = Nothing is taken in yet. This is what would come of the file.
imports-text-running = The rows are being taken in. This page renews itself; you may leave it.
imports-text-finished = This is what came of the file.
imports-text-failed = This import has ended. What was taken in before stays.
imports-text-canceled = This import was stopped. Rows that were taken in one by one before stay.
imports-failure-rows = Nothing was taken in, because some rows are wrong and all or nothing was asked for.
imports-failure-unreadable = The file could not be read to its end. A quotation mark may be missing.
imports-failure-database = The database refused the import.
imports-failure-fault = The program made a mistake, which is in its log.
imports-failure-abandoned = The command that took this file in was cut off and not given again.
imports-progress = Progress
imports-progress-figures = { $percent } %, { $rows } rows
imports-stopping = It stops after the rows at hand.
imports-cancel = Stop this import

# What came of it
imports-count-rows = Rows
imports-count-failed = Wrong rows
imports-count-people-new = New people
imports-count-people-known = Rows about known people
imports-count-debts-new = New debts
imports-count-debts-known = Rows about known debts
imports-count-debts-updated = Amounts owed that changed
imports-count-entries = Payments, messages, calls and notices
imports-wrong =
    { $count ->
        [one] { $count } row is wrong
       *[other] { $count } rows are wrong
    }
imports-wrong-download = Download the wrong rows
imports-wrong-hint = The file holds each wrong row as it was, with the reason behind it. Correct it and upload it again.
imports-wrong-caption = The first wrong rows

# What the columns mean, and how rows are taken
imports-columns = What the columns mean
imports-columns-text = Every row needs: { $fields }. What you choose here is remembered for the next file with the same columns.
imports-column = Column
imports-column-number = Column { $number }
imports-meaning = Meaning
imports-samples = First rows
imports-left-out = Left out
imports-mapping-twice = Two columns mean “{ $field }”. Leave one of them out.
imports-mapping-missing = No column means “{ $field }”, and every row needs it.
imports-mapping-no-debt = Nothing tells which debt a row is about: choose our id of the debt, or both the original creditor and the account number.
imports-options = How the rows are taken
imports-same-file = The same file was taken in before, on { $date }:
imports-same-file-refused = Confirm that this file is to be taken in once more.
imports-again = Take it in once more
imports-mode = When some rows are wrong
imports-mode-row = Take the right ones and list the wrong ones
imports-mode-all = Take all rows or none
imports-people = People
imports-people-known = Recognise people and debts that are there already
imports-people-new = Every row is a new person and a new debt; faster, for the first file of all
imports-update-balance = Give debts that are there already the amount owed of the file
imports-checked = These messages were checked for compliance; without this, what the file does not mark as checked is withheld from debtors until somebody reviews it
imports-check = Check without changing anything
imports-run = Take the file in
