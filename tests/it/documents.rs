//! Letters as PDF: what stands in them, how they are built for those who hear them, and who gets them.

use quittance::documents::{Block, Document};
use quittance::locale::Lang;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::pdf::{Pdf, Value};
use crate::support::{Client, Debt, TestApp, spawn};

async fn signed_in(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

/// A PDF that was answered as a download, and its whole text with white space folded.
fn read(page: &Page, name: &str) -> (Pdf, String) {
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "application/pdf"), "{}", page.text());
    assert_eq!(page.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    assert_eq!(
        (page.header("cache-control").as_str(), page.header("x-content-type-options").as_str()),
        ("no-store", "nosniff")
    );
    let pdf = Pdf::read(&page.bytes);
    let text = pdf.texts().concat().split_whitespace().collect::<Vec<_>>().join(" ");
    (pdf, text)
}

/// What makes it accessible: marked, with a structure, a language and a title that is shown.
fn assert_tagged(pdf: &Pdf, language: &str, title: &str) {
    let catalog = pdf.catalog();
    let marked = pdf.at(catalog.get("MarkInfo").unwrap()).get("Marked").cloned();
    assert_eq!(marked, Some(Value::Word("true".to_owned())));
    assert_eq!(catalog.get("Lang").and_then(Value::text).as_deref(), Some(language));
    let preferences = pdf.at(catalog.get("ViewerPreferences").unwrap());
    assert_eq!(preferences.get("DisplayDocTitle"), Some(&Value::Word("true".to_owned())));
    assert!(pdf.texts()[0].contains(title), "{:?}", pdf.texts()[0]);
    let structure = pdf.structure();
    let kinds: Vec<&str> = structure.iter().map(|path| path.rsplit('/').next().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "H1").count(), 1, "{structure:?}");
    assert!(pdf.pages().iter().all(|page| page.get("StructParents").is_some()));
}

/// Asks for the receipt of a debt's opening payment.
fn payment(app: &TestApp, debt: &Debt) -> Uuid {
    app.value(&format!("SELECT id FROM payments WHERE debt_id = '{}'", debt.id)).parse().unwrap()
}

#[actix_web::test]
async fn row_16_a_receipt_as_pdf_has_every_field_in_both_languages() {
    let app = spawn().await;
    let debt = app.debt().creditor("Clínica Peñasco & Søn").owing("1234.50").paid("20.00").create();
    let client = signed_in(&app, &debt).await;
    let id = payment(&app, &debt);
    let page = client.get(&format!("/payments/{id}")).await;
    assert_eq!(page.attributes("a[href$='.pdf']", "href"), [format!("/payments/{id}/receipt.pdf")]);
    let (pdf, text) = read(&client.get(&format!("/payments/{id}/receipt.pdf")).await, "receipt.pdf");
    assert_tagged(&pdf, "en", "Receipt");
    let date = app.value(&format!("SELECT to_char(completed_at AT TIME ZONE 'America/New_York', 'FMMonth FMDD, YYYY') FROM payments WHERE id = '{id}'"));
    for part in [
        "Amount paid $20.00",
        &format!("Date {date}"),
        "Paid to Harbor Lane Services, 1200 Wharf Street, Portland, OR 97204",
        "Our reference Q-",
        "Charge-off creditor Clínica Peñasco & Søn",
        "Original account number ••••9113",
        &format!("Receipt number {id}"),
        "$1,214.50",
        "from a debt collector",
        "Page 1 of 1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("4417"));
    let rows = pdf.structure().into_iter().filter(|path| path.ends_with("Table/TBody/TR/TH")).count();
    assert!(rows >= 8, "{:?}", pdf.structure());
    let (pdf, text) = read(&client.get(&format!("/payments/{id}/receipt.pdf?lang=es")).await, "recibo.pdf");
    assert_tagged(&pdf, "es", "Recibo");
    for part in ["Clínica Peñasco & Søn", "Monto pagado $20.00", "Página 1 de 1"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for english in ["Amount", "Date", "Receipt", "creditor", "Page"] {
        assert!(!text.contains(english), "{english} in {text}");
    }
}

#[actix_web::test]
async fn a_receipt_tells_what_went_back_and_a_payment_on_its_way_has_none() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").paid("60.00").create();
    let client = signed_in(&app, &debt).await;
    let id = payment(&app, &debt);
    app.execute(&format!("UPDATE payments SET amount_refunded = 15, amount_charged_back = 5 WHERE id = '{id}'"));
    let (_, text) = read(&client.get(&format!("/payments/{id}/receipt.pdf")).await, "receipt.pdf");
    for part in [
        "What counts of this payment now",
        "Refunded since −$15.00",
        "Returned to your bank since −$5.00",
        "Counts as paid now $40.00",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    client.start_payment(&debt, "10.00").await;
    let open = app.value("SELECT id FROM payments WHERE status = 'pending'");
    assert_eq!(client.get(&format!("/payments/{open}/receipt.pdf")).await.status, 404);
}

#[actix_web::test]
async fn a_statement_of_five_hundred_lines_goes_over_many_pages_with_its_head_on_each() {
    let app = spawn().await;
    let debt = app.debt().owing("90000.00").create();
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, payment_type, status, payment_method, completed_at, created_at)
         SELECT '{}', 10 + n / 100.0, 'partial', 'completed', 'card', t, t
         FROM generate_series(1, 500) n, LATERAL (SELECT timestamptz '2024-01-01 15:00Z' + n * interval '1 day' AS t) x",
        debt.id
    ));
    let client = signed_in(&app, &debt).await;
    let address = format!("{}/statement.pdf", debt.path());
    let (pdf, text) = read(&client.get(&address).await, "statement.pdf");
    assert_tagged(&pdf, "en", "Statement");
    let texts = pdf.texts();
    assert!((10..40).contains(&texts.len()), "{}", texts.len());
    for (number, text) in texts.iter().enumerate() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!("Page {} of {}", number + 1, texts.len())), "{text}");
        assert!(text.contains("Receipt Amount"), "no head on page {}: {text}", number + 1);
    }
    // Every line once, in order, and the sum below.
    for part in ["January 2, 2024", "−$10.01", "May 15, 2025", "−$15.00", "$83,747.50"] {
        assert!(text.contains(part), "{part}");
    }
    let structure = pdf.structure();
    let count = |end: &str| structure.iter().filter(|path| path.ends_with(end)).count();
    assert_eq!((count("THead/TR/TH"), count("Table/THead")), (5, 1), "the head is heard once");
    // 500 lines and two sums of five cells, of which the first names the row; seven facts or fewer before.
    assert!(count("TBody/TR") >= 502 + 5 && count("TBody/TR/TD") >= 502 * 4);
    // A period, and a wrong one.
    let (_, text) = read(&client.get(&format!("{address}?from=2025-01-01&to=2025-01-31")).await, "statement.pdf");
    assert!(text.contains("January 1, 2025") && !text.contains("January 2, 2024"), "{text}");
    let page = client.get(&format!("{}/statement?from=2025-01-01&to=2025-01-31", debt.path())).await;
    let link = page.attributes("a[href*='.pdf']", "href");
    assert_eq!(link, [format!("{address}?from=2025-01-01&to=2025-01-31")]);
    let wrong = client.get(&format!("{address}?from=2025-02-31")).await;
    assert_eq!((wrong.status, wrong.count("#from-error")), (422, 1));
    let (pdf, text) = read(&client.get(&format!("{address}?lang=es")).await, "estado-de-cuenta.pdf");
    assert_tagged(&pdf, "es", "Estado de su cuenta");
    assert!(!text.contains("January") && text.contains("enero"), "{text}");
}

#[actix_web::test]
async fn the_paid_in_full_letter_as_pdf_is_its_debtors_own() {
    let app = spawn().await;
    let debt = app.debt().first_name("José Ángel").paid("100.00").status("resolved").create();
    let other = app.debt().paid("100.00").status("resolved").create();
    let (client, stranger) = (signed_in(&app, &debt).await, signed_in(&app, &other).await);
    client.get(&debt.path()).await;
    let address = client.post(&format!("{}/letters", debt.path()), &[]).await.location();
    let number = address.rsplit('/').next().unwrap().to_owned();
    assert_eq!(client.get(&address).await.attributes("a[href$='.pdf']", "href"), [format!("{address}.pdf")]);
    let (pdf, text) = read(&client.get(&format!("{address}.pdf")).await, "letter.pdf");
    assert_tagged(&pdf, "en", "This account is paid in full");
    for part in ["José Ángel Quillfeather", "Northwind Dental", "$100.00", number.as_str(), "/letters"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let (pdf, text) = read(&client.get(&format!("{address}.pdf?lang=es")).await, "carta.pdf");
    assert_tagged(&pdf, "es", "Esta cuenta está pagada");
    assert!(text.contains("José Ángel Quillfeather"), "{text}");
    client.get(&format!("{address}?lang=en")).await;
    // The same moment gives the same bytes.
    let receipt = format!("/payments/{}/receipt.pdf", payment(&app, &debt));
    let statement = format!("{}/statement.pdf", debt.path());
    for address in [format!("{address}.pdf"), receipt, statement] {
        assert_eq!(client.get(&address).await.status, 200, "{address}");
        assert_eq!(stranger.get(&address).await.status, 404, "{address}");
        assert_eq!(app.client().get(&address).await.status, 401, "{address}");
    }
    assert_eq!(client.get("/letters/PF-0000-0000-0000-0000.pdf").await.status, 404);
    app.execute(&format!("UPDATE payments SET amount_charged_back = 30 WHERE debt_id = '{}'", debt.id));
    let (_, text) = read(&client.get(&format!("{address}.pdf")).await, "letter.pdf");
    assert!(text.contains("This letter is no longer valid") && !text.contains("paid in full"), "{text}");
}

fn copy(words: &str) -> Document {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    let fact = |term: &str, what: &str| (term.to_owned(), what.to_owned());
    let facts = vec![
        fact("Número", "C-7KQ2-91XM"),
        fact("Recibida", "4:05 p.\u{a0}m. PST"),
        fact("Motivo", "El monto es incorrecto"),
    ];
    Document {
        lang: Lang::Es,
        title: "Su disputa".to_owned(),
        sender: vec!["Harbor Lane Services".to_owned(), "1200 Wharf Street".to_owned()],
        blocks: vec![Block::Facts(facts), paragraph(words), paragraph("Le responderemos.")],
        as_of: "2026-11-25T00:05:00Z".parse().unwrap(),
    }
}

#[test]
fn a_letter_holds_every_word_however_long_and_in_whatever_letters() {
    let make = |words: &str| copy(words).to_pdf().unwrap();
    let words = (1..=3000).map(|n| format!("palabra{n}")).collect::<Vec<_>>().join(" ");
    let bytes = make(&words);
    assert_eq!(bytes, make(&words), "the same letter gives the same bytes");
    let pdf = Pdf::read(&bytes);
    assert_tagged(&pdf, "es", "Su disputa");
    // What stands at the foot of a page is no part of the text.
    let text = pdf.texts().concat();
    for n in [1, 2, 999, 1500, 2999, 3000] {
        assert!(text.split_whitespace().any(|word| word == format!("palabra{n}")), "{n}");
    }
    for part in ["C-7KQ2-91XM", "4:05 p.\u{a0}m.", "Motivo", "Le responderemos."] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let paragraphs = pdf.structure().into_iter().filter(|path| path.ends_with("/P")).count();
    assert_eq!(paragraphs, 3, "sender, two paragraphs");
    // Words that are none, letters that the font does not have, nothing at all.
    let long = "x".repeat(5000);
    for words in ["Привет, Ξένε, Đặng", "漢字 العربية 🎉", "", "a\n\nb", "\u{200b}\t", long.as_str()]
    {
        let text = Pdf::read(&make(words)).texts().concat();
        let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        assert!(letters(&text).contains(&letters(words)) || words == long, "{words} in {text}");
    }
    assert_eq!(Pdf::read(&make(&long)).texts().concat().matches('x').count(), 5000);
}

#[actix_web::test]
async fn row_6_the_copy_of_a_dispute_as_pdf_has_number_time_and_words() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = signed_in(&app, &debt).await;
    let form =
        [("kind", "dispute"), ("reason", "wrong_amount"), ("details", "Pagué $40.00 en marzo.\n\nTengo el recibo.")];
    let answer = client.post_files(&format!("{}/cases", debt.path()), &form, &[("recibo.pdf", b"%PDF-1.7\n")]).await;
    let case = answer.location().split('?').next().unwrap().to_owned();
    let page = client.get(&case).await;
    assert_eq!(page.attributes("a[href$='.pdf']", "href"), [format!("{case}/copy.pdf")]);
    let number = app.value("SELECT number FROM cases");
    for (lang, title, reason) in
        [("en", "Dispute", "The amount is wrong."), ("es", "Disputa", "El monto es incorrecto.")]
    {
        let (pdf, text) = read(&client.get(&format!("{case}/copy.pdf?lang={lang}")).await, &file(lang));
        assert_tagged(&pdf, lang, title);
        let time = client.get(&format!("{case}?lang={lang}")).await.texts("dd time")[0].clone();
        for part in
            [&number, &time, reason, "Pagué $40.00 en marzo.", "Tengo el recibo.", "recibo.pdf", "Northwind Dental"]
        {
            assert!(text.contains(part), "{lang}: {part} in {text}");
        }
    }
    assert_eq!(signed_in(&app, &other).await.get(&format!("{case}/copy.pdf")).await.status, 404);
    assert_eq!(app.client().get(&format!("{case}/copy.pdf")).await.status, 401);
}

fn file(lang: &str) -> String {
    Lang::parse(lang).unwrap().t("documents-file-case").into_owned()
}
