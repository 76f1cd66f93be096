"""A ticket as adjudge sees it, whatever system it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import NoneType

from adjudge.findings import Finding, InputError, check_call, did_you_mean
from adjudge.tickets.rows import cut

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
_TEXT_OR_NONE = (str, NoneType)
_TIME_OR_NONE = (datetime, NoneType)
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("id", "subject", "description"), ((str,), "a text, if an empty one")),
    **dict.fromkeys(
        ("filed", "organization", "requester", "language"), (_TEXT_OR_NONE, "a text or None")
    ),
    "created_at": (_TIME_OR_NONE, "a `datetime` with its zone"),
    "filed_rank": ((int, NoneType), "a whole number"),
    **dict.fromkeys(("facts", "fields"), ((Mapping,), "a mapping by the facts' names")),
}


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
        # One look at what nearly every ticket is: there may be millions.
        if not (
            type(self.id) is type(self.subject) is type(self.description) is str
            and type(self.facts) is type(self.fields) is dict
            and type(self.filed) in _TEXT_OR_NONE
            and type(self.organization) in _TEXT_OR_NONE
            and type(self.requester) in _TEXT_OR_NONE
            and type(self.language) in _TEXT_OR_NONE
            and type(self.created_at) in _TIME_OR_NONE
            and self.filed_rank is None
        ):
            self._check()

    def _check(self) -> None:
        for name, (kinds, expected) in _KINDS.items():
            given = getattr(self, name)
            right = isinstance(given, kinds) and not isinstance(given, bool)
            check_call(right, name, given, expected)
        if self.filed_rank is not None and self.filed_rank < 1:
            message = f"`filed_rank` is {self.filed_rank}, and there is no such rank"
            help = "ranks are counted from 1, the most urgent"
            raise InputError.of("bad-call", message, help=help)

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
        given = data.get("id")
        if given is None or (isinstance(given, str) and not given.strip()):
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
        try:
            return str(value)
        except ValueError:  # Python writes no number of more than some thousand digits
            findings.append(Finding("wrong-type", f"`{name}` is too long a number"))
            return None
    if isinstance(value, str):
        return value
    findings.append(Finding("wrong-type", f"`{name}` must be a text"))
    return None


def _time(value: object, findings: list[Finding]) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str | datetime):
        message = f"`created_at` is of the type `{type(value).__name__}`, and no time"
        help = "give it in ISO 8601, for example 2026-11-20T09:12:00+01:00, or as a `datetime`"
        findings.append(Finding("bad-time", message, help=help))
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        message = f"`created_at` is `{cut(str(value))}`, which is no ISO 8601 time"
        findings.append(Finding("bad-time", message, help="for example 2026-11-20T09:12:00+01:00"))
        return None
    if moment.tzinfo is None:
        message = f"`created_at` is `{value}`, which has no time zone"
        findings.append(Finding("bad-time", message, help="add one, for example +01:00 or Z"))
        return None
    return moment
