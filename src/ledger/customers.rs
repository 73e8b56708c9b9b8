//! Customers, each once.

use super::orders::Amount;
use super::{Given, Ledger, Place, Rejected, WordTable, check};
use crate::date::Date;
use crate::error::{Code, Problem, Table};
use crate::limits::PAYMENT_DAYS_MAX;
use crate::money::{Money, Rate};
use crate::records::{Customer, Friction, Id, IdRef, IdTable, NOT_FOUND};
use std::sync::Arc;

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

/// Stands for no number, no text and no attribute.
const NONE: u32 = u32::MAX;

/// A customer as it is kept: 40 bytes, and its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct CustomerRow {
    byte: u64,
    /// Where its name starts among the names.
    name_start: u64,
    name_len: u32,
    line: u32,
    payment_days: u32,
    /// Where its attributes start among the attributes.
    attributes_start: u32,
    attributes: u32,
    file: u16,
    friction: Option<Friction>,
    pub(super) excluded: bool,
}

/// What few customers' tables say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rare {
    acquisition_cost: Amount,
    annual_potential: Amount,
    negotiated_discount: Option<Rate>,
    acquired_on: Option<Date>,
    owner: u32,
    team: u32,
    accepts_terms: Option<bool>,
}

const NOTHING: Rare = Rare {
    acquisition_cost: Amount::NONE,
    annual_potential: Amount::NONE,
    negotiated_discount: None,
    acquired_on: None,
    owner: NONE,
    team: NONE,
    accepts_terms: None,
};

/// All customers, by dense index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customers {
    /// Shared with the facts.
    pub(super) ids: Arc<IdTable>,
    pub(super) rows: Vec<CustomerRow>,
    /// By customer; as long as the last customer who has any.
    rare: Vec<Rare>,
    names: String,
    /// Attribute and value by word, those of a customer together and sorted.
    attributes: Vec<(u32, u32)>,
    attribute_names: WordTable,
    values: WordTable,
    people: WordTable,
    /// Whether any was set aside.
    any_excluded: bool,
}

impl Customers {
    /// How many there are, those set aside included.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Makes ready for many lookups.
    pub(super) fn prepare(&mut self) {
        Arc::make_mut(&mut self.ids).prepare();
    }

    /// The ids of all customers, unless one of them was set aside.
    pub(crate) fn ids_of_all(&self) -> Option<&Arc<IdTable>> {
        (!self.any_excluded).then_some(&self.ids)
    }

    /// The id of the customer at an index.
    pub(crate) fn id(&self, at: u32) -> &Id {
        self.ids.id(at)
    }

    /// The customer at an index, or `None` when it was set aside.
    pub(crate) fn get(&self, at: u32) -> Option<CustomerView<'_>> {
        (!self.excluded(at)).then_some(CustomerView { customers: self, at })
    }

    /// A customer that was not set aside.
    pub(crate) fn by_id(&self, id: &Id) -> Option<CustomerView<'_>> {
        self.get(self.ids.get(id.as_ref())?)
    }

    /// The same, looked for at an index first.
    pub(crate) fn by_id_near(&self, id: &Id, at: u32) -> Option<CustomerView<'_>> {
        if self.ids.is(at, id.as_ref()) { self.get(at) } else { self.by_id(id) }
    }

    #[inline]
    pub(super) fn excluded(&self, at: u32) -> bool {
        self.any_excluded && self.rows[at as usize].excluded
    }

    #[inline]
    pub(super) fn acquired_on(&self, at: u32) -> Option<Date> {
        self.rare(at).acquired_on
    }

    /// Whether the day on which a customer was won may be known of any.
    #[cfg(feature = "csv")]
    pub(super) fn any_acquired_on(&self) -> bool {
        !self.rare.is_empty()
    }

    fn rare(&self, at: u32) -> &Rare {
        self.rare.get(at as usize).unwrap_or(&NOTHING)
    }

    fn place(&self, at: u32) -> Place {
        let row = &self.rows[at as usize];
        Place { file: row.file, line: row.line, byte: row.byte }
    }

    fn name(&self, row: &CustomerRow) -> Option<&str> {
        let start = row.name_start as usize;
        (row.name_len != NONE).then(|| &self.names[start..start + row.name_len as usize])
    }

    fn attributes_of(&self, row: &CustomerRow) -> &[(u32, u32)] {
        &self.attributes[row.attributes_start as usize..][..row.attributes as usize]
    }

    /// A customer of whom nothing but the id is known.
    fn push_unknown(&mut self, id: IdRef<'_>) -> u32 {
        let (at, _) = Arc::make_mut(&mut self.ids).intern(id);
        self.rows.push(CustomerRow {
            byte: 0,
            name_start: 0,
            name_len: NONE,
            line: 0,
            payment_days: NONE,
            attributes_start: 0,
            attributes: 0,
            file: 0,
            friction: None,
            excluded: false,
        });
        at
    }

    /// Keeps a customer's fields, and gives its row and the rest. Both go again by [`Customers::forget`].
    fn row(&mut self, fields: &CustomerFields<'_>, at: Place) -> (CustomerRow, Rare) {
        let (name_start, attributes_start) = (self.names.len() as u64, self.attributes.len());
        self.names.push_str(fields.name.unwrap_or_default());
        for (name, value) in &fields.attributes {
            self.attributes.push((self.attribute_names.intern(name), self.values.intern(value)));
        }
        self.attributes[attributes_start..].sort_unstable();
        let row = CustomerRow {
            byte: at.byte,
            name_start,
            name_len: fields.name.map_or(NONE, |name| name.len() as u32),
            line: at.line,
            payment_days: fields.payment_days.unwrap_or(NONE),
            attributes_start: attributes_start as u32,
            attributes: fields.attributes.len() as u32,
            file: at.file,
            friction: fields.friction,
            excluded: false,
        };
        let rare = Rare {
            acquisition_cost: fields.acquisition_cost.into(),
            annual_potential: fields.annual_potential.into(),
            negotiated_discount: fields.negotiated_discount,
            acquired_on: fields.acquired_on,
            owner: self.people.intern_optional(fields.owner),
            team: self.people.intern_optional(fields.team),
            accepts_terms: fields.accepts_terms,
        };
        (row, rare)
    }

    fn push(&mut self, row: CustomerRow, rare: Rare) {
        if rare != NOTHING {
            self.rare.resize(self.rows.len(), NOTHING);
            self.rare.push(rare);
        }
        self.rows.push(row);
    }

    /// Takes back the texts of a row that was not pushed.
    fn forget(&mut self, row: &CustomerRow) {
        self.names.truncate(row.name_start as usize);
        self.attributes.truncate(row.attributes_start as usize);
    }

    fn same_content(&self, first: u32, row: &CustomerRow, rare: &Rare) -> bool {
        let known = &self.rows[first as usize];
        self.name(known) == self.name(row)
            && known.friction == row.friction
            && known.payment_days == row.payment_days
            && self.rare(first) == rare
            && self.attributes_of(known) == self.attributes_of(row)
    }

    /// Finds ids that look alike: `42` and `00042`, `C1` and `C1` with a space.
    pub(super) fn near_ids(&self) -> Vec<Problem> {
        let mut looks = std::collections::BTreeMap::<String, &Id>::new();
        let mut found = Vec::new();
        if self.ids.all_numbers() {
            return found;
        }
        for index in self.ids.sorted() {
            let id = self.ids.id(index);
            let Some(look) = check::look(id.as_ref()) else { continue };
            let twin = self.ids.get(IdRef::new(&look)).map(|at| self.ids.id(at));
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

/// A customer in a [`Ledger`].
#[derive(Clone, Copy, Debug)]
pub struct CustomerView<'a> {
    customers: &'a Customers,
    at: u32,
}

impl<'a> CustomerView<'a> {
    fn row(self) -> &'a CustomerRow {
        &self.customers.rows[self.at as usize]
    }

    fn rare(self) -> &'a Rare {
        self.customers.rare(self.at)
    }

    /// The id.
    pub fn id(self) -> &'a Id {
        self.customers.ids.id(self.at)
    }

    /// The name that people know.
    pub fn name(self) -> Option<&'a str> {
        self.customers.name(self.row())
    }

    /// How hard it is to work with.
    pub fn friction(self) -> Option<Friction> {
        self.row().friction
    }

    /// Days of payment term granted.
    pub fn payment_days(self) -> Option<u32> {
        Some(self.row().payment_days).filter(|days| *days != NONE)
    }

    /// The discount agreed in its contract.
    pub fn negotiated_discount(self) -> Option<Rate> {
        self.rare().negotiated_discount
    }

    /// The day on which it became a customer.
    pub fn acquired_on(self) -> Option<Date> {
        self.rare().acquired_on
    }

    /// What winning it cost.
    pub fn acquisition_cost(self) -> Option<Money> {
        self.rare().acquisition_cost.get()
    }

    /// What it could spend with us in a year.
    pub fn annual_potential(self) -> Option<Money> {
        self.rare().annual_potential.get()
    }

    /// Whether it accepts the minimum terms.
    pub fn accepts_terms(self) -> Option<bool> {
        self.rare().accepts_terms
    }

    /// The sales rep.
    pub fn owner(self) -> Option<&'a str> {
        self.customers.people.word(self.rare().owner)
    }

    /// The team.
    pub fn team(self) -> Option<&'a str> {
        self.customers.people.word(self.rare().team)
    }

    /// The other attributes.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let Customers { attribute_names, values, .. } = self.customers;
        let own = self.customers.attributes_of(self.row()).iter();
        own.filter_map(move |(name, value)| Some((attribute_names.word(*name)?, values.word(*value)?)))
    }
}

impl Ledger {
    /// A customer that was not set aside.
    pub fn customer_by_id(&self, id: &Id) -> Option<CustomerView<'_>> {
        self.customers.by_id(id)
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
        let customers = Arc::make_mut(&mut self.customers);
        let (row, rare) = customers.row(fields, at);
        let (index, new) = Arc::make_mut(&mut customers.ids).intern(fields.customer_id);
        if new {
            customers.push(row, rare);
            return;
        }
        let same = customers.same_content(index, &row, &rare);
        customers.forget(&row);
        self.customer_again(index, same, at);
    }

    fn customer_again(&mut self, index: u32, same: bool, at: Place) {
        let customers = Arc::make_mut(&mut self.customers);
        let id = customers.id(index).clone();
        let (place, text) = (customers.place(index), id.to_string());
        if same && !customers.excluded(index) {
            let reason = format!("the same customer again, first on line {}: counted once", place.line);
            let problem = Problem::new(Code::CustomerRepeated, reason).column("customer_id").id(text);
            self.quality.repeated(Rejected::new(Table::Customers, at, problem).of(Some(id.as_ref()), None));
            return;
        }
        customers.any_excluded = true;
        let newly = !std::mem::replace(&mut customers.rows[index as usize].excluded, true);
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
            let rejected = Rejected::new(Table::Customers, place, conflict(at.line)).of(Some(id.as_ref()), None);
            self.reject(rejected);
        }
        self.reject(Rejected::new(Table::Customers, at, conflict(place.line)).of(Some(id.as_ref()), None));
    }

    /// The index of a customer that is there and not set aside; unknown ones are made where the policy says so. `found`
    /// is the index where the id was looked up already.
    #[inline]
    pub(super) fn find_customer(&mut self, id: IdRef<'_>, found: u32) -> Result<u32, Box<Problem>> {
        let known = if found == NOT_FOUND { self.customers.ids.get(id) } else { Some(found) };
        match known {
            Some(at) if !self.customers.excluded(at) => Ok(at),
            found => self.no_customer(id, found.is_some()),
        }
    }

    #[cold]
    fn no_customer(&mut self, id: IdRef<'_>, set_aside: bool) -> Result<u32, Box<Problem>> {
        if set_aside {
            let problem = Problem::new(Code::UnknownCustomer, "its customer was set aside");
            return Err(Box::new(problem.column("customer_id").value(id.to_string())));
        }
        if self.policy.makes_customers() && self.customers.len() < self.policy.customers_max() {
            return Ok(Arc::make_mut(&mut self.customers).push_unknown(id));
        }
        let problem = Problem::new(Code::UnknownCustomer, "not in customers");
        Err(Box::new(problem.column("customer_id").value(id.to_string()).hint(
            "add it to customers, set such records aside, or make customers of unknown ids (--implicit-customers)",
        )))
    }
}

fn invisible(id: IdRef<'_>) -> Problem {
    Problem::new(Code::InvisibleCharacter, "holds invisible or direction-changing characters")
        .value(id.to_string().escape_unicode().to_string())
}

/// Checks each value; `Ok(true)` when an id or name holds invisible characters.
fn check_fields(fields: &CustomerFields<'_>) -> Result<bool, Box<Problem>> {
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
        return Err(Problem::new(Code::OutOfRange, reason).column("payment_days").value(days.to_string()).into());
    }
    if let Some(rate) = fields.negotiated_discount.filter(|r| *r < Rate::ZERO || *r > Rate::ONE) {
        let problem = Problem::new(Code::OutOfRange, "a discount rate is from 0 to 1 (0.05 is five per cent)");
        return Err(problem.column("negotiated_discount").value(rate.to_string()).into());
    }
    Ok(odd)
}
