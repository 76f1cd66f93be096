"""`adjudge evaluate`: how well readings and decisions agree with what careful readers found."""

from __future__ import annotations

from dataclasses import replace

import click

from adjudge.batch.evaluate import evaluate as compare
from adjudge.batch.gold import read_gold
from adjudge.cli.console import say
from adjudge.cli.exports import opened
from adjudge.cli.options import input_options
from adjudge.decide import load
from adjudge.model.fact import VOCABULARY
from adjudge.tickets.export import Row


@click.command()
@click.argument("export")
@click.option("--gold", required=True, metavar="FILE", help="What is true, as JSON lines.")
@click.option("--ruleset", metavar="NAME", help="The ruleset for gold that names none.")
@input_options
def evaluate(
    export: str, gold: str, ruleset: str | None, profile: str | None, map_file: str | None
) -> None:
    """Compare what is read and decided for EXPORT with gold: precision and recall of each fact,
    agreement on levels and verdicts with Cohen's kappa, and the disagreements to read."""
    truth = read_gold(gold)
    names = {entry.ruleset or ruleset for entry in truth.values()} - {None}
    rulesets = {str(name): load(str(name)) for name in names}
    if ruleset is not None:
        truth = {
            key: entry if entry.ruleset else replace(entry, ruleset=ruleset)
            for key, entry in truth.items()
        }
    rows = opened(export, profile, map_file, VOCABULARY)
    tickets = (row.ticket for row in rows if isinstance(row, Row))
    result = compare(tickets, truth, rulesets)
    for line in result.lines():
        click.echo(line)
    if result.without_gold or result.without_ticket:
        say(f"{result.without_gold} tickets have no gold")
        say(f"{result.without_ticket} lines of gold have no ticket")
