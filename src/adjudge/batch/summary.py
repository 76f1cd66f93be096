"""What a run over an export came to: every row is decided or rejected, and the counts say so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from adjudge.decide import Decision


@dataclass(slots=True)
class Summary:
    """Counts over a run. `rows` is always `decided` + `rejected`."""

    levels: tuple[str, ...]
    decided: int = 0
    rejected: int = 0
    by_level: Counter[str] = field(default_factory=Counter)
    by_verdict: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """The number of rows that the export had."""
        return self.decided + self.rejected

    def count(self, decision: Decision) -> None:
        """Count a decided ticket."""
        self.decided += 1
        self.by_level[decision.level] += 1
        self.by_verdict[decision.verdict] += 1

    def lines(self) -> list[str]:
        """Return the summary as lines of text."""
        verdicts = ("confirmed", "overfiled", "underfiled", "unproven", "unfiled")
        levels = ", ".join(f"{level} {self.by_level[level]:,}" for level in self.levels)
        named = ", ".join(
            f"{verdict} {self.by_verdict[verdict]:,}"
            for verdict in verdicts
            if self.by_verdict[verdict]
        )
        lines = [f"{self.rows:,} rows = {self.decided:,} decided + {self.rejected:,} rejected"]
        if self.decided:
            lines += [f"levels:   {levels}", f"verdicts: {named}"]
        return lines
