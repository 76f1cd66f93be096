"""Measures reading of prose: whole runs beside the floor, and the extractor beside a bare scan.

    python bench/text_speed.py [--rows 100000] [--repeat 3] [--sample 5000] [--folder DIR]

Whole processes are measured: start, read, decide, write, end; the best of the repetitions counts.
"Per core" divides the megabytes of text by the seconds of processor time.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import ahocorasick_rs

import texts
from adjudge.batch.pool import cores
from adjudge.decide import load
from adjudge.reading.lexicon import load_lexicons
from batch import HERE, Cost, measured, python
from results import publish, table

RULESET = "zenput"
_Text = tuple[str, str]


def classify(source: Path, target: Path, jobs: int) -> list[str]:
    return python(
        *("-m", "adjudge.cli.main", "classify", source, "--ruleset", RULESET),
        *("--output", target, "--jobs", jobs),
    )


def read_texts(source: Path, count: int) -> list[_Text]:
    with source.open(encoding="utf-8", newline="") as file:
        rows = islice(csv.DictReader(file), count)
        return [(row["subject"], row["description"]) for row in rows]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that `work` took, the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def whole_runs(folder: Path, rows: int, repeat: int) -> str:
    """Return the table of whole processes over one export."""
    source, result = folder / "texts.csv", folder / "result.csv"
    repeated = texts.write(rows, source)
    size = sum(len(subject) + len(body) for subject, body in read_texts(source, rows)) / 1e6
    runs = {1: measured(classify(source, result, 1), repeat)}
    added = (result.stat().st_size - source.stat().st_size) // rows - 1
    floor = measured(python(HERE / "floor.py", source, folder / "floor.csv", added), repeat)
    if cores() > 1:
        runs[cores()] = measured(classify(source, result, cores()), repeat)

    def line(title: str, cost: Cost) -> list[str]:
        return [
            title,
            f"{cost.seconds:.1f}",
            f"{cost.processor:.1f}",
            f"{cost.megabytes:,.0f}",
            f"{size / cost.processor:.2f}",
            f"{cost.seconds / floor.seconds:.0f} ×",
        ]

    header = [f"{rows:,} tickets, {size:,.0f} MB of text", "seconds", "processor",
              "peak MB of a process", "MB/s per core", "of the floor"]  # fmt: skip
    lines = [line("floor: Polars reads, and writes as much", floor)]
    lines += [line(f"adjudge classify --jobs {jobs}", cost) for jobs, cost in runs.items()]
    share = f"{repeated:.1%} of the sentences were met before in the same export."
    return f"{table(header, lines)}\n\n{share}"


def extractor(source: Path, count: int) -> str:
    """Return the table of the extractor alone, beside a bare scan for the same phrases."""
    tickets = read_texts(source, count)
    size = sum(len(subject) + len(body) for subject, body in tickets) / 1e6
    lowered = [f"{subject}\n{body}".lower() for subject, body in tickets]
    automaton = ahocorasick_rs.AhoCorasick(
        list(load_lexicons()["en"].phrases), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    reader = load(RULESET).compiled.extractor
    reader.extract(*tickets[0])

    def read() -> None:
        for subject, body in tickets:
            reader.extract(subject, body)

    bare = timed(lambda: [automaton.find_matches_as_indexes(text) for text in lowered])
    facts = timed(read)
    rows = [
        [title, f"{size / seconds:.2f}", f"{len(tickets) / seconds:,.0f}", f"{seconds / bare:.0f}"]
        for title, seconds in (("bare scan for the English phrases", bare),
                               ("facts, language detected", facts))
    ]  # fmt: skip
    return table([f"one core, {len(tickets):,} tickets", "MB/s", "tickets/s", "times"], rows)


def start_up(source: Path, folder: Path, repeat: int) -> str:
    """Return the table of what ten rows take, with nothing kept from earlier runs and with it."""
    small = folder / "ten.csv"
    with source.open(encoding="utf-8", newline="") as file, small.open("w", newline="") as to:
        csv.writer(to).writerows(islice(csv.reader(file), 11))
    command = classify(small, folder / "ten.result.csv", 1)
    os.environ["ADJUDGE_CACHE"] = ""
    cold = measured(command, repeat)
    os.environ["ADJUDGE_CACHE"] = str(folder / "cache")
    measured(command, 1)
    warm = measured(command, repeat)
    without = measured([*command, "--no-text"], repeat)
    rows = [
        [title, f"{cost.seconds:.2f}", f"{cost.processor:.2f}"]
        for title, cost in (
            ("with texts, nothing kept", cold),
            ("with texts, again", warm),
            ("`--no-text`", without),
        )
    ]
    return table(["ten rows", "seconds", "processor"], rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sample", type=int, default=5_000)
    parser.add_argument("--folder", help="Where files go. Default: a temporary folder.")
    chosen = parser.parse_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        runs = whole_runs(folder, chosen.rows, chosen.repeat)
        source = folder / "texts.csv"
        tables = [runs, extractor(source, chosen.sample), start_up(source, folder, chosen.repeat)]
    tables.append(
        f"Load before the run {before:.1f}. To reach: 4 × the floor, ten rows in 1 second."
    )
    script = f"python bench/text_speed.py --rows {chosen.rows}"
    publish("Texts", script, "\n\n".join(tables))


if __name__ == "__main__":
    main()
