"""How well readings and decisions agree with gold: precision, recall, agreement, kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adjudge.batch.gold import Gold
from adjudge.decide import Ruleset
from adjudge.decide.words import read_words
from adjudge.evidence import Extractor
from adjudge.evidence.measure import Disagreement, Score, disagreements, score, total
from adjudge.findings import InputError, counted
from adjudge.model.fact import VOCABULARY, Value, plain
from adjudge.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ticket: what was decided from its words, and what follows from gold."""

    id: str
    ruleset: str
    level: str
    gold_level: str
    verdict: str
    gold_verdict: str
    downgraded_top: bool


@dataclass(slots=True)
class Evaluation:
    """The whole comparison."""

    scores: Mapping[str, Score] = field(default_factory=dict)
    disagreements: Sequence[Disagreement] = ()
    outcomes: list[Outcome] = field(default_factory=list)
    without_gold: int = 0
    without_ticket: int = 0

    def agreement(self, what: str) -> float:
        """Return the share of tickets whose `level` or `verdict` is as in gold."""
        same = [getattr(o, what) == getattr(o, f"gold_{what}") for o in self.outcomes]
        return sum(same) / len(same) if same else 0.0

    def kappa(self, what: str) -> float | None:
        """Return Cohen's kappa of `level` or `verdict` (J. Cohen, 1960); None where undefined."""
        pairs = [(getattr(o, what), getattr(o, f"gold_{what}")) for o in self.outcomes]
        count = len(pairs)
        ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
        chance = sum(ours[label] * theirs[label] for label in ours) / count**2 if count else 1.0
        if chance == 1.0:
            return None
        return (self.agreement(what) - chance) / (1 - chance)

    def confusion(self, what: str) -> Counter[tuple[str, str]]:
        """Return how often gold's label (first) met ours (second)."""
        return Counter((getattr(o, f"gold_{what}"), getattr(o, what)) for o in self.outcomes)

    def lines(self) -> list[str]:
        """Return the comparison as text: facts, agreement, confusion, disagreements."""
        lines = [f"{'fact':<24} precision  recall  right  wrong  missed"]
        ordered = [name for name in VOCABULARY if name in self.scores]
        lines += [_score_line(name, self.scores[name]) for name in ordered]
        lines.append(_score_line("all facts", total(self.scores.values())))
        if self.outcomes:
            lines += ["", f"{counted(len(self.outcomes), 'ticket')} decided"]
            for what in ("level", "verdict"):
                kappa = self.kappa(what)
                shown = f"{kappa:.3f}" if kappa is not None else "undefined"
                lines.append(f"{what} agreement {self.agreement(what):.3f}, Cohen's kappa {shown}")
            lines += ["", "verdict by gold, then ours"]
            for (theirs, ours), count in sorted(self.confusion("verdict").items()):
                lines.append(f"  {theirs:<11} {ours:<11} {count}")
            lowered = [o.id for o in self.outcomes if o.downgraded_top]
            lines.append(f"true top-level tickets recommended for a downgrade: {len(lowered)}")
            lines += [f"  {each}" for each in lowered]
        if self.disagreements:
            lines += ["", "to read: ticket, fact, read, gold"]
            lines += [
                f"  {each.ticket}  {each.fact}  {_shown(each.read)}  {_shown(each.gold)}"
                for each in self.disagreements
            ]
        return lines


def _score_line(name: str, found: Score) -> str:
    precision, recall = (
        f"{v:.3f}" if v is not None else "–" for v in (found.precision, found.recall)
    )
    counts = f"{found.right:>5}  {found.wrong:>5}  {found.missed:>6}"
    return f"{name:<24} {precision:>9}  {recall:>6}  {counts}"


def _shown(value: Value | None) -> str:
    return "(silent)" if value is None else str(plain(value))


def evaluate(
    tickets: Iterable[Ticket],
    gold: Mapping[str, Gold],
    rulesets: Mapping[str, Ruleset],
    extractor: Extractor | None = None,
) -> Evaluation:
    """Compare what is read from tickets, and decided on it, with gold.

    A ticket is decided by the ruleset that its gold names, if that is among `rulesets`. Gold
    verdicts follow from the gold facts where gold does not say them.
    """
    result = Evaluation()
    compared: list[tuple[str, Mapping[str, Value], Mapping[str, Value]]] = []
    for ticket in tickets:
        entry = gold.get(ticket.id)
        if entry is None:
            result.without_gold += 1
            continue
        ruleset = rulesets.get(entry.ruleset or "")
        said = ruleset.read(ticket, extractor) if ruleset else read_words(ticket, extractor)
        read = {name: item.value for name, item in said.facts.items()}
        compared.append((ticket.id, read, _values(entry, ruleset)))
        if ruleset is not None:
            result.outcomes.append(_outcome(ticket, entry, ruleset, extractor))
    result.without_ticket = len(gold) - len(compared)
    result.scores = score([(read, truth) for _, read, truth in compared])
    result.disagreements = disagreements(compared)
    return result


def _values(entry: Gold, ruleset: Ruleset | None) -> dict[str, Value]:
    facts = ruleset.policy.facts if ruleset is not None else VOCABULARY
    try:
        return {name: facts[name].normalise(value) for name, value in entry.facts.items()}
    except (KeyError, ValueError) as error:
        message = f"the gold of `{entry.id}` cannot be used: {error}"
        raise InputError.of("gold-value", message) from None


def _outcome(ticket: Ticket, entry: Gold, ruleset: Ruleset, extractor: Extractor | None) -> Outcome:
    ours = ruleset.decide(ticket, extractor=extractor)
    truth = ruleset.decide(entry.facts, filed=ticket.filed)
    level = entry.level or truth.level
    top = ruleset.policy.level_ids[0]
    lowered = ours.recommendation.action == "downgrade" and ours.filed == top
    truly_top = level == top and (entry.level is not None or truth.possible == (top,))
    return Outcome(
        ticket.id,
        ruleset.name,
        ours.level,
        level,
        ours.verdict,
        entry.verdict or truth.verdict,
        lowered and truly_top,
    )
