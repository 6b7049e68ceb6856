//! Everything the look-alike remembers, as JSON objects on shelves, kept in a file where one is named.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::happening::Due;
use super::idempotency::Stored;

/// Empty objects with every field Stripe's API description requires or may show as null.
static BLANKS: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("blank.json")).unwrap_or_default());

/// A new object of the named kind, such as `checkout.session`, before its own facts are filled in.
pub(super) fn blank(kind: &str) -> Value {
    BLANKS.get(kind).cloned().unwrap_or_default()
}

/// The kinds of object that have an id of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Session,
    Intent,
    Charge,
    Refund,
    Dispute,
    Customer,
    PaymentMethod,
    Transaction,
    Event,
}

impl Kind {
    /// The kind as Stripe names it in "No such ...".
    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Session => "checkout.session",
            Kind::Intent => "payment_intent",
            Kind::Charge => "charge",
            Kind::Refund => "refund",
            Kind::Dispute => "dispute",
            Kind::Customer => "customer",
            Kind::PaymentMethod => "PaymentMethod",
            Kind::Transaction => "balance transaction",
            Kind::Event => "event",
        }
    }
}

/// Objects of one kind in the order they were made.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Value>", into = "Vec<Value>")]
pub(super) struct Shelf {
    objects: Vec<Value>,
    places: HashMap<String, usize>,
}

impl Clone for Shelf {
    fn clone(&self) -> Self {
        self.objects.clone().into()
    }
}

impl From<Vec<Value>> for Shelf {
    fn from(objects: Vec<Value>) -> Self {
        let places = objects.iter().enumerate().map(|(place, object)| (object.text("id").to_owned(), place)).collect();
        Self { objects, places }
    }
}

impl From<Shelf> for Vec<Value> {
    fn from(shelf: Shelf) -> Self {
        shelf.objects
    }
}

impl Shelf {
    fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(*self.places.get(id)?)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.objects.get_mut(*self.places.get(id)?)
    }

    fn add(&mut self, object: Value) {
        self.places.insert(object.text("id").to_owned(), self.objects.len());
        self.objects.push(object);
    }
}

/// The whole memory of a sandbox.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    shelves: BTreeMap<Kind, Shelf>,
    /// When each open session expires (Unix seconds), by its id.
    pub(super) open: BTreeMap<String, i64>,
    /// Line items by session id; a session shows them only where it is asked to.
    pub(super) line_items: HashMap<String, Vec<Value>>,
    /// What a person typed to make a payment method, by its id: it decides how later charges end.
    pub(super) instruments: HashMap<String, String>,
    /// What the creator of a session asked for its payment intent, by session id.
    pub(super) intent_wishes: HashMap<String, Value>,
    /// Answers by idempotency key.
    pub(super) answers: HashMap<String, Stored>,
    /// What is still going to happen by itself.
    pub(super) due: Vec<Due>,
    /// Events no delivery has been queued for yet.
    #[serde(skip)]
    pub(super) outbox: Vec<String>,
    /// Whether anything changed since the last save.
    #[serde(skip)]
    pub(super) unsaved: bool,
}

impl State {
    /// The object of a kind by its id.
    pub(super) fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.shelves.get(&kind)?.get(id)
    }

    /// The same, to change it.
    pub(super) fn get_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Value> {
        self.unsaved = true;
        self.shelves.get_mut(&kind)?.get_mut(id)
    }

    /// Puts a new object on its shelf.
    pub(super) fn add(&mut self, kind: Kind, object: Value) {
        self.unsaved = true;
        self.shelves.entry(kind).or_default().add(object);
    }

    /// All objects of a kind, oldest first.
    pub(super) fn all(&self, kind: Kind) -> &[Value] {
        self.shelves.get(&kind).map(|shelf| shelf.objects.as_slice()).unwrap_or_default()
    }

    /// The object with this id, of whatever kind: ids say no more than that to an `expand`.
    pub(super) fn any(&self, id: &str) -> Option<&Value> {
        self.shelves.values().find_map(|shelf| shelf.get(id))
    }

    /// Reads a saved state; a missing file is an empty one.
    ///
    /// # Errors
    /// When the file cannot be read or is not a saved state.
    pub(super) fn load(file: &Path) -> io::Result<State> {
        match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::default()),
            Err(error) => Err(error),
        }
    }

    /// The bytes to save, when something changed since they were last asked for.
    pub(super) fn take_unsaved(&mut self) -> Option<Vec<u8>> {
        if !self.unsaved {
            return None;
        }
        self.unsaved = false;
        serde_json::to_vec(self).ok()
    }
}

/// Replaces the file in one step, so that a crash leaves the old state or the new one.
///
/// # Errors
/// When the directory cannot be written.
pub(super) fn save(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(beside, file)
}
