"""What lexicons know of a ticket, and classifiers do not.

A classifier goes by many words at once, and sees neither which of them are denied nor how well the
lexicons understand them. A failure in a sentence that they understand to the last word is one,
whatever stands beside it; where it is and whom it hits stay, too. In a long ticket the rest hardly
matters, as one sentence bears out another; a short one has no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adjudge.evidence.extractor import Readings
from adjudge.evidence.failing import fails, works_not
from adjudge.evidence.reading import Reading
from adjudge.evidence.things import is_neutral
from adjudge.learned.units import Places, Unit

_FEW = 3  # sentences of a ticket that is looked at so
_MOST_STRANGE = (4, 4, 4, 2)
"""In a ticket of so many sentences, how many words its lexicon may not know to be `plain` to it."""
_LEAST_SHARE = 0.3
"""The least probability at which, in a ticket of few sentences, what a lexicon reads stays."""
REQUEST = "request_type"
TROUBLE = "trouble"
"""What stands in `Known.taken_back` for all facts of a problem."""
_MISSED = (REQUEST, TROUBLE)
_LASTING = (TROUBLE, "environment", "users_affected")
"""What stays where a sentence that is understood says it: that something fails, where, for whom."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a ticket: whether it is of `few` sentences, and of words that are `plain`.

    `taken_back` has facts with the numbers of sentences whose words for them are all denied,
    supposed or another's: "I thought that it is down, it was my cable". `understood` are the
    numbers of the body's sentences all of whose words are in phrases, or small.
    """

    few: bool = False
    plain: bool = False
    taken_back: frozenset[tuple[str, int]] = frozenset()
    understood: frozenset[int] = frozenset()

    def keeps(self, fact: str, number: int | None, stated: int, share: float) -> bool:
        """Whether what the lexicons read of a fact stays, whatever else would be `stated`.

        They read it in the sentence `number`; `share` is how probable it is.
        """
        return (
            self.plain
            or (fact in _LASTING and number in self.understood)
            or (self.few and not stated and share >= _LEAST_SHARE)
        )

    def lacks(self, fact: str, number: int) -> bool:
        """Whether nothing is to be added of a fact, or of `TROUBLE`, by the sentence `number`.

        Where its words take it back; and in plain words a lexicon misses little but what is hit.
        """
        return (fact, number) in self.taken_back or (self.plain and fact not in _MISSED)


def known_of(readings: Readings, units: Sequence[Unit]) -> Known:
    """Return what the lexicons know of a ticket, by its sentences."""
    understood = frozenset(_understood(readings, units))
    if len(units) > _FEW:
        return Known(understood=understood)
    plain = strange_words(readings) <= _MOST_STRANGE[len(units)]
    fields = readings.subject, readings.description
    silent = plain and not any(reading.problems or reading.statements for reading in fields)
    taken_back = frozenset(_taken_back(fields, units, silent))
    return Known(True, plain, taken_back, understood)


def strange_words(readings: Readings) -> int:
    """Return how many words of a ticket are in none of the phrases that the lexicons found."""
    return sum(len(_strange(reading)) for reading in (readings.subject, readings.description))


def _strange(reading: Reading) -> list[int]:
    """Return the numbers of the words of a field that are in no phrase."""
    known = {
        place
        for sentence in reading.passage.sentences
        for said in sentence.said
        for place in range(said.hit.first, said.hit.last + 1)
    }
    words = enumerate(reading.passage.tokens.words)
    return [place for place, word in words if word[0].isalpha() and place not in known]


def _understood(readings: Readings, units: Sequence[Unit]) -> Iterator[int]:
    body = readings.description
    places, words = Places(units, body.passage), body.passage.tokens.words
    strange = {places.of(at) for at in _strange(body) if words[at] not in readings.small}
    for number, unit in enumerate(units):
        if unit.field == body.passage.field and number not in strange:
            yield number


def _taken_back(
    fields: Iterable[Reading], units: Sequence[Unit], silent: bool
) -> set[tuple[str, int]]:
    told: set[tuple[str, int]] = set()
    taken: set[tuple[str, int]] = set()
    for reading in fields:
        places = Places(units, reading.passage)
        for word, fact, asserted in _named(reading, silent):
            number = places.of(word)
            if number is not None:
                (told if asserted else taken).add((fact, number))
    return taken - told


def _named(reading: Reading, silent: bool) -> Iterator[tuple[int, str, bool]]:
    """Yield by what words a field names which fact, and whether they assert it.

    Words are given by the number of the first. In a plain ticket of which nothing is read
    (`silent`) those that only look like trouble assert none, either: "we are down to three people".
    """
    for sentence in reading.passage.sentences:
        for said in sentence.said:
            plain = not said.void and not said.hit.quoted
            if said.cue("corrects") or (silent and is_neutral(said)):  # "not down"
                yield said.hit.first, TROUBLE, False
            if said.hit.phrase.trouble or fails(said):
                yield said.hit.first, TROUBLE, plain and (said.negation is None or works_not(said))
            for meaning in said.hit.phrase.facts:
                yield said.hit.first, meaning.name, plain and said.negation is None
    for problem in reading.problems:
        yield problem.span.first, TROUBLE, True
    for statement in reading.statements:
        yield statement.span.first, statement.fact, True
    if reading.over is not None:
        yield reading.over.first, TROUBLE, False
