"""A policy: one version of a vendor's rules, read, checked, and ready to be compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from typing import Literal

from adjudge.model.condition import ALWAYS, Condition
from adjudge.model.fact import Fact, Value
from adjudge.model.language import primary
from adjudge.source import Span

RuleKind = Literal["criterion", "floor", "cap", "residual", "indicator", "entitlement", "response"]
Clock = Literal["around_the_clock", "business_hours", "business_days"]
Consent = Literal["vendor_decides", "customer_agrees", "ask_customer"]
Direction = Literal["downgrade", "upgrade", "set"]

ANY_LANGUAGE = "any"
"""Stands for every language, where names are the same in all: `PuppetDB`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in one or more languages, by two-letter code; the first one is the default."""

    by_language: dict[str, str]

    def in_language(self, language: str | None) -> str:
        """Return the sentence in `language`, or in the text's first language."""
        if language in self.by_language:
            return self.by_language[language]
        return next(iter(self.by_language.values()), "")

    def __str__(self) -> str:
        return self.in_language(None)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of urgency; `also` lists other spellings under which tickets are filed."""

    id: str
    name: Text
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a published document, what it says in our words, and who carries it.

    `lines` names its sentences in the document's text as `LINE` or `LINE.SENTENCE`, from 1.
    `informative` says why no rule has to carry the passage, where none has to.
    """

    id: str
    document: str
    section: str
    gist: str
    lines: tuple[str, ...] = ()
    informative: str | None = None

    def cite(self) -> str:
        """Return the citation as the trail shows it."""
        return f"{self.document}, {self.section}" if self.section else self.document


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition, what follows from it, and why.

    `level` is the level that a criterion or a residual gives, that a floor raises to or a cap
    lowers to, that an indicator supports, and (for a response) the level promised for; None
    where a rule is about no level. `interpretation` is the reading taken where the text is silent
    or ambiguous.
    """

    id: str
    kind: RuleKind
    when: Condition
    because: Text
    level: str | None = None
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    interpretation: Text | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Promise:
    """A response time for some levels; `within` None says that no time is promised.

    `within` is an ISO 8601 duration; `calendar` names the calendar of a business clock.
    """

    rule: Rule
    levels: tuple[str, ...]
    within: str | None
    clock: Clock | None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: days (Monday is 0), hours, zone and days off.

    `zone` is an IANA name, or `customer` for the UTC offset in which the ticket was created.
    `closes` of midnight (00:00) means the end of the day. `holidays` are dates as `YYYY-MM-DD`,
    or `MM-DD` for every year; `country` (ISO 3166) adds that country's public holidays.
    """

    id: str
    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: time = time(9)
    closes: time = time(17)
    holidays: tuple[str, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly window; a ticket created in it gets `fact` = `value` as derived."""

    id: str
    fact: str
    value: Value
    weekday: int
    starts: time
    duration: timedelta
    zone: str
    because: Text
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    interpretation: Text | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A law between facts: where `when` holds, `fact` has `value`; anything else contradicts."""

    id: str
    when: Condition
    fact: str
    value: Value
    because: Text


@dataclass(frozen=True, slots=True)
class Presumption:
    """What is taken for a fact that nothing states, and why."""

    fact: str
    value: Value
    because: Text | None = None
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    interpretation: Text | None = None


@dataclass(frozen=True, slots=True)
class Reclassification:
    """Whose agreement a change in one direction needs; None where the policy is silent."""

    consent: Consent | None
    because: Text | None = None
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    interpretation: Text | None = None


@dataclass(frozen=True, slots=True)
class DefaultLevel:
    """The level that a ticket has under which nobody filed anything."""

    level: str
    because: Text
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    interpretation: Text | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A documented choice that whoever loads the ruleset may make."""

    id: str
    choices: tuple[str, ...]
    default: str
    description: str


@dataclass(frozen=True)
class Policy:
    """One version of a ruleset. Everything in it is valid: names resolve, values are in domain.

    `replies` are templates of messages by language and action, before those of the language.
    `functions` names the product's parts by how much rests on them: rank (a value of
    `affected_function`), then language (or `ANY_LANGUAGE`), then names as customers write them; a
    final `*` stands for any ending.
    """

    name: str
    version: str
    title: str
    vendor: str
    languages: tuple[str, ...]
    levels: tuple[Level, ...]
    facts: dict[str, Fact]
    criteria: tuple[Rule, ...]
    residual: Rule
    floors: tuple[Rule, ...] = ()
    caps: tuple[Rule, ...] = ()
    indicators: tuple[Rule, ...] = ()
    entitlement: Rule | None = None
    promises: tuple[Promise, ...] = ()
    calendars: dict[str, Calendar] = field(default_factory=dict)
    presumed: dict[str, Presumption] = field(default_factory=dict)
    derivations: tuple[Derivation, ...] = ()
    windows: tuple[Window, ...] = ()
    reclassification: dict[Direction, Reclassification] = field(default_factory=dict)
    default_level: DefaultLevel | None = None
    questions: dict[str, Text] = field(default_factory=dict)
    functions: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    replies: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    options: tuple[Option, ...] = ()
    chosen: dict[str, str] = field(default_factory=dict)
    effective_from: date | None = None
    description: str = ""
    digest: str = ""

    @cached_property
    def level_ids(self) -> tuple[str, ...]:
        """The ids of the levels, most urgent first."""
        return tuple(level.id for level in self.levels)

    @cached_property
    def rank(self) -> dict[str, int]:
        """The number of each level, from 0 for the most urgent."""
        return {level: number for number, level in enumerate(self.level_ids)}

    def spoken(self, language: str | None) -> str | None:
        """Return which of its languages a tag names, with a region or not (`sv-SE`), or None."""
        code = primary(language)
        return code if code in self.languages else None

    @cached_property
    def deciding_rules(self) -> tuple[Rule, ...]:
        """The rules on which the level depends: criteria, residual, floors, caps, in order."""
        return (*self.criteria, self.residual, *self.floors, *self.caps)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule with a condition that the trail can show, in the order of the trail."""
        rank = {level: index for index, level in enumerate(self.level_ids)}
        ladder = sorted((*self.criteria, self.residual), key=lambda rule: rank[str(rule.level)])
        entitlement = (self.entitlement,) if self.entitlement else ()
        promises = tuple(promise.rule for promise in self.promises)
        return (
            *ladder,
            *self.floors,
            *self.caps,
            *self.indicators,
            *entitlement,
            *promises,
        )

    def level(self, level_id: str) -> Level:
        """Return the level with that id; `KeyError` where there is none."""
        for level in self.levels:
            if level.id == level_id:
                return level
        raise KeyError(level_id)


def residual_rule(
    rule_id: str,
    level: str,
    because: Text,
    sources: tuple[str, ...] = (),
    passages: tuple[str, ...] = (),
    interpretation: Text | None = None,
    span: Span | None = None,
) -> Rule:
    """Build the rule that holds where no criterion does."""
    return Rule(
        rule_id, "residual", ALWAYS, because, level, sources, passages, interpretation, span
    )
