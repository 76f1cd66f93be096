"""What adjudge wrote itself, given to it as an export: said in place of what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from adjudge.findings import InputError

_RESULTS = (
    {"ruleset_version", "level", "possible", "verdict", "trail"},  # decisions
    {"outcome", "level", "possible", "verdict", "filed_by_default"},  # an audit's tickets
    {"outcome_words", "level", "possible", "verdict"},  # the same as a table
    {"count", "of", "share", "low", "high"},  # the sheets of its numbers
    {"filed \\ decided"},  # the one of its matrix
    {"language", "facts", "conflicts", "also"},  # what words state
)
_COMPARISON = {"row", "agree"}
_ALONE = "adjudge_"  # begins all columns of results without the export's own
_REJECTS = {"row", "reasons"}
_REJECTED = {"row", "ticket", "why"}  # the sheet of an audit that tells them


def own_results(path: str, columns: Sequence[str]) -> InputError | None:
    """Return the error for a file that has the columns of our results or rejects.

    Tables that keep the columns of the export are none: they may be read again.
    """
    names = set(columns)
    compared = names >= _COMPARISON and any(name.startswith("decisions.") for name in columns)
    alone = f"{_ALONE}id" in names and all(name.startswith(_ALONE) for name in columns)
    if compared or alone or any(each <= names for each in _RESULTS):
        message = f"`{path}` is what adjudge wrote of tickets, and not the tickets"
        help = "name the export that it was made of"
    elif names == _REJECTED or (
        names >= _REJECTS and any(name.startswith("record.") for name in columns)
    ):
        message = f"`{path}` holds rows that a run rejected, with the reasons"
        help = "mend them in the export that they are from, and name that"
    else:
        return None
    return InputError.of("own-results", message, help=help, where=path)
