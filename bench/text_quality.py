"""How well words are read, on both halves of `fixtures/text`: `python bench/text_quality.py`.

Prints the tables of docs/text-quality.md. Of the set-aside half only totals are shown: whoever
works on the lexicons does not read its tickets.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import adjudge
from adjudge.batch.evaluate import evaluate
from adjudge.batch.gold import Gold

TEXTS = Path(__file__).parents[1] / "fixtures" / "text"
FIELDS = ("id", "filed", "subject", "description", "language")


def half(path: Path) -> tuple[list[adjudge.Ticket], dict[str, Gold]]:
    """Read one half: its tickets, and what is true of them."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    tickets, gold = [], {}
    for line in text.decode().splitlines():
        entry = json.loads(line)
        given = {name: entry[name] for name in FIELDS if entry.get(name) is not None}
        tickets.append(adjudge.Ticket.from_dict(given))
        gold[entry["id"]] = Gold(entry["id"], entry["gold"], entry["ruleset"])
    return tickets, gold


def main() -> None:
    names = ("zeet", "zenput", "puppet", "jelastic", "cloudtalk")
    rulesets = {name: adjudge.load(name) for name in names}
    for title, path in (("development", "dev.jsonl"), ("set-aside", "heldout.jsonl.gz")):
        found = evaluate(*half(TEXTS / path), rulesets)
        lowered = sum(outcome.downgraded_top for outcome in found.outcomes)
        found.disagreements = ()
        lines = [line for line in found.lines() if not line.startswith("  ")]
        print(f"== the {title} half\n" + "\n".join(lines) + f"\n({lowered} lowered)\n")


if __name__ == "__main__":
    main()
