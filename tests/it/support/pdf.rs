//! Reading a PDF the way a viewer does, as far as our letters need it: objects, structure, and the text of each page.

use std::collections::BTreeMap;
use std::io::Read;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Dict(BTreeMap<String, Value>),
    Array(Vec<Value>),
    Name(String),
    Text(Vec<u8>),
    Number(f64),
    Ref(u32),
    Word(String),
}

impl Value {
    /// The entry of a dictionary.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if let Value::Dict(entries) = self { entries.get(key) } else { None }
    }

    pub fn name(&self) -> Option<&str> {
        if let Value::Name(name) = self { Some(name) } else { None }
    }

    pub fn array(&self) -> &[Value] {
        if let Value::Array(values) = self { values } else { &[] }
    }

    fn number(&self) -> Option<f64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// A text string of a document: UTF-16 with a mark, else Latin.
    pub fn text(&self) -> Option<String> {
        let Value::Text(bytes) = self else { return None };
        if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
            return Some(utf16(rest));
        }
        Some(bytes.iter().map(|byte| char::from(*byte)).collect())
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

const BREAKS: &[u8] = b"()<>[]{}/%";

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                        self.at += 1;
                    }
                }
                byte if byte.is_ascii_whitespace() || byte == 0 => self.at += 1,
                _ => return,
            }
        }
    }

    fn word(&mut self) -> String {
        let from = self.at;
        while self.peek().is_some_and(|byte| !byte.is_ascii_whitespace() && byte != 0 && !BREAKS.contains(&byte)) {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.bytes[from..self.at]).into_owned()
    }

    fn value(&mut self) -> Option<Value> {
        self.skip();
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Value::Name(self.word()))
            }
            b'(' => Some(Value::Text(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                let mut entries = BTreeMap::new();
                loop {
                    self.skip();
                    if self.peek()? == b'>' {
                        self.at += 2;
                        return Some(Value::Dict(entries));
                    }
                    let Value::Name(key) = self.value()? else { return None };
                    entries.insert(key, self.value()?);
                }
            }
            b'<' => {
                let end = self.at + self.bytes[self.at..].iter().position(|byte| *byte == b'>')?;
                let digits: Vec<u8> =
                    self.bytes[self.at + 1..end].iter().copied().filter(u8::is_ascii_hexdigit).collect();
                self.at = end + 1;
                let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
                Some(Value::Text(digits.chunks(2).map(byte).collect()))
            }
            b'[' => {
                self.at += 1;
                let mut values = Vec::new();
                loop {
                    self.skip();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Some(Value::Array(values));
                    }
                    values.push(self.value()?);
                }
            }
            b')' | b'>' | b']' | b'{' | b'}' => {
                self.at += 1;
                Some(Value::Word(String::new()))
            }
            _ => {
                let word = self.word();
                let Ok(number) = word.parse::<f64>() else { return Some(Value::Word(word)) };
                let back = self.at;
                self.skip();
                let generation = self.word();
                self.skip();
                if generation.parse::<u32>().is_ok() && self.word() == "R" {
                    return Some(Value::Ref(number as u32));
                }
                self.at = back;
                Some(Value::Number(number))
            }
        }
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut out, mut depth) = (Vec::new(), 0);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        out.push(byte);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    out.push(byte);
                }
                b'\\' => {
                    let next = self.peek().unwrap();
                    self.at += 1;
                    match next {
                        b'n' => out.push(b'\n'),
                        b'r' => out.push(b'\r'),
                        b't' => out.push(b'\t'),
                        b'b' => out.push(8),
                        b'f' => out.push(12),
                        b'0'..=b'7' => {
                            let mut code = u32::from(next - b'0');
                            for _ in 0..2 {
                                if let Some(digit @ b'0'..=b'7') = self.peek() {
                                    code = code * 8 + u32::from(digit - b'0');
                                    self.at += 1;
                                }
                            }
                            out.push(code as u8);
                        }
                        other => out.push(other),
                    }
                }
                _ => out.push(byte),
            }
        }
        out
    }
}

/// A document.
pub struct Pdf {
    objects: BTreeMap<u32, (Value, Option<Vec<u8>>)>,
}

impl Pdf {
    pub fn read(bytes: &[u8]) -> Pdf {
        assert!(bytes.starts_with(b"%PDF-1.7"), "{:?}", &bytes[..20.min(bytes.len())]);
        let mut objects = BTreeMap::new();
        let mut at = 0;
        while let Some(found) = find(&bytes[at..], b" obj") {
            let head = at + found;
            let digits = |end: usize| {
                let from = bytes[..end].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
                (from, std::str::from_utf8(&bytes[from..end]).unwrap().parse::<u32>())
            };
            let (generation, _) = digits(head);
            let (_, number) = digits(generation - 1);
            let mut reader = Reader { bytes, at: head + 4 };
            let value = reader.value().unwrap();
            reader.skip();
            let mut stream = None;
            if reader.word() == "stream" {
                let from = reader.at + if bytes[reader.at] == b'\r' { 2 } else { 1 };
                let length = value.get("Length").and_then(Value::number).unwrap() as usize;
                stream = Some(inflate(&value, &bytes[from..from + length]));
                reader.at = from + length;
            }
            at = reader.at;
            objects.insert(number.unwrap(), (value, stream));
        }
        let mut pdf = Pdf { objects };
        pdf.unpack();
        pdf
    }

    /// Objects that stand in streams of objects.
    fn unpack(&mut self) {
        let mut found = Vec::new();
        for (value, stream) in self.objects.values() {
            if value.get("Type").and_then(Value::name) != Some("ObjStm") {
                continue;
            }
            let bytes = stream.as_ref().unwrap();
            let first = value.get("First").and_then(Value::number).unwrap() as usize;
            let mut head = Reader { bytes: &bytes[..first], at: 0 };
            let mut numbers = Vec::new();
            loop {
                head.skip();
                let word = head.word();
                if word.is_empty() {
                    break;
                }
                numbers.push(word.parse::<usize>().unwrap());
            }
            for pair in numbers.chunks_exact(2) {
                let value = Reader { bytes, at: first + pair[1] }.value().unwrap();
                found.push((pair[0] as u32, (value, None)));
            }
        }
        self.objects.extend(found);
    }

    /// What a value is, where it only says where it stands.
    pub fn at<'a>(&'a self, value: &'a Value) -> &'a Value {
        if let Value::Ref(number) = value { &self.objects[number].0 } else { value }
    }

    fn stream(&self, value: &Value) -> &[u8] {
        let Value::Ref(number) = value else { panic!("{value:?}") };
        self.objects[number].1.as_deref().unwrap()
    }

    pub fn catalog(&self) -> &Value {
        let all = self.objects.values().map(|(value, _)| value);
        all.into_iter().find(|value| value.get("Type").and_then(Value::name) == Some("Catalog")).unwrap()
    }

    fn of<'a>(&'a self, value: &'a Value, key: &str) -> &'a Value {
        self.at(value.get(key).unwrap_or_else(|| panic!("no {key} in {value:?}")))
    }

    pub fn pages(&self) -> Vec<&Value> {
        let mut pages = Vec::new();
        self.collect(self.of(self.catalog(), "Pages"), &mut pages);
        pages
    }

    fn collect<'a>(&'a self, node: &'a Value, pages: &mut Vec<&'a Value>) {
        match node.get("Kids") {
            Some(kids) => self.at(kids).array().iter().for_each(|kid| self.collect(self.at(kid), pages)),
            None => pages.push(node),
        }
    }

    /// The kinds of the elements of the structure, in reading order: `Table/THead/TR/TH` and so on.
    pub fn structure(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.walk(self.of(self.catalog(), "StructTreeRoot"), "", &mut paths);
        paths
    }

    fn walk(&self, node: &Value, above: &str, paths: &mut Vec<String>) {
        let kind = node.get("S").and_then(Value::name);
        let path = match kind {
            Some(kind) if above.is_empty() => kind.to_owned(),
            Some(kind) => format!("{above}/{kind}"),
            None => above.to_owned(),
        };
        if kind.is_some() {
            paths.push(path.clone());
        }
        let Some(kids) = node.get("K") else { return };
        let kids = self.at(kids);
        let single = std::slice::from_ref(kids);
        let all = if matches!(kids, Value::Array(_)) { kids.array() } else { single };
        for kid in all.iter().map(|kid| self.at(kid)).filter(|kid| kid.get("S").is_some()) {
            self.walk(kid, &path, paths);
        }
    }

    /// The text of each page, as it is copied from it.
    pub fn texts(&self) -> Vec<String> {
        self.pages().into_iter().map(|page| self.text_of(page)).collect()
    }

    fn text_of(&self, page: &Value) -> String {
        let fonts = self.of(self.of(page, "Resources"), "Font");
        let mut maps: BTreeMap<&str, BTreeMap<u16, String>> = BTreeMap::new();
        if let Value::Dict(entries) = fonts {
            for (name, font) in entries {
                let cmap = self.at(font).get("ToUnicode").expect("a font whose letters cannot be copied");
                maps.insert(name, unicode(self.stream(cmap)));
            }
        }
        let mut reader = Reader { bytes: self.stream(page.get("Contents").unwrap()), at: 0 };
        let (mut operands, mut out, mut font) = (Vec::new(), String::new(), String::new());
        // What a span says it reads, instead of its letters.
        let mut spans: Vec<bool> = Vec::new();
        while let Some(value) = reader.value() {
            let Value::Word(operator) = value else {
                operands.push(value);
                continue;
            };
            match operator.as_str() {
                "Tf" => font = operands[0].name().unwrap().to_owned(),
                "BT" => out.push('\n'),
                "BDC" | "BMC" => {
                    let instead = operands.get(1).and_then(|value| value.get("ActualText")).and_then(Value::text);
                    out.push_str(instead.as_deref().unwrap_or_default());
                    spans.push(instead.is_some());
                }
                "EMC" => drop(spans.pop()),
                "Tj" | "TJ" if !spans.contains(&true) => {
                    let single = std::slice::from_ref(&operands[0]);
                    let parts = if operator == "TJ" { operands[0].array() } else { single };
                    for part in parts {
                        let Value::Text(codes) = part else { continue };
                        for code in codes.chunks_exact(2) {
                            out.push_str(&maps[font.as_str()][&u16::from_be_bytes([code[0], code[1]])]);
                        }
                    }
                }
                _ => {}
            }
            operands.clear();
        }
        out
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn inflate(dict: &Value, bytes: &[u8]) -> Vec<u8> {
    let filter = dict.get("Filter").map(|filter| match filter {
        Value::Array(filters) => filters[0].name().unwrap().to_owned(),
        filter => filter.name().unwrap().to_owned(),
    });
    let mut out = Vec::new();
    match filter.as_deref() {
        None => return bytes.to_vec(),
        Some("FlateDecode") => flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut out).unwrap(),
        Some(other) => panic!("{other}"),
    };
    out
}

/// A map of codes to what they read, from `bfchar` and `bfrange`.
fn unicode(cmap: &[u8]) -> BTreeMap<u16, String> {
    let mut reader = Reader { bytes: cmap, at: 0 };
    let (mut values, mut map) = (Vec::new(), BTreeMap::new());
    let code = |value: &Value| match value {
        Value::Text(bytes) => u16::from_be_bytes([bytes[0], bytes[1]]),
        other => panic!("{other:?}"),
    };
    let text = |value: &Value| match value {
        Value::Text(bytes) => utf16(bytes),
        other => panic!("{other:?}"),
    };
    while let Some(value) = reader.value() {
        match &value {
            Value::Word(word) if word == "beginbfchar" || word == "beginbfrange" => values.clear(),
            Value::Word(word) if word == "endbfchar" => {
                map.extend(values.chunks_exact(2).map(|pair| (code(&pair[0]), text(&pair[1]))));
            }
            Value::Word(word) if word == "endbfrange" => {
                for three in values.chunks_exact(3) {
                    let (from, to) = (code(&three[0]), code(&three[1]));
                    for (step, one) in (from..=to).enumerate() {
                        let read = match &three[2] {
                            Value::Array(texts) => text(&texts[step]),
                            first => {
                                let first = text(first).chars().next().unwrap() as u32;
                                char::from_u32(first + step as u32).unwrap().to_string()
                            }
                        };
                        map.insert(one, read);
                    }
                }
            }
            _ => values.push(value),
        }
    }
    map
}
