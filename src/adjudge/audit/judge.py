"""How an audit sees a decided ticket: its outcome, what the row says beside it, its groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adjudge.audit.columns import ExtraColumns
from adjudge.audit.contested import Settled, Settling, settled
from adjudge.audit.finding import Judged
from adjudge.audit.plan import Plan
from adjudge.audit.spoken import spoken_language
from adjudge.audit.told import Outcome, Override
from adjudge.batch.classify import Wishes
from adjudge.decide import Decision, Ruleset
from adjudge.decide.results import Disagreement
from adjudge.tickets.apply import Layout
from adjudge.tickets.export import Export, Row


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket with its decision as the audit goes by it, and what kept it from being lowered.

    `language` is the one that it is counted under.
    """

    row: Row
    decision: Decision
    contested: tuple[Disagreement, ...]
    language: str | None


class Judge:
    """Judges the decided tickets of one export."""

    def __init__(self, export: Export, ruleset: Ruleset, wishes: Wishes, plan: Plan) -> None:
        self.export = export
        self.ruleset = ruleset
        self.wishes = wishes
        self.plan = plan
        self.columns = ExtraColumns(
            export.profile, export.columns, plan.columns, plan.group_by, export.order
        )
        self.layout = Layout(export.profile, ruleset.policy.facts, export.columns or ())

    def reads_words(self) -> bool:
        """Say whether facts are read from the words of the tickets of a table."""
        return self.wishes.text and not {"subject", "description"}.isdisjoint(self.layout.columns)

    def settling(self) -> Settling:
        """Return what settles decisions where they are made."""
        return Settling(self.ruleset, self.wishes)

    def unpacked(self, row: Row, found: Settled) -> Seen:
        """Return a ticket whose decision was settled elsewhere."""
        decision = self.ruleset.unpacked(found.packed)
        return Seen(row, decision, found.contested, found.language)

    def seen(self, row: Row, decision: Decision) -> Seen:
        """Return a ticket without a downgrade on a fact that does not carry one."""
        decision, contested = settled(row.ticket, decision, self.ruleset, self.wishes)
        language = spoken_language(row.ticket, words=self.wishes.text)
        return Seen(row, decision, contested, language)

    def judged(self, ticket: Seen) -> Judged | None:
        """Return a ticket as the policy has it; None where it is not in question."""
        outcome = self.plan.scope.outcome(ticket.decision)
        return None if outcome is None else self._judged(ticket, outcome, None)

    def overridden(self, ticket: Seen, override: Override) -> Judged | None:
        """Return a ticket as the site decided; a decision that has expired changes nothing."""
        if override.status == "expired":
            return self.judged(ticket)
        outcome = self.plan.scope.with_override(ticket.decision, override)
        return None if outcome is None else self._judged(ticket, outcome, override)

    def _judged(self, ticket: Seen, outcome: Outcome, override: Override | None) -> Judged:
        extras = self.columns.read(ticket.row)
        return Judged(
            ticket.row,
            ticket.decision,
            extras,
            self.level_of(extras.present),
            outcome,
            override,
            () if override else ticket.contested,
            ticket.language,
        )

    def level_of(self, present: str | None) -> str | None:
        """Return the level that a ticket's present priority means, None for none."""
        return None if present is None else self.ruleset.compiled.filed_level(present)

    def is_listed(self, outcome: Outcome, override: Override | None = None) -> bool:
        """Say whether tickets of an outcome are listed, not only counted."""
        return outcome != "meets" or override is not None or self.plan.everything

    def names(self, judged: Judged) -> dict[str, str | None]:
        """Return the groups of a ticket by dimension, masked where that is asked for."""
        ticket, extras = judged.row.ticket, judged.extras
        names = {
            "organization": ticket.organization,
            "requester": ticket.requester,
            "product": extras.product,
            "channel": extras.channel,
            "language": judged.language,
            **dict(zip(self.plan.group_by, extras.own, strict=True)),
        }
        return {name: self.masked(name, value) for name, value in names.items()}

    def masked(self, dimension: str, name: str | None) -> str | None:
        """Return the name of a group as reports may show it."""
        redactor = self.plan.telling.redactor
        if redactor is None or name is None:
            return name
        return redactor.pseudonym(name) if dimension == "requester" else redactor.text(name)


def with_status(override: Override, expired: bool) -> Override:
    """Return an override with what became of it."""
    return replace(override, status="expired" if expired else "honoured")
