"""Denied verbs in a language that closes its sentences with them, as German does.

"Can since noon no pages any more SHOW": an auxiliary opens the part of the sentence, the verb
closes it, and what is denied stands between. Without an auxiliary the verb follows its subject.
"""

from __future__ import annotations

from adjudge.evidence.scan import Hit, Span
from adjudge.evidence.scope import Sentence, is_read
from adjudge.evidence.things import Placed
from adjudge.model.lexicon import Verbs

_MARKS = frozenset((",", ":", "(", ")", "-", ";", "/"))
_SHORTEST = 5
_REACH = 12


def bracketed(
    hit: Hit, sentence: Sentence, words: list[str], things: list[Placed], verbs: Verbs
) -> Span | None:
    """Return a negation together with the verb that it denies; None where none is denied.

    Only verbs that no list names are looked for, and those whose denial tells of a failure.
    """
    first, end = _part(hit, sentence, words)
    verb, helper = _closing(hit, first, end, words, verbs)
    if helper:
        people = not verbs.persons.isdisjoint(words[first:end])
        if verb is None or (people and helper not in verbs.modals):
            return None
        wanted = verbs.closing if helper in verbs.modals else verbs.participles
        fits = words[verb].endswith(wanted) and (
            helper in verbs.modals or _is_participle(words[verb], verbs)
        )
        return Span(min(hit.first, verb), verb) if fits and _tells(words[verb], verbs) else None
    closed = verb if verb is not None and words[verb].endswith(verbs.finite) else None
    return _of_subject(hit, first, closed, sentence, words, things, verbs)


def _part(hit: Hit, sentence: Sentence, words: list[str]) -> tuple[int, int]:
    """Where the part of the sentence around a negation begins, and where it ends."""
    bounds = {said.hit.first for said in sentence.said if said.cue("joins") or said.cue("contrast")}
    first = hit.first
    while first > max(sentence.first, hit.first - _REACH):
        if words[first - 1] in _MARKS or first - 1 in bounds:
            break
        first -= 1
    last = min(sentence.last, len(words), hit.last + _REACH)
    end = hit.last + 1
    while end < last and words[end] not in _MARKS and end not in bounds:
        end += 1
    return first, end


def _closing(
    hit: Hit, first: int, end: int, words: list[str], verbs: Verbs
) -> tuple[int | None, str]:
    """The verb that closes a part, and the auxiliary that opens it, or follows the verb."""
    last = end - 1
    if last > hit.last + 1 and words[last] in verbs.auxiliaries:
        return last - 1, words[last]  # "that no pages SHOWN ARE"
    opening = next((word for word in words[first : hit.first] if word in verbs.auxiliaries), "")
    return (last if last > hit.last else None), opening


def _of_subject(
    hit: Hit,
    first: int,
    closing: int | None,
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    verbs: Verbs,
) -> Span | None:
    """Read "THING VERBS nothing" and "that THING nothing VERBS"."""
    for thing, said, governed in things:
        if governed or said.void or not first <= thing.span.first < hit.first:
            continue
        at = thing.span.last + 1
        told = at < hit.first and words[at].endswith(verbs.finite) and _tells(words[at], verbs)
        if told and not is_read(at, sentence):
            return Span(at, hit.last)
        if closing is not None and at == hit.first and _tells(words[closing], verbs):
            return Span(hit.first, closing)
    return None


def _is_participle(word: str, verbs: Verbs) -> bool:
    """Whether it is no infinitive: "(is) getrieben", unlike "(will) treiben"."""
    return not word.endswith("en") or any(mark in word for mark in verbs.prefixes)


def _tells(word: str, verbs: Verbs) -> bool:
    return (
        len(word) >= _SHORTEST
        and word.isalpha()
        and word not in verbs.idle
        and word not in verbs.auxiliaries
        and word not in verbs.between
    )
