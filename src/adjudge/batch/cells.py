"""The columns of results, and what stands in them for a decision."""

from __future__ import annotations

from adjudge.decide import Decision

DUE = "response_due"
COLUMNS = (
    "filed",
    "level",
    "possible",
    "verdict",
    "action",
    "to",
    "consent",
    "entitled",
    "response_within",
    "response_clock",
    "response_due",
    "decided_by",
    "why",
    "ask",
    "ruleset",
)
"""The columns of results, in their order; `response_due` is each ticket's own."""

_ENTITLED = {True: "true", False: "false", None: ""}


def cells_of(decision: Decision) -> tuple[str, ...]:
    """Return the values of `COLUMNS` but for the due time; what is unknown is empty."""
    recommendation, promise = decision.recommendation, decision.promise
    return (
        decision.filed or "",
        decision.level,
        " ".join(decision.possible),
        decision.verdict,
        recommendation.action,
        recommendation.to or "",
        recommendation.consent or "",
        _ENTITLED[decision.entitled],
        (promise.within or "") if promise else "",
        (promise.clock or "") if promise else "",
        " ".join(decision.decided_by),
        recommendation.summary,
        " ".join(question.question for question in decision.questions[:3]),
        f"{decision.ruleset} {decision.ruleset_version}",
    )
