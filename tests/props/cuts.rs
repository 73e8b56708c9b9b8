//! Cuts that follow from the values: natural breaks and computed ABC, against all ways to cut and exact fractions.

use crate::oracle::{self, natural_floors};
use crate::strategy::config;
use portefeuille::segment::{TierCut, TierRules, computed_abc, natural_breaks, tiers};
use portefeuille::{Money, Tier};
use proptest::prelude::*;

/// Values with ties, symmetries and gaps, around zero and far from it.
fn values(most: usize) -> impl Strategy<Value = Vec<i64>> {
    let some = prop_oneof![
        4 => -4i64..12,
        2 => (0i64..9).prop_map(|n| n * n * n),
        1 => (0i64..6).prop_map(|n| 1_000_000_007 + n),
        1 => any::<i32>().prop_map(i64::from),
    ];
    prop::collection::vec(some, 0..most)
}

fn monies(units: &[i64]) -> Vec<Money> {
    units.iter().map(|u| Money::from_units(*u)).collect()
}

fn both(cut: TierCut) -> TierRules {
    TierRules { a: cut, b: cut, ..TierRules::default() }
}

fn exact(values: &[i64]) -> Vec<i128> {
    values.iter().map(|v| i128::from(*v)).collect()
}

proptest! {
    #![proptest_config(config())]

    /// Would break with a split that is only nearly the best, or a tie that falls the other way.
    #[test]
    fn g15_natural_breaks_are_the_best_of_all(values in values(14), classes in 1usize..5) {
        let floats: Vec<f64> = values.iter().map(|v| *v as f64).collect();
        let expected = natural_floors(&exact(&values), classes);
        let Some(found) = natural_breaks(&floats, classes) else {
            prop_assert!(values.is_empty());
            return Ok(());
        };
        let floors: Vec<i128> = found.classes.iter().map(|class| class.smallest as i128).collect();
        prop_assert_eq!(&floors, &expected);
        prop_assert_eq!(found.classes.iter().map(|class| class.count).sum::<usize>(), values.len());
        prop_assert!((0.0..=1.0).contains(&found.fit));
        for class in &found.classes {
            let own = floats.iter().filter(|v| class.smallest <= **v && **v <= class.largest);
            prop_assert_eq!(own.count(), class.count);
        }
    }

    /// Would break with a break that moves when everything is measured from elsewhere, or in another unit.
    #[test]
    fn g15_natural_breaks_do_not_depend_on_order_origin_or_unit(values in values(60), classes in 1usize..9) {
        let ends = |values: Vec<f64>| {
            let classes = natural_breaks(&values, classes).map_or_else(Vec::new, |breaks| breaks.classes);
            classes.iter().map(|class| class.count).collect::<Vec<_>>()
        };
        let plain = ends(values.iter().map(|v| *v as f64).collect());
        prop_assert_eq!(&plain, &ends(values.iter().rev().map(|v| *v as f64).collect()));
        prop_assert_eq!(&plain, &ends(values.iter().map(|v| (*v + (1 << 40)) as f64).collect()));
        prop_assert_eq!(&plain, &ends(values.iter().map(|v| *v as f64 * 2f64.powi(900)).collect()));
        let missing = values.iter().flat_map(|v| [*v as f64, f64::NAN, f64::INFINITY]);
        prop_assert_eq!(&plain, &ends(missing.collect()));
    }

    /// Would break with limits that are not those of the curve, or tiers on the wrong side of them.
    #[test]
    fn g9_p34_tiers_by_break_and_by_curve_are_those_of_fractions(values in values(14), curve in any::<bool>()) {
        let rules = both(if curve { TierCut::Computed } else { TierCut::Jenks });
        let (found, limits) = tiers(&monies(&values), &rules);
        prop_assert_eq!(&found, &oracle::tiers(&exact(&values), &rules));
        // A frozen limit gives each account its own tier back, as a scorer does.
        for (measure, tier) in monies(&values).into_iter().zip(&found) {
            prop_assert_eq!(limits.tier(measure), *tier);
        }
    }

    /// Would break with tiers that follow the order of the accounts, or that a newcomer without value moves.
    #[test]
    fn p31_tiers_by_break_and_by_curve_follow_the_measure(values in values(60), curve in any::<bool>()) {
        let rules = both(if curve { TierCut::Computed } else { TierCut::Jenks });
        let (found, limits) = tiers(&monies(&values), &rules);
        let pairs = || values.iter().zip(&found);
        for (value, tier) in pairs() {
            prop_assert!(*value > 0 || *tier == Tier::C);
            prop_assert!(pairs().all(|(other, its)| other > value || its >= tier));
        }
        let backwards: Vec<i64> = [0, -3].into_iter().chain(values.iter().rev().copied()).collect();
        let (again, same_limits) = tiers(&monies(&backwards), &rules);
        prop_assert_eq!(limits, same_limits);
        prop_assert!(again[2..].iter().rev().eq(&found));
        prop_assert_eq!(computed_abc(&monies(&backwards)), computed_abc(&monies(&values)));
    }
}
