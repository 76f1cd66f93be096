"""The SQL of a ruleset gives what its decision table gives, on every cell."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

import adjudge
from adjudge.cli.main import main
from adjudge.decide import Ruleset
from adjudge.model.axes import Axes
from adjudge.sql import DIALECTS, statement

pytest.importorskip("sqlglot")


def facts_of(axes: Axes, cells: np.ndarray) -> pl.DataFrame:
    """Return cells as a table of facts: a value that stands for each class, null for unknown."""
    types = {"yes_no": pl.Boolean, "number": pl.Float64, "words": pl.List(pl.String)}
    places = np.unravel_index(cells, tuple(axis.size for axis in axes.axes))
    columns = {"id": pl.Series(cells)}
    for axis, indexes in zip(axes.axes, places, strict=True):
        values = [each[0] for each in axis.classes]
        shown = [sorted(each) if isinstance(each, frozenset) else each for each in values]
        kind = types.get(axis.fact.kind, pl.String)
        column = pl.Series([*shown, None], dtype=kind).gather(indexes)
        columns[axis.fact.name] = column
    return pl.DataFrame(columns)


def run(ruleset: Ruleset, facts: pl.DataFrame, *, presume: bool) -> pl.DataFrame:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("facts", facts.to_arrow())
    text = statement(ruleset.compiled, "duckdb", presume=presume)
    return pl.DataFrame(connection.sql(text).to_arrow_table()).sort("id")


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_every_cell_has_the_levels_of_the_table(name: str) -> None:
    ruleset = adjudge.load(name)
    table, ids = ruleset.compiled.table, ruleset.policy.level_ids
    found = run(ruleset, facts_of(table.axes, np.arange(table.cells)), presume=False)
    for mask in np.unique(table.masks):
        levels = [level for number, level in enumerate(ids) if mask >> number & 1]
        rows = found.filter(pl.Series(table.masks.reshape(-1) == mask))
        assert rows["possible"].unique().to_list() == [" ".join(levels) if levels else None]
        assert rows["level"].unique().to_list() == [levels[-1] if levels else None]


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_a_sample_of_cells_is_decided_as_by_the_library(name: str) -> None:
    ruleset = adjudge.load(name)
    table = ruleset.compiled.table
    random = np.random.default_rng(7)
    cells = np.unique(random.integers(0, table.cells, size=400))
    facts = facts_of(table.axes, cells)
    found = run(ruleset, facts, presume=True)
    for row, got in zip(facts.iter_rows(named=True), found.iter_rows(named=True), strict=True):
        row.pop("id")
        try:
            decision = ruleset.decide(row)
        except adjudge.InputError:
            assert (got["level"], got["possible"], got["rule"]) == (None, None, None)
            continue
        assert got["level"] == decision.level, row
        assert got["possible"] == " ".join(decision.possible), row
        assert got["rule"] == " ".join(decision.decided_by), row


def test_a_value_outside_its_domain_is_null() -> None:
    ruleset = adjudge.load("zenput")
    axes = ruleset.compiled.table.axes
    facts = facts_of(axes, np.array([0, 1]))
    odd = facts.with_columns(
        pl.Series("request_type", ["incidnet", None]),
        pl.Series("users_affected_percent", [None, 100.5]),
    )
    found = run(ruleset, odd, presume=True)
    assert found["level"].to_list() == [None, None]


def test_a_ruleset_without_facts_has_one_answer(sample: Callable[[str], Ruleset]) -> None:
    found = run(sample(""), pl.DataFrame({"id": [1, 2]}), presume=True)
    assert found.rows() == [(1, "P3", "P3", "anything-else"), (2, "P3", "P3", "anything-else")]


def test_a_rule_that_a_presumption_rules_out_decides_nothing(
    sample: Callable[[str], Ruleset],
) -> None:
    ruleset = sample(
        """
facts: {tags: {kind: words}, tier: {values: [a, b]}, plan: {values: [gold, free]}}
presume: {plan: {value: free, because: it is usual}}
derive: [{id: law, when: {tags: {empty: true}}, fact: tier, value: b, because: it is so}]
criteria:
  - {id: any, level: P3, when: {any: [{plan: gold}, {tags: {empty: true}}]}, because: it is P3}
"""
    )
    kinds = {"id": pl.Int64, "tags": pl.List(pl.String), "tier": pl.String, "plan": pl.String}
    facts = pl.DataFrame([(1, None, "a", None)], schema=kinds, orient="row")
    decision = ruleset.decide({"tier": "a"})
    assert decision.decided_by == ("anything-else",)
    assert run(ruleset, facts, presume=True).rows() == [
        (1, decision.level, " ".join(decision.possible), " ".join(decision.decided_by))
    ]


def test_contradictions_are_null_where_they_are_most_of_all_cases(
    sample: Callable[[str], Ruleset],
) -> None:
    ruleset = sample(
        """
facts: {tier: {values: [a, b]}, seats: {kind: number}}
derive: [{id: law, when: {tier: [a, b]}, fact: seats, value: 1, because: it is so}]
criteria: [{id: tiered, level: P1, when: {tier: a, seats: {at_most: 3}}, because: it is small}]
"""
    )
    facts = pl.DataFrame({"id": [1, 2], "tier": ["a", "a"], "seats": [1.0, 9.0]})
    assert run(ruleset, facts, presume=True)["level"].to_list() == ["P1", None]
    with pytest.raises(adjudge.InputError, match="`tier` a and `seats` 9 contradict each other"):
        ruleset.decide({"tier": "a", "seats": 9})


def test_every_dialect_is_written_and_is_small() -> None:
    for name in adjudge.shipped_rulesets():
        compiled = adjudge.load(name).compiled
        for dialect in DIALECTS:
            text = statement(compiled, dialect, table="desk.facts", key="ticket id")
            assert len(text) < 60_000
            assert text == statement(compiled, dialect, table="desk.facts", key="ticket id")


def test_the_head_names_every_column_that_is_read() -> None:
    for name in adjudge.shipped_rulesets():
        compiled = adjudge.load(name).compiled
        head = [line for line in statement(compiled, "duckdb").splitlines() if line[:2] == "--"]
        named = [each for line in head[1:] for each in line.split(": ")[1].split(", ")]
        assert sorted(named) == sorted(axis.fact.name for axis in compiled.table.axes.axes)
    assert "-- number: users_affected_percent" in head
    assert "-- boolean: scheduled_maintenance" in head


def test_the_command_writes_the_statement() -> None:
    found = CliRunner().invoke(main, ["rules", "sql", "puppet", "--dialect", "bigquery"])
    assert found.exit_code == 0
    assert found.output == statement(adjudge.load("puppet").compiled, "bigquery")


def test_without_sqlglot_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    found = CliRunner().invoke(main, ["rules", "sql", "puppet"])
    assert found.exit_code == 2
    assert "in a checkout of adjudge, run `pip install '.[sql]'`" in found.output


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--key", ""), "name of a column"),
        (("--key", " "), "name of a column"),
        (("--key", "a\nb"), "name of a column"),
        (("--key", "Level"), "cannot be the key"),
        (("--key", "answer"), "cannot be the key"),
        (("--key", "class_3"), "cannot be the key"),
        (("--table", ""), "name of a table"),
        (("--table", "main..facts"), "name of a table"),
        (("--table", "classed"), "with its schema"),
        (("--option", "=x"), "is not of the form"),
    ],
)
def test_a_name_that_cannot_be_is_refused(words: tuple[str, str], named: str) -> None:
    found = CliRunner().invoke(main, ["rules", "sql", "puppet", *words])
    assert found.exit_code == 2
    assert "error[bad-call]" in found.stderr
    assert named in found.stderr


def test_a_key_is_one_column_whatever_it_is_called() -> None:
    duckdb = pytest.importorskip("duckdb")
    ruleset = adjudge.load("servicenow")
    facts = pl.DataFrame({"ticket.no": ["a"], "impact": ["high"], "urgency": ["high"]})
    connection = duckdb.connect()
    connection.register("main_facts", facts.to_arrow())
    text = statement(ruleset.compiled, "duckdb", table="main.main_facts", key="ticket.no")
    with pytest.raises(adjudge.InputError, match="`compiled` has to be"):
        statement(ruleset, "duckdb")  # type: ignore[arg-type]
    with pytest.raises(adjudge.InputError, match="`oracle` is no dialect"):
        statement(ruleset.compiled, "oracle")
    connection.execute("CREATE TABLE main.facts AS SELECT * FROM main_facts")
    text = statement(ruleset.compiled, "duckdb", table="main.facts", key="ticket.no")
    assert connection.sql(text).fetchall()[0][0] == "a"
