//! Ids: text with one total order.

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

    /// 32 bits that spread well from the first to the last.
    #[inline]
    pub(super) fn hash32(self) -> u32 {
        let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
        match self {
            Self::Number(n) => n.hash(&mut hasher),
            Self::Text(t) => t.as_bytes().hash(&mut hasher),
        }
        // The hasher's low bits are its best; the product's high ones depend on all of them.
        (hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
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

    /// What is known of it without its text, only to have it read.
    #[inline]
    pub(super) fn touch(&self) -> u64 {
        match &self.0 {
            Repr::Number(n) => *n,
            Repr::Text(t) => t.len() as u64,
        }
    }

    /// The first byte of its text, only to have it read.
    #[inline]
    pub(super) fn touch_text(&self) -> u8 {
        match &self.0 {
            Repr::Number(_) => 0,
            Repr::Text(t) => t.as_bytes().first().copied().unwrap_or_default(),
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
