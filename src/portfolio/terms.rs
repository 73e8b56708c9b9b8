//! What the customers' own records say of the accounts: names, friction, payment terms and potential.

use crate::facts::Terms;
use crate::ledger::CustomerView;
use crate::money::Money;
use crate::records::Friction;

/// No payment term is as long.
const NO_DAYS: u32 = u32::MAX;
/// No amount is as small.
const NO_MONEY: i64 = i64::MIN;
/// Names are kept together, each by where it ends; this bit says that there is none.
const NO_NAME: u32 = 1 << 31;

/// Names and terms of some accounts, in columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermsColumns {
    friction: Vec<Option<Friction>>,
    payment_days: Vec<u32>,
    annual_potential: Vec<i64>,
    names: String,
    name_ends: Vec<u32>,
}

impl TermsColumns {
    /// Adds the next account, and says its terms.
    pub(crate) fn push(&mut self, customer: Option<CustomerView<'_>>) -> Terms {
        let name = customer.and_then(CustomerView::name);
        self.names.push_str(name.unwrap_or_default());
        self.name_ends.push(self.names.len() as u32 | if name.is_none() { NO_NAME } else { 0 });
        let terms = Terms {
            friction: customer.and_then(CustomerView::friction),
            payment_days: customer.and_then(CustomerView::payment_days),
            annual_potential: customer.and_then(CustomerView::annual_potential),
        };
        self.friction.push(terms.friction);
        self.payment_days.push(terms.payment_days.unwrap_or(NO_DAYS));
        self.annual_potential.push(terms.annual_potential.map_or(NO_MONEY, Money::units));
        terms
    }

    /// Gives back the room that no account took.
    pub(crate) fn shrink(&mut self) {
        self.names.shrink_to_fit();
    }

    fn name(&self, at: usize) -> Option<&str> {
        let end = *self.name_ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.name_ends[before] & !NO_NAME);
        (end & NO_NAME == 0).then(|| &self.names[start as usize..end as usize])
    }

    fn terms(&self, at: usize) -> Terms {
        Terms {
            friction: self.friction[at],
            payment_days: Some(self.payment_days[at]).filter(|days| *days != NO_DAYS),
            annual_potential: Some(self.annual_potential[at]).filter(|m| *m != NO_MONEY).map(Money::from_units),
        }
    }
}

/// Names and terms of all accounts, in id order. The names of one chunk of accounts take less than 2 GiB: names are at
/// most [`TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX) bytes long.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermsTable {
    chunk: usize,
    chunks: Vec<TermsColumns>,
}

impl TermsTable {
    /// The table of chunks of a number of accounts, the last of which may be shorter.
    pub(crate) fn new(chunk: usize, chunks: Vec<TermsColumns>) -> Self {
        Self { chunk, chunks }
    }

    /// The name of an account.
    pub(crate) fn name(&self, position: usize) -> Option<&str> {
        self.chunks[position / self.chunk].name(position % self.chunk)
    }

    /// The terms of an account.
    pub(crate) fn terms(&self, position: usize) -> Terms {
        self.chunks[position / self.chunk].terms(position % self.chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::money;
    use crate::{Customer, Ledger};

    /// Would break with a name that runs into the next one, or an absent one that becomes empty.
    #[test]
    fn names_and_terms_come_back_as_they_were() {
        let mut ledger = Ledger::new();
        let (mut with_all, mut empty) = (Customer::new("c").name("Brunel"), Customer::new("b"));
        (with_all.payment_days, with_all.annual_potential) = (Some(30), Some(money("0")));
        with_all.friction = Some(Friction::Hard);
        empty.name = Some(String::new());
        ledger.add_customers([Customer::new("a").name("Ayala é"), empty, with_all]).unwrap();
        let mut chunks = vec![TermsColumns::default(), TermsColumns::default()];
        chunks[0].push(None);
        for (customer, chunk) in ledger.customers().zip([0, 1, 1]) {
            chunks[chunk].push(Some(customer));
        }
        let table = TermsTable::new(2, chunks);
        let names: Vec<_> = (0..4).map(|at| table.name(at)).collect();
        assert_eq!(names, [None, Some("Ayala é"), Some(""), Some("Brunel")]);
        let all = Terms { friction: Some(Friction::Hard), payment_days: Some(30), annual_potential: Some(money("0")) };
        assert_eq!([table.terms(0), table.terms(3)], [Terms::default(), all]);
    }
}
