"""What would come of trouble that is only supposed: "if the server dies nobody can pay".

A language may say "if" by its order of words as well: "dies the server | can nobody pay". What
comes of something harmless does happen: "if a user opens the report the app crashes".
"""

from __future__ import annotations

from adjudge.evidence.failing import fails
from adjudge.evidence.moods import CONDITION_REACH
from adjudge.evidence.scope import Sentence
from adjudge.evidence.tokens import COMMA
from adjudge.model.lexicon import Verbs

_SHORT = 3


def void_suppositions(sentences: list[Sentence], words: list[str], verbs: Verbs) -> None:
    """Make void what sentences say would be if something failed."""
    if not verbs.conditional and not verbs.supposing and not verbs.premises:
        return
    for sentence in sentences:
        first = words[sentence.first]
        if first in verbs.conditional:
            supposed = _fails_at_once(sentence)
        elif first in verbs.premises:
            supposed = _fails_at_first(sentence)
        elif first in verbs.supposing:
            main = _main_verb(sentence, words, verbs)
            # "Does it not load, can you help?" asks for help with what happens.
            turns = sentence.question and main is not None and words[main + 1] in verbs.asked
            supposed = not turns and _fails_before(main, sentence, words, verbs)
        else:
            supposed = False
        if supposed:
            _suppose(sentence)


def _fails_at_once(sentence: Sentence) -> bool:
    """Whether the verb of a condition tells of trouble: "if it crashes", unlike "if I click"."""
    verb = next((said for said in sentence.said if said.hit.phrase.verb or fails(said)), None)
    return verb is not None and verb.hit.first - sentence.first <= CONDITION_REACH and fails(verb)


def _fails_at_first(sentence: Sentence) -> bool:
    """Whether a condition whose verb closes it tells of trouble: "if the server down is, ..."."""
    return any(
        fails(said) or (said.hit.phrase.trouble and said.negation is None)
        for said in sentence.said
        if said.segment == sentence.said[0].segment
    )


def _fails_before(main: int | None, sentence: Sentence, words: list[str], verbs: Verbs) -> bool:
    """Whether a condition tells of trouble, or of what does not come, where a clause follows it."""
    return main is not None and (
        any(fails(said) or said.cue("negation") for said in sentence.said if said.hit.first < main)
        or not verbs.downward.isdisjoint(words[sentence.first : main])
    )


def _main_verb(sentence: Sentence, words: list[str], verbs: Verbs) -> int | None:
    """Where the main clause begins behind a verb and its subject: "dies the server | can nobody".

    There its verb stands before its subject, too. "Crashes, and can not be started" has no subject
    behind its verb: it leaves one out, and tells what happens.
    """
    last = min(sentence.last, len(words)) - 1
    subjects = {
        said.hit.first
        for said in sentence.said
        if said.hit.phrase.things or said.cue("people") or words[said.hit.first] in verbs.persons
    }
    places = range(sentence.first, last + 1)
    subjects |= {at for at in places if words[at] in verbs.persons or words[at] in verbs.pronouns}
    # "Crashes all the time, can not be used" leaves its subject out, and supposes nothing.
    named = frozenset(subjects)
    predicates = {said.hit.first for said in sentence.said if said.hit.phrase.predicate}
    subjects |= {at for at in places if words[at] in verbs.subjects}
    at = sentence.first + 1
    if at < last and words[at] in verbs.denials:
        at += 1  # "works not the log-in | can nobody work"
    if at not in subjects or words[at] in verbs.none:
        return None
    for place in range(at + 1, last):
        # "... when the users log in": a verb behind its subject begins no main clause.
        turned = place - 1 == at or place - 1 not in subjects
        follows = place + 1 in subjects or words[place + 1] in verbs.none
        apart = words[place - 1] == COMMA and at in named and place + 1 not in predicates
        follows = follows or apart
        if turned and follows and _can_be_verb(words[place], verbs):
            return place
    return None


def _can_be_verb(word: str, verbs: Verbs) -> bool:
    return (
        word in verbs.auxiliaries
        or word in verbs.acts
        or word in verbs.supposing
        or (bool(verbs.third) and len(word) > _SHORT and word.endswith(verbs.third))
    )


def _suppose(sentence: Sentence) -> None:
    """Void a sentence up to where it turns to what is: "..., but now the export is slow"."""
    for said in sentence.said:
        if said.clause and said.cue("contrast"):
            return
        said.void = said.void or "hypothetical"
