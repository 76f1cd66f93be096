"""Counts of tickets by group: an organization, a product, a week."""

from __future__ import annotations

from dataclasses import replace

from adjudge.audit.picture import Grouping, Rate, Tally
from adjudge.audit.statistics import rate
from adjudge.audit.told import OUTCOMES, Outcome

GROUPS_LISTED = 200
"""So many groups of a dimension are listed; the rest is summed up in one."""

_PLACE: dict[Outcome, int] = {outcome: place for place, outcome in enumerate(OUTCOMES)}
_FILED = len(OUTCOMES)

Counted = list[int]
"""Tickets of one group by outcome, in the order of `OUTCOMES`, and behind them those filed here."""


class GroupCounts:
    """Outcomes by group of one dimension."""

    def __init__(self) -> None:
        self.by_name: dict[str, Counted] = {}
        self.untold = 0

    def count(self, name: str | None, outcome: Outcome, filed_here: bool, times: int = 1) -> None:
        """Count tickets in question; `name` None where they do not say their group."""
        if name is None or not name.strip():
            self.untold += times
            return
        counted = self.by_name.get(name)
        if counted is None:
            counted = self.by_name[name] = [0] * (_FILED + 1)
        counted[_PLACE[outcome]] += times
        if filed_here:
            counted[_FILED] += times

    def tallies(self, overall: Rate, small: int) -> list[Tally]:
        """Return a tally for each group, by name."""
        return [_tally(name, self.by_name[name], overall, small) for name in sorted(self.by_name)]

    def grouping(self, dimension: str, column: str | None, overall: Rate, small: int) -> Grouping:
        """Return the groups: the comparable ones by their interval, the small ones by name."""
        names = sorted(self.by_name)
        large = [
            _tally(name, self.by_name[name], overall, small)
            for name in names
            if self.by_name[name][_FILED] >= small
        ]
        large.sort(key=lambda each: (-(each.overfiled.low or 0.0), each.name))
        few = [name for name in names if self.by_name[name][_FILED] < small]
        shown, others = large[:GROUPS_LISTED], [each.name for each in large[GROUPS_LISTED:]]
        room = GROUPS_LISTED - len(shown)
        shown += [_tally(name, self.by_name[name], overall, small) for name in few[:room]]
        others += few[room:]
        rest = None
        if others:
            total = [sum(column) for column in zip(*map(self.by_name.get, others), strict=True)]
            rest = replace(_tally("", total, overall, small), differs=None)
        return Grouping(dimension, column, tuple(shown), rest, len(others), self.untold)


def _tally(name: str, counted: Counted, overall: Rate, small: int) -> Tally:
    over = rate(counted[_PLACE["not_one"]], counted[_FILED], small)
    tally = Tally(
        name=name,
        tickets=sum(counted[:_FILED]),
        filed=counted[_FILED],
        meets=counted[_PLACE["meets"]],
        exception=counted[_PLACE["exception"]],
        information=counted[_PLACE["information"]],
        not_one=counted[_PLACE["not_one"]],
        missed=counted[_PLACE["missed"]],
        unfiled=counted[_PLACE["unfiled"]],
        overfiled=over,
    )
    share = overall.share
    if over.small or share is None or over.low is None or over.high is None:
        return tally
    if over.low > share:
        return replace(tally, differs="above")
    return replace(tally, differs="below") if over.high < share else tally
