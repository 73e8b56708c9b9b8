//! What would help to read a value that could not be read.

use super::{DateFormat, Format, Thousands, value};
use crate::money::NumberFault;
use std::borrow::Cow;

type Hint = Option<Cow<'static, str>>;

/// The most characters of a word that is proposed to stand for no value.
const WORD_CHARS_MAX: usize = 20;

/// A word that people write for "no value": one of those that are known, or anything short without a digit.
pub(super) fn null_word(text: &str) -> Hint {
    let short = text.chars().count() <= WORD_CHARS_MAX && !text.chars().any(char::is_numeric);
    short.then(|| format!("if it stands for no value: csv.null = [{text:?}] in the mapping").into())
}

/// What helps with a number.
pub(super) fn number(text: &str, fault: NumberFault, format: &Format, rounding: bool) -> Hint {
    match fault {
        NumberFault::TooPrecise if rounding => {
            return Some("csv.round_money = true in the mapping rounds it, half to even".into());
        }
        NumberFault::TooPrecise | NumberFault::OutOfRange | NumberFault::Empty => return None,
        NumberFault::NotANumber => {}
    }
    written(text).or_else(|| null_word(text)).or_else(|| bare_point(text)).or_else(|| separated(text, format.decimal))
}

/// Numbers written in a way that no setting reads.
fn written(text: &str) -> Hint {
    let bytes = text.as_bytes();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let exponent = unsigned.split_once(['e', 'E']).is_some_and(|(digits, power)| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        let all = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
        all(digits) && all(power)
    });
    let hint = if text.chars().any(|c| ('\u{FF10}'..='\u{FF19}').contains(&c)) {
        "these are full-width digits: write 0 to 9"
    } else if text.contains(['\u{2212}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{FF0D}']) {
        "the minus sign is not the ASCII one: write -"
    } else if bytes.first() == Some(&b'+') {
        "write it without the sign +"
    } else if text.contains('_') {
        "write it without underscores"
    } else if unsigned.len() > 2 && (unsigned.starts_with("0x") || unsigned.starts_with("0X")) {
        "a hexadecimal number: write it in decimal"
    } else if text.starts_with('(') && text.ends_with(')') {
        "parentheses: write a minus sign"
    } else if text.ends_with('%') {
        "write a rate as a fraction: 0.05 is five per cent"
    } else if text.contains(['$', '€', '£', '¥']) || text.ends_with("EUR") || text.ends_with("USD") {
        "write the amount without its currency, which has a column of its own"
    } else if exponent {
        "an exponent: write all digits"
    } else if text.ends_with('-') {
        "the minus sign stands behind: write it in front"
    } else {
        return None;
    };
    Some(hint.into())
}

/// A decimal sign without a digit on one side, which no setting reads.
fn bare_point(text: &str) -> Hint {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let sign = ['.', ','].into_iter().find(|sign| {
        unsigned.strip_prefix(*sign).is_some_and(digits) || unsigned.strip_suffix(*sign).is_some_and(digits)
    })?;
    Some(format!("write a digit on both sides of the decimal sign in the export: 0{sign}5 and 1{sign}0").into())
}

/// True when some settings of the separators read a number.
fn is_readable(text: &str) -> bool {
    use Thousands::{Apostrophe, Comma, Dot, Space};
    let separators = [None, Some(Space), Some(Comma), Some(Dot), Some(Apostrophe)];
    let mut formats = [b'.', b','].into_iter().flat_map(|sign| separators.map(|thousands| (sign, thousands)));
    formats.any(|(decimal, thousands)| {
        value::decimal(text.as_bytes(), &Format { decimal, thousands, ..Format::default() }).is_ok()
    })
}

/// Numbers with separators that a setting reads.
fn separated(text: &str, decimal: u8) -> Hint {
    let is_part =
        |c: char| c.is_ascii_digit() || matches!(c, '-' | ',' | '.' | ' ' | '\u{A0}' | '\u{202F}' | '\'' | '’');
    if !text.chars().all(is_part) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if !is_readable(text) {
        let separated = text.contains([' ', '\u{A0}', '\u{202F}', ',', '.', '\'', '’']);
        return separated
            .then(|| "its digits are not grouped by three, so no setting reads it: mend it in the export".into());
    }
    let spaces = text.contains([' ', '\u{A0}', '\u{202F}']);
    let last = text.rfind([',', '.']).map(|at| (text.as_bytes()[at], text.len() - at - 1));
    let both = text.contains(',') && text.contains('.');
    let hint = match last {
        Some((b',', _)) if both => "csv.decimal = \",\" and csv.thousands = \".\" in the mapping",
        Some((b'.', _)) if both => "csv.thousands = \",\" in the mapping",
        Some((b',', _)) if decimal == b'.' && spaces => "csv.decimal = \",\" and csv.thousands = \" \" in the mapping",
        Some((b',', 3)) if decimal == b'.' => {
            "csv.thousands = \",\" in the mapping if it is a thousands separator, csv.decimal = \",\" if decimals follow"
        }
        Some((b',', _)) if decimal == b'.' && text.matches(',').count() == 1 => {
            "csv.decimal = \",\" in the mapping, or csv.format = \"fr\""
        }
        Some((b',', _)) if decimal == b'.' => "csv.thousands = \",\" in the mapping",
        Some((b'.', _)) if decimal == b',' && text.matches('.').count() == 1 => "csv.decimal = \".\" in the mapping",
        _ if text.contains(['\'', '’']) => "csv.thousands = \"'\" in the mapping",
        Some((b'.', _)) if !spaces => "csv.decimal = \",\" and csv.thousands = \".\" in the mapping",
        _ if spaces => "csv.thousands = \" \" in the mapping",
        _ => return None,
    };
    Some(hint.into())
}

/// What helps with a date.
pub(super) fn date(text: &str, format: DateFormat, has_time: bool) -> Hint {
    let bytes = text.as_bytes();
    let digits_only = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    if let Some(hint) = null_word(text) {
        return Some(hint);
    }
    if text.starts_with("0000-00-00") || text == "00/00/0000" || text == "00000000" {
        return Some(format!("if it stands for no date: csv.null = [{text:?}] in the mapping").into());
    }
    if text.contains("9999") || text.contains("2999") {
        return Some(format!("a placeholder? csv.null = [{text:?}] in the mapping reads it as missing").into());
    }
    if digits_only && bytes.len() == 5 {
        return Some("a day number of a spreadsheet: format the column as a date and export it again".into());
    }
    let other = DateFormat::NAMES.into_iter().find(|(_, other)| value::date(bytes, *other).is_some());
    if let Some((name, other)) = other {
        let slash = matches!(other, DateFormat::DayMonthYearSlash | DateFormat::MonthDayYearSlash);
        return Some(if slash && value::date(bytes, DateFormat::MonthDayYearSlash).is_some() {
            "csv.date_format in the mapping says which: \"dd/mm/yyyy\" or \"mm/dd/yyyy\"".into()
        } else {
            format!("csv.date_format = {name:?} in the mapping").into()
        });
    }
    with_time(text, format, has_time).or_else(|| parts(text, format))
}

fn with_time(text: &str, format: DateFormat, has_time: bool) -> Hint {
    let (_, time) = text.split_at_checked(format.name().len())?;
    if !time.starts_with([' ', 'T']) {
        return None;
    }
    if time.ends_with('Z') || time.ends_with(']') || time.contains('+') || time.contains('-') {
        return Some("a time with a zone may be another day elsewhere: export the date".into());
    }
    (!has_time).then(|| "{ date_of = \"the column\" } in the mapping takes the date of a time".into())
}

/// Dates whose parts are not of the wanted lengths.
fn parts(text: &str, format: DateFormat) -> Hint {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [first, _, last] = parts.as_slice() else { return None };
    if parts.iter().any(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let hint = if first.len().max(last.len()) <= 2 {
        "the year has two digits: export it with four".into()
    } else if text.len() == 10 {
        format!("there is no such day as {} from 1900 to 2200", format.name()).into()
    } else {
        "export it with two digits for day and month and four for the year".into()
    };
    Some(hint)
}
