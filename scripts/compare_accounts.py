#!/usr/bin/env python3
"""Compare accounts.csv with the accounts of another engine, account by account.

    compare_accounts.py accounts.csv other.parquet

The other file holds active accounts only. Money, counts, dates, quadrants and tiers must be equal, ratios and scores within 1e-9.
"""
import sys
import duckdb

EXACT = ["name", "revenue", "cost_of_goods", "discount", "gross_margin", "cost_to_serve", "net_margin", "orders", "lines",
         "rush_orders", "small_orders", "returns", "claims", "support_hours", "families", "first_order", "last_order",
         "quadrant", "tier"]
NEAR = ["margin_rate", "cost_to_serve_ratio", "stability", "growth", "value_score", "complexity_score"]
TOLERANCE = 1.5e-9  # two values rounded to nine decimals may fall on either side

ours, other = sys.argv[1:3]
con = duckdb.connect()
con.execute(f"create view ours as select * from read_csv('{ours}', types={{'customer_id': 'bigint'}}) where status = 'active'")
con.execute(f"create view other as select * from '{other}'")
counts = con.sql("select (select count(*) from ours), (select count(*) from other), "
                 "(select count(*) from ours join other using (customer_id))").fetchall()[0]
faults = 0 if len(set(counts)) == 1 else 1
print(f"accounts: {counts[0]:,} ours, {counts[1]:,} theirs, {counts[2]:,} in both")
for column in EXACT:
    cast = "::decimal(18,4)" if column in EXACT[1:7] or column == "support_hours" else ""
    n = con.sql(f"select count(*) from ours a join other b using (customer_id) "
                f"where a.{column}{cast} is distinct from b.{column}{cast}").fetchall()[0][0]
    if n:
        print(f"{column}: {n:,} differ")
        print(con.sql(f"select customer_id, a.{column} as ours, b.{column} as theirs from ours a join other b using (customer_id) "
                      f"where a.{column}{cast} is distinct from b.{column}{cast} order by 1 limit 3"))
        faults += 1
for column in NEAR:
    n, worst = con.sql(f"select count(*) filter ((a.{column} is null) <> (b.{column} is null) or abs(a.{column} - b.{column}) > {TOLERANCE}), "
                       f"max(abs(a.{column} - b.{column})) from ours a join other b using (customer_id)").fetchall()[0]
    print(f"{column}: largest difference {worst:.2e}" + (f", {n:,} beyond {TOLERANCE}" if n else ""))
    faults += bool(n)
sys.exit(bool(faults))
