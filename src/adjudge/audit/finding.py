"""Tells decided tickets as findings: why, what to do, and what to write to the customer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adjudge.audit.because import (
    conditions_of,
    disagreement,
    presumptions_of,
    quotes_of,
    reasons_of,
    rests_on,
    sources_of,
    summary_of,
)
from adjudge.audit.columns import Extras
from adjudge.audit.redact import Redactor
from adjudge.audit.replies import ReplyTemplates
from adjudge.audit.spoken import reply_language
from adjudge.audit.told import Condition, Finding, Kept, Outcome, Override, Quote, Response
from adjudge.decide import Decision
from adjudge.decide.results import Action, Disagreement
from adjudge.decide.wording import Letter
from adjudge.model.policy import Consent
from adjudge.tickets.export import Row

_CASES = 20_000  # told cases that are kept for other tickets of the same facts


@dataclass(frozen=True, slots=True)
class Telling:
    """How findings are told: the language of the report, what is masked, and the site's replies.

    `language` None is the ruleset's first; replies go out in the ticket's own where there are
    texts in it.
    """

    language: str | None = None
    redactor: Redactor | None = None
    replies: ReplyTemplates | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket with its decision and how the audit sees it.

    `present` is the level at which it stands now, `contested` what kept it from being lowered,
    `language` the one it is counted under, None where nothing says it.
    """

    row: Row
    decision: Decision
    extras: Extras
    present: str | None
    outcome: Outcome
    override: Override | None = None
    contested: tuple[Disagreement, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """What tickets of the same facts that were filed alike share when they are told."""

    action: Action
    to: str | None
    consent: Consent | None
    summary: str
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    quotes: tuple[Quote, ...]
    nearest: str
    presumptions: tuple[str, ...]
    questions: tuple[str, ...]
    rests_on: Mapping[str, tuple[str, ...]]
    decided_by: tuple[str, ...]
    sources: tuple[str, ...]
    letter: Letter


class Teller:
    """Tells tickets; what those of the same facts share is worked out once."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._cases: dict[Hashable, _Case] = {}

    def tell(self, judged: Judged) -> Finding:
        """Return a judged ticket as a finding; all of it is masked where the telling says so."""
        ticket, decision, extras = judged.row.ticket, judged.decision, judged.extras
        redactor = self._telling.redactor
        if redactor is not None:
            ticket, decision = redactor.masked(ticket, decision)
            extras = _masked(extras, redactor)
        told = _in_language(decision, self._telling.language or decision.policy.languages[0])
        answer = _in_language(told, self._reply_language(judged))
        case = self._case(told, answer)
        reply = case.letter.to(answer.wording.ticket_words(answer, case.to))
        if judged.override is not None:
            settled = _by_override(told, case, judged.override)
            if (settled.action, settled.to) != (case.action, case.to):
                reply = ""
            case = settled
        created, words = ticket.created_at, told.wording
        return Finding(
            id=ticket.id,
            row=judged.row.row,
            organization=ticket.organization,
            requester=ticket.requester,
            product=extras.product,
            channel=extras.channel,
            language=judged.language,
            created_at=created.isoformat() if created else None,
            week=week_of(created),
            filed=decision.filed,
            filed_by_default=decision.filed_by_default,
            level=decision.level,
            possible=decision.possible,
            present=judged.present,
            verdict=decision.verdict,
            outcome=judged.outcome,
            action=case.action,
            to=case.to,
            consent=case.consent,
            summary=case.summary,
            reasons=case.reasons,
            conditions=case.conditions,
            quotes=case.quotes,
            subject=ticket.subject,
            description=ticket.description,
            nearest=case.nearest,
            presumptions=case.presumptions,
            questions=case.questions,
            disagreements=tuple(
                disagreement(each, words, judged.row.ticket, ticket)
                for each in (*told.disagreements, *judged.contested)
            ),
            rests_on=case.rests_on,
            decided_by=case.decided_by,
            sources=case.sources,
            response_before=response_of(told, decision.filed, extras.responded_at),
            response_after=response_of(told, case.to or decision.filed, extras.responded_at),
            reply=reply,
            override=judged.override,
        )

    def _case(self, told: Decision, answer: Decision) -> _Case:
        key = _alike(told, answer.language)
        case = self._cases.get(key) if key is not None else None
        if case is None:
            case = self._case_of(told, answer)
            if key is not None:
                if len(self._cases) >= _CASES:
                    self._cases.clear()
                self._cases[key] = case
        return case

    def _reply_language(self, judged: Judged) -> str:
        fallback = judged.decision.language or judged.decision.policy.languages[0]
        return reply_language(judged.language, fallback)

    def _case_of(self, told: Decision, answer: Decision) -> _Case:
        words, change = told.wording, told.recommendation
        conditions = tuple(conditions_of(told, words))
        reasons = reasons_of(told, words, conditions)
        return _Case(
            action=change.action,
            to=change.to,
            consent=change.consent,
            summary=summary_of(told, reasons),
            reasons=reasons,
            conditions=conditions,
            quotes=quotes_of(told, words),
            nearest=words.nearest(told),
            presumptions=presumptions_of(told, words),
            questions=tuple(each.question for each in told.questions),
            rests_on=rests_on(conditions),
            decided_by=told.decided_by,
            sources=sources_of(told),
            letter=self._letter(answer),
        )

    def _letter(self, answer: Decision) -> Letter:
        """Return the message to the customer, by the site's templates where it has some."""
        policy, words, change = answer.policy, answer.wording, answer.recommendation
        templates = None
        if self._telling.replies is not None:
            templates = self._telling.replies.of(policy.name, words.language.code, change.action)
        return words.letter(answer, change.action, change.to, change.consent, templates)


def _alike(told: Decision, reply_language: str | None) -> Hashable | None:
    """Return what tickets that share a case have in common, None where words are its own."""
    facts = told.facts
    if any(fact.origin == "text" for fact in facts.values()) or told.conflicts:
        return None
    return (
        told.ruleset_version,
        told.language,
        reply_language,
        told.filed,
        told.filed_by_default,
        tuple([(name, fact.value, fact.origin, fact.field) for name, fact in facts.items()]),
    )


def _in_language(decision: Decision, language: str) -> Decision:
    return decision if decision.language == language else decision.retold(language=language)


def _masked(extras: Extras, redactor: Redactor) -> Extras:
    product, channel = (each and redactor.text(each) for each in (extras.product, extras.channel))
    return replace(extras, product=product, channel=channel)


def week_of(moment: datetime | None) -> str | None:
    """Return the ISO week of a moment in its own zone, as `2026-W47`."""
    if moment is None:
        return None
    year, week, _ = moment.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _by_override(decision: Decision, case: _Case, override: Override) -> _Case:
    """Return a case as a site decided it itself; that needs nobody's agreement any more."""
    action: Action = "set"
    if decision.filed is not None:
        ranks = decision.policy.level_ids
        here, there = ranks.index(decision.filed), ranks.index(override.level)
        action = "keep" if here == there else "downgrade" if there > here else "upgrade"
    summary = _override_summary(decision, override, case.summary)
    return replace(case, action=action, to=override.level, consent=None, summary=summary)


def _override_summary(decision: Decision, override: Override, summary: str) -> str:
    phrase = decision.wording.phrase
    last = phrase("override.until", until=override.until) if override.until else ""
    said = phrase(
        "override.said", level=override.level, who=override.who, why=override.why, until=last
    )
    return f"{said} {phrase('override.policy', summary=summary)}"


def response_of(
    decision: Decision, level: str | None, responded_at: datetime | None
) -> Response | None:
    """Return the response that is promised at a level, and whether the first one kept it."""
    promised = decision.response_at(level) if level is not None else None
    if promised is None or level is None:
        return None
    outcome: Kept | None = None
    if promised.due is not None and responded_at is not None:
        outcome = "kept" if responded_at <= promised.due else "missed"
    due = promised.due.isoformat() if promised.due else None
    words = decision.wording.promise(promised)
    return Response(level, promised.within, promised.clock, words, due, outcome)
