"""Whose change it was since which something fails: "since we have moved", "since your change".

A language whose subordinate parts close with their verb tells the maker first, and then what he
did: "seit wir umgezogen sind", "seit der Umstellung, die eure Techniker gemacht haben". The verb
may be any: what counts is that it is a participle before its auxiliary, at the end of the part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Sentence
from adjudge.evidence.statements import Statement
from adjudge.evidence.tokens import BREAK, COMMA, QUESTION
from adjudge.model.lexicon import Causing, Lexicon

_REACH = 16
_NOUN_REACH = 3
_BEFORE = 2
_VERB_REACH = 8
_SHORTEST = 5
"""The letters that a participle has at least: "tun" and "alt" are none."""
_UNTOLD = ("hypothetical", "question", "reported")
_ENDS = frozenset((COMMA, BREAK, QUESTION, ";", ":", "(", ")"))


def find_causes(
    sentences: list[Sentence], words: list[str], lexicon: Lexicon
) -> Iterator[Statement]:
    """Yield who caused it, where a text tells since whose change something is so."""
    causing = lexicon.causing
    if not causing.since:
        return
    for sentence in sentences:
        if sentence.question or _is_doubted(sentence, words, causing):
            continue
        if sentence.says("resolved") or sentence.says("fine"):
            continue  # "the echo is gone since your colleague changed it" tells of no trouble
        for at in range(sentence.first, min(sentence.last, len(words))):
            if words[at] in causing.since and not _is_untold(at, sentence):
                yield from _since(at, sentence, words, lexicon)
    for before, sentence in pairwise(sentences):
        if sentence.number == before.number + 1 and not before.question and not sentence.question:
            yield from _since_then(before, sentence, words, lexicon)


def _since(at: int, sentence: Sentence, words: list[str], lexicon: Lexicon) -> Iterator[Statement]:
    """Read what follows "since": a change with its owner, or a part that tells who did what."""
    causing = lexicon.causing
    first = at + 1
    end = min(sentence.last + 1, len(words), at + _REACH)
    owner = _maker(words[first], causing) if first < end else None
    noun = next(
        (place for place in range(first + 1, min(first + 1 + _NOUN_REACH, end))
         if words[place].endswith(tuple(causing.changes))),
        None,
    )  # fmt: skip
    if owner is not None and noun is not None and _ENDS.isdisjoint(words[first:noun]):
        yield Statement("caused_by", owner, Span(at, noun), sentence.number, True)
        return
    comma = next((place for place in range(first, end) if words[place] == COMMA), end)
    for begins in (first, comma + 1):
        maker = _maker(words[begins], causing) if begins < end else None
        closing = (
            _does(begins, end, words, causing)
            if causing.deeds
            else _closes(begins, end, words, lexicon)
        )
        if maker is not None and closing is not None:
            yield Statement("caused_by", maker, Span(at, closing), sentence.number, True)
            return
    by = _by_whom(first, comma, words, causing)
    if by is not None:
        yield Statement("caused_by", by[0], Span(at, by[1]), sentence.number, True)


def _is_doubted(sentence: Sentence, words: list[str], causing: Causing) -> bool:
    """Whether a sentence leaves it open what was the cause: "whether that is it, I can not say"."""
    return not causing.doubts.isdisjoint(words[sentence.first : sentence.last + 1])


def _is_untold(at: int, sentence: Sentence) -> bool:
    """Whether what stands at a word is only supposed, asked or reported."""
    said = next((said for said in sentence.said if said.hit.last >= at), None)
    return said is not None and said.void in _UNTOLD


def _since_then(
    before: Sentence, sentence: Sentence, words: list[str], lexicon: Lexicon
) -> Iterator[Statement]:
    """Read an act, and a sentence that begins with "since then": "we moved it. Since then ..."."""
    causing = lexicon.causing
    if sentence.first >= len(words) or words[sentence.first] not in causing.thereafter:
        return
    end = min(before.last, len(words)) - 1
    if any(said.void in _UNTOLD for said in before.said) or not _is_deed(end, words, lexicon):
        return
    for place in range(before.first, end):
        if words[place] in causing.have:
            beside = [place + 1, *range(place - 1, max(place - 1 - _BEFORE, before.first) - 1, -1)]
            makers = (_maker(words[near], causing) for near in beside)
            maker = next((one for one in makers if one is not None), None)
            if maker is not None:
                yield Statement("caused_by", maker, Span(place, end), before.number, True)
            return


def _closes(first: int, end: int, words: list[str], lexicon: Lexicon) -> int | None:
    """Where a part ends in a participle and its auxiliary ("vorgenommen haben"), if it does."""
    inside = False
    for place in range(first + 1, end):
        word = words[place]
        inside = word == "(" or (inside and word != ")")
        if word in lexicon.causing.have and _is_deed(place - 1, words, lexicon):
            closed = place + 1 >= len(words) or words[place + 1] in _ENDS
            return place if closed else None
        if word in _ENDS and word not in "()" and not inside:
            return None
    return None


def _does(first: int, end: int, words: list[str], causing: Causing) -> int | None:
    """Where the verb of a change stands soon after its maker ("our admin (me) rotated")."""
    inside = False
    for place in range(first + 1, min(first + _VERB_REACH, end)):
        word = words[place]
        inside = word == "(" or (inside and word != ")")
        if word in causing.deeds and not inside:
            return place
        if word in causing.events or (word in _ENDS and word not in "()" and not inside):
            return None
    return None


def _is_deed(at: int, words: list[str], lexicon: Lexicon) -> bool:
    """Whether a word is the participle of something done, and not of what is only noticed."""
    word = words[at]
    return (
        len(word) >= _SHORTEST
        and word.isalpha()
        and word.endswith(lexicon.verbs.participles)
        and word not in lexicon.causing.events
    )


def _maker(word: str, causing: Causing) -> str | None:
    return "vendor" if word in causing.vendor else "customer" if word in causing.customer else None


def _by_whom(first: int, end: int, words: list[str], causing: Causing) -> tuple[str, int] | None:
    """Who is said to have made the change: "the version installed by you", "your servers' move"."""
    changes = tuple(causing.changes)
    if not any(words[place].endswith(changes) for place in range(first, end)):
        return None
    for place in range(first, end - 1):
        if words[place] in _ENDS:
            return None
        owned = words[place].endswith(changes)
        maker = _maker(words[place + 1], causing)
        if maker is not None and (owned or words[place] in causing.by):
            return maker, place + 1
    return None
