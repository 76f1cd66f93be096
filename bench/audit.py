"""How long an audit of many tickets takes, beside `classify` of the same, in one run.

    python bench/audit.py [ROWS] [FOLDER]

Both read the same table without its words; the audit writes the HTML page. They take turns, and the
fastest run of each counts. Seconds, processor seconds (user and system), and peak memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import write

RUNS = 3
RULESET = "zenput"


def timed(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return its seconds, processor seconds and peak memory in MB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    took = time.perf_counter() - begin
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(rows: int, folder: Path) -> None:
    """Measure, and print a table."""
    table = folder / f"tickets-{rows}.csv"
    if not table.exists():
        write(rows, table)
    call = [sys.executable, "-m", "adjudge.cli.main"]
    options = [str(table), "--ruleset", RULESET, "--no-text"]
    commands = {
        "adjudge classify": [*call, "classify", *options, "--output", str(folder / "out.csv")],
        "adjudge audit, HTML": [*call, "audit", *options, "--output", str(folder / "audit.html")],
    }
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            found[name].append(timed(command))
    best = {name: min(runs) for name, runs in found.items()}
    first = best["adjudge classify"]
    print(f"| {rows:,} rows | seconds | processor | peak MB | times classify |")
    print("|---|---|---|---|---|")
    for name, (took, processor, peak) in best.items():
        ratio = f"{took / first[0]:.2f} ({processor / first[1]:.2f} of the processor)"
        print(f"| {name} | {took:.2f} | {processor:.2f} | {peak:.0f} | {ratio} |")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    chosen = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp())
    main(count, chosen)
