"""How hard the worst problem is, where a text tells of it more than once.

"The checkout fails. It is barely usable." A text says first that something fails, then how.
What says more exactly how hard it is hit is believed. Where it is open which of both is meant,
the impact is left unknown, and both quotes are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from adjudge.evidence.problems import Problem
from adjudge.evidence.reading import Reading

Found = tuple[Reading, Problem]
"""A problem, and the field that tells of it."""

_HARDLY = "severely_degraded"
_MILDER = ("intermittent", "slow", "degraded", "inconvenience")


def more_exactly(worst: Found, found: Sequence[Found]) -> Found | None:
    """Return the problem that says of the worst one how hard it is; None where none does.

    What fails "nine times out of ten" is hardly usable, wherever that stands. Milder words never
    take the place of worse ones: a ticket would be lowered by them.
    """
    if worst[1].impact != "unavailable":
        return None
    exact = (_HARDLY, "intermittent") if worst[1].weak else (_HARDLY,)
    return next(
        (
            other
            for impact in exact
            for other in _of_the_same(worst, found)
            if other[1].impact == impact and not other[1].weak
        ),
        None,
    )


def contradicting(worst: Found, found: Sequence[Found]) -> list[Found]:
    """Return the problems that make it doubtful that the worst one is all there is to say.

    A word that only counts beside a thing ("twice", "broken", "missing") makes nothing doubtful.
    """
    if worst[1].impact != "unavailable":
        return []
    return [
        other
        for other in _of_the_same(worst, found)
        if other[1].impact in _MILDER and not other[1].weak and not _is_trifle_before(other, worst)
    ]


def _is_trifle_before(other: Found, worst: Found) -> bool:
    """Whether a trifle of nothing that is named was told first, in a sentence of its own."""
    problem = other[1]
    return (
        problem.impact == "inconvenience"
        and problem.thing is None
        and other[0] is worst[0]
        and problem.sentence < worst[1].sentence
    )


def _of_the_same(worst: Found, found: Sequence[Found]) -> list[Found]:
    """The other problems with the same thing, told in other words than the worst one."""
    reading, problem = worst
    name = None if problem.thing is None else problem.thing.name
    return [
        (source, other)
        for source, other in found
        if not (source is reading and other.span == problem.span)
        and (name is None or other.thing is None or other.thing.name == name)
    ]
