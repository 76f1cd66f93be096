"""Where a text says that what was wrong is over: "it works again", "it crashes no longer"."""

from __future__ import annotations

from adjudge.evidence.passage import Passage
from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.lexicon import Verbs

_AGAIN_REACH = 4
_NO_SIGN = ("none", "inconvenience")


def find_over(
    passage: Passage, swaying: set[int], verbs: Verbs, troubled: bool
) -> tuple[int, Span] | None:
    """Return the sentence that says last that it works again, and where; None where none does.

    `swaying` are the sentences that tell of something that comes and goes. A text that is
    `troubled` tells of a problem; one that is not may say it by the way.
    """
    over = _resolved_at(passage, swaying, verbs)
    if over is None and not troubled:
        over = _long_over(passage, swaying, verbs) or _ended(passage, verbs)
    return over


def shows_trouble(sentence: Sentence) -> bool:
    """Whether words of trouble are asserted in a sentence, tied to a thing or not."""
    return not sentence.question and any(
        said.stands
        and not said.is_good_news
        and (
            said.cue("cannot")
            or any(meaning.value not in _NO_SIGN for meaning in said.hit.phrase.impacts)
        )
        for said in sentence.said
    )


def _long_over(passage: Passage, swaying: set[int], verbs: Verbs) -> tuple[int, Span] | None:
    """Where a text that tells of nothing else says that what was is over.

    "It failed last week, that is fixed by now." Words of trouble or denial behind it speak against.
    """
    over = _resolved_at(passage, swaying, verbs, past=True)
    left = over is not None and any(
        sentence.number > over[0] and ("negation" in sentence.cues or shows_trouble(sentence))
        for sentence in passage.sentences
    )
    return None if left else over


def _ended(passage: Passage, verbs: Verbs) -> tuple[int, Span] | None:
    """Where a text without trouble says that there is none any more: "crashes no longer"."""
    words = passage.tokens.words
    if any(map(shows_trouble, passage.sentences)):
        return None
    for sentence in reversed(passage.sentences):
        for said in sentence.said:
            negation = said.negation
            if negation is None or said.void or not _is_trouble(said, words, verbs):
                continue
            first = min(negation.first, said.hit.first)
            last = max(negation.last, said.hit.last)
            if verbs.longer.isdisjoint(words[first : last + 2]):
                continue
            if not _is_denied_after(sentence, last):
                return sentence.number, Span(first, last)
    return None


def _is_denied_after(sentence: Sentence, last: int) -> bool:
    """Whether a contrast has a denial of its own: "gives no errors any more, but nothing else"."""
    contrast = next(
        (said for said in sentence.said if said.cue("contrast") and said.hit.first > last), None
    )
    return contrast is not None and any(
        said.cue("negation") and said.hit.first > contrast.hit.first for said in sentence.said
    )


def _is_trouble(said: Said, words: list[str], verbs: Verbs) -> bool:
    return any(meaning.value != "none" for meaning in said.hit.phrase.impacts) or (
        not verbs.woes.isdisjoint(words[said.hit.first : said.hit.last + 1])
    )


def _recurs(sentence: Sentence) -> bool:
    """Whether something came back; "it is down again, yesterday they called it mended", too."""
    return "recurs" in sentence.cues and any(
        said.cue("recurs")
        and said.void in ("", "past")
        and said.negation is None
        and not said.hit.quoted
        for said in sentence.said
    )


def _resolved_at(
    passage: Passage, swaying: set[int], verbs: Verbs, past: bool = False
) -> tuple[int, Span] | None:
    """The last sentence that says it works again, unless a later one says it came back.

    `swaying` are the sentences that tell of something that comes and goes; `past` lets sentences
    that also tell of the past count.
    """
    over = None
    words = passage.tokens.words
    for sentence in passage.sentences:
        if _recurs(sentence):
            over = None
            continue
        since = _well_since(sentence) if "past" in sentence.cues else None
        if since is not None:
            over = sentence.number, since
            continue
        comes_and_goes = sentence.says("intermittent") or sentence.number in swaying
        if comes_and_goes or ("past" in sentence.cues and not past):
            # "Every now and then it stops, and then it is back"; "it was the same on Monday, but
            # that passed": neither says anything of today.
            continue
        if "again" in sentence.cues:
            span = _works_again(sentence)
            over = (sentence.number, span) if span is not None else over
        for said in sentence.said if "resolved" in sentence.cues else ():
            if said.cue("resolved") and said.stands and not _limited(said, sentence, words, verbs):
                over = sentence.number, Span(said.hit.first, said.hit.last)
    return over


def _well_since(sentence: Sentence) -> Span | None:
    """Where what failed is well since something: "it was down, since your restart it is stable"."""
    turn = failed = None
    for said in sentence.said:
        if said.void == "past":
            failed = said
        elif said.stands and said.hit.phrase.impacts:
            return None
        elif failed is not None and said.cue("since") and said.cue("joins"):
            turn = said
        elif turn is not None and said.stands and (said.cue("fine") or said.cue("works")):
            return Span(turn.hit.first, said.hit.last)
    return None


def _limited(said: Said, sentence: Sentence, words: list[str], verbs: Verbs) -> bool:
    """Whether "is everything fine" is said of what stands before it: "otherwise", "on staging"."""
    first = said.hit.first
    if words[first] not in verbs.copulas or words[first + 1] not in verbs.faring:
        return False
    return any(
        other.hit.last < first
        and other.segment == said.segment
        and (
            other.hit.phrase.things
            or other.hit.phrase.facts
            or other.cue("adverb")
            or other.cue("people")
        )
        for other in sentence.said
    )


def _works_again(sentence: Sentence) -> Span | None:
    """Where a sentence says that something works again: "now WORKS the app AGAIN"."""
    if any(
        said.stands and (said.hit.phrase.impacts or said.cue("cannot")) for said in sentence.said
    ):
        return None
    verb = None
    for said in sentence.said:
        if verb is not None and said.hit.first - verb.last > _AGAIN_REACH:
            return None
        if said.cue("works") and said.stands:
            verb = said.hit
        elif verb is not None and said.cue("again") and said.stands:
            return Span(verb.first, said.hit.last)
    return None
