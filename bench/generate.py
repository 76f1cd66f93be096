"""Generates an export of tickets: the same seed and number of rows give the same bytes.

    python bench/generate.py 1000000 tickets.csv      (or tickets.parquet)

Facts stand in columns of their own, as in the native layout. They come in 1,500 distinct
combinations, the frequent ones far more frequent than the rare ones; with the weekly maintenance
window that makes some 2,000 distinct cases. Subjects and descriptions are of the length and the
punctuation that tickets have (commas, quotes, paragraphs).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

SEED = 20_261_122
CASES = 1_500
_STEP = 200_000
_TEXTS = 4_000
_BEGIN = np.datetime64("2024-01-01T00:00:00", "ms")
_SECONDS = 2 * 365 * 86_400

# Each fact with its values and how often they occur; "" is a fact that the form left open.
FACTS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "support_plan": (("contract", "none", ""), (0.90, 0.06, 0.04)),
    "request_type": (
        ("incident", "defect", "how_to", "training", "account_access", "configuration", "billing"),
        (0.45, 0.20, 0.12, 0.05, 0.08, 0.07, 0.03),
    ),
    "affected_function": (
        ("whole_service", "critical_function", "important_function", "minor_function", ""),
        (0.08, 0.22, 0.35, 0.25, 0.10),
    ),
    "functional_impact": (
        (
            "unavailable",
            "severely_degraded",
            "degraded",
            "intermittent",
            "slow",
            "inconvenience",
            "",
        ),
        (0.15, 0.12, 0.22, 0.15, 0.16, 0.12, 0.08),
    ),
    "workaround": (
        ("none", "unacceptable", "available", "in_use", ""),
        (0.30, 0.10, 0.30, 0.15, 0.15),
    ),
    "users_affected": (("all", "many", "some", "single", ""), (0.10, 0.25, 0.35, 0.20, 0.10)),
    "users_affected_percent": (("2", "4.5", "5", "20", "60", ""), (0.1, 0.1, 0.1, 0.2, 0.1, 0.4)),
    "data_impact": (("none", "minor", "major", ""), (0.5, 0.1, 0.08, 0.32)),
    "business_impact": (
        ("critical", "significant", "minimal", "none", ""),
        (0.1, 0.3, 0.3, 0.1, 0.2),
    ),
}
FILED = (("L1", "L2", "L3", "Level 2", "Sev 1", ""), (0.25, 0.35, 0.25, 0.05, 0.05, 0.05))
_PHRASES = (
    "since this morning the dashboard does not load for anybody in our stores",
    "we see “502 Bad Gateway”, and sometimes a blank page",
    "submitting a form takes more than a minute, so our people write on paper again",
    "the report of yesterday shows totals that cannot be right",
    "photos are uploaded, but they never appear in the task",
    "we tried another browser, another network, and a reinstalled app; no change",
    "as a workaround the regional manager exports the list by hand",
    "this blocks the opening checks, which are due at six",
    'the message says "An unexpected error occurred", and nothing else',
    "only some users have it, mostly those in the region North",
    "how do we give a new colleague the rights of an administrator",
    "nothing was changed on our side",
    "please call back on the number in the signature, thank you",
    "the invoice for March names the wrong address",
    "it worked well before the update of last week",
    "notifications come late, or twice",
)
_SUBJECTS = (
    "Dashboard",
    "Forms",
    "Photo upload",
    "Reports",
    "Login",
    "Tasks",
    "Mobile app",
    "Invoices",
)
_TROUBLES = (
    "does not load",
    "is slow",
    "shows wrong totals",
    "fails now and then",
    "question",
    "blocked",
)


def write(rows: int, path: Path, seed: int = SEED) -> None:
    """Write an export of so many tickets as CSV or Parquet, by the ending of `path`."""
    random = np.random.default_rng(seed)
    cases = _cases(random)
    weights = 1.0 / np.arange(1, CASES + 1) ** 0.8
    texts = _texts(random)
    frames = (
        _frame(random, cases, weights / weights.sum(), texts, first, min(_STEP, rows - first))
        for first in range(0, rows, _STEP)
    )
    if path.suffix == ".parquet":
        _write_parquet(frames, path)
        return
    with path.open("wb") as file:
        for number, frame in enumerate(frames):
            _write_csv(frame, file, header=number == 0)


def _write_csv(frame: pl.DataFrame, file: IO[bytes], *, header: bool) -> None:
    _with_nulls(frame).write_csv(file, include_header=header)


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with null for empty texts, which CSV writes without quotes."""
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text != "").then(text).name.keep())


def _write_parquet(frames: object, path: Path) -> None:
    import pyarrow.parquet as parquet

    writer = None
    for frame in frames:  # type: ignore[attr-defined]
        table = _with_nulls(frame).to_arrow()
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _cases(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return distinct combinations of facts, in a random order."""
    found: dict[tuple[str, ...], None] = {}
    while len(found) < CASES:
        case = {name: str(random.choice(values, p=odds)) for name, (values, odds) in FACTS.items()}
        if case["users_affected"] == "all":
            case["users_affected_percent"] = ""  # anything but 100 would contradict it
        found[tuple(case.values())] = None
    columns = zip(*found, strict=True)
    return {name: np.array(column) for name, column in zip(FACTS, columns, strict=True)}


def _texts(random: np.random.Generator) -> np.ndarray:
    texts = []
    for _ in range(_TEXTS):
        count = int(random.integers(2, 9))
        parts = [_PHRASES[index] for index in random.permutation(len(_PHRASES))[:count]]
        middle = (len(parts) + 1) // 2
        first, second = (
            ". ".join(each.capitalize() for each in half)
            for half in (parts[:middle], parts[middle:])
        )
        gap = "\n\n" if random.random() < 0.4 else " "
        texts.append(f"{first}.{gap}{second}." if second else f"{first}.")
    return np.array(texts, dtype=object)


def _frame(
    random: np.random.Generator,
    cases: dict[str, np.ndarray],
    weights: np.ndarray,
    texts: np.ndarray,
    first: int,
    rows: int,
) -> pl.DataFrame:
    chosen = random.choice(CASES, size=rows, p=weights)
    seconds = (
        random.integers(0, _SECONDS, size=rows).astype("timedelta64[s]").astype("timedelta64[ms]")
    )
    numbers = pl.Series(np.arange(first + 1, first + rows + 1))
    subjects = np.array([f"{a} {b}" for a in _SUBJECTS for b in _TROUBLES], dtype=object)
    columns = {
        "id": pl.select(pl.format("T-{}", numbers)).to_series(),
        "filed": random.choice(FILED[0], p=FILED[1], size=rows),
        "created_at": pl.Series(_BEGIN + seconds).dt.to_string("%Y-%m-%dT%H:%M:%S+00:00"),
        "organization": pl.select(
            pl.format("Customer {}", pl.Series(random.integers(1, 5_000, size=rows)))
        ).to_series(),
        "subject": pl.Series(random.choice(subjects, size=rows), dtype=pl.String),
        "description": pl.Series(texts[random.integers(0, _TEXTS, size=rows)], dtype=pl.String),
    }
    columns |= {name: values[chosen] for name, values in cases.items()}
    return pl.DataFrame(columns)


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
