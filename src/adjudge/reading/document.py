"""The shape of a ruleset document: which keys there are, and what stands under them.

These models check structure only (and are the source of the JSON schema for editors); names are
resolved, and conditions read, in `adjudge.reading.policy`. Conditions stay `Any` here because
their keys are the names of facts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from adjudge.model.policy import Clock, Consent


def _text(value: object) -> object:
    # The empty key stands for the ruleset's first language, which is not known yet.
    return {"": value} if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


TextDoc = Annotated[
    dict[str, str], BeforeValidator(_text, json_schema_input_type=str | dict[str, str])
]
Names = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
_ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_FACT = r"^[a-z][a-z0-9_]*$"
_TIME = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
FORMS = {
    _ID: "an id is letters of the English alphabet, digits, `.`, `_` and `-`, and begins with a "
    "letter or a digit",
    _FACT: "the name of a fact is small letters of the English alphabet, digits and `_`, and "
    "begins with a letter",
    _TIME: 'a time of day is `"HH:MM"`, from "00:00" to "24:00"',
}
"""The forms that texts must have, in words."""

Identifier = Annotated[str, Field(pattern=_ID, max_length=80)]
FactName = Annotated[str, Field(pattern=_FACT, max_length=60)]
TimeOfDay = Annotated[str, Field(pattern=_TIME)]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Document(BaseModel):
    """Base of every part of a ruleset document: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid")


class Cited(Document):
    """What a statement rests on: `source` names passages, or says document and section."""

    because: TextDoc
    source: Names = []
    interpretation: TextDoc | None = None


class LevelDoc(Document):
    id: Identifier
    name: TextDoc
    also: Names = []


class FactDoc(Document):
    """A fact of the ruleset's own, or the values of `support_plan` or `customer_type`."""

    kind: Literal["one_of", "yes_no", "number", "words"] = "one_of"
    values: list[str] | dict[str, str] = []
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""
    question: TextDoc | None = None


class RuleDoc(Cited):
    id: Identifier
    level: str
    when: Any


class ResidualDoc(Cited):
    id: Identifier = "anything-else"
    level: str


class EntitlementDoc(Cited):
    id: Identifier = "entitlement"
    when: Any


class ResponseDoc(Cited):
    """A promised response time; without `within`, a statement that no time is promised."""

    id: Identifier
    level: Names = []
    when: Any = None
    within: str | None = None
    clock: Clock | None = None
    calendar: str | None = None


class HoursDoc(Document):
    opens: TimeOfDay
    closes: TimeOfDay


class CalendarDoc(Document):
    zone: str
    days: list[Day] = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    hours: HoursDoc = HoursDoc(opens="09:00", closes="17:00")
    holidays: list[str] = []
    country: str | None = None
    description: str = ""


class PresumeDoc(Document):
    value: Any
    because: TextDoc | None = None
    source: Names = []
    interpretation: TextDoc | None = None


class DeriveDoc(Document):
    id: Identifier
    when: Any
    fact: FactName
    value: Any
    because: TextDoc


class WindowDoc(Cited):
    id: Identifier
    weekday: Day
    starts: TimeOfDay
    duration: str
    zone: str
    fact: FactName = "scheduled_maintenance"
    value: Any = True


class ChangeDoc(Document):
    consent: Consent | None
    because: TextDoc | None = None
    source: Names = []
    interpretation: TextDoc | None = None


class ReclassificationDoc(Document):
    downgrade: ChangeDoc | None = None
    upgrade: ChangeDoc | None = None
    set: ChangeDoc | None = None


class DefaultLevelDoc(Cited):
    level: str


class MatrixDoc(Cited):
    """Two facts span a table of levels; each cell becomes a criterion `ID.ROW.COLUMN`."""

    id: Identifier
    rows: FactName
    columns: FactName
    levels: dict[str, dict[str, str]]


class OptionDoc(Document):
    choices: list[str] = Field(min_length=1)
    default: str
    description: str


class PassageDoc(Document):
    id: Identifier
    document: Identifier
    section: str = ""
    lines: list[str] = []
    gist: str
    informative: str | None = None


ReplyAction = Literal["downgrade", "upgrade", "ask", "keep", "set"]


class RulesetDoc(Document):
    """One version of a ruleset."""

    ruleset: Identifier
    version: str
    effective_from: str | None = None
    title: str
    vendor: str = ""
    description: str = ""
    languages: list[str] = Field(default=["en"], min_length=1)
    documents: dict[str, str] = {}
    options: dict[str, OptionDoc] = {}
    levels: list[LevelDoc] = Field(min_length=1, max_length=16)
    facts: dict[FactName, FactDoc] = {}
    questions: dict[FactName, TextDoc] = {}
    functions: dict[str, dict[str, Names]] = {}
    replies: dict[str, dict[ReplyAction, Names]] = {}
    presume: dict[FactName, PresumeDoc | None] = {}
    derive: list[DeriveDoc] = []
    definitions: dict[Identifier, Any] = {}
    criteria: list[RuleDoc] = []
    matrices: list[MatrixDoc] = []
    residual: ResidualDoc
    floors: list[RuleDoc] = []
    caps: list[RuleDoc] = []
    indicators: list[RuleDoc] = []
    entitlement: EntitlementDoc | None = None
    responses: list[ResponseDoc] = []
    calendars: dict[Identifier, CalendarDoc] = {}
    reclassification: ReclassificationDoc = ReclassificationDoc()
    default_level: DefaultLevelDoc | None = None
    maintenance: list[WindowDoc] = []
    passages: list[PassageDoc] = []
