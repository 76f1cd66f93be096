"""Puts a decision into words, in one of the languages that ship."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from adjudge.decide.clock import duration_of
from adjudge.model.axes import FILLED
from adjudge.model.condition import All, AnyOf, Condition, Leaf
from adjudge.model.fact import plain
from adjudge.model.language import FactWords, Place, fill, pieces, places
from adjudge.model.policy import Consent, Policy
from adjudge.reading.language import load_language

if TYPE_CHECKING:
    from adjudge.decide.ask import Change
    from adjudge.decide.decision import Decision
    from adjudge.decide.results import Action, Response

_BOUND = re.compile(r"(>=|<=|>|<|=) (\S+)")
_BOUNDS = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below", "=": "exactly"}
_QUESTIONS_IN_REPLY = 3
_QUOTE_IN_REPLY = 160


@cache
def wording(language: str) -> Wording:
    """Return the wording of a language; raises `InputError` where no texts of it ship."""
    return Wording(language)


class Letter:
    """A message to a customer, filled but for the words that are each ticket's own.

    A paragraph in which a place has nothing to stand for is left out.
    """

    def __init__(self, templates: Iterable[str], words: Mapping[str, str]) -> None:
        self._paragraphs = [
            [self._piece(piece, words) for piece in pieces(template)]
            for template in templates
            if all(words.get(place, "?") for place in places(template))
        ]

    @staticmethod
    def _piece(piece: str | Place, words: Mapping[str, str]) -> str | Place:
        return words.get(piece.name, piece) if isinstance(piece, Place) else piece

    def to(self, own: Mapping[str, str]) -> str:
        """Return the message with a ticket's own words."""
        paragraphs = []
        for parts in self._paragraphs:
            texts = [own.get(part.name, "") if isinstance(part, Place) else part for part in parts]
            if all(text for part, text in zip(parts, texts, strict=True) if part is not text):
                # Where a list follows on its introduction, no blank stays at the end of the line.
                paragraphs.append("".join(texts).replace(" \n", "\n"))
        return "\n\n".join(paragraphs)


class Wording:
    """Sentences about decisions in one language."""

    def __init__(self, code: str) -> None:
        self.language = load_language(code)
        self.phrase = self.language.phrase

    # -- facts

    def label(self, fact: str) -> str:
        """Return the name of a fact as a noun phrase."""
        words = self.language.facts.get(fact)
        return words.label if words else fact.replace("_", " ")

    def value(self, fact: str, value: object) -> str:
        """Return a value (as JSON has it) as a short phrase."""
        words = self.language.facts.get(fact) or FactWords("", "")
        if isinstance(value, list):
            if not value:
                return words.forms.get("empty", "–")
            return self.joined((words.values.get(str(each), str(each)) for each in value), "and")
        key = _key(value)
        if key in words.values:
            return words.values[key]
        if isinstance(value, bool):
            return self.phrase(f"yes_no.{key}")
        if isinstance(value, int | float) and "exactly" in words.forms:
            return fill(words.forms["exactly"], {"number": f"{value:g}"})
        return key.replace("_", " ")

    def question(self, policy: Policy, fact: str) -> str:
        """Return the question that asks a customer for a fact."""
        own = policy.questions.get(fact)
        words = self.language.facts.get(fact)
        # A question in the right language serves a customer better than one made for the policy.
        if own is not None and (self.language.code in own.by_language or words is None):
            return own.in_language(self.language.code)
        if words is not None:
            return words.question
        label, asked = self.label(fact), policy.facts[fact]
        if asked.kind == "yes_no":
            return self.phrase("own_fact.question_yes_no", label=label)
        if asked.kind == "number":
            return self.phrase("own_fact.question_open", label=label)
        if asked.kind == "words":
            return self.phrase("own_fact.question_words", label=label)
        values = self.joined((self.value(fact, each) for each in asked.values), "or")
        return self.phrase("own_fact.question", label=label, values=values)

    def expected(self, fact: str, expected: object) -> str:
        """Return what a condition takes (as the trail shows it) as a short phrase."""
        if isinstance(expected, dict):
            return self.phrase("expected.not", value=self.expected(fact, expected["not"]))
        if isinstance(expected, list):
            return self.joined((self.value(fact, each) for each in expected), "or")
        if isinstance(expected, str):
            if expected == "empty":
                return self.value(fact, [])
            if expected.startswith("contains "):
                return expected.removeprefix("contains ")
            bounds = _BOUND.findall(expected)
            if bounds:
                return self.joined((self._bound(fact, *bound) for bound in bounds), "and")
        return self.value(fact, expected)

    def _bound(self, fact: str, sign: str, number: str) -> str:
        words = self.language.facts.get(fact)
        form = words.forms.get(_BOUNDS[sign]) if words else None
        return fill(form, {"number": number}) if form else f"{sign} {number}"

    def state(self, fact: str, value: object) -> str:
        """Return the clause, fit to follow "if", that a fact had a value or lay in a range."""
        words = self.language.facts.get(fact) or FactWords("", "")
        if value == FILLED:
            return self.phrase("own_fact.filled", label=self.label(fact))
        if isinstance(value, dict):  # a range of numbers, by its bounds
            clauses = [
                fill(words.states[bound], {"number": f"{number:g}"})
                if bound in words.states
                else self._own_state(fact, f"{bound.replace('_', ' ')} {number:g}")
                for bound, number in value.items()
            ]
            return self.joined(clauses, "and")
        if isinstance(value, list):
            key, shown = "any" if value else "empty", self.value(fact, value)
            if key in words.states:
                return fill(words.states[key], {"words": shown})
            given = {"words": shown} if value else {}
            return self.phrase(f"own_fact.{key}", label=self.label(fact), **given)
        key = _key(value)
        if isinstance(value, bool) and key not in words.states:
            return self.phrase(f"own_fact.{key}", label=self.label(fact))
        return words.states.get(key) or self._own_state(fact, self.value(fact, value))

    def _own_state(self, fact: str, value: str) -> str:
        return self.phrase("own_fact.state", label=self.label(fact), value=value)

    def joined(self, parts: Iterable[str], joiner: str) -> str:
        """Join parts by commas, and the last two by `and` or `or`; repetitions are left out."""
        items = list(dict.fromkeys(parts))
        if len(items) < 2:
            return "".join(items)
        last = self.phrase(f"joined.{joiner}") + items[-1]
        return self.phrase("joined.comma").join(items[:-1]) + last

    # -- parts of a decision

    def level_name(self, policy: Policy, level: str) -> str:
        """Return the name of a level."""
        return policy.level(level).name.in_language(self.language.code)

    def promise(self, response: Response) -> str:
        """Return how soon a response is promised, and on which clock."""
        duration = self._duration(response.within)
        return self.phrase(f"within.{response.clock}", duration=duration)

    def response(self, decision: Decision, level: str) -> str:
        """Return what a customer can expect at a level."""
        response = decision.response_at(level)
        if decision.entitled is False:
            return self.phrase("response.not_entitled")
        if response is None:
            key = "response.open" if decision.response_is_open(level) else "response.none"
            return self.phrase(key, level=level)
        words = {"level": level, "within": self.promise(response)}
        if response.due is None:
            sentence = self.phrase("response.promised", **words)
        else:
            due = response.due.isoformat(sep=" ", timespec="minutes")
            sentence = self.phrase("response.promised_due", **words, due=due)
        if decision.entitled is None:
            sentence += " " + self.phrase("response.if_entitled")
        return sentence

    def _duration(self, iso: str) -> str:
        duration = duration_of(iso)
        minutes = int(duration.total_seconds() // 60)
        # P1D and PT24H are the same length and not the same promise: the unit is kept.
        unit, count = ("minutes", minutes) if minutes % 60 else ("hours", minutes // 60)
        if "T" not in iso:
            unit, count = "days", minutes // 1440
        return self.phrase(f"duration.{unit}.{'one' if count == 1 else 'other'}", count=count)

    def changes(self, ways: Iterable[tuple[Change, ...]]) -> str:
        """Return alternatives of changed facts, fit to follow "if"; empty where there are none."""
        alternatives = [
            self._all(self.joined((self.state(c.fact, v) for v in c.to), "or") for c in way)
            for way in ways
        ]
        return self.phrase("joined.alternatives").join(dict.fromkeys(alternatives))

    def _all(self, clauses: Iterable[str]) -> str:
        """Join clauses that hold together; a clause with an "or" of its own is set off."""
        items = list(clauses)
        either = self.phrase("joined.or")
        if len(items) > 1 and any(either in item for item in items):
            comma = self.phrase("joined.comma").rstrip()
            return f"{comma}{self.phrase('joined.and')}".join(items)
        return self.joined(items, "and")

    def nearest(self, decision: Decision) -> str:
        """Return what would have to be different for the filed level; empty where nothing is."""
        states = self.changes(decision.nearest)
        return self.phrase("nearest", level=decision.filed, states=states) if states else ""

    def presumptions(self, decision: Decision) -> str:
        """Return the presumptions on which a decision rests; empty where it rests on none."""
        listed = self._presumed(decision, ", ")
        return self.phrase("presumptions", presumptions=listed) if listed else ""

    def _presumed(self, decision: Decision, separator: str) -> str:
        return separator.join(
            f"{self.label(name)}: {self.value(name, plain(decision.facts[name].value))}"
            for name in decision.presumptions
        )

    def definition(self, policy: Policy, level: str) -> str:
        """Return how the policy defines a level: the reasons of its criteria.

        In a language that the ruleset does not speak, its conditions are put into words instead.
        """
        rules = [rule for rule in policy.criteria if rule.level == level]
        if rules and self.language.code not in policy.languages:
            told = list(dict.fromkeys(self.condition(rule.when) for rule in rules))
            if len(told) == 1:
                return told[0]
            return "\n" + "\n".join(self.phrase("alternative", text=each) for each in told)
        if policy.residual.level == level:
            rules.append(policy.residual)
        texts = [rule.because.in_language(self.language.code) for rule in rules]
        return self.phrase("joined.alternatives").join(
            dict.fromkeys(text.strip().rstrip(".") for text in texts)
        )

    def condition(self, condition: Condition) -> str:
        """Return a condition in words: what each fact has to be."""
        if isinstance(condition, Leaf):
            return self.phrase(
                "expected.fact",
                label=self.label(condition.fact),
                value=self.expected(condition.fact, condition.expected()),
            )
        parts = [self.condition(part) for part in condition.parts]
        if isinstance(condition, All):
            return self.phrase("joined.parts").join(parts)
        if isinstance(condition, AnyOf):
            return self.joined(parts, "or")
        joined = self.phrase("joined.comma").join(parts)
        return self.phrase("expected.at_least", count=condition.count, parts=joined)

    def reasons(self, decision: Decision) -> str:
        """Return why the level is what it is, in the words of the rules that decided."""
        rules = [rule for rule in decision.policy.rules if rule.id in decision.decided_by]
        texts = [rule.because.in_language(decision.language) for rule in rules]
        return "; ".join(text.strip().rstrip(".") for text in texts)

    # -- the recommendation

    def verdict(self, decision: Decision) -> str:
        """Return the verdict as a sentence."""
        words = {
            "filed": decision.filed,
            "level": decision.level,
            "possible": self.joined(decision.possible, "or"),
        }
        is_open = len(decision.possible) > 1 and decision.verdict not in ("confirmed", "unproven")
        sentence = self.phrase(f"verdict.{decision.verdict}{'_open' if is_open else ''}", **words)
        if decision.filed_by_default:
            return self.phrase("filed_by_default", filed=decision.filed) + " " + sentence
        return sentence

    def summary(
        self, decision: Decision, action: Action, to: str | None, consent: Consent | None
    ) -> str:
        """Return the decision in a few sentences, for whoever works on the ticket."""
        parts = [self.verdict(decision), self._because(decision)]
        parts.append(self.phrase(f"action.{action}", filed=decision.filed, level=to))
        if consent is not None:
            parts.append(self.phrase(f"consent.{consent}"))
        parts.append(self.presumptions(decision))
        return " ".join(part for part in parts if part)

    def _because(self, decision: Decision) -> str:
        if len(decision.possible) > 1:
            return ""
        reasons = self.reasons(decision)
        return f"{reasons[:1].upper()}{reasons[1:]}." if reasons else ""

    def reply(
        self,
        decision: Decision,
        action: Action,
        to: str | None,
        consent: Consent | None,
        templates: tuple[str, ...] | None = None,
    ) -> str:
        """Return the message to the customer, from `templates` or those of the language.

        A paragraph in which a place has nothing to stand for is left out.
        """
        letter = self.letter(decision, action, to, consent, templates)
        return letter.to(self.ticket_words(decision, to))

    def letter(
        self,
        decision: Decision,
        action: Action,
        to: str | None,
        consent: Consent | None,
        templates: tuple[str, ...] | None = None,
    ) -> Letter:
        """Return the message to all whose tickets have these facts and were filed alike."""
        own = decision.policy.replies.get(self.language.code, {}).get(action)
        words = self._shared_words(decision, action, to, consent)
        return Letter(templates or own or self.language.replies[action], words)

    def ticket_words(self, decision: Decision, to: str | None) -> Mapping[str, str]:
        """Return the words of a reply that are each ticket's own."""
        return {
            "ticket": self._ticket(decision),
            "response": self.response(decision, self.level_of_reply(decision, to)),
        }

    def level_of_reply(self, decision: Decision, to: str | None) -> str:
        """Return the level of whose response a reply speaks.

        Until an open question is answered, the ticket is served at the level it stands at.
        """
        return to or decision.filed or decision.level

    def _shared_words(
        self, decision: Decision, action: Action, to: str | None, consent: Consent | None
    ) -> Mapping[str, str]:
        policy, filed = decision.policy, decision.filed or ""
        level = to or filed or decision.level
        questions = decision.questions[:_QUESTIONS_IN_REPLY] if action != "keep" else ()
        return {
            "filed": filed,
            "filed_definition": self.definition(policy, filed) if filed else "",
            "level": level,
            "level_name": self.level_name(policy, level),
            "reasons": self._fact_lines(decision),
            "presumptions": self._presumed(decision, "\n"),
            "changes": self.changes(decision.nearest) if action == "downgrade" else "",
            "questions": "\n".join(
                self.phrase("question_line", question=each.question) for each in questions
            ),
            "consent": self._agreement(action, consent, filed, level),
        }

    def _ticket(self, decision: Decision) -> str:
        if decision.id is None:
            return self.phrase("ticket.unnamed")
        return self.phrase("ticket.named", id=decision.id)

    def _agreement(self, action: Action, consent: Consent | None, filed: str, level: str) -> str:
        if action not in ("downgrade", "upgrade", "set"):
            return ""
        key = f"reply_consent.{action}.{consent or 'silent'}"
        return self.phrase(key, filed=filed, level=level)

    def _fact_lines(self, decision: Decision) -> str:
        """Return the ticket's own facts that carry the decision, one a line, with quotes."""
        wanted: dict[str, None] = {}
        for entry in decision.trail:
            at_filed = entry.level == decision.filed and entry.kind == "criterion"
            if entry.rule in decision.decided_by or at_filed:
                wanted.update(dict.fromkeys(c.fact for c in entry.conditions if c.decisive))
        lines = []
        for name in wanted:
            fact = decision.facts.get(name)
            if fact is None or fact.origin == "default":
                continue
            words = {"label": self.label(name), "value": self.value(name, plain(fact.value))}
            if fact.quote:
                quote = " ".join(fact.quote.split())[:_QUOTE_IN_REPLY]
                lines.append(self.phrase("fact_line.quoted", **words, quote=quote))
            else:
                lines.append(self.phrase("fact_line.plain", **words))
        return "\n".join(lines)


def _key(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
