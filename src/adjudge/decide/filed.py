"""The level under which a ticket was filed, in whatever spelling."""

from __future__ import annotations

from typing import NamedTuple

from adjudge.decide.compiled import CompiledPolicy
from adjudge.decide.results import FiledAs
from adjudge.findings import Finding, did_you_mean
from adjudge.tickets.ticket import Ticket


class Filed(NamedTuple):
    """A filed level: None where there is none; `written` is None where nobody wrote one."""

    level: str | None
    by_default: bool = False
    written: FiledAs | None = None


def read_filed(
    compiled: CompiledPolicy, ticket: Ticket, instead: str | None, findings: list[Finding]
) -> Filed:
    """Return a ticket's filed level, or that of `instead` where this is given.

    Where neither says one, the policy's default stands. A level that the policy does not know is
    a finding.
    """
    written, rank = (ticket.filed, ticket.filed_rank) if instead is None else (instead, None)
    if written is None or not written.strip():
        default = compiled.policy.default_level
        return Filed(default.level, by_default=True) if default else Filed(None)
    level = compiled.filed_level(written, rank)
    if level is None:
        help = did_you_mean(written, compiled.level_ids)
        message = f"`{written}` is no level of `{compiled.policy.name}`"
        findings.append(Finding("unknown-level", message, help=help))
    by_rank = rank is not None and compiled.goes_by_rank(written)
    return Filed(level, written=FiledAs(written, rank if by_rank else None))
