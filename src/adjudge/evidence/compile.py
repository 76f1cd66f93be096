"""A lexicon's phrases, compiled: in canonical words, with all that each can mean."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import overload

from adjudge import cache
from adjudge.evidence.patterns import ANY_ENDING, Alphabet, Patterns
from adjudge.evidence.tokens import Tokenizer
from adjudge.model.lexicon import Lexicon, Meaning

Meanings = tuple[Meaning, ...]
_ByWords = dict[str, Meanings]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The patterns of a lexicon; their numbers lead to what they can mean."""

    patterns: Patterns
    meanings: Sequence[Meanings]

    def to_bytes(self) -> bytes:
        """Return it as plain data, for keeping: lines of text, then the patterns' numbers."""
        data = {
            "words": self.patterns.alphabet.words(),
            "meanings": [
                json.dumps(list(map(_as_data, meanings)), ensure_ascii=False)
                for meanings in self.meanings
            ],
        }
        patterns = self.patterns.joined.encode()
        sizes = json.dumps(data, ensure_ascii=False).encode(), str(len(patterns)).encode()
        return b"\n".join((*sizes, patterns)) + _numbers(self.patterns.numbers).tobytes()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Compiled:
        """Return what `to_bytes` was made of; each meaning is read when it is asked for."""
        first = kept.index(b"\n")
        second = kept.index(b"\n", first + 1)
        end = second + 1 + int(kept[first:second])
        data = json.loads(kept[:first])
        numbers = array(_NUMBER)
        numbers.frombytes(kept[end:])
        joined = kept[second + 1 : end].decode()
        patterns = Patterns(Alphabet(data["words"]), joined, _numbers(numbers))
        return cls(patterns, _KeptMeanings(data["meanings"]))


_NUMBER = "I"


def _numbers(numbers: Sequence[int]) -> array[int]:
    """Return numbers with the lowest byte first, or such numbers as they are here."""
    found = array(_NUMBER, numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found


class _KeptMeanings(Sequence[Meanings]):
    """What phrases mean, read when it is asked for: few tickets have few of the phrases."""

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    @overload
    def __getitem__(self, number: int) -> Meanings: ...

    @overload
    def __getitem__(self, number: slice) -> list[Meanings]: ...

    def __getitem__(self, number: int | slice) -> Meanings | list[Meanings]:
        if isinstance(number, slice):
            return list(map(_meanings, self._kept[number]))
        return _meanings(self._kept[number])

    def __len__(self) -> int:
        return len(self._kept)


def _meanings(kept: str) -> Meanings:
    return tuple(map(_from_data, json.loads(kept)))


def _as_data(meaning: Meaning) -> list[object]:
    value = meaning.value
    return [meaning.role, meaning.name, sorted(value) if isinstance(value, frozenset) else value]


def _from_data(data: list[object]) -> Meaning:
    role, name, value = data
    return Meaning(str(role), str(name), frozenset(value) if isinstance(value, list) else value)


def compiled_phrases(lexicon: Lexicon) -> Compiled:
    """Return the phrases of a lexicon compiled, as they were kept, or else now."""
    if not lexicon.digest:
        return compile_phrases(lexicon)
    name, key = f"lexicon-{lexicon.language}", key_of(lexicon)
    made = partial(compile_phrases, lexicon)
    return cache.kept_or_made(name, key, made, Compiled.to_bytes, Compiled.from_bytes)


def key_of(lexicon: Lexicon) -> bytes:
    """Return the key for what is made of a lexicon that has a digest."""
    code = cache.own_code("evidence", "reading", "model")
    return cache.key_of([lexicon.digest.encode(), code])


def compile_phrases(lexicon: Lexicon) -> Compiled:
    """Compile the phrases of a lexicon."""
    alphabet = Alphabet()
    found = _by_words(lexicon, alphabet)
    _inherit(found)
    # Thousands of phrases mean the same, and most of them share the tuple that says so.
    numbers: dict[Meanings, int] = {}
    seen: dict[int, int] = {}
    phrases: dict[str, int] = {}
    for words, meanings in found.items():
        number = seen.get(id(meanings))
        if number is None:
            number = seen[id(meanings)] = numbers.setdefault(meanings, len(numbers))
        phrases[words] = number
    return Compiled(Patterns.of(alphabet, phrases), list(numbers))


def _by_words(lexicon: Lexicon, alphabet: Alphabet) -> _ByWords:
    """Return what each phrase can mean, by its canonical words as characters of `alphabet`."""
    speller = _Speller(lexicon, alphabet)
    found: _ByWords = {}
    for phrase, meanings in lexicon.phrases.items():
        words = speller.spelled(phrase)
        if words:
            known = found.get(words, ())
            more = [meaning for meaning in meanings if meaning not in known] if known else ()
            found[words] = (*known, *more) if known else meanings
    return found


class _Speller(dict[str, str]):
    """Spells phrases; remembers each word as it was written."""

    _FILLER = "\0"

    def __init__(self, lexicon: Lexicon, alphabet: Alphabet) -> None:
        super().__init__()
        self._alphabet = alphabet
        self._tokenizer = Tokenizer(lexicon.rewrites, lexicon.folds)
        self._fillers = {self._tokenizer.fold(word) for word in lexicon.fillers}

    def spelled(self, phrase: str) -> str:
        """Return a phrase in characters of the alphabet; nothing where it is not used.

        A phrase is not used that says less without its fillers: "good now" is no more than "good".
        """
        written = phrase.rstrip(ANY_ENDING).lower().split()
        words = "".join(map(self.__getitem__, written))
        if self._FILLER in words or (len(words) == 1 and len(written) > 1):
            return ""
        if words and phrase.endswith(ANY_ENDING):
            last = self._tokenizer.canonical(written[-1])[-1]
            return words[:-1] + self._alphabet.add(last + ANY_ENDING)
        return words

    def __missing__(self, written: str) -> str:
        if self._tokenizer.fold(written) in self._fillers:
            spelled = self._FILLER
        else:
            spelled = "".join(map(self._alphabet.add, self._tokenizer.canonical(written)))
        self[written] = spelled
        return spelled


def _inherit(found: _ByWords) -> None:
    """Let a phrase that is only part of a frame, or a fact that is a problem too, keep its cues.

    "Can not" as a part hides "can" and "not", which the rest of the reading needs, "dies with"
    hides "dies", and "developers can not deploy" says of deploys that they are unavailable. A part
    of one frame that ends like a shorter part of another ("we have no", "have no") is that part as
    well. What counts people, or tells of complaints, keeps where they are ("some of our customers":
    in production), unless it is one that is told of ("there was only one caller").
    """
    inherited = _Inherited(found)
    heirs: dict[int, _Keeps | None] = {}
    shared: dict[tuple[int, ...], Meanings] = {}
    for words, meanings in found.items():
        number = id(meanings)
        keeps = heirs[number] if number in heirs else heirs.setdefault(number, _heritage(meanings))
        if keeps is not None:
            whole = list(meanings)
            parts = _heads(words, inherited) if keeps is _is_part else _within(words, inherited)
            for meaning in parts:
                if meaning not in whole and keeps(meaning):
                    whole.append(meaning)
            if len(whole) > len(meanings):
                found[words] = shared.setdefault(tuple(map(id, whole)), tuple(whole))


_Keeps = Callable[[Meaning], bool]


def _heritage(meanings: Meanings) -> _Keeps | None:
    """Which meanings of its parts a phrase with these meanings keeps; None for none."""
    if all(map(_bears_cues, meanings)):
        told = any(meaning.name == "business_impact" for meaning in meanings)
        return (lambda meaning: True) if told else (lambda meaning: not _is_place(meaning))
    if any(meaning.name == "users_affected" and meaning.value != "single" for meaning in meanings):
        return _is_place
    if any(meaning.role in ("impact", "weak") for meaning in meanings):
        return _is_part
    return None


_PARTS = ("important_function", "minor_function")


def _is_part(meaning: Meaning) -> bool:
    """Whether it names a part of a product, as the last words do: "wrong icon", "ten deploys".

    What carries the rest is more often only in the way of what is told: "extra digits in numbers".
    """
    return meaning.role == "thing" and meaning.value == "noun" and meaning.name in _PARTS


def _is_place(meaning: Meaning) -> bool:
    return meaning.role == "hint" and meaning.name == "environment"


class _Inherited:
    """The phrases with `cues` that others keep, and those that are `parts` of frames."""

    def __init__(self, found: _ByWords) -> None:
        self.cues: _ByWords = {}
        self.parts: _ByWords = {}
        seen: dict[int, tuple[Meanings, Meanings]] = {}
        for words, meanings in found.items():
            kept = seen.get(id(meanings))
            if kept is None:
                kept = seen[id(meanings)] = (
                    tuple(filter(_is_inherited, meanings)),
                    tuple(meaning for meaning in meanings if meaning.role == "part"),
                )
            if kept[0]:
                self.cues[words] = kept[0]
            if kept[1]:
                self.parts[words] = kept[1]
        self.longest = max(map(len, self.cues), default=0)


def _within(words: str, inherited: _Inherited) -> Iterator[Meaning]:
    """Yield what is inherited from the phrases in a phrase, and the parts that it ends like."""
    size = len(words)
    for first in range(size):
        for last in range(first + 1, min(first + inherited.longest, size) + 1):
            yield from inherited.cues.get(words[first:last], ())
        yield from inherited.parts.get(words[first:], ())


def _heads(words: str, inherited: _Inherited) -> Iterator[Meaning]:
    """Yield what is inherited from the phrases that a phrase ends in."""
    for first in range(1, len(words)):
        yield from inherited.cues.get(words[first:], ())


def _is_inherited(meaning: Meaning) -> bool:
    return (
        meaning.name in _INHERITED
        or meaning.role == "thing"
        or _is_place(meaning)
        or (meaning.role == "weak" and meaning.name == "functional_impact")
        or (meaning.role == "fact" and meaning.value == "defect")
    )


def _bears_cues(meaning: Meaning) -> bool:
    public = meaning.role == "hint" and meaning.name == "environment"  # "our customers" are people
    return public or meaning.role == "part" or meaning.name in _BEARING


_BEARING = ("development_workflow", "business_impact", "intermittent", "partly", "hardly")
_INHERITED = ("negation", "none_of", "ability", "cannot", "people", "fine", "act")
