//! The two languages in which people read results: numbers, amounts and dates in the language's way, and the words.
//!
//! Files never follow the language; reports and explanations do. Thousands, currency signs and percent signs hang on
//! no-break spaces, so that an amount is never cut at the end of a line.

mod clusters;
pub(crate) mod columns;
mod findings;
mod words;

use crate::date::Date;
use crate::money::{Money, Quantity, SCALE, div_half_even};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The space that ties a sign or a unit to its number.
const TIED: char = '\u{A0}';
/// The space between thousands in French.
const NARROW: char = '\u{202F}';

/// Units of money in a hundredth of the currency unit.
pub(crate) const CENT: i64 = SCALE / 100;

/// A language in which results are worded.
///
/// ```
/// use portefeuille::{Lang, date, money};
///
/// assert_eq!(Lang::En.money(money("-1234.5"), "EUR"), "-€1,234.50");
/// assert_eq!(Lang::Fr.money(money("-1234.5"), "EUR"), "-1\u{202F}234,50\u{A0}€");
/// assert_eq!(Lang::Fr.date(date(2025, 12, 31)), "31/12/2025");
/// assert_eq!(Lang::parse("en"), Some(Lang::En));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// The languages.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The language of a code, `fr` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == code)
    }

    /// Its code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The wording in this language of two, French first.
    pub(crate) const fn pick(self, fr: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Fr => fr,
            Self::En => en,
        }
    }

    /// The colon between a subject and what is said of it.
    pub(crate) const fn colon(self) -> &'static str {
        self.pick(" : ", ": ")
    }

    /// An amount, exact: two decimals, or as many as it needs up to four.
    pub fn money(self, amount: Money, currency: &str) -> String {
        let text = amount.to_string();
        let digits = self.decimal(text.trim_start_matches('-'));
        self.with_currency(amount.is_negative(), &digits, "", currency)
    }

    /// An amount with two decimals, rounded half to even.
    ///
    /// ```
    /// use portefeuille::{Lang, money};
    ///
    /// assert_eq!(Lang::En.cents(money("1234.5678"), "EUR"), "€1,234.57");
    /// ```
    pub fn cents(self, amount: Money, currency: &str) -> String {
        let cents = div_half_even(amount.units().into(), CENT.into()).unwrap_or_default();
        let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        self.with_currency(cents < 0, &self.decimal(&format!("{whole}.{part:02}")), "", currency)
    }

    /// An amount in whole units, rounded half to even: for tables.
    ///
    /// ```
    /// use portefeuille::{Lang, money};
    ///
    /// assert_eq!(Lang::En.whole_money(money("-12344.51"), "USD"), "-USD\u{A0}12,345");
    /// assert_eq!(Lang::Fr.whole_money(money("0.50"), "EUR"), "0\u{A0}€");
    /// ```
    pub fn whole_money(self, amount: Money, currency: &str) -> String {
        self.rounded_money(amount, SCALE, "", currency)
    }

    /// An amount in whole thousands, rounded half to even: for tables of very large amounts.
    pub fn thousands(self, amount: Money, currency: &str) -> String {
        self.rounded_money(amount, SCALE * 1_000, "k", currency)
    }

    fn rounded_money(self, amount: Money, unit: i64, prefix: &str, currency: &str) -> String {
        let rounded = div_half_even(amount.units().into(), unit.into()).unwrap_or_default();
        self.with_currency(rounded < 0, &self.grouped(&rounded.unsigned_abs().to_string()), prefix, currency)
    }

    fn with_currency(self, negative: bool, digits: &str, prefix: &str, currency: &str) -> String {
        let sign = if negative { "-" } else { "" };
        let unit = if currency == "EUR" { "€" } else { currency };
        match self {
            Self::Fr => format!("{sign}{digits}{TIED}{prefix}{unit}"),
            Self::En if unit == "€" => format!("{sign}{unit}{digits}{prefix}"),
            Self::En => format!("{sign}{unit}{TIED}{digits}{prefix}"),
        }
    }

    /// A number with a fixed count of decimals; a number that is not finite is a dash.
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "—".to_owned();
        }
        let text = format!("{:.decimals$}", value.abs());
        // What rounds to zero has no sign.
        let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
        let sign = if value < 0.0 && !zero { "-" } else { "" };
        format!("{sign}{}", self.decimal(&text))
    }

    /// The same with its sign, plus included.
    pub fn signed(self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        let plain = text.starts_with('-') || !text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if plain { text } else { format!("+{text}") }
    }

    /// A ratio in per cent, one decimal.
    ///
    /// ```
    /// use portefeuille::Lang;
    ///
    /// assert_eq!(Lang::Fr.percent(0.1234), "12,3\u{A0}%");
    /// assert_eq!(Lang::En.percent(-0.0001), "0.0%");
    /// ```
    pub fn percent(self, ratio: f64) -> String {
        self.with_percent(self.number(ratio * 100.0, 1))
    }

    /// A ratio in per cent, one decimal, with its sign, plus included.
    pub fn signed_percent(self, ratio: f64) -> String {
        self.with_percent(self.signed(ratio * 100.0, 1))
    }

    /// A ratio in whole per cent.
    pub fn whole_percent(self, ratio: f64) -> String {
        self.with_percent(self.number(ratio * 100.0, 0))
    }

    /// A difference of ratios in percentage points, one decimal.
    pub(crate) fn points(self, ratio: f64) -> String {
        let points = self.number(ratio * 100.0, 1);
        let tenths = (ratio.abs() * 1000.0).round();
        let singular = match self {
            Self::Fr => tenths < 20.0,
            Self::En => tenths == 10.0,
        };
        format!("{points} {}", if singular { "point" } else { "points" })
    }

    fn with_percent(self, number: String) -> String {
        match self {
            Self::Fr => format!("{number}{TIED}%"),
            Self::En => format!("{number}%"),
        }
    }

    /// A count.
    pub fn count(self, count: i64) -> String {
        let sign = if count < 0 { "-" } else { "" };
        format!("{sign}{}", self.grouped(&count.unsigned_abs().to_string()))
    }

    /// A quantity, with as many decimals as it needs.
    pub fn quantity(self, quantity: Quantity) -> String {
        let text = quantity.to_string();
        let sign = if quantity < Quantity::ZERO { "-" } else { "" };
        format!("{sign}{}", self.decimal(text.trim_start_matches('-')))
    }

    /// A quantity of hours.
    ///
    /// ```
    /// use portefeuille::{Lang, Quantity};
    ///
    /// assert_eq!(Lang::Fr.hours(Quantity::from_units(15_000)), "1,5\u{A0}h");
    /// ```
    pub fn hours(self, hours: Quantity) -> String {
        format!("{}{TIED}h", self.quantity(hours))
    }

    /// A date: 31/12/2025 or 31 Dec 2025.
    pub fn date(self, day: Date) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, of_month) = day.ymd();
        match self {
            Self::Fr => format!("{of_month:02}/{month:02}/{year:04}"),
            Self::En => format!("{of_month} {} {year:04}", MONTHS[usize::from(month - 1)]),
        }
    }

    /// A count with its noun: French has a singular for 0, English has not.
    pub(crate) fn counted(self, count: i64, one: &str, many: &str) -> String {
        let singular = match self {
            Self::Fr => count.abs() < 2,
            Self::En => count.abs() == 1,
        };
        format!("{} {}", self.count(count), if singular { one } else { many })
    }

    /// Unsigned digits with a dot, in the language's way.
    fn decimal(self, text: &str) -> String {
        match text.split_once('.') {
            None => self.grouped(text),
            Some((whole, fraction)) => format!("{}{}{fraction}", self.grouped(whole), self.pick(",", ".")),
        }
    }

    /// Digits in groups of three.
    fn grouped(self, digits: &str) -> String {
        let mut text = String::with_capacity(digits.len() * 2);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(match self {
                    Self::Fr => NARROW,
                    Self::En => ',',
                });
            }
            text.push(digit);
        }
        text
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::date;
    use crate::money::money;

    #[test]
    fn amounts_follow_the_language() {
        let big = money("1234567.8905");
        assert_eq!(Lang::Fr.money(big, "EUR"), "1\u{202F}234\u{202F}567,8905\u{A0}€");
        assert_eq!(Lang::Fr.money(money("1234.5"), "USD"), "1\u{202F}234,50\u{A0}USD");
        assert_eq!(Lang::En.money(money("1234.5"), "EUR"), "€1,234.50");
        assert_eq!(Lang::En.money(money("1234.5"), "USD"), "USD\u{A0}1,234.50");
        assert_eq!(Lang::Fr.money(Money::ZERO, "EUR"), "0,00\u{A0}€");
        assert_eq!(Lang::En.money(Money::from_units(i64::MIN), "EUR"), "-€922,337,203,685,477.5808");
    }

    #[test]
    fn tables_round_half_to_even_and_never_show_a_negative_zero() {
        for (amount, shown) in [("0.5", "€0"), ("1.5", "€2"), ("-0.4", "€0"), ("-2.5", "-€2"), ("-12345", "-€12,345")]
        {
            assert_eq!(Lang::En.whole_money(money(amount), "EUR"), shown);
        }
        assert_eq!(Lang::Fr.whole_money(money("-12345"), "EUR"), "-12\u{202F}345\u{A0}€");
        assert_eq!(Lang::Fr.thousands(money("12345600"), "EUR"), "12\u{202F}346\u{A0}k€");
        assert_eq!(Lang::En.thousands(money("12345600"), "EUR"), "€12,346k");
    }

    #[test]
    fn numbers_have_the_sign_that_they_show() {
        assert_eq!(Lang::Fr.number(1234.56, 1), "1\u{202F}234,6");
        assert_eq!(Lang::Fr.number(-0.04, 1), "0,0");
        assert_eq!(Lang::En.number(f64::NAN, 1), "—");
        assert_eq!(Lang::Fr.signed(0.025, 3), "+0,025");
        assert_eq!(Lang::En.signed(-0.025, 3), "-0.025");
        assert_eq!(Lang::En.signed(0.0, 3), "0.000");
        assert_eq!(Lang::En.signed_percent(0.129), "+12.9%");
        assert_eq!(Lang::En.whole_percent(0.129), "13%");
    }

    #[test]
    fn counts_hours_and_dates() {
        assert_eq!(Lang::Fr.count(-1234), "-1\u{202F}234");
        assert_eq!(Lang::En.hours(Quantity::from_units(12_345_000)), "1,234.5\u{A0}h");
        assert_eq!(Lang::En.date(date(2025, 2, 3)), "3 Feb 2025");
        assert_eq!(
            (Lang::Fr.counted(0, "an", "ans"), Lang::En.counted(0, "year", "years")),
            ("0 an".into(), "0 years".into())
        );
    }

    #[test]
    fn codes_are_read_back() {
        assert_eq!(Lang::ALL.map(|lang| Lang::parse(lang.as_str())), Lang::ALL.map(Some));
        assert_eq!((Lang::parse("FR"), Lang::default()), (None, Lang::Fr));
        assert_eq!(serde_json::to_string(&Lang::En).unwrap(), "\"en\"");
    }
}
