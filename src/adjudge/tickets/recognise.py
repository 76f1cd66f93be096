"""Which profile an export was made for, by its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import Profile
from adjudge.tickets.apply import Layout, columns_by_name, facts_by_name, first_present
from adjudge.tickets.likely import map_of, shown_columns

_Groups = list[tuple[str, ...]]
_NEAREST = 3  # profiles that are named where none fits
_READ_ON = "  docs/exports.md says under `Maps` what else a map can say"


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
    if best:
        names = " and ".join(f"`{each.name}`" for each in best)
        message = f"the columns of `{path}` fit {names} equally well: {shown_columns(columns)}"
        help = "say which one with `--profile NAME`"
    else:
        message = f"the columns of `{path}` fit no profile: {shown_columns(columns)}"
        lacking = [(each, _missing(each, named, facts, json=json)) for each in known]
        help = _way_out(_nearest(lacking, facts, columns), columns)
    raise InputError.of("unrecognised-export", message, help=help, where=path)


def fits_any(
    columns: Sequence[str], profiles: Sequence[Profile], facts: Mapping[str, Fact]
) -> bool:
    """Say whether the columns of a table are those of some profile."""
    named = columns_by_name(columns)
    known = [each for each in profiles if each.recognise]
    return any(not _missing(each, named, facts, json=False) for each in known)


def _nearest(
    lacking: Sequence[tuple[Profile, _Groups]], facts: Mapping[str, Fact], columns: Sequence[str]
) -> list[str]:
    """Return what the profiles lack that come nearest: each needs little, and uses much."""
    near = [(each, missing) for each, missing in lacking if len(missing) < len(each.recognise)]
    near.sort(key=lambda pair: (len(pair[1]), -_used(pair[0], facts, columns), pair[0].name))
    return [f"`{each.name}` needs {_needs(missing)} too" for each, missing in near[:_NEAREST]]


def _way_out(nearest: list[str], columns: Sequence[str]) -> str:
    """Return what to do about an export that no profile fits."""
    what = "save this as a map, with the names of your columns, and pass it with `--map FILE`:"
    said = ["the nearest profiles are", *(f"    {each}" for each in nearest)]
    lines = [*said, f"  or {what}"] if nearest else [what]
    mapped = [f"    {line}" for line in map_of(columns)]
    return "\n".join([*lines, *mapped, _READ_ON])


def fitting(
    columns: Sequence[str], layouts: Sequence[Profile], facts: Mapping[str, Fact], *, json: bool
) -> Profile:
    """Return which layout of one system fits the columns best; the first where none does."""
    named = columns_by_name(columns)
    fit = [each for each in layouts if not _missing(each, named, facts, json=json)]
    return max(fit or layouts[:1], key=lambda each: _used(each, facts, columns))


def misfit(
    path: str,
    columns: Sequence[str],
    profile: Profile,
    profiles: Sequence[Profile],
    facts: Mapping[str, Fact],
    *,
    json: bool,
) -> tuple[Finding, ...]:
    """Return a warning where a profile that was chosen is not the one of these columns."""
    named = columns_by_name(columns)
    missing = _missing(profile, named, facts, json=json)
    if not missing:
        return ()
    message = f"`{path}` does not look like `{profile.name}`, which has {_needs(missing)}"
    fit = [each for each in profiles if each.recognise]
    fit = [each for each in fit if not _missing(each, named, facts, json=json)]
    help = "what it has no column for is left out; a map says what your columns mean"
    if fit:
        best = max(fit, key=lambda each: _used(each, facts, columns))
        help = f"it looks like `{best.name}`: leave out `--profile` to have it read so"
    return (Finding("other-layout", message, help=help, severity="warning", where=path),)


def _missing(
    profile: Profile, named: Mapping[str, str], facts: Mapping[str, Fact], *, json: bool
) -> _Groups:
    """Return what the profile is recognised by and the export does not have."""
    names = dict(named)
    if profile.facts_by_name and facts_by_name(facts, named):
        names.setdefault("facts", "")
    groups = profile.recognise
    if json and profile.native_json:
        # A JSON ticket may have nothing but an id, and what it may not have is refused by name.
        groups = (("id",),)
    return [each for each in groups if first_present(each, names) is None]


def _needs(missing: _Groups) -> str:
    def any_of(names: tuple[str, ...]) -> str:
        shown = ", ".join(f"`{name}`" for name in names)
        return shown if len(names) == 1 else f"one of {shown}"

    return " and ".join(map(any_of, missing))


def _used(profile: Profile, facts: Mapping[str, Fact], columns: Sequence[str]) -> int:
    layout = Layout(profile, facts, columns)
    named = columns_by_name(columns)
    declared = [first_present(each.columns, named) for each in profile.facts.values()]
    used = {*layout.columns.values(), *layout.fact_columns.values(), *declared}
    used.update(first_present(each, named) for each in profile.recognise)
    return len(used - {None})
