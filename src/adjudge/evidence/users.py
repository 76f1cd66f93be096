"""How many users are hit: "3 of 120 users", "about 4 %", "most of our drivers", "not one store".

People count where they stand with trouble: in its part of the sentence, or before what they
report or suffer, or where it strikes ("for", "in").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from adjudge.evidence.apposed import are_all, bare_shares, is_said_of, stands_apart
from adjudge.evidence.failing import fails, troubled_segments
from adjudge.evidence.groups import Count, Groups, group_of
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.tokens import Tokens
from adjudge.model.lexicon import Counting, Lexicon

_REACH = 5
_OPENING = 2
_NEAR = 2
_SOON = 3
_COUNTED = frozenset(("people", "percent"))
_TELLS = ("joins", "contrast", "affected", "reported")
_DOES = ("ability", "works", "runs", "act")


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
    people = Groups(tokens, lexicon, software)
    troubled: set[int] | None = None
    named = [said for said in sentence.said if said.cue("people") and not said.void]
    for part, whole, span in bare_shares(sentence, tokens.words, people.number, people.small):
        share = people.share(part, whole, span)
        if share is not None and any(said.hit.last < span.first for said in named):
            yield share  # "no store can sign in, 88 of 88"
    for number, said in enumerate(sentence.said):
        if said.void:
            continue
        if said.cue("people"):
            count = people.after(said) or people.before(said)
            if count is None:
                continue
            count = people.beside_others(count)
            if troubled is None:
                troubled = troubled_segments(sentence, strikes)
            if _Struck(people, sentence, said, count, troubled).is_hit():
                yield count
        elif said.cue("percent") and said.negation is None:
            value = people.number(said.hit.first - 1)
            person = _follows(sentence.said[number + 1 :], said)
            if value is not None and value <= 100 and person is not None:
                span = Span(said.hit.first - 1, person.hit.last)
                yield Count(value, group_of(value), span)


def are_spared(words: list[str], at: int, sentence: Sentence, small: Counting) -> bool:
    """Whether what follows people, from `at` on, says that nothing hit them.

    So it is in "three agents | are free" and "two of us | are checking", and not in "cannot get
    online".
    """
    following = takewhile(str.isalnum, words[at : at + _REACH])
    return not small.free.isdisjoint(following) and not any(
        at <= said.hit.first < at + _REACH and (said.cue("negation") or fails(said))
        for said in sentence.said
    )


def sums_up(sentence: Sentence, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a sentence only says of how many what was told before is true: "it is 3 of 45"."""
    opening = words[sentence.first : sentence.first + _OPENING]
    return not sentence.question and not lexicon.counting.sums.isdisjoint(opening)


def _follows(following: list[Said], said: Said) -> Said | None:
    for other in following:
        if other.hit.first - said.hit.last > _REACH or other.clause != said.clause:
            return None
        if other.cue("people"):
            return other
    return None


class _Struck:
    """People in a sentence, and whether its trouble strikes them, by where both stand.

    `troubled` are the parts of the sentence in which something fails.
    """

    def __init__(
        self, people: Groups, sentence: Sentence, said: Said, count: Count, troubled: set[int]
    ) -> None:
        self.people, self.small = people, people.small
        self.sentence, self.said, self.count, self.troubled = sentence, said, count, troubled
        self.own = [other for other in sentence.said if other.segment == said.segment]
        self.before = people.word(count.span.first - 1)
        self.after = people.word(said.hit.last + 1)
        self.placed = self.before in self.small.places

    def is_hit(self) -> bool:
        """Whether trouble strikes these people."""
        if self.count.group == "all" and self.after in self.small.narrows:
            return False
        words = self.people.words[self.count.span.first : self.said.hit.first]
        if not self.small.already.isdisjoint(words):
            return False  # "all the stores affected have iPads"
        if self.is_nobody() and not self.placed:
            return self.fails()
        if self.is_apposed():
            return not self.is_well_there()
        if self.is_only_named():
            return False
        if self.is_said_to_be_hit():
            return True
        negation, first = self.said.negation, self.count.span.first
        if negation is not None and negation.last < first and not self.people.is_whichever(first):
            return False
        if self.count.percent is not None or is_said_of(
            self.people.words, first, self.people.lexicon
        ):
            return not self.is_well_there()
        return bool(self.troubled) and self.stands_with_trouble()

    def is_nobody(self) -> bool:
        """Whether it is said of how many it is not: "no store", "not one of them"."""
        if self.said.cue("negation"):
            return True
        none = self.small.groups.get("none", frozenset())
        places = range(self.count.span.first, self.said.hit.first)
        return any(self.people.ends(none, at) for at in places)

    def is_only_named(self) -> bool:
        """Whether the words tell who somebody is, or that he is well."""
        if self.before in self.small.apart or self.presents():
            return True  # "we are a small shop of six people"
        owned = self.before in self.small.owns and self.count.percent is None
        if owned and self.after not in self.small.relatives:
            return True  # "we have 120 agents", unlike "we have two agents who can not log in"
        return are_spared(self.people.words, self.said.hit.last + 1, self.sentence, self.small)

    def is_said_to_be_hit(self) -> bool:
        """Whether the words beside people say that they are hit, whatever else is told."""
        words, last = self.people.words, self.said.hit.last
        if self.count.group in ("all", "some") and are_all(words, last, self.people.lexicon):
            return True
        if not self.small.signs.isdisjoint(words[last + 1 : last + _REACH]):
            return True  # "all visitors get a warning"
        heard = self.placed and self.people.word(self.count.span.first - 2) in self.small.sources
        return heard or self.after in self.small.reports

    def stands_with_trouble(self) -> bool:
        """Whether people stand in the part that tells of trouble, beside it, or lead to it."""
        if stands_apart(
            self.people.words, self.count.span.first, self.said, self.sentence, self.small
        ):
            return True  # "the app does not load - all stores"
        if self.said.segment in self.troubled:
            return not any(other.cue("fine") and other.stands for other in self.own)
        if self.placed and self.is_near(1):
            return not self.is_well_there()
        return (self.count.group == "all" and self.is_aside()) or self.leads()

    def is_near(self, reach: int) -> bool:
        """Whether trouble is at most so many parts of the sentence away."""
        return any(abs(segment - self.said.segment) <= reach for segment in self.troubled)

    def is_well_there(self) -> bool:
        """Whether something is said to work in the same part of the sentence."""
        return any(map(_is_well, self.own))

    def is_apposed(self) -> bool:
        """Whether a share stands beside those it is told of: "the night shift (3 of 20 people)"."""
        share = self.count.percent is not None
        closed = self.people.word(self.count.span.last + 1) == ")"
        return (share or (closed and self.before == "(")) and self.is_near(_NEAR)

    def is_aside(self) -> bool:
        """Whether people are named without a verb beside the trouble: "it is down, for all"."""
        return self.is_near(1) and not any(
            other.hit.phrase.verb or other.hit.phrase.predicate or any(map(other.cue, _TELLS))
            for other in self.own
        )

    def presents(self) -> bool:
        """Whether somebody only says who he is: "we are six people"."""
        who = self.people.word(self.count.span.first - 2)
        return self.before in self.small.sums and who in self.people.persons

    def fails(self) -> bool:
        """Whether it is trouble that nobody does it: "no store can", not "no store complained"."""
        at = self.said.hit.last + 1
        following = self.people.words[at : at + _REACH]
        does = any(word in self.small.does for word in following[:_SOON]) or any(
            other.hit.first >= at and (any(map(other.cue, _DOES)) or other.hit.phrase.verb)
            for other in self.own
        )
        return (
            does
            and self.small.harmless.isdisjoint(following)
            and not any(map(_speaks_of_trouble, self.own))
        )

    def leads(self) -> bool:
        """Whether "that", "who" or "when" leads from these people to the trouble."""
        segment = self.said.segment
        for other in self.sentence.said:
            if other.segment != segment + 1 or other.clause != self.said.clause:
                continue
            if not other.cue("joins"):
                return False
            if self.people.word(other.hit.first) not in self.small.relatives:
                return False
            segment += 1
            if segment in self.troubled:
                return True
        return False


def _is_well(said: Said) -> bool:
    return said.stands and (said.cue("works") or said.cue("fine"))


def _speaks_of_trouble(said: Said) -> bool:
    """Whether it would be good news that nobody does it: "no store complains"."""
    return said.cue("affected") or said.cue("cannot") or bool(said.hit.phrase.impacts)
