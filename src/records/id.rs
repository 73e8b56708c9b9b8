//! Ids: text with one total order.

use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

/// The id of a customer, an order or an event.
///
/// Ids are text. Canonical non-negative integers that fit in 64 bits come first, by number; all others follow, by
/// their bytes. `42` and `"42"` are the same id; `"00042"` is another.
///
/// ```
/// use portefeuille::Id;
///
/// let mut ids = [Id::from("b"), Id::from("00042"), Id::from("7"), Id::from(42)];
/// ids.sort();
/// assert_eq!(ids.map(|id| id.to_string()), ["7", "42", "00042", "b"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(Repr);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Repr {
    Number(u64),
    Text(Box<str>),
}

/// An id that borrows its text. The order is that of [`Id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IdRef<'a> {
    Number(u64),
    Text(&'a str),
}

/// The value of a canonical non-negative integer: digits, no leading zero, fits in 64 bits.
fn canonical_number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > 20 || (bytes[0] == b'0' && bytes.len() > 1) {
        return None;
    }
    // Up to 19 digits cannot overflow.
    if bytes.len() < 20 {
        let step = |value: u64, byte: &u8| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0'));
        return bytes.iter().try_fold(0, step);
    }
    bytes.iter().try_fold(0u64, |value, byte| {
        byte.is_ascii_digit().then_some(())?;
        value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))
    })
}

impl<'a> IdRef<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        match canonical_number(text.as_bytes()) {
            Some(number) => Self::Number(number),
            None => Self::Text(text),
        }
    }

    /// An id from bytes, or why they are no text. Numbers need not be checked for that.
    #[cfg(feature = "csv")]
    #[inline]
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, std::str::Utf8Error> {
        match canonical_number(bytes) {
            Some(number) => Ok(Self::Number(number)),
            None => std::str::from_utf8(bytes).map(Self::Text),
        }
    }

    pub(crate) fn to_id(self) -> Id {
        match self {
            Self::Number(n) => Id(Repr::Number(n)),
            Self::Text(t) => Id(Repr::Text(t.into())),
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        matches!(self, Self::Text(""))
    }

    fn hash64(self) -> u64 {
        let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
        match self {
            Self::Number(n) => n.hash(&mut hasher),
            Self::Text(t) => t.as_bytes().hash(&mut hasher),
        }
        hasher.finish()
    }
}

impl fmt::Display for IdRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::Text(t) => f.pad(t),
        }
    }
}

impl Id {
    /// An id from its text.
    pub fn new(text: &str) -> Self {
        IdRef::new(text).to_id()
    }

    /// The text.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Number(n) => Cow::Owned(n.to_string()),
            Repr::Text(t) => Cow::Borrowed(t),
        }
    }

    /// The number that it is, if it is one.
    #[cfg(feature = "csv")]
    pub(crate) fn number(&self) -> Option<u64> {
        match &self.0 {
            Repr::Number(n) => Some(*n),
            Repr::Text(_) => None,
        }
    }

    pub(crate) fn as_ref(&self) -> IdRef<'_> {
        match &self.0 {
            Repr::Number(n) => IdRef::Number(*n),
            Repr::Text(t) => IdRef::Text(t),
        }
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<&String> for Id {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<&Id> for Id {
    fn from(id: &Id) -> Self {
        id.clone()
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(Repr::Number(number))
    }
}

impl From<u32> for Id {
    fn from(number: u32) -> Self {
        Self(Repr::Number(number.into()))
    }
}

impl From<i32> for Id {
    /// A negative number is a text id, as it would be in a file.
    fn from(number: i32) -> Self {
        u64::try_from(number).map_or_else(|_| Self::new(&number.to_string()), |n| Self(Repr::Number(n)))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A text, or the number that it would be in other tables.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(u64),
            Text(String),
        }
        Form::deserialize(deserializer).map(|form| match form {
            Form::Number(number) => Self::from(number),
            Form::Text(text) => Self::new(&text),
        })
    }
}

/// Ids by dense index, and back.
///
/// While ids come in rising order none needs to be hashed: that is what exports mostly look like, and it saves half of
/// the memory. The index is built with the first id that does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    ids: Vec<Id>,
    /// Of all ids, or of none while they rise.
    index: HashTable<u32>,
    unsorted: bool,
    texts: bool,
    /// The first id, while ids are consecutive numbers.
    consecutive_from: Option<u64>,
}

impl IdTable {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when no id is a text.
    pub(crate) fn all_numbers(&self) -> bool {
        !self.texts
    }

    /// True when each id is larger than the one before it.
    pub(crate) fn is_sorted(&self) -> bool {
        !self.unsorted
    }

    /// The id that came first.
    pub(crate) fn first(&self) -> Option<&Id> {
        self.ids.first()
    }

    /// The id that came last.
    pub(crate) fn last(&self) -> Option<&Id> {
        self.ids.last()
    }

    /// Whether an index, in use or not, is that of an id.
    #[inline]
    pub(crate) fn is(&self, at: u32, id: IdRef<'_>) -> bool {
        self.ids.get(at as usize).is_some_and(|known| known.as_ref() == id)
    }

    #[inline]
    pub(crate) fn get(&self, id: IdRef<'_>) -> Option<u32> {
        if let (Some(first), IdRef::Number(number)) = (self.consecutive_from, id) {
            let at = number.checked_sub(first).filter(|at| *at < self.ids.len() as u64);
            return at.map(|at| at as u32);
        }
        if self.index.is_empty() {
            return self.ids.binary_search_by(|known| known.as_ref().cmp(&id)).ok().map(|at| at as u32);
        }
        self.index.find(id.hash64(), |at| self.ids[*at as usize].as_ref() == id).copied()
    }

    /// The index of an id, new or not, and whether it is new.
    #[inline]
    pub(crate) fn intern(&mut self, id: IdRef<'_>) -> (u32, bool) {
        let at = self.ids.len() as u32;
        if !self.unsorted && self.ids.last().is_none_or(|last| last.as_ref() < id) {
            self.push(id);
            if !self.index.is_empty() {
                self.insert(at);
            }
            return (at, true);
        }
        self.intern_unsorted(id)
    }

    fn intern_unsorted(&mut self, id: IdRef<'_>) -> (u32, bool) {
        self.build_index();
        if let Some(at) = self.get(id) {
            return (at, false);
        }
        self.unsorted = true;
        let at = self.ids.len() as u32;
        self.push(id);
        self.insert(at);
        (at, true)
    }

    #[inline]
    fn push(&mut self, id: IdRef<'_>) {
        self.consecutive_from = match id {
            IdRef::Number(number) if self.ids.is_empty() => Some(number),
            IdRef::Number(number) => {
                self.consecutive_from.filter(|first| first.checked_add(self.ids.len() as u64) == Some(number))
            }
            IdRef::Text(_) => None,
        };
        self.texts |= matches!(id, IdRef::Text(_));
        self.ids.push(id.to_id());
    }

    fn insert(&mut self, at: u32) {
        let ids = &self.ids;
        let hash = |at: &u32| ids[*at as usize].as_ref().hash64();
        self.index.insert_unique(hash(&at), at, hash);
    }

    /// Hashes all ids, for many lookups.
    fn build_index(&mut self) {
        if !self.index.is_empty() {
            return;
        }
        let ids = &self.ids;
        self.index.reserve(ids.len(), |at| ids[*at as usize].as_ref().hash64());
        (0..self.ids.len() as u32).for_each(|at| self.insert(at));
    }

    /// Makes ready for many lookups: ids that are consecutive numbers need no index.
    pub(crate) fn prepare(&mut self) {
        if self.consecutive_from.is_none() {
            self.build_index();
        }
    }

    #[inline]
    pub(crate) fn id(&self, at: u32) -> &Id {
        &self.ids[at as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Id> {
        self.ids.iter()
    }

    /// The indices in id order.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        if self.unsorted {
            order.sort_unstable_by(|a, b| self.ids[*a as usize].cmp(&self.ids[*b as usize]));
        }
        order
    }
}
