use quittance::config::{IdentityCheck, Secret, ServeArgs, Settings};

use crate::support::app::arguments;

fn problems(change: impl FnOnce(&mut ServeArgs)) -> String {
    let mut args = arguments("postgresql:///nowhere", "http://127.0.0.1:1", "127.0.0.1:8080".parse().unwrap());
    args.mail.smtp_url = Some(Secret::new("smtps://portal@smtp.example.com"));
    change(&mut args);
    Settings::check(args).err().map(|incomplete| incomplete.0.join("\n")).unwrap_or_default()
}

#[test]
fn row_1_a_name_that_tells_is_refused() {
    assert_eq!(problems(|_| {}), "");
    let telling = |args: &mut ServeArgs| args.company.company_name = Some("Acme Debt Recovery".to_owned());
    assert!(problems(telling).starts_with("MAIL_NAME is missing"), "{}", problems(telling));
    assert_eq!(
        problems(|args| {
            telling(args);
            args.mail.mail_name = Some("Acme Services".to_owned());
        }),
        ""
    );
    assert_eq!(
        problems(|args| {
            telling(args);
            args.mail.smtp_url = None;
        }),
        "",
        "without a mail server there are no mails"
    );
}

#[test]
fn what_mail_cannot_do_without_is_named() {
    for (change, name) in [
        ((|args| args.mail.smtp_url = Some(Secret::new("mail.example.com"))) as fn(&mut ServeArgs), "SMTP_URL must be"),
        (|args| args.mail.mail_from = Some("nobody".to_owned()), "MAIL_FROM"),
        (|args| args.company.company_address = None, "COMPANY_ADDRESS"),
        (
            |args| {
                args.mail.smtp_url = None;
                args.identity.identity_check = IdentityCheck::EmailCode;
            },
            "SMTP_URL is missing: IDENTITY_CHECK",
        ),
    ] {
        assert!(problems(change).starts_with(name), "{name}: {}", problems(change));
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let mut args = arguments("postgresql:///nowhere", "http://127.0.0.1:1", "127.0.0.1:8080".parse().unwrap());
    args.mail.smtp_url = Some(Secret::new("smtps://portal:hush1@smtp.example.com"));
    args.mail.smtp_password = Some(Secret::new("hush2"));
    let settings = Settings::check(args).unwrap();
    assert!(!format!("{settings:?}").contains("hush"));
}
