//! Style sheets, icons and the one script: built in, hashed and compressed once at start.

use std::io::Write;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::config::Company;
use crate::domain::color::Rgb;
use crate::web::error::AppError;
use crate::web::state::AppState;

const FILES: [(&str, &str, &[u8]); 5] = [
    (
        "vendor/modern-normalize.css",
        "text/css; charset=utf-8",
        include_bytes!("../../static/vendor/modern-normalize.css"),
    ),
    ("css/quittance.css", "text/css; charset=utf-8", include_bytes!("../../static/css/quittance.css")),
    ("css/staff.css", "text/css; charset=utf-8", include_bytes!("../../static/css/staff.css")),
    ("js/passkey.js", "text/javascript; charset=utf-8", include_bytes!("../../static/js/passkey.js")),
    ("favicon.svg", "image/svg+xml", include_bytes!("../../static/favicon.svg")),
];

/// A file as it is sent.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
}

/// All files that pages load.
pub struct Assets {
    /// `/static/<hash>`; the hash covers every file, so that a page's address changes with any of them.
    prefix: String,
    files: Vec<Asset>,
}

impl Assets {
    /// The files, with a theme in the company's colour.
    pub fn new(company: &Company) -> std::io::Result<Assets> {
        let theme = theme(company.color.as_deref().and_then(Rgb::parse).unwrap_or(Rgb(0x1d, 0x5d, 0x79)));
        let mut hash = Sha256::new();
        let mut files = Vec::new();
        let generated = [("theme.css", "text/css; charset=utf-8", theme.as_bytes())];
        for (name, content_type, bytes) in FILES.into_iter().chain(generated) {
            hash.update(name);
            hash.update(bytes);
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(bytes)?;
            files.push(Asset { name, content_type, plain: bytes.to_vec(), gzip: gzip.finish()? });
        }
        let hash: String = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
        Ok(Assets { prefix: format!("/static/{hash}"), files })
    }

    /// The address of a file.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }
}

/// The brand's colour, moved until it reads on the light and the dark ground (see `quittance.css`).
fn theme(brand: Rgb) -> String {
    let light = brand.readable_on(Rgb(0xf4, 0xf6, 0xf8), 4.6);
    let dark = brand.readable_on(Rgb(0x18, 0x20, 0x28), 7.0);
    format!(
        ":root{{--brand:{};--brand-ink:{};--brand-dark:{};--brand-dark-ink:{}}}\n",
        light.hex(),
        light.ink().hex(),
        dark.hex(),
        dark.ink().hex()
    )
}

/// `GET /static/{hash}/{file}`.
pub async fn serve(req: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, AppError> {
    let name = req.match_info().query("file");
    let asset = state.assets.files.iter().find(|a| a.name == name).ok_or(AppError::NotFound)?;
    let current = req.path().strip_prefix(state.assets.prefix.as_str()).is_some();
    // An address of another release may be asked for while machines are being updated; it gets today's file, briefly.
    let cache = if current { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
    let accepted = req.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)))
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, "Accept-Encoding"));
    if accepts_gzip(accepted) {
        Ok(answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(asset.gzip.clone()))
    } else {
        Ok(answer.body(asset.plain.clone()))
    }
}

fn accepts_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|part| {
        let (name, q) = part.trim().split_once(';').unwrap_or((part.trim(), ""));
        name.eq_ignore_ascii_case("gzip") && !matches!(q.trim(), "q=0" | "q=0.0")
    })
}

/// `GET /logo`: the company's logo file.
pub async fn logo(req: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, AppError> {
    let path = state.settings.company.logo.clone().ok_or(AppError::NotFound)?;
    let file = actix_files::NamedFile::open(path).map_err(|_| AppError::NotFound)?;
    let mut answer = file.into_response(&req);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(answer)
}

/// `GET /robots.txt`: nothing here is for search engines.
pub async fn robots() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(include_str!("../../static/robots.txt"))
}
