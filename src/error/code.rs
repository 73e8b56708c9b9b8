//! The stable codes of everything that can be wrong.

use super::ErrorKind;
use serde::Serialize;
use std::fmt;

/// What becomes of a thing with a given code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Work stops at once: the file, the model or the disk cannot be used.
    Fatal,
    /// The record cannot be used: it fails the run, or is set aside where the caller chose so.
    Record,
    /// The record is used; the finding is counted and shown.
    Finding,
}

/// Writes the enum, its names and its classes from one list, so that no code can miss one of them.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $name:ident = $text:literal, $class:ident, $kind:ident; )+) => {
        /// The stable name of a fault or finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $( $(#[doc = $doc])+ $name, )+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )+ ];

            /// The name, as it stands in files and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$name => $text, )+ }
            }

            /// What becomes of a thing with this code.
            pub const fn class(self) -> Class {
                match self { $( Self::$name => Class::$class, )+ }
            }

            /// The kind of the error that it makes.
            pub const fn kind(self) -> ErrorKind {
                match self { $( Self::$name => ErrorKind::$kind, )+ }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$name => concat!($($doc),+), )+ }
            }
        }
    };
}

codes! {
    /// The file has no byte.
    EmptyFile = "empty_file", Fatal, Input;
    /// The file has no header line.
    NoHeader = "no_header", Fatal, Input;
    /// No column of the header is known: it is another table, or not a table at all.
    UnknownHeader = "unknown_header", Fatal, Input;
    /// The first line is a `sep=` hint for spreadsheets.
    SepLine = "sep_line", Fatal, Input;
    /// The file is UTF-16.
    Utf16 = "utf_16", Fatal, Input;
    /// The file ends in NUL bytes.
    NulPadding = "nul_padding", Fatal, Input;
    /// The file holds gzip data under a name that does not say so.
    GzipUnnamed = "gzip_unnamed", Fatal, Input;
    /// The gzip data are damaged or cut.
    GzipDamaged = "gzip_damaged", Fatal, Input;
    /// A limit of size was reached.
    Limit = "limit", Fatal, Input;
    /// The file is damaged or cut, or holds what cannot be decoded.
    UnreadableFile = "unreadable_file", Fatal, Input;
    /// A column has a type that cannot be read exactly.
    ColumnType = "column_type", Fatal, Input;
    /// A required column is not in the header.
    ColumnMissing = "column_missing", Fatal, Input;
    /// A column is in the header twice.
    ColumnTwice = "column_twice", Fatal, Input;
    /// A quoted field is never closed.
    UnclosedQuote = "unclosed_quote", Fatal, Input;
    /// A required table has no record.
    NoRows = "no_rows", Fatal, Input;
    /// A required table is not there.
    TableMissing = "table_missing", Fatal, Input;
    /// A table is there in two formats.
    TableTwice = "table_twice", Fatal, Input;
    /// A table has not the count of rows that was stated.
    RowsUnexpected = "rows_unexpected", Fatal, Input;
    /// The file changed while it was read.
    Changed = "changed", Fatal, Input;
    /// A file of facts is damaged, cut, or of another format.
    BadFacts = "bad_facts", Fatal, Input;
    /// A result would replace an input.
    InputIsOutput = "input_is_output", Fatal, Input;
    /// The currency is another than the model's, or there are two.
    OtherCurrency = "other_currency", Fatal, Input;
    /// An exact total cannot be held.
    Overflow = "overflow", Fatal, Input;

    /// The record has fewer fields than the header.
    FieldMissing = "field_missing", Record, Input;
    /// The record has more fields than the header.
    FieldExtra = "field_extra", Record, Input;
    /// Quotes stand where they cannot.
    BadQuoting = "bad_quoting", Record, Input;
    /// A line break stands inside a field other than a name or a note.
    NewlineInField = "newline_in_field", Record, Input;
    /// The record is longer than the limit.
    RecordTooLong = "record_too_long", Record, Input;
    /// The header stands again in the middle of the file.
    HeaderAgain = "header_again", Record, Input;
    /// The bytes are not UTF-8.
    BadUtf8 = "bad_utf8", Record, Input;
    /// A control character stands in a text.
    ControlCharacter = "control_character", Record, Input;
    /// A required value is empty.
    ValueMissing = "value_missing", Record, Input;
    /// An amount cannot be read exactly.
    BadMoney = "bad_money", Record, Input;
    /// A date cannot be read.
    BadDate = "bad_date", Record, Input;
    /// A quantity cannot be read exactly.
    BadQuantity = "bad_quantity", Record, Input;
    /// A rate cannot be read exactly.
    BadRate = "bad_rate", Record, Input;
    /// A whole number cannot be read.
    BadInteger = "bad_integer", Record, Input;
    /// A yes-or-no value cannot be read.
    BadFlag = "bad_flag", Record, Input;
    /// A value is none of the known words.
    BadChoice = "bad_choice", Record, Input;
    /// A value is outside its limits.
    OutOfRange = "out_of_range", Record, Input;
    /// An id is longer than the limit.
    IdTooLong = "id_too_long", Record, Input;
    /// The customer is not in `customers`.
    UnknownCustomer = "unknown_customer", Record, Input;
    /// The order of a line is not in `orders`.
    UnknownOrder = "unknown_order", Record, Input;
    /// A customer is given again with other content.
    CustomerConflict = "customer_conflict", Record, Input;
    /// An order id is given again with other content.
    OrderConflict = "order_conflict", Record, Input;
    /// An event id is given again with other content.
    EventConflict = "event_conflict", Record, Input;
    /// The cost of goods has the sign opposite to its revenue.
    CostSign = "cost_sign", Record, Input;
    /// The line belongs to an order that was set aside.
    OrderSetAside = "order_set_aside", Record, Input;
    /// The mapping sets a record aside when this column is empty.
    EmptyAside = "empty_aside", Record, Input;

    /// Lines end in a bare carriage return.
    CrLineEnds = "cr_line_ends", Finding, Input;
    /// Lines end in more than one way.
    MixedLineEnds = "mixed_line_ends", Finding, Input;
    /// Blank lines were skipped.
    BlankLines = "blank_lines", Finding, Input;
    /// The file does not end in a line break: it may be cut.
    NoFinalNewline = "no_final_newline", Finding, Input;
    /// A column name was recognised after folding case or trimming.
    HeaderFolded = "header_folded", Finding, Input;
    /// A column is not of this table and was not read.
    ColumnUnknown = "column_unknown", Finding, Input;
    /// A column is one edit away from a known name and was kept as an attribute.
    ColumnNear = "column_near", Finding, Input;
    /// Spaces around values were trimmed.
    Trimmed = "trimmed", Finding, Input;
    /// Amounts were rounded to four decimals, as the mapping allows.
    MoneyRounded = "money_rounded", Finding, Input;
    /// Two ids differ only by leading zeros, spaces, case of accents or invisible characters.
    IdNear = "id_near", Finding, Input;
    /// A text holds invisible or direction-changing characters.
    InvisibleCharacter = "invisible_character", Finding, Input;
    /// A customer is given again with the same content: counted once.
    CustomerRepeated = "customer_repeated", Finding, Input;
    /// An order is given again with the same content: counted once.
    OrderRepeated = "order_repeated", Finding, Input;
    /// An event is given again with the same content: counted once.
    EventRepeated = "event_repeated", Finding, Input;
    /// The order that an event names is not in `orders`.
    EventOrderUnknown = "event_order_unknown", Finding, Input;
    /// An event comes before the order that it names.
    EventBeforeOrder = "event_before_order", Finding, Input;
    /// An event kind is none of the built-in ones.
    KindCustom = "kind_custom", Finding, Input;
    /// A driver has no rate: what happened of it costs nothing, but for events that state their own cost.
    KindUnpriced = "kind_unpriced", Finding, Input;
    /// The lines of an order do not add up to it: the order holds.
    LinesDiffer = "lines_differ", Finding, Input;
    /// A sale without revenue, or an event, has a negative cost.
    CostNegative = "cost_negative", Finding, Input;
    /// The last day that counts is not stated: it is the latest order date.
    AsOfAssumed = "as_of_assumed", Finding, Input;
    /// A record is dated outside the window.
    OutsideWindow = "outside_window", Finding, Input;
    /// An order comes before its customer was acquired.
    OrderBeforeCustomer = "order_before_customer", Finding, Input;
    /// A credit note names an order that is not there: it stays on its own date.
    CreditedOrderUnknown = "credited_order_unknown", Finding, Input;
    /// Credit notes that name no order that is used stay on their own date.
    CreditStays = "credit_stays", Finding, Input;
    /// Grouped lines of one order carry different dates: the earliest holds.
    GroupDates = "group_dates", Finding, Input;
    /// Rows of one customer or order differ: the smallest value holds.
    GroupValues = "group_values", Finding, Input;
    /// A value is missing in a column that is given.
    ValueBlank = "value_blank", Finding, Input;
    /// An account was credited at least what it bought: it gets no score, quadrant or tier.
    NetCredit = "net_credit", Finding, Input;
    /// Cost of goods was estimated.
    CostEstimated = "cost_estimated", Finding, Input;
    /// An account has no margin, since its cost of goods cannot be estimated.
    MarginUnknown = "margin_unknown", Finding, Input;
    /// A component is the same for all accounts, or missing for all, and was left out.
    ComponentLeftOut = "component_left_out", Finding, Input;
    /// An axis of the matrix has no score.
    AxisEmpty = "axis_empty", Finding, Input;
    /// The scores mostly rank size.
    RanksSize = "ranks_size", Finding, Input;
    /// A pool or a capacity has no cost in some fiscal years of the window: those years carry none.
    YearsWithoutCost = "years_without_cost", Finding, Model;
    /// A custom kind has a rate or takes time, and never happened: its name may be misspelt.
    DriverNeverHappened = "driver_never_happened", Finding, Model;
    /// Time-driven capacity is overloaded.
    Overload = "overload", Finding, Input;
    /// Accounts shade into each other: there are no clusters, or those asked for hardly hold together.
    NoClusters = "no_clusters", Finding, Input;
    /// The total net margin is close to zero or below it.
    SmallTotal = "small_total", Finding, Input;

    /// The model is not valid TOML.
    BadToml = "bad_toml", Fatal, Model;
    /// A key is unknown.
    UnknownKey = "unknown_key", Fatal, Model;
    /// A setting has the wrong type or an impossible value.
    BadSetting = "bad_setting", Fatal, Model;
    /// Two settings contradict each other.
    Contradiction = "contradiction", Fatal, Model;
    /// A pool has a cost, and no account has any volume of its driver.
    PoolWithoutVolume = "pool_without_volume", Fatal, Model;
    /// There is no date to analyse at.
    NoAsOf = "no_as_of", Fatal, Input;
    /// Facts, scorers or snapshots of different specifications do not mix.
    SpecDiffers = "spec_differs", Fatal, Model;
    /// The mapping names something that is not there.
    BadMapping = "bad_mapping", Fatal, Model;

    /// A file cannot be read or written.
    Io = "io", Fatal, Io;
    /// There is no such account.
    NoSuchAccount = "no_such_account", Fatal, Usage;
    /// The caller's arguments contradict each other.
    BadUse = "bad_use", Fatal, Usage;
    /// The input has no value for this measure.
    NoValue = "no_value", Fatal, Usage;
    /// The caller ended the work before it was done.
    Cancelled = "cancelled", Fatal, Cancelled;
    /// This build has not the feature that was asked for.
    FeatureOff = "feature_off", Fatal, Unsupported;
}

impl Code {
    /// The code of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.as_str() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
