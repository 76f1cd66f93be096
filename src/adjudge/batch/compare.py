"""The same export under several rulesets, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from adjudge.batch.classify import Decided, Wishes, classify
from adjudge.batch.summary import Summary
from adjudge.decide import Decision, Ruleset
from adjudge.findings import counted
from adjudge.tickets.export import Export, Reject
from adjudge.tickets.rows import Record, free_name

_SHOWN = 12
_NONE = "rejected"


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of the export with what each ruleset says, in their order.

    An outcome is a decision, or the reasons for which the ruleset has none.
    """

    row: int
    id: str | None
    record: Record
    outcomes: tuple[Decision | tuple[str, ...], ...]

    @property
    def agree(self) -> bool:
        """Whether every ruleset decides the row, and all with the same verdict."""
        verdicts = {each.verdict if isinstance(each, Decision) else None for each in self.outcomes}
        return len(verdicts) == 1 and None not in verdicts


def names_of(rulesets: Iterable[Ruleset]) -> tuple[str, ...]:
    """Return a name for each ruleset; the second of two that are called alike gets a number."""
    names: dict[str, None] = {}
    for ruleset in rulesets:
        names[free_name(ruleset.name, names)] = None
    return tuple(names)


def compare(
    exports: Sequence[Export], rulesets: Sequence[Ruleset], wishes: Wishes, summary: Comparison
) -> Iterator[Compared]:
    """Yield every row with its decisions; `exports` is the same export, opened for each ruleset.

    A row that no ruleset can decide is yielded as well: its outcomes are reasons.
    """
    streams = [
        classify(export, ruleset, wishes, each)
        for export, ruleset, each in zip(exports, rulesets, summary.each, strict=True)
    ]
    for outcomes in zip(*streams, strict=True):
        compared = _compared(outcomes)
        summary.count(compared)
        yield compared


def _compared(outcomes: tuple[Decided | Reject, ...]) -> Compared:
    first = outcomes[0].row if isinstance(outcomes[0], Decided) else outcomes[0]
    ids = (each.row.ticket.id if isinstance(each, Decided) else each.id for each in outcomes)
    return Compared(
        first.row,
        next((id for id in ids if id is not None), None),
        first.record,
        tuple(each.decision if isinstance(each, Decided) else each.reasons for each in outcomes),
    )


@dataclass(slots=True)
class Comparison:
    """Counts over a comparison: one summary for each ruleset, and how they agree."""

    names: tuple[str, ...]
    each: tuple[Summary, ...]
    rows: int = 0
    agreed: int = 0
    by_levels: Counter[tuple[str, ...]] = field(default_factory=Counter)
    by_verdicts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    examples: dict[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def of(cls, rulesets: Sequence[Ruleset]) -> Comparison:
        """Return the empty counts for some rulesets."""
        return cls(names_of(rulesets), tuple(Summary(each.policy.level_ids) for each in rulesets))

    @property
    def undecided(self) -> int:
        """The number of decisions that could not be made, over all rulesets."""
        return sum(each.rejected for each in self.each)

    def count(self, compared: Compared) -> None:
        """Count a row."""
        self.rows += 1
        self.agreed += compared.agree
        decisions = [each if isinstance(each, Decision) else None for each in compared.outcomes]
        verdicts = tuple(each.verdict if each else _NONE for each in decisions)
        self.by_levels[tuple(each.level if each else _NONE for each in decisions)] += 1
        self.by_verdicts[verdicts] += 1
        self.examples.setdefault(verdicts, compared.id or f"row {compared.row}")

    def lines(self) -> list[str]:
        """Return the comparison as lines of text."""
        lines = []
        for name, summary in zip(self.names, self.each, strict=True):
            first, *others = summary.lines()
            lines += [f"{name}: {first}", *(f"  {line}" for line in others)]
        share = f" ({self.agreed / self.rows:.1%})" if self.rows else ""
        rows = counted(self.rows, "row")
        lines.append(f"the same verdict under all: {self.agreed:,} of {rows}{share}")
        differing = Counter(
            {key: count for key, count in self.by_verdicts.items() if len(set(key)) > 1}
        )
        if nowhere := self.by_verdicts[(_NONE,) * len(self.names)]:
            lines.append(f"rejected under all: {counted(nowhere, 'row')}")
        lines += self._table("verdicts that differ", differing, examples=True)
        lines += self._table("levels side by side", self.by_levels, examples=False)
        return lines

    def _table(self, title: str, counts: Counter[tuple[str, ...]], *, examples: bool) -> list[str]:
        if not counts:
            return []
        most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        rows = [("rows", *self.names), *((f"{n:,}", *key) for key, n in most[:_SHOWN])]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        ends = ["", *(self._example(key, examples) for key, _ in most[:_SHOWN])]
        lines = [f"{title}:"]
        for row, end in zip(rows, ends, strict=True):
            first = row[0].rjust(widths[0])
            cells = (cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            lines.append(f"  {first}  {'  '.join(cells)}{end}".rstrip())
        if len(most) > _SHOWN:
            rest = sum(count for _, count in most[_SHOWN:])
            lines.append(f"  {counted(rest, 'row')} in {len(most) - _SHOWN:,} more combinations")
        return lines

    def _example(self, key: tuple[str, ...], wanted: bool) -> str:
        return f"  for example {self.examples[key]}" if wanted else ""
