"""Whether an export that a ruleset refuses was written for another ruleset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from adjudge.decide import Ruleset
from adjudge.decide.compiled import filed_names
from adjudge.model.fact import PER_RULESET
from adjudge.model.policy import Policy
from adjudge.model.profile import fold
from adjudge.reading.library import load_policies, shipped_rulesets
from adjudge.tickets.apply import TicketReader
from adjudge.tickets.export import Reject
from adjudge.tickets.values import read_value

_MOST = 0.8  # of the rows with a text that the ruleset does not know
_SHOWN = 3


def meant_for_others(
    refused: Sequence[Reject], reader: TicketReader, ruleset: Ruleset
) -> list[str]:
    """Return which levels and plans of refused rows are those of another ruleset that ships.

    Only what each ruleset names for itself says whose export it is. Empty where no other ruleset
    knows nearly all that this one does not, or that is in few of the rows.
    """
    told = []
    for part in ("filed", *PER_RULESET):
        texts = Counter(reader.text_of(each.record, part) for each in refused)
        for text in [text for text in texts if not text or _knows(ruleset.policy, part, text)]:
            del texts[text]
        if texts.total() * 2 >= len(refused) > 0:
            told += _told(texts, part, ruleset.name)
    return told


def _told(strange: Counter[str], part: str, ruleset: str) -> list[str]:
    rows = [
        (policy, sum(n for text, n in strange.items() if _knows(policy, part, text)))
        for policy in _others(ruleset)
    ]
    most = max((known for _, known in rows), default=0)
    if most < _MOST * strange.total():
        return []
    best = [policy for policy, known in rows if known == most]
    shown = [text for text, _ in strange.most_common() if _knows(best[0], part, text)][:_SHOWN]
    texts = ", ".join(f"`{text}`" for text in shown)
    names = ", ".join(f"`{policy.name}`" for policy in best)
    what = "as a level" if part == "filed" else f"as `{part}`"
    return [
        f"`{ruleset}` does not know {texts} {what}, while {names} would; "
        "is `--ruleset` the right one?"
    ]


@cache
def _others(ruleset: str) -> tuple[Policy, ...]:
    """Return the other rulesets that ship, each in its newest version."""
    names = (name for name in shipped_rulesets() if name != ruleset)
    return tuple(load_policies(name)[0][-1] for name in names)


def _knows(policy: Policy, part: str, text: str) -> bool:
    if part == "filed":
        return fold(text) in filed_names(policy)
    fact = policy.facts.get(part)
    if fact is None:
        return False
    try:
        read_value(fact, text)
    except ValueError:
        return False
    return True
