
### Notices by e-mail instead of by post (E-SIGN, 15 USC 7001(c)).

esign-title = Notices by e-mail
esign-lead = You can receive the notices that the law lets us send you by e-mail instead of by post. Please read this first.
esign-problem = Please check this
esign-in-force = You receive notices by e-mail at { $email }. You agreed on { $at }.
esign-withdraw-text = You can withdraw this at any time, without a fee. After that, notices come by post.
esign-withdraw = Withdraw my consent
esign-done-given = You have agreed to receive notices by e-mail.
esign-done-withdrawn = You have withdrawn your consent. From now on notices come by post.
esign-version = Version { $version } of this text
esign-address = Notices will go to { $email }.
esign-address-correct = Use another address
esign-no-address = We have no e-mail address of yours that notices could go to. Enter one first.
esign-agree = I have read this, I can open e-mails and web pages such as this one, and I agree to receive notices by e-mail
esign-give = Agree
esign-unticked = Tick the box if you agree.
esign-text-changed = The text was shown in another wording or language before. Please read it as it stands here, and agree once more.
esign-history = What you agreed to before
esign-past-given = Agreed on { $at } for { $email }.
esign-past-withdrawn = Withdrawn on { $at }.
esign-past-text = The text you agreed to, version { $version }

## The text itself. Raise the version in src/web/debtor/esign.rs whenever a word of it changes.
esign-text-what = What this covers. If you agree, { $company } may send you by e-mail the notices, disclosures and statements that the law otherwise requires on paper, for all your accounts with us, those you have now and those that may come later, for as long as we service them.
esign-text-paper = Your right to paper. You may receive any notice on paper instead. You do not have to agree, and nothing about your accounts changes if you do not.
esign-text-withdraw = Your right to withdraw. You may withdraw your consent at any time on this page, by telephone at { $phone }, or by a letter to { $company }, { $address }. There is no fee and no other consequence: from then on notices come by post. A notice sent before stays valid.
esign-text-copy = Paper copies. After you have agreed, you may still ask for a paper copy of any notice, by telephone at { $phone } or by letter. There is no fee.
esign-text-address = Your address. Keep your e-mail address up to date on the page “Your contact data” of this portal, or tell us by telephone at { $phone }.
esign-text-needs = What you need. A device with access to the internet, a current web browser, an e-mail account that receives our messages, a program that shows PDF files, and, if you want to keep the notices, a printer or space to store them.
esign-text-choice = Your other choices. This consent is only about how required notices reach you. Whether we may contact you by e-mail at all, you choose on the page “How we may contact you”. If you refuse e-mail there, notices come by post.
esign-text-effect = How you agree. You agree by ticking the box below and pressing “Agree”. That you can read this page shows that you can open what we send.
