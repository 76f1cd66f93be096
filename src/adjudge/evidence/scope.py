"""Sentences and clauses, and which hits in them are really said.

Looked at only around hits: a hit is *negated* by a negation before it in its segment (or after
it, in languages that put it there), and *void* where the sentence supposes, fears, asks, reports
what others said, or speaks of the past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adjudge.evidence.scan import Hit
from adjudge.evidence.tokens import BREAK, COMMA, QUESTION, Tokens
from adjudge.model.lexicon import Frame

NEGATION_REACH = 7
NEGATION_BACK = 10
NONE_REACH = 13
"""Whom a denial is about may be long: "none of the 40 people in our ops group | can"."""
EXCLUSION_REACH = 3
"""What is left out is named at once: "without the records | the kitchens are closed"."""
MAX_SENTENCE = 120
_ARTICLE = 4
"""Characters between two words from which on an article or a filler was left out there."""
_LED = 3
"""How many phrases a part has before a "but" inside it that belongs to the whole of it."""
_OPENINGS = frozenset((",", ";", ":", "-", "(", ")", BREAK, QUESTION))
_MEDIUM = frozenset((":", "-", "(", ")"))
_PARTING = _MEDIUM | {COMMA}


@dataclass(slots=True)
class Said:
    """A hit in its sentence: whether it is negated, or void, and by what.

    `opens` says that a supposition begins here, rather than inside another one, and `apart` that
    an article was left out before it.
    """

    hit: Hit
    clause: int
    segment: int
    negation: Hit | None = None
    void: str = ""
    opens: bool = False
    apart: bool = False

    def cue(self, name: str) -> bool:
        """Whether one of the phrase's meanings is the cue `name`."""
        return name in self.hit.phrase.cues

    @property
    def stands(self) -> bool:
        """Whether the phrase is asserted as it is written."""
        return not self.void and self.negation is None and not self.hit.quoted

    @property
    def is_good_news(self) -> bool:
        """Whether a phrase denies the harm that it names: "nobody is blocked"."""
        return self.cue("negation") and any(
            fact.name == "development_workflow" and fact.value == "unaffected"
            for fact in self.hit.phrase.facts
        )


@dataclass(slots=True)
class Sentence:
    """The hits of one sentence, in order. `number` counts the sentences of a field.

    `cues` are those of all its phrases, and `parts` says how many are parts of frames: what is not
    there need not be looked for. `led` says that a filler was left out before the first word.
    `frames`, and the environments that fail `elsewhere`, are found when they are first asked for.
    """

    number: int
    first: int
    last: int
    question: bool
    said: list[Said] = field(default_factory=list)
    cues: frozenset[str] = frozenset()
    parts: int = 0
    led: bool = False
    frames: list[tuple[Frame, Said]] | None = None
    elsewhere: frozenset[int] | None = None

    def says(self, cue: str) -> bool:
        """Whether a phrase with this cue is asserted."""
        return cue in self.cues and any(said.cue(cue) and said.stands for said in self.said)

    def clauses(self) -> Iterator[list[Said]]:
        """Yield the hits of each clause."""
        clauses: dict[int, list[Said]] = {}
        for said in self.said:
            clauses.setdefault(said.clause, []).append(said)
        yield from clauses.values()


def is_read(at: int, sentence: Sentence) -> bool:
    """Whether a phrase that means something covers a word."""
    return any(
        said.hit.first <= at <= said.hit.last
        and (said.hit.phrase.things or said.hit.phrase.impacts or said.hit.phrase.cues)
        for said in sentence.said
    )


def read_sentences(
    tokens: Tokens, ends: list[int], hits: list[Hit], negation_after: bool, text: str = ""
) -> list[Sentence]:
    """Split a field's hits by where its sentences end, and mark what is negated or void.

    `text` is that of the tokens, for what was left out of them.
    """
    sentences: list[Sentence] = []
    at = 0
    first = 0
    for number, end in enumerate(ends):
        if at >= len(hits):
            break
        inside = []
        while at < len(hits) and hits[at].first <= end:
            inside.append(hits[at])
            at += 1
        if inside:
            question = end < len(tokens.words) and tokens.words[end] == QUESTION
            sentence = Sentence(number, first, end, question)
            sentence.said = _placed(tokens, inside, sentence)
            sentence.cues = frozenset().union(*[hit.phrase.cues for hit in inside])
            sentence.parts = sum(1 for hit in inside if hit.phrase.parts)
            sentence.led = negation_after and _is_led(tokens, first, text)
            _negate(sentence, negation_after)
            _void(sentence)
            sentences.append(sentence)
        first = end + 1
    return sentences


def _is_led(tokens: Tokens, first: int, text: str) -> bool:
    """Whether a filler or an article was left out before a sentence's first word."""
    before = tokens.ends[first - 1] if first else 0
    return any(letter.isalpha() for letter in text[before : tokens.starts[first]])


def sentence_ends(words: list[str]) -> list[int]:
    """Return where sentences end; one without an end is cut, so that its cost stays bounded."""
    ends = []
    first = 0
    for place, word in enumerate(words):
        if word in _ENDS or place - first >= MAX_SENTENCE:
            ends.append(place)
            first = place + 1
    ends.append(len(words))
    return ends


_ENDS = frozenset((BREAK, QUESTION, ";"))


def _placed(tokens: Tokens, hits: list[Hit], sentence: Sentence) -> list[Said]:
    said: list[Said] = []
    clause = segment = 0
    last = 0  # the highest clause number so far
    outer: list[int] = []
    at = sentence.first
    for hit in hits:
        between = tokens.words[at : hit.first]
        for word in () if _PARTING.isdisjoint(between) else between:
            if word == ")" and outer:
                clause = outer.pop()  # what follows a parenthesis goes on where it broke off
                segment += 1
            elif word in _MEDIUM:
                if word == "(":
                    outer.append(clause)
                last += 1
                clause = last
                segment += 1
            elif word == COMMA:
                segment += 1
        # "Jedoch" in the middle of a sentence is an adverb, and parts nothing.
        begins = hit.first == sentence.first or tokens.words[hit.first - 1] in _OPENINGS
        if hit.cue("contrast") and (begins or not hit.cue("adverb")):
            last += 1
            clause = last
            segment += 1
        elif hit.cue("contrast") and _moved(said, segment, last + 1):
            last += 1
            clause = last
        elif hit.cue("joins") and not (said and _is_cleft(said, segment)):
            segment += 1
        apart = bool(hit.first) and tokens.starts[hit.first] - tokens.ends[hit.first - 1]
        said.append(Said(hit, clause, segment, apart=apart >= _ARTICLE))
        at = hit.last + 1
    return said


def _is_cleft(said: list[Said], segment: int) -> bool:
    """Whether what joins only leads on: "it is only the export | that does not load"."""
    before = said[-2:]
    return all(other.segment == segment for other in before) and any(
        other.cue("corrects") for other in before
    )


def _moved(said: list[Said], segment: int, clause: int) -> bool:
    """Give a part to the clause that a word inside it opens: "it rings, VERB but not through".

    The first part of a sentence has nothing before it to be contrasted with.
    """
    own = [other for other in said if other.segment == segment]
    if not own or own[0] is said[0] or len(own) > _LED:
        return False
    for other in own:
        other.clause = clause
    return True


def _negate(sentence: Sentence, negation_after: bool) -> None:
    if "negation" not in sentence.cues:
        return
    for number, said in enumerate(sentence.said):
        if not said.cue("negation") or said.hit.quoted:
            continue  # the name of an answer, "not applicable", denies nothing
        # "Two times instead of once": what only leaves out denies nothing before it.
        after = negation_after and not said.cue("exclusion")
        done = after and _negate_back(sentence, number)
        reach = said.hit.last
        able = said.cue("ability")
        furthest = reach + NEGATION_REACH
        if said.cue("exclusion"):
            furthest = reach + EXCLUSION_REACH
        elif said.cue("none_of"):
            furthest = reach + NONE_REACH
        for other in sentence.said[number + 1 :]:
            if other.segment != said.segment or other.hit.first > furthest:
                break
            if done and not other.hit.phrase.verb:
                continue
            other.negation = said.hit
            if said.cue("exclusion") and _is_left_out(other):
                break  # "instead of the dashboard comes a blank page" (German order)
            if other.hit.phrase.predicate or (able and other.hit.phrase.verb):
                break  # "nobody can log in to production" does not deny "production"
            if other.cue("cannot"):
                break  # "no trouble getting calls" denies the trouble, and they are got
            able = able or other.cue("ability")


def _is_left_out(said: Said) -> bool:
    """Whether a phrase is all that is left out: the name of a thing, or what is not done."""
    phrase = said.hit.phrase
    names = bool(phrase.things) and not (phrase.verb or phrase.predicate or phrase.impacts)
    return names or said.cue("ability") or said.cue("act")


def _negate_back(sentence: Sentence, number: int) -> bool:
    said = sentence.said[number]
    for other in reversed(sentence.said[:number]):
        if other.segment != said.segment or said.hit.first - other.hit.last > NEGATION_BACK:
            return False
        if other.hit.phrase.verb and other.negation is None:
            other.negation = said.hit
            return True
    return False


_VOIDING = frozenset(("hypothetical", "reported", "past", "asks_whether"))


def _void(sentence: Sentence) -> None:
    said = sentence.said
    for number, cue in enumerate(said) if not _VOIDING.isdisjoint(sentence.cues) else ():
        if cue.cue("hypothetical"):
            cue.opens = not cue.void
            _mark(said[number:], "hypothetical", sentence)
        elif cue.cue("reported"):
            _mark(said[number:], "reported", sentence)
        elif cue.cue("asks_whether"):
            # "I wonder whether you can help, | the export fails": what follows is told.
            own = [other for other in said[number:] if other.segment == cue.segment]
            _mark(own, "hypothetical", sentence)
        elif cue.cue("past"):
            if _only_since(said[:number], cue) or _lasts(said, cue):
                continue
            aside = _is_aside(said, number)
            lasting = _since_then(said, cue)
            for other in said:
                near = other.segment == cue.segment or not aside
                if other.segment > cue.segment and other.cue("resolved"):
                    continue  # "it failed last week, that is fixed"
                if other.clause == cue.clause and near and other.segment < lasting:
                    other.void = other.void or "past"
    if sentence.question or _opens_with_request(sentence):
        _mark_question(sentence)


def _lasts(said: list[Said], cue: Said) -> bool:
    """Whether what ended a moment ago still has: "the export STOPPED working YESTERDAY".

    It has not where the sentence goes on to say that it works: "..., but it is up again".
    """
    if not cue.cue("recent"):
        return False
    ended = next((one for one in said if one.cue("stops") and one.clause == cue.clause), None)
    return (
        ended is not None
        and not ended.void
        and not any(
            other.segment > ended.segment and other.stands and any(map(other.cue, _GOES_ON))
            for other in said
        )
    )


_GOES_ON = ("resolved", "again", "works", "runs")


def _only_since(before: list[Said], cue: Said) -> bool:
    """Whether the past is only since when: "after the update last night it crashes"."""
    return any(other.segment == cue.segment and other.cue("since") for other in before)


def _since_then(said: list[Said], cue: Said) -> int:
    """The part that tells what is since the past: "I deleted it yesterday, since then it fails".

    So does one that has a word for now: "it used to be quick, | nowadays it takes ages".
    """
    first: dict[int, Said] = {}
    now: set[int] = set()
    for other in said:
        if other.segment not in first or _only_joins(first[other.segment]):
            first[other.segment] = other  # "it failed yesterday | and | still does"
        if other.cue("now"):
            now.add(other.segment)
    return next(
        (
            segment
            for segment, other in first.items()
            if segment > cue.segment
            and (segment in now or (other.cue("since") and other.cue("joins")))
        ),
        cue.segment + len(said),
    )


def _is_aside(said: list[Said], number: int) -> bool:
    """Whether only a subordinate part speaks of the past: "as it was last night"."""
    return any(
        (other.cue("joins") or other.cue("reported")) and other.segment == said[number].segment
        for other in said[:number]
    )


def _mark(following: list[Said], reason: str, sentence: Sentence) -> None:
    clause = following[0].clause
    for other in following:
        if other.cue("presupposes") or (other.clause != clause and other.cue("contrast")):
            return
        # "Is it true that it was down last week?" tells neither of today nor of last week.
        other.void = reason if other.void == "past" else other.void or reason


def _opens_with_request(sentence: Sentence) -> bool:
    first = sentence.said[0]
    if sentence.led:
        return False  # "alas | is there no way round": its verb only stands second, and tells
    # "What: nothing works" names a part of a form.
    label = len(sentence.said) > 1 and sentence.said[1].clause != first.clause
    # "Is our plan enough?" asks, and "January is our slow season" tells.
    return first.cue("asks") and first.hit.first == sentence.first and not label


def _seeks(said: Said) -> bool:
    """Whether a phrase is how one asks to be told something: "how do I delete", "where is"."""
    return any(
        meaning.name == "request_type" and meaning.value in _SOUGHT
        for meaning in said.hit.phrase.facts
    )


_SOUGHT = ("how_to", "information")


def _opens_part(sentence: Sentence, number: int) -> bool:
    """Whether a verb stands where it asks: "can I", unlike "since noon can I" (German order)."""
    said = sentence.said[number]
    if not said.cue("ability"):
        return True
    before = sentence.said[number - 1] if number else None
    if before is None or before.segment != said.segment:
        return bool(said.segment) or said.hit.first - sentence.first <= 1
    return before.cue("joins") or before.cue("contrast")


def _mark_question(sentence: Sentence) -> None:
    for number, cue in enumerate(sentence.said):
        if cue.cue("presupposes"):
            return
        if (cue.cue("asks") and _opens_part(sentence, number)) or _seeks(cue):
            following = sentence.said[number:]
            if not sentence.question:
                # "Could you restore it, it has been down since eight."
                following = [other for other in following if other.segment == cue.segment]
            _mark(following, "question", sentence)
            return
    # What only joins ("..., does it fail then?") is no part of its own.
    told = [said for said in sentence.said if not _only_joins(said)] or sentence.said
    for other in sentence.said:
        if other.segment >= told[-1].segment:
            other.void = other.void or "question"


def _only_joins(said: Said) -> bool:
    return said.hit.phrase.cues == {"joins"} and len(said.hit.phrase.meanings) == 1
