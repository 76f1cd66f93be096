"""Which statements of a ticket share words, found without comparing each with each."""

from __future__ import annotations

from collections.abc import Iterator

from adjudge.evidence.reading import Reading
from adjudge.evidence.statements import Statement

Entry = tuple[Reading, Statement]
"""A statement, and the field that makes it."""


class Overlaps:
    """Statements by the words at which they stand.

    A text of one phrase, thousands of times, has thousands of statements: they are kept by word,
    so that those around one of them are looked up.
    """

    def __init__(self, found: list[Entry]) -> None:
        self._at: dict[tuple[int, int], list[Statement]] = {}
        for reading, statement in found:
            for word in range(statement.span.first, statement.span.last + 1):
                self._at.setdefault((id(reading), word), []).append(statement)

    def around(self, entry: Entry, reach: int = 0) -> Iterator[Statement]:
        """Yield the statements of the same field that share a word with one, itself among them.

        `reach` is how many words further before and behind it they may stand. One that shares
        several words may come several times.
        """
        reading, statement = entry
        for word in range(statement.span.first - reach, statement.span.last + reach + 1):
            yield from self._at.get((id(reading), word), ())
