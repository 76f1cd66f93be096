"""What one field of a ticket says, before subject and body are weighed against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adjudge.evidence.asking import Asked, Beginnings, find_asked, find_loosely_asked
from adjudge.evidence.asserted import Asserted, find_asserted
from adjudge.evidence.causes import find_causes
from adjudge.evidence.code_words import void_code_words, void_name_parts
from adjudge.evidence.failing import is_trouble
from adjudge.evidence.left_out import leave_out
from adjudge.evidence.moods import void_moods
from adjudge.evidence.over import find_over, shows_trouble
from adjudge.evidence.passage import Passage
from adjudge.evidence.problems import Problem, find_problems
from adjudge.evidence.scan import TROUBLES, Span
from adjudge.evidence.scope import Sentence
from adjudge.evidence.statements import Statement, find_statements, find_told
from adjudge.evidence.stopgaps import find_stopgaps
from adjudge.evidence.supposed import void_suppositions
from adjudge.evidence.things import Thing
from adjudge.evidence.tokens import Tokens
from adjudge.evidence.users import count_users, sums_up
from adjudge.evidence.wellness import find_well
from adjudge.model.lexicon import Lexicon

_AFTERTHOUGHT = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """The problems and statements of a field.

    `things` are those that it names, whether or not it says what is wrong with them;
    `over` is where it says, as the last word, that it works again; `corrects` that the field puts
    something right ("in fact it is only ..."); `asked` is what its questions and wishes are after,
    `loosely` what they seem to be after; `signs` that it has words of trouble, whether or not they
    could be read as a problem; `asserted` is what it says that things do, and `well` where it says
    that they work, where it tells of no problem; `somebody` is where it speaks of one other
    person ("her").
    """

    passage: Passage
    problems: list[Problem]
    statements: list[Statement]
    things: list[Thing]
    over: Span | None = None
    corrects: bool = False
    asked: list[Asked] = field(default_factory=list)
    loosely: list[Asked] = field(default_factory=list)
    signs: bool = False
    asserted: list[Asserted] = field(default_factory=list)
    well: Span | None = None
    somebody: Span | None = None


def read(
    passage: Passage, lexicon: Lexicon, beginnings: Beginnings, of_code: bool = False
) -> Reading:
    """Return what a passage says.

    `beginnings` are those of the lexicon's `openings`; `of_code` says that the ticket speaks of a
    program's insides.
    """
    words = passage.tokens.words
    void_name_parts(passage.sentences, passage.tokens, passage.plain.text)
    void_moods(passage.sentences, words, lexicon.verbs)
    void_suppositions(passage.sentences, words, lexicon.verbs)
    if of_code:
        void_code_words(passage.sentences, words, lexicon.verbs.coded)
    problems = find_problems(passage.sentences, words, lexicon)
    swaying = {problem.sentence for problem in problems if problem.impact == "intermittent"}
    over = find_over(passage, swaying, lexicon.verbs, bool(problems))
    if over is not None:
        problems = [problem for problem in problems if _is_left(problem, over, passage)]
    asked = find_asked(passage.tokens, passage.ends, beginnings, lexicon.verbs)
    return Reading(
        passage,
        problems,
        [
            one
            for one in _statements(passage, problems, lexicon)
            if over is None or not _is_cure(one, over[1])
        ],
        _named(passage.sentences),
        over[1] if over is not None and not problems else None,
        any(sentence.says("corrects") for sentence in passage.sentences),
        asked,
        find_loosely_asked(passage.tokens, passage.ends, passage.sentences, asked, lexicon.verbs),
        any(map(shows_trouble, passage.sentences)),
        [] if problems or of_code else list(find_asserted(passage.sentences, words, lexicon)),
        None if problems or of_code else find_well(passage.sentences, words, lexicon),
        next((Span(at, at) for at, word in enumerate(words) if word in lexicon.verbs.other), None),
    )


def _statements(passage: Passage, problems: list[Problem], lexicon: Lexicon) -> list[Statement]:
    """The facts that a passage states, where its problems are known."""
    words = passage.tokens.words
    software = _is_of_software(passage, lexicon)
    statements: list[Statement] = []
    hits: set[int] = set()
    struck = _strikes(passage, problems)
    for sentence in passage.sentences:
        strikes = struck.get(sentence.number, [])
        trouble = bool(strikes) or any(map(is_trouble, sentence.said))
        sums = bool(hits) and sums_up(sentence, words, lexicon)
        goes_on = not trouble and (sums or sentence.number - 1 in hits) and _is_short(sentence)
        if goes_on:
            strikes = [Span(sentence.first, sentence.last)]
        counted = _counted(sentence, passage.tokens, lexicon, strikes, software)
        hit = trouble or goes_on or bool(counted)
        if hit:
            hits.add(sentence.number)
        statements.extend(find_statements(sentence, hit, lexicon.frames))
        statements.extend(counted)
    statements.extend(find_told(passage, hits))
    statements.extend(find_causes(passage.sentences, words, lexicon))
    statements.extend(_development(problems, words, lexicon))
    statements = leave_out(statements, passage, problems, lexicon, software)
    statements.extend(find_stopgaps(passage, hits, lexicon))
    return [statement for statement in statements if statement.fact != "functional_impact"]


def _is_of_software(passage: Passage, lexicon: Lexicon) -> bool:
    """Whether a text is about software whose machines are called like people: "agents".

    Its words say so, or the ruleset, where it names them as a part of its product.
    """
    counting, words = lexicon.counting, passage.tokens.words
    return not counting.software.isdisjoint(words) or any(
        said.hit.phrase.named and words[said.hit.last] in counting.machines
        for sentence in passage.sentences
        for said in sentence.said
    )


def _strikes(passage: Passage, problems: list[Problem]) -> dict[int, list[Span]]:
    """By the number of a sentence where something strikes in it: its problems, and harm told."""
    found: dict[int, list[Span]] = {}
    for problem in problems:
        found.setdefault(problem.sentence, []).append(problem.span)
    for sequence, span in passage.told:
        if (sequence.fact, sequence.value) in TROUBLES:
            sentence = passage.sentence_at(span.first)
            if sentence is not None:
                found.setdefault(sentence.number, []).append(span)
    return found


def _is_cure(statement: Statement, over: Span) -> bool:
    """Whether what is told as a cause is what it works again by: "since your restart it is up"."""
    inside = over.first <= statement.span.first and statement.span.last <= over.last
    return statement.fact == "caused_by" and inside


def _is_left(problem: Problem, over: tuple[int, Span], passage: Passage) -> bool:
    """Whether a problem is told after it was said that something works again.

    In "new records come in again, but the old ones are gone" it is told in the same sentence.
    """
    if problem.sentence != over[0]:
        return problem.sentence > over[0]
    return any(
        other.cue("contrast") and over[1].last < other.hit.first <= problem.span.first
        for other in passage.numbered[over[0]].said
    )


def _development(
    problems: list[Problem], words: list[str], lexicon: Lexicon
) -> Iterator[Statement]:
    """What trouble with builds and deploys is for those who develop."""
    foreign = lexicon.counting.software - lexicon.development
    if not lexicon.development or not foreign.isdisjoint(words):
        return  # the code that a Puppet server deploys is no developer's
    found = [
        problem
        for problem in problems
        if (not problem.weak or _is_beside(problem))
        and problem.impact in _HAMPERED
        and not lexicon.development.isdisjoint(
            words[one]
            for span in (problem.span, problem.thing.span if problem.thing else problem.span)
            for one in (span.first, span.last)  # "comes, after the deploy, not up"
        )
    ]
    if found:
        worst = max(found, key=lambda problem: problem.weight)
        value = _HAMPERED[worst.impact]
        if value == "blocked" and not _is_general(worst, words, lexicon):
            return  # a single build that fails stops nobody
        yield Statement("development_workflow", value, worst.span, worst.sentence, True, True)


def _is_beside(problem: Problem) -> bool:
    """Whether the thing that does not work is named right there, and not sentences before."""
    thing = problem.thing
    near = thing is not None and abs(thing.span.first - problem.span.first) <= _BESIDE
    return near and problem.impact != "degraded"  # "wrong" is said of what a build shows, too


_BESIDE = 10


def _is_general(problem: Problem, words: list[str], lexicon: Lexicon) -> bool:
    """Whether no build at all succeeds: "every build", "deploys", "can not deploy"."""
    spans = [problem.span, problem.thing.span] if problem.thing else [problem.span]
    said = {words[at] for span in spans for at in range(max(0, span.first - 2), span.last + 1)}
    groups = lexicon.counting.groups
    all_or_none = {phrase[0] for name in ("all", "none") for phrase in groups.get(name, ())}
    return not said.isdisjoint(all_or_none | lexicon.development_at_large)


_HAMPERED = {
    "unavailable": "blocked",
    "severely_degraded": "impaired",
    "degraded": "impaired",
    "intermittent": "impaired",
    "slow": "impaired",
}


def _is_short(sentence: Sentence) -> bool:
    # "Zenput is down. All stores, all managers." An afterthought goes with what it follows.
    return sentence.last - sentence.first <= _AFTERTHOUGHT and not sentence.question


def _counted(
    sentence: Sentence, tokens: Tokens, lexicon: Lexicon, strikes: list[Span], software: bool
) -> list[Statement]:
    found: list[Statement] = []
    number = sentence.number
    for count in count_users(sentence, tokens, lexicon, strikes, software):
        if count.percent is not None:
            found.append(
                Statement("users_affected_percent", count.percent, count.span, number, True)
            )
        if count.group is not None:
            found.append(
                Statement("users_affected", count.group, count.span, number, True, bare=count.bare)
            )
    return found


def _named(sentences: list[Sentence]) -> list[Thing]:
    return [
        Thing(meaning.name, Span(said.hit.first, said.hit.last), meaning.value == "generic")
        for sentence in sentences
        for said in sentence.said
        if not said.void
        for meaning in said.hit.phrase.things
    ]
