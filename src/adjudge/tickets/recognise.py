"""Which profile an export was made for, by its columns."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import Profile
from adjudge.tickets.apply import Layout, columns_by_name, facts_by_name, first_present

_SHOWN = 60
_NEAR = 0.85  # nearer than for names in rules: most columns of an export are no business of ours
_MAP = """
    columns:
      id: COLUMN
      filed: COLUMN
      created_at: COLUMN
    facts:
      environment: COLUMN"""


def recognise(
    columns: Sequence[str],
    profiles: Sequence[Profile],
    facts: Mapping[str, Fact],
    path: str,
    *,
    json: bool,
) -> Profile:
    """Return the profile that fits: of those whose columns are there, the one that uses most.

    `json` says that the columns are the keys of a JSON record. Raises `InputError` where none
    fits, or two fit equally well.
    """
    named = columns_by_name(columns)
    known = [each for each in profiles if each.recognise]
    fitting = [each for each in known if not _missing(each, named, facts, json=json)]
    uses = {each.name: _used(each, facts, columns) for each in fitting}
    most = max(uses.values(), default=0)
    best = [each for each in fitting if uses[each.name] == most]
    if len(best) == 1:
        return best[0]
    shown = ", ".join(f"`{column}`" for column in columns[:_SHOWN])
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    if best:
        names = " and ".join(f"`{each.name}`" for each in best)
        message = f"the columns of `{path}` fit {names} equally well: {shown}{more}"
        help = "say which one with `--profile NAME`"
    else:
        message = f"the columns of `{path}` fit no profile: {shown}{more}"
        needs = [
            f"`{each.name}` needs {_needs(_missing(each, named, facts, json=json))} too"
            for each in known
        ]
        help = "; ".join([*needs, f"or write a map and pass it with `--map FILE`:{_MAP}"])
    raise InputError.of("unrecognised-export", message, help=help, where=path)


def fitting(
    columns: Sequence[str], layouts: Sequence[Profile], facts: Mapping[str, Fact], *, json: bool
) -> Profile:
    """Return which layout of one system fits the columns best; the first where none does."""
    named = columns_by_name(columns)
    fit = [each for each in layouts if not _missing(each, named, facts, json=json)]
    return max(fit or layouts[:1], key=lambda each: _used(each, facts, columns))


def _missing(
    profile: Profile, named: Mapping[str, str], facts: Mapping[str, Fact], *, json: bool
) -> list[tuple[str, ...]]:
    """Return what the profile is recognised by and the export does not have."""
    names = dict(named)
    if profile.facts_by_name and facts_by_name(facts, named):
        names.setdefault("facts", "")
    groups = profile.recognise
    if json and profile.native_json:
        # A JSON ticket may have nothing but an id, and what it may not have is refused by name.
        groups = (("id",),)
    return [each for each in groups if first_present(each, names) is None]


def _needs(missing: Iterable[tuple[str, ...]]) -> str:
    return " and ".join(" or ".join(f"`{name}`" for name in each) for each in missing)


def _used(profile: Profile, facts: Mapping[str, Fact], columns: Sequence[str]) -> int:
    layout = Layout(profile, facts, columns)
    named = columns_by_name(columns)
    declared = [first_present(each.columns, named) for each in profile.facts.values()]
    used = {*layout.columns.values(), *layout.fact_columns.values(), *declared}
    used.update(first_present(each, named) for each in profile.recognise)
    return len(used - {None})


def near_misses(
    columns: Sequence[str], profile: Profile, facts: Mapping[str, Fact], path: str
) -> tuple[Finding, ...]:
    """Return warnings about names that probably were meant to be others.

    A column that the profile names and the export lacks while it has a similar one; a fact that
    the profile names and the ruleset lacks while it has a similar one; and with facts by name, a
    column that is nearly named like a fact.
    """
    layout = Layout(profile, facts, columns)
    named = columns_by_name(columns)
    used = {*layout.columns.values(), *layout.fact_columns.values()}
    free = [name for name, column in named.items() if column not in used]
    wanted = {part: names for part, names in profile.columns.items() if part not in layout.columns}
    wanted |= {
        fact: each.columns
        for fact, each in profile.facts.items()
        if fact in facts and fact not in layout.fact_columns
    }
    found = []
    for part, alternatives in wanted.items():
        for name in alternatives:
            if near := _near(name, free):
                message = f"there is no column `{name}`, so `{part}` is left out"
                found.append(("unknown-column", message, named[near]))
    for fact in profile.facts.keys() - facts.keys():
        if near := _near(fact, facts):
            message = f"the ruleset has no fact `{fact}`, which the profile `{profile.name}` names"
            found.append(("unknown-fact", message, near))
    if profile.facts_by_name:
        for name in free:
            if near := _near(name.removeprefix("facts."), facts):
                message = f"the column `{named[name]}` is named like no fact, so it is left out"
                found.append(("unknown-column", message, near))
    return tuple(
        Finding(code, message, help=f"did you mean `{near}`?", severity="warning", where=path)
        for code, message, near in sorted(found)
    )


def _near(name: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=_NEAR)
    return matches[0] if matches else None
