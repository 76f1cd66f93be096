"""Writes tables of changes for bulk updates."""

from __future__ import annotations

import csv
from typing import IO

from adjudge.audit.bulk import Changes


def write_changes(found: Changes, stream: IO[str]) -> None:
    """Write changes as CSV.

    Cells are written as they are: a system that imports them would keep a guard against formulas.
    Ids and words of priorities come from the export and the ruleset; of the free texts, a note
    begins with our own words.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(found.header)
    writer.writerows(found.rows)
