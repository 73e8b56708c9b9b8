//! Permutations, splits and merges: the result depends on what the records are, never on how they came.

use crate::build::{analyze, ledger, ledger_with, shown};
use crate::models::models;
use crate::oracle::Records;
use crate::strategy::{config, day, faulty_records, records};
use portefeuille::facts::{Counting, CreditsDated, ReturnsFrom, RushFrom};
use portefeuille::{Code, Date, FactSpec, FactTable, Id, Model, Order, Policy, money};
use proptest::prelude::*;

/// A small generator for shuffles and splits: the cases themselves come from proptest.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

fn shuffled(records: &Records, seed: u64) -> Records {
    let mut dice = Dice(seed);
    let mut records = records.clone();
    dice.shuffle(&mut records.customers);
    dice.shuffle(&mut records.orders);
    records.lines.iter_mut().for_each(|lines| dice.shuffle(lines));
    records.events.iter_mut().for_each(|events| dice.shuffle(events));
    records
}

/// The part of each order: notes that count on the date of another order go with it.
fn parts_of(orders: &[Order], parts: usize, with_credited: bool, dice: &mut Dice) -> Vec<usize> {
    let mut of: Vec<usize> = orders.iter().map(|_| dice.below(parts)).collect();
    if with_credited {
        // Chains of corrections end up in one part.
        for _ in 0..orders.len() {
            for (at, order) in orders.iter().enumerate() {
                let corrected = orders.iter().position(|o| Some(&o.order_id) == order.credits_order_id.as_ref());
                let together = corrected.map_or(of[at], |other| of[at].min(of[other]));
                of[at] = together;
                corrected.iter().for_each(|other| of[*other] = together);
            }
        }
    }
    of
}

/// Splits records so that each order with its lines, and each event, lies in exactly one part; customers in all.
fn split(records: &Records, parts: usize, with_credited: bool, seed: u64) -> Vec<Records> {
    let mut dice = Dice(seed);
    let of_order = parts_of(&records.orders, parts, with_credited, &mut dice);
    let of_event: Vec<usize> = records.events.iter().flatten().map(|_| dice.below(parts)).collect();
    let part_of = |id: &Id| records.orders.iter().position(|o| o.order_id == *id).map(|at| of_order[at]);
    let part = |part: usize| Records {
        customers: records.customers.clone(),
        orders: records.orders.iter().zip(&of_order).filter(|(_, p)| **p == part).map(|(o, _)| o.clone()).collect(),
        lines: records
            .lines
            .as_ref()
            .map(|all| all.iter().filter(|l| part_of(&l.order_id) == Some(part)).cloned().collect()),
        events: records
            .events
            .as_ref()
            .map(|all| all.iter().zip(&of_event).filter(|(_, p)| **p == part).map(|(e, _)| e.clone()).collect()),
    };
    (0..parts).map(part).collect()
}

fn spec(model: &Model, records: &Records) -> FactSpec {
    let last = records.orders.iter().map(|o| o.ordered_on).max();
    model.fact_spec(model.as_of.or(last).unwrap_or(Date::MIN.next_day()))
}

fn facts(records: &Records, spec: &FactSpec) -> FactTable {
    FactTable::from_ledger(&ledger(records), spec.clone()).unwrap()
}

fn merged(parts: &[FactTable], spec: &FactSpec) -> FactTable {
    parts.iter().fold(FactTable::new(spec.clone()), |mut all, part| {
        all.merge(part).unwrap();
        all
    })
}

/// What each account's facts show, as text.
fn told(table: &FactTable, records: &Records) -> Vec<String> {
    let countings = [
        Counting { rush: RushFrom::Orders, returns: ReturnsFrom::Events },
        Counting { rush: RushFrom::Events, returns: ReturnsFrom::CreditNotes },
        Counting { rush: RushFrom::Sum, returns: ReturnsFrom::Sum },
    ];
    let tell = |id: &Id| {
        // A customer that was set aside has no facts.
        let Ok(facts) = table.facts(id) else { return format!("{id} nothing") };
        let figures: Vec<_> = countings.iter().map(|c| facts.figures(*c).unwrap()).collect();
        let rest = (facts.events(), facts.order_dates(), facts.families(), facts.window_start());
        format!("{id} {figures:?} {rest:?}")
    };
    records.customers.iter().map(|c| tell(&c.customer_id)).collect()
}

proptest! {
    #![proptest_config(config())]

    /// Would break with anything that depends on which record came first: ties, conflicts, the names of kinds.
    #[test]
    fn p11_any_order_of_the_records_gives_the_same_result(
        records in faulty_records(), seed in models(), shuffle in any::<u64>(),
    ) {
        let [model, _] = seed.models(&records);
        match (analyze(&records, &model), analyze(&shuffled(&records, shuffle), &model)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(shown(&a), shown(&b)),
            (a, b) => prop_assert_eq!(a.err().map(|e| e.to_string()), b.err().map(|e| e.to_string())),
        }
        let spec = spec(&model, &records);
        let (a, b) = (facts(&records, &spec), facts(&shuffled(&records, shuffle), &spec));
        prop_assert!(a == b);
        prop_assert_eq!(told(&a, &records), told(&b, &records));
    }

    /// Would break with a fact that cannot be added up from parts.
    #[test]
    fn p12_any_split_merged_in_any_order_gives_the_same_facts(
        records in records(), seed in models(), shuffle in any::<u64>(),
    ) {
        let model = seed.plain();
        let spec = spec(&model, &records);
        let whole = facts(&records, &spec);
        for parts in [1, 2, 3, 7, records.orders.len().max(1)] {
            let split = split(&records, parts, model.credits_dated == CreditsDated::Order, shuffle);
            let mut tables: Vec<FactTable> = split.iter().map(|part| facts(part, &spec)).collect();
            Dice(shuffle).shuffle(&mut tables);
            let merged = merged(&tables, &spec);
            prop_assert!(merged == whole, "{parts} parts");
            prop_assert_eq!(told(&merged, &records), told(&whole, &records));
        }
    }

    /// Would break with a fact that files do not keep, and with events that become sure in one place only.
    #[test]
    #[cfg(feature = "csv")]
    fn p12_facts_from_files_are_those_that_were_written(
        records in records(), seed in models(), shuffle in any::<u64>(),
    ) {
        let model = seed.plain();
        let spec = spec(&model, &records);
        let whole = facts(&records, &spec);
        let parts = split(&records, 3, model.credits_dated == CreditsDated::Order, shuffle);
        let folder = std::env::temp_dir().join(format!("portefeuille-props-{}", std::process::id()));
        let through_files = |table: &FactTable| {
            table.write_folder(&folder).unwrap();
            FactTable::read_folder(&folder).unwrap()
        };
        let read: Vec<FactTable> = parts.iter().map(|part| through_files(&facts(part, &spec))).collect();
        prop_assert!(merged(&read, &spec) == whole);
        let again = through_files(&whole);
        prop_assert!(again == whole);
        prop_assert_eq!(told(&again, &records), told(&whole, &records));
        let bytes = || portefeuille::io::FACTS_FILES.map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
        let written = bytes();
        merged(&read, &spec).write_folder(&folder).unwrap();
        prop_assert_eq!(bytes(), written);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    /// Would break with parts that were made without the table of lines, because none of them is theirs.
    #[test]
    fn p12_a_part_need_not_have_every_table(records in records(), seed in models(), shuffle in any::<u64>()) {
        let model = seed.plain();
        let spec = spec(&model, &records);
        let mut parts = split(&records, 3, model.credits_dated == CreditsDated::Order, shuffle);
        for part in &mut parts {
            part.lines = part.lines.take().filter(|l| !l.is_empty());
            part.events = part.events.take().filter(|e| !e.is_empty());
        }
        // Customers stand in one part alone; the others make them of the ids that they meet.
        let alone = Records {
            customers: records.customers.clone(),
            lines: records.lines.as_ref().map(|_| Vec::new()),
            events: records.events.as_ref().map(|_| Vec::new()),
            ..Records::default()
        };
        let mut tables = vec![facts(&alone, &spec)];
        for part in &parts {
            let part = Records { customers: Vec::new(), ..part.clone() };
            let ledger = ledger_with(&part, Policy::new().implicit_customers(true));
            tables.push(FactTable::from_ledger(&ledger, spec.clone()).unwrap());
        }
        prop_assert!(merged(&tables, &spec) == facts(&records, &spec));
    }

    /// Would break with a merge that overwrites, counts twice or keeps places instead of names.
    #[test]
    fn p13_merging_is_associative_and_commutative_and_nothing_is_its_identity(
        records in records(), seed in models(), shuffle in any::<u64>(),
    ) {
        let model = seed.plain();
        let spec = spec(&model, &records);
        let parts = split(&records, 3, model.credits_dated == CreditsDated::Order, shuffle);
        let [a, b, c] = [0, 1, 2].map(|at| facts(&parts[at], &spec));
        let plus = |x: &FactTable, y: &FactTable| {
            let mut sum = x.clone();
            sum.merge(y).unwrap();
            sum
        };
        prop_assert!(plus(&plus(&a, &b), &c) == plus(&a, &plus(&b, &c)));
        prop_assert!(plus(&a, &b) == plus(&b, &a));
        let nothing = FactTable::new(spec.clone());
        prop_assert!(plus(&a, &nothing) == a);
        prop_assert!(plus(&nothing, &a) == a);
        if !records.orders.is_empty() {
            prop_assert!(plus(&a, &plus(&b, &c)) != FactTable::new(spec), "equality tells tables apart");
        }
    }
}

/// Would break with a field of the specification that two tables may differ in unnoticed.
#[test]
fn p13_facts_of_different_specifications_do_not_mix() {
    let spec = FactSpec::new(day(900));
    let other = |change: &dyn Fn(&mut FactSpec)| {
        let mut other = spec.clone();
        change(&mut other);
        other
    };
    let others = [
        ("as_of", other(&|s| s.as_of = day(901))),
        ("history_years", other(&|s| s.history_years = 2)),
        ("history_from", other(&|s| s.history_from = Some(day(5)))),
        ("fiscal_year_start_month", other(&|s| s.fiscal_year_start_month = 4)),
        ("small_order_below", other(&|s| s.small_order_below = Some(money("20")))),
        ("credits_dated", other(&|s| s.credits_dated = CreditsDated::Order)),
    ];
    for (field, other) in others {
        let error = FactTable::new(spec.clone()).merge(&FactTable::new(other)).unwrap_err();
        assert_eq!(error.code(), Code::SpecDiffers);
        assert_eq!(error.location().column.as_deref(), Some(field));
        assert!(error.problem().hint.is_some(), "{error}");
    }
}
