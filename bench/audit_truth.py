"""How often the audit is right where the truth is known: the fixture exports of five vendors.

    python bench/audit_truth.py

Prints the table of docs/audit.md. `overfiled` counts as right where no level that remains by the
truth is as urgent as the filed one.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from adjudge.audit.model import Audit
from adjudge.audit.plan import Plan
from adjudge.audit.run import Auditor
from adjudge.audit.scope import scope_of
from adjudge.audit.statistics import rate
from adjudge.batch.classify import Wishes
from adjudge.cli.exports import opened
from adjudge.decide import Ruleset, load
from adjudge.report.shown import rate_text

EXPORTS = Path(__file__).resolve().parents[1] / "fixtures" / "audit"


def audited(path: Path, ruleset: Ruleset, *, text: bool) -> Audit:
    """Audit an export at every level, with every ticket listed."""
    source = opened(str(path), None, None, ruleset.policy.facts)
    plan = Plan(scope_of(ruleset, None, True), everything=True)
    return Auditor(source, ruleset, Wishes(text=text), plan).run()


def counted(path: Path, *, text: bool) -> Counter[str]:
    """Count the audit's verdicts of `overfiled` against the truth."""
    ruleset = load(path.stem)
    rank = {level: number for number, level in enumerate(ruleset.policy.level_ids)}
    with path.open(encoding="utf-8", newline="") as file:
        truth = {row["id"]: row for row in csv.DictReader(file)}
    counts: Counter[str] = Counter()
    for each in audited(path, ruleset, text=text).tickets:
        if each.filed is None or each.filed_by_default:
            continue
        row = truth[each.id]
        levels = [
            level for level in (row["true_level"] or row["true_possible"]).split(";") if level
        ]
        over = bool(levels) and all(rank[level] > rank[each.filed] for level in levels)
        said = each.verdict == "overfiled"
        counts["both"] += over and said
        counts["over"] += over
        counts["said"] += said
        counts["top lowered"] += said and levels == [ruleset.policy.level_ids[0]]
        counts["filed"] += 1
    return counts


def main() -> None:
    """Print the table."""
    print("| export | filed | precision of `overfiled` | recall | true top level, lowered |")
    print("|---|---|---|---|---|")
    for text in (True, False):
        whole: Counter[str] = Counter()
        for path in sorted(EXPORTS.glob("*.csv")):
            found = counted(path, text=text)
            whole.update(found)
            if text:
                print(_row(path.stem, found))
        print(_row("all" if text else "all, with --no-text", whole))


def _row(name: str, found: Counter[str]) -> str:
    precision = rate_text(rate(found["both"], found["said"]))
    recall = rate_text(rate(found["both"], found["over"]))
    return f"| {name} | {found['filed']} | {precision} | {recall} | {found['top lowered']} |"


if __name__ == "__main__":
    main()
