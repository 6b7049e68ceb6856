//! Ids that look like Stripe's.

use rand::RngExt;

const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new id: `prefix`, then `length` random letters and digits (the generator is seeded by the operating system).
pub(super) fn random(prefix: &str, length: usize) -> String {
    let mut random = rand::rng();
    let tail = (0..length).filter_map(|_| LETTERS.get(random.random_range(0..LETTERS.len())));
    prefix.chars().chain(tail.map(|&letter| char::from(letter))).collect()
}

/// A new id of Stripe's usual length, such as `pi_3...`.
pub(super) fn object(prefix: &str) -> String {
    random(prefix, 24)
}
