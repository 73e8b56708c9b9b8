//! Your own export: one flat file of invoice lines, a mapping, and the accounts by net margin.
#![allow(clippy::print_stdout, reason = "an example prints")]

use portefeuille::io::{Mapping, ReadOptions, read_folder};
use portefeuille::{Driver, Model, Table, money};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/export");
    let mapping = Mapping::from_toml(&std::fs::read_to_string(folder.join("mapping.toml"))?, "mapping.toml")?;
    let ledger = read_folder(&folder, &ReadOptions::default().mapping(mapping))?;

    let aside = ledger.quality().set_aside_tally(Table::Orders);
    println!("{} rows without a customer set aside, worth {}", aside.records, aside.money);

    let model = Model::new().rate(Driver::Order, money("35")).rate(Driver::OrderLine, money("4.50"));
    let portfolio = model.analyze(&ledger)?;
    let mut accounts: Vec<_> = portfolio.accounts().collect();
    accounts.sort_by_key(|account| std::cmp::Reverse(account.net_margin()));
    for account in accounts {
        let margin = account.net_margin().map(|m| m.to_string()).unwrap_or_default();
        let quadrant = account.quadrant().map(|q| q.to_string()).unwrap_or_default();
        println!("{:<20} {:>10} {:>10} {quadrant}", account.name().unwrap_or("?"), account.revenue(), margin);
    }
    assert_eq!(aside.records, 3);
    Ok(())
}
