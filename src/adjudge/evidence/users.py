"""How many users are hit: "3 of 120 users", "about 4 %", "most of our drivers", "not one store".

People count where they stand with trouble: in its part of the sentence, or before what they
report or suffer, or where it strikes ("for", "in").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from adjudge.evidence.apposed import are_all, bare_shares, is_said_of, stands_apart
from adjudge.evidence.failing import troubled_segments
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.tokens import Tokens
from adjudge.model.lexicon import Lexicon

_REACH = 5
_OTHERS_REACH = 15
_MODIFIERS = 2
_BETWEEN = 3
_HUNDREDS = 100
_BOTH = 2
_COUNTED = frozenset(("people", "percent"))
_TELLS = ("joins", "contrast", "affected", "reported")
_DOES = ("ability", "works", "runs", "act")


@dataclass(frozen=True, slots=True)
class Count:
    """A share of the users (`percent`) or a group of them (`group`), and where it stands.

    A `bare` one is a number of people of which the words do not say how many there are.
    """

    percent: float | None
    group: str | None
    span: Span
    bare: bool = False


def count_users(
    sentence: Sentence, tokens: Tokens, lexicon: Lexicon, strikes: Iterable[Span], software: bool
) -> Iterator[Count]:
    """Yield what the sentence says about how many are hit, its asserted parts only.

    `strikes` are where the sentence states a problem; one that is everywhere in it may be given
    for a sentence that goes on with the problem before it. In a text about `software` a machine
    is no person.
    """
    if _COUNTED.isdisjoint(sentence.cues):
        return
    group = _Groups(tokens, lexicon, software)
    troubled: set[int] | None = None
    named = [said for said in sentence.said if said.cue("people") and not said.void]
    for part, whole, span in bare_shares(sentence, tokens.words, group.number, group.small):
        share = group.share(part, whole, span)
        if share is not None and any(said.hit.last < span.first for said in named):
            yield share  # "no store can sign in, 88 of 88"
    for number, said in enumerate(sentence.said):
        if said.void:
            continue
        if said.cue("people"):
            count = group.after(said) or group.before(said)
            if count is None:
                continue
            count = group.beside_others(count)
            if troubled is None:
                troubled = troubled_segments(sentence, strikes)
            if group.is_hit(sentence, said, count, troubled):
                yield count
        elif said.cue("percent") and said.negation is None:
            value = group.number(said.hit.first - 1)
            person = _follows(sentence.said[number + 1 :], said)
            if value is not None and value <= 100 and person is not None:
                span = Span(said.hit.first - 1, person.hit.last)
                yield Count(value, _share(value), span)


def sums_up(sentence: Sentence, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a sentence only says of how many what was told before is true: "it is 3 of 45"."""
    opening = words[sentence.first : sentence.first + _MODIFIERS]
    return not sentence.question and not lexicon.counting.sums.isdisjoint(opening)


def _follows(following: list[Said], said: Said) -> Said | None:
    for other in following:
        if other.hit.first - said.hit.last > _REACH or other.clause != said.clause:
            return None
        if other.cue("people"):
            return other
    return None


@lru_cache
def _ends_of(phrases: frozenset[tuple[str, ...]]) -> tuple[frozenset[str], int]:
    """The words that phrases end in, and how many words the longest has."""
    return frozenset(phrase[-1] for phrase in phrases), max(map(len, phrases), default=0)


class _Groups:
    """Reads groups of people to the left of the word for them, by a language's small words."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, software: bool) -> None:
        self.tokens = tokens
        words = tokens.words
        self.words = words
        self.lexicon = lexicon
        self.numbers = lexicon.numbers
        self.small = lexicon.counting
        self.stops = lexicon.stopwords | lexicon.prepositions | self.small.units
        self.machines = self.small.machines if software else frozenset()
        self.persons = lexicon.verbs.persons

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else "."

    def before(self, said: Said) -> Count | None:
        """Return the group that people belong to: "N of M users", "most of our users"."""
        person = said.hit
        head = self.head(person.first, person.last)
        if person.first == head and self.word(head) in self.machines:
            return None
        at, rest = self.modified(head - 1)
        told = self.quantity(at, said)
        whole = None if told[0] is not None else self.number(at)
        inner = at - 1 if whole is not None else at
        while whole is not None and self.word(inner) in self.small.roughly:
            inner -= 1  # "six out of about 40 staff"
        these = self.word(inner) in self.small.these
        definite = self.word(inner) in self.small.determiners
        inner -= definite
        of = inner
        while self.word(of) in self.small.of:
            of -= 1  # "out of"
        part = self.number(of) if of < inner or not definite else None
        kind, first = self.quantity(of if of < inner or whole is None else inner, said)
        if kind is None and of < inner and part is None:
            kind, first = told  # "any of", "none of", which end in the word for the whole
        if kind is None and whole is not None and of < inner and part is not None:
            return self.share(part, whole, Span(of, person.last))
        if rest or self.word(person.last + 1) in self.small.compounds:
            return None  # "all other users" and "four more" are not those of whom this is told
        if kind is not None:
            return Count(None, kind, Span(first, person.last))
        if part is not None:
            everyone, first = self.quantity(of - 1, said)
            if everyone == "all":  # "all 21 of our engineers"
                return Count(None, everyone, Span(first, person.last))
        if any(fact.name == "development_workflow" for fact in said.hit.phrase.facts):
            return None  # "eleven engineers are blocked" speaks of their work
        if whole is not None and (these or not definite) and of == inner:
            denied = self.word(at - 1) in self.small.denials
            return None if denied else self.counted(whole, Span(at, person.last))
        if part is None or self.word(of - 1) in self.small.denials:
            return None  # "it is not one store"
        return self.counted(part, Span(of, person.last))

    def after(self, said: Said) -> Count | None:
        """Read the share that is told after the people: "agents, 60 of 80", "six people of 60"."""
        at = said.hit.last + 1
        head = self.head(said.hit.first, said.hit.last)
        part = self.number(head - 1)
        if part is None or self.word(at) not in self.small.of:
            while at <= said.hit.last + _BETWEEN and self.number(at) is None:
                at += 1
            whole, part, at = part, self.number(at), at + 1
            if whole is not None and part is not None and self.of_those(head - 2):
                return self.share(part, whole, Span(head - 1, at - 1))
        if part is None or self.word(at) not in self.small.of:
            return None
        while self.word(at) in self.small.of or self.word(at) in self.small.determiners:
            at += 1
        whole = self.number(at)
        if whole is None or whole < 2 or self.word(at + 1).isalnum():
            return None  # "60 of 80 calls" counts something else
        return self.share(part, whole, Span(said.hit.first, at))

    def beside_others(self, count: Count) -> Count:
        """Return the share where the others are counted, too: "3 stores, the other 57 are fine"."""
        part = self.number(count.span.first)
        if count.percent is not None or part is None or count.group not in ("some", "single"):
            return count
        for at in range(count.span.last + 1, count.span.last + _OTHERS_REACH):
            if self.word(at) in self.small.other:
                rest = self.number(at + 1) or self.number(at - 1)
                if rest is not None and self.names_people(at + 2):
                    return self.share(part, part + rest, count.span) or count
        return count

    def names_people(self, at: int) -> bool:
        """Whether a number before `at` counts people: "57 stores", or only "57 are fine"."""
        word = self.word(at)
        return word in self.small.people or word in self.stops or not word[0].isalnum()

    def of_those(self, at: int) -> bool:
        """Whether a number after `at` is that of all of them: "of our 50 agents, 45 ..."."""
        while self.word(at) in self.small.determiners:
            at -= 1
        return self.word(at) in self.small.of and self.number(at - 1) is None

    def head(self, first: int, last: int) -> int:
        """Return where the word for people stands in a phrase that says more than it."""
        return next(
            (at for at in range(last, first - 1, -1) if self.word(at) in self.small.people), last
        )

    def modified(self, at: int) -> tuple[int, bool]:
        """Step over what describes people ("day-shift agents"); whether they are the others."""
        other = False
        for _ in range(_MODIFIERS):
            word = self.word(at)
            if word in self.small.other:
                other = True
            elif self.stands_before(at) or word in self.stops or not word.isalpha():
                break
            at -= 1
        return at, other

    def stands_before(self, at: int) -> bool:
        return (
            self.number(at) is not None
            or self.word(at) in self.small.determiners
            or any(self.ends(phrases, at) for phrases in self.small.groups.values())
        )

    def ends(self, phrases: frozenset[tuple[str, ...]], at: int) -> int:
        """How many words the longest of the phrases has that ends here; 0 for none."""
        last_words, longest = _ends_of(phrases)
        if self.word(at) not in last_words:
            return 0
        for size in range(min(longest, at + 1), 0, -1):
            if tuple(self.words[at + 1 - size : at + 1]) in phrases:
                return size
        return 0

    def quantity(self, at: int, said: Said) -> tuple[str | None, int]:
        longest = 0
        kind = None
        for name, phrases in self.small.groups.items():
            size = self.ends(phrases, at)
            if size > longest:
                kind, longest = name, size
        if kind == "none":
            # "It is not one store" says of how many it is not.
            denied = self.word(at - longest) in self.small.does
            return (None, at) if denied else ("all", at + 1 - longest)
        if said.negation is not None and said.negation.last < at + 1:
            return None, at  # "not all users", "never more than some"
        return kind, at + 1 - longest

    def counted(self, part: float, span: Span) -> Count | None:
        if not part.is_integer() or part < 1:
            return None
        if part > 1 and are_all(self.words, span.last, self.lexicon):
            group = "some" if part == _BOTH else "all"  # "40 admins, all moan"
            return Count(None, group, span)
        if part >= _HUNDREDS:
            return Count(None, "many", span, bare=True)
        return Count(None, "single" if part == 1 else "some", span, bare=part > 1)

    def share(self, part: float, whole: float, span: Span) -> Count | None:
        if not 0 < part <= whole:
            return None
        percent = round(100 * part / whole, 2)
        rate = part == 1 and self.word(span.first + 1) in self.small.places  # "one in five"
        return Count(percent, "single" if part == 1 and not rate else _share(percent), span)

    def is_hit(self, sentence: Sentence, said: Said, count: Count, troubled: set[int]) -> bool:
        """Whether trouble strikes these people, by where both stand."""
        nobody = any(
            self.ends(self.small.groups.get("none", frozenset()), at)
            for at in range(count.span.first, said.hit.first)
        )
        placed = self.word(count.span.first - 1) in self.small.places
        own = [other for other in sentence.said if other.segment == said.segment]
        after = self.word(said.hit.last + 1)
        if count.group == "all" and after in self.small.narrows:
            return False
        if not self.small.already.isdisjoint(self.words[count.span.first : said.hit.first]):
            return False  # "all the stores affected have iPads"
        if nobody and not placed:
            return self.fails(said, own)
        told = count.percent is not None or self.word(count.span.last + 1) == ")"
        if troubled and told and self.apposed(count, troubled, said):
            return not any(_is_well(other) for other in own)
        if self.word(count.span.first - 1) in self.small.apart:
            return False
        if self.presents(count.span.first):
            return False  # "we are a small shop of six people"
        owned = self.word(count.span.first - 1) in self.small.owns and count.percent is None
        if owned and after not in self.small.relatives:
            return False  # "we have 120 agents", unlike "we have two agents who can not log in"
        if self.is_well(said.hit.last + 1):
            return False  # "three agents are free"
        if count.group in ("all", "some") and are_all(self.words, said.hit.last, self.lexicon):
            return True
        before = count.span.first - 1
        if not self.small.signs.isdisjoint(self.words[said.hit.last + 1 : said.hit.last + _REACH]):
            return True  # "all visitors get a warning"
        if after in self.small.reports or (placed and self.word(before - 1) in self.small.sources):
            return True
        if said.negation is not None and said.negation.last < count.span.first:
            return False
        if count.percent is not None or is_said_of(self.words, count.span.first, self.lexicon):
            return not any(_is_well(other) for other in own)
        if not troubled:
            return False
        if stands_apart(self.words, count.span.first, said, sentence, self.small):
            return True  # "the app does not load - all stores"
        if said.segment in troubled:
            return not any(other.cue("fine") and other.stands for other in own)
        if placed and any(abs(segment - said.segment) <= 1 for segment in troubled):
            return not any(_is_well(other) for other in own)
        if count.group == "all" and self.is_aside(said, own, troubled):
            return True
        return self.leads(sentence, said, troubled)

    def apposed(self, count: Count, troubled: set[int], said: Said) -> bool:
        """Whether a share stands beside those it is told of: "the night shift (3 of 20 people)"."""
        opened = self.word(count.span.first - 1) == "("
        near = any(abs(segment - said.segment) <= _MODIFIERS for segment in troubled)
        return near and (opened or count.percent is not None)

    def is_aside(self, said: Said, own: list[Said], troubled: set[int]) -> bool:
        """Whether people are named without a verb beside the trouble: "it is down, for all"."""
        near = any(abs(segment - said.segment) <= 1 for segment in troubled)
        return near and not any(
            other.hit.phrase.verb or other.hit.phrase.predicate or any(map(other.cue, _TELLS))
            for other in own
        )

    def presents(self, first: int) -> bool:
        """Whether somebody only says who he is: "we are six people"."""
        return self.word(first - 1) in self.small.sums and self.word(first - 2) in self.persons

    def is_well(self, at: int) -> bool:
        """Whether people are said to be well, or free, in the words that follow."""
        following = takewhile(str.isalnum, self.words[at : at + _REACH])
        return not self.small.free.isdisjoint(following)

    def fails(self, nobody: Said, own: list[Said]) -> bool:
        """Whether it is trouble that nobody does it: "no store can", not "no store complained"."""
        at = nobody.hit.last + 1
        following = self.words[at : at + _REACH]
        does = any(word in self.small.does for word in following[: _MODIFIERS + 1]) or any(
            other.hit.first >= at and (any(map(other.cue, _DOES)) or other.hit.phrase.verb)
            for other in own
        )
        return (
            does
            and self.small.harmless.isdisjoint(following)
            and not any(map(_speaks_of_trouble, own))
        )

    def leads(self, sentence: Sentence, said: Said, troubled: set[int]) -> bool:
        """Whether "that", "who" or "when" leads from these people to the trouble."""
        segment = said.segment
        for other in sentence.said:
            if other.segment != segment + 1 or other.clause != said.clause:
                continue
            if not (other.cue("joins") and self.word(other.hit.first) in self.small.relatives):
                return False
            segment += 1
            if segment in troubled:
                return True
        return False

    def number(self, at: int) -> float | None:
        """Return the number that a word is: in digits, or one of the language's."""
        if not 0 <= at < len(self.words):
            return None
        word = self.words[at]
        glued = at and self.tokens.starts[at] == self.tokens.ends[at - 1]
        if glued and word[0].isdigit() and self.words[at - 1].isalpha():
            return None  # "S3 clients" counts none
        if word in self.numbers:
            return self.numbers[word]
        if not word[0].isdigit() or len(word) > 12 or ":" in word:
            return None
        text = word.replace(",", ".").replace(" ", "")  # "2 100" is one number
        head, dot, tail = text.partition(".")
        if dot and len(tail) == 3 and head != "0":
            text = head + tail  # 1,200 and 1.200 are thousands
        try:
            return float(text)
        except ValueError:
            return None


def _is_well(said: Said) -> bool:
    return said.stands and (said.cue("works") or said.cue("fine"))


def _speaks_of_trouble(said: Said) -> bool:
    """Whether it would be good news that nobody does it: "no store complains"."""
    return said.cue("affected") or said.cue("cannot") or bool(said.hit.phrase.impacts)


def _share(percent: float) -> str:
    return "all" if percent >= 100 else "many" if percent >= 50 else "some"
