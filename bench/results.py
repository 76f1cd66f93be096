"""Puts a benchmark's table into its section of RESULTS.md, with the date and the machine."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
BY_HAND = "<!-- by hand -->"
"""What stands below it in a section was written by a person, and is kept."""
_TITLE = "# What adjudge costs\n\nEach table comes from one run of the script that it names.\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine() -> str:
    """Return the date and the machine, for the line above a table."""
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def publish(section: str, script: str, body: str) -> None:
    """Print a section, and replace (or add) it in RESULTS.md."""
    text = f"## {section}\n\n`{script}`, {machine()}\n\n{body}\n"
    print(text)
    whole = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _TITLE
    RESULTS.write_text(replaced(whole, section, text), encoding="utf-8")


def replaced(whole: str, section: str, text: str) -> str:
    """Return the results with a section at its place; a new one goes to the end."""
    parts = re.split(r"(?m)^(?=## )", whole)
    places = [n for n, part in enumerate(parts) if part.startswith(f"## {section}\n")]
    if places:
        _, mark, notes = parts[places[0]].partition(BY_HAND)
        parts[places[0]] = f"{text}\n{mark}{notes}"
    else:
        parts.append(text)
    return "\n".join(part.rstrip() + "\n" for part in parts)
