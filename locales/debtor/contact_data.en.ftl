
### The contact data a person can correct

contact-data-title = Your contact data
contact-data-lead = Correct here what we have on file to reach you. It holds for all your accounts with us; what stood there before is kept.
contact-data-problem = Please correct this
contact-data-done = Your contact data is corrected.
contact-data-name = To correct your name, call us or write to us.
contact-data-proof = The ZIP code that we have on file now
contact-data-proof-hint = Only needed if you change your e-mail address or your ZIP code, so that nobody else does.
contact-data-proof-empty = Enter the ZIP code that we have on file now: you are changing your e-mail address or ZIP code.
contact-data-proof-wrong = This is not the ZIP code that we have on file. Nothing was changed.
contact-data-proof-none = Your e-mail address and ZIP code cannot be changed here, because we have no ZIP code of yours. Please call us.
contact-data-paused = There were too many wrong answers. You can try again later, or call us.
contact-data-email-unusable = This address cannot be used here. Please call us.
contact-data-email-malformed = Enter an e-mail address such as maria@example.com.
contact-data-changed = Your data was changed in the meantime. Check it as it stands here, and correct it once more.
contact-data-told = If we may write to you by e-mail, we tell the old and the new address that something was changed.
contact-data-save = Save my contact data
