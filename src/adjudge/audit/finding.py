"""Tells a decided ticket as a finding: the conditions that decide, the quotes, the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adjudge.audit.columns import Extras
from adjudge.audit.model import Condition, Finding, Kept, Outcome, Override, Quote, Response
from adjudge.audit.redact import Redactor
from adjudge.audit.replies import ReplyTemplates
from adjudge.audit.spoken import reply_language
from adjudge.decide import Decision
from adjudge.decide.facts import KnownFact
from adjudge.decide.results import Action, Disagreement
from adjudge.decide.trail import FALSE, TRUE, UNKNOWN, TrailEntry
from adjudge.decide.wording import Wording
from adjudge.model.fact import plain
from adjudge.tickets.export import Row
from adjudge.tickets.ticket import Ticket

_LADDER = ("criterion", "residual", "floor", "cap")


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
    `language` the one it is written in.
    """

    row: Row
    decision: Decision
    extras: Extras
    present: str | None
    outcome: Outcome
    override: Override | None = None
    contested: tuple[Disagreement, ...] = ()
    language: str | None = None


def tell(judged: Judged, telling: Telling) -> Finding:
    """Return a judged ticket as a finding; everything in it is masked where `telling` says so."""
    ticket, decision, extras = judged.row.ticket, judged.decision, judged.extras
    if telling.redactor is not None:
        ticket, decision = telling.redactor.masked(ticket, decision)
        extras = _masked(extras, telling.redactor)
    report = telling.language or decision.policy.languages[0]
    told = decision if decision.language == report else decision.retold(language=report)
    words = told.wording
    change = told.recommendation
    action: Action = change.action
    to, consent = change.to, change.consent
    conditions = tuple(_conditions(told, words))
    reasons = _reasons(told, words, conditions)
    summary, reply = _summary(told, reasons), _reply(told, judged, telling)
    if judged.override is not None:
        action, to, consent = _by_override(decision, judged.override.level)
        summary = _override_summary(told, judged.override, summary)
        reply = reply if to == change.to and action == change.action else ""
    created = ticket.created_at
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
        action=action,
        to=to,
        consent=consent,
        summary=summary,
        reasons=reasons,
        conditions=conditions,
        quotes=_quotes(told, words),
        subject=ticket.subject,
        description=ticket.description,
        nearest=words.nearest(told),
        presumptions=_presumptions(told, words),
        questions=tuple(each.question for each in told.questions),
        disagreements=tuple(
            _disagreement(each, words, judged.row.ticket, ticket)
            for each in (*told.disagreements, *judged.contested)
        ),
        rests_on=_rests_on(conditions),
        decided_by=told.decided_by,
        sources=_sources(told),
        response_before=_response(told, decision.filed, extras.responded_at),
        response_after=_response(told, to or decision.filed, extras.responded_at),
        reply=reply,
        override=judged.override,
    )


def _masked(extras: Extras, redactor: Redactor) -> Extras:
    product, channel = (each and redactor.text(each) for each in (extras.product, extras.channel))
    return replace(extras, product=product, channel=channel)


def week_of(moment: datetime | None) -> str | None:
    """Return the ISO week of a moment in its own zone, as `2026-W47`."""
    if moment is None:
        return None
    year, week, _ = moment.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _reply(told: Decision, judged: Judged, telling: Telling) -> str:
    """Return the message to the customer; `told` is the decision in the report's language."""
    policy = told.policy
    fallback = judged.decision.language or policy.languages[0]
    language = reply_language(judged.language, fallback)
    if language != told.language:
        told = told.retold(language=language)
    change = told.recommendation
    if telling.replies is None:
        return change.reply
    templates = telling.replies.of(policy.name, language, change.action)
    if templates is None:
        return change.reply
    return told.wording.reply(told, change.action, change.to, change.consent, templates)


def _by_override(decision: Decision, level: str) -> tuple[Action, str, None]:
    """Return what a site's own decision asks for; it needs nobody's agreement any more."""
    if decision.filed is None:
        return "set", level, None
    ranks = decision.policy.level_ids
    here, there = ranks.index(decision.filed), ranks.index(level)
    if here == there:
        return "keep", level, None
    return "downgrade" if there > here else "upgrade", level, None


def _override_summary(decision: Decision, override: Override, summary: str) -> str:
    phrase = decision.wording.phrase
    last = phrase("override.until", until=override.until) if override.until else ""
    said = phrase(
        "override.said", level=override.level, who=override.who, why=override.why, until=last
    )
    return f"{said} {phrase('override.policy', summary=summary)}"


# -- what decides


def _relevant(decision: Decision) -> Iterator[TrailEntry]:
    """Yield the rules that explain the verdict: those that decide, and the filed level's own.

    Of a ticket filed too low the filed level's own rules say nothing.
    """
    asks = decision.verdict in ("overfiled", "unproven")
    for entry in decision.trail:
        decides = entry.rule in decision.decided_by
        at_filed = asks and entry.level == decision.filed and entry.kind == "criterion"
        is_open = entry.outcome == UNKNOWN and entry.kind in _LADDER
        if decides or (at_filed and entry.outcome != TRUE) or is_open:
            yield entry


def _conditions(decision: Decision, words: Wording) -> Iterator[Condition]:
    for entry in _relevant(decision):
        for tested in entry.conditions:
            if not tested.decisive:
                continue
            fact = decision.facts.get(tested.fact)
            known = tested.outcome != UNKNOWN and fact is not None
            yield Condition(
                rule=entry.rule,
                level=entry.level,
                fact=tested.fact,
                label=words.label(tested.fact),
                expected=tested.expected,
                expected_label=words.expected(tested.fact, tested.expected),
                actual=tested.actual,
                actual_label=words.value(tested.fact, tested.actual) if known else "",
                outcome=tested.outcome,
                origin=tested.origin,
                quote=fact.quote if fact is not None else None,
                column=_column(fact),
            )


def _column(fact: KnownFact | None) -> str | None:
    return fact.field if fact is not None and fact.origin == "field" else None


def _rests_on(conditions: tuple[Condition, ...]) -> Mapping[str, tuple[str, ...]]:
    by_origin: dict[str, dict[str, None]] = {}
    for each in conditions:
        if each.origin is not None and each.outcome in (TRUE, FALSE):
            by_origin.setdefault(each.origin, {})[each.fact] = None
    return {origin: tuple(facts) for origin, facts in sorted(by_origin.items())}


def _reasons(
    decision: Decision, words: Wording, conditions: tuple[Condition, ...]
) -> tuple[str, ...]:
    """Return why: what the filed level takes and is not there, and the rules that decide.

    Where several levels remain, no rule decides yet: then what is not there says it all.
    """
    lacking = [
        words.phrase(
            "failed" if each.outcome == FALSE else "not_known",
            label=each.label,
            actual=each.actual_label,
            level=each.level,
            expected=each.expected_label,
        )
        for each in conditions
        if each.level == decision.filed and each.outcome != TRUE
    ]
    deciding: list[str] = []
    if len(decision.possible) == 1:
        wanted = (entry for entry in decision.trail if entry.rule in decision.decided_by)
        deciding = [entry.because.strip() for entry in wanted]
    return tuple(dict.fromkeys([*deciding, *lacking]))


def _summary(decision: Decision, reasons: tuple[str, ...]) -> str:
    """Return the decision in a few sentences; what lowers an open one is in none of its rules."""
    summary = decision.recommendation.summary
    if decision.verdict == "overfiled" and len(decision.possible) > 1 and reasons:
        return f"{summary} {' '.join(f'{each[:1].upper()}{each[1:]}.' for each in reasons)}"
    return summary


def _sources(decision: Decision) -> tuple[str, ...]:
    wanted = (entry.source for entry in decision.trail if entry.rule in decision.decided_by)
    return tuple(dict.fromkeys(each for each in wanted if each))


def _quotes(decision: Decision, words: Wording) -> tuple[Quote, ...]:
    found = [
        Quote(
            name,
            plain(fact.value),
            fact.field,
            fact.start,
            fact.end,
            words.label(name),
            words.value(name, plain(fact.value)),
        )
        for name, fact in decision.facts.items()
        if fact.origin == "text"
        and fact.field is not None
        and fact.start is not None
        and fact.end is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.field, each.start, each.end, each.fact)))


def _presumptions(decision: Decision, words: Wording) -> tuple[str, ...]:
    return tuple(
        f"{words.label(name)}: {words.value(name, plain(decision.facts[name].value))}"
        for name in decision.presumptions
    )


def _disagreement(each: Disagreement, words: Wording, own: Ticket, told: Ticket) -> str:
    """Return a disagreement in words; the quote is that of the ticket as it is told."""
    start = str(getattr(own, each.field, "")).find(each.quote)
    quote = str(getattr(told, each.field, ""))[start : start + len(each.quote)]
    return words.phrase(
        "disagreement",
        label=words.label(each.fact),
        stated=words.value(each.fact, each.stated),
        read=words.value(each.fact, each.read),
        quote=" ".join((quote if start >= 0 else "…").split()),
    )


# -- responses


def _response(
    decision: Decision, level: str | None, responded_at: datetime | None
) -> Response | None:
    promised = decision.response_at(level) if level is not None else None
    if promised is None or level is None:
        return None
    outcome: Kept | None = None
    if promised.due is not None and responded_at is not None:
        outcome = "kept" if responded_at <= promised.due else "missed"
    due = promised.due.isoformat() if promised.due else None
    words = decision.wording.promise(promised)
    return Response(level, promised.within, promised.clock, words, due, outcome)
