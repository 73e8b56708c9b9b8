//! Which customers to protect, develop, correct, simplify or leave, and the proof.
//!
//! Revenue says who buys; it does not say who pays. This crate takes the orders and the service events of a B2B company,
//! charges each account what serving it costs, and places it: a margin cascade down to net margin, two scores, a cell of
//! the value × complexity matrix (Or, Stratégique, Efficace, Toxique) and a tier (A, B, C). Every label unfolds to the
//! events, rates and cuts that made it.
//!
//! ```
//! use portefeuille::{Customer, Driver, EventKind, Friction, Ledger, Model, Order, Quadrant, ServiceEvent, date, money};
//!
//! let mut ledger = Ledger::new();
//! ledger.add_customers([Customer::new("ayala").friction(Friction::Easy), Customer::new("brunel")])?;
//! ledger.add_orders([
//!     Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")),
//!     Order::new("o-2", "brunel", date(2025, 2, 3), money("2500")).cost_of_goods(money("1900")).rush(),
//! ])?;
//! ledger.add_events([ServiceEvent::new("brunel", date(2025, 2, 9), EventKind::Return)])?;
//!
//! let model =
//!     Model::new().as_of(date(2025, 3, 31)).rate(Driver::Order, money("12.50")).rate(Driver::Return, money("38"));
//! let portfolio = model.analyze(&ledger)?;
//! let brunel = portfolio.account("brunel")?;
//! println!("{}", brunel.why()); // the events, rates and cuts behind the label
//! assert_eq!(brunel.quadrant(), Some(Quadrant::Toxique));
//! assert_eq!(brunel.cost_to_serve(), money("50.50")); // 12.50 + 38.00
//! # Ok::<(), portefeuille::Error>(())
//! ```
//!
//! # The way of the data
//!
//! Each stage takes the one before it and knows nothing of those after it.
//!
//! | module | takes | gives |
//! |---|---|---|
//! | [`records`] | | customers, orders, lines and events as plain data, and the ids that join them |
//! | [`ledger`] | records | records that fit each other; the others refused or set aside, all of them counted |
//! | [`facts`] | a ledger | exact integers per account and period, which merge |
//! | [`cost`] | facts | cost to serve by line: rates, pools, time |
//! | [`margin`] | facts and costs | the cascade from list revenue to net margin |
//! | [`score`] | margins and facts | components from 0 to 1, weighed into two scores |
//! | [`segment`] | scores and margins | cuts, the matrix, tiers |
//! | [`insight`] | margins, cells | the whale curve and concentration, the transition matrix |
//! | [`model`] | | every choice of an analysis in one struct, and the analysis itself |
//! | [`portfolio`] | | the result: each account, the whole, and why |
//! | [`migration`] | two portfolios | what changed between two dates: who moved, what moved each, how far cells hold |
//!
//! [`Scorer`] is a fitted model that scores one account without the others. `io` reads tables and writes results.
//! [`limits`] names every limit, [`sample`] draws a portfolio to try things on. [`Error`] has a stable [`Code`] for each
//! fault, with its place and what helps.
//!
//! Money is exact: an integer count of 1/10,000, rounded half to even where a rate or a share makes it necessary. Floating
//! point begins at the components of the scores. The library reads no clock, no environment and no locale, and the same
//! records give the same result in whatever order they come. [`date()`] and [`money()`] are for literals in a program,
//! and panic on one that is none; everything that comes from outside has a fallible reader.
//!
//! # Features
//!
//! | feature | brings | for |
//! |---|---|---|
//! | *(none)* | records in memory, the analysis, the scorer | services that hold their own data |
//! | `csv` *(default)* | the module `io`: CSV tables, gzip, mappings, the results folder | everyone else |
//! | `cli` | the command `portefeuille` | a consultant's first five minutes, batch jobs |
//! | `parallel` | reading and analysing on several threads, with the same results: [`parallel::with_threads`] | large data |
//! | `parquet` | Parquet tables, and `io::arrow` for record batches of arrow 59 | batch jobs, services that hold Arrow |
//! | `clustering` | accounts that are alike, grouped: [`segment::cluster`] | segments beyond the matrix |
//! | `full` | all of these | batch jobs |

pub mod cost;
mod date;
mod error;
pub mod facts;
pub mod insight;
#[cfg(feature = "csv")]
mod intake;
#[cfg(feature = "csv")]
pub mod io;
mod lang;
pub mod ledger;
pub mod limits;
pub mod margin;
pub mod migration;
pub mod model;
mod money;
pub mod parallel;
pub mod portfolio;
mod random;
pub mod records;
pub mod report;
pub mod sample;
pub mod score;
mod scorer;
pub mod segment;
mod settings;

pub use cost::{CostLine, Driver};
pub use date::{Date, date};
pub use error::{Class, Code, Error, ErrorKind, Location, Problem, Result, Table};
pub use facts::{FactSpec, FactTable, Facts};
pub use lang::Lang;
pub use ledger::{CustomerView, Ledger, OnReject, Policy, Quality};
pub use migration::Migration;
pub use model::Model;
pub use money::{AMOUNT_MAX, Money, NumberFault, Quantity, Rate, money, split};
pub use portfolio::{Account, Attention, Portfolio, Reason, Status, Why};
pub use records::{Customer, EventKind, Friction, Id, Order, OrderLine, ServiceEvent};
pub use score::{Component, Side};
pub use scorer::{Scorer, Verdict};
pub use segment::{Quadrant, Tier};

/// The pages whose examples are run.
#[cfg(all(doctest, feature = "csv"))]
mod pages {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/embedding.md")]
    struct Embedding;
    #[doc = include_str!("../docs/migration.md")]
    struct Migration;
    #[cfg(feature = "parquet")]
    #[doc = include_str!("../docs/parquet.md")]
    struct Parquet;
}
