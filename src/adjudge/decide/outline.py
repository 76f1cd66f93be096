"""A policy shown to people: an outline as text, and its coverage passage by passage as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from adjudge.model.condition import All, AnyOf, AtLeast, Condition, Leaf, leaves
from adjudge.model.policy import Calendar, Policy, Promise, Rule
from adjudge.reading.build import SHARED_LAWS
from adjudge.reading.whole import carriers

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def condition_text(condition: Condition) -> str:
    """Return a condition as one line, with words for the combinations."""
    if isinstance(condition, Leaf):
        return f"{condition.fact} {_expected(condition.expected())}"
    parts = [_bracketed(part) for part in condition.parts]
    if isinstance(condition, All):
        return " and ".join(parts) if parts else "always"
    if isinstance(condition, AnyOf):
        return " or ".join(parts) if parts else "never"
    return f"at least {condition.count} of: {'; '.join(parts)}"


def _bracketed(condition: Condition) -> str:
    text = condition_text(condition)
    nested = isinstance(condition, AnyOf | All | AtLeast) and len(condition.parts) > 1
    return f"({text})" if nested else text


def _expected(expected: object) -> str:
    if isinstance(expected, dict):
        return "is not " + _expected(expected["not"]).removeprefix("= ")
    if isinstance(expected, list):
        return "in {" + ", ".join(_word(value) for value in expected) + "}"
    text = _word(expected)
    return text if text.startswith((">", "<", "=", "contains", "empty")) else f"= {text}"


def _word(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_text(policy: Policy) -> str:
    """Return the outline of a policy: levels, rules from the most urgent down, clocks, options."""
    lines = [f"{policy.name}: {policy.title} (version {policy.version})"]
    if policy.description:
        lines += ["", " ".join(policy.description.split())]
    lines += ["", "Levels, most urgent first"]
    lines += [f"  {level.id}  {level.name}" for level in policy.levels]
    for title, rules in _sections(policy):
        if rules:
            lines += ["", title]
            for rule in rules:
                lines += _rule_lines(rule)
    lines += _rest(policy)
    return "\n".join(lines) + "\n"


def _sections(policy: Policy) -> list[tuple[str, list[Rule]]]:
    ladder = [rule for rule in policy.rules if rule.kind in ("criterion", "residual")]
    return [
        ("Criteria: the most urgent level one of whose criteria holds", ladder),
        ("Floors: then raise to", list(policy.floors)),
        ("Caps: then lower to", list(policy.caps)),
        ("Indicators: support, and do not decide", list(policy.indicators)),
        ("Entitlement", [policy.entitlement] if policy.entitlement else []),
    ]


def _rule_lines(rule: Rule) -> list[str]:
    when = "nothing else holds" if rule.kind == "residual" else condition_text(rule.when)
    lines = [f"  {rule.level or 'entitled'}  {rule.id}: {rule.because}", f"      when {when}"]
    if rule.sources:
        lines.append(f"      [{'; '.join(rule.sources)}]")
    if rule.interpretation is not None:
        lines.append(f"      reading: {rule.interpretation}")
    return lines


def _rest(policy: Policy) -> list[str]:
    lines: list[str] = []
    if policy.promises:
        lines += ["", "Response times: the first that applies"]
        lines += [f"  {_promise(promise)}" for promise in policy.promises]
    lines += [f"  calendar {each.id}: {_calendar(each)}" for each in policy.calendars.values()]
    read = {leaf.fact for rule in policy.rules for leaf in leaves(rule.when)}
    presumed = [
        f"  {name} = {_shown(each.value)}" for name, each in policy.presumed.items() if name in read
    ]
    if presumed:
        lines += ["", "Presumed where nothing states them", *presumed]
    lines += _laws(policy)
    lines += _functions(policy)
    changes = [
        f"  {direction}: {change.consent or 'the policy is silent'}"
        for direction, change in policy.reclassification.items()
    ]
    if changes:
        lines += ["", "Who may change a filed level", *changes]
    if policy.default_level is not None:
        lines += ["", f"Where nothing was filed: {policy.default_level.level}"]
    if policy.windows:
        lines += ["", "Weekly windows"]
        lines += [
            f"  {_DAYS[w.weekday]} {w.starts:%H:%M} {w.zone}, "
            f"for {w.duration.total_seconds() / 3600:g} h: {w.fact} = {_shown(w.value)}"
            for w in policy.windows
        ]
    if policy.options:
        lines += ["", "Options (`--option NAME=CHOICE`)"]
        for option in policy.options:
            choices = ", ".join(option.choices)
            lines.append(f"  {option.id}: {choices} (default {option.default})")
            lines.append(f"      {' '.join(option.description.split())}")
    return lines


def _laws(policy: Policy) -> list[str]:
    """Return the laws of a policy, and of the vocabulary's those on facts that the policy reads."""
    own = [each for each in policy.derivations if each not in SHARED_LAWS]
    read = {leaf.fact for rule in policy.rules for leaf in leaves(rule.when)}
    for each in own:
        read |= {each.fact, *(leaf.fact for leaf in leaves(each.when))}
    shared = [each for each in policy.derivations if each not in own and each.fact in read]
    if not own and not shared:
        return []
    lines = ["", "Laws between facts: what breaks one contradicts itself"]
    for each in (*shared, *own):
        lines.append(f"  {each.id}: {each.because}")
        when = condition_text(each.when)
        lines.append(f"      when {when}, {each.fact} = {_shown(each.value)}")
    return lines


def _functions(policy: Policy) -> list[str]:
    if not policy.functions:
        return []
    lines = ["", "Parts of the product, as customers call them (`*`: any ending)"]
    for rank, by_language in policy.functions.items():
        lines.append(f"  {rank}")
        for language, names in by_language.items():
            lines.append(f"      {language}: {', '.join(names)}")
    return lines


def _promise(promise: Promise) -> str:
    levels = ", ".join(promise.levels)
    condition = condition_text(promise.rule.when)
    when = "" if condition == "always" else f" when {condition}"
    time = f"within {promise.within} {promise.clock}" if promise.within else "no time is promised"
    return f"{levels}{when}: {time}"


def _calendar(calendar: Calendar) -> str:
    days = " ".join(_DAYS[day] for day in calendar.days)
    off = f", off: {', '.join(calendar.holidays)}" if calendar.holidays else ""
    off += f", public holidays of {calendar.country}" if calendar.country else ""
    return f"{days} {calendar.opens:%H:%M}–{calendar.closes:%H:%M} {calendar.zone}{off}"


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return _word(value)


def as_markdown(policy: Policy, named: str | None = None) -> str:
    """Return the coverage of a policy: each passage, what it says, and which rule carries it.

    `named` is how a call names the policy, where that is not by its name alone.
    """
    by_passage: dict[str, list[str]] = {}
    for name, passages in carriers(policy):
        for each in passages:
            by_passage.setdefault(each, []).append(name)
    lines = [
        f"# {policy.title}",
        "",
        f"Generated from the ruleset `{policy.name}` (version {policy.version}) by "
        f"`adjudge rules show {named or policy.name} --format markdown`; do not edit.",
        "",
        "## Passage by passage",
        "",
        "| passage | where | what it says, in our words | carried by |",
        "|---|---|---|---|",
    ]
    for passage in policy.passages:
        carried = ", ".join(f"`{name}`" for name in by_passage.get(passage.id, []))
        if passage.informative:
            carried = f"{carried}; " if carried else ""
            carried += f"informative: {' '.join(passage.informative.split())}"
        where = passage.cite() + (f" ({', '.join(passage.lines)})" if passage.lines else "")
        lines.append(_row([f"`{passage.id}`", where, passage.gist, carried]))
    lines += ["", "## Readings taken where the text is silent or ambiguous", ""]
    lines += [f"- `{name}`: {text}" for name, text in _readings(policy)]
    lines += ["", "## The rules", "", "```text", *as_text(policy).rstrip().splitlines(), "```"]
    return "\n".join(lines) + "\n"


def _readings(policy: Policy) -> Iterable[tuple[str, str]]:
    statements = [(rule.id, rule.interpretation) for rule in policy.rules]
    statements += [(window.id, window.interpretation) for window in policy.windows]
    statements += [(f"presume {n}", each.interpretation) for n, each in policy.presumed.items()]
    statements += [(n, each.interpretation) for n, each in policy.reclassification.items()]
    if policy.default_level is not None:
        statements.append(("default level", policy.default_level.interpretation))
    return [(name, " ".join(str(text).split())) for name, text in statements if text is not None]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
