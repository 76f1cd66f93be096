"""A decision as text and as Markdown: the short of it first, the details after."""

from __future__ import annotations

from adjudge.decide.decision import Decision
from adjudge.decide.facts import KnownFact
from adjudge.decide.trail import TestedCondition, TrailEntry
from adjudge.source import printable

_MARKS = {"true": "✓", "false": "✗", "unknown": "?"}
_COLORS = {"true": "32", "false": "31", "unknown": "33"}
_VERDICT_COLORS = {
    "confirmed": "32",
    "overfiled": "31",
    "underfiled": "31",
    "unproven": "33",
    "unfiled": "36",
}
_TITLES = {
    "criterion": "",
    "residual": "otherwise",
    "floor": "raises to",
    "cap": "lowers to",
    "indicator": "sign of",
    "entitlement": "entitlement",
    "response": "response",
    "default_level": "default",
    "filed_rank": "filed as",
}
_EVIDENCE_WIDTH = 60


class _Paint:
    """Escape codes for a terminal, or nothing for a pipe."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text

    def bold(self, text: str) -> str:
        return self(text, "1")

    def dim(self, text: str) -> str:
        return self(text, "2")


def as_text(decision: Decision, *, color: bool = False) -> str:
    """Return the decision as plain text, with colours where a terminal shows them."""
    paint = _Paint(color)
    lines = [_headline(decision, paint), decision.recommendation.summary]
    lines += _short_lines(decision)
    lines += ["", paint.bold("Why")]
    for entry in decision.trail:
        lines += _entry_lines(decision, entry, paint)
    if decision.facts:
        lines += ["", paint.bold("Facts")]
        lines += _fact_lines(decision, paint)
    if decision.conflicts:
        against = all(len(items) > 1 for items in decision.conflicts.values())
        because = "contradict each other" if against else "are not clear, or contradict the rest"
        lines += ["", paint.bold(f"Unknown, because the ticket's words {because}")]
        lines += [
            f"  {name}: " + " against ".join(f"“{_printable(item.quote)}”" for item in items)
            for name, items in decision.conflicts.items()
        ]
    if decision.disagreements:
        lines += ["", paint.bold("Stated otherwise than the ticket's words; what is stated counts")]
        lines += [
            f"  {each.fact}: stated {_shown(each.stated)}, but the {each.field} says "
            f"{_shown(each.read)} (“{_printable(each.quote)}”)"
            for each in decision.disagreements
        ]
    if decision.dropped:
        lines += ["", paint.bold("Dropped: read with words that do not occur in the ticket")]
        lines += [
            f"  {_printable(item.fact)} = {_shown(item.value)} (“{_printable(item.quote)}”)"
            for item in decision.dropped
        ]
    if decision.unread:
        lines += ["", f"The last {decision.unread:,} characters of its text were not read."]
    if decision.foreign:
        lines += ["", f"Its words are in a language that is not read ({decision.foreign})."]
    lines += ["", paint.bold("Reply to the customer")]
    lines += [
        f"  {printable(line)}".rstrip() for line in decision.recommendation.reply.splitlines()
    ]
    return "\n".join(lines) + "\n"


def _headline(decision: Decision, paint: _Paint) -> str:
    verdict = paint(decision.verdict.upper(), _VERDICT_COLORS[decision.verdict])
    possible = " or ".join(decision.possible)
    parts = [_printable(decision.id or "facts"), f"filed {decision.filed or 'without a level'}"]
    if decision.filed_by_default:
        parts[-1] += " by default"
    name = decision.policy.level(decision.level).name.in_language(decision.language)
    shown = f"{decision.level} {name}" if name != decision.level else name
    parts.append(paint.bold(shown if len(decision.possible) == 1 else possible))
    rules = f"{decision.ruleset} {decision.ruleset_version}"
    return "  ".join([*parts, verdict, paint.dim(f"({rules})")])


def _short_lines(decision: Decision) -> list[str]:
    lines = []
    if decision.response is not None:
        due = decision.response.due
        when = f" (due {due.isoformat(sep=' ', timespec='minutes')})" if due else ""
        within = decision.wording.promise(decision.response)
        lines.append(f"Response at {decision.level}: within {within}{when}")
    if decision.entitled is False:
        lines.append("Entitled to support: no")
    elif decision.entitled is None:
        lines.append("Entitled to support: not known")
    nearest = decision.wording.nearest(decision)
    if nearest:
        lines.append(nearest)
    if decision.questions:
        lines.append("Ask next:")
        lines += [f"  - {question.question}" for question in decision.questions[:5]]
    return lines


def _entry_lines(decision: Decision, entry: TrailEntry, paint: _Paint) -> list[str]:
    mark = paint(_MARKS[entry.outcome], _COLORS[entry.outcome])
    title = " ".join(part for part in (_TITLES[entry.kind], entry.level or "") if part)
    decided = paint.bold("  ← decides") if entry.rule in decision.decided_by else ""
    lines = [f"  {mark} {title}: {entry.because}{decided}"]
    for condition in entry.conditions:
        if condition.decisive:
            lines.append("      " + _condition(decision, condition, paint))
    if entry.source:
        lines.append(paint.dim(f"      [{entry.rule}; {_first_sources(entry.source)}]"))
    if entry.interpretation and entry.outcome != "false":
        lines.append(paint.dim(f"      reading: {entry.interpretation}"))
    return lines


def _first_sources(source: str) -> str:
    """Return the first citation, and how many more there are (JSON and Markdown have them all)."""
    first, *more = source.split("; ")
    return f"{first}, and {len(more)} more" if more else first


def _condition(decision: Decision, condition: TestedCondition, paint: _Paint) -> str:
    expected = _expected(condition.expected)
    if condition.outcome == "unknown":
        return f"{condition.fact} is not known; it takes {expected}"
    fact = decision.facts.get(condition.fact)
    origin = _origin(fact) if fact else ""
    actual = _shown(condition.actual)
    if condition.outcome == "true":
        return f"{condition.fact} is {actual}{origin}"
    return f"{condition.fact} is {actual}{origin}; it takes {expected}"


def _origin(fact: KnownFact) -> str:
    match fact.origin:
        case "text":
            return f" (“{_printable(fact.quote or '')}”, {fact.field} {fact.start}–{fact.end})"
        case "default":
            return " (presumed)"
        case "derived":
            return " (derived)"
        case _:
            return f" (field {fact.field})" if fact.field and fact.field != "facts" else ""


def _fact_lines(decision: Decision, paint: _Paint) -> list[str]:
    lines = []
    for name in decision.policy.facts:
        fact = decision.facts.get(name)
        if fact is None:
            continue
        line = f"  {name} = {_shown(decision_value(fact))}{_origin(fact)}"
        if fact.because is not None:
            line += f": {fact.because.in_language(decision.language)}"
        lines.append(paint.dim(line) if fact.origin == "default" else line)
    return lines


def decision_value(fact: KnownFact) -> object:
    """Return a fact's value as JSON has it."""
    return fact.to_dict()["value"]


def _expected(expected: object) -> str:
    if isinstance(expected, dict):
        return f"anything but {_expected(expected['not'])}"
    if isinstance(expected, list):
        return " or ".join(_shown(value) for value in expected)
    return _shown(expected)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) if value else "none of note"
    return str(value)


def _printable(text: str) -> str:
    """Return ticket text without the control characters that could act on a terminal."""
    flat = printable(text)
    return flat if len(flat) <= _EVIDENCE_WIDTH else flat[: _EVIDENCE_WIDTH - 1] + "…"


def as_markdown(decision: Decision) -> str:
    """Return the decision as Markdown."""
    possible = " or ".join(f"**{level}**" for level in decision.possible)
    title = _escape(_printable(decision.id or "Decision"))
    lines = [
        f"## {title}: {decision.verdict}",
        "",
        f"Filed {decision.filed or 'without a level'}, by the rules of {decision.ruleset} "
        f"({decision.ruleset_version}): {possible}.",
        "",
        _escape(decision.recommendation.summary),
        "",
    ]
    lines += [f"- {_escape(line.strip().removeprefix('- '))}" for line in _short_lines(decision)]
    lines += ["", "| | level | rule | why | what it met | source |", "|---|---|---|---|---|---|"]
    lines += [_markdown_row(decision, entry) for entry in decision.trail]
    lines += ["", "### Reply to the customer", ""]
    lines += [
        f"> {_escape(printable(line))}" for line in decision.recommendation.reply.splitlines()
    ]
    return "\n".join(lines) + "\n"


def _markdown_row(decision: Decision, entry: TrailEntry) -> str:
    met = "; ".join(
        _condition(decision, condition, _Paint(False))
        for condition in entry.conditions
        if condition.decisive
    )
    rule = f"**{entry.rule}**" if entry.rule in decision.decided_by else entry.rule
    cells = (entry.level or "", rule, _escape(entry.because), _escape(met), _escape(entry.source))
    return f"| {_MARKS[entry.outcome]} | " + " | ".join(cells) + " |"


def _escape(text: str) -> str:
    # Ticket text may hold Markdown of its own; none of it may act here.
    for char in "\\`*_[]<>|#":
        text = text.replace(char, "\\" + char)
    return text
