"""What decides a ticket, as an audit tells it: conditions, reasons, quotes, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adjudge.audit.told import Condition, Quote
from adjudge.decide import Decision
from adjudge.decide.facts import KnownFact
from adjudge.decide.results import Disagreement
from adjudge.decide.trail import FALSE, TRUE, UNKNOWN, TrailEntry
from adjudge.decide.wording import Wording
from adjudge.model.fact import plain
from adjudge.tickets.ticket import Ticket

_LADDER = ("criterion", "residual", "floor", "cap")


def relevant(decision: Decision) -> Iterator[TrailEntry]:
    """Yield the rules that explain the verdict: those that decide, and the filed level's own.

    Of a ticket filed too low the filed level's own rules say nothing.
    """
    asks = decision.verdict in ("overfiled", "unproven")
    decided_by = decision.decided_by
    for entry in decision.trail:
        decides = entry.rule in decided_by
        at_filed = asks and entry.level == decision.filed and entry.kind == "criterion"
        is_open = entry.outcome == UNKNOWN and entry.kind in _LADDER
        if decides or (at_filed and entry.outcome != TRUE) or is_open:
            yield entry


def conditions_of(decision: Decision, words: Wording) -> Iterator[Condition]:
    """Yield the conditions on which the outcomes of the relevant rules rest."""
    for entry in relevant(decision):
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


def rests_on(conditions: tuple[Condition, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the facts that decide, by where each came from."""
    by_origin: dict[str, dict[str, None]] = {}
    for each in conditions:
        if each.origin is not None and each.outcome in (TRUE, FALSE):
            by_origin.setdefault(each.origin, {})[each.fact] = None
    return {origin: tuple(facts) for origin, facts in sorted(by_origin.items())}


def reasons_of(
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


def summary_of(decision: Decision, reasons: tuple[str, ...]) -> str:
    """Return the decision in a few sentences; what lowers an open one is in none of its rules."""
    summary = decision.recommendation.summary
    if decision.verdict == "overfiled" and len(decision.possible) > 1 and reasons:
        return f"{summary} {' '.join(f'{each[:1].upper()}{each[1:]}.' for each in reasons)}"
    return summary


def sources_of(decision: Decision) -> tuple[str, ...]:
    """Return the places of the policy on which the deciding rules rest."""
    wanted = (entry.source for entry in decision.trail if entry.rule in decision.decided_by)
    return tuple(dict.fromkeys(each for each in wanted if each))


def quotes_of(decision: Decision, words: Wording) -> tuple[Quote, ...]:
    """Return the words of the ticket that state facts, in their order."""
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


def presumptions_of(decision: Decision, words: Wording) -> tuple[str, ...]:
    """Return in words what was presumed and makes a difference."""
    return tuple(
        f"{words.label(name)}: {words.value(name, plain(decision.facts[name].value))}"
        for name in decision.presumptions
    )


def disagreement(each: Disagreement, words: Wording, own: Ticket, told: Ticket) -> str:
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
