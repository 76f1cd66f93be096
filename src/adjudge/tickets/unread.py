"""What an export has and nobody reads, where it looks as if somebody should."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Mapping, Sequence

from adjudge.findings import Finding
from adjudge.model.fact import VOCABULARY, Fact
from adjudge.model.profile import Profile, fold
from adjudge.tickets.apply import Layout, columns_by_name
from adjudge.tickets.likely import likely_parts, scalar, shown_column

_NEAR = 0.85  # nearer than for names in rules: most columns of an export are no business of ours
_WRONG_NAME = "are they spelled as in the export? without them, these parts are left out"
_PARTS = ("filed", "subject", "description", "created_at")


def left_out(
    path: str,
    columns: Sequence[str],
    profile: Profile,
    facts: Mapping[str, Fact],
    doubts: Mapping[str, str] | None,
    extends: str | None,
    *,
    known_layout: bool,
    records: int | None = None,
) -> tuple[Finding, ...]:
    """Return warnings about columns of a table that are not read, and probably should be.

    `doubts` says why a column is not taken for the filed level; None where filed levels are no
    matter. `extends` is the profile that a map would change; None where there is a map already.
    Of a `known_layout`, that of a system, other columns are known to be no matter. `records` is how
    many the columns are those of, where others follow.
    """
    layout = Layout(profile, facts, columns)
    own = profile.named if extends is None else frozenset()
    own_facts = profile.own_facts if extends is None and doubts is not None else frozenset()
    slips, slipped = _near_misses(columns, profile, facts, layout, path, own, own_facts, records)
    free = [each for each in columns if each not in layout.used and each not in slipped]
    found = _look_alikes(free, layout, profile, doubts, known_layout=known_layout)
    return (*slips, _not_read(path, found, doubts or {}, extends)) if found else slips


def _near_misses(
    columns: Sequence[str],
    profile: Profile,
    facts: Mapping[str, Fact],
    layout: Layout,
    path: str,
    own: frozenset[str],
    own_facts: frozenset[str],
    records: int | None,
) -> tuple[tuple[Finding, ...], set[str]]:
    """Return warnings about names that probably were meant to be others, and their columns.

    A column that the profile names and the export lacks while it has a similar one, or that is one
    of a map's `own`; a fact that the profile names and the ruleset lacks while it has a similar
    one, or that is one of a map's `own_facts`; and with facts by name, a column that is
    nearly named like a fact.
    """
    named = columns_by_name(columns)
    free = [name for name, column in named.items() if column not in layout.used]
    wanted = {part: names for part, names in profile.columns.items() if part not in layout.columns}
    wanted |= {
        fact: each.columns
        for fact, each in profile.facts.items()
        if fact in facts and fact not in layout.fact_columns
    }
    found = []
    lacking: list[str] = []
    strange: list[str] = []
    about: set[str] = set()
    for part, alternatives in wanted.items():
        for name in alternatives:
            if near := _near(name, free):
                message = f"there is no column `{name}`, so `{part}` is left out"
                found.append(("unknown-column", message, f"did you mean `{named[near]}`?"))
                about.add(named[near])
                break
        else:
            if said := [name for name in alternatives if fold(name) in own]:
                lacking.append(f"`{said[0]}` for `{part}`")
    for fact in profile.facts.keys() - facts.keys():
        if near := _near(fact, facts):
            message = f"the ruleset has no fact `{fact}`, which the profile `{profile.name}` names"
            found.append(("unknown-fact", message, f"did you mean `{near}`?"))
        elif fact in own_facts and fact not in VOCABULARY:
            strange.append(f"`{fact}`")
    if profile.facts_by_name:
        for column, near in misspelt_facts(columns, facts, layout.used).items():
            message = f"the column `{column}` is named like no fact, so it is left out"
            found.append(("unknown-column", message, f"did you mean `{near}`?"))
            about.add(column)
    if strange:
        message = f"the ruleset has no fact that the map names so: {', '.join(sorted(strange))}"
        known = ", ".join(f"`{fact}`" for fact in facts)
        found.append(("unknown-fact", message, f"the column is left out; known here: {known}"))
    if lacking:
        several = "its first record lacks" if records == 1 else f"its first {records} records lack"
        whose = "the export lacks" if records is None else several
        message = f"{whose} columns that the map names: {', '.join(lacking)}"
        found.append(("unknown-column", message, _WRONG_NAME))
    findings = tuple(
        Finding(code, message, help=help, severity="warning", where=path)
        for code, message, help in sorted(found)
    )
    return findings, about


def misspelt_facts(
    columns: Iterable[str], facts: Iterable[str], used: Container[str]
) -> dict[str, str]:
    """Return the columns that are not used and nearly named like a fact, each with that fact."""
    known = list(facts)
    named = columns_by_name(columns)
    near = {
        column: _near(name.removeprefix("facts."), known)
        for name, column in named.items()
        if column not in used
    }
    return {column: fact for column, fact in near.items() if fact is not None}


def _near(name: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=_NEAR)
    return matches[0] if matches else None


def _look_alikes(
    columns: Sequence[str],
    layout: Layout,
    profile: Profile,
    doubts: Mapping[str, str] | None,
    *,
    known_layout: bool,
) -> dict[str, list[str]]:
    """Return those of some unread columns that look like a part of a ticket, by part.

    Parts do not count that have a column, or are said to have none. Of the layout of a system only
    the filed level counts, where the system has one.
    """
    likely = likely_parts(columns)
    likely["filed"] = list(dict.fromkeys([*(doubts or ()), *likely.get("filed", ())]))
    wanted = set(_PARTS) - layout.columns.keys() - profile.absent
    if doubts is None:
        wanted.discard("filed")
    if known_layout:
        wanted &= {"filed"} & profile.columns.keys()
    return {part: likely[part] for part in _PARTS if part in wanted and likely.get(part)}


def _not_read(
    path: str, found: Mapping[str, Sequence[str]], doubts: Mapping[str, str], extends: str | None
) -> Finding:
    """Return the warning of columns that look like parts of a ticket, and how to map them."""
    shown = []
    for part, columns in found.items():
        for column in columns:
            why = f" ({doubts[column]})" if column in doubts else ""
            shown.append(f"{shown_column(column)} like `{part}`{why}")
    message = f"columns that look like parts of a ticket are not read: {', '.join(shown)}"
    lines = ["columns:", *(f"  {part}: {scalar(each[0])}" for part, each in found.items())]
    if "filed" in found:
        lines.append("# filed_values: {CELL: LEVEL}, for cells that are no levels of the ruleset")
    what = "where that is what they are, add this to your map:"
    if extends is not None:
        what = "where that is what they are, save this as a map and pass it with `--map FILE`:"
        lines.insert(0, f"extends: {extends}")
    last = f"  where that is wrong, `{next(iter(found))}: null` under `columns` says so"
    help = "\n".join([what, *(f"    {line}" for line in lines), last])
    return Finding("column-not-read", message, help=help, severity="warning", where=path)
