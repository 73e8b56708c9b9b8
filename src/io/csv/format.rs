//! How the values of a file are written: stated by the caller, never guessed.

/// How the values of a file are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Recognised from the header when it is not stated.
    pub(crate) delimiter: Option<u8>,
    pub(crate) decimal: u8,
    pub(crate) thousands: Option<Thousands>,
    pub(crate) date: DateFormat,
    /// Words that stand for a missing value.
    pub(crate) null: Vec<Box<str>>,
    pub(crate) skip_lines: u64,
    pub(crate) trim_ids: bool,
    pub(crate) round_money: bool,
    pub(crate) encoding: Encoding,
}

impl Default for Format {
    fn default() -> Self {
        Self {
            delimiter: None,
            decimal: b'.',
            thousands: None,
            date: DateFormat::YearMonthDay,
            null: Vec::new(),
            skip_lines: 0,
            trim_ids: false,
            round_money: false,
            encoding: Encoding::Utf8,
        }
    }
}

impl Format {
    /// True when numbers need no rewriting before they are read.
    pub(crate) fn is_plain(&self) -> bool {
        self.decimal == b'.' && self.thousands.is_none()
    }
}

/// What stands between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thousands {
    /// A space, or one that does not break: U+00A0, U+202F.
    Space,
    Comma,
    Dot,
    /// `'` or U+2019.
    Apostrophe,
}

impl Thousands {
    /// The settings by which they are stated.
    pub(crate) const NAMES: [(&'static str, Self); 6] = [
        (" ", Self::Space),
        ("\u{A0}", Self::Space),
        ("\u{202F}", Self::Space),
        (",", Self::Comma),
        (".", Self::Dot),
        ("'", Self::Apostrophe),
    ];

    /// The length of the separator with which `text` starts, or 0.
    pub(super) fn starts(self, text: &[u8]) -> usize {
        let forms: &[&[u8]] = match self {
            Self::Space => &[b" ", b"\xC2\xA0", b"\xE2\x80\xAF"],
            Self::Comma => &[b","],
            Self::Dot => &[b"."],
            Self::Apostrophe => &[b"'", b"\xE2\x80\x99"],
        };
        forms.iter().find(|form| text.starts_with(form)).map_or(0, |form| form.len())
    }
}

/// The order of day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateFormat {
    YearMonthDay,
    DayMonthYearSlash,
    MonthDayYearSlash,
    DayMonthYearDot,
    DayMonthYearDash,
    YearMonthDaySlash,
    Compact,
}

impl DateFormat {
    /// The settings by which they are stated.
    pub(crate) const NAMES: [(&'static str, Self); 7] = [
        ("yyyy-mm-dd", Self::YearMonthDay),
        ("dd/mm/yyyy", Self::DayMonthYearSlash),
        ("mm/dd/yyyy", Self::MonthDayYearSlash),
        ("dd.mm.yyyy", Self::DayMonthYearDot),
        ("dd-mm-yyyy", Self::DayMonthYearDash),
        ("yyyy/mm/dd", Self::YearMonthDaySlash),
        ("yyyymmdd", Self::Compact),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

/// How characters are written in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// What spreadsheets write in Western Europe when asked for "CSV".
    Windows1252,
}
