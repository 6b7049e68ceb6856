use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use quittance::domain::staff::Role;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::client::Page;
use crate::support::staff::Member;
use crate::support::{Client, TestApp};

const SITE: &str = "localhost";
const ORIGIN: &str = "http://localhost:8080";
const NEW: &str = "/admin/me/passkeys/new";

async fn spawn() -> TestApp {
    TestApp::spawn(|args| args.http.public_url = Some(ORIGIN.parse().unwrap())).await
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// An authenticator with one passkey, and the browser in front of it; each part of what it says can be made wrong.
#[derive(Clone)]
struct Device {
    pkcs8: Vec<u8>,
    id: Vec<u8>,
    holder: String,
    site: &'static str,
    origin: &'static str,
    cross_origin: bool,
    flags: u8,
    count: u32,
}

const PRESENT_AND_VERIFIED: u8 = 0x05;

impl Device {
    fn new(holder: &[u8]) -> Device {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        let pkcs8 = pkcs8.as_ref().to_vec();
        let (id, holder) = (Sha256::digest(&pkcs8).to_vec(), encode(holder));
        let flags = PRESENT_AND_VERIFIED;
        Device { pkcs8, id, holder, site: SITE, origin: ORIGIN, cross_origin: false, flags, count: 0 }
    }

    fn key(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8, &SystemRandom::new()).unwrap()
    }

    fn of(member: &Member) -> Device {
        Device::new(member.id.as_bytes())
    }

    fn client_data(&self, ceremony: &str, challenge: &str) -> Vec<u8> {
        let data =
            json!({"type": ceremony, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin});
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.site).to_vec();
        data.push(self.flags | flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// SubjectPublicKeyInfo of a P-256 key (RFC 5480), as `getPublicKey()` gives it.
    fn public_key(&self) -> Vec<u8> {
        let head = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ];
        [&head, self.key().public_key().as_ref()].concat()
    }

    fn made(&self, challenge: &str) -> Vec<(&'static str, String)> {
        let mut data = self.authenticator_data(0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        vec![
            ("name", "Office laptop".to_owned()),
            ("credential", encode(&self.id)),
            ("client_data", encode(self.client_data("webauthn.create", challenge))),
            ("authenticator_data", encode(data)),
            ("public_key", encode(self.public_key())),
            ("algorithm", "-7".to_owned()),
        ]
    }

    fn signed(&self, challenge: &str) -> Vec<(&'static str, String)> {
        let (client_data, data) = (self.client_data("webauthn.get", challenge), self.authenticator_data(0));
        let message = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature = self.key().sign(&SystemRandom::new(), &message).unwrap();
        vec![
            ("credential", encode(&self.id)),
            ("client_data", encode(client_data)),
            ("authenticator_data", encode(data)),
            ("signature", encode(signature)),
            ("holder", self.holder.clone()),
        ]
    }

    async fn sign_in(&self, client: &Client) -> Page {
        let challenge = challenge(client, "/admin/sign-in").await;
        post(client, "/admin/sign-in/passkey", &self.signed(&challenge)).await
    }

    async fn add_to(&self, member: &Member) -> Page {
        let challenge = challenge(&member.client, NEW).await;
        post(&member.client, "/admin/me/passkeys", &self.made(&challenge)).await
    }
}

async fn challenge(client: &Client, path: &str) -> String {
    client.get(path).await.attributes("form[data-passkey]", "data-challenge").remove(0)
}

async fn post(client: &Client, path: &str, form: &[(&'static str, String)]) -> Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.post(path, &form).await
}

fn with(form: Vec<(&'static str, String)>, name: &str, value: &str) -> Vec<(&'static str, String)> {
    form.into_iter().map(|(field, old)| (field, if field == name { value.to_owned() } else { old })).collect()
}

/// A member who can sign in at all, with a passkey.
async fn member_with_passkey(app: &TestApp, role: Role) -> (Member, Device) {
    let member = app.staff(role);
    app.with_password(&member);
    let device = Device::of(&member);
    let page = device.add_to(&member).await;
    assert_eq!((page.status, page.location()), (303, "/admin/me?done=passkey".to_owned()), "{}", page.text());
    (member, device)
}

#[actix_web::test]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    let app = spawn().await;
    let (member, device) = member_with_passkey(&app, Role::Agent).await;
    let page = member.client.get("/admin/me?done=passkey").await;
    assert!(page.text().contains("Office laptop") && page.text().contains("never"), "{}", page.text());
    assert_eq!(member.client.get(NEW).await.attributes("form[data-passkey]", "data-known"), [encode(&device.id)]);
    assert_eq!(member.client.get(NEW).await.attributes("form[data-passkey]", "data-holder"), [encode(member.id)]);

    let client = app.client();
    let page = device.sign_in(&client).await;
    assert_eq!((page.status, page.location()), (303, "/admin".to_owned()), "{}", page.text());
    assert_eq!(client.get("/admin").await.status, 200);
    // The person has shown both factors, so that what asks for them anew lately does not.
    assert_eq!(client.get(NEW).await.status, 200);
    assert!(client.cookie("staff-device").is_some(), "the browser is known from now on");
    assert!(!client.get("/admin/me").await.text().contains("never"));

    let remove = client.get("/admin/me").await.attributes("form[action$='/delete']", "action").remove(0);
    // Nobody else's hand can.
    let other = app.staff(Role::Administrator);
    assert_eq!(other.client.post(&remove, &[]).await.status, 404);
    assert_eq!(client.post(&remove, &[]).await.location(), "/admin/me?done=passkey-removed");
    assert_eq!(device.sign_in(&app.client()).await.status, 422);
    let expected = ["staff.passkey_added", "staff.signed_in", "staff.passkey_removed", "staff.passkey_refused"];
    assert_eq!(app.audited(), expected);
    let with = app.value("SELECT details->>'with' FROM audit WHERE action = 'staff.signed_in'");
    assert_eq!(with, "passkey");
}

#[actix_web::test]
async fn it_leads_on_to_the_page_that_was_asked_for() {
    let app = spawn().await;
    let (_, device) = member_with_passkey(&app, Role::Compliance).await;
    let client = app.client();
    let challenge = challenge(&client, "/admin/sign-in?next=%2Fadmin%2Faudit").await;
    let mut form = device.signed(&challenge);
    form.push(("next", "/admin/audit".to_owned()));
    assert_eq!(post(&client, "/admin/sign-in/passkey", &form).await.location(), "/admin/audit");
}

#[actix_web::test]
async fn a_challenge_is_answered_once_in_time_and_by_the_browser_that_got_it() {
    let app = spawn().await;
    let (_, device) = member_with_passkey(&app, Role::Agent).await;
    let (one, two) = (app.client(), app.client());
    let given = challenge(&one, "/admin/sign-in").await;
    // Overheard and answered from elsewhere.
    two.get("/admin/sign-in").await;
    assert_eq!(post(&two, "/admin/sign-in/passkey", &device.signed(&given)).await.status, 422);
    let form = device.signed(&given);
    let send = || post(&one, "/admin/sign-in/passkey", &form);
    let (a, b) = tokio::join!(send(), send());
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "the same answer twice");

    let late = challenge(&two, "/admin/sign-in").await;
    app.clock.advance(Duration::minutes(10));
    assert_eq!(post(&two, "/admin/sign-in/passkey", &device.signed(&late)).await.status, 422);
    // What is over is forgotten.
    app.sweep().await;
    assert_eq!(app.value("SELECT count(*)::text FROM staff_used_challenges"), "0");
}

#[actix_web::test]
async fn whatever_is_not_quite_right_signs_nobody_in() {
    let app = spawn().await;
    let (_, device) = member_with_passkey(&app, Role::Agent).await;
    let stranger = app.staff(Role::Administrator);
    let client = app.client();
    type Spoil = Box<dyn Fn(&mut Device)>;
    let cases: Vec<(&str, Spoil)> = vec![
        ("origin", Box::new(|device| device.origin = "http://localhost:8081")),
        ("origin", Box::new(|device| device.origin = "https://localhost:8080")),
        ("origin", Box::new(|device| device.cross_origin = true)),
        ("origin", Box::new(|device| device.site = "evil.example")),
        ("not verified", Box::new(|device| device.flags = 0x01)),
        ("not verified", Box::new(|device| device.flags = 0x04)),
        ("unreadable", Box::new(|device| device.flags = 0x15)),
        ("signature", Box::new(|device| device.pkcs8 = Device::new(b"another").pkcs8)),
        ("signature", Box::new(|device| device.id = vec![7; 32])),
        ("signature", {
            let holder = encode(stranger.id);
            Box::new(move |device| device.holder = holder.clone())
        }),
    ];
    for (why, spoil) in cases {
        let mut spoilt = device.clone();
        spoil(&mut spoilt);
        let page = spoilt.sign_in(&client).await;
        assert_eq!(page.status, 422, "{why}");
        assert!(page.text().contains("did not let you in"), "{}", page.text());
        assert_eq!(app.value("SELECT details->>'why' FROM audit ORDER BY at DESC, id DESC LIMIT 1"), why);
        assert!(client.cookie("staff").is_none(), "{why}");
    }
    // The other ceremony, another challenge, fields that are none.
    let given = challenge(&client, "/admin/sign-in").await;
    let made = encode(device.client_data("webauthn.create", &given));
    let own = encode(device.client_data("webauthn.get", &encode([0; 56])));
    for (name, value) in [
        ("client_data", made.as_str()),
        ("client_data", &own),
        ("client_data", ""),
        ("client_data", "e30"),
        ("signature", ""),
        ("signature", "AAAA"),
        ("authenticator_data", "AAAA"),
        ("authenticator_data", "!"),
        ("credential", ""),
        ("holder", ""),
    ] {
        let form = with(device.signed(&given), name, value);
        assert_eq!(post(&client, "/admin/sign-in/passkey", &form).await.status, 422, "{name} {value}");
    }
    // And it was none of that: the same device, with everything right.
    assert_eq!(device.sign_in(&client).await.status, 303);
}

#[actix_web::test]
async fn a_counter_that_goes_back_is_refused() {
    let app = spawn().await;
    let (_, mut device) = member_with_passkey(&app, Role::Agent).await;
    let client = app.client();
    for (count, status) in [(5, 303), (5, 422), (4, 422), (6, 303), (0, 422)] {
        device.count = count;
        assert_eq!(device.sign_in(&client).await.status, status, "{count}");
    }
    let why =
        app.value("SELECT string_agg(DISTINCT details->>'why', ' ') FROM audit WHERE action = 'staff.passkey_refused'");
    assert_eq!(why, "counter");
}

#[actix_web::test]
async fn who_may_not_sign_in_may_not_with_a_passkey_either() {
    let app = spawn().await;
    let (member, device) = member_with_passkey(&app, Role::Agent).await;
    let administrator = app.staff(Role::Administrator);
    let person = format!("/admin/people/{}", member.id);
    let access = |access: &'static str| {
        let (administrator, app, path) = (&administrator, &app, format!("{person}/access"));
        async move {
            let code = administrator.code(app);
            administrator.client.post(&path, &[("access", access), ("code", &code)]).await.status
        }
    };
    assert_eq!(access("none").await, 303);
    assert_eq!(device.sign_in(&app.client()).await.status, 422);
    assert_eq!(access("full").await, 303);
    assert_eq!(device.sign_in(&app.client()).await.status, 303);
    // Who has lost the second factor may have lost the device as well.
    let code = administrator.code(&app);
    let page = administrator.client.post(&format!("{person}/second-factor"), &[("code", &code)]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(app.value("SELECT count(*)::text FROM staff_passkeys"), "0");
    assert_eq!(device.sign_in(&app.client()).await.status, 422);
}

#[actix_web::test]
async fn adding_one_asks_for_the_second_factor_anew() {
    let app = spawn().await;
    let member = app.staff(Role::Viewer);
    let challenge = challenge(&member.client, NEW).await;
    app.clock.advance(Duration::minutes(10));
    assert_eq!(member.client.get(NEW).await.location(), "/admin/me#passkeys");
    let device = Device::of(&member);
    let page = post(&member.client, "/admin/me/passkeys", &device.made(&challenge)).await;
    assert_eq!(page.location(), "/admin/me#passkeys");
    let page = member.client.post("/admin/me/passkeys/confirm", &[("code", "000000")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text_of("#passkey-code-error").contains("not right"), "{}", page.text());
    let page = member.client.post("/admin/me/passkeys/confirm", &[("code", &member.code(&app))]).await;
    assert_eq!(page.location(), NEW);
    assert_eq!(device.add_to(&member).await.status, 303);
    assert_eq!(app.audited(), ["staff.code_refused", "staff.passkey_added"]);
}

#[actix_web::test]
async fn only_what_an_authenticator_made_for_this_page_is_added() {
    let app = spawn().await;
    let (member, device) = member_with_passkey(&app, Role::Agent).await;
    let other = app.staff(Role::Agent);
    let fresh = Device::of(&member);
    let given = challenge(&member.client, NEW).await;
    let foreign = challenge(&other.client, NEW).await;
    let to_sign_in = challenge(&app.client(), "/admin/sign-in").await;
    let ed25519 = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let ed25519 = encode([ed25519.as_slice(), &[9; 32]].concat());
    let mut cases = vec![
        (fresh.made(&foreign), "made"),
        (fresh.made(&to_sign_in), "made"),
        (device.made(&given), "known already"),
        (with(fresh.made(&given), "credential", &encode([1; 32])), "made"),
        (with(fresh.made(&given), "algorithm", "-8"), "made"),
        (with(fresh.made(&given), "algorithm", "-35"), "made"),
        (with(fresh.made(&given), "algorithm", ""), "made"),
        (with(fresh.made(&given), "public_key", &encode([1; 91])), "made"),
        (with(fresh.made(&given), "public_key", &ed25519), "made"),
        (with(fresh.made(&given), "authenticator_data", &encode(fresh.authenticator_data(0))), "made"),
        (with(fresh.made(&given), "authenticator_data", &encode(fresh.authenticator_data(0x40))), "made"),
    ];
    for flags in [0x01, 0x04] {
        cases.push((Device { flags, ..fresh.clone() }.made(&given), "made"));
    }
    cases.push((Device { origin: "http://localhost", ..fresh.clone() }.made(&given), "made"));
    for name in ["", "  ", &"x".repeat(81)] {
        cases.push((with(fresh.made(&given), "name", name), "at most 80"));
    }
    for (at, (form, says)) in cases.iter().enumerate() {
        // Each page gives a challenge of its own; what is wrong here is something else.
        let page = post(&member.client, "/admin/me/passkeys", form).await;
        assert_eq!(page.status, 422, "case {at}");
        assert!(page.text().contains(says), "case {at}: {}", page.text());
        if *says == "known already" {
            break;
        }
    }
    for (at, (form, says)) in cases.iter().enumerate().skip(3) {
        let page = post(&member.client, "/admin/me/passkeys", form).await;
        assert_eq!(page.status, 422, "case {at}");
        assert!(page.text().contains(says), "case {at}: {}", page.text());
    }
    assert_eq!(app.value("SELECT count(*)::text FROM staff_passkeys"), "1");

    let ed25519 =
        with(with(fresh.made(&challenge(&member.client, NEW).await), "public_key", &ed25519), "algorithm", "-8");
    assert_eq!(post(&member.client, "/admin/me/passkeys", &ed25519).await.status, 303);
    for _ in 2..10 {
        assert_eq!(Device::of(&member).add_to(&member).await.status, 303);
    }
    let page = Device::of(&member).add_to(&member).await;
    assert!(page.status == 422 && page.text().contains("ten passkeys"), "{}", page.text());
}

#[actix_web::test]
async fn guessing_ends_for_a_while() {
    let app = TestApp::spawn(|args| {
        args.http.public_url = Some(ORIGIN.parse().unwrap());
        args.staff.staff_attempts_per_address = 3;
    })
    .await;
    let (_, device) = member_with_passkey(&app, Role::Agent).await;
    let stranger = Device::new(b"nobody");
    let client = app.client();
    for _ in 0..3 {
        assert_eq!(stranger.sign_in(&client).await.status, 422);
    }
    let page = stranger.sign_in(&client).await;
    assert_eq!(page.status, 429);
    assert!(!page.header("retry-after").is_empty());
    app.clock.advance(Duration::minutes(16));
    assert_eq!(device.sign_in(&client).await.status, 303);
}

#[actix_web::test]
async fn only_the_two_pages_that_need_it_run_a_script_and_only_ours() {
    let app = spawn().await;
    let member = app.staff(Role::Agent);
    for (path, has_script) in [("/admin/sign-in", true), (NEW, true), ("/admin/me", false), ("/admin", false)] {
        let page = member.client.get(path).await;
        let policy = page.header("content-security-policy");
        assert_eq!(policy.contains("script-src 'self'"), has_script, "{path}: {policy}");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.count("script"), usize::from(has_script), "{path}");
    }
    let script = member.client.get("/admin/sign-in").await.attributes("script", "src").remove(0);
    let page = member.client.get(&script).await;
    assert!(page.status == 200 && page.header("content-type").starts_with("text/javascript"), "{script}");
}

#[actix_web::test]
async fn a_portal_that_is_reached_by_a_number_offers_none() {
    let app = crate::support::spawn().await;
    let member = app.staff(Role::Agent);
    assert_eq!(member.client.get("/admin/sign-in").await.count("form[data-passkey]"), 0);
    assert!(member.client.get("/admin/me").await.text().contains("reached by a name"));
    assert_eq!(member.client.get(NEW).await.status, 404);
    let signed = Device::of(&member).signed("AA");
    assert_eq!(post(&app.client(), "/admin/sign-in/passkey", &signed).await.status, 404);
}
