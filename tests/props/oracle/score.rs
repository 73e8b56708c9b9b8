//! Components, scales, scores and tiers, as the method writes them.

use super::cuts::{computed_limits, natural_floors};
use super::numbers::{fraction, mid_rank, nine, quantile, ratio};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use portefeuille::model::Weights;
use portefeuille::score::{GrowthMeasure, Normalisation};
use portefeuille::segment::{Crossing, TierCut, TierRules};
use portefeuille::{Component, Model, Money, Side, Tier};

/// The weights of an axis, zeros left out, in the order of the method's table.
pub(crate) fn weights(model: &Model, side: Side, priced: bool) -> Vec<(Component, f64)> {
    use Component::*;
    let table: Vec<(Component, f64)> = match side {
        Side::Value => {
            vec![(GrossMargin, 0.50), (MarginRate, 0.20), (Stability, 0.15), (Growth, 0.15), (Potential, 0.0)]
        }
        Side::Complexity => {
            let (ratio, in_its_place) = if priced { (0.50, 0.0) } else { (0.0, 0.25) };
            vec![
                (CostToServeRatio, ratio),
                (SmallOrderShare, 0.10),
                (RushShare, 0.10),
                (ReturnRate, 0.10),
                (SupportIntensity, 0.10),
                (Friction, 0.10),
                (DisruptionRate, in_its_place),
                (ClaimRate, in_its_place),
            ]
        }
    };
    let named: Option<&Weights> = if side == Side::Value { model.value.as_ref() } else { model.complexity.as_ref() };
    let weigh = |(component, default)| match named {
        Some(named) => (component, named.get(&component).copied().unwrap_or(0.0)),
        None => (component, default),
    };
    table.into_iter().map(weigh).filter(|(_, weight)| *weight > 0.0).collect()
}

/// −√(nΣx² − (Σx)²) / Σx.
pub(crate) fn stability(quarters: &[i128]) -> Option<f64> {
    let (n, sum) = (quarters.len(), quarters.iter().sum::<i128>());
    if n < 4 || sum <= 0 {
        return None;
    }
    let squares: BigInt = quarters.iter().map(|x| BigInt::from(*x) * x).sum();
    let spread = BigInt::from(n) * squares - BigInt::from(sum) * sum;
    Some(nine(-spread.to_f64().unwrap().sqrt() / sum as f64))
}

pub(crate) fn growth(quarters: &[i128], measure: GrowthMeasure) -> Option<f64> {
    let n = quarters.len();
    let sum: i128 = quarters.iter().sum();
    if n < 8 {
        return None;
    }
    match measure {
        GrowthMeasure::YearOnYear => {
            let last: i128 = quarters[n - 4..].iter().sum();
            let before: i128 = quarters[n - 8..n - 4].iter().sum();
            if last + before <= 0 {
                return None;
            }
            ratio(2 * (last - before), last + before).map(|g| g.clamp(-2.0, 2.0))
        }
        _ if sum <= 0 => None,
        GrowthMeasure::LeastSquares => {
            // Σ(t − t̄)x / Σ(t − t̄)² a quarter, four times that a year, over the mean; t doubled to stay whole.
            let centred = |t: usize| 2 * t as i128 - (n as i128 - 1);
            let covariance: i128 = quarters.iter().enumerate().map(|(t, x)| centred(t) * x).sum();
            let variance: i128 = (0..n).map(|t| centred(t) * centred(t)).sum();
            let exact = fraction(8 * covariance * n as i128, variance * sum);
            Some(nine(exact.to_f64().unwrap()))
        }
        GrowthMeasure::TheilSen => {
            let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
            let mut slopes: Vec<_> = pairs.map(|(i, j)| fraction(quarters[j] - quarters[i], (j - i) as i128)).collect();
            slopes.sort();
            let half = slopes.len() / 2;
            let median = if slopes.len() % 2 == 1 {
                slopes[half].clone()
            } else {
                (&slopes[half - 1] + &slopes[half]) / fraction(2, 1)
            };
            Some(nine((median * fraction(4 * n as i128, sum)).to_f64().unwrap()))
        }
    }
}

/// The line of ln(cost to serve) on ln(net revenue), of at least 20 accounts: intercept and slope.
pub(crate) fn expected_line(accounts: &[(f64, f64)]) -> Option<(f64, f64)> {
    let points: Vec<(f64, f64)> =
        accounts.iter().filter(|(r, c)| *r > 0.0 && *c > 0.0).map(|(r, c)| (r.ln(), c.ln())).collect();
    if points.len() < 20 {
        return None;
    }
    let n = points.len() as f64;
    let (x, y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let covariance: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let variance: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    let slope = covariance / variance;
    slope.is_finite().then_some((y - slope * x, slope))
}

/// Values as 0…1, or `None` when they are all equal, or all missing.
pub(crate) fn scaled(component: Component, values: &[Option<f64>], how: Normalisation) -> Option<Vec<Option<f64>>> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let least = known.iter().copied().reduce(f64::min)?;
    let most = known.iter().copied().reduce(f64::max)?;
    if least == most {
        return None;
    }
    if component == Component::Friction {
        return Some(values.to_vec());
    }
    let between = |low: f64, high: f64| (low < high).then_some((low, high));
    let line = match how {
        Normalisation::MidRank => None,
        Normalisation::MinMax => between(least, most),
        Normalisation::RobustZ => {
            let median = quantile(&known, 0.5);
            let deviations: Vec<f64> = known.iter().map(|v| (v - median).abs()).collect();
            let spread = 1.4826 * quantile(&deviations, 0.5);
            between(median - 3.0 * spread, median + 3.0 * spread).filter(|_| spread > 0.0)
        }
        Normalisation::Winsorised { low, high } => between(quantile(&known, low), quantile(&known, high)),
    };
    let place = |own: f64| match line {
        Some((low, high)) => ((own - low) / (high - low)).clamp(0.0, 1.0),
        None => mid_rank(&known, own),
    };
    Some(values.iter().map(|v| v.map(place)).collect())
}

/// Σwc / Σw over the components present, rounded to nine decimals. The friction note never decides alone.
pub(crate) fn score(parts: &[(Component, f64, Option<f64>)]) -> Option<f64> {
    let present = parts.iter().filter_map(|(component, weight, scaled)| Some((*component, *weight, (*scaled)?)));
    let (mut sum, mut weights) = (0.0, 0.0);
    for (_, weight, scaled) in present.clone() {
        sum += weight * scaled;
        weights += weight;
    }
    let measured = present.clone().any(|(component, ..)| component != Component::Friction);
    measured.then(|| nine(sum / weights))
}

/// The tiers of measures that stand in id order.
pub(crate) fn tiers(measures: &[i128], rules: &TierRules) -> Vec<Tier> {
    let positive: Vec<i128> = measures.iter().copied().filter(|m| *m > 0).collect();
    let (floor_a, floor_b) = match rules.a {
        TierCut::Jenks => {
            let mut floors = natural_floors(&positive, 3).into_iter().rev();
            (floors.next(), floors.next())
        }
        TierCut::Computed => computed_limits(&positive).map(|(a, c)| (a + 1, c)).unzip(),
        _ => return measures.iter().enumerate().map(|(at, _)| tier(measures, at, rules)).collect(),
    };
    let reaches = |own: i128, floor: Option<i128>| own > 0 && floor.is_some_and(|floor| own >= floor);
    let place = |own: &i128| match (reaches(*own, floor_a), reaches(*own, floor_b)) {
        (true, _) => Tier::A,
        (false, true) => Tier::B,
        (false, false) => Tier::C,
    };
    measures.iter().map(place).collect()
}

fn tier(measures: &[i128], at: usize, rules: &TierRules) -> Tier {
    let own = measures[at];
    if own <= 0 {
        return Tier::C;
    }
    let total: i128 = measures.iter().filter(|m| **m > 0).sum();
    let stands_before = |(other, m): &(usize, &i128)| **m > own || (**m == own && *other < at);
    let before: i128 = measures.iter().enumerate().filter(stands_before).map(|(_, m)| m).sum();
    let within = |cut: TierCut| match cut {
        TierCut::Share(share) => {
            let limit = fraction(share.units().into(), 1_000_000_000);
            match rules.crossing {
                Crossing::In => fraction(before, total) < limit,
                Crossing::Out => fraction(before + own, total) <= limit,
            }
        }
        TierCut::Money(money) => own >= Money::units(money).into(),
        TierCut::Quantile(p) => {
            let all: Vec<f64> = measures.iter().map(|m| *m as f64).collect();
            own as f64 >= quantile(&all, p)
        }
        other => unreachable!("{other:?}"),
    };
    if within(rules.a) {
        Tier::A
    } else if within(rules.b) {
        Tier::B
    } else {
        Tier::C
    }
}
