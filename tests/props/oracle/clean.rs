//! Which records can be used, by comparing each with all others.

use portefeuille::{Customer, Date, Money, Order, OrderLine, ServiceEvent};

/// The records of a portfolio. `None`: the table is not given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    pub(crate) customers: Vec<Customer>,
    pub(crate) orders: Vec<Order>,
    pub(crate) lines: Option<Vec<OrderLine>>,
    pub(crate) events: Option<Vec<ServiceEvent>>,
}

/// An order with what its lines say where it says nothing itself.
#[derive(Clone, Debug)]
pub(crate) struct UsedOrder {
    pub(crate) order: Order,
    pub(crate) lines: Vec<OrderLine>,
    /// The date on which it counts.
    pub(crate) counts_on: Date,
    pub(crate) revenue: i128,
    pub(crate) cost: i128,
    pub(crate) revenue_with_cost: i128,
    pub(crate) discount: Option<i128>,
    pub(crate) discount_missing: bool,
    pub(crate) line_count: Option<i128>,
    pub(crate) cost_missing: bool,
}

/// Records and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) records: u64,
    pub(crate) money: i128,
}

impl Count {
    pub(crate) fn add(&mut self, money: i128) {
        self.records += 1;
        self.money += money;
    }
}

/// The usable records, and how many of customers, orders, lines and events were set aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clean {
    pub(crate) customers: Vec<Customer>,
    pub(crate) orders: Vec<UsedOrder>,
    pub(crate) events: Vec<ServiceEvent>,
    pub(crate) aside: [Count; 4],
}

pub(crate) fn units(money: Option<Money>) -> i128 {
    money.map_or(0, |m| m.units().into())
}

pub(crate) fn event_money(event: &ServiceEvent) -> i128 {
    units(event.cost) + units(event.credit)
}

fn opposite(revenue: i128, cost: Option<Money>) -> bool {
    cost.is_some_and(|cost| revenue.signum() * i128::from(cost.units().signum()) < 0)
}

/// Records of one key: the first where all are the same, `None` where they differ.
fn once<T: PartialEq + Clone>(same_key: &[&T]) -> Option<T> {
    same_key.iter().all(|other| *other == same_key[0]).then(|| same_key[0].clone())
}

impl Clean {
    pub(crate) fn new(records: &Records, dated_by_order: bool) -> Self {
        let mut clean = Self::default();
        clean.take_customers(records);
        clean.take_orders(records);
        if dated_by_order {
            clean.move_credit_notes();
        }
        clean.take_events(records);
        clean
    }

    fn knows(&self, customer: &portefeuille::Id) -> bool {
        self.customers.iter().any(|c| c.customer_id == *customer)
    }

    fn take_customers(&mut self, records: &Records) {
        for (at, customer) in records.customers.iter().enumerate() {
            let same = |c: &&Customer| c.customer_id == customer.customer_id;
            let all: Vec<&Customer> = records.customers.iter().filter(same).collect();
            let first = records.customers.iter().position(|c| c.customer_id == customer.customer_id) == Some(at);
            match once(&all) {
                Some(one) if first => self.customers.push(one),
                _ => self.aside[0].add(0),
            }
        }
    }

    fn take_orders(&mut self, records: &Records) {
        let all_lines = records.lines.as_deref().unwrap_or_default();
        let sound = |l: &&OrderLine| !opposite(l.revenue.units().into(), l.cost_of_goods);
        for (at, order) in records.orders.iter().enumerate() {
            let all: Vec<&Order> = records.orders.iter().filter(|o| o.order_id == order.order_id).collect();
            let first = records.orders.iter().position(|o| o.order_id == order.order_id) == Some(at);
            let unsound = |o: &&Order| {
                !self.knows(&o.customer_id) || o.revenue.is_some_and(|r| opposite(r.units().into(), o.cost_of_goods))
            };
            let doubtful = all.iter().any(unsound);
            let lines = all_lines.iter().filter(|l| l.order_id == order.order_id).filter(sound).cloned().collect();
            let used = once(&all).filter(|_| !doubtful && first);
            match used.and_then(|one| UsedOrder::new(one, lines, records.lines.is_some())) {
                Some(used) => self.orders.push(used),
                None => self.aside[1].add(units(order.revenue)),
            }
        }
        for line in all_lines {
            let used = self.orders.iter().any(|o| o.lines.contains(line));
            if !used {
                self.aside[2].add(line.revenue.units().into());
            }
        }
    }

    /// A credit note that names an order counts on the date of that order.
    fn move_credit_notes(&mut self) {
        let dates: Vec<_> = self.orders.iter().map(|o| (o.order.order_id.clone(), o.order.ordered_on)).collect();
        for note in self.orders.iter_mut().filter(|o| o.revenue < 0) {
            let corrected = dates.iter().find(|(id, _)| Some(id) == note.order.credits_order_id.as_ref());
            note.counts_on = corrected.map_or(note.counts_on, |(_, date)| *date);
        }
    }

    fn take_events(&mut self, records: &Records) {
        let events = records.events.as_deref().unwrap_or_default();
        for (at, event) in events.iter().enumerate() {
            // Unknown customers are refused before their event ids are looked at.
            let sound = |e: &&ServiceEvent| self.knows(&e.customer_id);
            let same = |e: &&ServiceEvent| e.event_id.is_some() && e.event_id == event.event_id;
            let all: Vec<&ServiceEvent> = events.iter().filter(sound).filter(same).collect();
            let earlier = events[..at].iter().filter(sound).any(|e| same(&e));
            let doubtful = !all.is_empty() && once(&all).is_none();
            if self.knows(&event.customer_id) && !doubtful && !earlier {
                self.events.push(event.clone());
            } else {
                self.aside[3].add(event_money(event));
            }
        }
    }
}

impl UsedOrder {
    /// `None` when neither the order nor its lines give a revenue, or the lines' cost has the opposite sign.
    fn new(order: Order, lines: Vec<OrderLine>, lines_given: bool) -> Option<Self> {
        let sum = |of: &dyn Fn(&OrderLine) -> i128| lines.iter().map(of).sum::<i128>();
        let revenue = match order.revenue {
            Some(revenue) => revenue.units().into(),
            None if lines.is_empty() => return None,
            None => sum(&|l| l.revenue.units().into()),
        };
        let costed = lines.iter().filter(|l| l.cost_of_goods.is_some());
        let costed_revenue: i128 = costed.clone().map(|l| i128::from(l.revenue.units())).sum();
        let all_costed = !lines.is_empty() && costed.count() == lines.len();
        let (cost, revenue_with_cost, cost_missing) = match order.cost_of_goods {
            Some(cost) => (cost.units().into(), revenue, false),
            None if all_costed => {
                // What the lines leave out, beyond a cent a line, has no known cost.
                let left_out = (revenue - costed_revenue).abs() > 100 * lines.len() as i128;
                (sum(&|l| units(l.cost_of_goods)), if left_out { costed_revenue } else { revenue }, false)
            }
            None => (sum(&|l| units(l.cost_of_goods)), costed_revenue, true),
        };
        if revenue.signum() * cost.signum() < 0 {
            return None;
        }
        let discounted = lines.iter().filter(|l| l.discount.is_some()).count();
        let (discount, discount_missing) = match order.discount {
            None if discounted > 0 => (Some(sum(&|l| units(l.discount))), discounted < lines.len()),
            stated => (stated.map(|d| d.units().into()), stated.is_none()),
        };
        let counted = lines_given.then_some(lines.len() as i128);
        Some(Self {
            counts_on: order.ordered_on,
            line_count: order.lines.map(i128::from).or(counted),
            order,
            lines,
            revenue,
            cost,
            revenue_with_cost,
            discount,
            discount_missing,
            cost_missing,
        })
    }
}
