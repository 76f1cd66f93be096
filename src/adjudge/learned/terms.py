"""What a ticket's sentences are made of, as vectors: their words, and what lexicons find in them.

A sentence has terms of two kinds. The first are its words, two of them side by side or with one
between, and parts of words: the vectors of those that were learnt are averaged. The others are
what a lexicon's phrases mean there, and whether they are denied, supposed or asked: theirs are
added up. These are the same in every language. Beside them stands what filters find in the pieces
of its words (`adjudge.learned.pieces`). `tools/train_terms.py` says on what all was trained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np

from adjudge.evidence.extractor import Readings
from adjudge.evidence.reading import Reading
from adjudge.evidence.scan import Phrase
from adjudge.learned.grams import GramSums, grams_of
from adjudge.learned.heads import Heads, Numbers, read_heads
from adjudge.learned.pieces import Filters, Pieces, shipped_pieces
from adjudge.learned.units import Places, Unit, units_in

FILE = "terms.npz"
_GRAMS, _SCALE, _NAMES, _ABOUT = "grams", "scale", "names", "about"
_FILTERS, _BIAS = "filters", "bias"
_WORD = re.compile(r"\w+|[?!]")
_DIGITS = re.compile(r"\d+")
_LONGEST = 40  # characters of a word; what is longer was not written by anybody
_MOST_KEPT = 50_000  # phrases that are remembered
_LEAST_SENTENCES = 3  # of a ticket without a subject
_MARKS = ("?", "!")
_FLAGS = ("denied", "void", "quoted", "asked")


@dataclass(frozen=True, slots=True)
class Seen:
    """The words of a sentence, and the names of what lexicons find in it."""

    words: Sequence[str]
    names: Sequence[str]


def seen_in(readings: Readings) -> tuple[list[Unit], list[Seen]]:
    """Return the first sentences of a ticket, and the terms of each."""
    fields = (readings.subject, readings.description)
    units = units_in(*(each.passage for each in fields))
    names: list[list[str]] = [[] for _ in units]
    for reading in fields:
        places = Places(units, reading.passage)
        for word, found in _named(reading):
            number = places.of(word)
            if number is not None:
                names[number] += found
    return units, [
        Seen(words_of(unit.text), found) for unit, found in zip(units, names, strict=True)
    ]


def _named(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield what a lexicon finds in a field, each with the number of the word where it begins."""
    passage = reading.passage
    for sentence in passage.sentences:
        asked = sentence.question
        for said in sentence.said:
            hit = said.hit
            denied, void = said.negation is not None, bool(said.void)
            found = _names[hit.phrase, denied, void, hit.quoted, asked]
            if found:
                yield hit.first, found
    for sequence, span in passage.told:
        yield span.first, [f"told {sequence.fact} {_spelled(sequence.value)}"]
    for statement in reading.statements:
        name = f"states {statement.fact} {_spelled(statement.value)}"
        yield statement.span.first, [name]
    for problem in reading.problems:
        thing = problem.thing.name if problem.thing else ""
        yield problem.span.first, [f"problem {problem.impact} {thing}"]


_Stated = tuple[Phrase, bool, bool, bool, bool]
"""A phrase, and whether each of `_FLAGS` holds where it stands."""


class _Names(dict[_Stated, list[str]]):
    """The names of what phrases met so far mean, where they are denied, void, quoted or asked."""

    def __missing__(self, key: _Stated) -> list[str]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        phrase, *state = key
        flags = " ".join(name for name, holds in zip(_FLAGS, state, strict=True) if holds)
        found = self[key] = [
            f"{meaning.role} {meaning.name} {_spelled(meaning.value)} {flags}"
            for meaning in phrase.meanings
            if meaning.role != "part"  # their numbers are each lexicon's own
        ]
        return found


_names = _Names()


def _spelled(value: object) -> str:
    if isinstance(value, float):
        return "share"  # how many per cent is not told apart
    return ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def words_of(text: str) -> list[str]:
    """Return the words of a sentence, between marks of where it begins and ends."""
    words = [
        word if word.isalpha() and len(word) <= _LONGEST else _DIGITS.sub("0", word[:_LONGEST])
        for word in _WORD.findall(text)
    ]
    return ["<", *words, ">"]


def is_bare(readings: Readings, seen: Sequence[Seen]) -> bool:
    """Whether a ticket is a sentence or two without a subject."""
    return len(seen) < _LEAST_SENTENCES and not readings.subject.passage.own.strip()


class Terms:
    """Vectors of terms, and of sentences by them."""

    def __init__(self, numbers: Mapping[str, Numbers], pieces: Pieces) -> None:
        """Take the numbers of `Heads.encoder`, as `numbers_of` made them."""
        about = json.loads(numbers[_ABOUT].tobytes())
        self._rows = {gram: row for row, gram in enumerate(about["grams"], 1)}
        self._grams = GramSums(self._rows, numbers[_GRAMS])
        self._scale = numbers[_SCALE]
        self._numbers = {name: number for number, name in enumerate(about["names"], 1)}
        self._names = numbers[_NAMES].astype(np.float32)
        self._filters = Filters(pieces, numbers[_FILTERS], numbers[_BIAS])
        self._least: dict[str, float] = about["least"]

    def apply(self, readings: Readings, seen: Sequence[Seen]) -> bool:
        """Whether a ticket is of the kind from which was learnt, and says enough.

        What a sentence or two without a subject say, the lexicons read better: there are no others
        by which to tell what its words mean here. And nothing was learnt of texts in other
        languages, of a program's insides, or of words that customers rarely use.
        """
        least = self._least.get(readings.language)
        if least is None or readings.of_code or is_bare(readings, seen):
            return False
        return self.familiar(seen) >= least

    def familiar(self, seen: Sequence[Seen]) -> float:
        """Return the share of the words that were learnt, from 0 to 1."""
        words = [word for each in seen for word in each.words[1:-1] if word not in _MARKS]
        return sum(map(self._rows.__contains__, words)) / max(1, len(words))

    def vectors(self, seen: Sequence[Seen]) -> tuple[Numbers, Numbers]:
        """Return a vector for each sentence, and one for all of them as a whole."""
        sums, counts = self._grams.of([each.words for each in seen])
        sums *= self._scale
        numbers = list(map(self._named, seen))
        named = [self._names.take(some, axis=0).sum(axis=0) for some in numbers]
        most = self._filters.of([each.words[1:-1] for each in seen])
        each = np.concatenate([sums / counts, named, most], axis=1)
        of_all = sorted(set(chain.from_iterable(numbers)))
        mean = sums.sum(axis=0) / counts.sum()
        return each, np.concatenate([mean, self._names[of_all].sum(axis=0), most.max(axis=0)])

    def known(self, seen: Sequence[Seen]) -> tuple[list[list[int]], list[list[int]]]:
        """Return the rows of the terms that were learnt, of both kinds, for each sentence.

        A sentence without any gram has the row 0; every sentence has the name of the number 0.
        """
        rows = self._rows
        return (
            [[rows[gram] for gram in grams_of(each.words) if gram in rows] or [0] for each in seen],
            list(map(self._named, seen)),
        )

    def _named(self, seen: Seen) -> list[int]:
        numbers = self._numbers
        return [0, *(numbers[name] for name in seen.names if name in numbers)]


def numbers_of(
    grams: Sequence[str],
    of_grams: Numbers,
    names: Sequence[str],
    of_names: Numbers,
    filters: tuple[Numbers, Numbers],
    least: Mapping[str, float],
) -> dict[str, Numbers]:
    """Return vectors of terms as they ship: those of grams in one byte a number.

    `filters` are the weights and the bias of `adjudge.learned.pieces.Filters`.
    Their vectors have a row before the first of each kind; see `Terms.known`. `least` has for each
    language the least share of known words of a ticket; see `Terms.apply`.
    """
    scale = np.abs(of_grams).max(axis=0) / 127
    return {
        _GRAMS: np.rint(of_grams / scale).astype(np.int8),
        _SCALE: scale.astype(np.float32),
        _NAMES: of_names.astype(np.float16),
        _FILTERS: filters[0].astype(np.float16),
        _BIAS: filters[1].astype(np.float32),
        _ABOUT: _packed({"grams": list(grams), "names": list(names), "least": dict(least)}),
    }


def with_least(numbers: Mapping[str, Numbers], least: Mapping[str, float]) -> dict[str, Numbers]:
    """Return what `numbers_of` returned with other least shares."""
    about = json.loads(numbers[_ABOUT].tobytes())
    return {**numbers, _ABOUT: _packed({**about, "least": dict(least)})}


def _packed(about: Mapping[str, object]) -> Numbers:
    found: Numbers = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    return found


@cache
def shipped_terms() -> tuple[Terms, Heads]:
    """Return the vectors of terms that ship, and what is read of them."""
    with (files("adjudge.learned") / FILE).open("rb") as file:
        heads = read_heads(file)
    return Terms(heads.encoder, shipped_pieces()), heads
