//! The limits of what is read, each with its unit last in the name. All are far beyond honest data; reaching one is an
//! error that names it.

/// A record of a file, in bytes.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// A header, in columns.
pub const COLUMNS_MAX: usize = 1_000;
/// A quoted field, in lines.
pub const RECORD_LINES_MAX: u64 = 1_000;
/// An id, in bytes.
pub const ID_BYTES_MAX: usize = 256;
/// A text such as a name or an attribute, in bytes.
pub const TEXT_BYTES_MAX: usize = 65_536;
/// The customers of one ledger.
pub const CUSTOMERS_MAX: usize = 50_000_000;
/// The orders of one ledger.
pub const ORDERS_MAX: usize = 2_000_000_000;
/// The lines of one order.
pub const LINES_PER_ORDER_MAX: u32 = 1_000_000;
/// The quantity of one service event: times, or hours.
pub const EVENT_QUANTITY_MAX: i64 = 1_000_000;
/// The days of a payment term.
pub const PAYMENT_DAYS_MAX: u32 = 3_650;
/// Distinct event kinds, and distinct product families.
pub const WORDS_MAX: usize = 1_000_000;
/// Years of history.
pub const HISTORY_YEARS_MAX: u32 = 50;
/// A model or a mapping, in bytes.
pub const SETTINGS_BYTES_MAX: usize = 1 << 20;
/// How many times larger than its file the decoded data of a gzip file may be, beyond the first 64 MiB.
pub const GZIP_RATIO_MAX: u64 = 200;
/// Problems that an error lists; the others are counted.
pub const PROBLEMS_LISTED_MAX: usize = 100;
