"""`adjudge facts`: what was read in the tickets' words, with the quotes."""

from __future__ import annotations

import json
from datetime import date

import click

from adjudge.batch.summary import dropped_line
from adjudge.cli.console import say
from adjudge.cli.exports import opened
from adjudge.cli.options import as_of_option, extractor_option, input_options, option_choices
from adjudge.decide import load
from adjudge.decide.extractors import find_extractor
from adjudge.decide.results import evidence_dict
from adjudge.decide.words import read_words
from adjudge.evidence import Evidence, TextFacts
from adjudge.findings import InputError
from adjudge.model.fact import VOCABULARY, plain
from adjudge.source import printable
from adjudge.tickets.export import Reject
from adjudge.tickets.ticket import Ticket


@click.command()
@click.argument("export")
@as_of_option
@extractor_option
@option_choices
@click.option(
    "--ruleset",
    metavar="NAME",
    help="Read as this ruleset names the parts of its product, by name or path (./acme.yaml).",
)
@input_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="Text to read, or a JSON object a line.",
)
def facts(
    export: str,
    as_of: date | None,
    extractor: str | None,
    options: dict[str, str],
    ruleset: str | None,
    profile: str | None,
    map_file: str | None,
    form: str,
) -> None:
    """Show the facts that the words of each ticket of EXPORT state, each with its quote."""
    if ruleset is None and (options or as_of):
        raise InputError.of("bad-call", "`--option` and `--as-of` need `--ruleset NAME`")
    reader = find_extractor(extractor) if extractor else None
    chosen = load(ruleset, options=options) if ruleset is not None else None
    rows = rejected = dropped = 0
    for row in opened(export, profile, map_file, VOCABULARY):
        rows += 1
        if isinstance(row, Reject):
            rejected += 1
            say(f"row {row.row} rejected: {'; '.join(row.reasons)}")
            continue
        try:
            if chosen is not None:
                read = chosen.read(row.ticket, reader, as_of=as_of)
            else:
                read = read_words(row.ticket, reader)
        except InputError as error:
            rejected += 1
            say(f"row {row.row} rejected: {'; '.join(each.message for each in error.findings)}")
            continue
        dropped += len(read.dropped)
        click.echo(_json(row.ticket, read) if form == "jsonl" else _text(row.ticket, read))
    say(f"{rows:,} rows = {rows - rejected:,} read + {rejected:,} rejected")
    if dropped:
        say(dropped_line(dropped))


def _json(ticket: Ticket, read: TextFacts) -> str:
    entry = {
        "id": ticket.id,
        "language": read.language,
        "facts": {name: evidence_dict(item) for name, item in read.facts.items()},
        "conflicts": {
            n: [evidence_dict(item) for item in items] for n, items in read.conflicts.items()
        },
        "also": [{"fact": item.fact, **evidence_dict(item)} for item in read.also],
    }
    return json.dumps(entry, ensure_ascii=False)


def _text(ticket: Ticket, read: TextFacts) -> str:
    lines = [f"{printable(ticket.id)}  {printable(ticket.subject)}  ({read.language})"]
    lines += [f"  {_line(item)}" for item in read.facts.values()]
    for name, items in read.conflicts.items():
        said = " against ".join(f"“{printable(item.quote)}”" for item in items)
        lines.append(f"  {name} unknown: {said}")
    lines += [f"  also {_line(item)}" for item in read.also]
    return "\n".join(lines)


def _line(item: Evidence) -> str:
    return (
        f"{item.fact} = {plain(item.value)}  “{printable(item.quote)}” ({item.field} {item.start})"
    )
