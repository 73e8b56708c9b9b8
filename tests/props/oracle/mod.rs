//! A naive oracle: the method, from plain records by linear scans and exact fractions, more clear than efficient.
//!
//! It shares nothing with the library but the records, `Money`, `Date` and the model's settings.

mod clean;
mod cost;
mod cuts;
mod facts;
mod numbers;
mod score;
mod window;

pub(crate) use clean::{Count, Records};
pub(crate) use cost::{Used, kind_line, largest_remainder};
pub(crate) use cuts::natural_floors;
pub(crate) use facts::Source;
pub(crate) use numbers::fraction;
pub(crate) use score::tiers;
pub(crate) use window::fiscal_year;

use clean::{Clean, event_money, units};
use cost::{Charging, Costs, Counts};
use facts::{Deeds, Given, MarginRates};
use numbers::{nine, quantile, ratio};
use portefeuille::facts::{Counting, ReturnsFrom, RushFrom};
use portefeuille::score::CostMeasure;
use portefeuille::segment::{Cut, CutOn, TierMeasure};
use portefeuille::{Code, Component, Customer, Date, EventKind, Model, Quadrant, Side, Status, Tier};
use std::collections::{BTreeMap, BTreeSet};
use window::Window;

/// A whole analysis.
pub(crate) struct Outcome {
    pub(crate) window: Window,
    pub(crate) counting: Counting,
    pub(crate) accounts: Vec<Expected>,
    /// Read, used, outside the window and set aside; of customers, orders, lines and events.
    pub(crate) tallies: [[Count; 4]; 4],
    pub(crate) capacities: Vec<Used>,
    /// Lines of the drivers that happened without a price.
    pub(crate) not_priced: BTreeSet<String>,
}

/// What an account must show. Amounts are in 1/10,000.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) id: String,
    pub(crate) status: Option<Status>,
    pub(crate) invoiced: i128,
    pub(crate) credits: i128,
    pub(crate) discount: Option<i128>,
    pub(crate) freight: Option<i128>,
    pub(crate) orders: i64,
    pub(crate) credit_notes: i64,
    pub(crate) lines: Option<i64>,
    pub(crate) small_orders: Option<i64>,
    pub(crate) rush_orders: Option<i64>,
    pub(crate) returns: i64,
    pub(crate) claims: Option<i64>,
    pub(crate) reworks: Option<i64>,
    pub(crate) support_hours: Option<i64>,
    pub(crate) disruptions: Option<i64>,
    pub(crate) families: Option<u32>,
    pub(crate) missing_values: i64,
    pub(crate) order_dates: Option<(Date, Date)>,
    pub(crate) estimated_revenue: i128,
    pub(crate) estimated_from: Option<Source>,
    pub(crate) years: BTreeMap<i32, Steps>,
    pub(crate) total: Steps,
    pub(crate) costs: Costs,
    /// By line: what happened in the window, and actual costs.
    pub(crate) happened: BTreeMap<String, (i128, i128)>,
    pub(crate) values: BTreeMap<Component, f64>,
    pub(crate) scaled: BTreeMap<Component, f64>,
    pub(crate) scores: [Option<f64>; 2],
    pub(crate) quadrant: Option<Quadrant>,
    pub(crate) tier: Option<Tier>,
    potential: Option<i128>,
    friction: Option<f64>,
    /// Cost to serve / net revenue, where a driver is priced.
    cost_ratio: Option<f64>,
    stability: Option<f64>,
    growth: Option<f64>,
}

/// The cascade of a year or of the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) list_revenue: Option<i128>,
    pub(crate) net_revenue: i128,
    pub(crate) cost_of_goods: Option<i128>,
    pub(crate) gross_margin: Option<i128>,
    pub(crate) freight: i128,
    pub(crate) payment_terms: i128,
    pub(crate) pocket_margin: Option<i128>,
    pub(crate) cost_to_serve: i128,
    pub(crate) net_margin: Option<i128>,
}

/// The order of ids: whole numbers that fit 64 bits by number, then the others by bytes.
fn id_order(customer: &Customer) -> (u8, u64, Vec<u8>) {
    let text = customer.customer_id.to_string();
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => (0, number, Vec::new()),
        _ => (1, 0, text.into_bytes()),
    }
}

/// Analyses records, or says with which code the analysis must fail.
pub(crate) fn analyze(records: &Records, model: &Model) -> Result<Outcome, Code> {
    let mut clean = Clean::new(records, model.credits_dated == portefeuille::facts::CreditsDated::Order);
    clean.customers.sort_by_key(id_order);
    let dates = || clean.orders.iter().map(|o| o.order.ordered_on);
    let as_of = model.as_of.or(dates().max()).ok_or(Code::NoAsOf)?;
    if model.history_from.is_some_and(|from| from >= as_of) || dates().min().is_some_and(|first| first > as_of) {
        return Err(Code::Contradiction);
    }
    let window = Window::new(model, as_of, dates().min());
    let given = Given::new(records);
    let deeds: Vec<Deeds<'_>> = clean.customers.iter().map(|c| Deeds::new(c, &clean, &window, model, &given)).collect();
    let returned = deeds.iter().flat_map(|d| &d.events).any(|e| e.kind == EventKind::Return);
    let counting = Counting {
        rush: model.rush.unwrap_or(if given.rush { RushFrom::Orders } else { RushFrom::Events }),
        returns: model.returns.unwrap_or(if returned { ReturnsFrom::Events } else { ReturnsFrom::CreditNotes }),
    };
    let rates = MarginRates::new(&clean, &window, model);
    let charging = Charging { deeds: &deeds, window: &window, model, rush: counting.rush };
    let (costs, capacities) = charging.charge()?;
    let mut accounts: Vec<Expected> = deeds
        .iter()
        .zip(costs)
        .map(|(deeds, costs)| describe(deeds, costs, &given, &counting, &rates, &charging))
        .collect();
    place(&mut accounts, model);
    let not_priced = not_priced(&charging);
    let tallies = tallies(records, &clean, &window);
    drop(deeds);
    Ok(Outcome { window, counting, accounts, tallies, capacities, not_priced })
}

fn describe(
    deeds: &Deeds<'_>,
    costs: Costs,
    given: &Given,
    counting: &Counting,
    rates: &MarginRates,
    charging: &Charging<'_>,
) -> Expected {
    let (estimates, estimated_from) = rates.estimate(deeds);
    let steps = |year: Option<i32>| {
        let chosen = |y: i32| year.is_none_or(|year| year == y);
        let line =
            |name: &str| costs.iter().filter(|((l, y), _)| l == name && chosen(*y)).map(|(_, c)| c).sum::<i128>();
        let cost_to_serve: i128 = costs.iter().filter(|((_, y), _)| chosen(*y)).map(|(_, c)| c).sum();
        let estimated = estimates.as_ref().map(|e| e.iter().filter(|(y, _)| chosen(**y)).map(|(_, c)| c).sum::<i128>());
        let net_revenue = deeds.invoiced(year) - deeds.credits(year);
        let discount = given.discount.then(|| deeds.sum(year, |o| o.discount.unwrap_or(0)));
        let cost_of_goods = estimated.map(|e| e + deeds.sum(year, |o| o.cost));
        let gross_margin = cost_of_goods.map(|c| net_revenue - c);
        let (freight, payment_terms) = (line("freight"), line("payment_terms"));
        Steps {
            list_revenue: discount.map(|d| deeds.invoiced(year) + d),
            net_revenue,
            cost_of_goods,
            gross_margin,
            freight,
            payment_terms,
            pocket_margin: gross_margin.map(|m| m - freight - payment_terms),
            cost_to_serve,
            net_margin: gross_margin.map(|m| m - cost_to_serve),
        }
    };
    let total = steps(None);
    let quarters = deeds.quarters();
    let disruptions = [EventKind::SpecialShipment, EventKind::LastMinuteChange, EventKind::SpecialRequest];
    let orders = deeds.sales.len() + deeds.notes.len();
    let status = if total.net_revenue > 0 {
        Status::Active
    } else if orders == 0 {
        Status::Dormant
    } else {
        Status::NetCredit
    };
    let twelve_months = deeds.window.twelve_months_start();
    let last_year = twelve_months.map(|start| deeds.net_revenue_when(|d| start <= d));
    Expected {
        id: deeds.customer.customer_id.to_string(),
        status: Some(status),
        invoiced: deeds.invoiced(None),
        credits: deeds.credits(None),
        discount: given.discount.then(|| deeds.sum(None, |o| o.discount.unwrap_or(0))),
        freight: given.freight.then(|| deeds.sum(None, |o| units(o.order.freight))),
        orders: deeds.sales.len() as i64,
        credit_notes: deeds.notes.len() as i64,
        lines: deeds.lines(),
        small_orders: deeds.small_orders(),
        rush_orders: deeds.rush_orders(counting.rush),
        returns: deeds.returns(counting.returns),
        claims: deeds.events_of(&[EventKind::Claim]),
        reworks: deeds.events_of(&[EventKind::Rework]),
        support_hours: deeds.support_hours(),
        disruptions: deeds.events_of(&disruptions),
        families: deeds.families(),
        missing_values: deeds.missing_values(),
        order_dates: deeds.first_order().zip(deeds.last_order()),
        estimated_revenue: deeds.unknown().values().map(|(revenue, _)| revenue.abs()).sum(),
        estimated_from,
        years: deeds.window.years().map(|year| (year, steps(Some(year)))).collect(),
        happened: happened(deeds, charging),
        potential: deeds.customer.annual_potential.zip(last_year).map(|(p, sold)| units(Some(p)) - sold),
        friction: deeds.customer.friction.map(|f| f.level()),
        stability: score::stability(&quarters),
        growth: score::growth(&quarters, charging.model.growth_measure),
        total,
        costs,
        ..Expected::default()
    }
}

/// The drivers of the model, and all that can happen.
fn drivers(charging: &Charging<'_>) -> BTreeSet<Counts> {
    let model = &charging.model.cost_to_serve;
    let mut drivers: BTreeSet<Counts> = [Counts::Orders, Counts::Lines, Counts::Rush].into();
    drivers.extend(model.rates.keys().chain(model.pools.iter().map(|p| &p.driver)).map(Counts::of));
    for activity in model.capacities.iter().flat_map(|c| &c.activities) {
        drivers.extend(std::iter::once(&activity.driver).chain(activity.plus.keys()).map(Counts::of));
    }
    drivers.extend(charging.deeds.iter().flat_map(|d| &d.events).map(|e| Counts::of_kind(&e.kind)));
    drivers
}

fn happened(deeds: &Deeds<'_>, charging: &Charging<'_>) -> BTreeMap<String, (i128, i128)> {
    let of = |driver: Counts| {
        let actual = driver.kind().map_or(0, |kind| deeds.actual_cost_of(&kind, None));
        (driver.line(), (charging.volume_in_all(deeds, &driver), actual))
    };
    drivers(charging).into_iter().map(of).collect()
}

fn not_priced(charging: &Charging<'_>) -> BTreeSet<String> {
    let model = &charging.model.cost_to_serve;
    // What adds minutes to a time equation is paid for by it.
    let activities = model.capacities.iter().flat_map(|c| &c.activities);
    let activities = activities.flat_map(|a| std::iter::once(&a.driver).chain(a.plus.keys()));
    let priced: BTreeSet<Counts> =
        model.rates.keys().chain(model.pools.iter().map(|p| &p.driver)).chain(activities).map(Counts::of).collect();
    let happened = |d: &Counts| charging.deeds.iter().any(|a| charging.volume_in_all(a, d) > 0);
    drivers(charging).into_iter().filter(|d| !priced.contains(d) && happened(d)).map(|d| d.line()).collect()
}

/// Scores, quadrants and tiers of the active accounts.
fn place(accounts: &mut [Expected], model: &Model) {
    let costs = &model.cost_to_serve;
    let stated = accounts.iter().flat_map(|a| a.happened.values()).any(|(_, actual)| *actual != 0);
    let priced = !costs.rates.is_empty() || !costs.pools.is_empty() || !costs.capacities.is_empty() || stated;
    let mut active: Vec<&mut Expected> = accounts.iter_mut().filter(|a| a.status == Some(Status::Active)).collect();
    let money = |units: i128| units as f64 / 10_000.0;
    let points: Vec<(f64, f64)> =
        active.iter().map(|a| (money(a.total.net_revenue), money(a.total.cost_to_serve))).collect();
    let by_expectation = model.cost_measure == CostMeasure::Expected;
    let line = score::expected_line(&points).filter(|_| by_expectation);
    for account in &mut active {
        account.cost_ratio = ratio(account.total.cost_to_serve, account.total.net_revenue).filter(|_| priced);
        account.values = values(account, line, by_expectation, priced);
    }
    for (side, at) in [(Side::Value, 0), (Side::Complexity, 1)] {
        let mut parts: Vec<Vec<(Component, f64, Option<f64>)>> = vec![Vec::new(); active.len()];
        for (component, weight) in score::weights(model, side, priced) {
            let values: Vec<Option<f64>> = active.iter().map(|a| a.values.get(&component).copied()).collect();
            let Some(scaled) = score::scaled(component, &values, model.normalisation) else { continue };
            for ((account, parts), scaled) in active.iter_mut().zip(&mut parts).zip(scaled) {
                parts.push((component, weight, scaled));
                account.scaled.extend(scaled.map(|s| (component, s)));
            }
        }
        for (account, parts) in active.iter_mut().zip(&parts) {
            let known = side == Side::Complexity || account.total.gross_margin.is_some();
            account.scores[at] = score::score(parts).filter(|_| known);
        }
    }
    let value = high(&active, 0, model.matrix.value_threshold);
    let complexity = high(&active, 1, model.matrix.complexity_threshold);
    for (account, sides) in active.iter_mut().zip(value.into_iter().zip(complexity)) {
        account.quadrant = match sides {
            (Some(true), Some(false)) => Some(Quadrant::Or),
            (Some(true), Some(true)) => Some(Quadrant::Strategique),
            (Some(false), Some(false)) => Some(Quadrant::Efficace),
            (Some(false), Some(true)) => Some(Quadrant::Toxique),
            _ => None,
        };
    }
    let measure = |a: &Expected| match model.tiers.measure {
        TierMeasure::GrossMargin => a.total.gross_margin,
        TierMeasure::Revenue => Some(a.total.net_revenue),
        TierMeasure::NetMargin => a.total.net_margin,
    };
    let mut measured: Vec<_> = active.iter_mut().filter(|a| measure(a).is_some()).collect();
    let measures: Vec<i128> = measured.iter().filter_map(|a| measure(a)).collect();
    for (account, tier) in measured.iter_mut().zip(tiers(&measures, &model.tiers)) {
        account.tier = Some(tier);
    }
}

fn values(
    account: &Expected,
    line: Option<(f64, f64)>,
    by_expectation: bool,
    priced: bool,
) -> BTreeMap<Component, f64> {
    use Component::*;
    let total = &account.total;
    let per_order = |count: Option<i64>| ratio(count?.into(), account.orders.into());
    let cost_ratio = match line {
        _ if !priced => None,
        Some((intercept, slope)) => (total.cost_to_serve > 0).then(|| {
            let ln = |units: i128| (units as f64 / 10_000.0).ln();
            nine(ln(total.cost_to_serve) - intercept - slope * ln(total.net_revenue))
        }),
        None if by_expectation => None,
        None => account.cost_ratio,
    };
    let all = [
        (GrossMargin, total.gross_margin.map(|m| m as f64 / 10_000.0)),
        (MarginRate, total.gross_margin.and_then(|m| ratio(m, total.net_revenue))),
        (Stability, account.stability),
        (Growth, account.growth),
        (Potential, account.potential.map(|p| p as f64 / 10_000.0)),
        (CostToServeRatio, cost_ratio),
        (SmallOrderShare, per_order(account.small_orders)),
        (RushShare, per_order(account.rush_orders)),
        (ReturnRate, per_order(Some(account.returns))),
        (SupportIntensity, account.support_hours.and_then(|h| ratio(h.into(), i128::from(account.orders) * 10_000))),
        (Friction, account.friction),
        (DisruptionRate, per_order(account.disruptions)),
        (ClaimRate, per_order(account.claims.zip(account.reworks).map(|(c, r)| c + r))),
    ];
    all.into_iter().filter_map(|(component, value)| Some((component, value?))).collect()
}

/// Whether each account lies at or above a cut.
fn high(active: &[&mut Expected], side: usize, cut: Cut) -> Vec<Option<bool>> {
    let scores: Vec<f64> = active.iter().filter_map(|a| a.scores[side]).collect();
    let relative = |p: f64| (!scores.is_empty()).then(|| nine(quantile(&scores, p)));
    let billionths: Vec<i128> = scores.iter().map(|s| (s * 1e9).round() as i128).collect();
    let natural = if cut == Cut::Jenks { natural_floors(&billionths, 2).last().copied() } else { None };
    let above = |account: &Expected| match cut {
        Cut::Fixed(at) => Some(account.scores[side]? >= at),
        Cut::Median => Some(account.scores[side]? >= relative(0.5)?),
        Cut::Quantile(p) => Some(account.scores[side]? >= relative(p)?),
        Cut::Jenks => Some((account.scores[side]? * 1e9).round() as i128 >= natural?),
        Cut::Money { money, of } => {
            let measure = match of {
                CutOn::NetMargin => account.total.net_margin?,
                // Without a priced driver the cost to serve is not known.
                CutOn::CostToServe => account.cost_ratio.map(|_| account.total.cost_to_serve)?,
                CutOn::Component(Component::GrossMargin) => account.total.gross_margin?,
                CutOn::Component(Component::Potential) => account.potential?,
                other => unreachable!("{other:?}"),
            };
            Some(measure >= money.units().into())
        }
        Cut::Rate { rate, of: CutOn::Component(component) } => {
            // A cut on the cost ratio is a share of revenue, whatever the ratio is scored by.
            let measure = match component {
                Component::CostToServeRatio => account.cost_ratio?,
                other => *account.values.get(&other)?,
            };
            Some(measure >= rate.units() as f64 / 1e9)
        }
        other => unreachable!("{other:?}"),
    };
    active.iter().map(|a| above(a)).collect()
}

fn tallies(records: &Records, clean: &Clean, window: &Window) -> [[Count; 4]; 4] {
    let lines = records.lines.as_deref().unwrap_or_default();
    let events = records.events.as_deref().unwrap_or_default();
    let mut tallies = [[Count::default(); 4]; 4];
    let [customers, orders, order_lines, service_events] = &mut tallies;
    customers[0].records = records.customers.len() as u64;
    customers[1].records = clean.customers.len() as u64;
    // An order without its own revenue is read with that of its lines, once they complete it.
    for order in &records.orders {
        orders[0].add(units(order.revenue));
    }
    for used in &clean.orders {
        orders[0].money += if used.order.revenue.is_none() { used.revenue } else { 0 };
        let place = if window.holds(used.counts_on) { 1 } else { 2 };
        orders[place].add(used.revenue);
        used.lines.iter().for_each(|l| order_lines[place].add(l.revenue.units().into()));
    }
    lines.iter().for_each(|l| order_lines[0].add(l.revenue.units().into()));
    events.iter().for_each(|e| service_events[0].add(event_money(e)));
    for event in &clean.events {
        service_events[if window.holds(event.occurred_on) { 1 } else { 2 }].add(event_money(event));
    }
    for (table, aside) in clean.aside.iter().enumerate() {
        tallies[table][3] = *aside;
    }
    tallies
}
