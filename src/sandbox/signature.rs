//! The `Stripe-Signature` header, well made and badly made.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How a delivery is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// One `v1` for each configured secret.
    #[default]
    Good,
    /// A `v1` made with another secret.
    Bad,
    /// Two `v1`: one of a secret the receiver does not know, then the right one, as while a secret is rolled.
    Two,
    /// Well made, but this many seconds old.
    OldTimestamp(i64),
    /// Well made with this secret instead of the configured ones.
    Secret(String),
    /// No header at all.
    Missing,
}

/// The header's value for `body` at `now` (Unix seconds); none where the header shall be missing.
pub(super) fn header(kind: &SignatureKind, secrets: &[String], now: i64, body: &str) -> Option<String> {
    let at = match kind {
        SignatureKind::OldTimestamp(seconds) => now - seconds,
        _ => now,
    };
    let stranger = "whsec_of_somebody_else".to_owned();
    let used: Vec<&String> = match kind {
        SignatureKind::Good | SignatureKind::OldTimestamp(_) => secrets.iter().collect(),
        SignatureKind::Bad => vec![&stranger],
        SignatureKind::Two => std::iter::once(&stranger).chain(secrets.first()).collect(),
        SignatureKind::Secret(secret) => vec![secret],
        SignatureKind::Missing => return None,
    };
    let marks: Vec<String> = used.iter().map(|secret| format!("v1={}", sign(secret, at, body))).collect();
    Some(format!("t={at},{}", marks.join(",")))
}

/// HMAC-SHA256 over `t.body` in lower-case hexadecimal.
fn sign(secret: &str, at: i64, body: &str) -> String {
    // HMAC takes keys of any length, so there is nothing to refuse.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{at}.{body}").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_stripe_does() {
        // Made with Python's hmac: hmac.new(b"whsec_test", b"1700000000.{}", "sha256").hexdigest()
        let header = header(&SignatureKind::Good, &["whsec_test".into()], 1_700_000_000, "{}").unwrap();
        assert_eq!(header, EXPECTED);
    }

    const EXPECTED: &str = "t=1700000000,v1=35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91";
}
