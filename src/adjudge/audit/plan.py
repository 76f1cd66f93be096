"""What is asked of an audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from adjudge.audit.finding import Telling
from adjudge.audit.scope import Scope
from adjudge.audit.statistics import SMALL
from adjudge.audit.told import Override

HOURS_EACH = 4.0
"""Assumed engineer hours that a ticket filed too high takes: interruption, calls, hand-overs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of an audit.

    `since` and `until` are the first and the last day of creation, both included, in each ticket's
    own zone. `judged_on` is the day on which decisions of the site are held against their last
    day; None is the last day of creation in the export. `columns` and `group_by` are those of
    `ExtraColumns`. Groups of fewer than `small` tickets are not compared. `everything` lists
    confirmed tickets too; `sample` tickets are drawn by `seed` for review. `notes` stand in every
    report.
    """

    scope: Scope
    since: date | None = None
    until: date | None = None
    overrides: tuple[Override, ...] = ()
    judged_on: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    hours_each: float = HOURS_EACH
    small: int = SMALL
    everything: bool = False
    telling: Telling = field(default_factory=Telling)
    sample: int = 0
    seed: int = 0
    notes: tuple[str, ...] = ()
