"""Frames, batches and clusters decide as files do."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import adjudge
from adjudge.batch.frames import RESULTS, decide_frame
from adjudge.decide import Ruleset

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return adjudge.load("zenput")


def tickets(rows: int = 300) -> pl.DataFrame:
    kinds = ["incident", "how_to", "", None, "training", "defect"]
    impacts = ["unavailable", "slow", None, "degraded"]
    return pl.DataFrame(
        {
            "id": [f"T-{row}" for row in range(rows)],
            "filed": [
                ("L1", "L2", None, "P7")[row % 4 if row % 50 == 3 else row % 3]
                for row in range(rows)
            ],
            "created_at": [
                f"2025-03-{row % 28 + 1:02}T{row % 24:02}:15:00+01:00" for row in range(rows)
            ],
            "request_type": [kinds[row % 6] for row in range(rows)],
            "functional_impact": [impacts[row // 6 % 4] for row in range(rows)],
            "affected_function": [
                ("whole_service", "minor_function", None)[row // 24 % 3] for row in range(rows)
            ],
            "workaround": [("none", "available", None)[row // 72 % 3] for row in range(rows)],
        }
    )


def test_a_frame_has_the_decisions_of_its_tickets(ruleset: Ruleset) -> None:
    frame = tickets()
    decided = ruleset.decide_frame(frame)
    assert decided.columns == list(RESULTS)
    assert decided["id"].to_list() == frame["id"].to_list()
    assert decided["error"].null_count() < len(frame)
    for ticket, row in zip(frame.to_dicts(), decided.to_dicts(), strict=True):
        facts = {name: ticket[name] for name in frame.columns[3:] if ticket[name]}
        native = {name: ticket[name] for name in ("id", "filed", "created_at")}
        try:
            decision = ruleset.decide(adjudge.Ticket.from_dict({**native, "facts": facts}))
        except adjudge.InputError:
            assert row["error"] == "`P7` is no level of `zenput`; known here: `L1`, `L2`, `L3`"
            assert row["level"] is None
            continue
        assert row["error"] is None
        assert row["level"] == decision.level
        assert row["possible"] == " ".join(decision.possible)
        assert row["why"] == decision.recommendation.summary
        response = decision.response
        due = response.due.isoformat() if response and response.due else None
        assert row["response_due"] == due


def test_facts_may_have_their_own_types(ruleset: Ruleset) -> None:
    puppet = adjudge.load("puppet")
    frame = pl.DataFrame(
        {
            "id": [1, 2, 3],
            "customer_can_resolve": [True, False, None],
            "technology": [["java"], [], None],
            "users_affected_percent": [1.5, 100.0, None],
        }
    )
    texts = pl.DataFrame(
        {
            "id": ["1", "2", "3"],
            "customer_can_resolve": ["yes", "no", ""],
            "technology": ["java", "none", ""],
            "users_affected_percent": ["1.5", "100", ""],
        }
    )
    for each in (puppet, ruleset):
        assert each.decide_frame(frame).equals(each.decide_frame(texts))


def test_every_row_that_goes_in_comes_out(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["a", None, "a"], "request_type": ["how_to", "how_to", "nonsense"]})
    decided = ruleset.decide_frame(frame)
    assert decided["level"].to_list() == ["L3", None, None]
    assert decided["error"].to_list()[1] == "`id` is empty"
    assert "nonsense" in str(decided["error"][2])
    assert len(ruleset.decide_frame(frame.clear())) == 0
    with pytest.raises(adjudge.InputError, match="the frame has no column `id`"):
        ruleset.decide_frame(frame.drop("id"))


def test_batches_are_decided_one_by_one(ruleset: Ruleset) -> None:
    frame = tickets()
    batches = frame.to_arrow().to_batches(max_chunksize=70)
    decided = list(adjudge.decide_batches(iter(batches), ruleset))
    assert [len(each) for each in decided] == [len(each) for each in batches]
    assert pl.DataFrame(pa.Table.from_batches(decided)).equals(ruleset.decide_frame(frame))


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_for_duckdb_runs(ruleset: Ruleset) -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = tickets()
    connection = duckdb.connect()
    connection.register("tickets", frame.to_arrow())
    decided = example("decide_in_duckdb").decide(connection, "SELECT * FROM tickets", "zenput")
    assert pl.DataFrame(decided).sort("id").equals(ruleset.decide_frame(frame).sort("id"))


def test_the_example_for_dask_runs(ruleset: Ruleset) -> None:
    dd = pytest.importorskip("dask.dataframe")
    pandas = pytest.importorskip("pandas")
    frame = tickets()
    own = pandas.DataFrame(frame.to_dict(as_series=False), dtype="string")
    decided: Any = example("decide_with_dask").decide(dd.from_pandas(own, npartitions=3), "zenput")
    got = decided.compute(scheduler="synchronous")
    expected = ruleset.decide_frame(frame)
    for name in RESULTS:
        values = [None if value is pandas.NA else value for value in got[name]]
        assert values == expected[name].to_list()


def called(script: str, *words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script of the repository, with a folder of modules that come before all others."""
    folders = [*([str(path)] if path else []), str(ROOT / "src")]
    return subprocess.run(
        [sys.executable, script, *words], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
    )  # fmt: skip


NEEDS = {"decide_in_duckdb": "duckdb", "decide_with_dask": "dask"}


@pytest.mark.parametrize(("name", "module"), NEEDS.items())
def test_an_example_runs_as_it_says(name: str, module: str) -> None:
    pytest.importorskip(module)
    command = re.search(r"python (examples/\S+) (\S+) (\S+)", (EXAMPLES / f"{name}.py").read_text())
    assert command is not None
    done = called(*command.groups())
    assert done.returncode == 0, done.stderr
    assert "overfiled" in done.stdout


@pytest.mark.parametrize(("name", "module"), NEEDS.items())
def test_an_example_says_what_it_lacks(name: str, module: str, tmp_path: Path) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError")
    done = called(f"examples/{name}.py", "fixtures/demo/puppet.csv", "puppet", path=tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(rf"this example needs .*: run `pip install '?{module}.*`\n", done.stderr)


@pytest.mark.parametrize(("name", "module"), NEEDS.items())
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no-such.csv", "puppet"), "no-such.csv"),
        (("fixtures/demo/puppet.csv", "no-such-ruleset"), "no-such-ruleset"),
        (("it's.csv", "puppet"), "it's.csv"),
        (("fixtures/rulesets", "puppet"), "fixtures/rulesets"),
    ],
)
def test_an_example_says_what_it_cannot_use(
    name: str, module: str, words: tuple[str, str], said: str
) -> None:
    pytest.importorskip(module)
    done = called(f"examples/{name}.py", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in done.stderr


def test_the_example_for_duckdb_takes_a_table_without_rows(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    (tmp_path / "none.csv").write_text("id,environment\n")
    done = called("examples/decide_in_duckdb.py", str(tmp_path / "none.csv"), "puppet")
    assert done.returncode == 0, done.stderr


def test_the_example_report_says_what_it_lacks(tmp_path: Path) -> None:
    done = called("tools/example_report.py", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("there is no servicenow_incidents.csv in ")


@pytest.mark.slow
def test_spark_decides_as_a_local_run_does(ruleset: Ruleset, tmp_path: Path) -> None:
    sql = pytest.importorskip("pyspark.sql")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), *sys.path])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from adjudge.spark import decide_frame
    from adjudge.sql import statement

    frame = tickets(2_000)
    frame.write_parquet(tmp_path / "tickets.parquet")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    try:
        tickets_there = session.read.parquet(str(tmp_path / "tickets.parquet")).repartition(4)
        decided = decide_frame(tickets_there, ruleset).collect()
        assert sorted(tuple(row) for row in decided) == sorted(ruleset.decide_frame(frame).rows())

        with pytest.raises(adjudge.InputError, match="the frame has no column `id`"):
            decide_frame(tickets_there.withColumnRenamed("id", "nr"), ruleset)
        twice = tickets_there.withColumn("facts.request_type", tickets_there["request_type"])
        with pytest.raises(adjudge.InputError, match="columns for the same thing"):
            decide_frame(twice, ruleset)

        # The statement says there what the library says here.
        known = [name for name in ruleset.compiled.table.axes.position if name not in frame.columns]
        there = tickets_there.selectExpr(
            "*",
            *(f"CAST(NULL AS {_spark_type(ruleset, name)}) AS {name}" for name in known),
        ).where("coalesce(request_type, '') <> ''")
        there.createOrReplaceTempView("facts")
        rows = session.sql(statement(ruleset.compiled, "spark")).collect()
        local = {
            row["id"]: row for row in ruleset.decide_frame(frame.drop("created_at")).to_dicts()
        }
        assert len(rows) > 500
        for row in rows:
            own = local[row["id"]]
            if own["error"] is None:
                assert (row["level"], row["possible"]) == (own["level"], own["possible"])
                assert row["rule"] == own["decided_by"]
    finally:
        session.stop()


def _spark_type(ruleset: Ruleset, fact: str) -> str:
    kinds = {"yes_no": "boolean", "number": "double", "words": "array<string>"}
    return kinds.get(ruleset.policy.facts[fact].kind, "string")


def test_a_name_in_the_place_of_a_ruleset_says_how_to_load_it() -> None:
    from adjudge.spark import decide_frame as decide_spark

    batch = pa.RecordBatch.from_pydict({"id": ["1"]})
    calls: list[Any] = [
        lambda given: adjudge.decide_batches([batch], given),
        lambda given: decide_frame(pl.DataFrame({"id": ["1"]}), given),
        lambda given: decide_spark(None, given),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(adjudge.InputError, match=r'pass `adjudge.load\("zenput"\)`'):
            call("zenput")
        with pytest.raises(adjudge.InputError, match="`int` is no ruleset"):
            call(5)


def test_a_frame_without_ids_says_what_is_missing(ruleset: Ruleset) -> None:
    with pytest.raises(adjudge.InputError) as caught:
        ruleset.decide_frame(pl.DataFrame({"nr": ["1"]}))
    (finding,) = caught.value.findings
    assert finding.message == "the frame has no column `id`, by which a ticket is named in results"
    assert finding.help == "rename the column that has the ids; its columns are `nr`"


def test_a_column_that_looks_like_the_filed_level_is_warned_of(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["1"], "Priority": ["L1"]})
    with pytest.warns(UserWarning, match="`Priority` looks like the filed level"):
        ruleset.decide_frame(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ruleset.decide_frame(frame.rename({"Priority": "filed"}))


def test_a_column_that_is_nearly_named_like_a_fact_is_warned_of(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["1"], "workarund": ["none"]})
    said = "`workarund` is named like no fact.*`workaround`"
    calls: list[Callable[[], object]] = [
        lambda: ruleset.decide_frame(frame),
        lambda: decide_frame(frame, ruleset),
        lambda: list(adjudge.decide_batches(frame.to_arrow(), ruleset)),
        lambda: list(adjudge.decide_batches(iter(frame.to_arrow().to_batches()), ruleset)),
    ]
    for call in calls:
        with pytest.warns(UserWarning, match=said) as warned:
            call()
        assert [each.filename for each in warned] == [__file__]  # the caller's line, not ours
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ruleset.decide_frame(frame.with_columns(workaround=pl.lit("none")))


def test_a_lazy_frame_and_tables_that_speak_arrow_are_decided_too(ruleset: Ruleset) -> None:
    pandas = pytest.importorskip("pandas")
    frame = tickets(60)
    own = pandas.DataFrame(frame.to_dict(as_series=False), dtype="string")
    expected = ruleset.decide_frame(frame)
    for given in (frame.lazy(), frame.to_arrow(), frame.to_arrow().to_batches()[0], own):
        assert ruleset.decide_frame(given).equals(expected)
    for table in (frame, frame.to_arrow(), frame.to_arrow().to_reader(), own):
        decided = pa.Table.from_batches(adjudge.decide_batches(table, ruleset))
        assert pl.DataFrame(decided).equals(expected)


def test_what_is_no_frame_is_refused(ruleset: Ruleset) -> None:
    from adjudge.spark import decide_frame as decide_spark

    column = pl.Series("id", ["1"])
    wrong: list[Any] = [{"id": ["1"]}, [1], None, "x", object(), column]
    for given in wrong:
        with pytest.raises(adjudge.InputError, match="`frame`"):
            ruleset.decide_frame(given)
        with pytest.raises(adjudge.InputError, match="`batches"):
            list(adjudge.decide_batches(given, ruleset))
        with pytest.raises(adjudge.InputError, match="`batches, number 1` has to be a `pyarrow"):
            list(adjudge.decide_batches([given], ruleset))
    pandas = pytest.importorskip("pandas")
    mixed = pandas.DataFrame({"id": ["a", 1]})
    twice = pandas.DataFrame([["a", "b"]], columns=["id", "id"])
    for given in (mixed, twice):
        with pytest.raises(adjudge.InputError, match="`frame` cannot be read as a table"):
            ruleset.decide_frame(given)
    for given in (*wrong, pl.DataFrame({"id": ["1"]})):
        with pytest.raises(adjudge.InputError, match="`frame` has to be a Spark frame"):
            decide_spark(given, ruleset)


def test_columns_for_the_same_thing_are_refused(ruleset: Ruleset) -> None:
    twins = [("id", "ID"), ("request_type", "facts.request_type"), ("filed", "Filed")]
    for one, other in twins:
        cells = {"id": ["1"], one: ["L1"], other: ["L2"]}
        with pytest.raises(adjudge.InputError, match=f"`{one}` and `{other}` are columns for"):
            ruleset.decide_frame(pl.DataFrame(cells))
    twice = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["id", "id"])
    with pytest.raises(adjudge.InputError, match="`id` and `id` are columns for the same thing"):
        list(adjudge.decide_batches([twice], ruleset))


def test_cells_of_any_type_are_told_and_not_mistaken(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "request_type": [{"a": date(2026, 1, 1)}, {"a": None}]})
    errors = ruleset.decide_frame(frame)["error"].to_list()
    assert all(each.startswith("`request_type` is `{") for each in errors)
    objects = pl.DataFrame({"id": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(adjudge.InputError, match="the column `id` holds objects of Python"):
        ruleset.decide_frame(objects)
    beside = pl.DataFrame({"id": ["a"], "other": objects["id"]})
    assert ruleset.decide_frame(beside)["error"].to_list() == [None]


@pytest.mark.parametrize("name", ["puppet", "zenput", "fixtures/rulesets/acme.yaml"])
@pytest.mark.parametrize(
    "created_at",
    [
        "0001-01-01T00:00:00+00:00",  # what some systems write for no time at all
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_a_time_at_the_end_of_all_time_is_decided(name: str, created_at: str) -> None:
    loaded = adjudge.load(name)
    as_of = date(2026, 6, 1)
    frame = pl.DataFrame({"id": ["1", "2"], "created_at": [created_at, "2026-06-01T12:00:00Z"]})
    row, usual = loaded.decide_frame(frame, as_of=as_of).to_dicts()
    ticket = adjudge.Ticket.from_dict({"id": "1", "created_at": created_at})
    decision = loaded.decide(ticket, as_of=as_of)
    assert (row["level"], row["why"]) == (decision.level, decision.recommendation.summary)
    due = decision.response.due if decision.response else None
    assert row["response_due"] == (due.isoformat() if due else None)
    assert usual["error"] is None


def test_a_row_of_the_names_of_columns_is_a_row(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["id", "a"], "request_type": ["request_type", "how_to"]})
    decided = ruleset.decide_frame(frame)
    assert decided["level"].to_list() == [None, "L3"]
    assert "`request_type` is `request_type`" in decided["error"][0]


def test_a_wish_that_is_none_is_refused_as_for_one_ticket(ruleset: Ruleset) -> None:
    frame = pl.DataFrame({"id": ["1"]})
    batch = pa.RecordBatch.from_pydict({"id": ["1"]})
    wrong: list[dict[str, Any]] = [
        {"when_uncertain": "hopeful"},
        {"when_uncertain": []},
        {"language": "tlh"},
        {"language": 5},
        {"as_of": "2026-01-01"},
    ]
    for wish in wrong:
        with pytest.raises(adjudge.InputError, match=r"hopeful|tlh|has to be a"):
            ruleset.decide_frame(frame, **wish)
        with pytest.raises(adjudge.InputError):
            adjudge.decide_batches([batch], ruleset, **wish)
