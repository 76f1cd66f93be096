"""Verbs that tell of no event: orders ("remove useless properties"), conditions, what is to be.

What such words are about is wanted, or ought to be, and so is not read as what happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from adjudge.evidence.failing import fails
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.lexicon import Verbs

_PREFIX = 8
"""How many words a name before an order may have ("File system: remove ...")."""
_CAUSE_REACH = 7
CONDITION_REACH = 3
"""How far from "if" its verb stands; one that is farther may be that of the main clause."""
_NAMED_BY = frozenset((":", "-", ")", "]"))
_TROUBLES = ("defect", "incident")
_LEADS = frozenset(("joins", "since", "hypothetical", "presupposes", "contrast"))
"""What stands before a clause, and is no verb that opens a question: "since we", "because I"."""
_FINITE = frozenset(("works", "runs", "gets", "cannot"))


def void_moods(sentences: list[Sentence], words: list[str], verbs: Verbs) -> None:
    """Make void what a sentence only orders, and verbs after words that tell of no event."""
    if verbs.orders:
        for sentence in sentences:
            for said in _ordered(sentence, words, verbs):
                if _tells(said):
                    said.void = said.void or "order"
    for sentence in sentences:
        if sentence.says("vain"):
            _void_remedies(sentence)
        if sentence.question and _opens_with_verb(sentence, words, verbs):
            _ask(sentence)
        if sentence.says("untrue"):
            _void_untrue(sentence)
    if verbs.conditional:
        for sentence in sentences:
            if words[sentence.first] in verbs.conditional:
                _void_condition(sentence)
    if verbs.unreal:
        for sentence in sentences:
            for said in sentence.said:
                if _is_unreal(said, sentence, words, verbs):
                    said.void = said.void or "unreal"


def _void_remedies(sentence: Sentence) -> None:
    """Void what was only tried: "cleared the cache, firewall off: none of it helps"."""
    for said in sentence.said:
        if said.cue("vain"):
            return
        said.void = said.void or "tried"


def _void_untrue(sentence: Sentence) -> None:
    """Void what is called untrue: "that it fails, | is not so", "it fails, they say, | not so".

    What is untrue itself, as a report that shows other figures, stays so.
    """
    first = sentence.said[0]
    opens = first.cue("joins") and first.hit.first == sentence.first
    for number, said in enumerate(sentence.said):
        if said.cue("untrue"):
            before = sentence.said[:number]
            if not opens and any(map(fails, before)):
                before.append(said)
            elif not opens:
                return
            for other in before:
                other.void = other.void or "untrue"
            return


def _opens_with_verb(sentence: Sentence, words: list[str], verbs: Verbs) -> bool:
    """Whether a verb opens a question: "can I", and in languages that ask so "get I an error"."""
    first = words[sentence.first]
    if first in verbs.auxiliaries:
        return True
    if not verbs.leading or words[sentence.first + 1] not in verbs.persons:
        return False
    leads = any(
        said.hit.first == sentence.first and not _LEADS.isdisjoint(said.hit.phrase.cues)
        for said in sentence.said
    )
    return not leads and first.endswith(verbs.leading) and first not in verbs.mending


def _ask(sentence: Sentence) -> None:
    """Let a question that its verb opens ask for all that it says, up to what is presupposed."""
    for said in sentence.said:
        if said.cue("presupposes"):
            return
        said.void = said.void or "question"


def _void_condition(sentence: Sentence) -> None:
    """Void the verb of "if the server dies"; what follows it may be told of what happens.

    "If a user opens the report the app crashes": the first verb is the condition's.
    """
    for said in sentence.said:
        if sentence.question:
            said.void = said.void or "hypothetical"
        elif said.hit.phrase.verb or said.hit.phrase.impacts:
            if said.hit.first - sentence.first <= CONDITION_REACH:
                said.void = said.void or "hypothetical"
            return


def _ordered(sentence: Sentence, words: list[str], verbs: Verbs) -> list[Said]:
    """The hits in an order's part of the sentence; none where a verb of its own follows.

    "Add button does not work" names a button, and orders nothing.
    """
    start = _order_at(sentence, words, verbs)
    if start is None:
        return []
    inside = list(_part(sentence, start))
    return [] if any(_is_finite(said, words, verbs) for said in inside) else inside


def _tells(said: Said) -> bool:
    """Whether words tell of trouble, rather than where something is, or what it runs on."""
    return (
        bool(said.hit.phrase.impacts)
        or said.cue("cannot")
        or any(meaning.value in _TROUBLES for meaning in said.hit.phrase.facts)
    )


def _order_at(sentence: Sentence, words: list[str], verbs: Verbs) -> int | None:
    last = min(sentence.first + _PREFIX, sentence.last, len(words) - 1)
    for at in range(sentence.first, last):
        if at > sentence.first and words[at - 1] not in _NAMED_BY:
            continue
        following = words[at + 1]
        if words[at] in verbs.orders and following[0].isalnum():
            return None if following in verbs.auxiliaries else at
    return None


def _part(sentence: Sentence, start: int) -> Iterator[Said]:
    """The hits up to the next clause: "skip the tests | when the build fails"."""
    first: Said | None = None
    for said in sentence.said:
        if said.hit.last < start:
            continue
        first = first or said
        apart = said.clause != first.clause or said.segment != first.segment
        if apart or said.cue("joins") or said.cue("contrast"):
            return
        yield said


def _is_finite(said: Said, words: list[str], verbs: Verbs) -> bool:
    hit = said.hit
    if said.cue("negation"):
        return words[hit.first - 1] in verbs.auxiliaries
    if not hit.phrase.impacts and _FINITE.isdisjoint(hit.phrase.cues):
        return False
    word = words[hit.first]
    if word in verbs.auxiliaries or words[hit.first - 1] in verbs.auxiliaries:
        return True
    return word.endswith("s") and not word.endswith("ss")


def _is_unreal(said: Said, sentence: Sentence, words: list[str], verbs: Verbs) -> bool:
    """Whether a bare verb stands where nothing happens: "configure it to fail", "should abort".

    What is caused, or seems so, does happen: "it causes calls to fail".
    """
    hit = said.hit
    at = hit.first - 1
    if at < sentence.first or words[hit.first] not in verbs.bare:
        return False
    if words[at] not in verbs.unreal:
        return False
    before = words[max(sentence.first, at - _CAUSE_REACH) : at]
    return verbs.causes.isdisjoint(before)
