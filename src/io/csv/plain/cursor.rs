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
        let eight = self.eight();
        let (whole, count) = digits(eight);
        if count == 0 || count == 8 {
            return self.odd_amount(none);
        }
        self.at += count;
        let next = (eight >> (8 * count)) as u8;
        self.decimals(whole, next).map(|units| units as i64)
    }

    /// The decimals of an amount whose whole part was passed over, given the byte that comes.
    #[inline]
    fn decimals(&mut self, whole: u64, next: u8) -> Option<u64> {
        if next != b'.' {
            return Some(whole * POWERS[4]);
        }
        self.at += 1;
        let (part, count) = digits(self.eight());
        self.at += count;
        (1..=4).contains(&count).then(|| whole * POWERS[4] + part * POWERS[4 - count])
    }

    /// An amount that is empty, negative or long.
    fn odd_amount(&mut self, none: i64) -> Option<i64> {
        if self.is_empty() {
            return Some(none);
        }
        let negative = self.next() == b'-';
        self.at += usize::from(negative);
        let (whole, _) = self.digits(AMOUNT_DIGITS_MAX)?;
        let units = self.decimals(whole, self.next())? as i64;
        Some(if negative { -units } else { units })
    }

    #[inline]
    pub(super) fn optional_amount(&mut self) -> Option<i64> {
        self.amount(NO_AMOUNT)
    }

    /// A date as `YYYY-MM-DD`.
    #[inline]
    pub(super) fn day(&mut self) -> Option<Date> {
        const DASHES: u64 = 0xFF00_00FF_0000_0000;
        let (eight, values) = (self.eight(), self.eight() ^ ZEROS);
        let of_day = self.bytes.get(self.at + 8..self.at + 10)?;
        let (tens, ones) = (of_day[0].wrapping_sub(b'0'), of_day[1].wrapping_sub(b'0'));
        let dashes = eight & DASHES == 0x2D00_002D_0000_0000;
        if !dashes || others(values & !DASHES) != 0 || tens > 9 || ones > 9 {
            return None;
        }
        let digit = |at: u32| (values >> (8 * at)) as u8;
        let year = i32::from(digit(0)) * 1_000 + i32::from(digit(1)) * 100 + i32::from(digit(2) * 10 + digit(3));
        self.at += 10;
        Date::looked_up(year, digit(5) * 10 + digit(6), tens * 10 + ones)
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
    let count = others(values).trailing_zeros() as usize / 8;
    if count == 0 {
        return (0, 0);
    }
    // Zeros come in front of the digits, which are then put together by pairs, fours and eights.
    let eight = values << (64 - 8 * count);
    let pairs = eight.wrapping_mul(2_561) >> 8 & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_FFFF_0000_FFFF;
    (fours.wrapping_mul(42_949_672_960_001) >> 32, count)
}

/// The high bits of the bytes that are no digits, given the digits' values; those after the first may be wrong.
#[inline]
fn others(values: u64) -> u64 {
    // What a byte carries over reaches only those after it.
    (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
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
    near: [u32; 256],
}

impl Words {
    pub(super) fn new() -> Self {
        Self { table: WordTable::default(), near: [WordTable::NONE; 256] }
    }

    /// The number of a word; `None` when it needs a look.
    #[inline]
    pub(super) fn number(&mut self, word: &[u8]) -> Option<u32> {
        let last = word.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let first = word.first_chunk::<4>().map_or(u32::from(*word.first()?), |bytes| u32::from_le_bytes(*bytes));
        let hash = (first ^ last.rotate_left(11) ^ word.len() as u32).wrapping_mul(0x9E37_79B1);
        let near = &mut self.near[(hash >> 24) as usize];
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
            if let Some(units) = read(&text, |cursor| cursor.optional_amount()).filter(|_| !text.is_empty()) {
                prop_assert_eq!(Some(units), careful);
            } else if text.len() < 12 && !text.is_empty() && careful.is_some() {
                let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                prop_assert!(decimals > 4, "{} should be plain", text);
            }
            if let Some(id) = read(&text, |cursor| cursor.id()) {
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
            if let Some(units) = read(&text, |cursor| cursor.optional_amount()).filter(|_| !text.is_empty()) {
                let careful = money(text.as_bytes(), &Format::default()).map(|(amount, _)| amount.units());
                prop_assert_eq!(careful, Ok(units));
            }
            if let Some(id) = read(&text, |cursor| cursor.id()) {
                prop_assert_eq!(IdRef::new(&text), IdRef::Number(id));
            }
            if let Some(day) = read(&text, |cursor| cursor.day()) {
                prop_assert_eq!(Date::parse_bytes(text.as_bytes()), Some(day));
            }
        }
    }

    /// A date that the table of months has on another day.
    #[test]
    fn days_are_those_of_the_careful_reader() {
        for year in [1899, 1900, 1999, 2000, 2024, 2100, 2200, 2201] {
            for month in 0..=13 {
                for day in 0..=32 {
                    let text = format!("{year:04}-{month:02}-{day:02}");
                    assert_eq!(read(&text, |cursor| cursor.day()), Date::parse_bytes(text.as_bytes()), "{text}");
                }
            }
        }
        for odd in ["2024-1-031", "2024/01/03", "20x4-01-03", "2024-01-0x", "2024-01-031", "2024-01-3"] {
            assert_eq!(read(odd, |cursor| cursor.day()), None, "{odd}");
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
