//! Why.
use super::Account;
/// Why.
#[derive(Clone, Copy, Debug)]
pub struct Why<'a> {
    account: Account<'a>,
}
impl<'a> Why<'a> {
    pub(super) fn of(account: Account<'a>) -> Self {
        Self { account }
    }
}
impl std::fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.account.id())
    }
}
