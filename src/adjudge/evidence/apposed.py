"""People who are told beside the trouble, with no trouble in the same words.

"It is 6 of our 48 stores", "App does not load - all stores", "40 admins, all moan": who counts a
part of the people, or says after the trouble whom "it" concerns, tells who is hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from adjudge.evidence.scan import Span
from adjudge.evidence.scope import Said, Sentence
from adjudge.evidence.tokens import BREAK, COMMA, QUESTION
from adjudge.model.lexicon import Counting, Lexicon

_MARKS = frozenset((BREAK, QUESTION, COMMA, ";", ":", "-", "(", ")", "."))
_FEWEST = 2


def is_said_of(words: Sequence[str], first: int, lexicon: Lexicon) -> bool:
    """Whether people that begin at `first` are those whom "it" is, or concerns."""
    small, verbs = lexicon.counting, lexicon.verbs
    at = _before(words, first, small)
    if at < 0:
        return False
    word = words[at]
    if word in small.concerns or (word == ":" and words[at - 1] in small.concerns):
        return True
    return word in verbs.copulas and at > 0 and words[at - 1] in verbs.pronouns


def stands_apart(
    words: Sequence[str], first: int, said: Said, sentence: Sentence, small: Counting
) -> bool:
    """Whether people stand between marks with nothing else: ", 33 restaurants,", "- all stores"."""
    at = _before(words, first, small)
    if at > sentence.first and words[at] in small.places:
        at -= 1
    if at >= sentence.first and words[at] not in _MARKS:
        return False
    end = said.hit.last + 1
    return end >= len(words) or words[end] in _MARKS


def are_all(words: Sequence[str], last: int, lexicon: Lexicon) -> bool:
    """Whether people are said to be hit without exception right behind them: "40 admins, all"."""
    following = tuple(words[last + 1 : last + 4])
    if len(following) < 2 or following[0] != COMMA:
        return False
    everyone = lexicon.counting.groups.get("all", frozenset())
    return following[1:2] in everyone and following[-1] not in lexicon.prepositions


def bare_shares(
    sentence: Sentence,
    words: Sequence[str],
    number: Callable[[int], float | None],
    small: Counting,
) -> Iterator[tuple[float, float, Span]]:
    """Yield the shares that stand between marks without what they are of: "(3 of 25)"."""
    for at in range(sentence.first + 1, min(sentence.last, len(words) - 2)):
        if words[at + 1] not in small.of:
            continue
        start = _before(words, at, small)
        part = number(at) if words[start] in _MARKS else None
        end = at + 2
        while end < len(words) and (words[end] in small.of or words[end] in small.determiners):
            end += 1
        whole = number(end) if part is not None else None
        if part is None or whole is None or whole < _FEWEST:
            continue
        if end + 1 >= len(words) or words[end + 1] in _MARKS:
            yield part, whole, Span(at, end)


def _before(words: Sequence[str], first: int, small: Counting) -> int:
    """The place before people, past what only says that they are not counted exactly."""
    at = first - 1
    while at >= 0 and (words[at] in small.roughly or words[at] in small.determiners):
        at -= 1
    return at
