//! Real portfolios against figures that were computed apart from this project.

use crate::common::data;
use portefeuille::ledger::Total;
use portefeuille::segment::{TierMeasure, TierRules};
use portefeuille::{Model, Money, Portfolio, Tier, io};
use std::collections::BTreeMap;
use std::path::Path;

/// A CSV file with quotes as rows by column name. Clear more than efficient.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let split = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    let mut lines = text.lines();
    let header = split(lines.next().unwrap());
    lines.map(|line| header.iter().cloned().zip(split(line)).collect()).collect()
}

fn by_revenue() -> Model {
    Model::new().tiers(TierRules { measure: TierMeasure::Revenue, ..TierRules::default() })
}

fn analyze(folder: &Path, model: &Model) -> Portfolio {
    model.analyze(&io::read_folder(folder, &io::ReadOptions::default()).unwrap()).unwrap()
}

/// Every account's revenue and tier are those of the reference; reference rows ≤ 0 are not compared.
fn compare(portfolio: &Portfolio, folder: &Path, revenue: &str, tier: &str) -> usize {
    let mut compared = 0;
    for row in rows(&folder.join("reference.csv")) {
        let Ok(expected) = row[revenue].parse::<Money>() else { continue };
        if expected <= Money::ZERO {
            continue;
        }
        let account = portfolio.account(row["customer_id"].as_str()).unwrap();
        assert_eq!(account.revenue(), expected, "{}", row["customer_id"]);
        assert_eq!(account.tier().map(Tier::as_str), Some(row[tier].as_str()), "{}", row["customer_id"]);
        compared += 1;
    }
    compared
}

fn tiers(portfolio: &Portfolio) -> [usize; 3] {
    Tier::ALL.map(|tier| portfolio.tier(tier).unwrap().accounts)
}

#[test]
fn p41_adventureworks_reproduces_its_reference() {
    let Some(folder) = data("adventureworks") else { return };
    let portfolio = analyze(&folder, &by_revenue());
    assert_eq!(compare(&portfolio, &folder, "revenue", "tier"), 635);
    assert_eq!(tiers(&portfolio), [186, 125, 324]);
    let total = portfolio.total().unwrap().cascade;
    assert_eq!(total.net_revenue.to_string(), "80450596.9823");
    let rate = total.gross_margin.unwrap().ratio(total.net_revenue).unwrap();
    assert!((rate - 0.0058).abs() < 5e-5, "{rate}");
    let negative = portfolio.accounts().filter(|a| a.gross_margin().is_some_and(Money::is_negative)).count();
    assert_eq!(negative, 335);
    for row in rows(&folder.join("reference.csv")) {
        let account = portfolio.account(row["customer_id"].as_str()).unwrap();
        if account.figures().orders == 0 {
            continue;
        }
        let cascade = account.cascade();
        assert_eq!(cascade.cost_of_goods, row["cost"].parse().ok());
        assert_eq!(cascade.discount, row["discount_amount"].parse().ok());
        assert_eq!(cascade.freight, row["freight"].parse().unwrap());
        let (first, last) = account.order_dates().unwrap();
        assert_eq!(
            [first.to_string(), last.to_string()],
            [row["first_order_date"].clone(), row["last_order_date"].clone()]
        );
        let figures = account.figures();
        assert_eq!(figures.lines.map(|n| n.to_string()), Some(row["lines"].clone()));
        assert_eq!(figures.families.map(|n| n.to_string()), Some(row["families"].clone()));
    }
}

#[test]
fn p41_adventureworks_strict_tiers_leave_the_crossing_account_out() {
    let Some(folder) = data("adventureworks") else { return };
    let mut model = by_revenue();
    model.tiers.crossing = portefeuille::segment::Crossing::Out;
    assert_eq!(compare(&analyze(&folder, &model), &folder, "revenue", "tier_strict"), 635);
}

#[test]
fn p41_classicmodels_reproduces_its_reference() {
    let Some(folder) = data("classicmodels") else { return };
    let portfolio = analyze(&folder, &by_revenue());
    assert_eq!(compare(&portfolio, &folder, "revenue", "tier"), 98);
    assert_eq!(tiers(&portfolio), [61, 23, 14]);
    let total = portfolio.total().unwrap().cascade;
    assert_eq!(total.net_revenue.to_string(), "9365336.43");
    let margin = total.gross_margin.unwrap().ratio(total.net_revenue).unwrap();
    assert!((margin - 0.3984).abs() < 5e-5, "{margin}");
    let discount = total.discount.unwrap().ratio(total.list_revenue.unwrap()).unwrap();
    assert!((discount - 0.1009).abs() < 5e-5, "{discount}");
}

#[test]
fn p41_online_retail_reproduces_its_reference() {
    let Some(folder) = data("online_retail") else { return };
    let portfolio = analyze(&folder, &by_revenue());
    assert_eq!(compare(&portfolio, &folder, "net_revenue", "net_tier"), 4_317);
    assert_eq!(portfolio.len(), 4_372);
    let total = portfolio.total().unwrap().cascade;
    assert_eq!(
        (total.invoiced.to_string(), total.net_revenue.to_string()),
        ("8911407.904".into(), "8300065.814".into())
    );
    assert_eq!(portfolio.status(portefeuille::Status::NetCredit).unwrap().accounts, 55);
}

#[test]
fn the_flat_export_gives_the_same_revenue_as_its_tables() {
    let Some(folder) = data("online_retail") else { return };
    let tables = analyze(&folder, &by_revenue());
    let mapping = io::Mapping::from_toml(crate::real_data::ONLINE_RETAIL, "mapping.toml").unwrap();
    let options = io::ReadOptions::default().mapping(mapping);
    let export = by_revenue().analyze(&io::read_folder(&folder.join("original"), &options).unwrap()).unwrap();
    let revenue = |p: &Portfolio| p.accounts().map(|a| (a.id().clone(), a.revenue(), a.tier())).collect::<Vec<_>>();
    assert_eq!(revenue(&export), revenue(&tables));
    let orders = export.reconciliation()[1];
    assert_eq!((orders.set_aside.records, orders.used.records), (135_080, 541_909 - 135_080));
    assert_eq!(orders.grouped.map(|g| g.orders), Some(22_190));
    assert_eq!(orders.used.money, Total::from_units(83_000_658_140));
}
