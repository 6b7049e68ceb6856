//! What staff signs in with: passwords (Argon2id), one-time codes (TOTP), recovery codes. Nothing here is a look-up.

/// Passkeys: what authenticators make and sign.
pub mod passkey;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use thiserror::Error;
use totp_rs::{Builder, Totp};

/// Why something of this could not be made.
#[derive(Debug, Error)]
#[error("a credential could not be made: {0}")]
pub struct CredentialError(&'static str);

/// OWASP's first choice for Argon2id, 19 MiB and two passes:
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>.
fn hasher() -> Result<Argon2<'static>, CredentialError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| CredentialError("parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Random bytes of the operating system.
///
/// # Errors
/// When it has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], CredentialError> {
    let mut bytes = [0u8; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| CredentialError("no randomness"))?;
    Ok(bytes)
}

/// The hash of a password, with its salt and parameters.
///
/// # Errors
/// When there is no randomness for a salt.
pub fn hash_password(password: &str) -> Result<String, CredentialError> {
    let salt = random::<16>()?;
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| CredentialError("hash"))
}

/// A hash that no password has, so that an unknown account takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keS0wMQ$WrEXmFYQ0NvGkJSsHF0qBW7DMsrHRIqWGlVD0cwHzjk";

/// Whether a password has this hash. Without a hash it works as long and is never right.
pub fn is_password(password: &str, hash: Option<&str>) -> bool {
    let right = hasher().is_ok_and(|own| own.verify_password(password.as_bytes(), hash.unwrap_or(NOBODY)).is_ok());
    right && hash.is_some()
}

/// The seed of a second factor, 160 bits as RFC 4226 recommends.
#[derive(Clone)]
pub struct Seed(Vec<u8>);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// These bytes, for a demo whose seeds come from its own key.
    pub fn of(bytes: [u8; 20]) -> Seed {
        Seed(bytes.to_vec())
    }

    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn issue() -> Result<Seed, CredentialError> {
        Ok(Seed(random::<20>()?.to_vec()))
    }

    /// Encrypted with a key that is not in the database, for this person only.
    ///
    /// # Errors
    /// When there is no randomness for a nonce.
    pub fn seal(&self, key: &[u8; 32]) -> Result<Vec<u8>, CredentialError> {
        let nonce = random::<24>()?;
        let sealed = XChaCha20Poly1305::new(key.into())
            .encrypt(&XNonce::from(nonce), self.0.as_slice())
            .map_err(|_| CredentialError("encryption"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Reads a sealed one; `None` with another key.
    pub fn open(sealed: &[u8], key: &[u8; 32]) -> Option<Seed> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), sealed).ok().map(Seed)
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp, CredentialError> {
        // A colon separates the two in the address.
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(self.0.clone())
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build()
            .map_err(|_| CredentialError("second factor"))
    }

    /// The time step of a code that is right at `now` (Unix seconds), give or take one step of 30 s (RFC 6238); each step is to
    /// be used once.
    pub fn step_of(&self, code: &str, now: i64) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let fits = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
        let step = self.totp("-", "-").ok().filter(|_| fits)?.check(&digits, u64::try_from(now).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code of a moment; for tests.
    pub fn code_at(&self, now: i64) -> String {
        let time = u64::try_from(now).unwrap_or_default();
        self.totp("-", "-").map(|totp| totp.generate(time).to_string()).unwrap_or_default()
    }

    /// The `otpauth://` address that authenticator programs read.
    ///
    /// # Errors
    /// When issuer or account cannot stand in one.
    pub fn address(&self, issuer: &str, account: &str) -> Result<String, CredentialError> {
        self.totp(issuer, account)?.to_url().map_err(|_| CredentialError("address"))
    }

    /// The same as text, for who types it.
    pub fn text(&self) -> String {
        const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::new();
        for chunk in self.0.chunks(5) {
            let bits = chunk.iter().fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
            for place in (0..chunk.len() * 8 / 5).rev() {
                let index = (bits >> (place * 5)) & 31;
                text.extend(usize::try_from(index).ok().and_then(|i| BASE32.get(i)).map(|c| char::from(*c)));
            }
            text.push(' ');
        }
        text.trim_end().to_owned()
    }
}

/// Recovery codes made at once.
pub const RECOVERY_CODES: usize = 10;

/// New recovery codes, 50 random bits each: `XXXXX-XXXXX`.
///
/// # Errors
/// When there is no randomness.
pub fn recovery_codes() -> Result<Vec<String>, CredentialError> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..RECOVERY_CODES)
        .map(|_| {
            let drawn = random::<10>()?;
            let mut code: String =
                drawn.iter().filter_map(|b| ALPHABET.get(usize::from(b % 32)).map(|c| char::from(*c))).collect();
            code.insert(5, '-');
            Ok(code)
        })
        .collect()
}

/// A recovery code as it is hashed: however it was typed.
pub fn plain_recovery_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// What is kept of a recovery code: its SHA-256, however it was typed. 50 random bits need no slow hash.
pub fn recovery_hash(typed: &str) -> [u8; 32] {
    Sha256::digest(plain_recovery_code(typed).as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_its_own_and_nobody_has_none() {
        let hash = hash_password("lantern-otter-gravel").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_password("lantern-otter-gravel", Some(&hash)));
        assert!(!is_password("lantern-otter-grave", Some(&hash)));
        assert!(!is_password("lantern-otter-gravel", None));
        // The stand-in is a hash that is worked through, not one that is refused at once.
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn a_seed_survives_its_seal_and_no_other_key_opens_it() {
        let seed = Seed::issue().unwrap();
        let sealed = seed.seal(&[7; 32]).unwrap();
        assert_eq!(Seed::open(&sealed, &[7; 32]).unwrap().0, seed.0);
        assert!(Seed::open(&sealed, &[8; 32]).is_none() && Seed::open(&[], &[7; 32]).is_none());
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let seed = Seed(b"12345678901234567890".to_vec());
        assert_eq!(seed.code_at(59), "287082");
        assert_eq!(seed.step_of("287 082", 59), Some(1));
        assert_eq!(seed.step_of("287082", 59 + 30), Some(1), "one step late");
        assert_eq!(seed.step_of("287082", 59 + 61), None);
        for wrong in ["287083", "", "28708", "2870822", "abcdef", "\u{662}87082"] {
            assert_eq!(seed.step_of(wrong, 59), None, "{wrong}");
        }
        assert_eq!(seed.text().replace(' ', ""), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(seed.address("Harbor: Lane", "dana@x.example").unwrap().starts_with("otpauth://totp/"));
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_typed() {
        let codes = recovery_codes().unwrap();
        let plain: std::collections::HashSet<String> = codes.iter().map(|c| plain_recovery_code(c)).collect();
        assert_eq!(plain.len(), RECOVERY_CODES);
        assert_eq!(plain_recovery_code(" abc12-def34 "), "ABC12DEF34");
    }
}
