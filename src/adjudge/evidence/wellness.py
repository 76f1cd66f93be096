"""That nothing is wrong, where a ticket without trouble says so of what it uses.

"The numbers work where they are", "we run with the defaults and have had no trouble". Beside a
problem such words only say what is spared, so they count in a question or a wish alone.
"""

from __future__ import annotations

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.things import Placed, find_things
from adjudge.model.lexicon import Lexicon

_BACK = 4
"""How far before "works" its subject stands."""
_AHEAD = 3
"""How far behind "no" the word for trouble stands."""
_WELL = ("works", "fine")


def find_well(sentences: list[Sentence], words: list[str], lexicon: Lexicon) -> Span | None:
    """Return where a field says that what it uses works, or that there is no trouble."""
    if not lexicon.verbs.woes:
        return None
    for sentence in sentences:
        if sentence.question:
            continue
        things: list[Placed] | None = None
        for said in sentence.said:
            if said.void or said.hit.quoted:
                continue
            if said.cue("negation") and said.negation is None:
                span = _untroubled(said, words, lexicon)
            elif said.negation is None and any(map(said.cue, _WELL)):
                if things is None:
                    things = find_things(sentence, words, lexicon.prepositions)
                span = _faring(said, sentence, words, things, lexicon)
            else:
                span = None
            if span is not None:
                return span
    return None


def _untroubled(said: Said, words: list[str], lexicon: Lexicon) -> Span | None:
    """Read "no fault whatsoever", "have had no trouble"."""
    last = said.hit.last
    for at in range(last + 1, min(last + _AHEAD, len(words))):
        if words[at] in lexicon.verbs.woes:
            return Span(said.hit.first, at)
    return None


def _faring(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed], lexicon: Lexicon
) -> Span | None:
    """Read "the numbers work", "we're OK": a thing of the product, or those who write."""
    verbs = lexicon.verbs
    subject = next(
        (
            entry[0].span.first
            for entry in reversed(things)
            if entry[1].segment == said.segment
            and 0 <= said.hit.first - entry[0].span.last <= _BACK
            and not entry[2]
        ),
        None,
    )
    if subject is None:
        for at in range(said.hit.first - 1, max(sentence.first, said.hit.first - _BACK) - 1, -1):
            if words[at] in verbs.faring:
                subject = at
                break
            if not words[at].isalpha():
                break
    return None if subject is None else Span(subject, said.hit.last)
