//! Passkeys: what a browser says that an authenticator made or signed, checked as Web Authentication Level 3 tells relying parties
//! to, §7.1 and §7.2 (<https://www.w3.org/TR/webauthn-3/#sctn-rp-operations>). No attestation is asked for, so a new key is
//! worth what the session is worth that adds it. Signatures are verified by webpki.

use chrono::{DateTime, TimeDelta, Utc};
use rustls::pki_types::{SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use url::{Host, Url};
use webpki::RawPublicKeyEntity;
use webpki::ring::{ECDSA_P256_SHA256, ED25519, RSA_PKCS1_2048_8192_SHA256};

use super::{CredentialError, random};
use crate::config::Secret;
use crate::secrets::keyed_hash;

/// What an authenticator may sign with, by its COSE number, the best first: ES256, Ed25519, and RS256, which some of Windows need.
pub const ALGORITHMS: [i32; 3] = [-7, -8, -257];
/// How long a challenge can be answered.
const CHALLENGE_MINUTES: i64 = 10;
/// The longest id of a credential (§4).
const LONGEST_ID: usize = 1023;

/// Why an answer was refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// It is not what a browser sends.
    #[error("unreadable")]
    Unreadable,
    /// It answers another question.
    #[error("another ceremony")]
    Ceremony,
    /// It answers a challenge that is not ours, is too old, or is another browser's.
    #[error("challenge")]
    Challenge,
    /// It was made for another site.
    #[error("origin")]
    Origin,
    /// The authenticator did not make sure who it was.
    #[error("not verified")]
    NotVerified,
    /// A key that we cannot verify with.
    #[error("algorithm")]
    Algorithm,
    /// Signed with another key, or not this.
    #[error("signature")]
    Signature,
    /// Its counter went back: there may be two of it.
    #[error("counter")]
    Copied,
}

/// The site that passkeys are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The host's name, the relying party's id.
    pub id: String,
    origin: String,
}

impl Site {
    /// The site of an address. `None` where its host is a number: browsers make passkeys for names only.
    pub fn of(public_url: &str) -> Option<Site> {
        let url = Url::parse(public_url).ok()?;
        let Some(Host::Domain(name)) = url.host() else { return None };
        Some(Site { id: name.to_owned(), origin: url.origin().ascii_serialization() })
    }
}

/// What an authenticator is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// To make a passkey.
    Create,
    /// To sign with one.
    Get,
}

impl Ceremony {
    const fn name(self) -> &'static str {
        match self {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        }
    }
}

/// What an authenticator signs, so that no answer serves twice. It carries its time and a mark that only we can make, for one
/// ceremony of one browser, so that a page costs nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge([u8; Challenge::LENGTH]);

impl Challenge {
    const NONCE: usize = 16;
    const MARKED: usize = Self::NONCE + 8;
    const LENGTH: usize = Self::MARKED + 32;

    /// A new one; `holder` is whatever names the browser.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn issue(key: &Secret, ceremony: Ceremony, holder: &str, now: DateTime<Utc>) -> Result<Self, CredentialError> {
        let mut bytes = [0; Self::LENGTH];
        let (marked, mark) = bytes.split_at_mut(Self::MARKED);
        let (nonce, time) = marked.split_at_mut(Self::NONCE);
        nonce.copy_from_slice(&random::<{ Self::NONCE }>()?);
        time.copy_from_slice(&now.timestamp().to_be_bytes());
        mark.copy_from_slice(&Self::mark(key, ceremony, holder, marked));
        Ok(Challenge(bytes))
    }

    fn mark(key: &Secret, ceremony: Ceremony, holder: &str, marked: &[u8]) -> [u8; 32] {
        let marked: String = marked.iter().map(|byte| format!("{byte:02x}")).collect();
        keyed_hash(key, "passkey challenge", &format!("{} {marked} {holder}", ceremony.name()))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Until when it can be answered, if it is ours.
    fn expiry(&self, key: &Secret, ceremony: Ceremony, holder: &str) -> Option<DateTime<Utc>> {
        let (marked, mark) = self.0.split_at(Self::MARKED);
        let time = marked.last_chunk::<8>().map(|time| i64::from_be_bytes(*time))?;
        let right = bool::from(Self::mark(key, ceremony, holder, marked).ct_eq(mark));
        DateTime::from_timestamp(time, 0).filter(|_| right).map(|at| at + TimeDelta::minutes(CHALLENGE_MINUTES))
    }
}

/// The side that asks: what every answer is held against.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Where.
    pub site: &'a Site,
    /// The key of the challenges.
    pub key: &'a Secret,
    /// Whom the challenge was given to.
    pub holder: &'a str,
    /// When the answer came.
    pub now: DateTime<Utc>,
}

/// A challenge that was answered in time; it must not be answered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of the challenge.
    pub hash: [u8; 32],
    /// Until when it would work.
    pub expires_at: DateTime<Utc>,
}

/// The members of the client data that are looked at (§5.8.1).
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

impl Asker<'_> {
    fn client_data(&self, ceremony: Ceremony, json: &[u8]) -> Result<Answered, Refused> {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let data: ClientData = serde_json::from_slice(json).map_err(|_| Refused::Unreadable)?;
        if data.ceremony != ceremony.name() {
            return Err(Refused::Ceremony);
        }
        if data.origin != self.site.origin || data.cross_origin {
            return Err(Refused::Origin);
        }
        let bytes = URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| Refused::Challenge)?;
        let challenge = bytes.as_slice().try_into().map(Challenge).map_err(|_| Refused::Challenge)?;
        let expires_at = challenge.expiry(self.key, ceremony, self.holder).filter(|until| *until > self.now);
        let expires_at = expires_at.ok_or(Refused::Challenge)?;
        Ok(Answered { hash: Sha256::digest(challenge.bytes()).into(), expires_at })
    }

    /// A new passkey, as it is to be kept.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn created(&self, made: &Made<'_>) -> Result<(NewKey, Answered), Refused> {
        let answered = self.client_data(Ceremony::Create, made.client_data)?;
        let seen = Seen::read(made.authenticator_data, self.site)?;
        if seen.credential_id()? != made.id {
            return Err(Refused::Unreadable);
        }
        let algorithm = *ALGORITHMS.iter().find(|known| **known == made.algorithm).ok_or(Refused::Algorithm)?;
        // What cannot be read as such a key answers differently to a wrong signature.
        match verify(algorithm, made.public_key, &[], &[]) {
            Err(webpki::Error::InvalidSignatureForPublicKey) => {}
            _ => return Err(Refused::Algorithm),
        }
        let key = NewKey {
            credential_id: made.id.to_vec(),
            public_key: made.public_key.to_vec(),
            algorithm,
            sign_count: seen.count,
        };
        Ok((key, answered))
    }

    /// Holds a signature against the passkey that it is said to be of; the new value of its counter.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn signed(&self, signed: &Signed<'_>, by: &Key<'_>) -> Result<(i64, Answered), Refused> {
        let answered = self.client_data(Ceremony::Get, signed.client_data)?;
        let seen = Seen::read(signed.authenticator_data, self.site)?;
        let hash = Sha256::digest(signed.client_data);
        let message = [signed.authenticator_data, hash.as_slice()].concat();
        verify(by.algorithm, by.public_key, &message, signed.signature).map_err(|_| Refused::Signature)?;
        let counts = seen.count > 0 || by.sign_count > 0;
        if counts && seen.count <= by.sign_count {
            return Err(Refused::Copied);
        }
        Ok((seen.count, answered))
    }
}

/// What a browser hands over of a new passkey.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// Its id.
    pub id: &'a [u8],
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `getAuthenticatorData()`.
    pub authenticator_data: &'a [u8],
    /// `getPublicKey()`: SubjectPublicKeyInfo, DER.
    pub public_key: &'a [u8],
    /// `getPublicKeyAlgorithm()`.
    pub algorithm: i32,
}

/// What a browser hands over of a signature.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `signature`.
    pub signature: &'a [u8],
}

/// A new passkey that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// By which the authenticator names it.
    pub credential_id: Vec<u8>,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
    /// Its COSE number, one of [`ALGORITHMS`].
    pub algorithm: i32,
    /// Where its counter stands.
    pub sign_count: i64,
}

/// A passkey as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// SubjectPublicKeyInfo, DER.
    pub public_key: &'a [u8],
    /// Its COSE number.
    pub algorithm: i32,
    /// Where its counter stood at its last use.
    pub sign_count: i64,
}

fn verify(algorithm: i32, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), webpki::Error> {
    let algorithm: &dyn SignatureVerificationAlgorithm = match algorithm {
        -7 => ECDSA_P256_SHA256,
        -8 => ED25519,
        _ => RSA_PKCS1_2048_8192_SHA256,
    };
    let key = SubjectPublicKeyInfoDer::from(public_key);
    RawPublicKeyEntity::try_from(&key)?.verify_signature(algorithm, message, signature)
}

/// What the authenticator says (§6.1), read as far as it is needed.
struct Seen<'a> {
    count: i64,
    /// The data of a new credential, where there is one.
    made: Option<&'a [u8]>,
}

impl<'a> Seen<'a> {
    const PRESENT: u8 = 0x01;
    const VERIFIED: u8 = 0x04;
    const MAY_BE_COPIED: u8 = 0x08;
    const IS_COPIED: u8 = 0x10;
    const HAS_CREDENTIAL: u8 = 0x40;

    fn read(data: &'a [u8], site: &Site) -> Result<Seen<'a>, Refused> {
        let (hash, data) = data.split_at_checked(32).ok_or(Refused::Unreadable)?;
        let (flags, data) = data.split_first().ok_or(Refused::Unreadable)?;
        let (count, data) = data.split_first_chunk::<4>().ok_or(Refused::Unreadable)?;
        if hash != Sha256::digest(&site.id).as_slice() {
            return Err(Refused::Origin);
        }
        // Without the second, a stolen device would be enough to sign in.
        if flags & Self::PRESENT == 0 || flags & Self::VERIFIED == 0 {
            return Err(Refused::NotVerified);
        }
        if flags & Self::IS_COPIED != 0 && flags & Self::MAY_BE_COPIED == 0 {
            return Err(Refused::Unreadable);
        }
        let made = (flags & Self::HAS_CREDENTIAL != 0).then_some(data);
        Ok(Seen { count: i64::from(u32::from_be_bytes(*count)), made })
    }

    /// The id of the new credential: behind the authenticator's 16 bytes, its length and itself.
    fn credential_id(&self) -> Result<&'a [u8], Refused> {
        let data = self.made.and_then(|made| made.get(16..)).ok_or(Refused::Unreadable)?;
        let (length, data) = data.split_first_chunk::<2>().ok_or(Refused::Unreadable)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let id = data.get(..length).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        id.ok_or(Refused::Unreadable)
    }
}
