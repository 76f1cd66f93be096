"""Weighs what the fields say: the worse problem decides, the body corrects the subject, and
what contradicts itself stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adjudge.evidence.problems import Problem
from adjudge.evidence.reading import Reading
from adjudge.evidence.result import Evidence, TextFacts
from adjudge.evidence.scan import Span
from adjudge.evidence.severity import Found as _Found
from adjudge.evidence.severity import contradicting, more_exactly
from adjudge.evidence.statements import Statement
from adjudge.model.fact import VOCABULARY
from adjudge.model.lexicon import RANKS, SUBJECTS, TROUBLE

_ORDER = {name: number for number, name in enumerate(VOCABULARY)}
_REQUEST_ORDER = (
    "feature_request", "billing", "training", "documentation", "account_access", "device",
    "configuration", "how_to", "information", "defect", "incident",
)  # fmt: skip
"""Where a ticket without a problem asks for several things, the first of these it is about."""


def resolve(subject: Reading, body: Reading, language: str) -> TextFacts:
    """Return the facts on which subject and body together settle."""
    decision = _Decision(subject, body)
    decision.problems()
    decision.statements()
    decision.by_detour()
    decision.request()
    decision.lost_data()
    decision.place()
    facts = dict(sorted(decision.facts.items(), key=lambda entry: _ORDER[entry[0]]))
    return TextFacts(facts, decision.conflicts, language, tuple(decision.also))


class _Decision:
    """The facts so far; each step settles some."""

    def __init__(self, subject: Reading, body: Reading) -> None:
        self.subject = subject
        self.body = body
        self.facts: dict[str, Evidence] = {}
        self.conflicts: dict[str, tuple[Evidence, ...]] = {}
        self.also: list[Evidence] = []
        self.worst: _Found | None = None

    def problems(self) -> None:
        """Choose the worst problem; list the others."""
        found = [(self.body, problem) for problem in self.body.problems]
        if self.over() is None and not (self.body.corrects and found):
            found = [(self.subject, problem) for problem in self.headings()] + found
        well = [entry for entry in found if entry[1].impact == "none"]
        found = [entry for entry in found if entry[1].impact != "none"]
        wishes = any(
            statement.value == "feature_request"
            for reading in (self.subject, self.body)
            for statement in reading.statements
        )
        if wishes:
            # "It would help to sort by latency" names trouble words without any trouble.
            found = [entry for entry in found if not entry[1].weak and not _wished(*entry)]
        if not self.body.problems and self.mere_asking():
            # "Stale nodes", and then only how to get rid of them: a topic, and no complaint.
            found = [entry for entry in found if not (entry[1].weak and entry[1].impact in _TOPICS)]
        if self.only_in_the_way(found):
            found = []
        if not found:
            self.well(well)
            return
        self.worst = max(found, key=lambda entry: _badness(entry, self.body))
        looks = _said_to_be_looks(self.worst, found)
        self.worst = looks or self.worst
        doubts = []
        exact = more_exactly(self.worst, found)
        if looks is not None:
            pass  # what the text itself calls a trifle is no contradiction
        elif exact is not None:
            told = self.worst[1].thing if exact[0] is self.worst[0] else None
            self.worst = exact[0], replace(exact[1], thing=exact[1].thing or told)
        else:
            doubts = contradicting(self.worst, found)
        pieces = [
            reading.passage.evidence("functional_impact", problem.impact, problem.span)
            for reading, problem in (self.worst, *doubts)
        ]
        if doubts:
            self.conflicts["functional_impact"] = tuple(_distinct(pieces))
        else:
            self.facts["functional_impact"] = pieces[0]
        self.function(*self.worst)
        self.others(found)

    def over(self) -> tuple[Reading, Span] | None:
        """Where the body says that all works again, or the subject does and the body agrees."""
        if self.body.over is not None:
            return self.body, self.body.over
        if self.subject.over is not None and not self.body.problems:
            return self.subject, self.subject.over
        return None

    def only_in_the_way(self, found: list[_Found]) -> bool:
        """Whether the troubles are what came of trying what the body asks about first.

        "How do I clone it? I found Clone, and it does not offer a region." Nothing that is told
        firmly or hits much is explained away so.
        """
        asked = next((asked for asked in self.body.asked if asked.kind == "how_to"), None)
        if asked is None or any(one.kind == TROUBLE for one in self.body.asked):
            return False
        return all(
            reading is self.body
            and problem.sentence >= asked.sentence
            and (problem.faint or problem.weak)
            and (problem.thing is None or problem.thing.name not in _GREAT)
            for reading, problem in found
        )

    def mere_asking(self) -> bool:
        """Whether the body asks for something, and shows no trouble."""
        kinds = {asked.kind for asked in self.body.asked}
        return bool(kinds) and TROUBLE not in kinds and not self.body.signs

    def headings(self) -> list[Problem]:
        """The subject's problems, without those of which the body says more exactly how bad."""
        told = {
            problem.thing.name
            for problem in self.body.problems
            if problem.thing is not None and problem.impact in _QUALIFIED
        }
        return [
            problem
            for problem in self.subject.problems
            if problem.thing is None or problem.thing.name not in told
        ]

    def well(self, said: list[_Found]) -> None:
        """Nothing is wrong (any more), where the text says so."""
        if said:
            reading, problem = said[0]
            span = problem.span
        else:
            over = self.over()
            if over is None:
                return
            reading, span = over
        self.facts["functional_impact"] = reading.passage.evidence(
            "functional_impact", "none", span
        )

    def function(self, reading: Reading, problem: Problem) -> None:
        """Settle what is hit: what the text itself calls it, the problem's thing, the subject's."""
        stated = [
            (source, statement)
            for source in (self.body, self.subject)
            for statement in source.statements
            if statement.fact == "affected_function"
        ]
        if stated:
            own = {problem.thing.name} if problem.thing is not None else set()
            values = {statement.value for _, statement in stated}
            # "A small thing" about what carries all the others is a contradiction.
            if len(values) == 1 and not (values == {"minor_function"} and own & _GREAT):
                self.facts["affected_function"] = _quote(*stated[0])
            return
        if problem.impact == "inconvenience" and not problem.weak:
            # Only looks: whatever it is on, what is hit is small, unless it carries all else.
            if problem.thing is None or problem.thing.name not in _GREAT:
                self.facts["affected_function"] = reading.passage.evidence(
                    "affected_function", "minor_function", problem.span
                )
            return
        if problem.thing is not None:
            if problem.thing.name in RANKS and not self.more_is_down(problem):
                self.facts["affected_function"] = reading.passage.evidence(
                    "affected_function", problem.thing.name, problem.thing.span
                )
            return
        self.only_named()

    def only_named(self) -> None:
        """Where the problem names nothing: what the subject does, if that is of one rank."""
        telling = [
            thing for thing in self.subject.things if thing.name in RANKS and not thing.generic
        ]
        if len({thing.name for thing in telling}) == 1:
            self.facts["affected_function"] = self.subject.passage.evidence(
                "affected_function", telling[0].name, telling[0].span
            )

    def more_is_down(self, worst: Problem) -> bool:
        """Whether a site is down as a whole as well: then the part is perhaps only the cause."""
        return (
            worst.thing is not None
            and worst.thing.name == "critical_function"
            and any(
                problem.impact == worst.impact
                and problem.thing is not None
                and problem.thing.name == "whole_service"
                for reading in (self.body, self.subject)
                for problem in reading.problems
            )
        )

    def others(self, found: list[_Found]) -> None:
        """List the problems that are another than the worst: another thing and impact."""
        assert self.worst is not None
        seen = {_key(self.worst[1])}
        for reading, problem in found:
            if _key(problem) not in seen and problem.thing is not None:
                seen.add(_key(problem))
                self.also.append(
                    reading.passage.evidence("functional_impact", problem.impact, problem.span)
                )
                if problem.thing.name in RANKS:
                    self.also.append(
                        reading.passage.evidence(
                            "affected_function", problem.thing.name, problem.thing.span
                        )
                    )

    def statements(self) -> None:
        """Settle the facts that phrases state."""
        names = dict.fromkeys(
            statement.fact
            for reading in (self.subject, self.body)
            for statement in reading.statements
            if statement.fact not in ("request_type", "affected_function")
        )
        for name in names:
            self.settle(name)

    def by_detour(self) -> None:
        """Where builds and deploys are done in another way so long, they are not blocked."""
        done = self.facts.get("workaround")
        blocked = self.facts.get("development_workflow")
        if done and blocked and (done.value, blocked.value) == ("in_use", "blocked"):
            self.facts["development_workflow"] = replace(blocked, value="impaired")

    def settle(self, name: str) -> None:
        """Settle one fact: beside a problem before elsewhere, the body before the subject."""
        found = [
            (reading, statement)
            for reading in (self.body, self.subject)
            for statement in reading.statements
            if statement.fact == name
        ]
        if name == "workaround":
            found = _as_lived_with(_unpossible(_about_one(found)))
            if not found:
                return
        found = [entry for entry in found if not entry[1].hint] or found
        if name == "environment":
            beside = [entry for entry in found if entry[1].beside_problem]
            found = beside or found
        if name in ("development_workflow", "data_impact", "business_impact"):
            found = _unpossible(found)
        if name == "technology":
            self.technology(found)
            return
        own = [entry for entry in found if entry[0] is self.body]
        if own and len({entry[1].value for entry in own}) == 1 and name in _ORDERED:
            found = own
        values = {statement.value for _, statement in found}
        evidence = [_quote(reading, statement) for reading, statement in found]
        if len(values) == 1:
            self.facts[name] = evidence[0]
        else:
            self.conflicts[name] = tuple(_distinct(evidence))

    def technology(self, found: list[tuple[Reading, Statement]]) -> None:
        names = frozenset(
            word
            for _, statement in found
            if isinstance(statement.value, frozenset)
            for word in statement.value
        )
        reading, statement = found[0]
        self.facts["technology"] = reading.passage.evidence("technology", names, statement.span)

    def request(self) -> None:
        """Settle what kind of request it is."""
        stated = [
            (reading, statement)
            for reading in (self.body, self.subject)
            for statement in reading.statements
            if statement.fact == "request_type"
        ]
        own = self.own_matter(stated)
        if own is not None:
            self.facts.pop("functional_impact", None)
            self.facts.pop("affected_function", None)
            self.facts["request_type"] = own
            return
        if self.worst is not None:
            told = self.trouble(*self.worst, stated)
            if told is not None:
                self.facts["request_type"] = told
            return
        if self.troubled():
            stated = [entry for entry in stated if _is_asked(*entry)]
        if self.asks_how():
            # "How do I ...? A link to the docs would do."
            stated = [entry for entry in stated if entry[1].value != "documentation"]
        for kind in _REQUEST_ORDER:
            for reading, statement in stated:
                if statement.value == kind:
                    self.facts["request_type"] = _quote(reading, statement)
                    self.uncount(kind)
                    if kind == "defect":
                        self.wrong(reading, statement)
                    return
        over = self.over()
        if over is not None:
            reading, span = over
            self.facts["request_type"] = reading.passage.evidence(
                "request_type", "information", span
            )
            return
        self.asked()

    def wrong(self, reading: Reading, statement: Statement) -> None:
        """What answers wrongly is degraded, though no words say how hard it is hit."""
        name = "functional_impact"
        sentence = next(
            (s for s in reading.passage.sentences if s.number == statement.sentence), None
        )
        if name in self.facts or name in self.conflicts or sentence is None or sentence.question:
            return
        self.facts[name] = reading.passage.evidence(name, "degraded", statement.span)
        near = [
            thing for thing in reading.things if sentence.first <= thing.span.first <= sentence.last
        ]
        for source, things in ((reading, near), (self.subject, self.subject.things)):
            telling = [thing for thing in things if thing.name in RANKS and not thing.generic]
            if telling and "affected_function" not in self.facts:
                self.facts["affected_function"] = source.passage.evidence(
                    "affected_function", telling[0].name, telling[0].span
                )

    def asked(self) -> None:
        """Take a ticket without trouble by how its questions begin."""
        if self.troubled():
            return
        asked = [(reading, one) for reading in (self.body, self.subject) for one in reading.asked]
        if any(one.kind == TROUBLE for _, one in asked):
            return
        for kind in _REQUEST_ORDER:
            for reading, one in asked:
                if one.kind == kind:
                    self.facts["request_type"] = reading.passage.evidence(
                        "request_type", kind, one.span
                    )
                    self.uncount(kind)
                    return

    def uncount(self, kind: str) -> None:
        """Without a problem, "a course for three stores" counts nobody who is hit.

        Nor did anybody cause what is no problem.
        """
        for name in _COUNTED if kind in _UNHIT else ():
            if name in self.facts and self.facts[name].value != "single":
                del self.facts[name]

    def troubled(self) -> bool:
        """Whether the text speaks of trouble, even if the trouble itself was not understood."""
        return bool(self.facts.keys() & _TROUBLED) or self.body.signs or self.subject.signs

    def asks_how(self) -> bool:
        """Whether the body asks how to do something, and the subject names no documentation."""
        return any(asked.kind == "how_to" for asked in self.body.asked) and not any(
            thing.name == "documentation" for thing in self.subject.things
        )

    def trouble(
        self, reading: Reading, problem: Problem, stated: list[tuple[Reading, Statement]]
    ) -> Evidence | None:
        """Tell an incident (it fails) from a defect (it answers, and wrongly); None if neither."""
        defects = [entry for entry in stated if entry[1].value == "defect"]
        if problem.impact in ("inconvenience", "degraded"):
            if defects:
                return _quote(*defects[0])
            if problem.thing is not None and problem.thing.name == "billing":
                return None
            firm = any(not other.weak for other in self.subject.problems)
            if problem.weak and problem.impact == "degraded" and not firm:
                return None  # "late" may be either
            if problem.impact == "inconvenience":
                return reading.passage.evidence("request_type", "defect", problem.span)
        return reading.passage.evidence("request_type", "incident", problem.span)

    def own_matter(self, stated: list[tuple[Reading, Statement]]) -> Evidence | None:
        """A page, a tablet, an invoice, a password: where such is broken, no function is."""
        if self.worst is None:
            return None
        reading, problem = self.worst
        thing = problem.thing
        if thing is not None and thing.name == "billing" and not problem.weak:
            return None  # the page, or the invoices that one's own customers get
        if thing is not None and thing.name in SUBJECTS:
            return reading.passage.evidence("request_type", thing.name, problem.span)
        for source, statement in stated:
            own = source is self.subject or (problem.weak and not self.concerns_many(problem))
            if statement.value == "device" and own:
                return _quote(source, statement)
        affected = self.facts.get("users_affected")
        if affected is not None and affected.value == "single":
            # One person who cannot, and rights are spoken of: they are his, or missing.
            for source, statement in stated:
                if statement.value == "account_access":
                    return _quote(source, statement)
        if thing is not None and thing.name in ("critical_function", "important_function"):
            if "users_affected" in self.facts and self.facts["users_affected"].value != "single":
                return None
            for source, statement in stated:
                if statement.value == "account_access" and _is_log_in(problem):
                    return _quote(source, statement)
        if not problem.weak and thing is not None and thing.weight > 1:
            return None
        named = [entry for entry in self.subject.things if entry.name in SUBJECTS]
        if named and len(named) == len(self.subject.things):
            return self.subject.passage.evidence("request_type", named[0].name, named[0].span)
        for reading, statement in stated:
            if statement.value == "documentation" or (
                statement.value in _OWN_MATTERS and not self.concerns_many(problem)
            ):
                return _quote(reading, statement)
        return None

    def concerns_many(self, problem: Problem) -> bool:
        """Whether a problem is more than one person's: it hits what is great, or many."""
        affected = self.facts.get("users_affected")
        great = problem.thing is not None and problem.thing.name in _GREAT
        return great or (affected is not None and affected.value in ("all", "many"))

    def place(self) -> None:
        """Keep the technology only where something fails: a question about it is no trouble."""
        request = self.facts.get("request_type")
        if request is not None and request.value not in ("incident", "defect"):
            self.facts.pop("technology", None)

    def lost_data(self) -> None:
        """Where records are gone, "missing" and "gone" speak of data, and not of a function."""
        lost = self.facts.get("data_impact")
        if self.worst is None or lost is None or lost.value != "major":
            return
        failed = self.facts.get("functional_impact")
        if failed and (self.worst[1].weak or _overlap(lost, failed) or self.only_lost()):
            del self.facts["functional_impact"]

    def only_lost(self) -> bool:
        """Whether the worst problem stands where the loss is told, and hits nothing great."""
        assert self.worst is not None
        reading, problem = self.worst
        if problem.thing is not None and problem.thing.name in _GREAT:
            return False
        return reading is self.subject or any(
            statement.fact == "data_impact" and statement.sentence == problem.sentence
            for statement in reading.statements
        )


_TROUBLED = frozenset(
    ("data_impact", "business_impact", "workaround", "development_workflow", "security_impact")
)
"""Facts that speak of trouble, even where the trouble itself was not understood."""

_UNHIT = frozenset(_REQUEST_ORDER) - {"account_access", "device", "defect", "incident"}
_COUNTED = ("users_affected", "users_affected_percent", "caused_by")
_OWN_MATTERS = frozenset(("documentation", "device", "account_access"))
"""Requests in which words such as "missing" and "broken" speak of a page, a tablet, a password."""

_ORDERED = frozenset(
    [
        "environment",
        "users_affected",
        "data_impact",
        "business_impact",
        "workaround",
        "development_workflow",
    ]
)


_TOPICS = frozenset(("degraded", "slow", "inconvenience"))
_QUALIFIED = frozenset(("intermittent", "slow", "severely_degraded", "degraded"))
_GREAT = frozenset(("whole_service", "critical_function"))


def _said_to_be_looks(worst: _Found, found: list[_Found]) -> _Found | None:
    """The verdict "only looks" or "a nuisance" about a flaw that was named just before."""
    reading, problem = worst
    flaw = problem.weak and problem.impact == "degraded"
    trifle = problem.thing is not None and problem.thing.name == "minor_function"
    if not flaw and not (trifle and problem.impact == "unavailable"):
        return None
    for other, verdict in found:
        near = other is not reading or abs(verdict.sentence - problem.sentence) <= 1
        if near and verdict.impact == "inconvenience" and not verdict.weak:
            return other, verdict
    return None


def _badness(found: _Found, body: Reading) -> tuple[float, bool, bool]:
    """By what the worst problem is chosen; of two that weigh the same, what says of what it is."""
    reading, problem = found
    return problem.weight, reading is body, problem.thing is not None


def _is_log_in(problem: Problem) -> bool:
    """Whether the problem is that somebody can not do a thing, and the thing is the verb's own."""
    thing = problem.thing
    return thing is not None and thing.span.last == problem.span.last and not problem.weak


def _wished(reading: Reading, problem: Problem) -> bool:
    """Whether the trouble is named inside a wish: "it would be great if nobody could deploy"."""
    return any(
        statement.value == "feature_request"
        and statement.sentence == problem.sentence
        and statement.span.first <= problem.span.first
        for statement in reading.statements
    )


def _unpossible(
    found: list[tuple[Reading, Statement]],
) -> list[tuple[Reading, Statement]]:
    """Leave out what the same words take back: "no other system we | could use instead" is none,
    and what "could be used" is not used.
    """
    kept = []
    for reading, statement in found:
        stronger = _TAKEN_BACK_BY.get(str(statement.value), ())
        if not any(
            other is reading
            and said.value in stronger
            and said.span.first - 1 <= statement.span.last
            and statement.span.first <= said.span.last + 1
            for other, said in found
        ):
            kept.append((reading, statement))
    return kept


_TAKEN_BACK_BY = {
    "in_use": ("available", "none"), "available": ("none",), "unacceptable": ("none",),
    "blocked": ("impaired",), "significant": ("critical",), "major": ("none",), "minor": ("none",),
}  # fmt: skip


def _about_one(found: list[tuple[Reading, Statement]]) -> list[tuple[Reading, Statement]]:
    """Take a mere judgement ("untenable") for one of a workaround only where one is told."""
    told = any(statement.value in ("in_use", "available") for _, statement in found)
    return [
        (reading, replace(one, hint=one.hint and one.value != "unacceptable"))
        for reading, one in found
        if told or not one.hint or one.value != "unacceptable"
    ]


def _as_lived_with(
    found: list[tuple[Reading, Statement]],
) -> list[tuple[Reading, Statement]]:
    """What is used is there as well, and what is refused is there and perhaps used."""
    values = {statement.value for _, statement in found}
    for value in ("unacceptable", "in_use"):
        if value in values and "none" not in values:
            return [entry for entry in found if entry[1].value == value]
    return found


def _is_asked(reading: Reading, statement: Statement) -> bool:
    """Whether words that may also tell of something ("set up for us") are a request here."""
    if statement.value not in _TOLD_TOO:
        return True
    return any(asked.sentence == statement.sentence for asked in reading.asked)


_TOLD_TOO = frozenset(("configuration", "how_to", "information"))


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _key(problem: Problem) -> tuple[str, str]:
    return problem.impact, problem.thing.name if problem.thing is not None else ""


def _quote(reading: Reading, statement: Statement) -> Evidence:
    return reading.passage.evidence(statement.fact, statement.value, statement.span)


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    seen: set[object] = set()
    kept = []
    for piece in evidence:
        if piece.value not in seen:
            seen.add(piece.value)
            kept.append(piece)
    return kept
