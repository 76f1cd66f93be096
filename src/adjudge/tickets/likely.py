"""Which part of a ticket a column probably holds, by its name: to be asked about, not read."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from adjudge.model.profile import fold
from adjudge.tickets.rows import cut

_NEAR = 0.85
_OWN = frozenset(["consent"])  # words of their own that are nearly another one, and no slip
_LONG = 5  # letters from which on a word that is nearly another one is a slip

# In the order in which they are looked for: a column is taken for one part at most.
_WORDS: Mapping[str, frozenset[str]] = {
    part: frozenset(words.split())
    for part, words in {
        "filed": "priority prio severity sev urgency criticality importance schweregrad priorität "
        "dringlichkeit prioritet allvarlighetsgrad brådska",
        "created_at": "created opened submitted erstellt eröffnet skapad öppnad",
        "description": "description body details message text content beschreibung nachricht "
        "inhalt beskrivning meddelande innehåll",
        "subject": "subject summary title headline betreff titel ämne rubrik",
        "language": "language locale sprache språk",
        "organization": "organization organisation company account customer firma kunde kund "
        "företag",
        "requester": "requester requestor reporter caller contact email melder anmälare",
    }.items()
}
# A column is an id where all words of its name are these.
_ID = frozenset(
    [
        "id",
        "key",
        "number",
        "no",
        "nr",
        "ref",
        "reference",
        "ticket",
        "case",
        "issue",
        "incident",
        "nummer",
        "ärende",
    ]
)
# `priority set by`, `message id`, `body type`: about the part, and not the part itself.
_ABOUT = frozenset(
    ["id", "by", "count", "type", "changed", "updated", "modified", "due", "resolved", "closed"]
)

_WIDTH = 40
_BARE = re.compile(r"[^\W\d_](?:[\w ./()-]*[\w)])?")
_NO_TEXT = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def likely_parts(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the columns that look like a part of a ticket, by part, in the order of `columns`."""
    found: dict[str, list[str]] = {}
    for column in columns:
        part = _part(_words(column))
        if part is not None:
            found.setdefault(part, []).append(column)
    return found


def _words(column: str) -> list[str]:
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", column)
    return [word for word in re.split(r"[\W_]+", fold(parted)) if word]


def _part(words: list[str]) -> str | None:
    if words and _ID.issuperset(words):
        return "id"
    if words == ["filed"]:  # with other words it may be when, or by whom
        return "filed"
    if not _ABOUT.isdisjoint(words):
        return None
    return next((part for part, known in _WORDS.items() if _has(words, known)), None)


def _has(words: list[str], known: frozenset[str]) -> bool:
    return any(
        word in known
        or (_may_be_a_slip(word) and difflib.get_close_matches(word, known, n=1, cutoff=_NEAR))
        for word in words
    )


def _may_be_a_slip(word: str) -> bool:
    return len(word) >= _LONG and word not in _OWN


def shown_column(column: str) -> str:
    """Return a column as a message shows it."""
    return f"`{cut(column, _WIDTH)}`"


def shown_columns(columns: Sequence[str], most: int = 12) -> str:
    """Return columns as a message shows them: the first ones, and how many more there are."""
    shown = ", ".join(map(shown_column, columns[:most]))
    more = len(columns) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def map_of(columns: Iterable[str]) -> list[str]:
    """Return the lines of a map for an export with these columns, as far as their names tell.

    A part that no column looks like is a comment, but for the id, which every map needs.
    """
    likely = likely_parts(columns)
    lines = ["columns:"]
    for part in ("id", "filed", "subject", "description", "created_at"):
        if part in likely:
            lines.append(f"  {part}: {scalar(likely[part][0])}")
        else:
            lines.append(f"  {'' if part == 'id' else '# '}{part}: COLUMN")
    lines += [
        f"  {part}: {scalar(likely[part][0])}"
        for part in ("organization", "requester", "language")
        if part in likely
    ]
    return [
        *lines,
        "# facts: {environment: COLUMN}",
        "# dates: [local]",
        "# zone: Europe/Stockholm",
    ]


def scalar(text: str) -> str:
    """Return a text as YAML has it: bare where that is safe, or else in double quotes."""
    if _BARE.fullmatch(text) and fold(text) not in _NO_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)
