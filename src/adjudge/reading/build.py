"""Builds one policy out of a document whose structure is known to be right."""

from __future__ import annotations

from typing import Literal

from adjudge.findings import Finding, did_you_mean
from adjudge.model.condition import ALWAYS, All, Among, Condition, Leaf
from adjudge.model.fact import PER_RULESET, PRESUMED, VOCABULARY, Fact, Value
from adjudge.model.language import REPLY_PLACES, places
from adjudge.model.policy import (
    Calendar,
    DefaultLevel,
    Derivation,
    Direction,
    Level,
    Option,
    Policy,
    Presumption,
    Promise,
    Reclassification,
    Rule,
    RuleKind,
    Text,
    Window,
    residual_rule,
)
from adjudge.model.profile import fold
from adjudge.reading.clocks import DAYS, Clocks, time_of_day
from adjudge.reading.conditions import COMBINATORS, ConditionReader
from adjudge.reading.document import (
    Cited,
    FactDoc,
    MatrixDoc,
    ResponseDoc,
    RulesetDoc,
    WindowDoc,
)
from adjudge.reading.functions import read_functions
from adjudge.reading.language import shipped_languages
from adjudge.reading.names import Names, Path
from adjudge.reading.nodes import Node
from adjudge.reading.whole import check_coverage, check_possible, check_tests

_LAW = Text(
    {
        "en": "where all users are affected, the share of users affected is 100 percent",
        "sv": "när alla användare är drabbade är andelen drabbade användare 100 procent",
        "de": "wenn alle Nutzer betroffen sind, beträgt der Anteil betroffener Nutzer 100 Prozent",
    }
)
# The one law that the vocabulary itself states between two of its facts.
SHARED_LAWS = (
    Derivation(
        "all-users-is-100-percent",
        Leaf("users_affected", Among(("all",))),
        "users_affected_percent",
        100.0,
        _LAW,
    ),
)


class PolicyBuilder(Names):
    """Resolves the names in a ruleset document; everything that does not resolve is a finding."""

    def __init__(
        self,
        document: RulesetDoc,
        root: Node,
        findings: list[Finding],
        chosen: dict[str, str],
        digest: str,
        broken: frozenset[str],
    ) -> None:
        super().__init__(document, root, findings, broken)
        self.chosen = chosen
        self.digest = digest
        self.clocks = Clocks(self)
        self.facts = dict(VOCABULARY)
        self.conditions = ConditionReader(self.facts, findings, broken)

    def build(self) -> Policy:
        """Return the policy; it is only valid where no error was found."""
        doc = self.doc
        self._declare_facts()
        self._read_definitions()
        self._check_levels()
        for index, language in enumerate(doc.languages):
            self._check_language(language, ("languages", index))
            if language in doc.languages[:index]:
                message = f"the language `{language}` is given twice"
                self.report("language-twice", message, ("languages", index), "leave one out")
        calendars = {name: self.clocks.calendar(name) for name in doc.calendars}
        criteria = self._rules("criteria", "criterion")
        for index, matrix in enumerate(doc.matrices):
            criteria += self._matrix(matrix, ("matrices", index))
        policy = Policy(
            name=doc.ruleset,
            version=doc.version,
            title=doc.title,
            vendor=doc.vendor,
            languages=tuple(doc.languages),
            levels=tuple(
                Level(each.id, self.text(each.name, ("levels", index, "name")), tuple(each.also))
                for index, each in enumerate(doc.levels)
            ),
            facts=self.facts,
            criteria=tuple(criteria),
            residual=self._residual(),
            floors=tuple(self._rules("floors", "floor")),
            caps=tuple(self._rules("caps", "cap")),
            indicators=tuple(self._rules("indicators", "indicator")),
            entitlement=self._entitlement(),
            promises=tuple(self._promise(index, calendars) for index in range(len(doc.responses))),
            calendars=calendars,
            presumed=self._presumed(),
            derivations=self._derivations(),
            windows=tuple(self._window(index, each) for index, each in enumerate(doc.maintenance)),
            reclassification=self._reclassification(),
            default_level=self._default_level(),
            questions=self._questions(),
            functions=read_functions(self),
            replies=self._replies(),
            passages=tuple(self.passages.values()),
            options=tuple(
                Option(name, tuple(each.choices), each.default, each.description)
                for name, each in doc.options.items()
            ),
            chosen=self.chosen,
            effective_from=self.clocks.effective_from(),
            description=doc.description,
            digest=self.digest,
        )
        if not any(finding.severity == "error" for finding in self.findings):
            check_tests(policy, self.findings)
        if not any(finding.severity == "error" for finding in self.findings):
            check_possible(policy, self.findings)
            check_coverage(policy, self)
        return policy

    # -- facts and levels

    def _declare_facts(self) -> None:
        for name, each in self.doc.facts.items():
            if name in VOCABULARY and name not in PER_RULESET:
                message = f"`{name}` belongs to the shared vocabulary and cannot be redefined"
                self.report("fact-redefined", message, ("facts", name), "give it another name")
                continue
            if name in PER_RULESET and each.kind != "one_of":
                message = f"`{name}` is one of the values that the ruleset names"
                self.report("fact-redefined", message, ("facts", name), "leave out `kind`")
                continue
            if name in COMBINATORS:
                message = f"`{name}` is a word of the language of conditions"
                self.report("fact-name-taken", message, ("facts", name), "give it another name")
                continue
            self.facts[name] = self._own_fact(name, each)

    def _own_fact(self, name: str, each: FactDoc) -> Fact:
        values = tuple(each.values)
        if each.kind == "one_of" and not values:
            message = f"`{name}` has no values"
            self.report("fact-without-values", message, ("facts", name), "list them under `values`")
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            message = f"`{name}` has `{twice[0]}` twice"
            self.report("value-twice", message, ("facts", name, "values"))
        if each.minimum is not None and each.maximum is not None and each.minimum > each.maximum:
            message = f"nothing lies from {each.minimum:g} to {each.maximum:g}"
            self.report("empty-range", message, ("facts", name), "swap the bounds")
        return Fact(
            name,
            each.kind,
            values,
            each.minimum if each.minimum is not None else float("-inf"),
            each.maximum if each.maximum is not None else float("inf"),
            each.description,
        )

    def _read_definitions(self) -> None:
        definitions = self.at("definitions").mapping() if self.doc.definitions else {}
        self.conditions.definitions = definitions
        for node in definitions.values():
            self.conditions.read(node)

    def _check_levels(self) -> None:
        seen: set[str] = set()
        for index, level in enumerate(self.doc.levels):
            if level.id in seen:
                self.report("level-twice", f"level `{level.id}` is given twice", ("levels", index))
            seen.add(level.id)
        self._check_spellings()

    def _check_spellings(self) -> None:
        """Report a spelling of two levels: nobody could tell which of them was filed."""
        meant: dict[str, str] = {}
        for level in self.doc.levels:
            for spelling in (level.id, *level.name.values()):
                meant.setdefault(fold(spelling), level.id)
        for index, level in enumerate(self.doc.levels):
            for number, spelling in enumerate(level.also):
                other = meant.setdefault(fold(spelling), level.id)
                if other != level.id:
                    message = f"`{spelling}` is a spelling of the level `{other}`, too"
                    help = "give it to one of the two"
                    path = ("levels", index, "also", number)
                    self.report("spelling-twice", message, path, help)

    def _check_language(self, language: str, path: Path) -> None:
        known = shipped_languages()
        if language not in known:
            message = f"there are no texts in the language `{language}`"
            self.report("unknown-language", message, path, did_you_mean(language, known))

    # -- rules

    def _rule(
        self,
        rule_id: str,
        kind: RuleKind,
        cited: Cited,
        path: Path,
        level: str | None,
        when: Condition | None = None,
    ) -> Rule:
        sources, passages = self.cited(cited.source, path)
        if when is None:
            when = self.conditions.read(self.at(*path, "when"))
        return Rule(
            self.rule_id(rule_id, path),
            kind,
            when,
            self.text(cited.because, (*path, "because")),
            level,
            sources,
            passages,
            self.optional_text(cited.interpretation, (*path, "interpretation")),
            self.at(*path).span,
        )

    def _rules(
        self, key: Literal["criteria", "floors", "caps", "indicators"], kind: RuleKind
    ) -> list[Rule]:
        return [
            self._rule(
                each.id, kind, each, (key, index), self.level(each.level, (key, index, "level"))
            )
            for index, each in enumerate(getattr(self.doc, key))
        ]

    def _matrix(self, matrix: MatrixDoc, path: Path) -> list[Rule]:
        known = all(
            self.check_name("unknown-fact", "fact", fact, self.facts, (*path, side))
            for side, fact in (("rows", matrix.rows), ("columns", matrix.columns))
        )
        if not known:
            return []
        rows, columns = self.facts[matrix.rows], self.facts[matrix.columns]
        cells = []
        for row, entries in matrix.levels.items():
            self.check_name(
                "value-outside-domain", "value", row, rows.values, (*path, "levels", row)
            )
            for column, level in entries.items():
                place = (*path, "levels", row, column)
                self.check_name("value-outside-domain", "value", column, columns.values, place)
                self.level(level, place)
                when = All((Leaf(rows.name, Among((row,))), Leaf(columns.name, Among((column,)))))
                words = {"row": row, "column": column, "level": level}
                filled = matrix.model_copy(
                    update={
                        "because": {
                            language: _fill(text, words)
                            for language, text in matrix.because.items()
                        }
                    }
                )
                rule_id = f"{matrix.id}.{row}.{column}"
                cells.append(self._rule(rule_id, "criterion", filled, path, level, when))
        return cells

    def _residual(self) -> Rule:
        each = self.doc.residual
        sources, passages = self.cited(each.source, ("residual",))
        return residual_rule(
            self.rule_id(each.id, ("residual",)),
            self.level(each.level, ("residual", "level")),
            self.text(each.because, ("residual", "because")),
            sources,
            passages,
            self.optional_text(each.interpretation, ("residual", "interpretation")),
            self.at("residual").span,
        )

    def _entitlement(self) -> Rule | None:
        each = self.doc.entitlement
        if each is None:
            return None
        return self._rule(each.id, "entitlement", each, ("entitlement",), None)

    # -- time

    def _promise(self, index: int, calendars: dict[str, Calendar]) -> Promise:
        each: ResponseDoc = self.doc.responses[index]
        path = ("responses", index)
        levels = tuple(self.level(level, (*path, "level")) for level in each.level)
        when = ALWAYS if each.when is None else None
        rule = self._rule(
            each.id, "response", each, path, levels[0] if len(levels) == 1 else None, when
        )
        if each.within is not None:
            self.clocks.duration(each.within, (*path, "within"))
            if each.clock is None:
                self.report("missing-key", "a promised time needs a `clock`", path, "add `clock:`")
        if each.clock in ("business_hours", "business_days") and each.calendar is None:
            message = f"the clock `{each.clock}` needs a `calendar`"
            self.report("missing-key", message, path, "name one of `calendars`")
        if each.calendar is not None:
            self.check_name(
                "unknown-calendar", "calendar", each.calendar, calendars, (*path, "calendar")
            )
        return Promise(
            rule, levels or tuple(self.level_ids), each.within, each.clock, each.calendar
        )

    def _window(self, index: int, each: WindowDoc) -> Window:
        path = ("maintenance", index)
        sources, passages = self.cited(each.source, path)
        return Window(
            self.rule_id(each.id, path),
            each.fact,
            self._fact_value(each.fact, (*path, "value"), True, (*path, "fact")),
            DAYS.index(each.weekday),
            time_of_day(each.starts),
            self.clocks.duration(each.duration, (*path, "duration")),
            self.clocks.zone(each.zone, (*path, "zone")),
            self.text(each.because, (*path, "because")),
            sources,
            passages,
            self.optional_text(each.interpretation, (*path, "interpretation")),
        )

    # -- presumptions, laws, changes

    def _fact_value(
        self,
        fact: str,
        path: Path,
        missing: Value,
        fact_path: Path,
    ) -> Value:
        if not self.check_name("unknown-fact", "fact", fact, self.facts, fact_path):
            return missing
        node = self.root.at(path)
        if node is self.root.at(path[:-1]):  # the key is absent: its default stands
            return missing
        value = self.conditions.value(self.facts[fact], node)
        return value if isinstance(value, str | bool | float | frozenset) else missing

    def _presumed(self) -> dict[str, Presumption]:
        presumed = {fact: Presumption(fact, value) for fact, value in PRESUMED.items()}
        for fact, each in self.doc.presume.items():
            if each is None:
                presumed.pop(fact, None)
                continue
            path = ("presume", fact)
            value = self._fact_value(fact, (*path, "value"), "", path)
            sources, passages = self.cited(each.source, path)
            presumed[fact] = Presumption(
                fact,
                value,
                self.optional_text(each.because, (*path, "because")),
                sources,
                passages,
                self.optional_text(each.interpretation, (*path, "interpretation")),
            )
        return presumed

    def _derivations(self) -> tuple[Derivation, ...]:
        own = []
        for index, each in enumerate(self.doc.derive):
            path = ("derive", index)
            value = self._fact_value(each.fact, (*path, "value"), "", (*path, "fact"))
            when = self.conditions.read(self.at(*path, "when"))
            because = self.text(each.because, (*path, "because"))
            own.append(Derivation(each.id, when, each.fact, value, because))
        return (*SHARED_LAWS, *own)

    def _reclassification(self) -> dict[Direction, Reclassification]:
        changes: dict[Direction, Reclassification] = {}
        directions: tuple[Direction, ...] = ("downgrade", "upgrade", "set")
        for direction in directions:
            each = getattr(self.doc.reclassification, direction)
            if each is not None:
                path = ("reclassification", direction)
                sources, passages = self.cited(each.source, path)
                changes[direction] = Reclassification(
                    each.consent,
                    self.optional_text(each.because, (*path, "because")),
                    sources,
                    passages,
                    self.optional_text(each.interpretation, (*path, "interpretation")),
                )
        return changes

    def _default_level(self) -> DefaultLevel | None:
        each = self.doc.default_level
        if each is None:
            return None
        sources, passages = self.cited(each.source, ("default_level",))
        level = self.level(each.level, ("default_level", "level"))
        because = self.text(each.because, ("default_level", "because"))
        reading = self.optional_text(each.interpretation, ("default_level", "interpretation"))
        return DefaultLevel(level, because, sources, passages, reading)

    def _questions(self) -> dict[str, Text]:
        questions = {
            name: self.text(each.question, ("facts", name, "question"))
            for name, each in self.doc.facts.items()
            if each.question is not None
        }
        for name, text in self.doc.questions.items():
            if self.check_name("unknown-fact", "fact", name, self.facts, ("questions", name)):
                questions[name] = self.text(text, ("questions", name))
        return questions

    def _replies(self) -> dict[str, dict[str, tuple[str, ...]]]:
        replies: dict[str, dict[str, tuple[str, ...]]] = {}
        for language, actions in self.doc.replies.items():
            self._check_language(language, ("replies", language))
            for action, paragraphs in actions.items():
                for place in (name for each in paragraphs for name in places(each)):
                    path = ("replies", language, action)
                    self.check_name("unknown-place", "place", place, REPLY_PLACES, path)
                texts = tuple(each.strip() for each in paragraphs)
                replies.setdefault(language, {})[action] = texts
        return replies


def _fill(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text
