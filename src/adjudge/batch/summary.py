"""What a run over an export came to: every row is decided or rejected, and the counts say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adjudge.decide import Decision
from adjudge.decide.results import FiledAs, Verdict
from adjudge.findings import counted
from adjudge.tickets.export import Reject

_OF_A_TIME = re.compile(
    r"(?P<cell>(?P<column>`[^`]*`) is `.*?`)"
    r"(?P<fault>(?:: (?:the time has no zone|expected (?:an ISO|a date such as|seconds|`))"
    r"|, which (?:has no time zone|is no ISO)).*)",
    re.DOTALL,
)
_SPELLINGS = 12
_REASONS = 10_000  # that are told apart: some name their row
_REFUSED = 200
_SHOWN = 3
_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Brief:
    """What a summary counts of a decision."""

    level: str
    verdict: Verdict
    filed: str | None
    filed_as: FiledAs | None
    dropped: int = 0
    cut: bool = False
    foreign: str = ""

    @classmethod
    def of(cls, decision: Decision) -> Brief:
        """Return the brief of a decision."""
        return cls(
            decision.level,
            decision.verdict,
            decision.filed,
            decision.filed_as,
            len(decision.dropped),
            decision.unread > 0,
            decision.foreign,
        )


@dataclass(slots=True)
class Reasons:
    """For how many rows which reason to reject them held; beyond many reasons, not all.

    Times are seldom alike: what is wrong with them is one reason, told of the first.
    """

    _counts: Counter[str] = field(default_factory=Counter)
    _first: dict[str, str] = field(default_factory=dict)
    _several: set[str] = field(default_factory=set)

    def add(self, reasons: Sequence[str]) -> None:
        """Count a rejected row, with its reasons."""
        for reason in dict.fromkeys(reasons):
            kind = _kind(reason)
            first = self._first.get(kind)
            if first is None and len(self._first) >= _REASONS:
                continue
            if first is None:
                self._first[kind] = reason
            elif first != reason:
                self._several.add(kind)
            self._counts[kind] += 1

    def lines(self) -> list[str]:
        """Return the most frequent ones, with the number of rows."""
        # Of equally frequent ones, the first that was met stands first.
        most = self._counts.most_common(_SHOWN)
        lines = [f"{counted(rows, 'row')}: {self._told(kind)}" for kind, rows in most]
        more = len(self._counts) - _SHOWN
        return [*lines, f"and {counted(more, 'more reason')}"] if more > 0 else lines

    def _told(self, kind: str) -> str:
        told = self._first[kind]
        if kind in self._several and (match := _OF_A_TIME.match(told)):
            return f"{match['cell']} in the first of them{match['fault']}"
        return told


def _kind(reason: str) -> str:
    match = _OF_A_TIME.match(reason)
    return reason if match is None else f"{match['column']}{match['fault']}"


@dataclass(slots=True)
class Summary:
    """Counts over a run. `rows` is always `decided` + `rejected`."""

    levels: tuple[str, ...]
    decided: int = 0
    rejected: int = 0
    dropped: int = 0
    cut: int = 0
    by_foreign: Counter[str] = field(default_factory=Counter)
    """How many tickets are in which language that is not read."""
    by_level: Counter[str] = field(default_factory=Counter)
    by_verdict: Counter[str] = field(default_factory=Counter)
    by_filed: Counter[tuple[str, str, int | None]] = field(default_factory=Counter)
    """How often which priority, as written, was read as which level, and by which rank."""
    by_reason: Reasons = field(default_factory=Reasons)
    """For how many rows which reason to reject them held."""
    refused: list[Reject] = field(default_factory=list)
    """The first rows that were rejected."""

    @property
    def mostly_rejected(self) -> bool:
        """Whether at least every second row was rejected."""
        return 0 < self.rejected >= self.decided

    @property
    def rows(self) -> int:
        """The number of rows that the export had."""
        return self.decided + self.rejected

    def reject(self, reject: Reject) -> None:
        """Count a rejected row."""
        self.rejected += 1
        self.by_reason.add(reject.reasons)
        if len(self.refused) < _REFUSED:
            self.refused.append(reject)

    def count(self, decision: Brief) -> None:
        """Count a decided ticket."""
        self.decided += 1
        self.dropped += decision.dropped
        self.cut += decision.cut
        if decision.foreign:
            self.by_foreign[decision.foreign] += 1
        self.by_level[decision.level] += 1
        self.by_verdict[decision.verdict] += 1
        written = decision.filed_as
        if written is not None and decision.filed is not None:
            self.by_filed[written.written, decision.filed, written.rank] += 1

    def lines(self) -> list[str]:
        """Return the summary as lines of text."""
        verdicts = ("confirmed", "overfiled", "underfiled", "unproven", "unfiled")
        levels = ", ".join(f"{level} {self.by_level[level]:,}" for level in self.levels)
        named = ", ".join(
            f"{verdict} {self.by_verdict[verdict]:,}"
            for verdict in verdicts
            if self.by_verdict[verdict]
        )
        rows = counted(self.rows, "row")
        lines = [f"{rows} = {self.decided:,} decided + {self.rejected:,} rejected"]
        if self.decided:
            lines += [f"levels:   {levels}", f"verdicts: {named}"]
        if read := self._filed():
            lines.append(f"filed:    {read}")
        if self.dropped:
            lines.append(dropped_line(self.dropped))
        if self.cut:
            lines.append(cut_line(self.cut))
        if self.by_foreign:
            lines.append(foreign_line(self.by_foreign))
        return lines

    def _filed(self) -> str:
        """Return which priorities were read as levels of another name."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for (written, level, rank), count in self.by_filed.items():
            if written.strip().casefold() != level.casefold():
                by = "" if rank is None else f" (urgency {rank} of the export)"
                counts[_short(written), level, by] += count
        # The levels in their order, and under each what was met most.
        order = {level: number for number, level in enumerate(self.levels)}
        most = sorted(counts.items(), key=lambda each: (order.get(each[0][1], 0), -each[1], each))
        read = [
            f"`{written}` = {level}{by} {count:,}"
            for (written, level, by), count in most[:_SPELLINGS]
        ]
        more = len(most) - _SPELLINGS
        return ", ".join([*read, *([counted(more, "more spelling")] if more > 0 else [])])


def count_reasons(rejects: Iterable[Sequence[str]]) -> Reasons:
    """Return for how many rejects, each given as its reasons, which reason holds."""
    counts = Reasons()
    for reasons in rejects:
        counts.add(reasons)
    return counts


def cut_line(tickets: int) -> str:
    """Return how many tickets have texts that were read in part."""
    whose = "a ticket" if tickets == 1 else f"{tickets:,} tickets"
    return f"unread:   the end of the text of {whose}, which is longer than anybody writes"


def foreign_line(languages: Counter[str]) -> str:
    """Return how many tickets are in which languages that are not read."""
    count = languages.total()
    whose = "a ticket" if count == 1 else f"{count:,} tickets"
    most = ", ".join(f"{name} {number:,}" for name, number in languages.most_common(_SHOWN))
    more = len(languages) - _SHOWN
    rest = f" and {counted(more, 'more language')}" if more > 0 else ""
    return f"unread:   the words of {whose}, in languages without a lexicon: {most}{rest}"


def dropped_line(count: int) -> str:
    """Return how much an extractor read that is not in the tickets."""
    return f"dropped:  {count:,} read with quotes that do not occur in the ticket"


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _WIDTH else shown[: _WIDTH - 1] + "…"
