"""Writes a decision table as one SQL statement, in the dialects that sqlglot knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from adjudge.decide.compiled import CompiledPolicy
from adjudge.findings import InputError, check_call, did_you_mean
from adjudge.model.axes import Axis
from adjudge.model.condition import Contains, Within
from adjudge.sql.answers import CONTRADICTION, Answered, answered
from adjudge.sql.boxes import Box, boxes_of

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = ("duckdb", "spark", "bigquery", "snowflake", "postgres")
_OTHER = "\x00other"
_TYPES = {"one_of": "text", "yes_no": "boolean", "number": "number", "words": "array of text"}
_OWN_TABLES = ("classed", "answered")
_OWN_COLUMNS = ("answer", "level", "possible", "rule")
_OUTSIDE = -1  # the class of a value that is not in the fact's domain


def statement(
    compiled: CompiledPolicy,
    dialect: str,
    *,
    table: str = "facts",
    key: str = "id",
    presume: bool = True,
) -> str:
    """Return a ruleset as one statement over a table of facts.

    The table has a column `key` and one for each fact that the ruleset reads, named like it: text,
    boolean, number, or an array of words; null is unknown. The result has a row for each row, with
    `key`, `level` (the one that is proven), `possible` (most urgent first) and `rule` (the rules
    that decide); they are null where facts contradict each other or a value is outside its
    domain. With `presume`, what the ruleset presumes of an unknown fact is taken for it. Comments
    at its head name the columns of facts. Raises `InputError` for a dialect, a table or a key that
    cannot be, and where sqlglot is missing.
    """
    given = isinstance(compiled, CompiledPolicy)
    check_call(given, "compiled", compiled, "the `compiled` of a ruleset")
    _check(dialect, table, key)
    sqlglot = _sqlglot()
    cells = answered(compiled, presume=presume)
    boxes, otherwise = boxes_of(cells.numbers, cells.numbers == CONTRADICTION)
    broken = (cells.numbers == CONTRADICTION).astype(np.int32)
    contradictions, _ = boxes_of(broken, np.zeros(broken.shape, bool), otherwise=0)
    text = _text(cells, (table, key), contradictions, boxes, otherwise)
    parsed: exp.Expression = sqlglot.parse_one(text, read="duckdb")
    name, version = compiled.policy.name, compiled.policy.version
    head = [f"-- {name} {version}: null is unknown", *_columns(cells.axes.axes)]
    return "\n".join([*head, parsed.sql(dialect=dialect, pretty=True), ""])


def _check(dialect: str, table: str, key: str) -> None:
    """Raise `InputError` for a dialect that is not written, and for names that cannot be used."""
    if dialect not in DIALECTS:
        help = did_you_mean(str(dialect), DIALECTS)
        raise InputError.of("bad-call", f"`{dialect}` is no dialect that is written", help=help)
    for name, given in (("table", table), ("key", key)):
        check_call(isinstance(given, str), name, given, "a text")
    if not all(part.strip() and part.isprintable() for part in table.split(".")):
        help = "name the table of facts: `TABLE`, or `SCHEMA.TABLE`"
        raise InputError.of("bad-call", f"`{table}` cannot be the name of a table", help=help)
    if table.lower() in _OWN_TABLES:
        help = "the statement calls a part of its own so; name the table with its schema"
        raise InputError.of("bad-call", f"`{table}` cannot be the name of the table", help=help)
    if not (key.strip() and key.isprintable()):
        help = "name the column that tells tickets apart"
        raise InputError.of("bad-call", f"`{key}` cannot be the name of a column", help=help)
    if key.lower() in _OWN_COLUMNS or re.fullmatch(r"class_\d+", key.lower()):
        help = "the statement has a column of its own that is called so; choose another key"
        raise InputError.of("bad-call", f"`{key}` cannot be the key", help=help)


def _columns(axes: Sequence[Axis]) -> Iterator[str]:
    """Yield comments that name the columns of facts, by their types."""
    for kind, shown in _TYPES.items():
        if names := [axis.fact.name for axis in axes if axis.fact.kind == kind]:
            yield f"-- {shown}: {', '.join(names)}"


def _sqlglot() -> ModuleType:
    try:
        import sqlglot
    except ImportError:
        raise InputError.of(
            "no-sqlglot",
            "statements are written with sqlglot, which is not installed",
            help="in a checkout of adjudge, run `pip install '.[sql]'`",
        ) from None
    return sqlglot


def _text(
    cells: Answered,
    source: tuple[str, str],
    contradictions: list[Box],
    boxes: list[Box],
    otherwise: int,
) -> str:
    table, key = _name(source[0]), _quoted(source[1])
    axes = cells.axes.axes
    names = [f"class_{number}" for number in range(1, len(axes) + 1)]
    classes = [f"{_class(axis)} AS {name}" for axis, name in zip(axes, names, strict=True)]
    nulls = [f"{name} = {_OUTSIDE}" for name in names]
    nulls += [_condition(box, names) for box in contradictions]
    whens = [f"WHEN {each} THEN NULL" for each in nulls]
    whens += [f"WHEN {_condition(box, names)} THEN {box.number}" for box in boxes]
    case = f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else str(otherwise)
    columns = [
        f'{_lookup([answer[place] for answer in cells.answers])} AS "{name}"'
        for place, name in enumerate(("level", "possible", "rule"))
    ]
    return (
        f"WITH classed AS (SELECT {', '.join([key, *classes])} FROM {table}), "
        f"answered AS (SELECT {key}, {case} AS answer FROM classed) "
        f"SELECT {', '.join([key, *columns])} FROM answered"
    )


def _lookup(texts: list[str]) -> str:
    """Return the text of an answer by its number; numbers with the same text share a branch."""
    by_text: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        by_text.setdefault(text, []).append(number)
    whens = " ".join(
        f"WHEN answer IN ({', '.join(map(str, numbers))}) THEN {_literal(text)}"
        for text, numbers in by_text.items()
    )
    return f"CASE {whens} END"


def _condition(box: Box, names: list[str]) -> str:
    parts = [
        f"{name} = {classes[0]}"
        if len(classes) == 1
        else f"{name} IN ({', '.join(map(str, classes))})"
        for name, classes in zip(names, box.classes, strict=True)
        if classes is not None
    ]
    return " AND ".join(parts) or "TRUE"


# -- the class of a fact


def _class(axis: Axis) -> str:
    column = _name(axis.fact.name)
    match axis.fact.kind:
        case "yes_no":
            branches = [
                f"WHEN {column if value else f'NOT {column}'} THEN {index}"
                for index, values in enumerate(axis.classes)
                for value in values
            ]
        case "one_of":
            branches = [
                f"WHEN {column} IN ({', '.join(_literal(str(value)) for value in values)}) "
                f"THEN {index}"
                for index, values in enumerate(axis.classes)
            ]
        case "number":
            branches = _intervals(axis, column)
        case "words":
            branches = _word_sets(axis, column)
    null = f"WHEN {column} IS NULL THEN {axis.unknown}"
    return f"CASE {' '.join([null, *branches])} ELSE {_OUTSIDE} END"


def _intervals(axis: Axis, column: str) -> list[str]:
    fact = axis.fact
    branches = []
    if fact.minimum > float("-inf"):
        branches.append(f"WHEN {column} < {_number(fact.minimum)} THEN {_OUTSIDE}")
    if fact.maximum < float("inf"):
        branches.append(f"WHEN {column} > {_number(fact.maximum)} THEN {_OUTSIDE}")
    bounds = {
        bound
        for test in axis.tests
        if isinstance(test, Within)
        for bound in (test.low, test.high)
        if bound is not None
    }
    cuts = sorted(float(each) for each in bounds if fact.minimum <= each <= fact.maximum)
    below = fact.minimum if fact.minimum > float("-inf") else min(cuts, default=0.0) - 2
    for cut in cuts:
        if below < cut:
            inner = axis.index_of((below + cut) / 2)
            branches.append(f"WHEN {column} < {_number(cut)} THEN {inner}")
        branches.append(f"WHEN {column} = {_number(cut)} THEN {axis.index_of(cut)}")
        below = cut
    top = fact.maximum if fact.maximum < float("inf") else below + 2
    last = axis.index_of((below + top) / 2) if top > below else axis.index_of(below)
    branches.append(
        f"WHEN {column} >= {_number(below)} THEN {last}" if cuts else "WHEN TRUE THEN 0"
    )
    return branches


def _word_sets(axis: Axis, column: str) -> list[str]:
    words = sorted({w for test in axis.tests if isinstance(test, Contains) for w in test.words})
    held = {word: f"ARRAY_CONTAINS({column}, {_literal(word)})" for word in words}
    branches = []
    for size in range(len(words), 0, -1):
        for chosen in combinations(words, size):
            test = " AND ".join(held[word] for word in chosen)
            branches.append(f"WHEN {test} THEN {axis.index_of(frozenset(chosen))}")
    empty = axis.index_of(frozenset())
    branches.append(f"WHEN ARRAY_LENGTH({column}) = 0 THEN {empty}")
    other = axis.index_of(frozenset({_OTHER}))
    branches.append(f"WHEN TRUE THEN {other}")
    return branches


def _name(text: str) -> str:
    return ".".join(map(_quoted, text.split(".")))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
