"""A ticket as adjudge sees it, whatever system it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adjudge.findings import Finding, InputError, check_call, did_you_mean

FIELDS = (
    "id",
    "filed",
    "subject",
    "description",
    "created_at",
    "organization",
    "requester",
    "language",
    "facts",
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A support ticket.

    `filed` is the level as the customer filed it, in any spelling that the ruleset knows;
    `filed_rank` is how urgent the system that it comes from ranks that spelling (1 is the most
    urgent), for a spelling that the ruleset does not know and for bare numbers.
    `created_at` is aware of its zone. `facts` are stated facts as JSON has them (`true`/`false`
    for yes/no, lists for sets); they are checked against the ruleset when the ticket is decided.
    `fields` names the column or form field that each fact came from, where that is known. What is
    not of its type is an `InputError`.
    """

    id: str
    filed: str | None = None
    subject: str = ""
    description: str = ""
    created_at: datetime | None = None
    organization: str | None = None
    requester: str | None = None
    language: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    filed_rank: int | None = None

    def __post_init__(self) -> None:
        """Raise `InputError` for what is not of its type, with its name."""
        check_call(isinstance(self.id, str), "id", self.id, "a text")
        for name in ("subject", "description"):
            given = getattr(self, name)
            check_call(isinstance(given, str), name, given, "a text, if an empty one")
        for name in ("filed", "organization", "requester", "language"):
            given = getattr(self, name)
            check_call(given is None or isinstance(given, str), name, given, "a text or None")
        created = self.created_at
        at = created is None or isinstance(created, datetime)
        check_call(at, "created_at", created, "a `datetime` with its zone")
        rank = self.filed_rank
        check_call(rank is None or type(rank) is int, "filed_rank", rank, "a whole number")
        for name in ("facts", "fields"):
            given = getattr(self, name)
            check_call(isinstance(given, Mapping), name, given, "a mapping by the facts' names")

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Ticket:
        """Build a ticket from the native JSON form of the contract.

        Raises `InputError` with every problem: no id, an unknown field, a wrong type, an
        unreadable time.
        """
        check_call(isinstance(data, Mapping), "data", data, "fields by their names")
        findings: list[Finding] = []
        for name in sorted(data.keys() - set(FIELDS), key=str):
            message = f"a ticket has no field `{name}`"
            help = did_you_mean(name, FIELDS)
            findings.append(Finding("unknown-field", message, help=help))
        texts: dict[str, str | None] = {}
        for name in FIELDS:
            if name not in ("created_at", "facts"):
                texts[name] = _text(name, data.get(name), findings)
        if not (texts["id"] or "").strip():
            message = "the ticket has no `id`"
            help = "every ticket needs one, by which it is named in results"
            findings.append(Finding("no-id", message, help=help))
        facts = data.get("facts") or {}
        if not isinstance(facts, Mapping):
            message = "`facts` must be an object of fact names and values"
            findings.append(Finding("wrong-type", message))
            facts = {}
        created_at = _time(data.get("created_at"), findings)
        if findings:
            raise InputError(findings)
        return cls(
            id=texts["id"] or "",
            filed=texts["filed"],
            subject=texts["subject"] or "",
            description=texts["description"] or "",
            created_at=created_at,
            organization=texts["organization"],
            requester=texts["requester"],
            language=texts["language"],
            facts={name: value for name, value in facts.items() if value is not None},
        )


def _text(name: str, value: object, findings: list[Finding]) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and name in ("id", "filed"):
        return str(value)
    if isinstance(value, str):
        return value
    findings.append(Finding("wrong-type", f"`{name}` must be a text"))
    return None


def _time(value: object, findings: list[Finding]) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        message = f"`created_at` is `{value}`, which is no ISO 8601 time"
        findings.append(Finding("bad-time", message, help="for example 2026-11-20T09:12:00+01:00"))
        return None
    if moment.tzinfo is None:
        message = f"`created_at` is `{value}`, which has no time zone"
        findings.append(Finding("bad-time", message, help="add one, for example +01:00 or Z"))
        return None
    return moment
