## Dates and times.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date = { $month } { $day }, { $year }
time-am = AM
time-pm = PM
date-time = { $date }, { $hour }:{ $minute } { $half } { $zone }

## The frame of every page: nothing here may tell that there is a debt.
layout-skip = Skip to the main content
layout-nav = Your pages
layout-overview = Overview
layout-language = Language
layout-sign-out = Sign out
layout-help = Need help?
layout-licenses = Licenses
layout-secure = We never ask for your password or your full bank or card number by email, text message or phone.

form-error-prefix = Error:

## The first page without a link, and the last one. Nothing here may tell that there is a debt.
home-title = Welcome
home-lead = This is the private site of { $company }.
home-link = To continue, open the personal link in the message we sent you. If it does not work, call or write to us; you find how below.
signed-out-title = You are signed out
signed-out-lead = To come back, open your personal link again.

## The identity check. Nothing here may tell that there is a debt, or whether a link exists.
identity-title = Confirm that it is you
identity-lead = { $company } has a private message for the person this link was sent to. To protect that person’s privacy, we ask one question first.
identity-label = ZIP code of your mailing address
identity-hint = 5 digits, for example 97204
identity-submit = Continue
identity-problem-heading = Please check your answer
identity-empty = Enter your ZIP code.
identity-malformed = Enter a ZIP code of 5 digits, for example 97204.
identity-wrong = This link and this answer do not go together. Check the ZIP code, or call us for a new link.
identity-paused = { $count ->
    [one] There were several wrong answers. Please try again in a minute.
   *[other] There were several wrong answers. Please try again in { $count } minutes.
}
identity-locked = There were too many wrong answers, so this link is locked to protect your privacy. Call us and we will help you.
identity-genuine = How do I know this page is genuine?
identity-genuine-text = You can call us at { $phone }, the same number as in our letters. We never ask for a password, and you do not pay anything on this page.

## On every page that states the debt (12 CFR 1006.18(e)).
disclosure-collector = This communication is from a debt collector. This is an attempt to collect a debt, and any information obtained will be used for that purpose.

## One debt.
debt-title = Your account with { $creditor }
debt-back = All your accounts
debt-balance = Current balance
debt-as-of = As of { $date }
debt-paid = { $amount } paid so far
debt-paid-of = of { $amount }
debt-in-flight = { $amount } is on its way from your bank. This usually takes up to four business days; please do not pay it again.
debt-overpaid = You have paid { $amount } more than this account’s balance. Our staff has been told and will return it to you.
debt-overpaid-goes-back = You have paid { $amount } more than is owed on this account. It goes back by itself to the card or bank account it came from. If that is not possible, our staff will return it to you another way.
debt-pay = Pay
debt-dispute = Dispute
debt-help = Help
debt-about = About this account
debt-status-active = Open
debt-status-resolved = Paid in full
debt-status-dispute = In dispute
debt-status-hold = On hold
debt-status-closed = Closed
debt-status-text-active = You can pay all of it or a part, dispute it, or ask for help. There is no fee.
debt-status-text-resolved = Nothing more is owed on this account. You can read its history and print receipts here at any time.
debt-status-text-dispute = This account is in dispute. We do not collect it and take no payment until we have answered you.
debt-status-text-hold = This account is on hold. No payment is taken at present. Call us if you have a question.
debt-status-text-closed = This account is no longer with us, so it cannot be paid here. You can still read its history.
debt-settled = Settled
debt-text-settled = This account was settled, so nothing more is owed on it. You can read its history and print receipts here at any time.
debt-text-nothing = There is nothing to pay on this account now.
debt-text-on-its-way = All that is left is on its way from your bank, so there is nothing more to pay now.
debt-text-too-small = What is left is too small to be paid online. Call us and we will settle it with you.
debt-documents = Documents
debt-statement = Statement
debt-letter = Paid-in-full letter

## Facts in lists.
fact-name = Name
fact-creditor = Original creditor
fact-account = Original account number
fact-reference = Our reference
fact-total = Original amount
fact-paid = Paid so far
fact-debt-date = Date of the debt
fact-imported = With us since
fact-paid-to = Paid to
fact-fee = Fee
fact-fee-none = None
fact-amount = Amount
fact-date = Date
fact-charge-off = Charge-off creditor
fact-method = Paid with
fact-receipt = Receipt number
fact-refunded = Refunded since
fact-charged-back = Returned to your bank since
fact-beyond = More than was paid went back to you; that does not raise what you owe
fact-remaining = Remaining balance on { $date }
fact-remaining-after = Remaining balance after this payment
fact-period = Period
fact-issued = Date of issue

## History.
history-title = History
history-lead = Everything sent, received and recorded about this account, newest first.
history-filter = Show in the history
history-tab-all = All
history-tab-emails = Emails
history-tab-calls = Calls
history-tab-sms = Text messages
history-tab-payments = Payments
history-empty = There is nothing here yet.
history-end = There is nothing older.
history-pages = Pages of the history
history-newest = Newest
history-older = Older
history-payment-open = Payment started, not finished
history-payment-expired = Payment not made
history-payment-processing = Payment on its way
history-payment-declined = Payment declined
history-payment-completed = Payment received
history-payment-refunded = Payment refunded
history-refunded = { $amount } refunded
history-charged-back = { $amount } returned to the bank
history-receipt = Show the receipt
history-receipt-of = for { $amount } on { $date }
history-receipt-given-back = of the payment from which { $amount } was given back
history-receipt-claimed = of the payment from which { $amount } was claimed back
history-payment-details = Show what happened
history-email-in = Email from you
history-email-out = Email from us
history-email-read = Read the email
history-of = of { $date }
history-call-in = Call from you
history-call-out = Call from us
history-call-read = Read the transcript
history-call-answered = Answered
history-call-voicemail = Voicemail
history-call-busy = Busy
history-call-no_answer = No answer
history-call-failed = Could not be connected
history-call-seconds = { $seconds } s
history-call-minutes = { $minutes } min { $seconds } s
history-sms-in = Text message from you
history-sms-out = Text message from us
history-ai-written = Written by AI
history-ai-spoken = Spoken by AI

entry-back = Back to the history
email-title = Email
email-no-subject = No subject
email-no-content = This email has no text on record.
call-title = Call
call-transcript = Transcript
call-no-transcript = There is no transcript on record.

## Money that goes back: in the history and on the receipt.
refund-title-requested = Refund being prepared
refund-title-pending = Refund on its way
refund-title-succeeded = Refund sent
refund-title-canceled = Refund stopped
refund-title-failed = Refund came back to us
refund-text-requested = The money goes back to the card or bank account it came from. It has not been sent yet.
refund-text-pending = The money is on its way back to the card or bank account it came from.
refund-text-succeeded = The money went back to the card or bank account it came from. Your bank may need up to ten business days to show it.
refund-text-canceled = It was stopped before it reached you, so the money counts as paid again.
refund-text-failed = Your bank could not take it, so the money came back to us and counts as paid again. We will find another way to return it to you.
refund-of-overpayment = { $amount } was paid too much.
chargeback-title-inquiry = Your bank asked about this payment
chargeback-title-inquiry_closed = Your bank’s question is closed
chargeback-title-opened = Payment contested at your bank
chargeback-title-withdrawn = Payment taken back by your bank for now
chargeback-title-lost = Payment taken back by your bank
chargeback-title-reinstated = Payment returned to us for now
chargeback-title-won = Your bank let the payment stand
chargeback-text-inquiry = We are answering its question. No money has been taken back.
chargeback-text-inquiry_closed = No money was taken back.
chargeback-text-opened = Your bank was asked to take this money back. It has not decided yet, and no money has been taken back so far.
chargeback-text-withdrawn = The money does not count as paid while it is taken back. Your bank has not made its final decision yet.
chargeback-text-lost = Your bank has made its final decision. The money does not count as paid.
chargeback-text-reinstated = Your bank has given the money back to us, and it counts as paid again. Its final decision is still to come.
chargeback-text-won = Your bank has made its final decision. The money is with us and counts as paid.
chargeback-part = Of it, { $amount } is taken back.

## All debts of a person.
account-title = Your accounts
account-lead = { $name }, these are all the accounts we have on record for you.

## Choosing an amount.
pay-title = Make a payment
pay-back = Back to { $creditor }
pay-lead = You choose how much. There is no fee.
pay-legend = How much would you like to pay?
pay-full = The full balance
pay-full-hint = Nothing remains after this payment.
pay-partial = Another amount
pay-partial-hint = Any amount from { $minimum }.
pay-amount = Amount
pay-amount-hint = Dollars and cents, for example 150.00
pay-continue = Continue
pay-next = You will see everything once more before you pay.
pay-problem-heading = Please check the amount
pay-problem-choice = Choose the full balance or another amount.
pay-problem-empty = Enter the amount you want to pay.
pay-problem-precise = Enter an amount with at most two digits after the point, for example 12.34.
pay-problem-number = Enter the amount in digits, for example 150 or 150.00.
pay-problem-minimum = Enter at least { $minimum }.
pay-problem-maximum = Enter at most { $maximum }, which is all that can be paid now.
pay-problem-rest = After this payment less than $0.50 would remain, which could not be paid later. Pay { $payable } in full, or at most { $largest }.
pay-problem-at-once = At most { $maximum } can be paid at once. Choose another amount and pay the rest afterwards.
pay-problem-nothing = There is nothing to pay on this account now.

not-payable-title = This account takes no payment now

## Confirming.
confirm-title = Check your payment
confirm-lead = Nothing has been charged yet.
confirm-back = Change the amount
confirm-amount = You pay
confirm-changed = The balance has changed since you last saw it. Please check the new amount.
confirm-stripe = You enter your card or bank details on the secure pages of Stripe, our payment service. We never see them.
confirm-submit = Continue to payment
confirm-not-now = Do not pay now
confirm-questions = Questions about this account? Call { $phone } before you pay.
checkout-product = Account payment

## Receipt and return page.
receipt-title = Receipt
receipt-heading-paid = Thank you. Your payment was received.
receipt-heading-part = Your payment was received. A part of it went back.
receipt-heading-refunded = This payment was refunded
receipt-heading-charged-back = Your bank took this payment back
receipt-lead-part = Below you see what of it counts now.
receipt-lead-refunded = None of it counts as paid any more. Below you see when it went back.
receipt-lead-charged-back = None of it counts as paid now. Below you see what happened.
receipt-since = What counts of this payment now
receipt-counts = Counts as paid now
receipt-amount = Amount paid
receipt-print = To keep this receipt, print this page or save it as a PDF with your browser.
receipt-back = Back to your account
money-heading = What happened to your money
payment-title-processing = Your payment is on its way
payment-lead-processing = Your bank is sending the money. This usually takes up to four business days.
payment-money-processing = Your bank account will be debited once. We count the payment as soon as the money arrives; please do not pay it again.
payment-title-open = The payment was not finished
payment-lead-open = You left the payment page before paying.
payment-money-open = Nothing was charged. You can continue where you left off, or choose another amount.
payment-title-declined = The payment was declined
payment-lead-declined = The bank that issued your card did not approve it.
payment-money-declined = Nothing was charged. You can try again, with another card if you like.
payment-title-bank-declined = Your bank returned the payment
payment-lead-bank-declined = The money did not arrive, so the payment does not count.
payment-money-bank-declined = We received no money. Your bank can tell you why. You can pay again, with another account or a card.
payment-title-canceled = The payment was canceled
payment-lead-canceled = You canceled this payment, and it can no longer be made.
payment-money-canceled = Nothing was charged.
payment-title-replaced = This payment was replaced
payment-lead-replaced = You started another payment instead, so this one was closed.
payment-money-replaced = Nothing was charged for this one.
payment-title-withdrawn = This payment was closed
payment-lead-withdrawn = The account has changed since you started it, so it can no longer be made like this.
payment-money-withdrawn = Nothing was charged. Your account page shows what can be paid now.
payment-title-expired = The payment page expired
payment-lead-expired = The payment was not made in time, so the page was closed.
payment-money-expired = Nothing was charged. You can start again.
payment-title-not-started = The payment could not be started
payment-lead-not-started = Our payment service did not open a payment page.
payment-money-not-started = Nothing was charged. You can start again.
payment-title-lost = This payment cannot be found
payment-lead-lost = Our payment service has no record of it, so it can no longer be made.
payment-money-lost = We have received no money by it. If your bank shows a charge, call us; otherwise you can start again.
payment-title-unknown = We are still checking your payment
payment-lead-unknown = Our payment service does not answer at the moment. If you have paid, your payment is safe and will show here.
payment-money-unknown = Please do not pay again before this page tells you what happened. We keep asking by ourselves; you may close this page.
payment-continue = Continue this payment
payment-again = Try again
payment-other-amount = Another amount
payment-look-again = Look again
payment-cancel = Cancel this payment
method-card = Card
method-bank = Bank account
method-apple_pay = Apple Pay
method-google_pay = Google Pay
method-link = Link
method-cashapp = Cash App Pay
method-prior = Paid before this account came to us
method-check = Check
method-cash = Cash
method-other = Other means of payment
failure-expired = The payment page expired
failure-canceled = Canceled by you
failure-replaced = Replaced by another payment
failure-withdrawn = Closed because the account had changed
failure-lost = Not known to the payment service
failure-not_started = Could not be started
failure-bank_declined = Returned by the bank
failure-card_declined = The card was declined. The bank that issued it can tell you why.
failure-insufficient_funds = The card did not have enough funds.
failure-expired_card = The card has expired.
failure-incorrect_cvc = The card’s security code was not right.
failure-payment_intent_authentication_failure = The bank could not confirm that it was you.

## The statement.
statement-title = Statement of your account
statement-lead = Every payment on this account, and all money that went back.
statement-choose = Choose a period
statement-from = First day
statement-to = Last day
statement-show = Show this period
statement-hint = Leave a day empty to see everything before or after the other one.
statement-problem-heading = Please check the days
statement-problem-day = Enter a day of the calendar as year, month and day, for example 2026-03-31.
statement-problem-order = The first day is after the last day. Choose an earlier first day.
statement-period = { $from } to { $to }
statement-period-until = From the beginning to { $to }
statement-caption = Payments and money that went back, oldest first
statement-what = What it was
statement-receipt = Receipt
statement-balance = Balance
statement-opening = Balance at the beginning
statement-closing = Balance at the end
statement-overpaid = { $amount } paid too much
statement-empty = No money moved in this period.
statement-note = A minus sign lowers what you owe; a plus sign raises it.
statement-print = To keep this statement, print this page or save it as a PDF with your browser.
statement-line-prior = Paid before this account came to us
statement-line-payment = Payment received
statement-line-refund = Refund to you
statement-line-refund-returned = Refund that came back to us
statement-line-chargeback = Taken back by your bank
statement-line-chargeback-reversed = Returned to us by your bank
statement-line-correction = Correction

## The paid-in-full letter, and checking one. The page that checks tells nobody that there is, or was, a debt.
letter-title = This account is paid in full
letter-text = { $company } confirms that on { $date } nothing more was owed on this account.
letter-number = Number of this letter
letter-check = How to check this letter
letter-check-text = Whoever is given this letter can check it at { $address } by entering its number. That page says only whether the letter is valid.
letter-print = To keep this letter, or to give it to somebody, print this page or save it as a PDF with your browser.
letter-withdrawn-title = This letter is no longer valid
letter-withdrawn-text = It was issued on { $issued } and withdrawn on { $withdrawn }, because money that had paid this account went back or the account changed in another way. Please do not use it any more.
letter-refused-title = There is no paid-in-full letter yet
letter-refused-owed = { $amount } is still owed on this account. You can have the letter as soon as it is paid.
letter-refused-settled = This account was settled for less than its full amount, so there is no letter that it was paid in full. Nothing more is owed. Call or write to us if you need that in writing.
letter-refused-chargeback = Your bank has not yet made its final decision about a payment on this account. You can have the letter when it has let the payment stand.
letter-refused-status = This account is not marked as paid in full. Call or write to us, and we will look at it with you.
letters-title = Check a letter
letters-lead = Were you given a letter by { $company }? Enter the number that is printed on it. This page says only whether the letter is valid.
letters-label = Number of the letter
letters-hint = PF and 16 letters and digits. Dashes and spaces do not matter.
letters-submit = Check the number
letters-problem-heading = Please check the number
letters-empty = Enter the number of the letter.
letters-malformed = This is not the number of a letter. Enter PF and the 16 letters and digits after it.
letters-valid-title = The letter is valid
letters-valid = A letter with this number was issued by { $company } and is valid.
letters-invalid-title = No valid letter
letters-invalid = There is no valid letter with this number.
letters-paused = { $count ->
    [one] Many numbers were tried from your connection. Please try again in a minute.
   *[other] Many numbers were tried from your connection. Please try again in { $count } minutes.
}

## Dispute and help.
dispute-title = Dispute this account
dispute-lead = If you do not owe this, or the amount is wrong, you have the right to say so.
dispute-how = Tell us in writing or by phone, with our reference. You need not give a reason, though one helps us to find the mistake.
dispute-write = Write to
dispute-email = Email
dispute-call = Call
dispute-then = What happens then
dispute-then-text = If you dispute in writing within the validation period, we stop collecting until we have sent you verification of the debt. No payment is taken meanwhile.
dispute-creditor = In the same way you can ask for the name and address of the original creditor, if it is not the current one.
help-title = Help
help-lead = A person answers at this number and address.
help-hardship = If paying is hard now
help-hardship-text = Call us before you go without something you need. You may pay any amount you choose, or ask us to wait.
help-genuine = Is this real?
help-genuine-text = { $company } is named in the letters we have sent you. Look up our number yourself and call it if you are not sure; never rely on a link alone.
help-rights = Your rights
help-rights-text = The Consumer Financial Protection Bureau explains your rights and takes complaints: consumerfinance.gov, phone (855) 411-2372.

## When something goes wrong.
error-nothing-charged = Nothing was charged. No payment was begun.
error-overview = Go to your overview
error-reference = If you call us, please mention this reference: { $reference }
error-title-not-found = This page does not exist
error-lead-not-found = The address may be mistyped, or the page may belong to somebody else. Open your personal link again to find your own pages.
error-title-method = This page cannot be used like that
error-lead-method = Go back and use the buttons on the page.
error-title-signed-out = Please open your link again
error-lead-signed-out = For your privacy your visit ends after a while without activity. Open your personal link again to continue. A payment you have just made is safe.
error-title-forgery = This form is no longer valid
error-lead-forgery = Nothing was changed. Go back, load the page again and retry. Your browser must accept cookies from this site.
error-title-bad-form = This form could not be read
error-lead-bad-form = Nothing was changed. Go back, load the page again and retry.
error-title-too-large = That was too much text
error-lead-too-large = Nothing was changed. Go back and enter less.
error-title-too-slow = The connection was too slow
error-lead-too-slow = What you sent did not arrive in time, and nothing was changed. Please try again.
error-title-busy = Please try again in a moment
error-lead-busy = We cannot answer just now. Nothing is lost; wait a few seconds and load the page again.
error-title-payment-unavailable = Payments are not possible at the moment
error-lead-payment-unavailable = Our payment service does not answer. Please go back and try again in a few minutes.
error-title-payments-paused = Payments are paused
error-lead-payments-paused = We are checking our records, so no payment can be made at the moment. What you have paid is safe. Please try again later, or call us.
error-title-too-many-payments = Too many payments were started
error-lead-too-many-payments = Many payments were started on this account within an hour. Please wait a while, or call us.
error-title-superseded = Another payment was started
error-lead-superseded = Another payment on this account was started at the same time, so this one was given up. Go back and choose the amount again.
error-title-internal = Something went wrong on our side
error-lead-internal = We have noted it and will look into it. If you have just paid, do not pay again: your payment is safe and will show in your history.
