"""What a lexicon's phrases mean, and where a text has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from adjudge import cache
from adjudge.evidence.compile import Meanings, compiled_phrases, key_of
from adjudge.evidence.compounds import Compounds
from adjudge.evidence.openings import Openings
from adjudge.evidence.patterns import Match
from adjudge.evidence.sequences import Sequences
from adjudge.evidence.tokens import Tokenizer, Tokens
from adjudge.evidence.unmarked import Unmarked
from adjudge.model.lexicon import RANKS, Lexicon, Meaning


@dataclass(frozen=True, slots=True)
class Span:
    """A range of tokens of one field."""

    first: int
    last: int


TROUBLES = frozenset(
    [
        ("data_impact", "major"),
        ("data_impact", "minor"),
        ("development_workflow", "blocked"),
        ("development_workflow", "impaired"),
        ("request_type", "defect"),
    ]
)
"""Facts that are trouble themselves."""


class Phrase:
    """What a phrase means, sorted for quick looks: its cues, and what else it can be.

    `predicate` and `verb` say that a negation can be about it, `tells` that it may say how
    something is, and `trouble` that something fails, or that somebody can not do a thing. `parts`
    are numbers of frames, and of the part that it is there. `named` says that a ruleset names it
    as a part of its product.
    """

    __slots__ = (
        "cues", "facts", "impacts", "may_name", "meanings", "named", "parts", "predicate",
        "tells", "things", "trouble", "verb",
    )  # fmt: skip

    def __init__(self, meanings: Iterable[Meaning], *, named: bool = False) -> None:
        self.meanings = meanings = tuple(meanings)
        self.named = named
        self.cues = frozenset(found.name for found in meanings if found.role == "cue")
        self.things = tuple(found for found in meanings if found.role == "thing")
        self.impacts = tuple(found for found in meanings if found.role in ("impact", "weak"))
        parts = [found for found in meanings if found.role == "part"]
        self.parts = tuple((int(found.name), int(str(found.value))) for found in reversed(parts))
        self.facts = tuple(
            found for found in meanings if found.role in ("fact", "weak_fact", "hint")
        )
        self.tells = bool(self.impacts) or not self.cues.isdisjoint(_PREDICATIVE)
        self.trouble = (
            bool(self.impacts)
            or not self.cues.isdisjoint(_FAILING)
            or any((found.name, found.value) in TROUBLES for found in self.facts)
        )
        placed = any(found.name == "environment" for found in self.facts)
        self.may_name = (placed or bool(self.impacts)) and not self.things
        self.predicate = bool(self.impacts) or not self.cues.isdisjoint(_PREDICATES)
        self.verb = (
            self.predicate
            or not self.cues.isdisjoint(_VERBS)
            or any(thing.value == "verb" for thing in self.things)
        )


_FAILING = ("cannot", "hardly", "affected")
_PREDICATIVE = ("works", "runs", "gets", "ability", "cannot")
_PREDICATES = ("works", "runs", "affected", "fine")
_VERBS = ("ability", "act", "gets")
NO_PHRASE = Phrase(())


Inside = tuple[str, Span]
"""A rank, and where the thing that has it is named."""


@dataclass(slots=True)
class Hit:
    """A phrase found, and its first and last token.

    `inside` is a thing that the words of a phrase name, though the phrase itself tells of trouble
    or of a place alone: "no deploy goes through", "live console".
    """

    phrase: Phrase
    first: int
    last: int
    quoted: bool
    inside: Inside | None = None

    def cue(self, name: str) -> bool:
        """Whether one of the phrase's meanings is the cue `name`."""
        return name in self.phrase.cues


class _Distinct(dict[int, Phrase]):
    """The phrases of a lexicon by what they mean, made when one of them is found."""

    def __init__(self, meanings: Sequence[Meanings]) -> None:
        super().__init__()
        self._meanings = meanings

    def __missing__(self, number: int) -> Phrase:
        found = self[number] = Phrase(self._meanings[number])
        return found


class Phrases(dict[int, Phrase]):
    """What is found by each pattern: as the lexicon has it, unless it is set otherwise."""

    def __init__(self, distinct: _Distinct, numbers: Sequence[int]) -> None:
        super().__init__()
        self._distinct = distinct
        self._numbers = numbers

    def __missing__(self, pattern: int) -> Phrase:
        found = self[pattern] = self._distinct[self._numbers[pattern]]
        return found

    def fresh(self) -> Phrases:
        """Return the lexicon's own, of which some can be set."""
        return Phrases(self._distinct, self._numbers)


def _sequences(lexicon: Lexicon, tokenizer: Tokenizer) -> Sequences:
    """Return the sequences of a lexicon, with their openings as they were kept, or else now."""
    sequences = partial(
        Sequences, lexicon.sequences, tokenizer, lexicon.fillers, lexicon.counting.denials
    )

    def made() -> Openings:
        found = sequences().openings
        return replace(found, words=found.words.union(lexicon.words()))

    if not lexicon.digest:
        return sequences(made())
    name, key = f"openings-{lexicon.language}", key_of(lexicon)
    return sequences(cache.kept_or_made(name, key, made, Openings.to_bytes, Openings.from_bytes))


class Scanner:
    """A compiled lexicon: its patterns, and for each the phrase that it finds."""

    def __init__(self, lexicon: Lexicon) -> None:
        compiled = compiled_phrases(lexicon)
        self.patterns = compiled.patterns
        self.phrases = Phrases(_Distinct(compiled.meanings), self.patterns.numbers)
        words = {word.rstrip("*") for word in self.patterns.alphabet.words()}
        bare = Tokenizer(lexicon.rewrites, lexicon.folds)
        vocabulary = words | set(map(bare.fold, lexicon.stopwords)) | set(bare.rewrites)
        compounds = Compounds(
            frozenset(map(bare.fold, lexicon.heads)), frozenset(map(bare.fold, lexicon.modifiers))
        )
        self.sequences = _sequences(lexicon, bare)
        unmarked = None
        if lexicon.unmarked:
            unmarked = Unmarked(lexicon.unmarked, vocabulary | self.sequences.openings.words)
        self.tokenizer = Tokenizer(
            lexicon.rewrites, lexicon.folds, frozenset(vocabulary), compounds, unmarked
        )

    def hits(self, tokens: Tokens) -> list[Hit]:
        """Return the phrases in the stream, in order, without overlaps."""
        return self._hits(self.patterns.matches(tokens.words), tokens)

    def _hits(self, found: list[Match], tokens: Tokens) -> list[Hit]:
        phrases = self.phrases
        return [self._hit(phrases[number], first, last, tokens) for first, last, number in found]

    def _hit(self, phrase: Phrase, first: int, last: int, tokens: Tokens) -> Hit:
        inside = None
        if last > first and phrase.may_name:
            inside = self._inside(tokens.words, first, last)
        return Hit(phrase, first, last, tokens.quoted[first], inside)

    def _inside(self, words: list[str], first: int, last: int) -> Inside | None:
        """The thing that is named within a phrase, if that is one of a rank."""
        for start, end in ((first + 1, last), (first, last - 1)):
            for one, other, number in self.patterns.matches(words[start : end + 1]):
                for thing in self.phrases[number].things:
                    if thing.value == "noun" and thing.name in RANKS:
                        return thing.name, Span(start + one, start + other)
        return None
