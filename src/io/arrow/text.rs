//! Texts of a column: each of its own, or words by index.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, Int32Array, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::DataType;

/// Texts of a column.
pub(super) enum Text {
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
    Words { keys: Int32Array, words: Box<Self> },
}

impl Text {
    /// The texts of an array; `None` for one that holds none.
    pub(super) fn of(array: &dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Small(array.as_string_opt::<i32>()?.clone()),
            DataType::LargeUtf8 => Self::Large(array.as_string_opt::<i64>()?.clone()),
            DataType::Utf8View => Self::View(array.as_string_view_opt()?.clone()),
            DataType::Dictionary(keys, _) => match **keys {
                DataType::Int8 => words::<Int8Type>(array)?,
                DataType::Int16 => words::<Int16Type>(array)?,
                DataType::Int32 => {
                    let dictionary = array.as_dictionary_opt::<Int32Type>()?;
                    let words = Box::new(Self::of(dictionary.values())?);
                    Self::Words { keys: dictionary.keys().clone(), words }
                }
                DataType::Int64 => words::<Int64Type>(array)?,
                DataType::UInt8 => words::<UInt8Type>(array)?,
                DataType::UInt16 => words::<UInt16Type>(array)?,
                DataType::UInt32 => words::<UInt32Type>(array)?,
                DataType::UInt64 => words::<UInt64Type>(array)?,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Small(texts) => texts.len(),
            Self::Large(texts) => texts.len(),
            Self::View(texts) => texts.len(),
            Self::Words { keys, .. } => keys.len(),
        }
    }

    /// The index of a word, where words come by index.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        match self {
            Self::Words { keys, .. } if !keys.is_null(row) => usize::try_from(keys.value(row)).ok(),
            _ => None,
        }
    }

    /// A text, or `None` for null.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Small(texts) if !texts.is_null(row) => Some(texts.value(row)),
            Self::Large(texts) if !texts.is_null(row) => Some(texts.value(row)),
            Self::View(texts) if !texts.is_null(row) => Some(texts.value(row)),
            Self::Words { keys, words } if !keys.is_null(row) => words.get(usize::try_from(keys.value(row)).ok()?),
            _ => None,
        }
    }
}

fn words<K: ArrowDictionaryKeyType<Native: TryInto<i32>>>(array: &dyn Array) -> Option<Text> {
    let dictionary = array.as_dictionary_opt::<K>()?;
    let narrow = |key: K::Native| key.try_into().map_err(|_| ());
    let keys = dictionary.keys().try_unary::<_, Int32Type, _>(narrow).ok()?;
    Some(Text::Words { keys, words: Box::new(Text::of(dictionary.values())?) })
}
