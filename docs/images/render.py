"""Makes the pictures of the README from real output: `python docs/images/render.py`."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

import adjudge
from adjudge.model.fact import VOCABULARY
from adjudge.reading.profile import load_profile
from adjudge.tickets.export import Row, open_export

HERE = Path(__file__).parent
EXPORT = HERE.parents[1] / "fixtures" / "demo" / "puppet.csv"
TICKET = "PE-3003"
LINES = 16  # the short of it and the first rules; the rest is in the terminal


def explain() -> str:
    """Return the picture of `adjudge explain` for one ticket of the shipped export."""
    ruleset = adjudge.load("puppet")
    facts = {**VOCABULARY, **ruleset.policy.facts}
    rows = open_export(str(EXPORT), load_profile("native"), [], facts)
    (row,) = [each for each in rows if isinstance(each, Row) and each.ticket.id == TICKET]
    text = ruleset.decide(row.ticket).to_text(color=True)
    console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(text.splitlines()[:LINES])))
    title = f"adjudge explain puppet.csv --ruleset puppet --ticket {TICKET}"
    return console.export_svg(title=title, unique_id="explain")


if __name__ == "__main__":
    (HERE / "explain.svg").write_text(explain(), encoding="utf-8")
