//! Checks of single values that hold for records of any origin.

use crate::error::{Code, Problem};
use crate::limits::{ID_BYTES_MAX, TEXT_BYTES_MAX};
use crate::money::{AMOUNT_MAX, Money};
use crate::records::IdRef;
use unicode_normalization::UnicodeNormalization;

/// Characters that cannot be seen, or that change the direction of the text around them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Refuses an id that is empty, too long or holds control characters. `Ok(true)`: it holds invisible characters.
#[inline]
pub(crate) fn id(id: IdRef<'_>, column: &'static str) -> Result<bool, Box<Problem>> {
    let IdRef::Text(text) = id else { return Ok(false) };
    if text.is_empty() {
        return Err(Box::new(Problem::new(Code::ValueMissing, "a required id is empty").column(column)));
    }
    if text.len() > ID_BYTES_MAX {
        let reason = format!("an id of {} bytes; the limit is {ID_BYTES_MAX}", text.len());
        return Err(Box::new(Problem::new(Code::IdTooLong, reason).column(column).value(text)));
    }
    no_control(text, column)
}

/// Refuses a text that is too long or holds control characters other than line breaks and tabs.
#[inline]
pub(crate) fn text(text: &str, column: &str) -> Result<bool, Box<Problem>> {
    if text.len() > TEXT_BYTES_MAX {
        let reason = format!("a text of {} bytes; the limit is {TEXT_BYTES_MAX}", text.len());
        return Err(Box::new(Problem::new(Code::RecordTooLong, reason).column(column.to_owned()).value(text)));
    }
    match text.bytes().find(|b| (*b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t')) || *b == 0x7F) {
        Some(byte) => Err(Box::new(control(byte, text).column(column.to_owned()))),
        None => Ok(!text.is_ascii() && text.chars().any(is_invisible)),
    }
}

fn no_control(text: &str, column: &'static str) -> Result<bool, Box<Problem>> {
    match text.bytes().find(|b| *b < 0x20 || *b == 0x7F) {
        Some(byte) => Err(Box::new(control(byte, text).column(column))),
        None => Ok(!text.is_ascii() && text.chars().any(is_invisible)),
    }
}

fn control(byte: u8, text: &str) -> Problem {
    Problem::new(Code::ControlCharacter, format!("a control character (U+{byte:04X})")).value(text)
}

/// Refuses an amount beyond what one record may hold.
#[inline]
pub(crate) fn amount(amount: Option<Money>, column: &'static str) -> Result<(), Box<Problem>> {
    match amount {
        Some(m) if m > AMOUNT_MAX || m.units() < -AMOUNT_MAX.units() => {
            let problem = Problem::new(Code::OutOfRange, "one amount is at most 100,000,000,000 either way");
            Err(Box::new(problem.column(column).value(m.to_string())))
        }
        _ => Ok(()),
    }
}

/// What an id looks like to the eye: trimmed, without leading zeros, invisible characters or a choice of composition.
/// `None` when that is the id itself.
pub(crate) fn look(id: IdRef<'_>) -> Option<String> {
    let IdRef::Text(text) = id else { return None };
    let visible: String = text.nfc().filter(|c| !is_invisible(*c)).collect();
    let trimmed = visible.trim();
    let digits = !trimmed.is_empty() && trimmed.bytes().all(|b| b.is_ascii_digit());
    let look = if digits {
        let short = trimmed.trim_start_matches('0');
        if short.is_empty() { "0" } else { short }
    } else {
        trimmed
    };
    (look != text).then(|| look.to_owned())
}
