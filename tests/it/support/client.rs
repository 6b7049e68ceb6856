//! A browser without a screen: cookies, no redirects followed, pages asked by selector.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use scraper::{Html, Selector};

use super::builders::Debt;

/// One visitor. Clones share their cookies.
#[derive(Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    antiforgery: Arc<Mutex<String>>,
    headers: Vec<(&'static str, String)>,
}

/// An answer.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// The same as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn new(base: &str) -> Client {
        // The program installs it as well; whichever comes first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Client {
            base: base.to_owned(),
            http,
            cookies: Arc::default(),
            antiforgery: Arc::default(),
            headers: Vec::new(),
        }
    }

    /// The same visitor at another address of the portal.
    pub fn at(&self, base: &str) -> Client {
        Client { base: base.to_owned(), ..self.clone() }
    }

    /// The same visitor, who also sends this header.
    pub fn with_header(&self, name: &'static str, value: &str) -> Client {
        let mut client = self.clone();
        client.headers.push((name, value.to_owned()));
        client
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The anti-forgery value of the last page with a form.
    pub fn antiforgery(&self) -> String {
        self.antiforgery.lock().unwrap().clone()
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.http.get(self.url(path))).await
    }

    /// The same, where there may be nobody to answer.
    pub async fn try_get(&self, path: &str) -> Option<Page> {
        self.try_send(self.http.get(self.url(path))).await
    }

    /// Posts a form with the anti-forgery value of the last page, where there may be nobody to answer.
    pub async fn try_post(&self, path: &str, form: &[(&str, &str)]) -> Option<Page> {
        let value = self.antiforgery();
        let fields = form.iter().copied().chain([("af", value.as_str())]);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        self.try_send(request.body(body)).await
    }

    /// Posts a form, with the anti-forgery value of the last page (of the first, where there was none yet).
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        if self.antiforgery().is_empty() {
            self.get("/d/somewhere").await;
        }
        let value = self.antiforgery();
        let fields = form.iter().copied().chain([("af", value.as_str())]);
        self.post_body(path, url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()).await
    }

    /// Posts a form's body as it is.
    pub async fn post_body(&self, path: &str, body: String) -> Page {
        let request =
            self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded").body(body);
        self.send(request).await
    }

    /// Posts a body of any kind.
    pub async fn post_bytes(&self, path: &str, content_type: &str, body: Vec<u8>) -> Page {
        self.send(self.http.post(self.url(path)).header("content-type", content_type).body(body)).await
    }

    /// Posts a form with files in its field `files`, with the anti-forgery value of the last page.
    pub async fn post_files(&self, path: &str, form: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        if self.antiforgery().is_empty() {
            self.get("/d/somewhere").await;
        }
        let boundary = "-------------quittance-test";
        let mut body = Vec::new();
        let value = self.antiforgery();
        for (name, value) in [("af", value.as_str())].iter().chain(form) {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, content) in files {
            let head = format!("Content-Disposition: form-data; name=\"files\"; filename=\"{name}\"");
            let part = format!("--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n");
            body.extend_from_slice(part.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        self.post_bytes(path, &format!("multipart/form-data; boundary={boundary}"), body).await
    }

    /// Any request to the portal.
    pub async fn request(&self, method: &str, path: &str) -> Page {
        self.send(self.http.request(method.parse().unwrap(), self.url(path))).await
    }

    /// Opens a debt's link and gives the right answer.
    pub async fn sign_in(&self, debt: &Debt) {
        self.get(&debt.link()).await;
        let page = self.post(&debt.link(), &[("postal_code", &debt.postal_code)]).await;
        assert_eq!((page.status, page.location()), (303, debt.path()), "{}", page.text());
    }

    /// Starts a payment; the id of the checkout session that the debtor is sent to.
    pub async fn start_payment(&self, debt: &Debt, amount: &str) -> String {
        let form =
            if amount == "full" { vec![("choice", "full")] } else { vec![("choice", "partial"), ("amount", amount)] };
        let page = self.post(&format!("{}/payments", debt.path()), &form).await;
        assert_eq!(page.status, 303, "{}", page.text());
        page.checkout_session()
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        self.try_send(request).await.unwrap()
    }

    async fn try_send(&self, mut request: reqwest::RequestBuilder) -> Option<Page> {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.ok()?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for set in headers.get_all(SET_COOKIE) {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.lock().unwrap().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        let bytes = answer.bytes().await.ok()?.to_vec();
        let page = Page { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes };
        if let Some(value) = page.attributes("input[name=af]", "value").first() {
            self.antiforgery.lock().unwrap().clone_from(value);
        }
        Some(page)
    }
}

impl Page {
    /// The texts of the elements that `selector` finds, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|e| fold(&e.text().collect::<String>())).collect()
    }

    /// The text of the one element that `selector` finds.
    pub fn text_of(&self, selector: &str) -> String {
        let texts = self.texts(selector);
        assert_eq!(texts.len(), 1, "{selector} in {}", self.text());
        texts[0].clone()
    }

    /// An attribute of the elements that `selector` finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).filter_map(|e| e.attr(name)).map(str::to_owned).collect()
    }

    /// How many elements `selector` finds.
    pub fn count(&self, selector: &str) -> usize {
        self.texts(selector).len()
    }

    /// All that a person reads in the page's main part.
    pub fn text(&self) -> String {
        let main = self.texts("main");
        main.first().cloned().unwrap_or_else(|| self.body.clone())
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn location(&self) -> String {
        self.header("location")
    }

    /// The checkout session that the answer redirects to.
    pub fn checkout_session(&self) -> String {
        let id = self.location().rsplit('/').next().unwrap().to_owned();
        assert!(id.starts_with("cs_"), "{} {}", self.status, self.location());
        id
    }
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
