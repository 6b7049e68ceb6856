
### Validation information: the words of the model form B-1 (12 CFR 1006, appendix B) wherever it has them

validation-title = Notice about your debt
validation-copy = A copy of the notice that we sent you on { $date } by { $way }. “Today” and “now” in it mean that day.
validation-over = The time to answer that it names ended on { $date }; you may still dispute and ask us.
validation-way-post = mail
validation-way-email = e-mail
validation-to = To:
validation-reference = Reference: { $reference }
validation-collector = { $company } is a debt collector.
validation-collect = We are trying to collect a debt that you owe to { $creditor }. We will use any information you give us to help collect the debt.
validation-shows = Our information shows:
validation-account = You had an account from { $creditor } with account number { $number }.
validation-account-no-number = You had an account from { $creditor }.
validation-then = As of { $date }, you owed:
validation-kind-last_statement = The date of the last statement
validation-kind-charge_off = The date the account was charged off
validation-kind-last_payment = The date of the last payment
validation-kind-transaction = The date of the transaction
validation-kind-judgment = The date of the court’s judgment
validation-between = Between { $date } and today:
validation-interest = You were charged this amount in interest:
validation-fees = You were charged this amount in fees:
validation-paid = You paid or were credited this amount toward the debt:
validation-now = Total amount of the debt now:
validation-dispute = How can you dispute the debt?
validation-call = Call or write to us by { $date }, to dispute all or part of the debt.
validation-assume = If you do not, we will assume that our information is correct.
validation-write = If you write to us by { $date },
validation-stop = we must stop collection on any amount you dispute until we send you information that shows you owe the debt.
validation-form = You may use the form below or write to us without the form. You may also include supporting documents.
validation-electronic = We accept disputes electronically at { $address }
validation-else = What else can you do?
validation-creditor = Write to ask for the name and address of the original creditor, if different from the current creditor.
validation-creditor-stop = If you write by { $date }, we must stop collection until we send you that information. You may use the form below or write to us without the form.
validation-creditor-electronic = We accept such requests electronically at { $address }
validation-rights = Go to www.cfpb.gov/debt-collection to learn more about your rights under federal law.
validation-rights-text = For instance, you have the right to stop or limit how we contact you.
validation-options = Contact us about your payment options.
validation-other-language = Póngase en contacto con nosotros para solicitar una copia de este formulario en español.
validation-answer = How do you want to respond?
validation-check = Check all that apply:
validation-because = I want to dispute the debt because I think:
validation-not-mine = This is not my debt.
validation-wrong-amount = The amount is wrong.
validation-other = Other (please describe or attach additional information).
validation-want-creditor = I want you to send me the name and address of the original creditor.
validation-enclosed = I enclosed this amount:
validation-payable = Make your check payable to { $company }. Include the reference number { $reference }.
validation-mail = Mail this form to:
validation-print = You can print this page with your browser.

validation-preparing-title = We are preparing your information
validation-preparing-short = We are preparing the information about this account.
validation-preparing-lead = We are preparing the information that the law asks us to send you first.
validation-preparing-text = You will get it from us in writing, and see this account here afterwards. You do not have to do anything until then. If you think that this account is not yours, or have a question, you can tell us now.

time-barred-title = Before you pay
time-barred-read = I have read this notice.
time-barred-continue = Continue to payment
time-barred-dispute = Dispute this debt
time-barred-problem-heading = Please confirm that you have read the notice
time-barred-problem = Read the notice and check the box to go on.

pay-debit-only = Debit cards and bank accounts only; credit cards cannot be used here.
confirm-more = More information about this debt, and how to reach us
