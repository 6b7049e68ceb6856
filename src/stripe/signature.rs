//! Webhook signatures: <https://docs.stripe.com/webhooks#verify-manually>.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use crate::config::Secret;

/// How far a signature's time may be from ours, in seconds; Stripe's own libraries use the same.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Why a delivery is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The header is missing or has no time or no `v1` signature.
    #[error("the Stripe-Signature header is malformed")]
    Malformed,
    /// Signed too long ago, or in the future: a replay, or a wrong clock.
    #[error("the signature's time is out of tolerance")]
    OutOfTolerance,
    /// No signature fits any of our secrets.
    #[error("no signature matches")]
    NoMatch,
}

/// Checks the raw `body` of a delivery: any `v1` signature by any of `secrets` will do, so that secrets can be rolled.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(header: &str, body: &[u8], secrets: &[Secret], now: DateTime<Utc>) -> Result<(), SignatureError> {
    let mut signed_at: Option<i64> = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if signed_at.is_none() => {
                signed_at = Some(value.parse().map_err(|_| SignatureError::Malformed)?);
            }
            Some(("t", _)) => return Err(SignatureError::Malformed),
            Some(("v1", value)) => signatures.extend(unhex(value)),
            _ => {}
        }
    }
    let signed_at = signed_at.filter(|_| !signatures.is_empty()).ok_or(SignatureError::Malformed)?;
    let matches = |secret: &Secret| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().trim().as_bytes()) else { return false };
        mac.update(signed_at.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    };
    let known = secrets.iter().filter(|s| !s.expose().trim().is_empty()).any(matches);
    if !known {
        return Err(SignatureError::NoMatch);
    }
    let age = now.timestamp().checked_sub(signed_at).ok_or(SignatureError::OutOfTolerance)?;
    if age.checked_abs().is_none_or(|age| age > TOLERANCE_SECONDS) {
        return Err(SignatureError::OutOfTolerance);
    }
    Ok(())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn sign(secret: &str, time: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.").as_bytes());
        mac.update(body);
        mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    fn check(header: &str, secrets: &[&str]) -> Result<(), SignatureError> {
        let secrets: Vec<Secret> = secrets.iter().map(|s| Secret::new(*s)).collect();
        verify(header, BODY, &secrets, at(1_000_000))
    }

    #[test]
    fn any_signature_by_any_secret_will_do() {
        let (old, new) = (sign("old", 1_000_000, BODY), sign("new", 1_000_000, BODY));
        assert_eq!(check(&format!("t=1000000,v1={new}"), &["new"]), Ok(()));
        assert_eq!(check(&format!("t=1000000,v1={old},v1={new}"), &["new"]), Ok(()));
        assert_eq!(check(&format!("t=1000000,v0=x,v1={old}"), &["new", "old"]), Ok(()));
    }

    #[test]
    fn what_is_not_signed_by_us_is_not_believed() {
        let good = sign("new", 1_000_000, BODY);
        let other_body = sign("new", 1_000_000, b"{}");
        let empty = sign("", 1_000_000, BODY);
        assert_eq!(check(&format!("t=1000000,v1={good}"), &["other"]), Err(SignatureError::NoMatch));
        assert_eq!(check(&format!("t=1000000,v1={good}"), &[]), Err(SignatureError::NoMatch));
        assert_eq!(check(&format!("t=1000000,v1={empty}"), &["", " "]), Err(SignatureError::NoMatch));
        assert_eq!(check(&format!("t=1000000,v1={other_body}"), &["new"]), Err(SignatureError::NoMatch));
        assert_eq!(check(&format!("t=1000001,v1={good}"), &["new"]), Err(SignatureError::NoMatch));
        for header in
            ["", "t=1000000", "v1=00", "t=x,v1=00", &format!("t=1,t=1000000,v1={good}"), &format!("v1={good}")]
        {
            assert_eq!(check(header, &["new"]), Err(SignatureError::Malformed), "{header}");
        }
    }

    #[test]
    fn old_and_future_signatures_are_refused() {
        for (time, expected) in [
            (1_000_000 - 300, Ok(())),
            (1_000_000 + 300, Ok(())),
            (1_000_000 - 301, Err(SignatureError::OutOfTolerance)),
            (1_000_000 + 301, Err(SignatureError::OutOfTolerance)),
            (i64::MIN, Err(SignatureError::OutOfTolerance)),
        ] {
            let header = format!("t={time},v1={}", sign("new", time, BODY));
            assert_eq!(check(&header, &["new"]), expected, "{time}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(header in ".{0,200}") {
            prop_assert!(check(&header, &["new"]).is_err());
        }
    }
}
