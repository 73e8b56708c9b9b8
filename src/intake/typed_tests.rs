//! The same for Parquet tables: what plain columns give against records posted one by one.

use super::tests::{Folder, seen};
use super::*;
use crate::ledger::{OnReject, Policy};
use crate::parallel::with_threads;
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Decimal64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

fn amounts(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(Decimal64Array::from(values).with_precision_and_scale(18, 2).unwrap())
}

fn write(folder: &Folder, table: &str, rows: usize, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
    let file = std::fs::File::create(folder.0.join(format!("{table}.parquet"))).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(groups)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// What is wrong with a record, if anything: mostly nothing.
fn fault() -> impl Strategy<Value = u8> {
    prop_oneof![30 => Just(0u8), 1 => 1u8..9]
}

type Order = (u8, u8, i32, i64, bool);
type Line = (u8, u8, i64);
type Event = (u8, u8, i32);

fn write_orders(folder: &Folder, orders: &[Order], rows: usize) {
    let id = |(n, order): (usize, &Order)| Some(if order.0 == 1 { 3 * n as i64 - 3 } else { 3 * n as i64 });
    let customer = |order: &Order| if order.0 == 2 { None } else { Some(i64::from(order.1)) };
    let revenue = |order: &Order| match order.0 {
        3 => None,
        4 => Some(-order.3),
        5 => Some(0),
        _ => Some(order.3),
    };
    let cost = |order: &Order| match order.0 {
        4 | 6 => None,
        5 | 7 => Some(-5),
        8 => Some(i64::MAX / 100),
        _ => Some(order.3 / 2),
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("order_id", Arc::new(orders.iter().enumerate().map(id).collect::<Int64Array>())),
        ("customer_id", Arc::new(orders.iter().map(customer).collect::<Int64Array>())),
        ("ordered_on", Arc::new(orders.iter().map(|order| Some(19_000 + order.2)).collect::<Date32Array>())),
        ("revenue", amounts(orders.iter().map(revenue).collect())),
        ("cost_of_goods", amounts(orders.iter().map(cost).collect())),
        ("rush", Arc::new(orders.iter().map(|order| Some(order.4)).collect::<BooleanArray>())),
    ];
    write(folder, "orders", rows, columns);
}

fn write_lines(folder: &Folder, lines: &[Line], orders: usize, rows: usize) {
    let order = |(n, line): (usize, &Line)| match line.0 {
        1 => 3 * (n * orders / lines.len()) as i64 + 1,
        2 => 0,
        _ => 3 * (n * orders / lines.len()) as i64,
    };
    let family = |line: &Line| match line.0 {
        3 => None,
        4 => Some(" a space".to_owned()),
        _ => Some(format!("family {}", line.1)),
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("order_id", Arc::new(lines.iter().enumerate().map(order).collect::<Int64Array>())),
        ("product_family", Arc::new(lines.iter().map(family).collect::<StringArray>())),
        ("revenue", amounts(lines.iter().map(|line| (line.0 != 5).then_some(line.2)).collect())),
        ("cost_of_goods", amounts(lines.iter().map(|line| (line.0 != 6).then_some(line.2 / 2)).collect())),
        ("discount", amounts(lines.iter().map(|line| Some(if line.0 == 7 { 1 << 52 } else { 1 })).collect())),
    ];
    write(folder, "order_lines", rows, columns);
}

fn write_events(folder: &Folder, events: &[Event], orders: usize, rows: usize) {
    let kind = |(n, event): (usize, &Event)| {
        if event.0 == 1 { ["visite", "Retour"][n % 2] } else { ["return", "claim", "technical_support"][n % 3] }
    };
    let order = |(n, event): (usize, &Event)| match event.0 {
        2 => None,
        3 => Some(1),
        _ => Some(3 * (n % orders) as i64),
    };
    let day = |event: &Event| Some(19_000 + if event.0 == 4 { 0 } else { 900 + event.2 });
    let cost = |event: &Event| [None, Some(1_250), Some(-200)][usize::from(event.0 == 5) + usize::from(event.0 >= 6)];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("customer_id", Arc::new(events.iter().map(|event| i64::from(event.1)).collect::<Int64Array>())),
        ("occurred_on", Arc::new(events.iter().map(day).collect::<Date32Array>())),
        ("kind", Arc::new(events.iter().enumerate().map(kind).map(Some).collect::<StringArray>())),
        ("event_id", Arc::new((0..events.len() as i64).map(|n| 2 * n).collect::<Int64Array>())),
        ("cost", amounts(events.iter().map(cost).collect())),
        ("order_id", Arc::new(events.iter().enumerate().map(order).collect::<Int64Array>())),
    ];
    write(folder, "service_events", rows, columns);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    /// Would break with a plain record that counts otherwise than the same one posted, or whose finding is lost.
    #[test]
    fn p11_p12_p14_plain_columns_give_what_posting_gives(
        orders in prop::collection::vec((fault(), 0u8..9, 0i32..900, 100i64..900_000, any::<bool>()), 1..60),
        lines in prop::collection::vec((fault(), 0u8..7, 100i64..300_000), 1..120),
        events in prop::collection::vec((fault(), 0u8..8, 0i32..60), 1..60),
        aside in any::<bool>(), as_of in any::<bool>(), rows in 3usize..40,
    ) {
        let folder = Folder::new("typed");
        let ids: ArrayRef = Arc::new((0..8).collect::<Int64Array>());
        write(&folder, "customers", 100, vec![("customer_id", ids)]);
        write_orders(&folder, &orders, rows);
        write_lines(&folder, &lines, orders.len(), rows);
        write_events(&folder, &events, orders.len(), rows);
        let policy = if aside { Policy::new().on_reject(OnReject::Aside) } else { Policy::new() };
        let options = ReadOptions::default().policy(policy);
        let model = if as_of { Model::new().as_of(Date::from_days(19_930).unwrap()) } else { Model::new() };
        let out = folder.0.join("out");
        std::fs::create_dir_all(&out).unwrap();
        let whole = seen(read_folder(&folder.0, &options).and_then(|ledger| model.analyze(&ledger)), &out);
        for threads in [1, 2, 3] {
            let pieces = with_threads(threads, || model.analyze_folder(&folder.0, &options)).unwrap();
            prop_assert_eq!(&seen(pieces, &out), &whole);
        }
    }
}
