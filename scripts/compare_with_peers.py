#!/usr/bin/env python3
"""Run the whole job with portefeuille and with its peers, alternating, and compare time, memory and accounts.

    compare_with_peers.py DATA [--peers DIR] [--python FILE] [--work DIR] [--rounds N] [--formats csv,parquet]
                          [--binary FILE] [--threads N]

DATA holds the four tables, as CSV, Parquet or both. --peers holds model.toml, duckdb_accounts.py and polars_accounts.py;
--python is an interpreter with duckdb, polars and pyarrow. Each run is a fresh process; its peak is that of its resident
memory. The floor only decodes the columns that the job needs, with pyarrow: nobody who reads the same files can be much
faster. Ratios are of medians, to portefeuille. Needs a Unix.

Accounts are compared with those that DuckDB makes of Parquet: from CSV it takes money as floating point, and ties get lost.
"""
import argparse, os, pathlib, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOOR = """
import sys
from pyarrow import csv, dataset
folder, kind = sys.argv[1:]
needed = {
    "customers": ["customer_id", "name", "friction"],
    "orders": ["order_id", "customer_id", "ordered_on", "revenue", "cost_of_goods", "discount", "lines", "rush"],
    "order_lines": ["order_id", "product_family"],
    "service_events": ["customer_id", "occurred_on", "kind", "quantity", "cost"],
}
rows = 0
for table, columns in needed.items():
    path = f"{folder}/{table}.{kind}"
    if kind == "csv":
        options = csv.ConvertOptions(include_columns=columns)
        batches = csv.open_csv(path, convert_options=options)
    else:
        batches = dataset.dataset(path).to_batches(columns=columns)
    rows += sum(batch.num_rows for batch in batches)
"""


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data", type=pathlib.Path)
    p.add_argument("--peers", type=pathlib.Path, default=ROOT / "../shared/peers")
    p.add_argument("--python", default=sys.executable)
    p.add_argument("--work", type=pathlib.Path, help="where results go; by default a folder that is removed")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--formats", default="csv,parquet")
    p.add_argument("--binary", help="a built command; by default it is built with the feature full")
    p.add_argument("--threads", type=int, help="for all contenders; by default each takes what it takes")
    return p.parse_args()


def build():
    subprocess.run(["cargo", "build", "--release", "--bin", "portefeuille", "--features", "full"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    return os.path.join(target, "release", "portefeuille")


def run(command, threads):
    """Runs a command: seconds, seconds of processor, peak MiB, exit code and what it said."""
    environment = dict(os.environ)
    if threads:
        environment |= {"POLARS_MAX_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
        processor = usage.ru_utime + usage.ru_stime
        return seconds, processor, usage.ru_maxrss / scale, child.returncode, said.read().decode(errors="replace")


def contenders(a, kind, binary, work):
    threads = ["--threads", a.threads] if a.threads else []
    return {
        "portefeuille": [binary, "analyze", a.data, "--model", a.peers / "model.toml", "--input", kind,
                         "--out", work / f"ours-{kind}", "--quiet", *threads],
        "Polars": [a.python, a.peers / "polars_accounts.py", a.data, work / f"polars-{kind}.parquet", "--format", kind],
        "DuckDB": [a.python, a.peers / "duckdb_accounts.py", a.data, work / f"duckdb-{kind}.parquet", "--format", kind,
                   *threads],
        "floor: pyarrow decodes": [a.python, "-c", FLOOR, a.data, kind],
    }


def measure(a, kind, commands):
    """Runs all contenders in turn: by name, seconds, processor seconds and peak of each round. The first round only warms up."""
    names = list(commands)
    found = {name: [] for name in names}
    for turn in range(a.rounds + 1):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            if name not in found:
                continue
            *measured, code, said = run(commands[name], a.threads)
            if "[feature_off]" in said:
                print(f"portefeuille, {kind}: skipped, {said.strip()}")
                del found[name]
                continue
            if code != 0:
                sys.exit(f"{name}, {kind}, ended with {code}:\n{said}")
            if turn > 0:
                found[name].append(measured)
    return found


def table(kind, found):
    ours = found.get("portefeuille")
    base = [statistics.median(column) for column in zip(*ours)] if ours else None
    print(f"\n| {kind} | median s | from – to | processor s | peak MiB | time / ours | processor / ours |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in found.items():
        seconds, processor, peaks = zip(*runs)
        medians = statistics.median(seconds), statistics.median(processor)
        ratios = [f"{mine / our:.2f}" for mine, our in zip(medians, base)] if base else ["–", "–"]
        print(f"| {name} | {medians[0]:.2f} | {min(seconds):.2f} – {max(seconds):.2f} | {medians[1]:.2f} "
              f"| {max(peaks):,.0f} | {' | '.join(ratios)} |")
    print(flush=True)


def reference(a, work):
    """The accounts to compare with, where there is Parquet to make them from."""
    if not (a.data / "orders.parquet").exists():
        print("accounts: not compared, there is no Parquet to make exact ones from")
        return None
    made = work / "reference.parquet"
    subprocess.run([a.python, a.peers / "duckdb_accounts.py", a.data, made], check=True, stdout=subprocess.DEVNULL)
    return made


def main():
    a = arguments()
    binary = a.binary or build()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {os.cpu_count()} cores, {a.rounds} rounds, tables in {a.data.name}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = a.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        differ, expected = False, reference(a, work)
        for kind in a.formats.split(","):
            if not (a.data / f"orders.{kind}").exists():
                print(f"{kind}: skipped, there is no orders.{kind}")
                continue
            found = measure(a, kind, contenders(a, kind, binary, work))
            table(kind, found)
            if "portefeuille" in found and expected:
                compared = [a.python, ROOT / "scripts/compare_accounts.py", work / f"ours-{kind}" / "accounts.csv", expected]
                differ |= subprocess.run(compared).returncode != 0
    sys.exit(differ)


if __name__ == "__main__":
    main()
