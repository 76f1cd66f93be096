"""Statements that are none after all, by what stands around their words."""

from __future__ import annotations

from adjudge.evidence.nearly import nearly_all
from adjudge.evidence.passage import Passage
from adjudge.evidence.problems import Problem, done_by_people
from adjudge.evidence.scope import Said
from adjudge.evidence.statements import Statement
from adjudge.evidence.users import are_spared
from adjudge.model.lexicon import Counting, Lexicon

_OF_PEOPLE = ("users_affected", "users_affected_percent")
_FOLLOWING = 6  # words after people that say what they cannot do


def leave_out(
    statements: list[Statement],
    passage: Passage,
    problems: list[Problem],
    lexicon: Lexicon,
    software: bool,
) -> list[Statement]:
    """Return the statements of a passage without those that only look like one.

    In a text about `software` a machine is no person.
    """
    words = passage.tokens.words
    trouble = min(((problem.sentence, problem.span.first) for problem in problems), default=None)
    kept = [
        found
        for found in statements
        if not _ships(found, words, lexicon)
        and not _only_owns(found, passage)
        and not _is_surpassed(found, passage)
        and not _is_helped(found, passage)
        and not _are_spared(found, passage, lexicon)
        and not _of_things(found, passage, lexicon, software)
        and _is_numbered(found, words)
    ]
    return [
        found
        for found in nearly_all(_without_makers(kept), words, lexicon)
        if not _is_own_doing(found, words, lexicon)
        and _is_lived_with(found, trouble, words, lexicon)
    ]


def _ships(statement: Statement, words: list[str], lexicon: Lexicon) -> bool:
    """Whether what nobody can do is deploying: that stops developers, and not users."""
    if (statement.fact, statement.value) != ("users_affected", "all"):
        return False
    following = words[statement.span.first : statement.span.last + _FOLLOWING]
    return not lexicon.development.isdisjoint(following)


def _only_owns(statement: Statement, passage: Passage) -> bool:
    """Whether the people only own what is meant: "one of our customers' clusters"."""
    if statement.fact not in _OF_PEOPLE:
        return False
    tokens, text = passage.tokens, passage.plain.text
    start, end = tokens.starts[statement.span.last], tokens.ends[statement.span.last]
    word = text[start : end + 1].replace("’", "'")
    return word.endswith(("s'", "'s "))


def _is_surpassed(statement: Statement, passage: Passage) -> bool:
    """Whether it is more than that: "it's not just one store", "not only two users"."""
    sentence = passage.numbered.get(statement.sentence)
    return (
        sentence is not None
        and statement.fact in _OF_PEOPLE
        and any(
            said.cue("surpassed")
            and said.stands
            and said.hit.first <= statement.span.first <= said.hit.last + 1
            for said in sentence.said
        )
    )


def _is_helped(statement: Statement, passage: Passage) -> bool:
    """Whether these are the people for whom it works again: "it is fixed for one team"."""
    sentence = passage.numbered.get(statement.sentence)
    if statement.fact not in _OF_PEOPLE or sentence is None or not sentence.says("resolved"):
        return False
    span = statement.span
    own = {said.segment for said in sentence.said if span.first <= said.hit.first <= span.last}
    return any(
        said.cue("resolved") and said.stands and said.segment in own and said.hit.last < span.first
        for said in sentence.said
    )


def _are_spared(statement: Statement, passage: Passage, lexicon: Lexicon) -> bool:
    """Whether the words behind a few people say that nothing hit them: "two of us are checking"."""
    sentence = passage.numbered.get(statement.sentence)
    if statement.fact != "users_affected" or statement.value not in ("some", "single"):
        return False
    at = statement.span.last + 1
    return sentence is not None and are_spared(passage.tokens.words, at, sentence, lexicon.counting)


def _of_things(statement: Statement, passage: Passage, lexicon: Lexicon, software: bool) -> bool:
    """Whether "all" is said of something else than people: "for all nodes", "all agents run"."""
    small, words = lexicon.counting, passage.tokens.words
    if software and words[statement.span.last] in small.machines:
        return statement.fact == "users_affected"
    everybody = (words[statement.span.last],) in small.groups.get("all", frozenset())
    if statement.fact != "users_affected" or statement.value != "all":
        return False
    last = statement.span.last
    if not everybody and not _ends_in_any(words[last], small):
        return False
    at = last + 1
    while at < len(words) and _leads_on(words[at], lexicon):
        at += 1
    if at < len(words) and words[at] in small.software:
        return True
    sentence = passage.numbered.get(statement.sentence)
    following = [
        said
        for said in (sentence.said if sentence is not None else ())
        if said.hit.first <= at <= said.hit.last
    ]
    if any(said.hit.phrase.things and not said.cue("people") for said in following):
        return True
    return not any(map(_is_doing, following)) and _counts_other(at, words, lexicon)


def _leads_on(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.counting.determiners or word in lexicon.numbers or word[0].isdigit()


def _ends_in_any(word: str, small: Counting) -> bool:
    """Whether a word denies any of something: "not in | any"."""
    return any(phrase[-1] == word for phrase in small.groups.get("none", ()) if len(phrase) > 1)


def _is_doing(said: Said) -> bool:
    """Whether a phrase is no noun for things: a verb, a word for people or for how they are."""
    phrase = said.hit.phrase
    return phrase.predicate or phrase.verb or bool(phrase.cues or phrase.impacts)


def _counts_other(at: int, words: list[str], lexicon: Lexicon) -> bool:
    """Whether the word after "all" is a noun that is none for people: "all branches"."""
    word = words[at] if at < len(words) else "."
    small, verbs = lexicon.counting, lexicon.verbs
    return (
        bool(verbs.finite)  # else verbs can not be told from nouns
        and word.isalpha()
        and word not in small.people
        and word not in small.relatives
        and word not in small.places
        and word not in small.does
        and word not in lexicon.stopwords
        and word not in lexicon.prepositions
        and word not in verbs.auxiliaries
        and word not in verbs.between
    )


def _is_numbered(statement: Statement, words: list[str]) -> bool:
    """Whether a value with a number is stated by it: phrases know only that there is one."""
    value = statement.value
    if not isinstance(value, str) or not value[-1].isdigit():
        return True
    told = words[statement.span.first : statement.span.last + 1]
    return all(value.endswith(word) for word in told if word.isdigit())


def _without_makers(statements: list[Statement]) -> list[Statement]:
    """Leave out people who caused it: "a colleague of mine deleted it" counts nobody who is hit."""
    causing = {
        word
        for found in statements
        if found.fact == "caused_by"
        for word in range(found.span.first, found.span.last + 1)
    }
    return [
        found
        for found in statements
        if found.fact not in _OF_PEOPLE
        or causing.isdisjoint(range(found.span.first, found.span.last + 1))
    ]


def _is_own_doing(statement: Statement, words: list[str], lexicon: Lexicon) -> bool:
    """Whether what would be a defect is what people did: "since we swapped the certificate"."""
    told = (statement.fact, statement.value) == ("request_type", "defect")
    return told and done_by_people(statement.span, words, lexicon.verbs)


def _is_lived_with(
    statement: Statement, trouble: tuple[int, int] | None, words: list[str], lexicon: Lexicon
) -> bool:
    """Whether what somebody does is a way round, and no circumstance of the trouble.

    "When the staff call from their mobiles, calls drop" tells when; and what could as well be the
    custom (a hint) is a way round only after the `trouble` is told: in which sentence, and where.
    """
    if statement.fact != "workaround" or statement.value not in ("in_use", "available"):
        return True
    at = statement.span.first - 1
    used = statement.value == "in_use"
    if used and at >= 0 and words[at] in lexicon.verbs.whenever:
        return False
    told = (statement.sentence, statement.span.first)
    return not statement.hint or (trouble is not None and trouble < told)
