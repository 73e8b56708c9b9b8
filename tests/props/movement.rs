//! Two dates of one ledger: who moved, what moved each, and what must not.

use crate::build::{ledger, shown};
use crate::models::models;
use crate::oracle::Records;
use crate::strategy::{config, day, last_day, records};
use portefeuille::insight::{Place, Standing, Transitions};
use portefeuille::migration::{AccountMove, Migration, Snapshots, Stability};
use portefeuille::parallel::with_threads;
use portefeuille::score::Scale;
use portefeuille::segment::Hysteresis;
use portefeuille::{Component, Date, Model, Money, Quadrant, Side, Status};
use proptest::prelude::*;
use std::fmt::Write;

const SIDES: [Side; 2] = [Side::Value, Side::Complexity];

/// Two days, the first one after the first order where there is any.
fn dates() -> impl Strategy<Value = (Date, Date)> {
    (200i32..1_250, 1i32..700).prop_map(|(from, more)| (day(from), day((from + more).min(1_300))))
}

/// The model without what an analysis of one date may refuse at another.
fn at_any_date(mut model: Model) -> Model {
    model.history_from = model.history_from.filter(|from| *from < day(199));
    model
}

fn snapshots(records: &Records, model: &Model, (from, to): (Date, Date)) -> Option<Snapshots> {
    model.at_two_dates(&ledger(records), from, to).ok()
}

fn told(account: AccountMove<'_>) -> String {
    let places = (account.from().name(), account.to().name(), account.held().name());
    let tiers = (account.tier_from().name(), account.tier_to().name());
    format!("{:?} {places:?} {tiers:?} {:?}", account.id(), SIDES.map(|side| account.axis(side)))
}

/// Everything that a comparison says.
fn all(migration: &Migration<'_>) -> String {
    let mut text = String::new();
    migration.accounts().for_each(|account| writeln!(text, "{}", told(account)).unwrap());
    let matrices = (migration.quadrants(), migration.held(), migration.tiers(), Stability::of(migration));
    write!(text, "{matrices:?}").unwrap();
    text
}

/// Where an account of a portfolio stood, by its id.
fn looked_up(migration: &Migration<'_>, after: bool, id: &portefeuille::Id) -> Standing<Quadrant> {
    let portfolio = if after { migration.after() } else { migration.before() };
    let Ok(account) = portfolio.account(id) else { return Standing::Absent };
    match (account.status(), account.quadrant()) {
        (Status::Dormant, _) => Standing::Absent,
        (_, Some(quadrant)) => Standing::At(quadrant),
        (_, None) => Standing::NotPlaced,
    }
}

fn counted<P: Place>(transitions: &Transitions<P>, accounts: usize) -> bool {
    let rows: usize = Standing::<P>::all().map(|from| transitions.from(from).accounts).sum();
    let columns: usize = Standing::<P>::all().map(|to| transitions.to(to).accounts).sum();
    (transitions.total().accounts, rows, columns) == (accounts, accounts, accounts)
}

proptest! {
    #![proptest_config(config())]

    /// Would break with an account that is counted twice or not at all, or one whose place is another date's.
    #[test]
    fn p43_the_matrix_adds_up_to_the_accounts(records in records(), seed in models(), dates in dates()) {
        let model = at_any_date(seed.plain());
        let Some(snapshots) = snapshots(&records, &model, dates) else { return Ok(()) };
        let migration = snapshots.migration().unwrap();
        prop_assert_eq!(migration.accounts().len(), migration.after().len());
        for account in migration.accounts() {
            prop_assert_eq!(account.from(), looked_up(&migration, false, account.id()));
            prop_assert_eq!(account.to(), looked_up(&migration, true, account.id()));
            prop_assert_eq!(account.id(), migration.account(account.id()).unwrap().id());
        }
        let accounts = migration.accounts().len();
        prop_assert!(counted(migration.quadrants(), accounts) && counted(migration.tiers(), accounts));
        prop_assert!(counted(migration.held(), accounts));
        let total = migration.quadrants().total();
        for (worth, portfolio) in [(total.before, migration.before()), (total.after, migration.after())] {
            let cascade = portfolio.total().unwrap().cascade;
            prop_assert_eq!(worth.revenue.units(), i128::from(cascade.net_revenue.units()));
            prop_assert_eq!(worth.net_margin.map(|m| m.units()), cascade.net_margin.map(|m| i128::from(m.units())));
        }
        prop_assert_eq!(migration.moved().len(), migration.quadrants().moved().accounts);
        let stakes: Vec<Money> = migration.moved().iter().map(|account| account.stake()).collect();
        prop_assert!(stakes.is_sorted_by(|a, b| a >= b));
    }

    /// Would break with a component that is forgotten on one of the dates, or parts that do not make the whole.
    #[test]
    fn p44_what_moved_an_account_adds_up(records in records(), seed in models(), dates in dates()) {
        let model = at_any_date(seed.plain());
        let Some(snapshots) = snapshots(&records, &model, dates) else { return Ok(()) };
        let migration = snapshots.migration().unwrap();
        for account in migration.accounts() {
            for side in SIDES {
                let Some(axis) = account.axis(side) else { continue };
                let (before, after) = (account.before().unwrap(), account.after().unwrap());
                prop_assert_eq!(Some(axis.score_before), before.score(side));
                prop_assert_eq!(Some(axis.score_after), after.score(side));
                let sum: f64 = axis.components.iter().map(|c| c.change()).sum();
                prop_assert!((sum - axis.change()).abs() < 2e-9, "{sum} {}", axis.change());
                prop_assert!((axis.own + axis.others - axis.change()).abs() < 2e-9);
                prop_assert!((axis.own - own(&migration, account, side)).abs() < 2e-9);
                let sides = [before, after].map(|at| at.distance(side).map(|d| d >= 0.0));
                let crossed = sides[0].zip(sides[1]).and_then(|(a, b)| (a != b).then_some(b));
                prop_assert_eq!(axis.crossed(), crossed);
                let up = crossed.unwrap_or(axis.change() >= 0.0);
                let along = |c: f64| if up { c } else { -c };
                let most = axis.components.iter().map(|c| along(c.change())).fold(0.0, f64::max);
                match axis.main() {
                    Some(main) => prop_assert!((along(main.change()) - most).abs() < 2e-9 && most > 0.0),
                    None => prop_assert!(most < 1e-9),
                }
            }
        }
    }

    /// Would break with a move that comes of nothing: the same date twice.
    #[test]
    fn p45_from_a_date_to_itself_nobody_moves(records in records(), seed in models(), delta in 0u32..30) {
        let model = at_any_date(seed.plain()).as_of(last_day());
        let Ok(portfolio) = model.analyze(&ledger(&records)) else { return Ok(()) };
        let hysteresis = Hysteresis::both(f64::from(delta) / 100.0);
        let migration = Migration::between(&portfolio, &portfolio, hysteresis).unwrap();
        for account in migration.accounts() {
            prop_assert!(account.from() == account.to() && account.to() == account.held());
            prop_assert_eq!(account.tier_from(), account.tier_to());
            for axis in SIDES.into_iter().filter_map(|side| account.axis(side)) {
                prop_assert_eq!((axis.change(), axis.own, axis.others), (0.0, 0.0, 0.0));
                prop_assert!(axis.main().is_none() && axis.components.iter().all(|c| c.change() == 0.0));
            }
        }
        prop_assert_eq!(migration.quadrants().moved().accounts, 0);
        prop_assert_eq!(Stability::of(&migration).total().1, 0);
    }

    /// Would break with a band that lets more accounts through when it is wider, or that is there at 0.
    #[test]
    fn p46_more_hysteresis_never_makes_more_moves(
        records in records(), seed in models(), dates in dates(), deltas in prop::collection::vec(0u32..60, 1..6),
    ) {
        let model = at_any_date(seed.plain());
        let Some(Snapshots { before, after, .. }) = snapshots(&records, &model, dates) else { return Ok(()) };
        let mut deltas = deltas;
        deltas.sort_unstable();
        let mut least: Option<usize> = None;
        for delta in std::iter::once(0).chain(deltas) {
            let migration = Migration::between(&before, &after, Hysteresis::both(f64::from(delta) / 100.0)).unwrap();
            let moved = migration.held().moved().accounts;
            prop_assert!(least.is_none_or(|least| moved <= least));
            least = Some(moved);
            let (placed, plain, held) = Stability::of(&migration).total();
            prop_assert!(held <= plain && plain <= placed);
            prop_assert_eq!((plain, held), (migration.quadrants().moved().accounts, moved));
            for account in migration.accounts() {
                prop_assert!(delta > 0 || account.held() == account.to());
                let newly = account.from().place().is_none();
                prop_assert!(!newly || account.held() == account.to(), "nothing to hold on to: the plain cut");
            }
        }
    }

    /// Would break with a comparison that follows the order of the records, or the threads.
    #[test]
    fn p11_p14_order_and_threads_change_nothing_between_two_dates(
        records in records(), seed in models(), dates in dates(), turn in any::<prop::sample::Index>(),
    ) {
        let model = at_any_date(seed.plain());
        let Some(plain) = snapshots(&records, &model, dates) else { return Ok(()) };
        let mut turned = records.clone();
        turned.customers.reverse();
        let by = turn.index(turned.orders.len().max(1));
        turned.orders.rotate_left(by);
        turned.events.iter_mut().for_each(|events| events.reverse());
        let expected = all(&plain.migration().unwrap());
        for threads in [1, 3] {
            let again = with_threads(threads, || snapshots(&turned, &model, dates)).unwrap().unwrap();
            prop_assert_eq!(&all(&again.migration().unwrap()), &expected);
            prop_assert_eq!(shown(&again.before), shown(&plain.before));
            prop_assert_eq!(again.stability().unwrap(), plain.stability().unwrap());
        }
    }
}

/// The score of the new values among the old ones less the old score, worked out again.
fn own(migration: &Migration<'_>, account: AccountMove<'_>, side: Side) -> f64 {
    let new = account.after().unwrap().contributions(side);
    let value = |of: Component| new.iter().find(|c| c.component == of).and_then(|c| c.value);
    let place = |scale: &Scale, value: f64| scale.place(value);
    let (mut sum, mut weights, mut measured) = (0.0, 0.0, false);
    for component in &migration.before().axis(side).components {
        if let (Some(scale), Some(value)) = (component.scale(), value(component.component)) {
            sum += component.weight * place(&scale, value);
            weights += component.weight;
            measured |= component.component != Component::Friction;
        }
    }
    if !measured {
        return 0.0;
    }
    sum / weights - account.before().unwrap().score(side).unwrap()
}
