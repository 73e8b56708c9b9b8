//! Files of other origin, read as a mapping says.

use crate::common::*;
use portefeuille::io::{Mapping, ReadOptions, propose_mapping, read_folder};
use portefeuille::{Code, Ledger, Policy, Result, Table};

fn mapped(toml: &str) -> ReadOptions {
    ReadOptions::default().mapping(Mapping::from_toml(toml, "mapping.toml").unwrap())
}

/// Reads `export.csv` as the orders, with the customers taken from it.
fn read_export(name: &str, toml: &str, export: &str, policy: Policy) -> Result<Ledger> {
    let folder = Folder::new(name, &[("export.csv", export.as_bytes())]);
    read_folder(&folder.0, &mapped(toml).policy(policy))
}

fn units(ledger: &Ledger, table: Table) -> (String, String) {
    let quality = ledger.quality();
    (quality.read(table).money.to_string(), quality.set_aside_tally(table).money.to_string())
}

const GROUPED: &str = r#"
[orders]
file = "export.csv"
order_id = "No"
customer_id = "Client"
ordered_on = { date_of = "Date" }
revenue = { product = ["Qty", "Price"] }
group_by = "order_id"
aside_when_empty = ["customer_id"]

[customers]
from = "orders"
country = "Pays"
"#;

#[test]
fn rows_become_orders_and_customers() {
    let export = "No,Client,Date,Qty,Price,Pays,Free text\n\
        1,A,2025-01-02 10:00,3,2.5,FR,x\n1,A,2025-01-01 09:00,1,1,FR,\"y\"\n2,,2025-01-03 10:00,1,7,,\n\
        3,B,2025-01-04,2,0.125,DE,\n3,B,2025-01-04,-1,0.125,BE,\n";
    let ledger = read_export("rows", GROUPED, export, Policy::new()).unwrap();
    assert_eq!((ledger.order_count(), ledger.customer_count()), (2, 2));
    let quality = ledger.quality();
    assert_eq!(units(&ledger, Table::Orders), ("15.625".into(), "7.00".into()));
    assert_eq!((quality.read(Table::Orders).records, quality.set_aside_tally(Table::Orders).records), (5, 1));
    let grouped = quality.grouped().unwrap();
    assert_eq!((grouped.rows, grouped.orders), (4, 2));
    for (code, count) in [(Code::EmptyAside, 1), (Code::GroupDates, 1), (Code::GroupValues, 1)] {
        assert_eq!(quality.count(code), count, "{code}");
    }
    assert_eq!(ledger.order_dates().unwrap().0.to_string(), "2025-01-01");
    let countries: Vec<_> = ledger.customers().flat_map(|c| c.attributes().collect::<Vec<_>>()).collect();
    assert_eq!(countries, [("country", "FR"), ("country", "BE")]);
}

#[test]
fn a_row_that_cannot_be_read_takes_its_order_with_it() {
    let export = "No,Client,Date,Qty,Price,Pays\n1,A,2025-01-02,3,2.5,FR\n1,A,2025-01-02,x,1,FR\n1,A,2025-01-02,1,1,FR\n2,A,2025-01-02,1,1,FR\n";
    let error = refused(read_export("broken", GROUPED, export, Policy::new()));
    assert_eq!((error.total(), error.code(), error.location().line), (1, Code::BadMoney, Some(3)));
    let ledger = read_export("broken-2", GROUPED, export, aside()).unwrap();
    assert_eq!(ledger.order_count(), 1);
    let quality = ledger.quality();
    assert_eq!((quality.read(Table::Orders).records, quality.set_aside_tally(Table::Orders).records), (4, 3));
    assert_eq!(units(&ledger, Table::Orders), ("9.50".into(), "8.50".into()));
    assert_eq!(quality.grouped().map(|g| (g.rows, g.orders)), Some((1, 1)));
    let group = quality.set_aside().into_iter().find(|s| s.problem.code == Code::OrderSetAside).unwrap();
    assert_eq!(group.records, 2);
}

#[test]
fn rows_of_one_order_have_one_customer() {
    let export = "No,Client,Date,Qty,Price,Pays\n1,A,2025-01-02,3,2.5,FR\n1,B,2025-01-02,1,1,FR\n";
    let error = refused(read_export("conflict", GROUPED, export, Policy::new()));
    assert_eq!((error.code(), error.location().line), (Code::OrderConflict, Some(2)));
    assert!(error.problem().hint.as_deref().unwrap().contains("join"));
    // Set aside, both rows are accounted for by one entry.
    let ledger = read_export("conflict-2", GROUPED, &format!("{export}2,A,2025-01-02,1,1,FR\n"), aside()).unwrap();
    let quality = ledger.quality();
    let [entry] = quality.set_aside()[..] else { panic!("{:?}", quality.set_aside()) };
    assert_eq!((entry.problem.code, entry.records), (Code::OrderConflict, 2));
    assert_eq!((quality.count(Code::OrderConflict), quality.set_aside_tally(Table::Orders).records), (2, 2));
    assert_eq!((quality.read(Table::Orders).records, quality.grouped().unwrap().rows), (3, 1));
    // Both rows count against the limit.
    assert!(read_export("conflict-3", GROUPED, export, Policy::new().max_rejects(2)).is_ok());
    assert!(read_export("conflict-4", GROUPED, export, Policy::new().max_rejects(1)).is_err());
}

#[test]
fn grouped_rows_follow_the_ledger_when_it_refuses_the_order() {
    let toml = "[orders]\nfile = \"export.csv\"\ngroup_by = \"order_id\"\n";
    let export = "order_id,customer_id,ordered_on,revenue,cost_of_goods\n1,A,2025-01-02,10,1\n1,A,2025-01-02,5,\n2,A,2025-01-02,5,-1\n2,A,2025-01-02,5,-1\n";
    let ledger = read_export("refused", toml, export, aside().implicit_customers(true)).unwrap();
    assert_eq!(ledger.order_count(), 1);
    let tally = ledger.quality().set_aside_tally(Table::Orders);
    assert_eq!((tally.records, tally.money.to_string()), (2, "10.00".into()));
    assert_eq!(ledger.quality().grouped().map(|g| (g.rows, g.orders)), Some((2, 1)));
    assert_eq!(ledger.quality().count(Code::CostSign), 2);
}

#[test]
fn columns_can_be_joined_constant_or_left_out() {
    let toml = r#"
        [orders]
        file = "export.csv"
        order_id = { join = ["Year", "No"], by = "/" }
        channel = { constant = "web" }
        freight = { constant = "1.50" }
        only_mapped = true
        customer_id = { column = "Client" }
        ordered_on = "Date"
        revenue = "Amount"
        aside_when_empty = ["Note"]
        [customers]
        from = "orders"
        name = "Name"
        payment_days = "Days"
    "#;
    let export = "Year,No,Client,Date,Amount,lines,Note,Name,Days\n2024,1,A,2024-01-02,10,bad,n,Anna,30\n2025,1,A,2025-01-02,20,bad,n,Anna,30\n2025,2,A,2025-01-02,5,bad,,Anna,\n";
    let ledger = read_export("joined", toml, export, Policy::new()).unwrap();
    assert_eq!((ledger.order_count(), units(&ledger, Table::Orders).1.as_str()), (2, "5.00"));
    let customer = ledger.customers().next().unwrap();
    assert_eq!((customer.name(), customer.payment_days()), (Some("Anna"), Some(30)));
    assert!(!ledger.quality().given().lines && ledger.quality().given().freight);
}

#[test]
fn two_tables_can_come_from_one_file() {
    let toml = r#"
        [orders]
        file = "export.csv"
        group_by = "order_id"
        only_mapped = true
        order_id = "No"
        customer_id = "Client"
        ordered_on = "Date"
        revenue = "Amount"
        [order_lines]
        file = "export.csv"
        only_mapped = true
        order_id = "No"
        product_family = "Family"
        revenue = "Amount"
        [customers]
        from = "orders"
    "#;
    let export = "No,Client,Date,Amount,Family\n1,A,2024-01-02,10,tea\n1,A,2024-01-02,20,cups\n";
    let ledger = read_export("two", toml, export, Policy::new()).unwrap();
    assert_eq!((ledger.order_count(), used(&ledger, Table::OrderLines)), (1, 2));
    assert_eq!(ledger.quality().files().count(), 1);
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let error = refused(read_export("absent", GROUPED, "No,Client,Date,Quantity,Price,Pays\n", Policy::new()));
    let problem = error.problem();
    assert_eq!((error.code(), problem.value.as_deref()), (Code::BadMapping, Some("Qty")));
    assert!(problem.hint.as_deref().unwrap().contains("No, Client, Date, Quantity, Price, Pays"), "{error}");
    assert!(error.is_model());
}

#[test]
fn all_faults_of_a_mapping_are_listed() {
    let toml = r#"
        [csv]
        format = "de"
        decimal = ","
        thousands = ","
        skip_line = 1
        [orders]
        order_id = 3
        custmer_id = "x"
        revenue = { product = ["a"] }
        ordered_on = { date_of = "a", column = "b" }
        customer_id = { product = ["a", "b"] }
        channel = { joined = ["a"] }
        group_by = "customer_id"
        [customers]
        from = "lines"
        anything = "goes"
        [customer]
    "#;
    let error = Mapping::from_toml(toml, "mapping.toml").unwrap_err();
    let found: Vec<_> = error.problems().map(|p| (p.location.line.unwrap(), p.code)).collect();
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 5, 6, 8, 9, 10, 11, 12, 13, 13, 14, 16, 18], "{error}");
    assert!(error.is_model());
    assert!(error.to_string().contains("did you mean customer_id?"), "{error}");
    assert!(error.to_string().contains("did you mean skip_lines?"), "{error}");
}

#[test]
fn settings_of_values_are_taken() {
    for format in ["yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "dd.mm.yyyy", "dd-mm-yyyy", "yyyy/mm/dd", "yyyymmdd"] {
        Mapping::from_toml(&format!("[csv]\ndate_format = \"{format}\""), "m").unwrap();
    }
    let toml = "[csv]\nformat = \"fr\"\ndelimiter = \"\\t\"\nthousands = \".\"\nnull = [\"-\", \"NULL\"]\nskip_lines = 2\ntrim_ids = true";
    let text = "a\n\"b\nOrder_id\tcustomer_id\tordered_on\trevenue\tfreight\n o-1 \tC1\t31/01/2025\t1.234,5\t-\n";
    let ledger = read_with(Table::Orders, text, Policy::new(), &mapped(toml)).unwrap();
    assert_eq!(units(&ledger, Table::Orders).0, "1234.50");
}

#[test]
fn a_proposal_reads_its_export() {
    let french = "\u{FEFF}N° facture;Date facture;Code client;Raison sociale;Pays;Quantité;PU HT;PRMP;Désignation;Famille\n\
        F1;31/01/2025;C1;Société A;France;2;1 234,50;1 000,00;Thé;Boissons\nF1;31/01/2025;C1;Société A;France;1;10,00;5,00;Tasse;Vaisselle\n\
        F2;01/02/2025;C2;B;Suisse;1;3,00;1,00;Thé;Boissons\n";
    let folder = Folder::new("proposal", &[("export.csv", french.as_bytes())]);
    let text = propose_mapping(&folder.0.join("export.csv")).unwrap();
    let ledger = read_folder(&folder.0, &mapped(&text)).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!((ledger.order_count(), ledger.customer_count()), (2, 2), "{text}");
    assert_eq!(units(&ledger, Table::Orders).0, "2482.00");
    assert!(ledger.quality().given().cost_of_goods);
    for part in
        ["format = \"fr\"", "thousands = \" \"", "#   Désignation", "name = \"Raison sociale\"", "country = \"Pays\""]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_proposal_without_the_needed_columns_is_still_a_mapping() {
    let western = b"Couleur;Montant HT;Remise\nbleu fonc\xE9;1,50;5 %\n";
    let folder = Folder::new("proposal-2", &[("export.csv", western)]);
    let text = propose_mapping(&folder.0.join("export.csv")).unwrap();
    Mapping::from_toml(&text, "mapping.toml").unwrap();
    assert!(text.contains("# order_id = ") && text.contains("windows-1252") && text.contains("#   Remise"), "{text}");
}

#[test]
fn the_proposal_for_a_real_export_works_as_is() {
    let Some(folder) = data("online_retail/original") else { return };
    let text = propose_mapping(&folder.join("onlineretail.csv.gz")).unwrap();
    let ledger = read_folder(&folder, &mapped(&text)).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!((ledger.order_count(), ledger.customer_count()), (22_190, 4_372), "{text}");
}

/// The mapping that is proposed for an export, which must be one.
fn proposed(name: &str, export: &str) -> (Folder, String) {
    let folder = Folder::new(name, &[("export.csv", export.as_bytes())]);
    let text = propose_mapping(&folder.0.join("export.csv")).unwrap();
    Mapping::from_toml(&text, "mapping.toml").unwrap_or_else(|e| panic!("{e}\n{text}"));
    (folder, text)
}

#[test]
fn a_proposal_joins_ids_that_start_again() {
    let header = "No commande;Client;Date;Montant\n";
    for (name, rows, join) in [
        ("years", "1;A;2024-01-05;10\n1;A;2025-01-07;20\n2;A;2025-01-08;5\n", "join = [\"Date\", \"No commande\"]"),
        (
            "customers",
            "1;A;2024-01-05;10\n1;B;2025-01-07;20\n2;B;2025-01-08;5\n",
            "join = [\"Client\", \"No commande\"]",
        ),
    ] {
        let (folder, text) = proposed(name, &format!("{header}{rows}"));
        assert!(text.contains(join) && !text.contains("group_by"), "{text}");
        assert_eq!(read_folder(&folder.0, &mapped(&text)).unwrap().order_count(), 3);
    }
    let (_folder, text) = proposed("unclear", "No commande;Date;Montant\n1;2024-01-05 10:00;1\n1;2025-01-05 10:00;2\n");
    assert!(!text.contains("\ngroup_by") && text.contains("every year"), "{text}");
}

#[test]
fn a_proposal_passes_over_what_stands_above_the_header() {
    for (name, above) in [("sep", "sep=;\n"), ("title", "Ventes 2025, Lyon\n\n")] {
        let (folder, text) =
            proposed(name, &format!("{above}id;Client;Date;Montant\n1;A;05/01/2024;10,5\n2;A;15/01/2024;3\n"));
        assert!(text.contains("skip_lines") && text.contains("order_id = \"id\""), "{text}");
        assert_eq!(read_folder(&folder.0, &mapped(&text)).unwrap().order_count(), 2);
    }
}

#[test]
fn a_proposal_tells_customers_and_day_numbers() {
    let (_folder, text) = proposed("list", "Code client;Nom;Pays;Taille\nA;Anna;FR;3\n");
    assert!(text.contains("[customers]\nfile") && !text.contains("[orders]"), "{text}");
    assert!(text.contains("customer_id = \"Code client\"") && text.contains("name = \"Nom\""), "{text}");
    let (_folder, text) = proposed("serials", "Invoice,Customer,Date,Amount\n1,A,45658,10\n");
    assert!(text.contains("day numbers of a spreadsheet"), "{text}");
}

#[test]
fn a_table_can_be_written_in_another_way() {
    let toml = "[csv]\nformat = \"fr\"\n[orders.csv]\nskip_lines = 1\nformat = \"en\"\n[customers.csv]\nencoding = \"windows-1252\"\n";
    let customers = b"customer_id;name\nC1;Andr\xE9\n";
    let orders = format!("sep=,\n{ORDERS}\no-1,C1,2025-01-31,10.5\n");
    let events = "customer_id;occurred_on;kind;cost\nC1;31/01/2025;visit;1,5\n";
    let tables = [
        (Table::Customers, &customers[..]),
        (Table::Orders, orders.as_bytes()),
        (Table::ServiceEvents, events.as_bytes()),
    ];
    let ledger = read_all(&tables, Policy::new(), &mapped(toml)).unwrap();
    assert_eq!(ledger.customers().next().unwrap().name(), Some("André"));
    assert_eq!(
        (units(&ledger, Table::Orders).0, units(&ledger, Table::ServiceEvents).0),
        ("10.50".into(), "1.50".into())
    );
    let error = Mapping::from_toml("[orders.csv]\ndelimiter = \"x\"", "m").unwrap_err();
    assert!(error.to_string().contains(r#"one of "," ";" "\t" "|" was expected"#), "{error}");
}
