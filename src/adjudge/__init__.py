"""Adjudge decides support tickets by a vendor's severity policy, and justifies every decision.

    >>> import adjudge
    >>> ruleset = adjudge.load("zenput")
    >>> ruleset.decide({"request_type": "how_to"}, filed="L1").verdict
    'overfiled'

Importing is cheap: what a call needs is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjudge.batch.frames import decide_batches
    from adjudge.decide import Decision, Ruleset, load
    from adjudge.findings import AdjudgeError, InputError, InternalError
    from adjudge.reading.library import shipped_rulesets
    from adjudge.tickets.ticket import Ticket

__version__ = "0.1.0"
__all__ = [
    "AdjudgeError",
    "Decision",
    "InputError",
    "InternalError",
    "Ruleset",
    "Ticket",
    "__version__",
    "decide_batches",
    "load",
    "shipped_rulesets",
]

_HOMES = {
    "AdjudgeError": "adjudge.findings",
    "Decision": "adjudge.decide",
    "InputError": "adjudge.findings",
    "InternalError": "adjudge.findings",
    "Ruleset": "adjudge.decide",
    "Ticket": "adjudge.tickets.ticket",
    "decide_batches": "adjudge.batch.frames",
    "load": "adjudge.decide",
    "shipped_rulesets": "adjudge.reading.library",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'adjudge' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
