//! The fields of a person's contact data, and what is right in them, whoever corrects it.

use crate::domain::contact_data::{is_email, is_phone, is_state};
use crate::domain::postal_code::PostalCode;
use crate::locale::Lang;
use crate::models::debtor::Debtor;
use crate::web::fields::Fields;
use crate::web::security::sha256;

/// Every field, with the most characters it holds; what a person may correct stands at the end.
pub const PERSON: [(&str, usize); 9] = [
    ("first_name", 100),
    ("last_name", 100),
    ("email", 255),
    ("phone", 20),
    ("address_line1", 255),
    ("address_line2", 255),
    ("city", 100),
    ("state", 2),
    ("zip_code", 10),
];

/// The fields a person may correct: all but the name.
pub fn of_debtor() -> &'static [(&'static str, usize)] {
    PERSON.split_first_chunk::<2>().map_or(&[], |(_, rest)| rest)
}

/// A digest of what was read, so that nothing is overwritten that nobody has seen.
pub fn digest(person: &Debtor) -> String {
    let text: Vec<String> = person.fields().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let hash = sha256(&text.join("\n"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Says what is wrong with those of the named fields that a person's data may have.
pub fn check(lang: Lang, names: &[(&'static str, usize)], fields: &mut Fields) {
    for (name, most) in names {
        if fields.get(name).chars().count() > *most {
            fields.refuse(name, lang.count("account-field-long", i64::try_from(*most).unwrap_or_default()));
        }
    }
    let has = |name: &str| names.iter().any(|(known, _)| *known == name);
    for name in ["first_name", "last_name"] {
        if has(name) && fields.get(name).is_empty() {
            fields.refuse(name, lang.t("account-name-empty"));
        }
    }
    let is_wrong = |name: &str, is_right: fn(&str) -> bool| !fields.get(name).is_empty() && !is_right(fields.get(name));
    let shapes = [
        ("email", is_wrong("email", is_email), lang.t("contact-data-email-malformed")),
        ("phone", is_wrong("phone", is_phone), lang.t("account-phone-malformed")),
        ("state", is_wrong("state", is_state), lang.t("account-state-malformed")),
        (
            "zip_code",
            is_wrong("zip_code", |text| PostalCode::parse_typed(text).is_some()),
            lang.t("account-zip-malformed"),
        ),
    ];
    for (name, _, message) in shapes.into_iter().filter(|(_, is_wrong, _)| *is_wrong) {
        fields.refuse(name, message);
    }
}
