//! Handing out letters as PDF.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::documents::{Block, Document};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

/// A letter from the company; below it stands what must stand on everything that states a debt.
pub(super) fn letter(chrome: &Chrome, title: String, mut blocks: Vec<Block>) -> Document {
    for text in chrome.disclosures() {
        let block = if text.is_licence { Block::Licence } else { Block::Note };
        blocks.extend(text.paragraphs.into_iter().map(block));
    }
    Document { lang: chrome.language(), title, sender: chrome.sender(), blocks, as_of: chrome.now() }
}

/// Answers with a letter as a download; `name` is the end of the key of the file's name, which tells nothing about the person.
pub(super) async fn answer(visit: &Visit, letter: Document, name: &str) -> Result<HttpResponse, AppError> {
    // A statement of many lines takes a while, and the worker has others to answer.
    let pdf = actix_web::web::block(move || letter.to_pdf()).await.map_err(AppError::internal)?;
    let pdf = pdf.map_err(AppError::internal)?;
    let mut answer = HttpResponse::Ok();
    visit.add_cookies(&mut answer);
    let file = visit.lang.tx("documents-file-", name);
    answer.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    Ok(answer.content_type("application/pdf").body(pdf))
}
