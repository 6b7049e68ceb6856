//! When two records are about the same person.

/// What is compared, in one notation whatever the records' own.
///
/// Two records are about the same person when their e-mail addresses are the same, capital letters aside; or else when last
/// name, first name (capital letters aside) and the five digits of the ZIP code are the same, and the telephone number or
/// the first line of the address is, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    email: Option<String>,
    last_name: String,
    first_name: String,
    zip: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

impl Identity {
    /// From a record's columns, as they are stored.
    pub fn new(
        first_name: &str,
        last_name: &str,
        email: Option<&str>,
        zip_code: Option<&str>,
        phone: Option<&str>,
        address_line1: Option<&str>,
    ) -> Identity {
        Identity {
            email: email.map(fold).filter(|email| !email.is_empty()),
            last_name: fold(last_name),
            first_name: fold(first_name),
            zip: zip_code.and_then(five_digits),
            phone: phone.and_then(last_ten_digits),
            address: address_line1.map(fold).filter(|address| !address.is_empty()),
        }
    }

    /// The e-mail address by which a record of the same person is found.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The names and ZIP code by which other records that may be the same person's are found; `None` where there is nothing to
    /// confirm them by.
    pub fn name_and_zip(&self) -> Option<(&str, &str, &str)> {
        let zip = self.zip.as_deref()?;
        (self.phone.is_some() || self.address.is_some()).then_some((&self.last_name, &self.first_name, zip))
    }

    /// Whether both are the same person.
    pub fn is_same(&self, other: &Identity) -> bool {
        let both = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        if both(&self.email, &other.email) {
            return true;
        }
        self.last_name == other.last_name
            && self.first_name == other.first_name
            && both(&self.zip, &other.zip)
            && (both(&self.phone, &other.phone) || both(&self.address, &other.address))
    }
}

/// In small letters, with single blanks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            folded.push_str(&word.to_lowercase());
        }
    }
    folded
}

/// The first five digits of a ZIP code, dropped zeros put back. The database's index has the same: `lpad(split_part(zip_code,
/// '-', 1), 5, '0')`.
fn five_digits(zip_code: &str) -> Option<String> {
    let first = zip_code.split('-').next().unwrap_or_default();
    let five: String = first.chars().take(5).collect();
    (!five.is_empty()).then(|| format!("{five:0>5}"))
}

/// Other programs store numbers with and without the country's code.
fn last_ten_digits(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let ten = digits.get(digits.len().checked_sub(10)?..)?;
    Some(ten.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(email: &str, zip: &str, phone: &str, address: &str) -> Identity {
        let some = |text: &'static str| Some(text);
        let given = |text: &str| if text.is_empty() { None } else { some(Box::leak(text.to_owned().into_boxed_str())) };
        Identity::new("Maria", "Quill", given(email), given(zip), given(phone), given(address))
    }

    #[test]
    fn the_rule() {
        let maria = person("maria@mail.example", "97204-1234", "+15035550142", "12 Elm Street");
        for (other, same) in [
            (person("MARIA@Mail.example", "", "", ""), true),
            (person("other@mail.example", "97204", "(503) 555-0142", ""), true),
            (person("", "97204", "", "12  elm street"), true),
            (person("", "97204", "", ""), false),
            (person("", "97205", "5035550142", "12 Elm Street"), false),
            (person("", "", "5035550142", "12 Elm Street"), false),
            (person("", "97204", "5035550143", "14 Elm Street"), false),
        ] {
            assert_eq!(maria.is_same(&other), same, "{other:?}");
            assert_eq!(other.is_same(&maria), same, "{other:?}");
        }
        let anna = Identity::new("Anna", "Quill", None, Some("97204"), Some("+15035550142"), Some("12 Elm Street"));
        assert!(!maria.is_same(&anna));
        let loud = Identity::new(" MARIA ", "quill", None, Some("97204"), Some("5035550142"), None);
        assert!(maria.is_same(&loud));
        assert!(!person("", "97204", "", "").is_same(&person("", "97204", "", "")));
    }

    #[test]
    fn dropped_zeros_are_put_back() {
        assert_eq!(five_digits("2134").as_deref(), Some("02134"));
        assert_eq!(five_digits("021341234").as_deref(), Some("02134"));
        assert_eq!(five_digits(""), None);
        assert_eq!(last_ten_digits("1-503-555-0142"), last_ten_digits("5035550142"));
        assert_eq!(last_ten_digits("555-0142"), None);
    }
}
