//! The shape of what a person is reached by, whoever types it.

/// Whether a text has the shape of an e-mail address: one @ between something and a name with a dot.
pub fn is_email(text: &str) -> bool {
    let fits = text.len() <= 255 && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    fits && text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|p| !p.is_empty())
    })
}

/// Whether a text has the shape of a telephone number: 10 to 15 digits with the usual marks between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars().all(|c| c.is_ascii_digit() || "+()-. x".contains(c)) && (10..=15).contains(&digits)
}

/// Whether a text can be the code of a state: two letters.
pub fn is_state(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (text, email, phone, state) in [
            ("a@b.c", true, false, false),
            ("a@b", false, false, false),
            ("a b@c.d", false, false, false),
            ("(503) 555-0142", false, true, false),
            ("+1 503 555 0142 x9", false, true, false),
            ("555-0142", false, false, false),
            ("1234567890123456", false, false, false),
            ("or", false, false, true),
            ("O1", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!((is_email(text), is_phone(text), is_state(text)), (email, phone, state), "{text}");
        }
    }
}
