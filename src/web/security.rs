//! Headers of every answer, the anti-forgery value, and where a write may come from.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use crate::config::{Secret, Settings};
pub use crate::secrets::{code_hash, keyed_hash, random_text, sha256};
use crate::web::error::AppError;

/// The headers that every answer carries, computed once.
pub struct Headers {
    all: Vec<(HeaderName, HeaderValue)>,
    /// The policy of the few pages that a script of ours makes better.
    pub with_script: HeaderValue,
}

impl Headers {
    /// The headers for these settings.
    ///
    /// # Errors
    /// When a setting cannot stand in a header.
    pub fn new(settings: &Settings) -> Result<Headers, header::InvalidHeaderValue> {
        // Chrome applies form-action to the redirect that follows a POST, so the checkout's host must be in it.
        let csp = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            checkout_source(settings)
        );
        let with_script = HeaderValue::from_str(&format!("{csp}; script-src 'self'"))?;
        let mut all = vec![
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&csp)?),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
            (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static(
                    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
                ),
            ),
        ];
        if settings.is_https() {
            let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
            all.push((header::STRICT_TRANSPORT_SECURITY, hsts));
        }
        Ok(Headers { all, with_script })
    }
}

/// The source that `form-action` allows besides our own: where debtors are sent to for paying.
fn checkout_source(settings: &Settings) -> String {
    let host = &settings.args.stripe.stripe_checkout_host;
    match (is_local(settings), host.contains(':')) {
        (true, true) => format!("http://{host}"),
        (true, false) => format!("http://{host}:*"),
        (false, _) => format!("https://{host}"),
    }
}

/// Whether the checkout is a look-alike on this machine, the only one that may speak plain http.
fn is_local(settings: &Settings) -> bool {
    let stripe = &settings.args.stripe;
    let host = Url::parse(&format!("http://{}", stripe.stripe_checkout_host));
    crate::config::is_loopback(&stripe.stripe_api_base) && host.is_ok_and(|url| crate::config::is_loopback(&url))
}

/// Whether `url` leads to the configured checkout host and nowhere else: https, or http to a look-alike on this machine.
pub fn is_checkout_url(settings: &Settings, url: &str) -> bool {
    let host = &settings.args.stripe.stripe_checkout_host;
    let (Ok(url), Ok(expected)) = (Url::parse(url), Url::parse(&format!("{}://{host}", scheme_of(url)))) else {
        return false;
    };
    let local = is_local(settings);
    let right_scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
    let right_port =
        url.port_or_known_default() == expected.port_or_known_default() || (local && expected.port().is_none());
    right_scheme && right_port && url.host() == expected.host() && url.username().is_empty() && url.password().is_none()
}

fn scheme_of(url: &str) -> &str {
    url.split("://").next().unwrap_or_default()
}

impl Headers {
    /// Adds the headers to an answer, and `no-store` where the handler did not decide otherwise.
    pub fn add_to(&self, answer: &mut HeaderMap) {
        for (name, value) in &self.all {
            // The one thing that other sites may show, the pixel of a mail, says so itself; a page with a script as well.
            let may_differ = [header::CONTENT_SECURITY_POLICY.as_str(), "cross-origin-resource-policy"];
            if may_differ.contains(&name.as_str()) && answer.contains_key(name) {
                continue;
            }
            answer.insert(name.clone(), value.clone());
        }
        if !answer.contains_key(header::CACHE_CONTROL) {
            answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// Refuses a write that another site's page sends: `Sec-Fetch-Site` where the browser says it, else `Origin`.
///
/// # Errors
/// [`AppError::Forgery`].
pub fn check_origin(req: &HttpRequest, settings: &Settings) -> Result<(), AppError> {
    let value = |name: &str| req.headers().get(name).map(|v| v.to_str().unwrap_or("unreadable"));
    let allowed = match (value("sec-fetch-site"), value("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == settings.public_url,
        (None, None) => true,
    };
    if allowed { Ok(()) } else { Err(AppError::Forgery) }
}

/// The anti-forgery value that belongs to a visitor's cookie.
pub fn antiforgery_value(key: &Secret, visit: &str) -> String {
    URL_SAFE_NO_PAD.encode(keyed_hash(key, "antiforgery", visit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServeArgs;

    fn settings(api_base: &str, checkout_host: &str) -> Settings {
        let mut args = ServeArgs::from_environment();
        args.database.database_url = Some(Secret::new("postgres://x"));
        args.http.public_url = Url::parse("https://pay.example.com").ok();
        args.session.session_key = Some(Secret::new("0123456789abcdef0123456789abcdef"));
        args.stripe.stripe_secret_key = Some(Secret::new("sk_test_x"));
        args.stripe.stripe_webhook_secret = vec![Secret::new("whsec_x")];
        args.stripe.stripe_api_base = Url::parse(api_base).unwrap();
        args.stripe.stripe_checkout_host = checkout_host.to_owned();
        args.company.company_name = Some("Harbor Lane".to_owned());
        Settings::check(args).unwrap()
    }

    #[test]
    fn only_the_checkout_host_is_a_place_to_pay() {
        let real = settings("https://api.stripe.com", "checkout.stripe.com");
        let local = settings("http://127.0.0.1:9", "127.0.0.1:8100");
        let any_port = settings("http://127.0.0.1:9", "127.0.0.1");
        let mixed = settings("http://127.0.0.1:9", "checkout.stripe.com");
        for (settings, url, expected) in [
            (&real, "https://checkout.stripe.com/c/pay/cs_1", true),
            (&real, "http://checkout.stripe.com/c/pay/cs_1", false),
            (&real, "https://checkout.stripe.com.evil.example/", false),
            (&real, "https://checkout.stripe.com@evil.example/", false),
            (&real, "https://user@checkout.stripe.com/", false),
            (&real, "https://checkout.stripe.com:444/", false),
            (&real, "javascript:alert(1)", false),
            (&real, "//checkout.stripe.com/", false),
            (&real, "http://127.0.0.1:8100/", false),
            (&local, "http://127.0.0.1:8100/c/pay/cs_1", true),
            (&local, "http://127.0.0.1:8101/c/pay/cs_1", false),
            (&any_port, "http://127.0.0.1:8101/c/pay/cs_1", true),
            (&mixed, "https://checkout.stripe.com/c/pay/cs_1", true),
            (&mixed, "http://checkout.stripe.com/c/pay/cs_1", false),
        ] {
            assert_eq!(is_checkout_url(settings, url), expected, "{url}");
        }
    }
}
