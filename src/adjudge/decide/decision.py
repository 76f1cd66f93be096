"""A decision: the level, and everything that justifies it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NoReturn

from adjudge.decide import clock
from adjudge.decide.ask import Change
from adjudge.decide.compiled import Answer, CompiledPolicy
from adjudge.decide.facts import KnownFact
from adjudge.decide.results import (
    Action,
    Circumstances,
    Disagreement,
    FiledAs,
    Question,
    Recommendation,
    Response,
    Verdict,
    evidence_dict,
)
from adjudge.decide.trail import TrailEntry, build_trail
from adjudge.decide.wording import Wording, wording
from adjudge.evidence import Evidence
from adjudge.findings import InputError, check_call
from adjudge.model.axes import Case
from adjudge.model.fact import plain
from adjudge.model.policy import Consent, Direction, Passage, Policy, Promise

_ACTIONS: dict[Verdict, Action] = {
    "confirmed": "keep",
    "overfiled": "downgrade",
    "underfiled": "upgrade",
    "unproven": "ask",
    "unfiled": "set",
}


_OF_THE_FACTS = ("entitled", "presumptions", "questions")
_OF_THE_LEVEL = ("decided_by", "promise", "response")


@dataclass(frozen=True, slots=True)
class Packed:
    """A decision fit for travelling to another process; `Ruleset.unpacked` makes it one again."""

    version: str
    case: Case
    circumstances: Circumstances


class Decision:
    """A decided ticket. Cheap to make: everything beyond the verdict is worked out when read.

    Attributes: `id` (None for bare facts), `ruleset`, `ruleset_version`, `filed`, `level`,
    `possible` (most urgent first), `verdict`, `facts` (every known fact with its origin).
    """

    def __init__(
        self, compiled: CompiledPolicy, answer: Answer, circumstances: Circumstances
    ) -> None:
        self._compiled = compiled
        self._answer = answer
        self._circumstances = circumstances
        ids = compiled.level_ids
        self.id = circumstances.ticket_id
        self.filed = circumstances.filed
        self.possible: tuple[str, ...] = tuple([ids[number] for number in answer.possible])
        self.level: str = self._choose_level()
        self.verdict: Verdict = self._judge()

    def __repr__(self) -> str:
        return f"<Decision {self.ruleset} {self.level} {self.verdict} possible={self.possible}>"

    def __copy__(self) -> Decision:
        return self

    def __deepcopy__(self, memo: object) -> Decision:
        return self  # nobody can change it

    def __reduce__(self) -> NoReturn:
        message = "a decision cannot be sent to another process: it holds the ruleset that made it"
        help = "send what you need of it, such as `to_dict()`"
        raise InputError.of("bad-call", message, help=help)

    def packed(self) -> Packed:
        """Return the decision without the policy that it was decided by."""
        return Packed(self.policy.version, self._answer.case, self._circumstances)

    def retold(
        self, *, language: str | None = None, facts: Mapping[str, KnownFact] | None = None
    ) -> Decision:
        """Return the same decision told in another language, or with other quotes of its facts.

        Nothing is decided anew: `facts` are those of this decision, with words masked or cut.
        """
        circumstances = replace(
            self._circumstances,
            language=language or self._circumstances.language,
            known=self._circumstances.known if facts is None else facts,
        )
        return Decision(self._compiled, self._answer, circumstances)

    @property
    def policy(self) -> Policy:
        """The version of the ruleset that decided."""
        return self._compiled.policy

    @property
    def ruleset(self) -> str:
        """The name of the ruleset."""
        return self._compiled.policy.name

    @property
    def ruleset_version(self) -> str:
        """The version of the ruleset, in force when the ticket was created."""
        return self._compiled.policy.version

    @property
    def facts(self) -> Mapping[str, KnownFact]:
        """Every fact that is known, by name, with its value and origin."""
        return self._circumstances.known

    @property
    def language(self) -> str | None:
        """The language in which texts are given; None is the ruleset's first one."""
        return self._circumstances.language

    @property
    def wording(self) -> Wording:
        """The sentences about this decision, in its language."""
        return wording(self._circumstances.language or self.policy.languages[0])

    def filed_under(self, level: str | None, *, by_default: bool = False) -> Decision:
        """Return the decision on the same facts, had the ticket been filed under another level.

        What does not depend on the filed level is not worked out again. Raises `InputError` where
        the ruleset has no such level.
        """
        if level is not None:
            self._number(level)
        circumstances = replace(
            self._circumstances, filed=level, filed_by_default=by_default, filed_as=None
        )
        other = Decision(self._compiled, self._answer, circumstances)
        shared = _OF_THE_FACTS if other.level != self.level else (*_OF_THE_FACTS, *_OF_THE_LEVEL)
        vars(other).update((name, vars(self)[name]) for name in shared if name in vars(self))
        return other

    def _choose_level(self) -> str:
        mode = self._circumstances.when_uncertain
        if mode == "cautious":
            return self.possible[0]
        if mode == "filed" and self.filed in self.possible:
            return str(self.filed)
        return self.possible[-1]

    def _judge(self) -> Verdict:
        if self.filed is None:
            return "unfiled"
        filed = self._compiled.rank[self.filed]
        numbers = self._answer.possible
        if numbers == (filed,):
            return "confirmed"
        if numbers[0] > filed:
            return "overfiled"
        return "underfiled" if numbers[-1] < filed else "unproven"

    @cached_property
    def entitled(self) -> bool | None:
        """Whether the policy entitles the ticket to support; None is unknown."""
        return self._compiled.entitled(self._answer.case)

    @cached_property
    def response(self) -> Response | None:
        """The response that is promised at `level`; None where no time is promised."""
        return self.response_at(self.level)

    @cached_property
    def promise(self) -> Promise | None:
        """The promise that `response` follows; None where no time is promised."""
        return self.promise_at(self.level)

    def promise_at(self, level: str) -> Promise | None:
        """Return the promise of a response that would hold for this ticket at a level.

        Raises `InputError` where the ruleset has no such level.
        """
        self._number(level)
        if self.entitled is False:
            return None
        promises = self._compiled.promises(self._answer.case, level)
        return promises[0] if len(promises) == 1 else None

    def response_at(self, level: str) -> Response | None:
        """Return the response that would be promised to this ticket at another level.

        Raises `InputError` where the ruleset has no such level.
        """
        self._number(level)
        if level not in self._responses:
            self._responses[level] = self._response_at(level)
        return self._responses[level]

    @cached_property
    def _responses(self) -> dict[str, Response | None]:
        return {}

    def _response_at(self, level: str) -> Response | None:
        promise = self.promise_at(level)
        if promise is None or promise.within is None or promise.clock is None:
            return None
        created_at = self._circumstances.created_at
        due = clock.due(self.policy, promise, created_at) if created_at is not None else None
        return Response(promise.within, promise.clock, due)

    def response_is_open(self, level: str) -> bool:
        """Say whether the response at a level depends on what is not known.

        Raises `InputError` where the ruleset has no such level.
        """
        self._number(level)
        return len(self._compiled.promises(self._answer.case, level)) > 1

    @cached_property
    def trail(self) -> tuple[TrailEntry, ...]:
        """Why, rule by rule, from the most urgent level down."""
        entries = build_trail(
            self.policy, self._answer.conclusions, self.facts, self.level, self.language
        )
        if self.filed_as is not None and self.filed_as.rank is not None:
            return (*entries, self._rank_entry(self.filed_as))
        default = self.policy.default_level
        if default is None or not self.filed_by_default:
            return entries
        entry = TrailEntry(
            "default-level",
            "default_level",
            default.level,
            "true",
            default.because.in_language(self.language),
            "; ".join(default.sources),
            default.interpretation.in_language(self.language) if default.interpretation else None,
            (),
        )
        return (*entries, entry)

    def _rank_entry(self, filed_as: FiledAs) -> TrailEntry:
        because = self.wording.phrase(
            "filed_rank", written=filed_as.written, rank=str(filed_as.rank), level=str(self.filed)
        )
        return TrailEntry("filed-rank", "filed_rank", self.filed, "true", because, "", None, ())

    @property
    def filed_as(self) -> FiledAs | None:
        """How the filed level was written; None where nothing was filed."""
        return self._circumstances.filed_as

    @property
    def filed_by_default(self) -> bool:
        """Whether nothing was filed and the policy's default stands as the filed level."""
        return self._circumstances.filed_by_default

    @cached_property
    def decided_by(self) -> tuple[str, ...]:
        """The ids of the rules that made the level."""
        return self._compiled.decided_by(self._answer, self.level)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What to ask next, the question that narrows the answer most first."""
        names = self._compiled.asked(self._answer.level_case)
        return tuple(Question(name, self.wording.question(self.policy, name)) for name in names)

    @cached_property
    def nearest(self) -> tuple[tuple[Change, ...], ...]:
        """The smallest changes of facts that would lead to just the filed level."""
        if self.filed is None or self.verdict == "confirmed":
            return ()
        return self.nearest_to(self.filed)

    def nearest_to(self, level: str) -> tuple[tuple[Change, ...], ...]:
        """Return the smallest changes of facts that would lead to just `level`.

        Raises `InputError` where the ruleset has no such level.
        """
        ways = self._compiled.nearest(self._answer.level_case, self._number(level))
        # The table knows classes; what the ticket says is the value itself.
        return tuple(
            tuple(replace(change, current=self._value(change.fact)) for change in way)
            for way in ways
        )

    def _number(self, level: str) -> int:
        """Return the number of a level; raise `InputError` where the ruleset has no such level."""
        check_call(isinstance(level, str), "level", level, "a text")
        number = self._compiled.rank.get(level)
        if number is None:
            known = ", ".join(f"`{each}`" for each in self._compiled.level_ids)
            message = f"`{level}` is no level of `{self.ruleset}`"
            raise InputError.of("unknown-level", message, help=f"known here: {known}")
        return number

    def _value(self, name: str) -> object:
        fact = self.facts.get(name)
        return plain(fact.value) if fact else None

    @cached_property
    def presumptions(self) -> tuple[str, ...]:
        """The presumed facts without which more levels would be possible."""
        presumed = tuple(self._circumstances.presumed)
        return self._compiled.decisive_presumptions(self._answer.level_case, presumed)

    @cached_property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Where a stated fact and the ticket's words disagree."""
        return tuple(
            Disagreement(item.fact, plain(stated.value), plain(item.value), item.field, item.quote)
            for stated, item in self._circumstances.words.disagreements
        )

    @property
    def conflicts(self) -> Mapping[str, tuple[Evidence, ...]]:
        """Facts on which the words contradict each other or are not clear; they stay unknown."""
        return self._circumstances.words.conflicts

    @property
    def dropped(self) -> tuple[Evidence, ...]:
        """What was read with quotes that do not occur in the ticket; it counts for nothing."""
        return self._circumstances.words.dropped

    @property
    def unread(self) -> int:
        """How many characters at the end of the ticket's text were not read; usually none."""
        return self._circumstances.words.unread

    @property
    def foreign(self) -> str:
        """The language of the ticket's words, where they are not read because of it; or ''."""
        return self._circumstances.words.foreign

    @cached_property
    def recommendation(self) -> Recommendation:
        """What to do about the ticket, and what to write to the customer."""
        action = _ACTIONS[self.verdict]
        to = self._target(action)
        consent: Consent | None = None
        directions: dict[Action, Direction] = {
            "downgrade": "downgrade",
            "upgrade": "upgrade",
            "set": "set",
        }
        if action in directions:
            change = self.policy.reclassification.get(directions[action])
            consent = change.consent if change else None
        summary = self.wording.summary(self, action, to, consent)
        reply = partial(self.wording.reply, self, action, to, consent)
        return Recommendation(action, to, consent, summary, reply)

    def _target(self, action: Action) -> str | None:
        match action:
            case "keep":
                return self.filed
            case "downgrade":
                # Only as far as every completion goes: what is unknown never lowers a ticket.
                return self.possible[0]
            case "upgrade":
                return self.possible[-1]
            case "set":
                return self.level
            case "ask":
                return None

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages of the policy on which the deciding rules rest."""
        wanted = {
            passage
            for rule in self.policy.rules
            if rule.id in self.decided_by
            for passage in rule.passages
        }
        return tuple(passage for passage in self.policy.passages if passage.id in wanted)

    def to_dict(self) -> dict[str, object]:
        """Return the decision as the contract's JSON has it."""
        return {**self._before_trail(), "trail": [entry.to_dict() for entry in self.trail]}

    def _before_trail(self) -> dict[str, object]:
        return {
            "id": self.id,
            "ruleset": self.ruleset,
            "ruleset_version": self.ruleset_version,
            "filed": self.filed,
            "filed_as": self.filed_as.to_dict() if self.filed_as else None,
            "level": self.level,
            "possible": list(self.possible),
            "verdict": self.verdict,
            "entitled": self.entitled,
            "decided_by": list(self.decided_by),
            "recommendation": self.recommendation.to_dict(),
            "questions": [question.to_dict() for question in self.questions],
            "response": self.response.to_dict() if self.response else None,
            "nearest": [[change.to_dict() for change in way] for way in self.nearest],
            "presumptions": list(self.presumptions),
            "facts": {name: fact.to_dict() for name, fact in self._ordered_facts()},
            "disagreements": [each.to_dict() for each in self.disagreements],
            "conflicts": {
                name: [evidence_dict(item) for item in items]
                for name, items in self.conflicts.items()
            },
        }

    def _ordered_facts(self) -> list[tuple[str, KnownFact]]:
        return [(name, self.facts[name]) for name in self.policy.facts if name in self.facts]

    def to_json(self) -> str:
        """Return the decision as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_text(self, *, color: bool = False) -> str:
        """Return the decision as plain text: the short of it first, the details after."""
        from adjudge.decide.render import as_text

        return as_text(self, color=color)

    def to_markdown(self) -> str:
        """Return the decision as Markdown, for a ticket comment or a wiki."""
        from adjudge.decide.render import as_markdown

        return as_markdown(self)
