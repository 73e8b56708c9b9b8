//! Amounts: read and printed exactly, never wrapped, shared out to the last unit.

use crate::oracle::{fraction, largest_remainder};
use crate::strategy::config;
use num_rational::BigRational;
use portefeuille::{Money, Quantity, Rate, split};
use proptest::prelude::*;

/// A pool and weights of which at least one counts; equal and zero weights are common.
fn shares() -> impl Strategy<Value = (Money, Vec<i64>)> {
    let weight = prop_oneof![Just(0i64), 1i64..6, 0i64..1_000_000_000_000, Just(i64::MAX)];
    let weights = prop::collection::vec(weight, 1..40).prop_filter("some weight", |w| w.iter().any(|w| *w > 0));
    let pool = prop_oneof![-100_000i64..100_000, any::<i64>().prop_filter("has an opposite", |p| *p != i64::MIN)];
    (pool.prop_map(Money::from_units), weights)
}

fn exact(pool: Money, weights: &[i64], at: usize) -> BigRational {
    let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    fraction(pool.units().into(), 1) * fraction(weights[at].into(), total)
}

fn wide(weights: &[i64]) -> Vec<i128> {
    weights.iter().map(|w| i128::from(*w)).collect()
}

/// Texts that are nearly amounts.
fn amount_text() -> impl Strategy<Value = String> {
    prop_oneof!["-?[0-9]{1,20}(\\.[0-9]{1,6})?", "[-+0-9.eE_, ]{0,12}", any::<String>()]
}

proptest! {
    #![proptest_config(config())]

    /// Would break with a number that passes through a float on its way in or out.
    #[test]
    fn p01_amounts_survive_printing_and_reading(units in any::<i64>()) {
        let money = Money::from_units(units);
        prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        let quantity = Quantity::from_units(units);
        prop_assert_eq!(quantity.to_string().parse::<Quantity>().unwrap(), quantity);
        let rate = Rate::from_units(units);
        prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    /// Would break with a reader that rounds, guesses or panics.
    #[test]
    fn p01_what_is_read_is_exactly_what_was_written(text in amount_text()) {
        let Ok(money) = text.parse::<Money>() else { return Ok(()) };
        let (whole, decimals) = text.trim_start_matches('-').split_once('.').unwrap_or((&text, ""));
        let digits = format!("{}{decimals:0<4}", whole.trim_start_matches('-'));
        let (kept, beyond) = digits.split_at(digits.len() - decimals.len().max(4) + 4);
        prop_assert!(beyond.bytes().all(|b| b == b'0'), "{text} has more decimals than are kept");
        let magnitude: i128 = kept.parse().unwrap();
        let sign = if text.starts_with('-') { -1 } else { 1 };
        prop_assert_eq!(i128::from(money.units()), sign * magnitude);
        let canonical = money.to_string();
        prop_assert_eq!(canonical.parse::<Money>().unwrap().to_string(), canonical);
    }

    /// Would break with arithmetic that wraps or panics.
    #[test]
    fn p02_what_cannot_be_held_is_said(a in any::<i64>(), b in any::<i64>()) {
        let (x, y) = (Money::from_units(a), Money::from_units(b));
        let fits = |exact: i128| i64::try_from(exact).ok().map(Money::from_units);
        prop_assert_eq!(x.checked_add(y), fits(i128::from(a) + i128::from(b)));
        prop_assert_eq!(x.checked_sub(y), fits(i128::from(a) - i128::from(b)));
        let product = fraction(i128::from(a) * i128::from(b), 10_000);
        let found = x.checked_mul(Quantity::from_units(b));
        match found {
            Some(money) => {
                let off = fraction(money.units().into(), 1) - &product;
                prop_assert!(off.clone() <= fraction(1, 2) && off >= fraction(-1, 2));
                let tie = (product.clone() * fraction(2, 1)).is_integer() && !product.is_integer();
                prop_assert!(!tie || money.units() % 2 == 0, "half to even");
            }
            None => prop_assert!(product.to_integer().bits() >= 63),
        }
    }

    /// Would break with shares that are each rounded on their own.
    #[test]
    fn p03_shares_add_up_to_the_pool((pool, weights) in shares()) {
        let shares = split(pool, &weights).unwrap();
        prop_assert_eq!(shares.iter().map(|s| i128::from(s.units())).sum::<i128>(), i128::from(pool.units()));
        let expected = largest_remainder(pool.units().into(), &wide(&weights));
        prop_assert_eq!(shares.iter().map(|s| i128::from(s.units())).collect::<Vec<_>>(), expected);
    }

    /// Would break with units left over that all go to one account.
    #[test]
    fn p04_a_share_is_less_than_a_unit_away_from_the_exact_one((pool, weights) in shares()) {
        for (at, share) in split(pool, &weights).unwrap().iter().enumerate() {
            let off = fraction(share.units().into(), 1) - exact(pool, &weights, at);
            prop_assert!(off.clone() < fraction(1, 1) && off > fraction(-1, 1));
        }
    }

    /// Would break with a unit that goes to an account without any volume.
    #[test]
    fn p05_no_weight_no_share((pool, weights) in shares()) {
        let shares = split(pool, &weights).unwrap();
        prop_assert!(weights.iter().zip(&shares).all(|(w, s)| *w > 0 || *s == Money::ZERO));
    }

    /// Would break with ties that are not settled by position, which is the id.
    #[test]
    fn p06_equal_weights_differ_by_one_unit_that_goes_to_the_lowest((pool, weights) in shares()) {
        let shares = split(pool, &weights).unwrap();
        for a in 0..weights.len() {
            for b in (a + 1..weights.len()).filter(|b| weights[*b] == weights[a]) {
                let more = shares[a].units().abs() - shares[b].units().abs();
                prop_assert!(more == 0 || more == 1, "{more} more for the first");
            }
        }
    }

    /// Would break with a share that depends on anything but weights and positions among equals.
    #[test]
    fn p07_permuting_weights_permutes_shares((pool, weights) in shares(), turn in 0usize..40) {
        let turn = turn % weights.len();
        let turned: Vec<i64> = weights.iter().cycle().skip(turn).take(weights.len()).copied().collect();
        let pairs = |weights: &[i64]| {
            let mut pairs: Vec<_> = weights.iter().copied().zip(split(pool, weights).unwrap()).collect();
            pairs.sort();
            pairs
        };
        prop_assert_eq!(pairs(&weights), pairs(&turned));
    }

    /// Would break with an account that pays less for doing more.
    #[test]
    fn p08_own_weight_up_own_share_not_down((pool, weights) in shares(), at in any::<prop::sample::Index>()) {
        let at = at.index(weights.len());
        let mut heavier = weights.clone();
        heavier[at] = heavier[at].saturating_add(1 + heavier[at] / 3);
        let (before, after) = (split(pool, &weights).unwrap()[at], split(pool, &heavier).unwrap()[at]);
        prop_assert!(after.units().abs() >= before.units().abs());
    }

    /// Would break with a share that jumps when the pool hardly moves.
    #[test]
    fn p09_one_unit_more_moves_each_share_by_at_most_one((pool, weights) in shares()) {
        let Some(more) = pool.checked_add(Money::from_units(1)) else { return Ok(()) };
        let (before, after) = (split(pool, &weights).unwrap(), split(more, &weights).unwrap());
        for (a, b) in before.iter().zip(&after) {
            prop_assert!((a.units() - b.units()).abs() <= 1);
        }
    }

    /// Would break with pools that cannot be compared with their sum.
    #[test]
    fn p10_two_pools_and_their_sum_are_at_most_two_units_apart((pool, weights) in shares(), other in 0i64..10_000_000) {
        // Of one sign: shares are rounded towards 0 on both sides of it.
        let other = Money::from_units(if pool.is_negative() { -other } else { other });
        let Some(both) = pool.checked_add(other) else { return Ok(()) };
        let [a, b, sum] = [pool, other, both].map(|p| split(p, &weights).unwrap());
        for at in 0..weights.len() {
            let apart = i128::from(a[at].units()) + i128::from(b[at].units()) - i128::from(sum[at].units());
            prop_assert!(apart.abs() <= 2, "{apart}");
        }
    }
}
