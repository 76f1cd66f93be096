"""`adjudge explain`: justify one decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import click

from adjudge.cli.command import Command
from adjudge.cli.console import show, wants_color, warn
from adjudge.cli.exports import opened_for
from adjudge.cli.files import EXPORT, check_files
from adjudge.cli.options import (
    decision_options,
    input_options,
    parse_pairs,
    ruleset_options,
)
from adjudge.cli.refused import ways_out
from adjudge.decide import Decision, Ruleset, load
from adjudge.decide.highlight import marked_words
from adjudge.decide.results import WhenUncertain
from adjudge.findings import Finding, InputError, did_you_mean, nearest_names
from adjudge.model.fact import Fact, Value
from adjudge.tickets.export import Export, Reject, Row
from adjudge.tickets.ticket import Ticket
from adjudge.tickets.values import read_value

_LOOKED_AT = 20_000  # ids of an export among which a near one is looked for
_NEAR = 3


@click.command(cls=Command)
@click.argument("export", required=False)
@ruleset_options
@input_options
@click.option("--ticket", metavar="ID", help="The ticket of EXPORT to explain.")
@click.option(
    "--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact, without EXPORT."
)
@click.option("--filed", metavar="LEVEL", help="The level as filed, without EXPORT.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the decision is shown.",
)
@decision_options
def explain(
    export: str | None,
    ruleset: str,
    options: dict[str, str],
    as_of: date | None,
    extractor: str | None,
    profile: str | None,
    map_file: str | None,
    ticket: str | None,
    facts: tuple[str, ...],
    filed: str | None,
    form: str,
    when_uncertain: WhenUncertain,
    language: str | None,
    text: bool,
) -> None:
    """Justify the decision on one ticket of EXPORT, or on facts given with --fact."""
    _check_call(export, ticket, facts, filed)
    check_files(((EXPORT, export), ("--ruleset", ruleset), ("--map", map_file)))
    loaded = load(ruleset, options=options, extractor=extractor)
    warn(loaded.warnings)
    found: Ticket | None = None
    if export is not None and ticket is not None:
        source = opened_for(loaded, export, profile, map_file)
        warn(source.warnings)
        row = _find(source, ticket, export)
        found = row.ticket
        with _placed(export, row.row, ticket):
            decision = loaded.decide(
                found,
                text=text,
                when_uncertain=when_uncertain,
                as_of=as_of,
                language=language,
            )
    else:
        decision = loaded.decide(
            read_facts(loaded, facts),
            filed,
            when_uncertain=when_uncertain,
            as_of=as_of,
            language=language,
        )
    show(_shown(decision, form), exact=form == "json")
    words = marked_words(decision, found, color=wants_color()) if found and form == "text" else ""
    if words:
        click.echo(f"\nThe words that facts were read from\n{words}")


def _check_call(
    export: str | None, ticket: str | None, facts: tuple[str, ...], filed: str | None
) -> None:
    if export is None and ticket is not None:
        raise InputError.of("bad-call", "`--ticket` needs an EXPORT to find the ticket in")
    if export is not None and ticket is None:
        raise InputError.of(
            "bad-call", "which ticket of the export?", help="name it with `--ticket ID`"
        )
    if export is not None and (facts or filed):
        raise InputError.of(
            "bad-call",
            "`--fact` and `--filed` are for a call without an EXPORT",
            help="leave out the EXPORT and `--ticket`, or the facts",
        )
    if export is None and not facts:
        raise InputError.of(
            "bad-call",
            "nothing to explain",
            help="give an EXPORT and `--ticket ID`, or facts with `--fact NAME=VALUE`",
        )


def read_facts(ruleset: Ruleset, words: tuple[str, ...]) -> dict[str, object]:
    """Return the facts of `--fact NAME=VALUE` words; raise `InputError` with every problem."""
    known: Mapping[str, Fact] = ruleset.policy.facts
    found: dict[str, object] = {}
    findings: list[Finding] = []
    for name, text in parse_pairs(words, "--fact", "NAME=VALUE").items():
        fact = known.get(name)
        if fact is None:
            message = f"`{ruleset.name}` knows no fact `{name}`"
            findings.append(Finding("unknown-fact", message, help=did_you_mean(name, known)))
            continue
        try:
            found[name] = _plain(read_value(fact, text))
        except ValueError as error:
            near = did_you_mean(text, fact.values) if fact.values else None
            message = f"`{text}` is no value of `{name}`"
            findings.append(Finding("value-outside-domain", message, help=near or str(error)))
    if findings:
        raise InputError(findings)
    return found


def _plain(value: Value | None) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _find(source: Export, ticket: str, path: str) -> Row:
    others: list[str] = []
    folded = ticket.lower()
    for row in source:
        if isinstance(row, Row) and row.ticket.id == ticket:
            return row
        if isinstance(row, Reject) and row.id == ticket:
            raise InputError(
                _at("ticket-rejected", row.row, ticket, reason, path) for reason in row.reasons
            )
        id = row.ticket.id if isinstance(row, Row) else row.id
        if id is not None and (len(others) < _LOOKED_AT or id.lower() == folded):
            others.append(id)
    message = f"there is no ticket `{ticket}` in the export"
    raise InputError.of("no-such-ticket", message, help=_near(ticket, others), where=path)


@contextmanager
def _placed(path: str, row: int, ticket: str) -> Iterator[None]:
    """Say of which row it is what is wrong with a ticket."""
    try:
        yield
    except InputError as error:
        raise InputError(
            _at(each.code, row, ticket, each.message, path, each.help) for each in error.findings
        ) from None


def _at(
    code: str, row: int, ticket: str, reason: str, path: str, help: str | None = None
) -> Finding:
    helps = [*([help] if help else []), *ways_out([reason])]
    message = f"row {row} (`{ticket}`): {reason}"
    return Finding(code, message, help="\n  ".join(helps) or None, where=path)


def _near(ticket: str, ids: list[str]) -> str | None:
    """Return a help line with the ids that are nearest to one, or else with the first ones."""
    near = nearest_names(ticket, ids, _NEAR)
    if near:
        return f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
    first = ", ".join(f"`{each}`" for each in ids[:_NEAR])
    return f"its first ids are {first}" if first else None


def _shown(decision: Decision, form: str) -> str:
    if form == "json":
        return decision.to_json() + "\n"
    if form == "markdown":
        return decision.to_markdown()
    return decision.to_text(color=wants_color())
