
### How a person may be contacted, as staff sees it

account-done-choices = The choice is on record and holds at once.
account-done-contact-unwanted = The contact is on record. It went against what the person has chosen: see the choices on this page.
choices-staff-title = How the person may be contacted
choices-staff-topic = About what
choices-staff-topic-empty = Choose what it is about.
choices-staff-answer = What the person said
choices-staff-answer-empty = Choose what the person said.
choices-staff-no = No: not this way, not then, not there
choices-staff-yes = Yes: it is all right
choices-staff-told = How we know
choices-staff-otherwise = By letter or in another way
choices-staff-record = Record the choice
choices-hold-by-person = Asked for by the person on the portal, { $at }
choices-unwanted = What the person has said against contact
choices-objection-stopped = No contact at all is wanted.
choices-objection-attorney = An attorney is to be contacted instead.
choices-refused-email = E-mail was refused.
choices-refused-call = Calls were refused.
choices-refused-sms = Text messages were refused.
choices-refused-letter = Letters were refused.
choices-time-mornings = Mornings do not suit.
choices-time-afternoons = Afternoons do not suit.
choices-time-evenings = Evenings do not suit.
choices-time-weekends = Weekends do not suit.
choices-time-work_hours = Working hours do not suit.
choices-place-at_work = Not at work
choices-place-home_number = Not on the number at home
choices-meter-never = Do not call: see what the person has chosen.
choices-meter-choices = What the person has chosen
choices-meter-none = Nothing against a call now
choices-meter-ok = A call now suits
choices-meter-warn = A call now goes against it
