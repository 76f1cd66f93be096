"""How many users are hit, out of numbers: "3 of 120 users", "about 4 %", "two of our stores"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence

_REACH = 5
_COUNTED = frozenset(("people", "percent"))


@dataclass(frozen=True, slots=True)
class Count:
    """A share of the users (`percent`) or a group of them (`group`), and where it stands."""

    percent: float | None
    group: str | None
    span: Span


def count_users(
    sentence: Sentence, words: list[str], numbers: Mapping[str, float]
) -> Iterator[Count]:
    """Yield what the sentence's numbers say about users, its asserted parts only."""
    if _COUNTED.isdisjoint(sentence.cues):
        return
    for number, said in enumerate(sentence.said):
        if said.void or said.negation is not None:
            continue
        if said.cue("people"):
            count = _before(sentence, number, words, numbers)
            if count is not None:
                yield count
        elif said.cue("percent"):
            value = _number(words, said.hit.first - 1, numbers)
            person = _follows(sentence.said[number + 1 :], said)
            if value is not None and value <= 100 and person is not None:
                span = Span(said.hit.first - 1, person.hit.last)
                yield Count(value, _group(value), span)


def _follows(following: list[Said], said: Said) -> Said | None:
    for other in following:
        if other.hit.first - said.hit.last > _REACH or other.clause != said.clause:
            return None
        if other.cue("people"):
            return other
    return None


def _before(
    sentence: Sentence, number: int, words: list[str], numbers: Mapping[str, float]
) -> Count | None:
    """Read "N of M users", "N of our users" and "N users" to the left of the people."""
    person = sentence.said[number].hit
    of = None
    for other in reversed(sentence.said[:number]):
        if person.first - other.hit.last > _REACH:
            break
        if other.cue("part_of"):
            of = other.hit
            break
    if of is None:
        value = _number(words, person.first - 1, numbers)
        if value is None or not value.is_integer() or value < 1:
            return None
        return Count(None, "single" if value == 1 else "some", Span(person.first - 1, person.last))
    part = _number(words, of.first - 1, numbers)
    if part is None:
        return None
    whole = _number(words, of.last + 1, numbers) or _number(words, person.first - 1, numbers)
    span = Span(of.first - 1, person.last)
    if whole is None:
        return Count(None, "single" if part == 1 else "some", span)
    if not 0 < part <= whole:
        return None
    percent = round(100 * part / whole, 2)
    return Count(percent, "single" if part == 1 else _group(percent), span)


def _group(percent: float) -> str:
    return "all" if percent >= 100 else "many" if percent > 50 else "some"


def _number(words: list[str], at: int, numbers: Mapping[str, float]) -> float | None:
    if not 0 <= at < len(words):
        return None
    word = words[at]
    if word in numbers:
        return numbers[word]
    if not word[0].isdigit() or len(word) > 12 or ":" in word:
        return None
    text = word.replace(",", ".")
    head, dot, tail = text.partition(".")
    if dot and len(tail) == 3 and head != "0":
        text = head + tail  # 1,200 and 1.200 are thousands
    try:
        return float(text)
    except ValueError:
        return None
