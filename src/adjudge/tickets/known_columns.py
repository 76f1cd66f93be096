"""Which columns an export has, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from adjudge.findings import Finding, InputError
from adjudge.model.fact import Fact
from adjudge.model.profile import Profile
from adjudge.tickets.apply import Layout, check_alike, flat
from adjudge.tickets.claims import ONLY_JSON, STDIN
from adjudge.tickets.header import no_header
from adjudge.tickets.likely import shown_columns
from adjudge.tickets.own_results import own_results
from adjudge.tickets.recognise import fits_any, recognise
from adjudge.tickets.rows import RawRow, Rows

_PEEKED = 1_000
_RECORDS = 200  # of JSON, that are asked which columns there are


def columns_of(rows: Rows) -> tuple[Rows, list[str] | None]:
    """Return the rows and their columns: a table's header, or the keys of the first JSON record.

    The columns are None where the export has no record among the first rows.
    """
    if rows.columns is not None:
        return rows, rows.columns
    ahead: list[RawRow] = []
    remaining = iter(rows.rows)
    for raw in remaining:
        ahead.append(raw)
        if not raw.problems:
            return replace(rows, rows=chain(ahead, remaining)), list(flat(raw.record))
        if len(ahead) == _PEEKED:
            break
    return replace(rows, rows=chain(ahead, remaining)), ([] if ahead else None)


def keys_of(rows: Rows) -> tuple[Rows, list[str], int | None]:
    """Return the rows of JSON, the columns of the first ones, and how many these are of more."""
    remaining = iter(rows.rows)
    ahead = list(islice(remaining, _RECORDS))
    columns = dict.fromkeys(key for raw in ahead if not raw.problems for key in flat(raw.record))
    some = _RECORDS if len(ahead) == _RECORDS else None
    return replace(rows, rows=chain(ahead, remaining)), list(columns), some


def recognised(
    path: str,
    columns: list[str] | None,
    rows: Rows,
    profiles: Sequence[Profile],
    facts: Mapping[str, Fact],
) -> Profile:
    """Return the profile that the columns are of; raise `InputError` where they are of none."""
    if columns is None:
        # No ticket at all is a good export of no tickets, whatever system it is from.
        return next((each for each in profiles if each.native_json), Profile("none"))
    if not columns:
        message = f"`{path}` holds no JSON object among its first rows"
        help = "JSON lines have one object a line"
        if path == STDIN:
            message = "standard input holds no JSON object among its first lines"
            help = ONLY_JSON
        raise InputError.of("not-json", message, help=help, where=path)
    if (own := own_results(path, columns)) is not None:
        raise own
    try:
        return recognise(columns, profiles, facts, path, json=rows.columns is None)
    except InputError as error:
        found = None
        if rows.columns is not None:
            found = no_header(path, rows, lambda names: fits_any(names, profiles, facts))
        raise _with_remarks(found or error, rows) from None


def check_columns(
    path: str,
    profile: Profile,
    facts: Mapping[str, Fact],
    rows: Rows,
    misfits: tuple[Finding, ...],
) -> None:
    """Raise `InputError` where a table has no ids, or several columns for one fact.

    `misfits` say that it is not of the profile that was chosen, and perhaps of which one it is.
    """

    def has_id(columns: Sequence[str]) -> bool:
        return "id" in Layout(profile, facts, columns).columns

    columns = rows.columns or []
    check_alike(Layout(profile, facts, columns).alike, path)
    if has_id(columns):
        return
    if found := no_header(path, rows, has_id):
        raise _with_remarks(found, rows)
    wanted = " or ".join(f"`{name}`" for name in profile.columns.get("id", ()))
    help = f"its columns are {shown_columns(columns)}; name the one with the ids in a map"
    for each in misfits:
        help = f"{each.help}\n  {help}"
    message = f"`{path}` has no column {wanted}, which the profile `{profile.name}` takes ids from"
    raise _with_remarks(InputError.of("no-id-column", message, help=help, where=path), rows)


def _with_remarks(error: InputError, rows: Rows) -> InputError:
    """Return an error with what the reader has to say: that there are other sheets."""
    return InputError([*error.findings, *rows.remarks])
