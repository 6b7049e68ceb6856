
### Finding debts

debts-search = Find a debt
debts-search-hint = Name or part of it, e-mail, phone, account number, personal link or creditor
debts-find = Find
debts-filters = Filters
debts-filter = Show these
debts-clear = Clear everything
debts-any = Any
debts-name = Name
debts-state = State
debts-creditor = Creditor
debts-status = Status
debts-status-active = Open
debts-status-resolved = Resolved
debts-status-dispute = In dispute
debts-status-hold = On hold
debts-status-closed = Closed
debts-balance = Balance
debts-balance-min = Balance from
debts-balance-max = Balance up to
debts-owed = Owed
debts-paid = Paid
debts-age-min = Days old, at least
debts-age-max = Days old, at most
debts-arose = Debt from
debts-imported = Imported
debts-consent = Consent
debts-consent-phone = May be called and texted
debts-consent-no-phone = May not be called or texted
debts-consent-email = May be e-mailed
debts-consent-no-email = May not be e-mailed
debts-consent-do-not-call = On a do-not-call list
debts-contact = Last contact
debts-contact-never = Never
debts-contact-within = { $count ->
    [one] In the last day
   *[other] In the last { $count } days
}
debts-contact-not-for = { $count ->
    [one] Not in the last day
   *[other] Not in the last { $count } days
}
debts-disputed = Dispute
debts-disputed-yes = Disputed, here or at the bank
debts-disputed-no = Not disputed
debts-order = Order
debts-order-match-up = Best match first
debts-order-imported-down = Newest import first
debts-order-imported-up = Oldest import first
debts-order-name-up = Name, A to Z
debts-order-name-down = Name, Z to A
debts-order-balance-down = Largest balance first
debts-order-balance-up = Smallest balance first
debts-order-age-up = Oldest debt first
debts-order-age-down = Newest debt first
debts-order-contact-up = Longest without contact first
debts-order-contact-down = Latest contact first
debts-count = { $count ->
    [one] One debt
   *[other] { $count } debts
}
debts-count-more = { $count }+ debts
debts-count-first = More than { $count } debts fit; the best { $count } are listed. Add a word or a filter.
debts-count-unknown = Many debts; counting them would take too long
debts-similar = Nothing is written exactly like that. These are like it.
debts-empty = No debt fits.
debts-first = Back to the first page
debts-by-match = Best match first
debts-csv = Download all as CSV
debts-caption = Debts
debts-pages = Pages of the list
debts-previous = Previous
debts-next = Next
debts-saved = Saved searches
debts-save-as = Save this search as
debts-save = Save
debts-delete = Delete
debts-delete-named = Delete { $name }
debts-name-empty = Enter a name for the search.
debts-name-long = Use at most 100 characters.
debts-name-taken = You have a saved search of this name. Choose another one, or delete that first.
debts-name-too-many = You have a hundred saved searches. Delete one first.
debts-problem-choice = Choose one of the choices.
debts-problem-amount = Enter an amount such as 150.00.
debts-problem-days = Enter a whole number of days.
debts-problem-state = Enter the two letters of a state, such as OR.
debts-problem-range = This must not be less than the lower limit.
