//! Words by dense index: event kinds, product families, channels, people, attribute names.

use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};

/// Words by dense index, and back. [`WordTable::NONE`] stands for no word.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordTable {
    words: Vec<Box<str>>,
    index: HashTable<u32>,
}

/// A word, or its number where that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word<'a> {
    #[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "files alone are read word by word"))]
    Known(u32),
    Text(&'a str),
}

#[inline]
fn hash(word: &[u8]) -> u64 {
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    hasher.write(word);
    hasher.finish()
}

impl WordTable {
    pub(crate) const NONE: u32 = u32::MAX;

    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        self.get_bytes(word.as_bytes())
    }

    /// The number of a word by its bytes, which need not be text.
    #[inline]
    pub(crate) fn get_bytes(&self, word: &[u8]) -> Option<u32> {
        self.index.find(hash(word), |at| self.words[*at as usize].as_bytes() == word).copied()
    }

    pub(crate) fn intern(&mut self, word: &str) -> u32 {
        if let Some(at) = self.get(word) {
            return at;
        }
        let at = self.words.len() as u32;
        self.words.push(word.into());
        let words = &self.words;
        self.index.insert_unique(hash(word.as_bytes()), at, |at| hash(words[*at as usize].as_bytes()));
        at
    }

    pub(crate) fn intern_optional(&mut self, word: Option<&str>) -> u32 {
        word.map_or(Self::NONE, |w| self.intern(w))
    }

    /// The word of an index; `None` for [`WordTable::NONE`].
    pub(crate) fn word(&self, at: u32) -> Option<&str> {
        self.words.get(at as usize).map(AsRef::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }
}
