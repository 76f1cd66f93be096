"""Collects the facts of a ticket: stated, then read from text, then derived, then presumed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from adjudge.decide.logic import truth
from adjudge.findings import Finding, did_you_mean
from adjudge.model.condition import Condition, Leaf
from adjudge.model.fact import Fact, Value, plain
from adjudge.model.policy import Policy, Text, Window
from adjudge.tickets.ticket import FIELDS

_PLAIN = (str, bool, int, float)

Origin = Literal["field", "text", "derived", "default"]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact that is known, and where it came from.

    `field`, `start`, `end` and `quote` place it in the ticket (a column for stated facts, words
    for facts of origin `text`); `because` and `source` justify what was derived or presumed.
    """

    value: Value
    origin: Origin
    field: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    because: Text | None = None
    source: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the fact as the contract's JSON has it, without empty entries."""
        entries: dict[str, object] = {"value": plain(self.value), "origin": self.origin}
        for name in ("field", "start", "end", "quote", "source"):
            value = getattr(self, name)
            if value is not None:
                entries[name] = value
        if self.because is not None:
            entries["because"] = str(self.because)
        return entries


def stated_facts(
    policy: Policy,
    raw: Mapping[str, object],
    fields: Mapping[str, str],
    findings: list[Finding],
) -> dict[str, KnownFact]:
    """Check stated facts against the policy's domains; null means that nothing was stated."""
    known: dict[str, KnownFact] = {}
    for name, value in raw.items():
        if value is None:
            continue
        fact = policy.facts.get(name)
        if fact is None:
            message = f"`{policy.name}` knows no fact `{name}`"
            help = _A_FIELD if name in FIELDS else did_you_mean(name, policy.facts)
            findings.append(Finding("unknown-fact", message, help=help))
            continue
        field = fields.get(name)
        if field is not None and not isinstance(field, str):
            message = f"the field of `{name}` is of the type `{type(field).__name__}`"
            help = "`fields` holds the name of a column or form field for each fact: a text"
            findings.append(Finding("bad-call", message, help=help))
            continue
        try:
            # What is made of parts need not be a key, and a few facts only take such.
            if isinstance(value, _PLAIN):
                known[name] = _stated(fact, value, field)
                continue
            value = _scalar(value)
            if value is not None:  # a null of Arrow states nothing, either
                known[name] = _stated.__wrapped__(fact, value, field)
        except ValueError as error:
            shown = _shown(value)
            message = f"`{shown}` is no value of `{name}`"
            near = did_you_mean(shown, fact.values) if fact.values else None
            findings.append(Finding("value-outside-domain", message, help=near or str(error)))
    return known


_A_FIELD = (
    "it is a field of a ticket: `adjudge.Ticket.from_dict(...)` makes one of fields and facts"
)


@lru_cache(maxsize=4096, typed=True)
def _stated(fact: Fact, value: object, field: str | None) -> KnownFact:
    """Return a stated fact; many tickets state the same."""
    return KnownFact(fact.normalise(value), "field", field)


def _scalar(value: object) -> object:
    """Return a value that is not Python's own, as rows of frames have it, as Python's own."""
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else value
    if getattr(value, "shape", None) == () and hasattr(value, "item"):  # a scalar of NumPy
        return value.item()
    if hasattr(value, "as_py") and hasattr(value, "type"):  # a scalar of Arrow
        return _scalar(value.as_py())
    return value


def _shown(value: object) -> str:
    try:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError:  # Python writes no number of more than some thousand digits
        return f"a {type(value).__name__} that is too long to be shown"
    return text if len(text) <= 60 else text[:57] + "..."


def add_windows(policy: Policy, known: dict[str, KnownFact], created_at: datetime | None) -> None:
    """Derive facts from the weekly windows that the ticket's time of creation falls into."""
    if created_at is None:
        return
    for window in policy.windows:
        if window.fact not in known and _is_inside(window, created_at):
            known[window.fact] = KnownFact(
                window.value,
                "derived",
                "created_at",
                because=window.because,
                source="; ".join(window.sources) or None,
            )


def _is_inside(window: Window, moment: datetime) -> bool:
    try:
        return _inside(window, moment)
    except OverflowError:  # there is no week before the first year, nor one behind the last
        return False


def _inside(window: Window, moment: datetime) -> bool:
    zone = moment.tzinfo if window.zone == "customer" else ZoneInfo(window.zone)
    local = moment.astimezone(zone)
    start = local.replace(
        hour=window.starts.hour, minute=window.starts.minute, second=0, microsecond=0
    )
    start -= timedelta(days=(local.weekday() - window.weekday) % 7)
    # A window that began last week can still be open.
    return any(begin <= local < begin + window.duration for begin in (start, start - _WEEK))


_WEEK = timedelta(days=7)


def add_derived(policy: Policy, known: dict[str, KnownFact]) -> None:
    """Add what follows from the laws between facts, until nothing more follows."""
    again = True
    while again:
        again = False
        for law in policy.derivations:
            if law.fact not in known and holds(law.when, known) is True:
                known[law.fact] = KnownFact(law.value, "derived", because=law.because)
                again = True


def presumed_facts(policy: Policy) -> dict[str, KnownFact]:
    """Return the policy's presumptions as facts, ready to be added to any ticket's."""
    return {
        name: KnownFact(
            each.value,
            "default",
            because=each.because,
            source="; ".join(each.sources) or None,
        )
        for name, each in policy.presumed.items()
    }


def add_presumed(
    presumed: Mapping[str, KnownFact], known: dict[str, KnownFact], contested: Container[str]
) -> tuple[str, ...]:
    """Add presumptions for facts that are still unknown; return their names.

    What is presumed stands for silence: on facts that are `contested`, something was said.
    """
    added = tuple([name for name in presumed if name not in known and name not in contested])
    for name in added:
        known[name] = presumed[name]
    return added


def holds(condition: Condition, known: Mapping[str, KnownFact]) -> bool | None:
    """Evaluate a condition on the facts that are known; None is unknown."""

    def leaf(test: Leaf) -> bool | None:
        fact = known.get(test.fact)
        return None if fact is None else test.holds(fact.value)

    return truth(condition, leaf)
