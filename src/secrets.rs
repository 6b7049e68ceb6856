//! Randomness and hashes of what is secret: links, cookies, codes. What is stored of a secret is its hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::config::Secret;

/// 256 random bits as text, for cookies and links.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random_text() -> Result<String, rand::rngs::SysError> {
    let mut bytes = [0u8; 32];
    SysRng.try_fill_bytes(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Six random digits, each number as likely as any other.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn six_digits() -> Result<String, rand::rngs::SysError> {
    const NUMBERS: u32 = 1_000_000;
    loop {
        let drawn = SysRng.try_next_u32()?;
        // The last, incomplete round of numbers would make the low ones likelier.
        if drawn < u32::MAX - u32::MAX % NUMBERS {
            return Ok(format!("{:06}", drawn % NUMBERS));
        }
    }
}

/// SHA-256.
pub fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// A keyed hash, by purpose, so that one key serves several.
pub fn keyed_hash(key: &Secret, purpose: &str, text: &str) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) else { return [0; 32] };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// What is stored of a code that was sent for a link: six digits alone would be found by trying all of them, so the key is in it,
/// and the link, so that a code opens no other.
pub fn code_hash(key: &Secret, link_hash: &[u8; 32], code: &str) -> [u8; 32] {
    keyed_hash(key, "identity code", &format!("{}:{code}", URL_SAFE_NO_PAD.encode(link_hash)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_digits_and_differ() {
        let codes: std::collections::HashSet<String> = (0..200).map(|_| six_digits().unwrap()).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.len() > 190);
    }

    #[test]
    fn a_code_s_hash_is_of_this_key_and_this_link() {
        let (key, other) = (Secret::new("a".repeat(32)), Secret::new("b".repeat(32)));
        let hash = code_hash(&key, &[1; 32], "123456");
        assert_ne!(hash, code_hash(&other, &[1; 32], "123456"));
        assert_ne!(hash, code_hash(&key, &[2; 32], "123456"));
        assert_ne!(hash, code_hash(&key, &[1; 32], "123457"));
    }
}
