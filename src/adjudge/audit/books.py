"""What one reading of an export adds up to."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from adjudge.audit.columns import requester_in
from adjudge.audit.finding import Judged, Teller, week_of
from adjudge.audit.judge import Judge, Seen, with_status
from adjudge.audit.model import Rejected
from adjudge.audit.tally import Tallies
from adjudge.audit.told import Finding, Override
from adjudge.batch.summary import Summary as RunSummary
from adjudge.tickets.export import Reject

List = Callable[[Finding, int], None]
"""Takes a listed ticket, and how many levels lie between the filed and the right one."""


class Books:
    """The counts of one reading, and what has to wait for its end.

    Tickets come one by one (`decided`, `rejected`) or are counted elsewhere, in `tallies` and
    `created`. `close` is called behind the last of them.
    """

    def __init__(self, judge: Judge, teller: Teller, listed: List) -> None:
        plan = judge.plan
        self.judge = judge
        self.run = RunSummary(judge.ruleset.policy.level_ids)
        self.tallies = Tallies(plan.scope, plan.group_by)
        self.refused: list[Rejected] = []
        self.outside = 0
        self.outside_days: tuple[date, date] | None = None
        self._first: tuple[datetime, int] | None = None
        self._last: tuple[datetime, int] | None = None
        self._plan = plan
        self._teller = teller
        self._listed = listed
        self._recorded = {each.ticket: each for each in plan.overrides}
        self._status: dict[str, str] = {}
        self._held: list[Seen] = []
        self._drawn: list[tuple[int, int, Judged]] = []

    # -- row by row

    def rejected(self, reject: Reject) -> Reject:
        """Take in a row that is no ticket, or cannot be decided; return it masked if asked for."""
        redactor = self._plan.telling.redactor
        if redactor is not None:
            reasons = tuple(redactor.text(reason) for reason in reject.reasons)
            requester = requester_in(reject.record, self.judge.export.profile)
            record = redactor.record(reject.record, requester)
            reject = replace(reject, reasons=reasons, record=record)
        if reject.id is not None:
            self._status.setdefault(reject.id, "out_of_scope")
        self.refused.append(Rejected(reject.row, reject.id, reject.reasons))
        return reject

    def left_outside(self, id: str, day: date) -> None:
        """Take in a ticket that was created on a day outside those asked for."""
        self.outside += 1
        first, last = self.outside_days or (day, day)
        self.outside_days = min(first, day), max(last, day)
        self._status.setdefault(id, "out_of_scope")

    def decided(self, found: Seen) -> None:
        """Take in a decided ticket."""
        ticket = found.row.ticket
        if ticket.created_at is not None:
            self.created(ticket.created_at, found.row.row)
        self.tallies.count(found.decision)
        if ticket.id in self._recorded:
            # Which decisions still hold is known when the last day of the export is.
            self._held.append(found)
            return
        judged = self.judge.judged(found)
        if judged is not None:
            self._take(judged)

    def created(self, moment: datetime, row: int) -> None:
        """Take in a time of creation; of the same one in two zones, that of the first row stays."""
        if self._first is None or (moment, row) < self._first:
            self._first = (moment, row)
        if self._last is None or (moment, -row) > self._last:
            self._last = (moment, -row)

    @property
    def first(self) -> datetime | None:
        """The first time of creation."""
        return self._first[0] if self._first else None

    @property
    def last(self) -> datetime | None:
        """The last time of creation."""
        return self._last[0] if self._last else None

    def _take(self, judged: Judged) -> None:
        self.tallies.count_outcome(
            judged, self.judge.names(judged), week_of(judged.row.ticket.created_at)
        )
        if self._plan.sample and self.is_drawn(judged.row.ticket.id, judged.row.row):
            self.draw(judged)
        if self.judge.is_listed(judged.outcome, judged.override):
            finding = self._teller.tell(judged)
            self.tallies.count_finding(finding)
            self._listed(finding, self._plan.scope.apart(judged.decision))

    # -- the end

    def close(self) -> None:
        """Judge the tickets on which the site decided for itself."""
        for held in self._held:
            override = self.status_of(self._recorded[held.row.ticket.id])
            self._status[override.ticket] = override.status
            judged = self.judge.overridden(held, override)
            if judged is not None:
                self._take(judged)

    @property
    def judged_on(self) -> date | None:
        """The day on which the site's decisions must still hold."""
        return self._plan.judged_on or (self.last.date() if self.last else None)

    def override_of(self, id: str) -> Override | None:
        """Return the site's own decision on a ticket, with what became of it."""
        recorded = self._recorded.get(id)
        return None if recorded is None else self.status_of(recorded)

    def status_of(self, override: Override) -> Override:
        """Return a decision of the site with whether it still holds."""
        day = self.judged_on
        return with_status(override, bool(override.until and day and override.until < str(day)))

    def overrides(self) -> tuple[Override, ...]:
        """Return the site's decisions with what became of each."""
        redactor = self._plan.telling.redactor
        found = [
            replace(each, status=self._status.get(each.ticket, "not_in_export"))
            for each in self._plan.overrides
        ]
        if redactor is None:
            return tuple(found)
        return tuple(
            replace(each, who=redactor.text(each.who), why=redactor.text(each.why))
            for each in found
        )

    # -- the sample

    def is_drawn(self, id: str, row: int) -> bool:
        """Say whether a ticket is among those with the smallest digests so far.

        Any order of rows gives the same sample.
        """
        return len(self._drawn) < self._plan.sample or (self._rank(id), row) > self._drawn[0][:2]

    def draw(self, judged: Judged) -> None:
        """Keep a drawn ticket, in place of the one with the largest digest."""
        ticket = judged.row.ticket
        entry = (self._rank(ticket.id), judged.row.row, judged)
        if len(self._drawn) < self._plan.sample:
            heapq.heappush(self._drawn, entry)
        else:
            heapq.heapreplace(self._drawn, entry)

    def _rank(self, id: str) -> int:
        key = f"{self._plan.seed}\0{id}".encode()
        return -int.from_bytes(hashlib.sha256(key).digest()[:8], "big")

    def sampled(self) -> list[Judged]:
        """Return the drawn tickets in the order of the export."""
        return sorted((judged for _, _, judged in self._drawn), key=lambda each: each.row.row)
