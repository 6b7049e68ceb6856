//! What was written and said: calm, correct, and nothing in a text message or a voicemail that a stranger may not read.

use super::history::Story;

/// The company of the demo, unless the settings name another.
pub const COMPANY: &str = "Fairwater Accounts";

pub(super) const OUT: &str = "outbound";
pub(super) const IN: &str = "inbound";

/// One contact, before the names are filled in.
#[derive(Clone, Copy)]
pub(super) enum Contact {
    Email(Letter),
    Call(Call),
    Sms(Text),
}

#[derive(Clone, Copy)]
pub(super) struct Letter {
    pub direction: &'static str,
    pub subject: Option<&'static str>,
    pub content: &'static str,
    pub ai: bool,
    pub checked: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Call {
    pub direction: &'static str,
    pub outcome: Option<&'static str>,
    pub seconds: Option<i32>,
    pub transcript: Option<&'static str>,
    pub ai: bool,
    pub checked: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Text {
    pub direction: &'static str,
    pub content: &'static str,
    pub ai: bool,
    pub checked: bool,
}

const fn email(direction: &'static str, subject: &'static str, content: &'static str) -> Contact {
    Contact::Email(Letter { direction, subject: Some(subject), content, ai: false, checked: true })
}

const fn call(direction: &'static str, outcome: &'static str, seconds: i32, transcript: &'static str) -> Contact {
    let transcript = if transcript.is_empty() { None } else { Some(transcript) };
    Contact::Call(Call {
        direction,
        outcome: Some(outcome),
        seconds: Some(seconds),
        transcript,
        ai: false,
        checked: true,
    })
}

const fn sms(direction: &'static str, content: &'static str) -> Contact {
    Contact::Sms(Text { direction, content, ai: false, checked: true })
}

const fn by_machine(contact: Contact) -> Contact {
    match contact {
        Contact::Email(letter) => Contact::Email(Letter { ai: true, ..letter }),
        Contact::Call(call) => Contact::Call(Call { ai: true, ..call }),
        Contact::Sms(text) => Contact::Sms(Text { ai: true, ..text }),
    }
}

const fn unchecked(contact: Contact) -> Contact {
    match contact {
        Contact::Email(letter) => Contact::Email(Letter { checked: false, ..letter }),
        Contact::Call(call) => Contact::Call(Call { checked: false, ..call }),
        Contact::Sms(text) => Contact::Sms(Text { checked: false, ..text }),
    }
}

/// What every account sees, over and over.
pub(super) fn ordinary(spanish: bool) -> &'static [Contact] {
    if spanish { &SPANISH } else { &ENGLISH }
}

/// What only this story has.
pub(super) fn special(story: Story) -> Vec<Contact> {
    match story {
        Story::Ordinary => Vec::new(),
        Story::Dispute => DISPUTE.to_vec(),
        Story::Hold => HOLD.to_vec(),
        Story::PaidInFull => PAID_IN_FULL.to_vec(),
        Story::Everything => EVERYTHING.to_vec(),
    }
}

const ENGLISH: [Contact; 13] = [
    email(
        OUT,
        "About your account with {creditor}",
        "Hello {first},\n\n{creditor} has placed your account with us. The enclosed notice shows the amount, how it came \
         about, and how to dispute it or ask for the original creditor's details.\n\nThis is an attempt to collect a debt by \
         a debt collector. Any information obtained will be used for that purpose.\n\n{company}",
    ),
    sms(
        OUT,
        "{company}: Hi {first}, we sent you a letter and an e-mail. Questions? Call (802) 555-0140. Reply STOP to opt out.",
    ),
    call(
        OUT,
        "voicemail",
        21,
        "Hello, this message is for {first}. This is Dana from {company}. Please call me back at (802) 555-0140 between nine \
         and six. Thank you.",
    ),
    by_machine(email(
        OUT,
        "Your personal page is ready",
        "Hello {first},\n\nOn your personal page you can read everything we have on record about this account: letters, \
         calls, texts and payments. You can pay there in full or in part, dispute the debt, or ask for help.\n\nThis message is \
         from a debt collector.\n\n{company}",
    )),
    call(OUT, "no_answer", 0, ""),
    call(
        IN,
        "answered",
        262,
        "Agent: {company}, this is Dana, this call may be recorded. How can I help?\nCaller: Hi, I got your letter about \
         {creditor}. I would like to know what the amount is made of.\nAgent: Of course. First, may I have your postal code?\n\
         Caller: (gives it)\nAgent: Thank you. The balance when we received the account was {owed}. We add no interest and no \
         fees.\nCaller: Okay. I can pay some of it at the end of the month.\nAgent: That is fine. There is no charge for paying \
         in parts, and you can do it on your page at any time.\nCaller: Good, thanks.",
    ),
    sms(IN, "Can I pay part of it on Friday?"),
    by_machine(sms(OUT, "{company}: Yes, any day and any part. Your page shows how. Reply STOP to opt out.")),
    email(
        IN,
        "Question about the amount",
        "Hello,\n\nI think I already paid some of this to {creditor} last year. Can you check?\n\nThanks\n{first}",
    ),
    email(
        OUT,
        "Re: Question about the amount",
        "Hello {first},\n\nThank you for writing. We asked {creditor}: payments made before the account came to us are already \
         taken off the balance on your page. If you have a receipt that is not there, send it and we will correct the account.\
         \n\nThis message is from a debt collector.\n\nDana Whitfield\n{company}",
    ),
    call(OUT, "busy", 0, ""),
    sms(IN, "Thank you!"),
    email(
        OUT,
        "Your statement",
        "Hello {first},\n\nYour statement for this month is on your page. Nothing has been added to the balance.\n\nIf paying \
         is difficult right now, tell us: there are several ways to arrange it.\n\nThis message is from a debt collector.\n\n\
         {company}",
    ),
];

const SPANISH: [Contact; 8] = [
    email(
        OUT,
        "Acerca de su cuenta con {creditor}",
        "Hola {first}:\n\n{creditor} nos ha encargado su cuenta. El aviso adjunto muestra la cantidad, de dónde proviene y cómo \
         disputarla o pedir los datos del acreedor original.\n\nEste es un intento de cobrar una deuda por parte de un cobrador \
         de deudas. Toda información obtenida se usará con ese fin.\n\n{company}",
    ),
    sms(
        OUT,
        "{company}: Hola {first}, le enviamos una carta y un correo. ¿Preguntas? (802) 555-0140. Responda STOP para no recibir más.",
    ),
    call(
        IN,
        "answered",
        184,
        "Agente: {company}, habla Marisol. ¿En qué puedo ayudarle?\nCliente: Buenas tardes, recibí su carta. ¿Puedo pagar en \
         partes?\nAgente: Sí, sin ningún cargo. ¿Me da su código postal, por favor?\nCliente: (lo da)\nAgente: Gracias. En su \
         página puede pagar la cantidad que quiera, el día que quiera.\nCliente: Perfecto, muchas gracias.",
    ),
    by_machine(email(
        OUT,
        "Su página personal está lista",
        "Hola {first}:\n\nEn su página personal puede leer todo lo que consta sobre esta cuenta y pagar el total o una parte.\n\n\
         Este mensaje es de un cobrador de deudas.\n\n{company}",
    )),
    sms(IN, "¿Ya recibieron mi pago?"),
    sms(OUT, "{company}: Sí, gracias. Su recibo está en su página. Responda STOP para no recibir más."),
    call(
        OUT,
        "voicemail",
        18,
        "Hola, este mensaje es para {first}. Le habla Marisol de {company}. Por favor llámeme al (802) 555-0140. Gracias.",
    ),
    email(IN, "Recibo", "Buenos días:\n\n¿Me pueden enviar el recibo también por correo?\n\nGracias,\n{first}"),
];

const DISPUTE: [Contact; 3] = [
    email(
        IN,
        "I dispute this debt",
        "To whom it may concern,\n\nI do not recognise this account. I never had a card with {creditor}. Please send proof that \
         it is mine.\n\n{first}",
    ),
    email(
        OUT,
        "We have received your dispute",
        "Hello {first},\n\nYour dispute is recorded. We have stopped collecting on this account and asked {creditor} for \
         verification. We will send it to you as soon as we have it; until then there is nothing you need to do.\n\nThis \
         message is from a debt collector.\n\n{company}",
    ),
    call(
        IN,
        "answered",
        96,
        "Caller: I only want to be sure that you got my e-mail.\nAgent: Yes, we did, and the account is in dispute. You will hear \
         from us in writing.\nCaller: Thank you.",
    ),
];

const HOLD: [Contact; 2] = [
    email(IN, "Attorney", "Please direct further questions to my attorney, J. Pell, (802) 555-0177.\n\n{first}"),
    email(
        OUT,
        "Your account is on hold",
        "Hello {first},\n\nThank you for telling us. Your account is on hold and we will not contact you about it.\n\nThis message \
         is from a debt collector.\n\n{company}",
    ),
];

const PAID_IN_FULL: [Contact; 2] = [
    email(
        OUT,
        "Your account is paid in full",
        "Hello {first},\n\nWe have received your last payment. Your account with {creditor} is paid in full and the balance is \
         zero. This letter is your confirmation; it stays on your page.\n\nThis message is from a debt collector.\n\n{company}",
    ),
    sms(IN, "Great, thanks for your help"),
];

/// Text of every kind. None of it may do anything but be read.
const EVERYTHING: [Contact; 12] = [
    email(
        IN,
        "<script>alert('subject')</script> Re: statement",
        "<b>Is this bold?</b> <img src=x onerror=\"alert(1)\"> <a href=\"javascript:alert(2)\">click</a>\n</article></main>\n\
         &lt;already escaped&gt; {{ 7 * 7 }} ${7*7} '; DROP TABLE payments; --",
    ),
    sms(IN, "<script>document.title='sms'</script> did you get my payment? 🙏"),
    call(
        IN,
        "answered",
        611,
        "Caller: My payment of the 14th was declined.\nAgent: I see it: the bank said no. Nothing was charged.\nCaller: \
         <marquee>Okay</marquee>, I will try from my checking account.\nAgent: That works. A payment from a bank account \
         takes up to four business days; your page says so meanwhile.\nCaller: And the one before that, I meant to pay less.\nAgent: \
         I can give back the difference. How much would that be?\nCaller: Twenty-five dollars.\nAgent: Done. It will be on your \
         card in five to ten days and is shown on your page.",
    ),
    Contact::Email(Letter {
        direction: IN,
        subject: None,
        content: "(sent from my phone, sorry no subject)\n\nThe new card works now.",
        ai: false,
        checked: true,
    }),
    by_machine(email(
        OUT,
        "Thank you for your payment",
        "Hello {first},\n\nWe received your payment. Your receipt and your new balance are on your page.\n\nThis message is from a \
         debt collector.\n\n{company}",
    )),
    unchecked(by_machine(email(
        OUT,
        "DRAFT: payment reminder",
        "This draft was written by a machine and nobody has checked it. A debtor must never read it.",
    ))),
    unchecked(by_machine(sms(OUT, "DRAFT not checked by anybody: a debtor must never read it."))),
    unchecked(call(OUT, "answered", 75, "TRANSCRIPT not checked by anybody: a debtor must never read it.")),
    by_machine(call(
        OUT,
        "answered",
        48,
        "Assistant: Hello, this is the automated assistant of {company}. Am I speaking with {first}?\nPerson: Yes.\nAssistant: You \
         asked to be called back. Would you like to speak with a person?\nPerson: Yes, please.\nAssistant: One moment.",
    )),
    Contact::Call(Call { direction: OUT, outcome: None, seconds: None, transcript: None, ai: false, checked: true }),
    email(
        IN,
        "Une question, שאלה, سؤال, 質問",
        "Élodie ici, la fille de {first}. שלום! مرحبا\u{202e}txet desrever\u{202c} 你好。\nAverylongwordwithoutanybreak\
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ),
    call(OUT, "failed", 0, ""),
];
