//! The rules: what makes each reason true, and its stake.

use super::{Attention, Reason};
use crate::cost::{CostLine, Driver};
use crate::facts::{Figures, fiscal_year};
use crate::margin::Cascade;
use crate::model::Draft;
use crate::money::{Money, Rate, div_half_even, narrow, share_of};
use crate::parallel;
use crate::portfolio::{Account, Portfolio, Status};
use crate::score::ratio;
use crate::segment::{Quadrant, Tier};

/// Accounts that are looked at together.
pub(super) const CHUNK: usize = 2_048;

/// What the rules compare an account with.
pub(super) struct Ground<'a> {
    portfolio: &'a Portfolio,
    /// The last two complete fiscal years.
    years: Option<(i32, i32)>,
    median_cost_ratio: Option<f64>,
    returns_per_order: Option<f64>,
}

/// An account with what was worked out of it.
#[derive(Clone, Copy)]
struct Case<'a> {
    account: Account<'a>,
    draft: &'a Draft,
}

impl Case<'_> {
    /// The steps in a fiscal year of the window.
    fn cascade_in(self, fiscal_year: i32) -> Option<Cascade> {
        let year = self.account.portfolio().window().year(fiscal_year)?;
        self.draft.years().nth(year)?.cascade().ok()
    }

    fn cost_of(self, drivers: &[Driver]) -> Money {
        let lines = self.account.portfolio().costs().lines().iter().zip(&self.draft.charge.lines);
        let own = lines.filter(|(line, _)| matches!(line, CostLine::Driver(d) if drivers.contains(d)));
        narrow(own.map(|(_, amount)| amount).sum()).unwrap_or_default()
    }
}

type Found = Option<(Reason, Money)>;

impl<'a> Ground<'a> {
    pub(super) fn of(portfolio: &'a Portfolio) -> Self {
        let active = || portfolio.accounts().filter(|a| a.status() == Status::Active);
        let mut ratios: Vec<f64> = active().filter_map(Account::cost_to_serve_ratio).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let sums = parallel::map_ranges(portfolio.len(), CHUNK, |range| {
            let active = portfolio.range(range).filter(|a| a.status() == Status::Active);
            active.map(Account::figures).fold((0i128, 0i128), |(returns, orders), figures| {
                (returns + i128::from(returned(&figures)), orders + i128::from(figures.orders))
            })
        });
        let (returns, orders) = sums.into_iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        Self {
            portfolio,
            years: last_two_years(portfolio),
            median_cost_ratio: crate::score::quantile_sorted(&ratios, 0.5),
            returns_per_order: ratio(returns, orders),
        }
    }

    /// The reason with the largest stake; of equal ones the first.
    pub(super) fn trouble(&self, account: Account<'a>, draft: &mut Draft) -> Option<Attention<'a>> {
        if account.status() != Status::Active {
            return None;
        }
        account.draft_into(draft);
        let case = Case { account, draft };
        let found = [
            loses_money(account),
            self.margin_drift(case),
            self.gone_silent(case),
            self.costly_to_serve(account),
            self.many_returns(case),
            small_orders(case),
            untapped_potential(case),
        ];
        let worth = found.into_iter().flatten().filter(|(_, stake)| *stake > Money::ZERO);
        let (reason, stake) = worth.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some(Attention { account, reason, stake })
    }

    fn margin_drift(&self, case: Case<'_>) -> Found {
        let (before, year) = self.years?;
        let (then, now) = (case.cascade_in(before)?, case.cascade_in(year)?);
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

    fn gone_silent(&self, case: Case<'_>) -> Found {
        let (account, orders) = (case.account, case.draft.figures.orders);
        if orders < Reason::SILENT_ORDERS {
            return None;
        }
        let (first, last_order) = account.order_dates()?;
        let days = self.portfolio.window().as_of.days_since(last_order);
        // Orders of one day, or several a day, have no rhythm to break.
        let usual_gap = ratio(last_order.days_since(first).into(), i128::from(orders) - 1).filter(|gap| *gap >= 1.0)?;
        let silent = days > Reason::SILENT_DAYS && f64::from(days) > Reason::SILENT_GAPS * usual_gap;
        silent.then_some(())?;
        let years = self.portfolio.window().years.iter();
        let cascades = years.filter_map(|year| case.cascade_in(*year));
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

    fn many_returns(&self, case: Case<'_>) -> Found {
        let figures = &case.draft.figures;
        let per_order = ratio(returned(figures).into(), figures.orders.into())?;
        let usual = self.returns_per_order?;
        let many = per_order > Reason::RETURNS_PER_ORDER && per_order > Reason::RETURNS_TIMES * usual;
        let cost = || case.cost_of(&[Driver::Return, Driver::Claim, Driver::Rework]);
        many.then(|| (Reason::ManyReturns { per_order, usual }, cost()))
    }
}

fn loses_money(account: Account<'_>) -> Found {
    let net = account.net_margin().filter(|margin| margin.is_negative())?;
    let reason = Reason::LosesMoney { gross_margin: account.gross_margin()?, cost_to_serve: account.cost_to_serve() };
    Some((reason, minus(Money::ZERO, net)))
}

fn small_orders(case: Case<'_>) -> Found {
    let (small, orders) = (case.draft.figures.small_orders?, case.draft.figures.orders);
    let share = ratio(small.into(), orders.into()).filter(|share| *share > Reason::SMALL_SHARE)?;
    let handling = case.cost_of(&[Driver::Order, Driver::OrderLine, Driver::SmallOrder]);
    let allowed = share_of(case.account.gross_margin()?, Rate::from_f64(Reason::SMALL_HANDLING)?);
    let stake = share_of(handling, Rate::from_f64(share)?);
    (handling > allowed).then_some((Reason::SmallOrders { small, orders, handling }, stake))
}

fn untapped_potential(case: Case<'_>) -> Found {
    let account = case.account;
    let (potential, gap) = (account.annual_potential()?, case.draft.potential?);
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

fn returned(figures: &Figures) -> i64 {
    figures.returns + figures.claims.unwrap_or(0) + figures.reworks.unwrap_or(0)
}

/// The difference of two amounts of one account, which are far from the limits of what can be held.
fn minus(a: Money, b: Money) -> Money {
    narrow(i128::from(a.units()) - i128::from(b.units())).unwrap_or_default()
}
