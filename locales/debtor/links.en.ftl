
### The way in: codes by e-mail, and a link that does not work

identity-code-explained = We will send a code of six digits to the e-mail address we have on file for this link.
identity-code-send = Send me a code
identity-code-have = I already have a code
identity-code-again = Send another code
identity-code-sent = If this link works, a code is on its way to the e-mail address on file. It arrives within a minute or two; look among unwanted mail, too.
identity-code-label = Code from the e-mail
identity-code-hint = 6 digits; you can paste them
identity-code-empty = Enter the code from the e-mail.
identity-code-malformed = Enter the 6 digits of the code.
identity-code-wrong = This link and this code do not go together. Check the digits. A code works for 10 minutes, once, and for five tries; you can have another one sent.
identity-code-limit = Several codes were asked for. Use the newest one that you received, or wait 15 minutes before you ask for another one.
new-link-offer = My link does not work
new-link-title = Get a new link
new-link-lead = If your personal link does not work, tell us how to find you. We send a link only to the e-mail address we have on file.
new-link-who = Your e-mail address, or the account number in our letter
new-link-who-hint = One of the two is enough
new-link-submit = Send me a link
new-link-problem-who = Enter your e-mail address or the account number.
new-link-problem-long = This is too long. Enter your e-mail address or the account number.
new-link-problem-postal-code = Enter a ZIP code of 5 digits, for example 97204.
new-link-done-title = Look into your mailbox
new-link-done = If what you entered fits what we have on file, a link is on its way to the e-mail address on file.
new-link-done-more = It arrives within a few minutes; look among unwanted mail, too. If nothing arrives, call or write to us; you find how below.
