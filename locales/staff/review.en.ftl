
### Compliance review

## The contact meter of a debt.
review-meter-caption = Calls about this debt
review-meter-what = Measure
review-meter-now = Now
review-meter-verdict = What it means
review-meter-rule = Rule
review-meter-free = A call now goes against none of these rules.
review-meter-wait = Wait with the next call until { $at }.
review-meter-calls = Calls to the person in the last 7 days
review-meter-calls-of = { $calls } of { $limit }
review-meter-not-connected = { $calls } of them did not connect; they are counted to be on the safe side.
review-meter-calls-left = { $calls } more within the rule
review-meter-calls-full = One more is presumed to be a violation, until { $at }
review-meter-calls-exceeded = Presumed to be a violation already; no further call before { $at }
review-meter-conversation = Last conversation by phone
review-meter-days-ago = { $count ->
    [0] Less than a day ago
    [one] 1 day ago
   *[other] { $count } days ago
}
review-meter-never = None on record
review-meter-conversation-recent = Less than 7 days: a call is presumed to be a violation, until { $at }
review-meter-conversation-over = No conversation in the last 7 days
review-meter-hours = Hours at the person’s place
review-meter-open = Between 8 AM and 9 PM, until { $at }
review-meter-quiet = Quiet hours (before 8 AM or after 9 PM), until { $at }
review-meter-place-state = By the state on file
review-meter-place-postal-code = By the ZIP code on file
review-meter-place-contradictory = State and ZIP code on file do not agree; the hours of both count.
review-meter-place-unknown = No usable state or ZIP code on file; the hours of every U.S. time zone count.
review-meter-consent = Agreed to be called and texted
review-meter-no-consent = No consent to be called or texted
review-meter-dnc = The number is on a do-not-call list
review-meter-no-dnc = Not on a do-not-call list

## The queue and the decisions.
review-heading = Compliance review
review-lead = Debtors see none of these until somebody here approves them.
review-waiting = Waiting
review-decided = Decided
review-order = Made by a machine first, then the oldest
review-none = Nothing waits here.
review-decided-heading = What was decided
review-decided-lead = Each decision with its reviewer, and the reason of a rejection.
review-decided-order = The newest decision first
review-decided-none = Nothing fits these filters.
review-templates = Waiting by template: decide about many at once
review-kind = Kind
review-kind-emails = E-mail
review-kind-calls = Call
review-kind-sms = Text message
review-made = Made by
review-made-machine = AI
review-made-person = A person
review-template = Template
review-text = Text
review-no-text = There is no text.
review-creditor = Creditor
review-at = When
review-person = Person
review-facts = About it
review-direction = Direction
review-direction-inbound = From the person
review-direction-outbound = To the person
review-call-outcome = How the call went
review-call-length = Length
review-recording = Recording
review-outcome = Decision
review-outcome-approved = Approved
review-outcome-rejected = Rejected
review-reviewer = Reviewer
review-decided-at = Decided at
review-decide = Decide
review-approve = Approve: the person may see it
review-reject = Reject: the person never sees it
review-reason = Reason for a rejection
review-reason-hint = Needed only to reject; at most 500 characters.
review-problem-missing = Choose one of the two buttons.
review-problem-empty = Write down why you reject it.
review-problem-too-long = Write at most 500 characters.
review-done-approved = Approved.
review-done-rejected = Rejected.
review-changed = Nothing was decided: this text was changed after you opened it. Read it as it is now, and decide then.
review-late-approved = Nothing was changed: { $name } has approved this already ({ $at }).
review-late-rejected = Nothing was changed: { $name } has rejected this already ({ $at }).
review-late-elsewhere = Nothing was changed: another program has recorded this as checked.
review-elsewhere = The program that wrote this has recorded it as checked; the person can see it.
review-take-back = Take the decision back
review-take-back-lead = It waits again then, and the person does not see it until somebody approves it.
review-to-batch = Decide about all that wait of this template

## All that wait of a template.
review-batch-heading = Template { $template }: { $kind }
review-batch-none = None of this template waits.
review-batch-size = { $count ->
    [one] Your decision is about { $count } message.
   *[other] Your decision is about these { $count } messages.
}
review-batch-more = More of them wait; they come after these.
review-batch-decide = Decide about all of these
review-batch-texts = Their texts, the most frequent first
review-batch-same = { $count ->
    [one] { $count } message has this text
   *[other] { $count } messages have this text
}
review-batch-other-texts = { $count ->
    [one] { $count } more text differs from these.
   *[other] { $count } more texts differ from these.
}
review-batch-changed = Nothing was decided: these messages have changed since you opened the page. Look at them as they are now, and decide then.
review-batch-gone = Nothing was changed: none of these messages waits any more.
review-batch-late-approved = Nothing was changed: { $name } has approved these already ({ $at }).
review-batch-late-rejected = Nothing was changed: { $name } has rejected these already ({ $at }).
