"""Frames: parts that say something together, in order and near one another in a clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adjudge.evidence.scan import NO_PHRASE, Hit
from adjudge.evidence.scope import Said, Sentence
from adjudge.model.lexicon import Frame

_DENIED_SUBJECT = 3
_FAILURE = ("functional_impact", "unavailable")
POSSIBLE = ("workaround", "available")
"""What its own words deny as well: "nothing we could use" is no workaround."""


def follow_frames(sentence: Sentence, frames: tuple[Frame, ...]) -> Sequence[tuple[Frame, Said]]:
    """Return each frame whose parts the sentence has, with the whole of them as one hit.

    One state per frame is kept, so this is linear in the sentence, and done once for each.
    """
    if sentence.parts < 2:
        return ()
    if sentence.frames is None:
        sentence.frames = list(_followed(sentence, frames))
    return sentence.frames


def denied_failures(sentence: Sentence, frames: tuple[Frame, ...]) -> list[Hit]:
    """Return the failures that a sentence denies: "strikes no build any more fail".

    What stands inside one of them ("no build any more") is a part of that and no trouble.
    """
    return [
        whole.hit
        for frame, whole in follow_frames(sentence, frames)
        if (frame.fact, frame.value) == _FAILURE and whole.negation is not None
    ]


def _followed(sentence: Sentence, frames: tuple[Frame, ...]) -> Iterator[tuple[Frame, Said]]:
    reached: dict[int, list[Said]] = {}
    for said in sentence.said:
        for number, place in said.hit.phrase.parts:
            if place == 0:
                reached[number] = [said]
                continue
            so_far = reached.get(number, [])
            if len(so_far) == place and _continues(so_far[-1], said, frames[number]):
                reached[number] = [*so_far, said]
                if len(reached[number]) == frames[number].parts:
                    yield frames[number], _whole(reached.pop(number), sentence, frames[number])


def _continues(last: Said, said: Said, frame: Frame) -> bool:
    if frame.value == "unavailable" and said.segment != last.segment:
        return False  # a predicate does not reach beyond a comma
    # "It lists them as done although they failed": the contrast is part of what is said.
    same = said.clause == last.clause or (said.cue("contrast") and said.clause == last.clause + 1)
    return same and said.hit.first - last.hit.last - 1 <= frame.within


def denied_subject(sentence: Sentence, first: int, segment: int) -> Hit | None:
    """Return the negation right before a word: "no deploy | can be started by hand"."""
    for said in sentence.said:
        if said.hit.last >= first:
            break
        if (
            said.cue("negation")
            and not said.cue("ability")
            and not said.cue("exclusion")
            and said.segment == segment
            and first - said.hit.last <= _DENIED_SUBJECT
        ):
            return said.hit
    return None


def _whole(parts: list[Said], sentence: Sentence, frame: Frame) -> Said:
    """The parts as one hit; negated by what is none of them, void where one of them is."""
    first, last = parts[0].hit, parts[-1].hit
    own = {id(said.hit) for said in parts}
    negation = next(
        (said.negation for said in parts if said.negation and id(said.negation) not in own), None
    )
    if negation is None and (frame.fact, frame.value) == POSSIBLE:
        # "Nothing we could use", "no deploy can be started by hand"
        negation = (
            first
            if first.cue("negation")
            else denied_subject(sentence, first.first, parts[0].segment)
        )
    void = next((said.void for said in parts if said.void), "")
    if void == "hypothetical" and any(part.cue("hypothetical") and part.opens for part in parts):
        void = ""  # "we could use the other one": what the frame itself supposes
    if void == "past" and parts[0].cue("past"):
        void = ""  # "what used to take four minutes is now at forty"
    # 'It says "service unavailable"' is the customer's own; all in quotation marks is not.
    quoted = first.quoted
    hit = Hit(NO_PHRASE, first.first, last.last, quoted)
    return Said(hit, parts[0].clause, parts[0].segment, negation, void)
