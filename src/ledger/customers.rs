//! Customers, each once.

use super::{Given, Ledger, Place, Rejected, WordTable, check};
use crate::date::Date;
use crate::error::{Code, Problem, Table};
use crate::limits::PAYMENT_DAYS_MAX;
use crate::money::{Money, Rate};
use crate::records::{Customer, Friction, Id, IdRef};

/// A customer's fields, borrowed from wherever they come.
#[derive(Clone, Debug)]
pub(crate) struct CustomerFields<'a> {
    pub(crate) customer_id: IdRef<'a>,
    pub(crate) name: Option<&'a str>,
    pub(crate) friction: Option<Friction>,
    pub(crate) payment_days: Option<u32>,
    pub(crate) negotiated_discount: Option<Rate>,
    pub(crate) acquired_on: Option<Date>,
    pub(crate) acquisition_cost: Option<Money>,
    pub(crate) annual_potential: Option<Money>,
    pub(crate) accepts_terms: Option<bool>,
    pub(crate) owner: Option<&'a str>,
    pub(crate) team: Option<&'a str>,
    /// Name and value, without empty values.
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> CustomerFields<'a> {
    pub(crate) fn new(customer_id: IdRef<'a>) -> Self {
        Self {
            customer_id,
            name: None,
            friction: None,
            payment_days: None,
            negotiated_discount: None,
            acquired_on: None,
            acquisition_cost: None,
            annual_potential: None,
            accepts_terms: None,
            owner: None,
            team: None,
            attributes: Vec::new(),
        }
    }

    pub(crate) fn of(customer: &'a Customer) -> Self {
        let filled = customer.attributes.iter().filter(|(_, value)| !value.is_empty());
        Self {
            name: customer.name.as_deref(),
            friction: customer.friction,
            payment_days: customer.payment_days,
            negotiated_discount: customer.negotiated_discount,
            acquired_on: customer.acquired_on,
            acquisition_cost: customer.acquisition_cost,
            annual_potential: customer.annual_potential,
            accepts_terms: customer.accepts_terms,
            owner: customer.owner.as_deref(),
            team: customer.team.as_deref(),
            attributes: filled.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            ..Self::new(customer.customer_id.as_ref())
        }
    }
}

/// A customer as the ledger keeps it.
#[derive(Clone, Debug, Default)]
pub(super) struct CustomerRow {
    at: Place,
    pub(super) excluded: bool,
    name: Option<Box<str>>,
    friction: Option<Friction>,
    payment_days: Option<u32>,
    negotiated_discount: Option<Rate>,
    pub(super) acquired_on: Option<Date>,
    acquisition_cost: Option<Money>,
    annual_potential: Option<Money>,
    accepts_terms: Option<bool>,
    owner: u32,
    team: Option<Box<str>>,
    /// Sorted by attribute.
    attributes: Vec<(u32, Box<str>)>,
}

impl CustomerRow {
    fn same_content(&self, other: &Self) -> bool {
        self.name == other.name
            && self.friction == other.friction
            && self.payment_days == other.payment_days
            && self.negotiated_discount == other.negotiated_discount
            && self.acquired_on == other.acquired_on
            && self.acquisition_cost == other.acquisition_cost
            && self.annual_potential == other.annual_potential
            && self.accepts_terms == other.accepts_terms
            && self.owner == other.owner
            && self.team == other.team
            && self.attributes == other.attributes
    }
}

/// A customer in a [`Ledger`].
#[derive(Clone, Copy, Debug)]
pub struct CustomerView<'a> {
    ledger: &'a Ledger,
    at: u32,
}

impl<'a> CustomerView<'a> {
    fn row(self) -> &'a CustomerRow {
        &self.ledger.customers[self.at as usize]
    }

    /// The id.
    pub fn id(self) -> &'a Id {
        self.ledger.customer_ids.id(self.at)
    }

    /// The name that people know.
    pub fn name(self) -> Option<&'a str> {
        self.row().name.as_deref()
    }

    /// How hard it is to work with.
    pub fn friction(self) -> Option<Friction> {
        self.row().friction
    }

    /// Days of payment term granted.
    pub fn payment_days(self) -> Option<u32> {
        self.row().payment_days
    }

    /// The discount agreed in its contract.
    pub fn negotiated_discount(self) -> Option<Rate> {
        self.row().negotiated_discount
    }

    /// The day on which it became a customer.
    pub fn acquired_on(self) -> Option<Date> {
        self.row().acquired_on
    }

    /// What winning it cost.
    pub fn acquisition_cost(self) -> Option<Money> {
        self.row().acquisition_cost
    }

    /// What it could spend with us in a year.
    pub fn annual_potential(self) -> Option<Money> {
        self.row().annual_potential
    }

    /// Whether it accepts the minimum terms.
    pub fn accepts_terms(self) -> Option<bool> {
        self.row().accepts_terms
    }

    /// The sales rep.
    pub fn owner(self) -> Option<&'a str> {
        self.ledger.people.word(self.row().owner)
    }

    /// The team.
    pub fn team(self) -> Option<&'a str> {
        self.row().team.as_deref()
    }

    /// The other attributes.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = &self.ledger.attribute_names;
        self.row().attributes.iter().filter_map(move |(name, value)| Some((names.word(*name)?, value.as_ref())))
    }
}

impl Ledger {
    pub(super) fn customer(&self, at: u32) -> CustomerView<'_> {
        CustomerView { ledger: self, at }
    }

    /// A customer that was not set aside.
    pub fn customer_by_id(&self, id: &Id) -> Option<CustomerView<'_>> {
        self.customer_at(self.customer_ids.get(id.as_ref())?)
    }

    pub(super) fn note_given_by_customer(&mut self, customer: &Customer) {
        let given: &mut Given = &mut self.quality.given;
        given.name |= customer.name.is_some();
        given.friction |= customer.friction.is_some();
        given.payment_days |= customer.payment_days.is_some();
        given.annual_potential |= customer.annual_potential.is_some();
    }

    /// Takes one customer, from memory or from a file.
    pub(crate) fn post_customer(&mut self, fields: &CustomerFields<'_>, at: Place) {
        self.quality.count_read(Table::Customers, None);
        match check_fields(fields) {
            Ok(false) => {}
            Ok(true) => self.quality.find(Table::Customers, at, invisible(fields.customer_id)),
            Err(problem) => {
                self.reject(Rejected::new(Table::Customers, at, problem).of(Some(fields.customer_id), None));
                return;
            }
        }
        if self.customers.len() >= self.policy.customers_max() {
            let problem = Problem::new(Code::Limit, format!("more than {} customers", self.policy.customers_max()));
            self.reject_limit(Table::Customers, at, problem);
            return;
        }
        let row = self.customer_row(fields, at);
        let (index, new) = self.customer_ids.intern(fields.customer_id);
        if new {
            self.customers.push(row);
            return;
        }
        self.customer_again(index, &row);
    }

    fn customer_row(&mut self, fields: &CustomerFields<'_>, at: Place) -> CustomerRow {
        let names = &mut self.attribute_names;
        let mut attributes: Vec<(u32, Box<str>)> =
            fields.attributes.iter().map(|(name, value)| (names.intern(name), (*value).into())).collect();
        attributes.sort_unstable();
        CustomerRow {
            at,
            excluded: false,
            name: fields.name.map(Into::into),
            friction: fields.friction,
            payment_days: fields.payment_days,
            negotiated_discount: fields.negotiated_discount,
            acquired_on: fields.acquired_on,
            acquisition_cost: fields.acquisition_cost,
            annual_potential: fields.annual_potential,
            accepts_terms: fields.accepts_terms,
            owner: self.people.intern_optional(fields.owner),
            team: fields.team.map(Into::into),
            attributes,
        }
    }

    fn customer_again(&mut self, index: u32, row: &CustomerRow) {
        let id = self.customer_ids.id(index).clone();
        let first = &mut self.customers[index as usize];
        let (place, text) = (first.at, id.to_string());
        if !first.excluded && first.same_content(row) {
            let reason = format!("the same customer again, first on line {}: counted once", place.line);
            let problem = Problem::new(Code::CustomerRepeated, reason).column("customer_id").id(text);
            self.quality.repeated(Rejected::new(Table::Customers, row.at, problem).of(Some(id.as_ref()), None));
            return;
        }
        let newly = !std::mem::replace(&mut first.excluded, true);
        let conflict = |other: u32| {
            Problem::new(
                Code::CustomerConflict,
                format!("this customer stands again, with other content, on line {other}"),
            )
            .column("customer_id")
            .value(&text)
            .hint("keep one of them")
        };
        if newly {
            let rejected = Rejected::new(Table::Customers, place, conflict(row.at.line)).of(Some(id.as_ref()), None);
            self.reject(rejected);
        }
        self.reject(Rejected::new(Table::Customers, row.at, conflict(place.line)).of(Some(id.as_ref()), None));
    }

    /// The index of a customer that is there and not set aside; unknown ones are made where the policy says so.
    pub(super) fn find_customer(&mut self, id: IdRef<'_>) -> Result<u32, Problem> {
        match self.customer_ids.get(id) {
            Some(at) if !self.customers[at as usize].excluded => return Ok(at),
            Some(_) => {
                return Err(Problem::new(Code::UnknownCustomer, "its customer was set aside")
                    .column("customer_id")
                    .value(id.to_string()));
            }
            None => {}
        }
        if self.policy.makes_customers() && self.customers.len() < self.policy.customers_max() {
            let (at, _) = self.customer_ids.intern(id);
            self.customers.push(CustomerRow { owner: WordTable::NONE, ..CustomerRow::default() });
            return Ok(at);
        }
        Err(Problem::new(Code::UnknownCustomer, "not in customers").column("customer_id").value(id.to_string()).hint(
            "add it to customers, set such records aside, or make customers of unknown ids (--implicit-customers)",
        ))
    }

    /// Finds ids that look alike: `42` and `00042`, `C1` and `C1` with a space.
    pub(super) fn near_ids(&self) -> Vec<Problem> {
        let mut looks = std::collections::BTreeMap::<String, &Id>::new();
        let mut found = Vec::new();
        for index in self.customer_ids.sorted() {
            let id = self.customer_ids.id(index);
            let Some(look) = check::look(id.as_ref()) else { continue };
            let twin = self.customer_ids.get(IdRef::new(&look)).map(|at| self.customer_ids.id(at));
            if let Some(other) = twin.or_else(|| looks.get(&look).copied()) {
                found.push(
                    Problem::new(Code::IdNear, format!("looks like the customer {:?}", other.to_string()))
                        .table(Table::Customers)
                        .column("customer_id")
                        .value(id.to_string())
                        .hint("if they are one, correct the id; csv.trim_ids in the mapping removes spaces"),
                );
            }
            looks.entry(look).or_insert(id);
        }
        found
    }
}

fn invisible(id: IdRef<'_>) -> Problem {
    Problem::new(Code::InvisibleCharacter, "holds invisible or direction-changing characters")
        .value(id.to_string().escape_unicode().to_string())
}

/// Checks each value; `Ok(true)` when an id or name holds invisible characters.
fn check_fields(fields: &CustomerFields<'_>) -> Result<bool, Problem> {
    let mut odd = check::id(fields.customer_id, "customer_id")?;
    if let Some(name) = fields.name {
        odd |= check::text(name, "name")?;
    }
    for (column, value) in [("owner", fields.owner), ("team", fields.team)] {
        value.map_or(Ok(false), |v| check::text(v, column))?;
    }
    for (name, value) in &fields.attributes {
        check::text(value, name)?;
    }
    check::amount(fields.acquisition_cost, "acquisition_cost")?;
    check::amount(fields.annual_potential, "annual_potential")?;
    if let Some(days) = fields.payment_days.filter(|d| *d > PAYMENT_DAYS_MAX) {
        let reason = format!("a payment term is at most {PAYMENT_DAYS_MAX} days");
        return Err(Problem::new(Code::OutOfRange, reason).column("payment_days").value(days.to_string()));
    }
    if let Some(rate) = fields.negotiated_discount.filter(|r| *r < Rate::ZERO || *r > Rate::ONE) {
        let problem = Problem::new(Code::OutOfRange, "a discount rate is from 0 to 1 (0.05 is five per cent)");
        return Err(problem.column("negotiated_discount").value(rate.to_string()));
    }
    Ok(odd)
}
