
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
