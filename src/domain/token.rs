//! The secret in a personalized link (`debts.unique_token`).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng;
use rand::rngs::SysRng;

/// 192 bits: more than the 128 that make guessing hopeless, and 32 characters are well within VARCHAR(50).
const RANDOM_BYTES: usize = 24;

/// A link's secret. `Debug` does not show it, so it cannot reach a log by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token from the operating system's random source; the one place where tokens are made.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn issue() -> Result<Token, rand::rngs::SysError> {
        let mut bytes = [0u8; RANDOM_BYTES];
        SysRng.try_fill_bytes(&mut bytes)?;
        Ok(Token(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token as it stands in a URL, if it can be one: 1 to 50 characters of `A-Z a-z 0-9 - _`.
    ///
    /// Shorter ones than we issue are read too, since other programs write debts with tokens of their own.
    pub fn parse(text: &str) -> Option<Token> {
        let fits = (1..=50).contains(&text.len());
        let safe = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        (fits && safe).then(|| Token(text.to_owned()))
    }

    /// The text for a link or a query. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn issued_tokens_fit_the_column_and_never_repeat() {
        let tokens: HashSet<String> = (0..1000).map(|_| Token::issue().unwrap().as_str().to_owned()).collect();
        assert_eq!(tokens.len(), 1000);
        for token in &tokens {
            assert_eq!(token.len(), 32);
            assert!(Token::parse(token).is_some());
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_not_one() {
        for text in ["", "a b", "a/b", "é", "a\0", &"x".repeat(51), "a%20b"] {
            assert_eq!(Token::parse(text), None);
        }
        assert!(!format!("{:?}", Token::parse("secret").unwrap()).contains("secret"));
    }
}
