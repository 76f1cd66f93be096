"""Runs an audit: one pass over the rows of an export, and an `Audit` at the end of it."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from adjudge.audit.columns import ExtraColumns, Extras, requester_in
from adjudge.audit.contested import Settled, Settling
from adjudge.audit.finding import Judged, Teller, Telling, week_of
from adjudge.audit.listed import Spool
from adjudge.audit.model import Audit, Comparison, Counts, Meta, Rejected, Summary
from adjudge.audit.picture import Effort, Spelling
from adjudge.audit.scope import Scope
from adjudge.audit.spoken import spoken_language
from adjudge.audit.statistics import SMALL, difference, rate
from adjudge.audit.tally import Tallies
from adjudge.audit.told import Finding, Override
from adjudge.batch.classify import Decided, Wishes, tell
from adjudge.batch.summary import Summary as RunSummary
from adjudge.decide import Ruleset
from adjudge.decide.wording import wording
from adjudge.tickets.export import Export, Reject, Row

HOURS_EACH = 4.0
"""Assumed engineer hours that a ticket filed too high takes: interruption, calls, hand-overs."""

Advance = Callable[[int], object]
Rejects = Callable[[Reject], None]
_STEP = 200  # rows between two reports of progress
_SPELLINGS = 100  # spellings of priorities that are listed


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


class Auditor:
    """One audit at work. `run` it once; then `sampled` has the drawn tickets."""

    def __init__(self, export: Export, ruleset: Ruleset, wishes: Wishes, plan: Plan) -> None:
        self._export = export
        self._ruleset = ruleset
        self._wishes = wishes
        self._plan = plan
        self._columns = ExtraColumns(export.profile, export.columns, plan.columns, plan.group_by)
        self._teller = Teller(plan.telling)
        self._run = RunSummary(ruleset.policy.level_ids)
        self._tallies = Tallies(plan.scope, plan.group_by)
        self._overrides = {each.ticket: each for each in plan.overrides}
        self._met: dict[str, str] = {}
        self._held: list[Decided] = []
        self._findings = Spool()
        self._rejected: list[Rejected] = []
        self._drawn: list[tuple[int, int, Judged]] = []
        self._outside = 0
        self._first: datetime | None = None
        self._last: datetime | None = None

    def run(
        self, advance: Advance | None = None, rejects: Rejects | None = None, jobs: int = 1
    ) -> Audit:
        """Audit every row; `rejects` takes each rejected row as it comes, masked if asked for.

        Long exports are read and decided in `jobs` processes.
        """
        settling = Settling(self._ruleset, self._wishes)
        rows = tell(self._within(), self._ruleset, self._wishes, self._run, settling, jobs)
        for number, outcome in enumerate(rows):
            if isinstance(outcome, Reject):
                self._reject(outcome, rejects)
            else:
                self._decided(outcome.row, outcome.words)
            if advance is not None and number % _STEP == 0:
                advance(self._export.position())
        for held in self._held:
            self._overridden(held)
        return self._audit()

    @property
    def dropped(self) -> int:
        """How much an extractor read with quotes that do not occur in the ticket."""
        return self._run.dropped

    def sampled(self) -> tuple[Finding, ...]:
        """Return the drawn tickets, told, in the order of the export."""
        drawn = sorted((judged for _, _, judged in self._drawn), key=lambda each: each.row.row)
        return tuple(map(self._teller.tell, drawn))

    # -- rows

    def _within(self) -> Iterator[Row | Reject]:
        since, until = self._plan.since, self._plan.until
        for row in self._export:
            if isinstance(row, Row) and (since or until):
                created = row.ticket.created_at
                if created is None:
                    reason = (
                        "the ticket has no time of creation to hold against the dates asked for"
                    )
                    yield Reject(row.row, row.ticket.id, (reason,), row.record)
                    continue
                day = created.date()
                if (since and day < since) or (until and day > until):
                    self._outside += 1
                    self._met.setdefault(row.ticket.id, "out_of_scope")
                    continue
            yield row

    def _reject(self, reject: Reject, rejects: Rejects | None) -> None:
        redactor = self._plan.telling.redactor
        if redactor is not None:
            reasons = tuple(redactor.text(reason) for reason in reject.reasons)
            requester = requester_in(reject.record, self._export.profile)
            record = redactor.record(reject.record, requester)
            reject = replace(reject, reasons=reasons, record=record)
        if reject.id is not None:
            self._met.setdefault(reject.id, "out_of_scope")
        self._rejected.append(Rejected(reject.row, reject.id, reject.reasons))
        if rejects is not None:
            rejects(reject)

    def _decided(self, row: Row, settled: Settled) -> None:
        created = row.ticket.created_at
        if created is not None:
            self._first = created if self._first is None else min(self._first, created)
            self._last = created if self._last is None else max(self._last, created)
        decided = Decided(row, self._ruleset.unpacked(settled.packed))
        self._tallies.count(decided.decision)
        if row.ticket.id in self._overrides:
            # Which decisions still hold is known when the last day of the export is.
            self._held.append(decided)
            return
        outcome = self._plan.scope.outcome(decided.decision)
        if outcome is not None:
            extras, present = self._extras(decided)
            judged = Judged(row, decided.decision, extras, present, outcome)
            contested, language = settled.contested, settled.language
            self._judge(replace(judged, contested=contested, language=language))

    def _extras(self, decided: Decided) -> tuple[Extras, str | None]:
        extras = self._columns.read(decided.row)
        present = extras.present
        level = self._ruleset.compiled.filed_level(present) if present is not None else None
        return extras, level

    def _overridden(self, decided: Decided) -> None:
        override = self._overrides[decided.row.ticket.id]
        day = self._judged_on()
        expired = bool(override.until and day and override.until < day.isoformat())
        status = "expired" if expired else "honoured"
        self._met[override.ticket] = status
        scope = self._plan.scope
        told = replace(override, status=status)
        outcome = scope.outcome(decided.decision)
        if not expired:
            outcome = scope.with_override(decided.decision, override)
        if outcome is not None:
            extras, present = self._extras(decided)
            kept = None if expired else told
            judged = Judged(decided.row, decided.decision, extras, present, outcome, kept)
            language = spoken_language(decided.row.ticket, words=self._wishes.text)
            self._judge(replace(judged, language=language))

    def _judge(self, judged: Judged) -> None:
        ticket = judged.row.ticket
        self._tallies.count_outcome(judged, self._names(judged), week_of(ticket.created_at))
        if self._plan.sample:
            self._draw(judged)
        if judged.outcome != "meets" or judged.override is not None or self._plan.everything:
            finding = self._teller.tell(judged)
            self._tallies.count_finding(finding)
            self._findings.add(finding, self._plan.scope.apart(judged.decision))

    def _names(self, judged: Judged) -> dict[str, str | None]:
        ticket, extras, redactor = judged.row.ticket, judged.extras, self._plan.telling.redactor
        names = {
            "organization": ticket.organization,
            "requester": ticket.requester,
            "product": extras.product,
            "channel": extras.channel,
            "language": judged.language,
            **dict(zip(self._plan.group_by, extras.own, strict=True)),
        }
        if redactor is None:
            return names
        masked = {name: value and redactor.text(value) for name, value in names.items()}
        return {**masked, "requester": redactor.pseudonym(ticket.requester)}

    def _draw(self, judged: Judged) -> None:
        """Keep the tickets with the smallest digests: any order of rows gives the same sample."""
        key = f"{self._plan.seed}\0{judged.row.ticket.id}".encode()
        rank = -int.from_bytes(hashlib.sha256(key).digest()[:8], "big")
        entry = (rank, judged.row.row, judged)
        if len(self._drawn) < self._plan.sample:
            heapq.heappush(self._drawn, entry)
        elif entry[:2] > self._drawn[0][:2]:
            heapq.heapreplace(self._drawn, entry)

    # -- the result

    def _judged_on(self) -> date | None:
        return self._plan.judged_on or (self._last.date() if self._last else None)

    def _audit(self) -> Audit:
        plan, tallies, policy = self._plan, self._tallies, self._ruleset.policy
        words = wording(plan.telling.language or policy.languages[0])
        overall = tallies.overfiled(plan.small)
        counts = Counts(
            self._run.rows + self._outside, self._run.decided, self._run.rejected, self._outside
        )
        return Audit(
            meta=self._meta(),
            summary=self._summary(counts),
            matrix=tallies.cells(),
            groups=tuple(
                each.grouping(name, self._columns.column_of(name), overall, plan.small)
                for name, each in tallies.groups.items()
                if each.by_name
            ),
            weeks=tuple(tallies.weeks.tallies(overall, plan.small)),
            failing=tallies.failing(words, plan.small),
            missing=tallies.missing(policy, words, plan.small),
            overrides=tuple(self._told(each) for each in plan.overrides),
            comparison=None,
            rejected=tuple(self._rejected),
            tickets=self._findings.finished(),
        )

    def _told(self, override: Override) -> Override:
        redactor = self._plan.telling.redactor
        told = replace(override, status=self._met.get(override.ticket, "not_in_export"))
        if redactor is None:
            return told
        return replace(told, who=redactor.text(told.who), why=redactor.text(told.why))

    def _meta(self) -> Meta:
        from adjudge import __version__

        plan, policy, day = self._plan, self._ruleset.policy, self._judged_on()
        return Meta(
            export=self._export.path,
            profile=self._export.profile.name,
            ruleset=policy.name,
            ruleset_version=policy.version,
            ruleset_title=policy.title,
            vendor=policy.vendor,
            level=plan.scope.level,
            levels=tuple(
                (each.id, each.name.in_language(plan.telling.language)) for each in policy.levels
            ),
            since=plan.since.isoformat() if plan.since else None,
            until=plan.until.isoformat() if plan.until else None,
            first_created=self._first.isoformat() if self._first else None,
            last_created=self._last.isoformat() if self._last else None,
            judged_on=day.isoformat() if day else None,
            redacted=plan.telling.redactor is not None,
            language=plan.telling.language,
            when_uncertain=self._wishes.when_uncertain,
            options=dict(policy.chosen),
            adjudge_version=__version__,
            notes=plan.notes,
            spellings=self._spellings(),
        )

    def _spellings(self) -> tuple[Spelling, ...]:
        redactor = self._plan.telling.redactor
        counts = sorted(self._run.by_filed.items(), key=lambda each: (-each[1], str(each[0])))
        return tuple(
            Spelling(redactor.text(written) if redactor else written, level, rank, tickets)
            for (written, level, rank), tickets in counts[:_SPELLINGS]
        )

    def _summary(self, counts: Counts) -> Summary:
        tallies, small, filed = self._tallies, self._plan.small, self._tallies.filed
        hours = self._plan.hours_each
        return Summary(
            counts=counts,
            filed=filed,
            verdicts=dict(sorted(tallies.verdicts.items())),
            outcomes={str(name): tallies.outcomes[name] for name in sorted(tallies.outcomes)},
            overfiled=tallies.overfiled(small),
            underfiled=tallies.underfiled(small),
            unproven=rate(tallies.filed_outcomes["information"], filed, small),
            exceptions=rate(tallies.filed_outcomes["exception"], filed, small),
            open_below=tallies.open_below,
            correction=tallies.correction(),
            promises=tallies.promises(),
            effort=Effort(
                tallies.false_alarms,
                hours,
                tallies.false_alarms * hours,
                f"{hours:g} engineer hours for each ticket filed too high; an assumption, "
                "set it with --hours-per-false",
            ),
        )


def compared(after: Audit, before: Audit) -> Audit:
    """Return an audit with what changed since another one by the same rules."""
    pairs = (
        ("overfiled", before.summary.overfiled, after.summary.overfiled),
        ("underfiled", before.summary.underfiled, after.summary.underfiled),
        ("unproven", before.summary.unproven, after.summary.unproven),
        ("exceptions", before.summary.exceptions, after.summary.exceptions),
    )
    comparison = Comparison(
        before.meta.export,
        before.summary.counts,
        before.summary.filed,
        tuple(difference(*each) for each in pairs),
    )
    return replace(after, comparison=comparison)


def requesters(export: Export) -> Iterator[str]:
    """Yield the requesters of an export, for masking their names wherever they are written."""
    for row in export:
        name = (
            row.ticket.requester
            if isinstance(row, Row)
            else requester_in(row.record, export.profile)
        )
        if name:
            yield name
