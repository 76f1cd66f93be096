"""`adjudge facts`: what was read in the tickets' words, with the quotes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

import click

from adjudge.batch.classify import ticket_of, weight_of
from adjudge.batch.pool import in_order
from adjudge.batch.summary import cut_line, dropped_line, foreign_line
from adjudge.cli.command import Command
from adjudge.cli.console import say, show
from adjudge.cli.exports import opened, say_how_read, warn_of_no_rows
from adjudge.cli.files import EXPORT, check_files
from adjudge.cli.options import (
    as_of_option,
    extractor_option,
    input_options,
    jobs_option,
    option_choices,
)
from adjudge.decide import Ruleset, load
from adjudge.decide.extractors import find_extractor
from adjudge.decide.results import evidence_dict
from adjudge.decide.words import read_words
from adjudge.evidence import Evidence, TextFacts
from adjudge.findings import InputError, counted
from adjudge.model.fact import VOCABULARY, plain
from adjudge.source import printable
from adjudge.tickets.export import Reject
from adjudge.tickets.ticket import Ticket


@click.command(cls=Command)
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
@jobs_option
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
    jobs: int,
) -> None:
    """Show the facts that the words of each ticket of EXPORT state, each with its quote."""
    if ruleset is None and (options or as_of):
        raise InputError.of("bad-call", "`--option` and `--as-of` need `--ruleset NAME`")
    check_files(((EXPORT, export), ("--ruleset", ruleset), ("--map", map_file)))
    chosen = load(ruleset, options=options) if ruleset is not None else None
    reading = _Reading(chosen, extractor, as_of, form)
    source = opened(export, profile, map_file, VOCABULARY)
    say_how_read(export, source)
    rows = rejected = dropped = cut = 0
    foreign: Counter[str] = Counter()
    for row, told in in_order(reading, source, ticket_of, weight_of, jobs):
        rows += 1
        reasons = row.reasons if isinstance(row, Reject) else told.reasons if told else ()
        if reasons:
            rejected += 1
            say(f"row {row.row} rejected: {'; '.join(reasons)}")
        elif told is not None:
            dropped += told.dropped
            cut += told.cut
            foreign.update([told.foreign] if told.foreign else [])
            show(f"{told.text}\n", exact=form == "jsonl")
    say(f"{counted(rows, 'row')} = {rows - rejected:,} read + {rejected:,} rejected")
    if dropped:
        say(dropped_line(dropped))
    if cut:
        say(cut_line(cut))
    if foreign:
        say(foreign_line(foreign))
    warn_of_no_rows(export, rows)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is shown of a ticket, or the reasons for which it cannot be read."""

    text: str = ""
    dropped: int = 0
    cut: bool = False
    foreign: str = ""
    reasons: tuple[str, ...] = ()


class _Reading:
    """Reads a ticket and tells what it states, in whatever process."""

    def __init__(
        self, ruleset: Ruleset | None, extractor: str | None, as_of: date | None, form: str
    ) -> None:
        self._given = ruleset, extractor, as_of, form
        self._reader = find_extractor(extractor) if extractor else None

    def __reduce__(self) -> tuple[type[_Reading], tuple[object, ...]]:
        """Travel without the extractor, which is found again by its name."""
        return type(self), self._given

    def __call__(self, ticket: Ticket) -> _Told:
        ruleset, _, as_of, form = self._given
        try:
            if ruleset is not None:
                read = ruleset.read(ticket, self._reader, as_of=as_of)
            else:
                read = read_words(ticket, self._reader)
        except InputError as error:
            return _Told(reasons=tuple(each.message for each in error.findings))
        shown = _json(ticket, read) if form == "jsonl" else _text(ticket, read)
        foreign = read.language if read.foreign else ""
        return _Told(shown, len(read.dropped), read.unread > 0, foreign)


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
