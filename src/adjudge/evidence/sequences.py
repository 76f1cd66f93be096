"""Sequences: what is said in a row, each place filled by one of many words.

"We / they / the staff" + "write / key / type" + "orders / it" + "by hand / on paper" are thousands
of phrases, and four short lists. A sequence is tried where one of its first words stands, if the
text has words for its last places as well. Which those are is kept as bits, one for each sequence,
so the cost is that of a few look-ups for each word of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from itertools import chain

from adjudge.evidence.openings import Openings, Roles
from adjudge.evidence.tokens import BREAK, COMMA, NUMBER, QUESTION, Tokenizer
from adjudge.model.lexicon import Sequence

_MARKS = frozenset((BREAK, QUESTION, COMMA, ";", ":", "(", ")", "-"))
_NOT = "!"
_EXACTLY = "="
_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """What can fill a place: by their first word, what follows it; `gap` words may be skipped.

    A place with `others` takes any one word but these; `endings` are those of words not taken.
    A number stands for any, but one written `=1` for itself. `single` are its words where exactly
    one of them has to stand there, and nothing else.
    """

    choices: dict[str, tuple[_Words, ...]]
    optional: bool = False
    gap: int = 0
    others: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    single: frozenset[str] | None = None

    def takes(self, word: str) -> bool:
        """Whether the place takes this word as one of any."""
        return word not in self.others and word.isalpha() and not word.endswith(self.endings)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """`unless` says which words may not stand before the sequence."""

    sequence: Sequence
    places: tuple[_Place, ...]
    unless: _Place | None = None

    def may_follow(self, words: list[str], at: int) -> bool:
        """Whether the sequence can begin at a place of a text, by the word before."""
        if self.unless is None or at == 0:
            return True
        before = words[at - 1]
        return before not in self.unless.others and not before.endswith(self.unless.endings)


class Sequences:
    """A lexicon's sequences, by the words that they begin with."""

    def __init__(
        self,
        sequences: Listed[Sequence],
        tokenizer: Tokenizer,
        fillers: frozenset[str],
        denials: frozenset[str],
        openings: Openings | None = None,
    ) -> None:
        """`denials` ("not", "no") are never among the words of any kind that are skipped.

        `openings` are those of the same sequences, where they were kept.
        """
        self._stops = _MARKS | denials
        self._compiled = _AllCompiled(sequences, _Places(tokenizer, fillers))
        self._nexts = _Nexts(self._compiled)
        self.openings = openings or self._all_openings()

    def _all_openings(self) -> Openings:
        found: dict[str, Roles] = {}
        free = Roles()
        words: set[str] = set()
        for number in range(len(self._compiled.sequences)):
            places, bit = self._compiled[number].places, 1 << number
            for word in _openings(places):
                found.setdefault(word, Roles()).opening |= bit
            needed = [place for place in places[1:] if place.choices and not place.optional]
            for word in needed[-1].choices if needed else ():
                found.setdefault(word, Roles()).last |= bit
            for word in needed[-2].choices if len(needed) > 1 else ():
                found.setdefault(word, Roles()).before |= bit
            free.last |= (not needed) << number
            free.before |= (len(needed) < 2) << number
            for place in places:
                words.update(place.choices)
                words.update(*(rest for following in place.choices.values() for rest in following))
        return Openings(dict(found), free, frozenset(words))

    def matches(self, words: list[str]) -> Iterator[tuple[Sequence, int, int]]:
        """Yield the sequences that a text has, each with its first and last word."""
        same = [NUMBER if word[0].isdigit() else word for word in words]
        for at, possible in self._possible(words, same):
            nexts = self._nexts[same[at]]
            bits = possible
            while bits:
                number = (bits & -bits).bit_length() - 1
                bits &= bits - 1
                following = nexts[number]
                if following is not None and not following.stands(same, at + 1):
                    continue
                compiled = self._compiled[number]
                end = _reach(compiled.places, 0, words, at, self._stops)
                if end > at and compiled.may_follow(words, at):
                    yield compiled.sequence, at, end - 1

    def _possible(self, words: list[str], same: list[str]) -> list[tuple[int, int]]:
        """Return the words that sequences may begin with, each with the bits of these sequences.

        It is one of their first words, and the rest of the sentence, which none of them leaves,
        has words for each of the last places. So the sentence is gone through from its end.
        """
        roles, read = self.openings.roles.get, self.openings.read
        free = self.openings.free.last, self.openings.free.before
        last, before = free
        found = []
        for at in range(len(same) - 1, -1, -1):
            word, written = same[at], words[at]
            if word == BREAK:
                last, before = free
            if written is not word and (own := roles(written)) is not None:
                if isinstance(own, str):
                    own = read(written)
                last |= own.last
                before |= own.before
            role = roles(word)
            if role is not None:
                if isinstance(role, str):
                    role = read(word)
                if role.last:
                    last |= role.last
                if role.before:
                    before |= role.before
                if role.opening and (possible := role.opening & last & before):
                    found.append((at, possible))
        found.reverse()
        return found


class _Nexts(dict[str, "_NextOf"]):
    """What has to follow each word that sequences begin with."""

    def __init__(self, compiled: _AllCompiled) -> None:
        super().__init__()
        self._compiled = compiled

    def __missing__(self, opening: str) -> _NextOf:
        found = self[opening] = _NextOf(self._compiled, opening)
        return found


class _NextOf(dict[int, "_Next | None"]):
    """What has to follow a word, by the number of the sequence: found out when it is asked for."""

    def __init__(self, compiled: _AllCompiled, opening: str) -> None:
        super().__init__()
        self._compiled, self._opening = compiled, opening

    def __missing__(self, number: int) -> _Next | None:
        found = self[number] = _next(self._compiled[number].places, self._opening)
        return found


class _AllCompiled(dict[int, _Compiled]):
    """Sequences by their number, each compiled when it may stand in a text."""

    def __init__(self, sequences: Listed[Sequence], places: _Places) -> None:
        super().__init__()
        self.sequences = sequences
        self._places = places

    def __missing__(self, number: int) -> _Compiled:
        sequence = self.sequences[number]
        places = tuple(map(self._places.__getitem__, sequence.places))
        unless = places[0] if places[0].others else None
        found = self[number] = _Compiled(sequence, places[1:] if unless else places, unless)
        return found


class _Places(dict[tuple[str, ...], _Place]):
    """Places by what they are written as: many sequences share their lists."""

    def __init__(self, tokenizer: Tokenizer, fillers: frozenset[str]) -> None:
        super().__init__()
        self._tokenizer = tokenizer
        self._fillers = fillers
        self._read: dict[str, _Words | None] = {}

    def __missing__(self, choices: tuple[str, ...]) -> _Place:
        found = self[choices] = self._place(choices)
        return found

    def _place(self, choices: tuple[str, ...]) -> _Place:
        if len(choices) == 1 and choices[0].startswith("~"):
            return _Place({}, True, int(choices[0][1:]))
        if all(choice.startswith(_NOT) for choice in choices):
            excluded = [choice.removeprefix(_NOT) for choice in choices]
            endings = tuple(word[1:] for word in excluded if word.startswith("*"))
            others = frozenset(
                chain.from_iterable(self._one(word) for word in excluded if word[0] != "*")
            )
            return _Place({}, others=others, endings=endings)
        found: dict[str, dict[_Words, None]] = {}
        optional = False
        for choice in choices:
            words = self._words(choice)
            if words:
                found.setdefault(words[0], {})[words[1:]] = None
            elif words is not None:
                optional = True
        longest_first = {
            word: tuple(sorted(rest, key=len, reverse=True) if len(rest) > 1 else rest)
            for word, rest in found.items()
        }
        plain = not optional and all(rest == ((),) for rest in longest_first.values())
        return _Place(longest_first, optional, single=frozenset(found) if plain else None)

    def _words(self, choice: str) -> _Words | None:
        """Return a choice in canonical words; None for one that would say less without fillers."""
        if choice not in self._read:
            self._read[choice] = self._canonical(choice)
        return self._read[choice]

    def _one(self, excluded: str) -> _Words:
        """Return a word as texts have it; nothing for one that no text has as one word."""
        words = tuple(self._tokenizer.canonical(excluded))
        return words if len(words) == 1 else ()

    def _canonical(self, choice: str) -> _Words | None:
        if not self._fillers.isdisjoint(choice.split()):
            return None
        if choice.isalpha():
            return tuple(self._tokenizer.canonical(choice))
        if choice.startswith(_EXACTLY) and choice[1:].isdigit():
            return (choice.removeprefix(_EXACTLY),)
        return tuple(
            NUMBER if word[0].isdigit() else word
            for each in choice.lower().split()
            for word in self._tokenizer.canonical(each)
        )


@dataclass(frozen=True, slots=True)
class _Next:
    """After the word that a sequence begins with, one of `words` stands `within` so many words."""

    words: frozenset[str]
    within: int

    def stands(self, same: list[str], at: int) -> bool:
        """Whether one of the words stands there, in a text with `NUMBER` for each number."""
        if self.within == 1:
            return at < len(same) and same[at] in self.words
        return not self.words.isdisjoint(same[at : at + self.within])


def _next(places: tuple[_Place, ...], opening: str) -> _Next | None:
    """What has to follow a sequence's first word; None where that can be anything."""
    words: set[str] = set()
    within = 1
    for number, place in enumerate(places):
        if place.gap or place.others:
            return None
        for rest in place.choices.get(opening, ()):
            if rest:
                words.add(rest[0])
                continue
            reach = 1
            for after in places[number + 1 :]:
                if after.others:
                    return None
                reach += after.gap
                words.update(NUMBER if word[0].isdigit() else word for word in after.choices)
                if not after.optional:
                    break
            else:
                return None
            within = max(within, reach)
        if not place.optional:
            break
    return _Next(frozenset(words), within)


def _openings(places: tuple[_Place, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for place in places:
        for word in place.choices:
            if word not in seen:
                seen.add(word)
                yield word
        if not place.optional:
            return


def _reach(
    places: tuple[_Place, ...], number: int, words: list[str], at: int, stops: frozenset[str]
) -> int:
    """Return where the places from `number` on end when they begin at `at`; -1 for nowhere."""
    while number < len(places) and (place := places[number]).single is not None:
        # Most places are filled by one word each, or not at all: there is nothing to try.
        if at >= len(words):
            return -1
        word = words[at]
        if word not in place.single and not (NUMBER in place.single and word[0].isdigit()):
            return -1
        number, at = number + 1, at + 1
    if number == len(places):
        return at
    if place.gap:
        for skipped in range(place.gap + 1):
            if skipped and (at + skipped > len(words) or words[at + skipped - 1] in stops):
                return -1
            end = _reach(places, number + 1, words, at + skipped, stops)
            if end >= 0:
                return end
        return -1
    if at < len(words):
        word = words[at]
        found = place.choices.get(word, ())
        if not found and word[0].isdigit():
            found = place.choices.get(NUMBER, ())
        for rest in found:
            if _stands(rest, words, at + 1):
                end = _reach(places, number + 1, words, at + 1 + len(rest), stops)
                if end >= 0:
                    return end
    if place.others:
        free = at < len(words) and place.takes(words[at])
        return _reach(places, number + 1, words, at + 1, stops) if free else -1
    return _reach(places, number + 1, words, at, stops) if place.optional else -1


def _stands(rest: _Words, words: list[str], at: int) -> bool:
    for offset, wanted in enumerate(rest, at):
        if offset >= len(words):
            return False
        word = words[offset]
        if word != wanted and not (wanted == NUMBER and word[0].isdigit()):
            return False
    return True
