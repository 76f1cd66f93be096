"""Measures batch classification beside other ways, and writes the table to bench/RESULTS.md.

    python bench/batch.py [--rows 10000,100000,1000000] [--repeat 3] [--sample 20000]

Everything is measured in one run and as whole processes: start, read, decide, write, end. The best
of the repetitions counts, as the disturbance of other work only ever adds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from results import publish

HERE = Path(__file__).parent
ENGINES = {"zen": "GoRules Zen", "durable": "plain durable_rules", "rule_engine": "rule-engine"}


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of time and of processor, and megabytes at its peak."""

    seconds: float
    processor: float
    megabytes: float


def environment() -> dict[str, str]:
    """Return what a process finds around it: this checkout, with its bytecode kept as installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(HERE.parent / "src")}


def measured(command: list[str], repeat: int) -> Cost:
    """Run a command and return what it took at best."""
    return best([_run(command) for _ in range(repeat)])


def in_turns(runs: Mapping[str, tuple[list[str], Path]], repeat: int) -> dict[str, Cost]:
    """Run commands that each write a file, taking turns; return what each took at best.

    The file goes before each run: it takes the system a tenth of a second to give up a gigabyte of
    a former result, which is no cost of writing a new one.
    """
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(repeat):
        for name, (command, target) in runs.items():
            target.unlink(missing_ok=True)
            found[name].append(_run(command))
    return {name: best(costs) for name, costs in found.items()}


def best(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.seconds)


def _run(command: list[str]) -> Cost:
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def python(*words: object) -> list[str]:
    return [sys.executable, *map(str, words)]


def classify(source: Path, target: Path) -> list[str]:
    return python(
        *("-m", "adjudge.cli.main", "classify", source, "--ruleset", "zenput", "--no-text"),
        *("--output", target),
    )


def side_by_side(folder: Path, rows: int, repeat: int, sample: int) -> list[str]:
    """Return the table of ways for one size."""
    source, result = folder / f"{rows}.csv", folder / "result.csv"
    measured(classify(source, result), 1)
    added = (result.stat().st_size - source.stat().st_size) // rows - 1
    ours, floor, duckdb = _three(folder, source, ".csv", added, repeat)
    lines = [
        f"| {rows:,} rows, CSV | seconds | processor | peak MB | adjudge takes |",
        "| --- | ---: | ---: | ---: | ---: |",
        line("(a) floor: Polars reads, and writes as much", floor, ours.seconds / floor.seconds),
        line("(b) adjudge classify", ours, 1),
        line("(c) DuckDB, CASE by hand", duckdb, ours.seconds / duckdb.seconds),
    ]
    lines += engines(source, folder, rows, sample, ours)
    return lines


def _three(
    folder: Path, source: Path, ending: str, added: int, repeat: int
) -> tuple[Cost, Cost, Cost]:
    """Return what classify, the floor and DuckDB take for one file."""
    results = [folder / f"{name}{ending}" for name in ("result", "floor", "duckdb")]
    commands = (
        classify(source, results[0]),
        python(HERE / "floor.py", source, results[1], added),
        python(HERE / "by_duckdb.py", source, results[2]),
    )
    runs = {each.stem: (run, each) for each, run in zip(results, commands, strict=True)}
    costs = in_turns(runs, repeat)
    return costs["result"], costs["floor"], costs["duckdb"]


def parquet(folder: Path, rows: int, repeat: int) -> list[str]:
    """Return the table for Parquet in and out."""
    source = folder / f"{rows}.parquet"
    subprocess.run(python(HERE / "generate.py", rows, source), check=True)
    ours, floor, duckdb = _three(folder, source, ".parquet", 319, repeat)
    return [
        f"| {rows:,} rows, Parquet | seconds | processor | peak MB | adjudge takes |",
        "| --- | ---: | ---: | ---: | ---: |",
        line("(a) floor: Polars reads, and writes a constant", floor, ours.seconds / floor.seconds),
        line("(b) adjudge classify", ours, 1),
        line("(c) DuckDB, CASE by hand", duckdb, ours.seconds / duckdb.seconds),
    ]


def engines(source: Path, folder: Path, rows: int, sample: int, ours: Cost) -> list[str]:
    """Return a line for each engine that goes row by row."""
    lines = []
    for letter, (engine, title) in zip("def", ENGINES.items(), strict=True):
        words = (HERE / "row_engines.py", engine, source, folder / "rows.csv", sample)
        said = subprocess.run(python(*words), env=environment(), capture_output=True, text=True)
        if said.returncode:
            raise SystemExit(f"{engine} failed:\n{said.stderr}")
        seconds = float(said.stdout) * rows / sample
        lines.append(
            f"| ({letter}) {title}, {sample:,} rows scaled | {seconds:,.0f} | | | "
            f"1/{seconds / ours.seconds:,.0f} |"
        )
    return lines


def line(title: str, cost: Cost, ratio: float) -> str:
    return (
        f"| {title} | {cost.seconds:.2f} | {cost.processor:.2f} | {cost.megabytes:,.0f} "
        f"| {ratio:.2f} × |"
    )


def growth(folder: Path, sizes: list[int], repeat: int) -> list[str]:
    """Return the table of what classify takes by size."""
    lines = ["| rows | seconds | per row, µs | peak MB |", "| ---: | ---: | ---: | ---: |"]
    for rows in [10, *sizes]:
        source = folder / f"{rows}.csv"
        cost = measured(classify(source, folder / "result.csv"), repeat if rows < 5e6 else 1)
        each = cost.seconds / rows * 1e6
        lines.append(f"| {rows:,} | {cost.seconds:.2f} | {each:,.1f} | {cost.megabytes:,.0f} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--folder", help="Where files go. Default: a temporary folder.")
    chosen = parser.parse_args()
    sizes = sorted(int(each) for each in chosen.rows.split(","))
    compared = max(each for each in sizes if each <= 1_000_000)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        for rows in [10, *sizes]:
            command = python(HERE / "generate.py", rows, folder / f"{rows}.csv")
            subprocess.run(command, check=True)
        load = os.getloadavg()[0]
        body = [
            f"Load before the run {load:.1f}.",
            "",
            *side_by_side(folder, compared, chosen.repeat, min(chosen.sample, compared)),
            "",
            *parquet(folder, compared, chosen.repeat),
            "",
            *growth(folder, sizes, chosen.repeat),
        ]
    publish("Batch", "python bench/batch.py", "\n".join(body))


if __name__ == "__main__":
    main()
