//! One account on its way from facts to a place: everything that needs no other account.

use crate::cost::{AccountVolumes, Charge, Driver, RateCard};
use crate::error::Result;
use crate::facts::{Counting, FactsView, Field, Figures, KindAt, Terms};
use crate::ledger::Given;
use crate::margin::{Cascade, CascadeParts, Estimate, MarginRates, Parts, step_too_large};
use crate::money::{Money, narrow_or};
use crate::records::Id;
use crate::score::{GrowthMeasure, Measures, Quarters};
use crate::segment::CutOn;

/// What drafting an account takes besides its facts.
pub(crate) struct Drafting<'a> {
    pub(crate) counting: Counting,
    pub(crate) given: Given,
    pub(crate) drivers: &'a [Driver],
    pub(crate) margins: &'a MarginRates,
    pub(crate) growth: GrowthMeasure,
}

/// One account worked out. It is filled again for each account, so that accounts cost no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) figures: Figures,
    pub(crate) volumes: AccountVolumes,
    pub(crate) estimate: Estimate,
    pub(crate) charge: Charge,
    /// The cascade's parts by fiscal year; costs to serve are empty until they are charged.
    years: Vec<Parts>,
    /// Whether the discount and the cost of goods are known.
    known: (bool, bool),
    /// False when a part of a year cannot be held.
    fits: bool,
    quarters: Quarters,
    pub(crate) stability: Option<f64>,
    pub(crate) growth: Option<f64>,
    pub(crate) potential: Option<Money>,
    friction: Option<f64>,
}

impl Draft {
    /// Sets it to an account. `driver_of` says which driver counts a kind of events.
    pub(crate) fn fill(
        &mut self,
        view: &FactsView<'_>,
        terms: &Terms,
        with: &Drafting<'_>,
        driver_of: impl Fn(KindAt) -> Option<usize>,
    ) -> Result<()> {
        with.margins.estimate(view, &mut self.estimate);
        // Where both fail, it is the figures that say why.
        let volumes = self.volumes.fill(with.drivers, driver_of, view, terms, with.counting);
        self.figures = view.figures_of(&self.volumes.happened, with.counting, with.given, terms)?;
        volumes?;
        self.fill_years(view, with.given);
        self.quarters.fill(view);
        self.stability = self.quarters.stability();
        self.growth = self.quarters.growth(with.growth);
        self.potential = potential(view, terms)?;
        self.friction = terms.friction.map(|f| f.level());
        Ok(())
    }

    fn fill_years(&mut self, view: &FactsView<'_>, given: Given) {
        let estimate = &self.estimate;
        let (discount, cost) = (given.any_discount(), !estimate.impossible);
        let mut fits = true;
        let mut narrow = |units: i128| {
            fits &= i64::try_from(units).is_ok();
            units as i64
        };
        self.years.clear();
        let by_year = view.by_year(Field::Discount).zip(view.by_year(Field::CostOfGoods)).zip(&estimate.by_year);
        self.years.extend(by_year.map(|((given, known), estimated)| Parts {
            discount: if discount { given } else { 0 },
            cost_of_goods: if cost { narrow(i128::from(known) + estimated) } else { 0 },
            ..Parts::default()
        }));
        // The periods of a year follow each other.
        let (mut invoiced, mut credits) = (view.by_period(Field::Invoiced), view.by_period(Field::Credits));
        for periods in view.period_years().chunk_by(|a, b| a == b) {
            let parts = &mut self.years[usize::from(periods[0])];
            parts.invoiced = narrow(sum_of_first(&mut invoiced, periods.len()));
            parts.credits = narrow(sum_of_first(&mut credits, periods.len()));
        }
        for (period, credit) in view.event_credits() {
            let parts = &mut self.years[usize::from(view.period_years()[period])];
            parts.credits = narrow(i128::from(parts.credits) + credit);
        }
        (self.known, self.fits) = ((discount, cost), fits);
        self.volumes.net_revenue.clear();
        let net = |year: &Parts| i128::from(year.invoiced) - i128::from(year.credits);
        self.volumes.net_revenue.extend(self.years.iter().map(net));
    }

    /// Charges what serving it costs.
    pub(crate) fn charge(&mut self, card: &RateCard, id: &Id) -> Result<()> {
        card.charge(&self.volumes, id, &mut self.charge)?;
        for (parts, steps) in self.years.iter_mut().zip(&self.charge.years) {
            self.fits &= parts.set_costs(steps);
        }
        Ok(())
    }

    /// The parts of its cascade over the window; an error when one of them, or one of a fiscal year, cannot be held.
    pub(crate) fn total(&self) -> Result<Parts> {
        if self.fits { Parts::sum(&self.years) } else { Err(step_too_large()) }
    }

    /// Parts of its cascade as far as they are known.
    #[inline]
    pub(crate) fn known(&self, parts: &Parts) -> CascadeParts {
        parts.known(self.known.0, self.known.1)
    }

    /// The parts of its cascade by fiscal year, as far as they are known.
    #[inline]
    pub(crate) fn years(&self) -> impl Iterator<Item = CascadeParts> {
        self.years.iter().map(|year| self.known(year))
    }

    /// Net revenue of its complete quarters.
    pub(crate) fn quarters(&self) -> &Quarters {
        &self.quarters
    }

    /// What the components are measured from, once the costs are known.
    pub(crate) fn measures(&self, gross_margin: Option<Money>, cost_to_serve: Money) -> Measures {
        Measures {
            net_revenue: self.figures.net_revenue,
            gross_margin,
            cost_to_serve,
            stability: self.stability,
            growth: self.growth,
            potential: self.potential,
            friction: self.friction,
        }
    }
}

impl Measures {
    /// What an absolute cut is made on. A cut on the cost ratio is a share of revenue, whatever the ratio is scored by.
    pub(crate) fn on(&self, of: CutOn, figures: &Figures, cascade: &Cascade) -> Option<f64> {
        match of {
            CutOn::Component(component) => self.value(component, figures, None),
            CutOn::NetMargin => cascade.net_margin.map(Self::money),
            CutOn::CostToServe => Some(Self::money(cascade.cost_to_serve)),
        }
    }
}

/// Adds the first of some amounts up and leaves the others. There may be none at all, which are 0.
#[inline]
fn sum_of_first(amounts: &mut &[i64], count: usize) -> i128 {
    let (first, others) = amounts.split_at(count.min(amounts.len()));
    *amounts = others;
    first.iter().map(|units| i128::from(*units)).sum()
}

/// Annual potential less the net revenue of the last twelve months; not known when those start before the first day that
/// counts.
fn potential(view: &FactsView<'_>, terms: &Terms) -> Result<Option<Money>> {
    let (Some(annual), Some(recent)) = (terms.annual_potential, view.recent()) else { return Ok(None) };
    let own = |field| view.by_period(field).iter().skip(recent).map(|units| i128::from(*units)).sum::<i128>();
    let revenue = own(Field::Invoiced) - own(Field::Credits);
    let credits: i128 = view.event_credits().filter(|(at, _)| *at >= recent).map(|(_, credit)| credit).sum();
    narrow_or(i128::from(annual.units()) - revenue + credits, "an account's potential").map(Some)
}
