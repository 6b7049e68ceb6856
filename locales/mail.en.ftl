
### E-mails. Anybody may see one, so none of them says that somebody owes money, whom, to whom or how much (12 CFR 1006.6(d)(1)).

mail-subject-link = A private message for you from { $name }
mail-subject-fresh-link = Your new link from { $name }
mail-subject-code = Your code from { $name }
mail-subject-receipt = Your receipt from { $name } is ready
mail-subject-case-opened = { $name } received your request
mail-subject-case-answered = { $name } has answered your request
mail-subject-choices-changed = Your choices at { $name } were changed
mail-subject-contact-changed = Your contact information at { $name } was changed
mail-subject-esign = Your choice about electronic messages from { $name }
mail-text-link = We have a private message for you. To protect your privacy it is not in this e-mail.
mail-text-fresh-link = You asked for a new link, and here it is. If you did not ask for it, you do not need to do anything.
mail-text-code = You asked for a code to confirm that it is you. Enter it on the page where you asked for it:
mail-text-receipt = A receipt is ready for you. Sign in by your personal link to read it, print it or save it.
mail-text-case-opened = We received your request. Sign in by your personal link to read what we received, and keep it as your copy.
mail-text-case-answered = There is an answer to your request. Sign in by your personal link to read it.
mail-text-choices-changed = Your choices about how we may contact you were changed. Sign in by your personal link to read them. If you did not change them, please call us.
mail-text-contact-changed = Contact information that we keep for you was changed. If you did not ask for this, please call us.
mail-text-esign-given = You agreed to receive messages electronically. Sign in by your personal link to read what you agreed to or to change it.
mail-text-esign-withdrawn = You withdrew your choice about electronic notices. Sign in by your personal link to read it or to change it.
mail-code-limits = The code works for 10 minutes, and once. We never ask for it by telephone or e-mail. If you did not ask for a code, you do not need to do anything.
mail-case = Number { $number }, received { $time }
mail-no-link = To sign in, use the personal link in an earlier message of ours. If it does not work, you can ask for a new one here: { $url }
mail-open = Open your private page
mail-opt-out = To receive no more e-mail from us, choose so here
mail-shown-link = (your personal link)
mail-shown-code = (the code)
mail-shown-opt-out = (a link to choose so)
