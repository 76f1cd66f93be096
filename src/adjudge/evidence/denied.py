"""What is denied of a thing in words that no lexicon lists: "the autoscaler has not added a pod".

Verbs are without number, but how a failure is told with them is not: a thing of the product, an
auxiliary, a negation, a verb. Which denials say nothing ("does not matter") is the lexicon's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adjudge.evidence.brackets import bracketed
from adjudge.evidence.scan import Hit, Span
from adjudge.evidence.scope import Said, Sentence, is_read
from adjudge.evidence.things import Placed, Thing
from adjudge.evidence.tokens import BREAK, COMMA
from adjudge.model.lexicon import Verbs

_CLOSES = frozenset((BREAK, COMMA, ";"))
_BACK = 12
_AHEAD = 8
_SUBJECT_GAP = 5
_NEXT = 2
_DENIES = frozenset(("negation", "cannot"))
_HEARD = ("works", "runs", "fine", "affected", "people", "hypothetical", "resolved", "negation")
"""What stands where the verb would, and has a reading of its own."""


@dataclass(frozen=True, slots=True)
class Denial:
    """Words that deny a verb, and the thing they deny it of.

    `pronoun` says that a word stands for a thing that was named before; without either the thing
    is to be looked for around the words.
    """

    span: Span
    clause: int
    thing: Thing | None = None
    pronoun: bool = False


def find_denials(
    sentence: Sentence, words: list[str], things: list[Placed], verbs: Verbs
) -> Iterator[Denial]:
    """Yield what a sentence denies of things by unlisted verbs."""
    if not verbs.auxiliaries or sentence.cues.isdisjoint(_DENIES):
        return
    for number, said in enumerate(sentence.said):
        if said.void or said.hit.quoted or said.cue("exclusion"):
            continue
        able = said.cue("ability") and (said.negation is not None or said.cue("negation"))
        if said.cue("cannot") and said.negation is not None and not able:
            continue  # "nobody fails to log in"
        if said.cue("cannot") or able:
            denial = _of_ability(said, sentence, words, verbs)
        elif not said.cue("negation"):
            continue
        elif said.cue("none_of"):
            denial = _of_none(said, sentence, words, things, verbs)
        elif said.negation is None:
            denial = _of_subject(said, sentence, words, things, verbs)
        else:
            denial = None
        if denial is None and verbs.closing and said.cue("negation") and said.negation is None:
            span = bracketed(said.hit, sentence, words, things, verbs)
            denial = Denial(span, said.clause) if span is not None else None
        if denial is None and said.cue("negation") and said.negation is None:
            denial = (
                _of_nothing_else(said, sentence, words, things)
                or _of_another(said, sentence, things)
                or _of_all_that(said, sentence, words, verbs)
            )
        if words[said.hit.last] in verbs.denials and _spares(said, sentence.said[number + 1 :]):
            continue
        if denial is not None and not _heard(denial.span.last, sentence.said[number + 1 :]):
            yield _by_verb(denial, sentence)


def _spares(negation: Said, following: list[Said]) -> bool:
    """Whether what is denied right there is trouble: "the shop lies | not | down"."""
    return bool(
        following
        and following[0].negation is negation.hit
        and following[0].hit.phrase.impacts
        and following[0].hit.first == negation.hit.last + 1
    )


def _of_nothing_else(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed]
) -> Denial | None:
    """Read "exports work, THING not": what works is said of the one, and denied of the other."""
    following = words[said.hit.last + 1] if said.hit.last + 1 < len(words) else "."
    if following[0].isalnum() or said.segment == sentence.said[0].segment:
        return None
    own = [other for other in sentence.said if other.segment == said.segment]
    if any(other.hit.phrase.predicate or other.cue("ability") for other in own):
        return None
    thing = next(
        (
            entry[0]
            for entry in reversed(things)
            if entry[1].segment == said.segment
            and entry[0].span.last < said.hit.first
            and all(fact.name != "environment" for fact in entry[1].hit.phrase.facts)
        ),
        None,
    )
    if thing is None or not _goes_before(said, sentence):
        return None
    return Denial(Span(thing.span.first, said.hit.last), said.clause, thing)


def _of_another(said: Said, sentence: Sentence, things: list[Placed]) -> Denial | None:
    """Read "exports work, but not THING"."""
    own = [other for other in sentence.said if other.segment == said.segment]
    if not own[0].cue("contrast") or any(other.hit.phrase.predicate for other in own):
        return None
    beside = (entry[0] for entry in things if entry[0].span.first == said.hit.last + 1)
    thing = next(beside, None)
    if thing is None or not _goes_before(said, sentence):
        return None
    return Denial(Span(said.hit.first, thing.span.last), said.clause, thing)


def _goes_before(said: Said, sentence: Sentence) -> bool:
    """Whether something is said to work in a part before."""
    return any(
        other.stands and any(map(other.cue, ("works", "runs", "ability")))
        for other in sentence.said
        if other.segment < said.segment
    )


def _of_all_that(said: Said, sentence: Sentence, words: list[str], verbs: Verbs) -> Denial | None:
    """Read "it should open a task. It doesn't.": what was told before is denied as a whole."""
    hit = said.hit
    start = hit.first - 2
    if start != sentence.first or words[start + 1] not in verbs.auxiliaries:
        return None
    following = words[hit.last + 1] if hit.last + 1 < len(words) else BREAK
    if words[start] not in verbs.pronouns or following not in _CLOSES:
        return None
    return Denial(Span(start, hit.last), said.clause, pronoun=True)


def _of_subject(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed], verbs: Verbs
) -> Denial | None:
    """Read "THING has not VERBED" and "THING no longer VERBS"."""
    hit = said.hit
    helper = words[hit.first - 1] if hit.first > sentence.first else ""
    if helper in verbs.auxiliaries:
        start = hit.first - 1
    elif said.cue("ceases"):
        helper, start = "", hit.first
    elif _is_headline(hit, words, things, verbs):
        helper, start = next(iter(verbs.copulas)), hit.first
    else:
        return _of_finite(said, sentence, words, things, verbs)
    verb = _verb_at(hit.last + 1, helper, words, sentence, verbs)
    if verb is None:
        return None
    subject = _subject(start, said, sentence, words, things, verbs)
    if subject is None:
        return None
    return Denial(Span(start, verb), said.clause, subject[0], pronoun=subject[0] is None)


def _is_headline(hit: Hit, words: list[str], things: list[Placed], verbs: Verbs) -> bool:
    """Whether the auxiliary is left out, as headings do: "load balancer not passing traffic"."""
    at = hit.last + 1
    while at < len(words) and words[at] in verbs.between:
        at += 1
    return (
        bool(verbs.continuous)
        and at < len(words)
        and words[at].endswith(verbs.continuous)
        and any(entry[0].span.last == hit.first - 1 for entry in things)
    )


def _of_finite(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed], verbs: Verbs
) -> Denial | None:
    """Read "THING VERBS not" and "that THING not VERBS", where a language says it so."""
    hit = said.hit
    if not verbs.finite or verbs.closing or hit.first == sentence.first:
        return None
    at = hit.first - 1
    while at > sentence.first and words[at] in verbs.between:
        at -= 1
    if _is_finite(words[at], verbs) and not is_read(at, sentence):
        subject = _subject(at, said, sentence, words, things, verbs)
        last = hit.last
        if subject is None or subject == (None,):
            subject = _inverted(hit, things, verbs, words, at) or subject
    else:
        verb = hit.last + 1
        while verb < sentence.last and words[verb] in verbs.between:
            verb += 1
        if verb >= min(sentence.last, len(words)):
            return None
        ends = verb + 1 == len(words) or not words[verb + 1][0].isalnum()
        if not _is_finite(words[verb], verbs) and not (ends and words[verb] in verbs.acts):
            return None  # "that the export not GOES", unlike "not GOES to open"
        at, last = hit.first, verb
        subject = _subject(at, said, sentence, words, things, verbs)
        near = words[at - 1] in verbs.pronouns or any(
            entry[0].span.last == at - 1 for entry in things
        )
        subject = subject if near else None
    if subject is None:
        return None
    return Denial(Span(at, last), said.clause, subject[0], pronoun=subject[0] is None)


def _inverted(
    hit: Hit, things: list[Placed], verbs: Verbs, words: list[str], verb: int
) -> tuple[Thing] | None:
    """The subject behind a verb that leads: "since Monday SCALES not THE PROJECT"."""
    if verb and (words[verb - 1] in verbs.persons or words[verb - 1] in verbs.pronouns):
        return None
    return next(
        (
            (thing,)
            for thing, _, governed in things
            if not governed and 0 < thing.span.first - hit.last <= _NEXT
        ),
        None,
    )


def _is_finite(word: str, verbs: Verbs) -> bool:
    return (
        len(word) > 3
        and word.isalpha()
        and word.endswith(verbs.finite)
        and word not in verbs.idle
        and word not in verbs.auxiliaries
    )


def _of_ability(said: Said, sentence: Sentence, words: list[str], verbs: Verbs) -> Denial | None:
    """Read "can not VERB", whoever cannot."""
    if said.negation is not None and said.negation.cue("exclusion"):
        return None
    last = max(said.hit.last, said.negation.last if said.negation is not None else 0)
    verb = _verb_at(last + 1, "", words, sentence, verbs)
    if verb is None or verb - last > _SUBJECT_GAP:
        return None
    first = min(said.hit.first, said.negation.first if said.negation is not None else verb)
    return Denial(Span(first, verb), said.clause)


def _of_none(
    said: Said, sentence: Sentence, words: list[str], things: list[Placed], verbs: Verbs
) -> Denial | None:
    """Read "no THING has been VERBED" and "not one THING VERBS"."""
    hit = said.hit
    if hit.first > sentence.first and words[hit.first - 1] in verbs.exists:
        return None  # "there is no button", "we have no list"
    thing = next(
        (
            entry[0]
            for entry in things
            if entry[1].negation is hit and 0 < entry[0].span.first - hit.last <= _SUBJECT_GAP
        ),
        None,
    )
    if thing is None and hit.first == hit.last:
        return None
    start = (thing.span.last if thing is not None else hit.last) + 1
    for at in range(start, min(start + _AHEAD, sentence.last)):
        word = words[at]
        if word in verbs.auxiliaries:
            verb = _verb_at(at + 1, word, words, sentence, verbs)
            if verb is None:
                return None
            return Denial(Span(hit.first, verb), said.clause, thing, pronoun=thing is None)
        if not word[0].isalnum():
            return None
    return None


def _verb_at(
    at: int, helper: str, words: list[str], sentence: Sentence, verbs: Verbs
) -> int | None:
    """Where the verb stands, if the word there can be one whose denial is a failure."""
    while at < sentence.last and words[at] in verbs.between:
        at += 1
    if at >= min(sentence.last, len(words)):
        return None
    word = words[at]
    if not word.isalpha() or len(word) < 3 or word in verbs.idle:
        return None
    if helper in verbs.copulas and not word.endswith(verbs.participles):
        return None
    return at


def _subject(
    start: int,
    said: Said,
    sentence: Sentence,
    words: list[str],
    things: list[Placed],
    verbs: Verbs,
) -> tuple[Thing | None] | None:
    """The subject before an auxiliary: a thing, None for a pronoun; None at all for people."""
    named = {
        entry[0].span.last: entry
        for entry in things
        if entry[1].clause == said.clause and entry[0].span.last < start
    }
    people = {other.hit.last for other in sentence.said if other.cue("people")}
    governed: tuple[Thing] | None = None
    for at in range(start - 1, max(sentence.first, start - _BACK) - 1, -1):
        if at in named:
            thing, _, is_governed = named[at]
            if not is_governed:
                return (thing,)
            governed = governed or (thing,)
        elif at in people or words[at] in verbs.persons:
            return governed
        elif words[at] in verbs.pronouns and at == start - 1:
            return (None,)
    return governed


def _by_verb(denial: Denial, sentence: Sentence) -> Denial:
    """A verb that names what fails tells more than "service": "the service does not build"."""
    if denial.thing is None:
        return denial
    for said in sentence.said:
        telling = denial.thing.generic or said.hit.last > said.hit.first
        if telling and said.hit.first <= denial.span.last <= said.hit.last:
            for meaning in said.hit.phrase.things:
                if meaning.value == "verb":
                    thing = Thing(meaning.name, Span(said.hit.first, said.hit.last))
                    return replace(denial, thing=thing)
    return denial


def _heard(verb: int, following: list[Said]) -> bool:
    """Whether a phrase that is read by itself covers the verb."""
    for other in following:
        hit: Hit = other.hit
        if hit.first <= verb <= hit.last:
            return bool(hit.phrase.impacts) or any(map(other.cue, _HEARD))
        if hit.first > verb:
            return False
    return False
