//! Reading an e-mail as programs write them: folded headers, encoded words, two alternatives.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An e-mail, read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Name and value, decoded, in their order.
    pub headers: Vec<(String, String)>,
    /// The text/plain part.
    pub text: String,
    /// The text/html part.
    pub html: String,
}

impl Parsed {
    /// Reads a message with CRLF or LF at the ends of its lines.
    pub fn read(raw: &str) -> Parsed {
        let raw = raw.replace("\r\n", "\n");
        let (head, body) = raw.split_once("\n\n").unwrap_or((raw.as_str(), ""));
        let mut parsed = Parsed { headers: headers(head), ..Parsed::default() };
        match parameter(parsed.header("Content-Type"), "boundary") {
            Some(boundary) => {
                for part in body.split(&format!("--{boundary}")).skip(1).filter(|part| !part.starts_with("--")) {
                    let part = part.trim_start_matches('\n');
                    let (head, body) = part.split_once("\n\n").unwrap_or(("", part));
                    parsed.take_part(&headers(head), body);
                }
            }
            None => parsed.take_part(&parsed.headers.clone(), body),
        }
        parsed
    }

    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        value_of(&self.headers, name)
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        self.header("Subject")
    }

    /// The addresses that stand in the text.
    pub fn links(&self) -> Vec<String> {
        let words = self.text.split_whitespace();
        words.filter(|word| word.starts_with("http://") || word.starts_with("https://")).map(str::to_owned).collect()
    }

    fn take_part(&mut self, headers: &[(String, String)], body: &str) {
        let decoded = decode(body, value_of(headers, "Content-Transfer-Encoding"));
        if value_of(headers, "Content-Type").starts_with("text/html") {
            self.html = decoded;
        } else {
            self.text = decoded;
        }
    }
}

fn value_of<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.as_str())
}

fn headers(head: &str) -> Vec<(String, String)> {
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let pairs = unfolded.lines().filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), words(value.trim()))).collect()
}

fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, rest) = value.split_once(&format!("{name}="))?;
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
    Some(quoted.unwrap_or_else(|| rest.split(';').next().unwrap_or_default()).trim().to_owned())
}

/// Encoded words (RFC 2047) in a header's value; white space between two of them is none.
fn words(value: &str) -> String {
    let (mut out, mut rest, mut after_word) = (String::new(), value, false);
    while let Some((before, from)) = rest.split_once("=?") {
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let mut parts = from.splitn(4, '?');
        let (_, Some(encoding), Some(text), Some(tail)) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            out.push_str("=?");
            rest = from;
            continue;
        };
        out.push_str(&match encoding {
            "b" | "B" => base64_text(text),
            _ => quoted_printable(&text.replace('_', " ")),
        });
        rest = tail.strip_prefix('=').unwrap_or(tail);
        after_word = true;
    }
    out.push_str(rest);
    out
}

fn decode(body: &str, encoding: &str) -> String {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => base64_text(body),
        "quoted-printable" => quoted_printable(body),
        _ => body.to_owned(),
    }
}

fn base64_text(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(compact).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let hex: String = rest.by_ref().take(2).map(char::from).collect();
        match u8::from_str_radix(&hex, 16) {
            Ok(decoded) => bytes.push(decoded),
            Err(_) => bytes.extend([b"=", hex.as_bytes()].concat()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_they_were_meant() {
        let raw = "Subject: =?utf-8?b?U3UgY8OzZGlnbw==?=\r\n =?utf-8?q?_de_Harbor?=\r\nContent-Type: multipart/alternative;\r\n boundary=\"x\"\r\n\r\n\
            --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Su c=C3=B3digo es l=\r\nargo: https://a.example/d/1\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--x--\r\n";
        let parsed = Parsed::read(raw);
        assert_eq!(parsed.subject(), "Su código de Harbor");
        assert_eq!(parsed.text.trim(), "Su código es largo: https://a.example/d/1");
        assert_eq!(parsed.html.trim(), "<p>x</p>");
        assert_eq!(parsed.links(), ["https://a.example/d/1"]);
    }
}
