
### Payments, refunds, chargebacks, findings, webhook inbox

## What all lists share.
money-newest-first = Newest first
money-urgent-first = The most urgent first
money-count = { $count } found
money-count-one = 1 found
money-none = Nothing fits these filters.
money-pages = Pages
money-next = Next page
money-facts = All fields
money-filter-all = All
money-filter-apply = Filter
money-filter-clear = Clear the filters
money-filter-debt = Debt (id)
money-filter-from = From
money-filter-to = To
money-filter-least = Amount from
money-filter-most = Amount up to
money-filter-reference = Id, ours or Stripe’s
money-no-choice = Choose one of these.
money-no-amount = Enter an amount such as 25.00.
money-no-day = Enter a day such as 2026-03-31.
money-no-id = This is not an id.
money-text-too-long = Enter at most 100 characters.

## Columns and fields.
money-amount = Amount
money-asked = Asked for
money-bank-reason = The bank’s reason
money-begun = Begun
money-charge = Stripe’s charge
money-charged-back = Charged back
money-checked = Stripe last asked
money-checkout-expires = Checkout ends
money-claimed = Claimed by the bank
money-closed-at = Decided
money-completed = Completed
money-creditor = Creditor
money-currency = Currency
money-dealt-at = Dealt with
money-dealt-by = By
money-dealt-by-itself = The portal itself, or a command
money-detail = What was found
money-due = Evidence due
money-due-soon = { $count ->
    [one] Within { $count } day
   *[other] Within { $count } days
}
money-event-type = Type
money-external = Number of the check or money order
money-failure = Why no money came
money-found = Found
money-group = About
money-happened = Happened, says Stripe
money-id = Our id
money-intent = Stripe’s payment intent
money-kind = Kind
money-language = Language
money-method = Method
money-mode = Mode
money-live = Real money
money-test = Test mode
money-opened = Opened
money-origin = Asked by
money-outcome = What came of it
money-processing-since = On its way since
money-received = Received
money-refunded = Refunded
money-refunds-unsure = Refunds unclear since
money-reinstated-at = Money came back
money-replaced = Replaced
money-resolution = What was done
money-returned = Came back
money-session = Stripe’s checkout session
money-source = Reached us by
money-state = State
money-stripe-dispute = Stripe’s dispute
money-stripe-event = Stripe’s event
money-stripe-refund = Stripe’s refund
money-type = All or a part
money-updated = Row last changed
money-withdrawn = Taken now
money-withdrawn-at = Money was taken

## Links.
money-to-debt = To the debt
money-to-payment = To the payment
money-to-event = To the event that showed it
money-to-refund = Give money back
money-to-stripe = Look at it in Stripe’s dashboard

## Payments.
money-payments-lead = Every attempt to pay, whatever became of it.
money-payment-of = Payment of { $amount } for { $creditor }
money-state-open = Checkout open
money-state-expired = Ended without payment
money-state-processing = Bank debit on its way
money-state-declined = Declined
money-state-completed = Paid
money-state-refunded = Wholly refunded
money-type-full = All that was owed
money-type-partial = A part
money-type-plan = Under a plan

## Refunds.
money-refunds-lead = Money given back, and whether it has arrived.
money-refund-of = Refund of { $amount }
money-no-refunds = No refunds.
money-refund-requested = Not yet at Stripe
money-refund-refused = Refused by Stripe
money-refund-pending = On its way
money-refund-succeeded = Arrived
money-refund-canceled = Stopped
money-refund-failed = Came back to us
money-origin-staff = Staff, here
money-origin-overpayment = The portal itself, for an overpayment
money-origin-stripe = Somebody in Stripe’s dashboard
money-origin-recorded = Known only from the charge’s sum

## Chargebacks.
money-chargebacks-lead = What cardholders’ banks take back or ask about. Evidence is sent in Stripe’s dashboard.
money-chargeback-of = Chargeback of { $amount }
money-no-chargebacks = No chargebacks.
money-chargeback-inquiry = The bank asks
money-chargeback-inquiry_closed = Question closed
money-chargeback-opened = Opened
money-chargeback-withdrawn = Money taken
money-chargeback-lost = Lost
money-chargeback-reinstated = Money came back
money-chargeback-won = Won

## Findings.
money-findings-lead = What a person has to look at: money beyond a debt, contradictions between our books and Stripe’s, money that goes back.
money-no-findings = No findings.
money-group-all = All findings
money-group-overpayments = Overpayments
money-group-mismatches = Mismatches
money-group-returns = Money that goes back
money-finding-open = To be dealt with
money-finding-resolved = Dealt with
money-flag-amount_mismatch = Stripe’s amount is another
money-flag-currency_mismatch = Another currency
money-flag-livemode_mismatch = Test money and real money mixed up
money-flag-session_mismatch = A checkout that does not fit
money-flag-illegal_transition = Two facts that cannot both be true
money-flag-overpayment = More was paid than was owed
money-flag-unknown_payment = Stripe knows a payment that we do not
money-flag-paid_while_closed = Paid while the debt took no money
money-flag-refund_mismatch = A refund or chargeback that does not fit
money-flag-refund_failed = A refund did not arrive
money-flag-inquiry = A bank asks about a payment
money-flag-chargeback = A bank takes a payment back
money-flag-returned_too_much = More went back than was paid
money-deal = Mark as dealt with
money-dealt-already = Nothing was changed: this was dealt with already. You see below when, and by whom.
money-note = What did you do about it?
money-note-hint = At most 500 characters. It stays with the finding and in the audit trail.
money-note-empty = Write down what you did.
money-note-too-long = Write at most 500 characters.

## The webhook inbox.
money-events-lead = Everything that Stripe has told us, once each. Opening one is on record: it may name a person.
money-no-events = No events.
money-outcome-applied = Applied
money-outcome-unchanged = Nothing new
money-outcome-waiting = Waits for its payment
money-outcome-flagged = Flagged for staff
money-outcome-not_ours = Not about a payment of ours
money-outcome-ignored = Of a type that changes nothing here
money-outcome-unreadable = Could not be read
money-outcome-failed = Could not be applied
money-outcome-received = Received, not yet applied
money-source-webhook = Webhook: Stripe told us
money-source-sweep = Sweep: we asked
money-raw = As received
money-replay = Apply it again
money-replay-lead = It is applied by the way it came in. What it has changed already it does not change twice; no amount is counted again.
money-replayed-applied = Applied again: it had not been applied before, and now it is.
money-replayed-unchanged = Applied again: nothing has changed.
money-replayed-waiting = Applied again: its payment is still not known, so it goes on waiting.
money-replayed-flagged = Applied again: it contradicts our books, and no money was counted.
money-replayed-not_ours = Applied again: it is not about a payment of ours.
money-replayed-nothing = There is nothing in it to apply.
money-replayed-refused = The database still refuses it. The cause is in the log.
