//! Values read one after the other, eight bytes at a time, as far as they are written in the plainest way.

use crate::date::Date;
use crate::ledger::{NO_AMOUNT, NO_COUNT, NO_ID, WordTable, is_plain_word};

/// Powers of ten by which amounts with less than four decimals are multiplied, and parts of numbers put together.
const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
/// Digits of an id: all of them fit in 63 bits.
const ID_DIGITS_MAX: usize = 18;
/// Digits of an amount before the point: far more than there can be, and few enough.
const AMOUNT_DIGITS_MAX: usize = 13;
/// `b'0'` in each byte.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Where reading a block has come. Each method passes over one value, or gives `None` when it is not plain.
pub(super) struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
    delimiter: u8,
    /// Lines end in CR LF.
    returns: bool,
    /// What ends the value: the delimiter, or a quote where one stands before it.
    stop: u8,
}

impl<'b> Cursor<'b> {
    pub(super) fn new(bytes: &'b [u8], delimiter: u8, returns: bool) -> Self {
        Self { bytes, at: 0, delimiter, returns, stop: delimiter }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next eight bytes, the first one lowest; zeros beyond the end.
    #[inline]
    fn eight(&self) -> u64 {
        if let Some(bytes) = self.bytes.get(self.at..self.at + 8).and_then(|bytes| bytes.try_into().ok()) {
            return u64::from_le_bytes(bytes);
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
    }

    #[inline]
    fn next(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Whether the value that comes is empty.
    #[inline]
    fn is_empty(&self) -> bool {
        let next = self.next();
        next == self.stop || next == b'\n' || next == b'\r'
    }

    /// Passes over the quote before a value, if there is one.
    #[inline]
    pub(super) fn begin(&mut self) {
        let quoted = self.next() == b'"';
        self.at += usize::from(quoted);
        self.stop = if quoted { b'"' } else { self.delimiter };
    }

    /// Passes over what ends a value: its quote, and the delimiter or the end of the line. A doubled quote is no end.
    #[inline]
    pub(super) fn end(&mut self, last: bool) -> Option<()> {
        if self.stop != self.delimiter {
            (self.next() == b'"').then_some(())?;
            self.at += 1;
        }
        let found = if !last {
            self.next() == self.delimiter
        } else if self.returns {
            self.at += 1;
            self.bytes.get(self.at - 1..=self.at) == Some(b"\r\n")
        } else {
            self.next() == b'\n'
        };
        self.at += 1;
        found.then_some(())
    }

    /// Passes over digits, at most `most`, of which there is at least one: their number, and how many.
    #[inline]
    fn digits(&mut self, most: usize) -> Option<(u64, usize)> {
        let (mut value, mut count) = (0, 0);
        loop {
            let (part, found) = digits(self.eight());
            self.at += found;
            count += found;
            if count > most {
                return None;
            }
            value = value * POWERS[found] + part;
            if found < 8 {
                return (count > 0).then_some((value, count));
            }
        }
    }

    /// A whole number without a leading zero.
    #[inline]
    pub(super) fn id(&mut self) -> Option<u64> {
        let zero = self.next() == b'0';
        let (value, count) = self.digits(ID_DIGITS_MAX)?;
        (!zero || count == 1).then_some(value)
    }

    #[inline]
    pub(super) fn optional_id(&mut self) -> Option<u64> {
        if self.is_empty() { Some(NO_ID) } else { self.id() }
    }

    #[inline]
    pub(super) fn count(&mut self) -> Option<u32> {
        if self.is_empty() {
            return Some(NO_COUNT);
        }
        self.digits(9).map(|(value, _)| value as u32)
    }

    /// An amount in 1/10,000, or what stands for none.
    #[inline]
    pub(super) fn amount(&mut self, none: i64) -> Option<i64> {
        if self.is_empty() {
            return Some(none);
        }
        let negative = self.next() == b'-';
        self.at += usize::from(negative);
        let (whole, _) = self.digits(AMOUNT_DIGITS_MAX)?;
        let mut units = whole * POWERS[4];
        if self.next() == b'.' {
            self.at += 1;
            let (part, count) = self.digits(4)?;
            units += part * POWERS[4 - count];
        }
        let units = units as i64;
        Some(if negative { -units } else { units })
    }

    #[inline]
    pub(super) fn optional_amount(&mut self) -> Option<i64> {
        self.amount(NO_AMOUNT)
    }

    /// A date as `YYYY-MM-DD`.
    #[inline]
    pub(super) fn day(&mut self) -> Option<Date> {
        let date = Date::parse_bytes(self.bytes.get(self.at..self.at + 10)?)?;
        self.at += 10;
        Some(date)
    }

    pub(super) fn flag(&mut self) -> Option<Option<bool>> {
        match self.text() {
            b"" => Some(None),
            b"true" | b"1" => Some(Some(true)),
            b"false" | b"0" => Some(Some(false)),
            other => super::super::value::flag(other).map(Some),
        }
    }

    /// The bytes up to the end of the value, or to a quote or a line end, which cannot be inside.
    #[inline]
    pub(super) fn text(&mut self) -> &'b [u8] {
        let start = self.at;
        loop {
            let eight = self.eight();
            let ends = same(eight, self.stop) | same(eight, b'"') | same(eight, b'\n') | same(eight, b'\r');
            if ends != 0 {
                self.at += ends.trailing_zeros() as usize / 8;
                break;
            }
            self.at += 8;
            if self.at >= self.bytes.len() {
                self.at = self.bytes.len();
                break;
            }
        }
        self.bytes.get(start..self.at).unwrap_or_default()
    }
}

/// The digits with which eight bytes begin: their number, and how many they are.
#[inline]
fn digits(eight: u64) -> (u64, usize) {
    let values = eight ^ ZEROS;
    // Sets the high bit of each byte that is no digit. What a byte carries over reaches only those after it.
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let count = others.trailing_zeros() as usize / 8;
    if count == 0 {
        return (0, 0);
    }
    // Zeros come in front of the digits, which are then put together by pairs, fours and eights.
    let eight = values << (64 - 8 * count);
    let pairs = eight.wrapping_mul(2_561) >> 8 & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_FFFF_0000_FFFF;
    (fours.wrapping_mul(42_949_672_960_001) >> 32, count)
}

/// The high bits of the bytes that are `byte`; those after the first may be wrong.
#[inline]
fn same(eight: u64, byte: u8) -> u64 {
    let rest = eight ^ (0x0101_0101_0101_0101 * u64::from(byte));
    rest.wrapping_sub(0x0101_0101_0101_0101) & !rest & 0x8080_8080_8080_8080
}

/// Words and their numbers, with those that came last at hand.
pub(super) struct Words {
    pub(super) table: WordTable,
    near: [u32; 64],
}

impl Words {
    pub(super) fn new() -> Self {
        Self { table: WordTable::default(), near: [WordTable::NONE; 64] }
    }

    /// The number of a word; `None` when it needs a look.
    #[inline]
    pub(super) fn number(&mut self, word: &[u8]) -> Option<u32> {
        let (first, last) = (*word.first()?, *word.last()?);
        let middle = word[word.len() / 2];
        let slot = usize::from(first ^ last.rotate_left(2) ^ middle.rotate_left(4)) ^ word.len();
        let near = &mut self.near[slot % 64];
        if self.table.word(*near).is_some_and(|known| known.as_bytes() == word) {
            return Some(*near);
        }
        let text = std::str::from_utf8(word).ok().filter(|word| is_plain_word(word))?;
        *near = self.table.intern(text);
        Some(*near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::csv::Format;
    use crate::io::csv::value::money;
    use crate::records::IdRef;
    use proptest::prelude::*;

    fn read<T>(text: &str, read: impl Fn(&mut Cursor<'_>) -> Option<T>) -> Option<T> {
        let line = format!("{text},rest\n");
        let mut cursor = Cursor::new(line.as_bytes(), b',', false);
        cursor.begin();
        let value = read(&mut cursor)?;
        cursor.end(false)?;
        cursor.begin();
        assert_eq!(cursor.text(), b"rest");
        cursor.end(true)?;
        cursor.is_at_end().then_some(value)
    }

    proptest! {
        /// A number read eight bytes at a time that is not what the careful reader makes of it.
        #[test]
        fn plain_values_are_those_of_the_careful_reader(text in "-?[0-9]{0,20}(\\.[0-9]{0,6})?") {
            let careful = money(text.as_bytes(), &Format::default()).ok().map(|(amount, _)| amount.units());
            if let Some(units) = read(&text, Cursor::optional_amount).filter(|_| !text.is_empty()) {
                prop_assert_eq!(Some(units), careful);
            } else if text.len() < 12 && !text.is_empty() && careful.is_some() {
                let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                prop_assert!(decimals > 4, "{} should be plain", text);
            }
            if let Some(id) = read(&text, Cursor::id) {
                prop_assert_eq!(IdRef::new(&text), IdRef::Number(id));
            } else if text.len() < 18 {
                prop_assert!(matches!(IdRef::new(&text), IdRef::Text(_)));
            }
        }

        #[test]
        fn odd_values_are_not_plain(text in "[ -~é]{0,12}") {
            if text.contains(',') || text.contains('"') {
                return Ok(());
            }
            if let Some(units) = read(&text, Cursor::optional_amount).filter(|_| !text.is_empty()) {
                let careful = money(text.as_bytes(), &Format::default()).map(|(amount, _)| amount.units());
                prop_assert_eq!(careful, Ok(units));
            }
            if let Some(id) = read(&text, Cursor::id) {
                prop_assert_eq!(IdRef::new(&text), IdRef::Number(id));
            }
            if let Some(day) = read(&text, Cursor::day) {
                prop_assert_eq!(Date::parse_bytes(text.as_bytes()), Some(day));
            }
        }
    }

    #[test]
    fn values_at_the_end_of_a_block_are_whole() {
        let mut cursor = Cursor::new(b"\"7\";12.5\r\n", b';', true);
        cursor.begin();
        assert_eq!(cursor.id(), Some(7));
        assert!(cursor.end(false).is_some());
        cursor.begin();
        assert_eq!(cursor.optional_amount(), Some(125_000));
        assert!(cursor.end(true).is_some() && cursor.is_at_end());
        assert_eq!(cursor.id(), None);
        assert_eq!(cursor.text(), b"");
    }
}
