"""That nothing is wrong, where a ticket without trouble says so of what it uses.

"The numbers work where they are", "we run with the defaults and have had no trouble". Beside a
problem such words only say what is spared, so they count in a question or a wish alone.
"""

from __future__ import annotations

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.things import Placed, find_things
from adjudge.evidence.tokens import COMMA
from adjudge.model.lexicon import Lexicon

_BACK = 4
"""How far before "works" its subject stands."""
_AHEAD = 3
"""How far behind "no" the word for trouble stands."""
_ASKED = 2


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
            elif said.cue("works") and said.negation is None:
                span = _working(said, sentence, words, lexicon)
            elif said.negation is None and (said.cue("fine") or _smoothly(said, words, lexicon)):
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


def _working(said: Said, sentence: Sentence, words: list[str], lexicon: Lexicon) -> Span | None:
    """Read "the numbers work", "works today", and not "how it works" or "how to work"."""
    first = said.hit.first
    before = [other for other in sentence.said if other.hit.last < first][-_ASKED:]
    led = words[first - 1] if first > sentence.first else ""
    if any(other.cue("asks") or other.cue("negation") for other in before):
        return None
    if led in lexicon.prepositions or led in lexicon.verbs.unreal:
        return None
    verbs = lexicon.verbs
    near = words[max(sentence.first, first - _ASKED) : first]
    named = not verbs.pronouns.isdisjoint(near) or not verbs.faring.isdisjoint(near)
    named = named or any(other.hit.phrase.things for other in before)
    everything = {phrase[0] for phrase in lexicon.counting.groups.get("all", ())}
    named = named or not everything.isdisjoint(near)
    if named or not led or led == COMMA:
        return Span(first, said.hit.last)
    return _inverted(said, words, lexicon) if verbs.finite else None


def _smoothly(said: Said, words: list[str], lexicon: Lexicon) -> bool:
    """Whether an adverb behind a verb says that it goes as it should: "opens normally"."""
    following = words[said.hit.last + 1 : said.hit.last + 2]
    verbal = said.cue("runs") or said.cue("act") or said.cue("affected")
    return verbal and bool(following) and following[0] in lexicon.verbs.smoothly


def _faring(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed], lexicon: Lexicon
) -> Span | None:
    """Read "the numbers work", "we're OK": a thing of the product, or those who write."""
    verbs = lexicon.verbs
    if words[said.hit.last] in verbs.woes:
        return Span(said.hit.first, said.hit.last)  # "no trouble", as one phrase
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
    if subject is None and said.hit.first == sentence.first:
        subject = sentence.first  # "all fine here"
    if subject is None and verbs.finite:
        return _inverted(said, words, lexicon)
    return None if subject is None else Span(subject, said.hit.last)


def _inverted(said: Said, words: list[str], lexicon: Lexicon) -> Span | None:
    """Read "today works everything", where a language puts its subject behind the verb."""
    first = said.hit.last + 1
    for at in range(first, min(first + _AHEAD, len(words))):
        if words[at] in lexicon.verbs.faring:
            return Span(said.hit.first, at)
        if not words[at].isalpha():
            break
    return None
