//! Evidence: what is taken, what is not, and who gets it back.

use super::{DISPUTE, debtor};
use crate::support::spawn;
use quittance::domain::staff::Role;

/// Names and contents.
type Files<'a> = &'a [(&'a str, &'a [u8])];

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj";
const HEIC: &[u8] = b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHEmiafMiHBheic";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

#[actix_web::test]
async fn evidence_is_a_download_for_its_person_and_staff_only() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    let client = debtor(&app, &debt).await;
    let files: [(&str, &[u8]); 4] = [("recibo ñ.pdf", PDF), ("x.html", PNG), ("IMG_1.HEIC", HEIC), ("a.jpg", JPEG)];
    let answer = client.post_files(&format!("{}/cases", debt.path()), &DISPUTE, &files).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = client.get(&answer.location()).await;
    let links = page.attributes(".documents a[download]", "href");
    assert_eq!(links.len(), 4);
    let page = client.get(&links[0]).await;
    assert_eq!((page.status, page.body.as_bytes()), (200, PDF));
    assert_eq!(page.header("content-type"), "application/pdf");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let disposition = page.header("content-disposition");
    assert!(
        disposition.starts_with("attachment;") && disposition.contains("filename*=UTF-8''recibo%20%C3%B1.pdf"),
        "{disposition}"
    );
    let picture = client.get(&links[1]).await;
    assert!(picture.header("content-disposition").contains("x.html.png"), "{}", picture.header("content-disposition"));
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(client.get(&links[2]).await.header("content-type"), "image/heic");
    let stranger = debtor(&app, &other).await;
    assert_eq!(stranger.get(&links[0]).await.status, 404);
    assert_eq!(app.client().get(&links[0]).await.status, 401);
    let viewer = app.staff(Role::Viewer);
    let id = app.value("SELECT id FROM cases");
    let page = viewer.client.get(&format!("/admin/cases/{id}")).await;
    let link = &page.attributes("a[download]", "href")[0];
    assert_eq!(viewer.client.get(link).await.body.as_bytes(), PDF);
    assert!(app.audited().contains(&"case.file_read".to_owned()));
}

#[actix_web::test]
async fn what_is_no_evidence_is_refused_and_the_words_are_kept() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let large = [PDF, &vec![0; 10 * 1024 * 1024]].concat();
    let nine = [PNG, &vec![0; 9 * 1024 * 1024]].concat();
    let wrong: [(Files<'_>, &str); 5] = [
        (&[("bill.pdf", b"<html>not a pdf</html>")], "not a PDF"),
        (&[("bill.pdf", b"")], "empty"),
        (&[("bill.pdf", &large)], "larger than 10 MB"),
        (&[("a", &nine), ("b", &nine), ("c", &nine)], "larger than 25 MB"),
        (&[("1", PNG), ("2", PNG), ("3", PNG), ("4", PNG), ("5", PNG), ("6", PNG)], "at most 5"),
    ];
    for (files, said) in wrong {
        let page = client.post_files(&format!("{}/cases", debt.path()), &DISPUTE, files).await;
        assert_eq!(page.status, 422, "{said}");
        let message = page.text_of("#files-error");
        assert!(message.contains(said), "{message}");
        assert!(page.body.contains("I paid $40.00 in March."), "the words are kept");
        assert_eq!(page.count("input[value=wrong_amount][checked]"), 1);
    }
    assert_eq!(app.value("SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM case_files)"), "0");
    assert_eq!(app.value("SELECT status FROM debts"), "active");
    // Just below the limit.
    let fits = [PDF, &vec![0; 10 * 1024 * 1024 - PDF.len()]].concat();
    let page = client.post_files(&format!("{}/cases", debt.path()), &DISPUTE, &[("big.pdf", &fits)]).await;
    assert_eq!(page.status, 303);
    assert_eq!(app.value("SELECT octet_length(content) FROM case_files"), "10485760");
}

#[actix_web::test]
async fn a_form_without_our_value_is_read_no_further() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let body = "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ndispute\r\n--b--\r\n".as_bytes().to_vec();
    let page = client.post_bytes(&format!("{}/cases", debt.path()), "multipart/form-data; boundary=b", body).await;
    assert_eq!(page.status, 403);
    for body in ["", "--b", "--b\r\nnonsense", "--b--\r\n"] {
        let page = client
            .post_bytes(&format!("{}/cases", debt.path()), "multipart/form-data; boundary=b", body.as_bytes().to_vec())
            .await;
        assert!([400, 403].contains(&page.status), "{body:?}: {}", page.status);
    }
    assert_eq!(app.value("SELECT count(*) FROM cases"), "0");
}
