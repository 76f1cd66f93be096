"""What a ticket plainly says that the product does: "the dialer calls numbers we took off".

A last resort, for a ticket that tells of no trouble in words that are read, and asks for nothing.
Nobody opens a ticket to say that a thing does what it should, so what it is said to do is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.things import Placed, Thing, find_things
from adjudge.model.lexicon import RANKS, Lexicon

_WELL = frozenset(("works", "fine", "resolved", "corrects"))
_BEFORE = 6
_SHORT = 3
_DESCRIBED = 1
_FAILING = ("negation", "cannot", "hardly")


@dataclass(frozen=True, slots=True)
class Asserted:
    """A thing of the product, the words that say what it does, and their sentence.

    `failing` says that they deny something, or have a word of trouble in them.
    """

    thing: Thing
    span: Span
    sentence: int
    failing: bool


def find_asserted(
    sentences: list[Sentence], words: list[str], lexicon: Lexicon
) -> Iterator[Asserted]:
    """Yield what sentences assert of the product's things; linear in their words."""
    for sentence in sentences if lexicon.verbs.acts else ():
        if sentence.question or any(map(_is_unsaid, sentence.said)):
            continue
        things = find_things(sentence, words, lexicon.prepositions)
        for entry in things:
            verb = _verb_of(entry, things, sentence, words, lexicon)
            if verb is not None and not _was(verb, sentence):
                failing = any(map(_fails, sentence.said))
                span = Span(entry[0].span.first, verb)
                yield Asserted(entry[0], span, sentence.number, failing)
                break


def _verb_of(
    entry: Placed, things: list[Placed], sentence: Sentence, words: list[str], lexicon: Lexicon
) -> int | None:
    """Where the verb stands of which a thing is the subject; None where it is none."""
    thing, _, governed = entry
    verbs = lexicon.verbs
    if governed or thing.generic or thing.name not in RANKS:
        return None
    if thing.span.first - sentence.first > _BEFORE:
        return None
    before = words[sentence.first : thing.span.first]
    if not verbs.persons.isdisjoint(before) or not verbs.orders.isdisjoint(before):
        return None
    at = _past_places(thing.span.last + 1, things, words, lexicon)
    while at < sentence.last and words[at] in verbs.between:
        at += 1
    at += _described(at, words, lexicon)  # "plan | output | shows"
    if at >= min(sentence.last, len(words)):
        return None
    if words[at] in verbs.acts or words[at] in verbs.copulas:
        return at
    ends = bool(verbs.third) and words[at].endswith(verbs.third)
    small = words[at] in lexicon.prepositions or words[at] in lexicon.stopwords
    return at if ends and not small and len(words[at]) > _SHORT else None


def _described(at: int, words: list[str], lexicon: Lexicon) -> int:
    """How many words stand between a name and its verb that say which part of it is meant."""
    verbs = lexicon.verbs
    for count in range(_DESCRIBED + 1):
        following = words[at + count : at + count + 1]
        if not following or not following[0].isalpha() or following[0] in lexicon.prepositions:
            return 0
        if following[0] in verbs.persons or following[0] in verbs.pronouns:
            return 0
        if following[0] in verbs.copulas or following[0].endswith(verbs.third or ("-",)):
            return count
    return 0


def _past_places(at: int, things: list[Placed], words: list[str], lexicon: Lexicon) -> int:
    """Step over where a thing is: "the icon | of the dashboard"."""
    ends = {entry[0].span.first: entry[0].span.last for entry in things}
    while at + 1 < len(words) and words[at] in lexicon.prepositions and at + 1 in ends:
        at = ends[at + 1] + 1
    return at


def _is_unsaid(said: Said) -> bool:
    """Whether a phrase is only supposed or asked, or says that something is well.

    What is past may still be shown: "it shows last week's figures".
    """
    if said.void:
        return said.void != "past"
    if said.negation is not None and any(
        meaning.value != "none" for meaning in said.hit.phrase.impacts
    ):
        return True  # "does not crash"
    return said.stands and not _WELL.isdisjoint(said.hit.phrase.cues)


def _was(verb: int, sentence: Sentence) -> bool:
    """Whether a verb itself says that something is past: "the dashboard | was down"."""
    return any(
        said.cue("past") and said.hit.first <= verb <= said.hit.last for said in sentence.said
    )


def _fails(said: Said) -> bool:
    if said.hit.quoted or any(map(said.cue, _FAILING)):
        return not said.hit.quoted and not said.cue("exclusion")
    return any(meaning.name != "adjacent" for meaning in said.hit.phrase.impacts)
