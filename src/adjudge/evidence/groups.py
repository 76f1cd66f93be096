"""Groups and shares of people: "3 of 120 users", "most of our drivers", "agents, 60 of 80".

Read to the left and to the right of the word for people, by a language's small words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from adjudge.evidence.apposed import are_all
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said
from adjudge.evidence.tokens import BREAK, QUESTION, Tokens
from adjudge.model.lexicon import Lexicon

_OTHERS_REACH = 15
_MODIFIERS = 2
_GAP = 4
"""Characters between two words from which on an article was left out there."""
_BETWEEN = 3
_ENDS = frozenset((BREAK, QUESTION, "!"))
_HUNDREDS = 100
_BOTH = 2


@dataclass(frozen=True, slots=True)
class Count:
    """A share of the users (`percent`) or a group of them (`group`), and where it stands.

    A `bare` one is a number of people of which the words do not say how many there are.
    """

    percent: float | None
    group: str | None
    span: Span
    bare: bool = False


@lru_cache
def _ends_of(phrases: frozenset[tuple[str, ...]]) -> tuple[frozenset[str], int]:
    """The words that phrases end in, and how many words the longest has."""
    return frozenset(phrase[-1] for phrase in phrases), max(map(len, phrases), default=0)


class Groups:
    """Reads groups of people to the left of the word for them, by a language's small words."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, software: bool) -> None:
        self.tokens = tokens
        words = tokens.words
        self.words = words
        self.lexicon = lexicon
        self.numbers = lexicon.numbers
        self.small = lexicon.counting
        self.machines = self.small.machines if software else frozenset()
        self.persons = lexicon.verbs.persons

    def word(self, at: int) -> str:
        """Return the word at a place, "." outside of the text."""
        return self.words[at] if 0 <= at < len(self.words) else "."

    def is_small(self, word: str) -> bool:
        """Whether a word describes nobody: it is a stopword, a preposition or a unit."""
        lexicon = self.lexicon
        return word in lexicon.stopwords or word in lexicon.prepositions or word in self.small.units

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
        if of == inner and whole is not None and self.of_the(at):
            share = self.number(at - 1)
            if share is not None and share < whole:
                return self.share(share, whole, Span(at - 1, person.last))
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
                if self.word(at) in _ENDS or self.word(at) in self.small.denials:
                    return None  # "... of our 120 stores. No one can"
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
        return word in self.small.people or self.is_small(word) or not word[0].isalnum()

    def of_the(self, at: int) -> bool:
        """Whether an article was left out between two numbers: "45 of-the 60", said in one word."""
        closing, tokens = self.lexicon.verbs.closing, self.tokens
        return bool(closing) and at > 0 and tokens.starts[at] - tokens.ends[at - 1] >= _GAP

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
            elif self.stands_before(at) or self.is_small(word) or not word.isalpha():
                break
            at -= 1
        return at, other

    def stands_before(self, at: int) -> bool:
        """Whether a word stands before people and no longer describes them."""
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
        """Return the group that the words up to a place make, and where they begin."""
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
            if self.is_whichever(at + 1 - longest):
                return "all", at + 1 - longest
            return None, at  # "not all users", "never more than some"
        return kind, at + 1 - longest

    def is_whichever(self, at: int) -> bool:
        """Whether what is denied of those who begin here is denied of all: "not in any store"."""
        return self.word(at) in self.small.whichever

    def counted(self, part: float, span: Span) -> Count | None:
        """Return so many people as a group, None for no number of people."""
        if not part.is_integer() or part < 1:
            return None
        if part > 1 and are_all(self.words, span.last, self.lexicon):
            group = "some" if part == _BOTH else "all"  # "40 admins, all moan"
            return Count(None, group, span)
        if part >= _HUNDREDS:
            return Count(None, "many", span, bare=True)
        return Count(None, "single" if part == 1 else "some", span, bare=part > 1)

    def share(self, part: float, whole: float, span: Span) -> Count | None:
        """Return so many of so many people, None where that cannot be."""
        if not 0 < part <= whole:
            return None
        percent = round(100 * part / whole, 2)
        # "One in five", but not "one of our five".
        rate = (
            part == 1
            and self.word(span.first + 1) in self.small.places
            and self.word(span.first + 2) not in self.small.determiners
        )
        return Count(percent, "single" if part == 1 and not rate else group_of(percent), span)

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


def group_of(percent: float) -> str:
    """Return the group that a share of all users makes."""
    return "all" if percent >= 100 else "many" if percent >= 50 else "some"
