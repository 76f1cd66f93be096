"""Times the library call and the start of the command, and writes the table to bench/RESULTS.md.

    python bench/decide.py

Warm: a case that was decided before. New: a case never met, so both evaluators work. Load: a
ruleset from its file, with its decision table. Start: whole processes, in turn.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import adjudge
from results import publish, table

WARM, NEW, LOADS, STARTS = 20_000, 400, 15, 15


def median(run: Callable[[int], object], times: int) -> float:
    taken = []
    for number in range(times):
        start = time.perf_counter()
        run(number)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def drawn_facts(name: str, count: int) -> list[dict[str, object]]:
    """Different cases of a ruleset, as facts; a third of the facts is left unknown."""
    compiled = adjudge.load(name).compiled
    pick = random.Random(name)
    found: dict[tuple[int, ...], dict[str, object]] = {}
    for _ in range(count * 50):
        known = {}
        for axis in compiled.axes.axes:
            if pick.random() < 0.66:
                value = pick.choice(pick.choice(axis.classes))
                words = isinstance(value, frozenset)
                known[axis.fact.name] = sorted(w for w in value if w.isalnum()) if words else value
        case = compiled.axes.case(
            {n: frozenset(v) if isinstance(v, list) else v for n, v in known.items()}
        )
        if compiled.mask(case):
            found.setdefault(case, known)
        if len(found) == count:
            break
    return list(found.values())


def start_of(words: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    rows = []
    for name in adjudge.shipped_rulesets():
        cases = drawn_facts(name, NEW)
        load = median(lambda _, name=name: adjudge.load(name), LOADS)
        fresh = adjudge.load(name)
        fresh.decide(cases[0])  # compiles the inference program, once
        new = median(lambda i, r=fresh, c=cases: r.decide(c[i % len(c)]), len(cases))
        warm = median(lambda i, r=fresh, c=cases: r.decide(c[i % len(c)]), WARM)
        whole = median(lambda i, r=fresh, c=cases: r.decide(c[i % len(c)]).to_json(), WARM // 10)
        row = [f"{warm * 1e6:.1f} µs", f"{whole * 1e6:.0f} µs", f"{new * 1e3:.2f} ms"]
        rows.append([name, f"{len(cases)}", *row, f"{load * 1e3:.1f} ms"])
    header = ["ruleset", "cases", "decide, warm", "and written as JSON", "decide, new case", "load"]
    body = table(header, rows)
    pairs = []
    for _ in range(STARTS):
        help_time = start_of(["-m", "adjudge.cli.main", "--help"])
        click_time = start_of(["-c", "import click"])
        pairs.append((help_time, click_time, help_time / click_time))
    helped, clicked, ratio = (statistics.median(column) for column in zip(*pairs, strict=True))
    body += "\n\n" + table(
        ["`adjudge --help`", '`python -c "import click"`', "ratio"],
        [[f"{helped * 1e3:.0f} ms", f"{clicked * 1e3:.0f} ms", f"{ratio:.2f}"]],
    )
    body += "\n\nMedians. To reach: warm 50 µs, new case 5 ms, load 50 ms, ratio 1.5, each at most."
    publish("One decision", "python bench/decide.py", body)


if __name__ == "__main__":
    main()
