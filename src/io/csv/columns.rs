//! The columns that each table knows.

use crate::error::Table;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Text,
    Money,
    Quantity,
    Rate,
    Date,
    Integer,
    Flag,
}

/// A column that a table knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// Writes the columns of a table and the position of each from one list.
macro_rules! columns {
    ($module:ident: $( $constant:ident = $name:literal $kind:ident $required:literal; )+) => {
        pub(in crate::io) mod $module {
            use super::{Column, Kind};

            #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code, reason = "positions, as constants")]
            enum At { $( $constant, )+ }

            $( #[allow(dead_code, reason = "not every column is read by its name")]
            pub(crate) const $constant: usize = At::$constant as usize; )+

            pub(crate) const ALL: &[Column] =
                &[ $( Column { name: $name, kind: Kind::$kind, required: $required }, )+ ];
        }
    };
}

columns! { customer:
    CUSTOMER_ID = "customer_id" Id true;
    NAME = "name" Text false;
    FRICTION = "friction" Text false;
    PAYMENT_DAYS = "payment_days" Integer false;
    NEGOTIATED_DISCOUNT = "negotiated_discount" Rate false;
    ACQUIRED_ON = "acquired_on" Date false;
    ACQUISITION_COST = "acquisition_cost" Money false;
    ANNUAL_POTENTIAL = "annual_potential" Money false;
    ACCEPTS_TERMS = "accepts_terms" Flag false;
    OWNER = "owner" Text false;
    TEAM = "team" Text false;
    CURRENCY = "currency" Text false;
}

columns! { order:
    ORDER_ID = "order_id" Id true;
    CUSTOMER_ID = "customer_id" Id true;
    ORDERED_ON = "ordered_on" Date true;
    REVENUE = "revenue" Money false;
    COST_OF_GOODS = "cost_of_goods" Money false;
    DISCOUNT = "discount" Money false;
    FREIGHT = "freight" Money false;
    LINES = "lines" Integer false;
    RUSH = "rush" Flag false;
    CHANNEL = "channel" Text false;
    OWNER = "owner" Text false;
    CREDITS_ORDER_ID = "credits_order_id" Id false;
    CURRENCY = "currency" Text false;
}

columns! { line:
    ORDER_ID = "order_id" Id true;
    PRODUCT_FAMILY = "product_family" Text true;
    REVENUE = "revenue" Money true;
    QUANTITY = "quantity" Quantity false;
    COST_OF_GOODS = "cost_of_goods" Money false;
    DISCOUNT = "discount" Money false;
    CURRENCY = "currency" Text false;
}

columns! { event:
    CUSTOMER_ID = "customer_id" Id true;
    OCCURRED_ON = "occurred_on" Date true;
    KIND = "kind" Text true;
    EVENT_ID = "event_id" Id false;
    QUANTITY = "quantity" Quantity false;
    COST = "cost" Money false;
    CREDIT = "credit" Money false;
    ORDER_ID = "order_id" Id false;
    NOTE = "note" Text false;
    CURRENCY = "currency" Text false;
}

/// The columns that a table knows, in the order of their positions.
pub(crate) const fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Customers => customer::ALL,
        Table::Orders => order::ALL,
        Table::OrderLines => line::ALL,
        Table::ServiceEvents => event::ALL,
    }
}

/// The position of the column `currency`.
pub(in crate::io) const fn currency(table: Table) -> usize {
    columns(table).len() - 1
}
