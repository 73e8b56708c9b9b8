//! The rules: what makes each reason true, and its stake.

use super::{Attention, Reason};
use crate::cost::{CostLine, Driver};
use crate::facts::fiscal_year;
use crate::margin::Cascade;
use crate::money::{Money, Rate, div_half_even, narrow, share_of};
use crate::portfolio::{Account, Portfolio, Status};
use crate::score::ratio;
use crate::segment::{Quadrant, Tier};

/// What the rules compare an account with.
pub(super) struct Ground<'a> {
    portfolio: &'a Portfolio,
    /// The last two complete fiscal years.
    years: Option<(i32, i32)>,
    median_cost_ratio: Option<f64>,
    returns_per_order: Option<f64>,
}

type Found = Option<(Reason, Money)>;

impl<'a> Ground<'a> {
    pub(super) fn of(portfolio: &'a Portfolio) -> Self {
        let active = || portfolio.accounts().filter(|a| a.status() == Status::Active);
        let mut ratios: Vec<f64> = active().filter_map(Account::cost_to_serve_ratio).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let (returns, orders) = active().fold((0i128, 0i128), |(returns, orders), account| {
            (returns + i128::from(returned(account)), orders + i128::from(account.figures().orders))
        });
        Self {
            portfolio,
            years: last_two_years(portfolio),
            median_cost_ratio: crate::score::quantile_sorted(&ratios, 0.5),
            returns_per_order: ratio(returns, orders),
        }
    }

    /// The reason with the largest stake; of equal ones the first.
    pub(super) fn trouble(&self, account: Account<'a>) -> Option<Attention<'a>> {
        if account.status() != Status::Active {
            return None;
        }
        let found = [
            loses_money(account),
            self.margin_drift(account),
            self.gone_silent(account),
            self.costly_to_serve(account),
            self.many_returns(account),
            small_orders(account),
            untapped_potential(account),
        ];
        let worth = found.into_iter().flatten().filter(|(_, stake)| *stake > Money::ZERO);
        let (reason, stake) = worth.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some(Attention { account, reason, stake })
    }

    fn margin_drift(&self, account: Account<'_>) -> Found {
        let (before, year) = self.years?;
        let (then, now) = (account.cascade_in(before)?.ok()?, account.cascade_in(year)?.ok()?);
        if then.net_revenue <= Money::ZERO || now.net_revenue <= Money::ZERO {
            return None;
        }
        let growth = ratio(now.net_revenue.units().into(), then.net_revenue.units().into())? - 1.0;
        let rate = |c: &Cascade| ratio(c.gross_margin?.units().into(), c.net_revenue.units().into());
        let fall = rate(&then)? - rate(&now)?;
        let stake = share_of(now.net_revenue, Rate::from_f64(fall)?);
        let reason = Reason::MarginDrift { year, growth, fall, by_discount: fall_by_discount(&then, &now) };
        (growth > Reason::DRIFT_GROWTH && fall > Reason::DRIFT_RATE).then_some((reason, stake))
    }

    fn gone_silent(&self, account: Account<'_>) -> Found {
        let orders = account.figures().orders;
        if orders < Reason::SILENT_ORDERS {
            return None;
        }
        let (first, last_order) = account.order_dates()?;
        let days = self.portfolio.window().as_of.days_since(last_order);
        // Orders of one day, or several a day, have no rhythm to break.
        let usual_gap = ratio(last_order.days_since(first).into(), i128::from(orders) - 1).filter(|gap| *gap >= 1.0)?;
        let silent = days > Reason::SILENT_DAYS && f64::from(days) > Reason::SILENT_GAPS * usual_gap;
        silent.then_some(())?;
        let cascades = account.cascades().into_iter().flatten();
        let bought = cascades.filter(|cascade| cascade.invoiced > Money::ZERO).count() as i128;
        let stake = narrow(div_half_even(account.gross_margin()?.units().into(), bought)?)?;
        Some((Reason::GoneSilent { last_order, days, usual_gap }, stake))
    }

    fn costly_to_serve(&self, account: Account<'_>) -> Found {
        let (ratio_here, median) = (account.cost_to_serve_ratio()?, self.median_cost_ratio?);
        let (margin, cost) = (account.gross_margin()?, account.cost_to_serve());
        let share_of_margin = ratio(cost.units().into(), margin.units().into())?;
        let usual = share_of(account.revenue(), Rate::from_f64(median)?);
        let costly = account.quadrant() == Some(Quadrant::Strategique)
            && !account.loses_money()
            && share_of_margin > Reason::COSTLY_SHARE;
        costly.then_some((Reason::CostlyToServe { ratio: ratio_here, median, share_of_margin }, minus(cost, usual)))
    }

    fn many_returns(&self, account: Account<'_>) -> Found {
        let per_order = ratio(returned(account).into(), account.figures().orders.into())?;
        let usual = self.returns_per_order?;
        let many = per_order > Reason::RETURNS_PER_ORDER && per_order > Reason::RETURNS_TIMES * usual;
        let cost = || cost_of(account, &[Driver::Return, Driver::Claim, Driver::Rework]);
        many.then(|| (Reason::ManyReturns { per_order, usual }, cost()))
    }
}

fn loses_money(account: Account<'_>) -> Found {
    let net = account.net_margin().filter(|margin| margin.is_negative())?;
    let reason = Reason::LosesMoney { gross_margin: account.gross_margin()?, cost_to_serve: account.cost_to_serve() };
    Some((reason, minus(Money::ZERO, net)))
}

fn small_orders(account: Account<'_>) -> Found {
    let (small, orders) = (account.figures().small_orders?, account.figures().orders);
    let share = ratio(small.into(), orders.into()).filter(|share| *share > Reason::SMALL_SHARE)?;
    let handling = cost_of(account, &[Driver::Order, Driver::OrderLine, Driver::SmallOrder]);
    let allowed = share_of(account.gross_margin()?, Rate::from_f64(Reason::SMALL_HANDLING)?);
    let stake = share_of(handling, Rate::from_f64(share)?);
    (handling > allowed).then_some((Reason::SmallOrders { small, orders, handling }, stake))
}

fn untapped_potential(account: Account<'_>) -> Found {
    let (potential, gap) = (account.annual_potential()?, account.untapped_potential()?);
    let revenue = minus(potential, gap);
    let developing = match account.quadrant()? {
        Quadrant::Or => true,
        Quadrant::Efficace => account.growth().is_some_and(|growth| growth > Reason::POTENTIAL_GROWTH),
        Quadrant::Strategique | Quadrant::Toxique => false,
    };
    let far = potential.units() as f64 > Reason::POTENTIAL_TIMES * revenue.units() as f64;
    let stake = share_of(gap.min(revenue), Rate::from_f64(account.margin_rate()?)?);
    (developing && far).then_some((Reason::UntappedPotential { potential, revenue }, stake))
}

/// An account with which nothing is wrong, and of which much would be lost.
pub(super) fn protect(account: Account<'_>) -> Option<Attention<'_>> {
    let stake = account.net_margin().filter(|margin| *margin > Money::ZERO)?;
    let best = account.quadrant() == Some(Quadrant::Or) && account.tier() == Some(Tier::A);
    let reason = Reason::Protect { ratio: account.cost_to_serve_ratio()? };
    best.then_some(Attention { account, reason, stake })
}

/// The last two complete fiscal years of the window.
fn last_two_years(portfolio: &Portfolio) -> Option<(i32, i32)> {
    let (window, month) = (portfolio.window(), portfolio.model().fiscal_year_start_month);
    let year = |day| fiscal_year(day, month);
    let first_complete = year(window.start.previous_day()) + 1;
    let last_complete = year(window.as_of.next_day()) - 1;
    (last_complete > first_complete).then_some((last_complete - 1, last_complete))
}

/// How much of the fall of the margin rate comes from discount: at list prices the goods cost what they did, and more
/// is taken off. With c the cost of goods and d the discount over list revenue, the rate is 1 − c / (1 − d).
fn fall_by_discount(then: &Cascade, now: &Cascade) -> Option<f64> {
    let parts = |c: &Cascade| {
        let discount = i128::from(c.discount?.units());
        let list = i128::from(c.net_revenue.units()) + discount;
        let cost = ratio(c.cost_of_goods?.units().into(), list)?;
        Some((cost, ratio(discount, list)?))
    };
    let ((cost, discount_then), (_, discount_now)) = (parts(then)?, parts(now)?);
    let fall = cost / (1.0 - discount_now) - cost / (1.0 - discount_then);
    fall.is_finite().then_some(fall)
}

fn returned(account: Account<'_>) -> i64 {
    let figures = account.figures();
    figures.returns + figures.claims.unwrap_or(0) + figures.reworks.unwrap_or(0)
}

fn cost_of(account: Account<'_>, drivers: &[Driver]) -> Money {
    let items = account.costs().into_iter();
    let units =
        items.filter(|i| matches!(i.line, CostLine::Driver(d) if drivers.contains(d))).map(|i| i.amount.units());
    narrow(units.map(i128::from).sum()).unwrap_or_default()
}

/// The difference of two amounts of one account, which are far from the limits of what can be held.
fn minus(a: Money, b: Money) -> Money {
    narrow(i128::from(a.units()) - i128::from(b.units())).unwrap_or_default()
}
