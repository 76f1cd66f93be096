"""Short tickets: what the lexicons read of them does not get worse.

Of each `fixtures/text/brief.*.jsonl` the odd lines were read by whoever worked on the lexicon of
that language. The even ones nobody reads, so they are not looked at here.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import adjudge
from adjudge.batch.evaluate import evaluate
from adjudge.batch.gold import Gold
from adjudge.evidence.measure import total

ROOT = Path(__file__).parents[1]
FIELDS = ("id", "filed", "subject", "description", "language")
FLOORS = {
    "de": (0.91, 0.89),
    "en": (0.96, 0.95),
    "sv": (0.94, 0.92),
}
"""By language: the precision and the recall of facts that were reached."""
FILES = [ROOT / "fixtures" / "text" / f"brief.{language}.jsonl" for language in FLOORS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_short_tickets_are_read_no_worse(path: Path) -> None:
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    read = entries[::2]  # the first line is the first odd one
    language = path.name.split(".")[1]
    tickets = [
        adjudge.Ticket.from_dict({name: one[name] for name in FIELDS if one[name] is not None})
        for one in read
    ]
    gold = {one["id"]: Gold(one["id"], one["gold"], one["ruleset"]) for one in read}
    names = sorted({one["ruleset"] for one in read})
    rulesets = {name: adjudge.load(name, extractor="lexicon") for name in names}

    found = evaluate(tickets, gold, rulesets)

    score = total(found.scores.values())
    precision, recall = FLOORS[language]
    wrong = "\n".join(found.lines())
    assert (score.precision or 0) >= precision, wrong
    assert (score.recall or 0) >= recall, wrong
    assert not any(outcome.downgraded_top for outcome in found.outcomes), wrong


def test_ids_name_the_ruleset_and_are_unique() -> None:
    entries = [json.loads(line) for path in FILES for line in path.read_text("utf-8").splitlines()]
    ids = [one["id"] for one in entries]
    assert len(ids) == len(set(ids))
    assert all(one["id"].startswith(f"{one['ruleset']}-{one['language']}-") for one in entries)
