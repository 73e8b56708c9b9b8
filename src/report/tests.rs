use super::summary;
use crate::lang::columns::width;
use crate::sample::Sample;
use crate::{Customer, Driver, Lang, Ledger, Model, Order, Portfolio, Quadrant, Tier, date, money};

fn sample(seed: u64, model: &Model) -> Portfolio {
    let ledger = Sample::new(seed).into_ledger().unwrap();
    model.analyze(&ledger).unwrap()
}

fn small(names: &[&str]) -> Ledger {
    let mut ledger = Ledger::new();
    let ids = || names.iter().enumerate().map(|(at, name)| (format!("c-{at}"), *name));
    ledger.add_customers(ids().map(|(id, name)| Customer::new(id).name(name))).unwrap();
    let orders = ids().zip(1i32..).map(|((id, _), at)| {
        let revenue = crate::Money::from_units(i64::from(at) * 10_000_000);
        Order::new(format!("o-{at}"), id, date(2025, 1, 31), revenue).cost_of_goods(money("500"))
    });
    ledger.add_orders(orders).unwrap();
    ledger
}

/// The whole amounts of a line.
fn amounts(line: &str) -> Vec<i64> {
    let words = line.split_whitespace().filter(|word| word.contains('€'));
    words.map(|word| word.replace(['€', ','], "").parse().unwrap()).collect()
}

#[test]
fn the_cells_add_up_to_the_portfolio() {
    let portfolio = sample(0, &Sample::model());
    let text = summary(&portfolio, Lang::En, false);
    let table: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("Value ×")).skip(2).take(6).collect();
    let total = amounts(table[5]);
    for (at, total) in total.iter().enumerate() {
        let sum: i64 = table[..5].iter().map(|line| amounts(line)[at]).sum();
        assert!((sum - total).abs() <= 2, "rounding aside, {sum} is {total}");
    }
    let groups = || Quadrant::ALL.into_iter().map(|q| portfolio.quadrant(q).unwrap());
    let outside = portfolio.group(|a| a.quadrant().is_none()).unwrap();
    let whole = portfolio.total().unwrap();
    assert_eq!(groups().map(|g| g.accounts).sum::<usize>() + outside.accounts, whole.accounts);
    let revenue = |g: crate::portfolio::Group| g.cascade.net_revenue.units();
    assert_eq!(groups().map(revenue).sum::<i64>() + revenue(outside), revenue(whole));
    assert_eq!(total[0], (revenue(whole) as f64 / 10_000.0).round() as i64);
}

#[test]
fn tiers_and_lines_of_cost_are_those_of_the_portfolio() {
    let portfolio = sample(0, &Sample::model());
    let text = summary(&portfolio, Lang::En, false);
    let tier = text.lines().find(|line| line.trim_start().starts_with("tier A")).unwrap();
    let group = portfolio.tier(Tier::A).unwrap();
    assert!(tier.contains(&format!(" {} ", group.accounts)), "{tier}");
    let lines = text.lines().skip_while(|line| !line.starts_with("Cost to serve by line")).skip(1);
    let sum: i64 = lines.take_while(|line| !line.is_empty()).map(|line| amounts(line)[0]).sum();
    let cost = portfolio.total().unwrap().cascade.cost_to_serve.units() / 10_000;
    assert!((sum - cost).abs() <= 16, "{sum} {cost}");
}

#[test]
fn a_page_is_a_hundred_columns_wide_and_plain_unless_asked() {
    for (model, lang) in [(Sample::model(), Lang::Fr), (Sample::model(), Lang::En), (Model::new(), Lang::Fr)] {
        let portfolio = sample(1, &model);
        let text = summary(&portfolio, lang, false);
        assert!(text.lines().all(|line| width(line) <= 100 && line.trim_end() == line), "{text}");
        assert!(!text.contains('\u{1b}'));
        let coloured = summary(&portfolio, lang, true);
        assert!(coloured.contains("\u{1b}[31mToxi"));
        let bare = ["0", "1", "31", "32", "33", "34"]
            .iter()
            .fold(coloured, |text, code| text.replace(&format!("\u{1b}[{code}m"), ""));
        let ends = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(ends(&bare), ends(&text));
    }
}

#[test]
fn hostile_names_stay_on_their_line_and_give_no_orders() {
    let names = ["Red\u{1F}\u{1b}[31m", "Two\nlines\u{202E}", "日本語の長い名前".repeat(9).leak(), "\u{200B}"];
    // A control character in a name is refused by the ledger; the others get in.
    let ledger = small(&names[1..]);
    let model = Model::new().rate(Driver::Order, money("3000"));
    let text = summary(&model.analyze(&ledger).unwrap(), Lang::Fr, false);
    assert!(text.contains("1. Two lines (c-0)"), "{text}");
    assert!(text.lines().all(|line| width(line) <= 100), "{text}");
    assert!(!text.contains(['\u{202E}', '\u{200B}', '\u{1b}']));
}

#[test]
fn without_rates_it_says_which_setting_to_give() {
    let text = summary(&Model::new().analyze(&small(&["A", "B"])).unwrap(), Lang::Fr, false);
    assert!(text.contains("Le coût de service n'est pas connu : le modèle n'a aucun tarif."), "{text}");
    assert!(text.contains("[cost_to_serve]"), "{text}");
    assert!(text.contains("colonne freight des commandes"), "{text}");
}

#[test]
fn an_empty_portfolio_has_a_page() {
    let text = summary(&Model::new().as_of(date(2025, 1, 1)).analyze(&Ledger::new()).unwrap(), Lang::En, false);
    assert!(text.starts_with("0 accounts: 0 active"), "{text}");
}

#[test]
fn very_large_amounts_go_to_thousands() {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("a")]).unwrap();
    let revenue = money("98765432109");
    ledger.add_orders([Order::new("o", "a", date(2025, 1, 31), revenue).cost_of_goods(money("1"))]).unwrap();
    let text = summary(&Model::new().analyze(&ledger).unwrap(), Lang::En, false);
    assert!(text.contains("revenue €98,765,432k"), "{text}");
    assert!(text.lines().all(|line| width(line) <= 100), "{text}");
}
