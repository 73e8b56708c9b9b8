#!/usr/bin/env python3
"""Whether memory follows the accounts and not their records.

    memory.py BINARY [--accounts N] [--work DIR]

Makes CSV tables of the same accounts: as they are, with eight times the lines and events, with eight times the orders, and
with one account that has nine tenths of the orders. Analyses each, prints the largest resident memory and the time, and ends
with 1 when eight times the lines and events take more than a tenth of memory more, or eight times the orders more than that
and 24 bytes an order.
"""
import argparse, os, pathlib, sys, tempfile, time

ORDERS = 2  # of an account
MODEL = """as_of = "2025-12-31"
[cost_to_serve]
order = "12.50"
return = "38"
"""


def tables(folder, accounts, orders=ORDERS, lines=2, events=1, skewed=False):
    """Tables whose ids rise, as exports mostly have them."""
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(MODEL)
    with open(folder / "customers.csv", "w") as out:
        out.write("customer_id,name,friction\n")
        out.writelines(f"{n},account {n},easy\n" for n in range(accounts))
    count = accounts * orders

    def who(n):
        return 0 if skewed and n % 10 else n * 7_919 % accounts

    def day(n):
        return f"202{2 + n % 4}-{1 + n % 12:02}-{1 + n % 28:02}"

    with open(folder / "orders.csv", "w") as out:
        out.write("order_id,customer_id,ordered_on,revenue,cost_of_goods\n")
        out.writelines(f"{n},{who(n)},{day(n)},{lines * 20}.50,{lines * 9}.25\n" for n in range(count))
    with open(folder / "order_lines.csv", "w") as out:
        out.write("order_id,product_family,revenue\n")
        out.writelines(f"{n},family {line % 9},20.00\n" for n in range(count) for line in range(lines))
    with open(folder / "service_events.csv", "w") as out:
        out.write("customer_id,occurred_on,kind\n")
        out.writelines(f"{who(n)},{day(n)},return\n" for n in range(count) for _ in range(events))


def run(binary, folder):
    """Seconds and MiB of one analysis."""
    command = [binary, "analyze", str(folder), "--model", str(folder / "model.toml"), "--out", str(folder / "out"), "--quiet"]
    start = time.perf_counter()
    pid = os.spawnv(os.P_NOWAIT, binary, command)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"{binary} ended with {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("binary")
    p.add_argument("--accounts", type=int, default=200_000)
    p.add_argument("--work", type=pathlib.Path)
    a = p.parse_args()
    with tempfile.TemporaryDirectory(dir=a.work) as work:
        work = pathlib.Path(work)
        shapes = {
            "as they are": {},
            "8 x lines and events": {"lines": 16, "events": 8},
            "8 x orders": {"orders": 8 * ORDERS},
            "one account has 90 % of the orders": {"skewed": True},
        }
        peaks = {}
        for name, shape in shapes.items():
            folder = work / name.replace(" ", "_").replace("%", "")
            tables(folder, a.accounts, **shape)
            seconds, peaks[name] = min(run(a.binary, folder) for _ in range(3))
            print(f"{name:36} {seconds:6.2f} s {peaks[name]:7.0f} MiB", flush=True)
    base, more, orders, _ = peaks.values()
    index = 24 * 7 * ORDERS * a.accounts / 2**20
    failed = more > 1.1 * base or orders > 1.1 * base + index
    sys.exit("memory grows with the records" if failed else 0)


main()
