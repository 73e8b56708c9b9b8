//! What reading from files takes besides posting records.

use super::{Ledger, Quality};
use crate::error::{Code, Problem};
use crate::records::{Id, NOT_FOUND};

impl Ledger {
    pub(crate) fn quality_mut(&mut self) -> &mut Quality {
        &mut self.quality
    }

    /// Notes a stated currency; a second one is an error at once, since amounts cannot be added.
    pub(crate) fn state_currency(&mut self, code: &str) -> Result<(), Problem> {
        match &self.currency {
            None => self.currency = Some(code.to_owned()),
            Some(known) if known == code => {}
            Some(known) => {
                let reason =
                    format!("a second currency; the records before are in {known}, and there is no conversion");
                return Err(Problem::new(Code::OtherCurrency, reason)
                    .value(code)
                    .hint("one ledger holds one currency"));
            }
        }
        Ok(())
    }

    /// Makes customers of unknown ids, as far as the policy does. Those set aside stay so.
    pub(crate) fn make_customers<'i>(&mut self, ids: impl Iterator<Item = &'i Id>) {
        for id in ids {
            // Whoever asks finds out which ones are still unknown.
            let _ = self.find_customer(id.as_ref(), NOT_FOUND);
        }
    }
}
