"""What a sentence model is shown of a ticket: the sentences of its own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adjudge.evidence.passage import Passage, own_words
from adjudge.evidence.plain import Plain
from adjudge.evidence.result import Field
from adjudge.evidence.segments import Customs

MOST_UNITS = 40
"""Sentences of a ticket that are shown. Who needs more has said it before."""
_MOST_OF_WHOLE = 1_200  # characters of a ticket that are shown as one text
_MOST_CHARACTERS = 600
_MOST_READ = 40_000  # characters of a field in which sentences are looked for
# A sentence ends at its mark, at a blank line, and at the end of a line that is not just full.
# A run of marks is looked at once, from its beginning: it may be as long as a text.
_END = re.compile(
    r"[.!?…\n](?:"  # all begin with one of these, which is what makes the search quick
    r"(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"')\]]*+(?=\s)"
    r"|(?<=\n)(?:\s*\n|(?<=[^\n]{3}\n)(?=\s*[-*•\d])))"
)
_SHORT_LINE = 60
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, in lower case and without markup, and where it stands in its field."""

    text: str
    field: Field
    start: int
    end: int


class Places:
    """In which of the sentences of a ticket the words of one of its fields stand."""

    def __init__(self, units: Sequence[Unit], passage: Passage) -> None:
        """Take all sentences of a ticket, and what was read of the field."""
        self._passage = passage
        self._numbers = [number for number, unit in enumerate(units) if unit.field == passage.field]
        self._starts = [units[number].start for number in self._numbers]
        self._ends = [units[number].end for number in self._numbers]

    def of(self, word: int) -> int | None:
        """Return the number of the sentence of a word, by the word's own; None if in none."""
        passage = self._passage
        starts, ends = passage.tokens.starts, passage.tokens.ends
        place = passage.plain.place(starts[word], ends[word])[0]
        at = bisect_right(self._starts, place) - 1
        return self._numbers[at] if at >= 0 and place < self._ends[at] else None


def units_of(subject: str, description: str, customs: Customs) -> list[Unit]:
    """Return the first sentences of a ticket's own words, the subject before the body."""
    return _units(
        ("subject", *own_words(subject[:_MOST_READ], customs)),
        ("description", *own_words(description[:_MOST_READ], customs)),
    )


def units_in(*passages: Passage) -> list[Unit]:
    """Return the first sentences of what was read of a ticket's fields, in their order."""
    return _units(*((each.field, each.plain, each.own[:_MOST_READ]) for each in passages))


def _units(*fields: tuple[Field, Plain, str]) -> list[Unit]:
    found: list[Unit] = []
    for field, plain, own in fields:
        for start, end in _sentences(own):
            if len(found) == MOST_UNITS:
                return found
            found.append(_unit(field, plain, own, start, end))
    return found


def whole_of(units: Sequence[Unit]) -> str:
    """Return the sentences of a ticket as one text, as far as it is shown."""
    return " ".join(unit.text for unit in units)[:_MOST_OF_WHOLE]


def _unit(field: Field, plain: Plain, own: str, start: int, end: int) -> Unit:
    shown = " ".join(own[start : min(end, start + _MOST_CHARACTERS)].replace("\0", " ").split())
    return Unit(shown.encode("utf-8", "replace").decode(), field, *plain.place(start, end))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end, those of one word left out."""
    for begin, end in _pieces(text):
        piece = text[begin:end]
        words = _WORD.findall(piece[:_MOST_CHARACTERS])
        if len(words) >= _LEAST_WORDS:
            begin += len(piece) - len(piece.lstrip())
            yield begin, begin + len(piece.strip())


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _END.finditer(text):
        yield from _lines(text, begin, match.end())
        begin = match.end()
    yield from _lines(text, begin, len(text))


def _lines(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a piece behind each line that ends early: no program broke it there."""
    line = begin
    while (stop := text.find("\n", line, end)) >= 0:
        if stop - line < _SHORT_LINE:
            yield begin, stop
            begin = stop
        line = stop + 1
    yield begin, end
