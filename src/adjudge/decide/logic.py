"""Conditions over what is true, false or unknown.

For what a decision needs beside its two evaluators, which share nothing of it: what follows from
the laws between facts, and which parts of a rule its outcome rests on.
"""

from __future__ import annotations

from collections.abc import Callable

from adjudge.model.condition import All, AnyOf, Condition, Leaf


def truth(condition: Condition, leaf: Callable[[Leaf], bool | None]) -> bool | None:
    """Return whether a condition holds, given whether its leaves do; None is unknown."""
    if isinstance(condition, Leaf):
        return leaf(condition)
    outcomes = [truth(part, leaf) for part in condition.parts]
    if isinstance(condition, All):
        return False if False in outcomes else None if None in outcomes else True
    if isinstance(condition, AnyOf):
        return True if True in outcomes else None if None in outcomes else False
    certain = outcomes.count(True)
    if certain >= condition.count:
        return True
    return None if certain + outcomes.count(None) >= condition.count else False
