"""What people do meanwhile: "for now we read the values by hand", "the shops send photos by mail".

No phrase has to be known for it: who acts (we, people), a deed with which something can be replaced
("write", "send", "use"), and a word that says that it is for now, or by hand, make a way round.
And what works "with", "over" or "by way of" something else is one that can be taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from adjudge.evidence.failing import is_trouble
from adjudge.evidence.passage import Passage
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.statements import Statement
from adjudge.evidence.tokens import BREAK, COMMA
from adjudge.model.lexicon import Lexicon, Stopgap

_UNTOLD = ("hypothetical", "question", "reported", "order", "unreal", "past")
_MARKS = frozenset((COMMA, BREAK, ";", ":", "-", "(", ")"))
_LONGEST = 24
"""A part of a sentence with more words than this tells more than what is done meanwhile."""


def find_stopgaps(passage: Passage, hits: set[int], lexicon: Lexicon) -> Iterator[Statement]:
    """Yield the ways round that people are said to use, each where its part of a sentence is.

    `hits` are the sentences with trouble: before it nothing is told in its place.
    """
    small = lexicon.stopgap
    if not small.deeds or not hits:
        return
    trouble = min(hits)
    for sentence in passage.sentences:
        if sentence.question or sentence.number < trouble:
            continue
        for first, last in _parts(sentence, passage.tokens.words):
            if last - first > _LONGEST:
                continue
            own = [said for said in sentence.said if first <= said.hit.first <= last]
            if not own or any(_speaks_against(said) for said in own):
                continue
            words = _with_fillers(passage, first, last)
            span = Span(first, last)
            if _is_done(words, own, small, lexicon.counting.people):
                yield Statement("workaround", "in_use", span, sentence.number, True, True)
            elif _works_by(words, own, sentence, last, small):
                yield Statement("workaround", "available", span, sentence.number, True, True)


def _parts(sentence: Sentence, words: list[str]) -> Iterator[tuple[int, int]]:
    """The parts of a sentence between its marks: where each begins and ends."""
    first = sentence.first
    for at in range(sentence.first, min(sentence.last + 1, len(words) + 1)):
        if at == len(words) or words[at] in _MARKS:
            if at > first:
                yield first, at - 1
            first = at + 1


def _speaks_against(said: Said) -> bool:
    """Whether a part tells of trouble, denies something, supposes it, or tells of the past."""
    if said.void in _UNTOLD:
        return True
    able = said.cue("ability") and not said.cue("gets")  # "callers get put through by hand"
    return said.cue("negation") or able or (is_trouble(said) and not said.negation)


def _with_fillers(passage: Passage, first: int, last: int) -> list[str]:
    """The words of a part as they are written, those among them that are otherwise left out."""
    tokens = passage.tokens
    text = passage.plain.text[tokens.starts[first] : tokens.ends[last]]
    return text.replace(",", " ").split()


def _is_done(written: list[str], own: list[Said], small: Stopgap, people: frozenset[str]) -> bool:
    words = frozenset(written)
    # "We have tried | to send them by hand": whether that is done, another verb tells.
    deeds = {
        word for before, word in pairwise(["", *written]) if before not in small.infinitive
    } & small.deeds
    thereby = written[0] in small.thereby and len(written) > 1
    if thereby and (written[1] in small.often or _acts(written[1:], small.often, small, people)):
        return small.never.isdisjoint(words)  # "so machen wir es", "so we click twice"
    if not deeds or not small.never.isdisjoint(words):
        return False
    if not small.strongly.isdisjoint(words):
        return True
    if small.meanwhile.isdisjoint(words):
        return False
    if small.adverbs:
        return _acts(written, small.deeds, small, people)
    return not small.doers.isdisjoint(words) or any(said.cue("people") for said in own)


def _acts(
    written: list[str], deeds: frozenset[str], small: Stopgap, people: frozenset[str]
) -> bool:
    """Whether a deed stands where the verb does: after who acts, and what may stand between."""
    past, doing, helped = tuple(small.past), False, False
    if not small.adverbs:
        return False
    for word in written:
        if word in deeds and doing and (helped or not word.endswith(past)):
            return True
        helped = doing and word in small.adverbs
        doing = helped or word in small.doers or word in people
    return False


def _works_by(
    written: list[str], own: list[Said], sentence: Sentence, last: int, small: Stopgap
) -> bool:
    """Whether something works with what a part begins with: "with the old key it starts"."""
    if written[0] not in small.instruments or not any(map(_works, own)):
        return False
    place = any(fact.name == "environment" for said in own for fact in said.hit.phrase.facts)
    return not place and not any(
        said.hit.first > last and _speaks_against(said) for said in sentence.said
    )


def _works(said: Said) -> bool:
    return said.stands and (said.cue("works") or said.cue("fine"))
