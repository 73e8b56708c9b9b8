//! Real exports load as they are.

use crate::common::data;
use portefeuille::{Code, Table, io};

#[test]
fn three_real_portfolios_load_without_a_reject() {
    for (name, customers, orders) in
        [("adventureworks", 701, 3_796), ("classicmodels", 122, 320), ("online_retail", 4_372, 22_190)]
    {
        let Some(folder) = data(name) else { return };
        let ledger = io::read_folder(&folder, &io::ReadOptions::default()).unwrap();
        assert_eq!(ledger.quality().set_aside(), Vec::<&portefeuille::ledger::SetAside>::new(), "{name}");
        assert_eq!((ledger.customer_count(), ledger.order_count()), (customers, orders), "{name}");
    }
}

pub(crate) const ONLINE_RETAIL: &str = r#"
[orders]
file = "onlineretail.csv.gz"
order_id = "InvoiceNo"
customer_id = "CustomerID"
ordered_on = { date_of = "InvoiceDate" }
revenue = { product = ["Quantity", "UnitPrice"] }
group_by = "order_id"
aside_when_empty = ["customer_id"]

[customers]
from = "orders"
country = "Country"
"#;

#[test]
fn lines_of_an_export_become_orders() {
    let Some(folder) = data("online_retail/original") else { return };
    let mapping = io::Mapping::from_toml(ONLINE_RETAIL, "mapping.toml").unwrap();
    let ledger = io::read_folder(&folder, &io::ReadOptions::default().mapping(mapping)).unwrap();
    let quality = ledger.quality();
    let (read, aside) = (quality.read(Table::Orders), quality.set_aside_tally(Table::Orders));
    assert_eq!(aside.records, 135_080);
    assert_eq!(quality.count(Code::EmptyAside), 135_080);
    assert_eq!(ledger.order_count(), 22_190);
    assert_eq!(ledger.customer_count(), 4_372);
    assert_eq!(read.money.units() - aside.money.units(), 83_000_658_140);
    let grouped = quality.grouped().unwrap();
    assert_eq!(grouped.orders, 22_190);
    assert_eq!(read.records, grouped.rows + aside.records);
    let country = |id: &str| {
        let customer = ledger.customers().find(|c| *c.id() == id.into()).unwrap();
        customer.attributes().map(|(_, v)| v.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(country("12347"), ["Iceland"]);
}
