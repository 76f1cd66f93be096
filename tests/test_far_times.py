"""Times that Python cannot hold take no more than their own row with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import adjudge
import test_columns
from adjudge.batch.classify import Wishes
from adjudge.batch.write import Layout
from adjudge.cli.main import main

FAR = 2**50
NEAR = 1_767_225_600_000
TIMES = pa.array([NEAR, FAR, None], pa.timestamp("ms", "UTC"))


def table(**columns: pa.Array) -> pa.Table:
    return pa.table({"id": ["T-1", "T-2", "T-3"], "filed": ["P1", "P2", None], **columns})


def test_a_frame_with_a_far_time_has_an_error_in_its_row() -> None:
    ruleset = adjudge.load("puppet")
    far = ruleset.decide_frame(table(created_at=TIMES))
    near = ruleset.decide_frame(table(created_at=pa.array([NEAR, None, None], TIMES.type)))
    assert far.row(0) == near.row(0)
    assert far.row(2) == near.row(2)
    assert "`1125899906842624 milliseconds from 1970 on`: expected an ISO" in far["error"][1]
    (batch,) = adjudge.decide_batches(table(created_at=TIMES), ruleset)
    assert batch["error"].to_pylist() == far["error"].to_list()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2**30, None], pa.date32()),
        pa.array([1, 2**62, None], pa.duration("s")),
        pa.array([1, 2**50, None], pa.timestamp("s", "UTC")),
        pa.array([1, 86_400_000 * 2**25, None], pa.int64()).view(pa.date64()),
        pa.array([datetime(9999, 12, 31, 23, 59, tzinfo=UTC)] * 3, pa.timestamp("us", "Etc/GMT-9")),
    ],
    ids=["date32", "duration", "seconds", "date64", "zone"],
)
@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl", "xlsx"])
def test_a_far_time_in_another_column_is_passed_through(
    tmp_path: Path, column: pa.Array, ending: str, *, statistics: bool
) -> None:
    source, output = tmp_path / "in.parquet", tmp_path / f"out.{ending}"
    pq.write_table(table(closed=column), source, write_statistics=statistics)
    words = ["classify", str(source), "--ruleset", "puppet", "--output", str(output)]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.output
    assert "3 rows = 3 decided + 0 rejected" in found.stderr
    ruleset = adjudge.load("puppet")
    assert test_columns.by_columns(source, ruleset, Wishes(text=False), Layout()) is None


def test_a_far_time_of_creation_is_a_reject(tmp_path: Path) -> None:
    source, output = tmp_path / "in.parquet", tmp_path / "out.jsonl"
    member = pa.StructArray.from_arrays([TIMES], ["at"])
    pq.write_table(table(created_at=TIMES, closed=member), source)
    words = ["classify", str(source), "--ruleset", "puppet", "--output", str(output)]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.output
    assert "3 rows = 2 decided + 1 rejected" in found.stderr
    (line,) = Path(f"{output}.rejects.jsonl").read_text().splitlines()
    assert "milliseconds from 1970 on" in json.dumps(json.loads(line)["reasons"])


def test_a_far_time_within_a_list_says_so(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(table(seen=pa.ListArray.from_arrays([0, 1, 2, 3], TIMES)), source)
    words = ["classify", str(source), "--ruleset", "puppet", "--output", str(tmp_path / "o.csv")]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 2
    assert "error[far-time]" in found.stderr
