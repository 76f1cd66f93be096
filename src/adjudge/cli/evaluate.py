<<<<<<< HEAD
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
=======
"""`adjudge evaluate`: read a reviewed sample back, and say how often people agree."""

from __future__ import annotations

import json

import click

from adjudge.audit.evaluate import Evaluation
from adjudge.cli.options import option_choices
from adjudge.report.shown import rate_text


@click.command()
@click.argument("reviewed")
@option_choices
@click.option("--ruleset", required=True, metavar="NAME", help="The ruleset of the audit.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(reviewed: str, options: dict[str, str], ruleset: str, as_json: bool) -> None:
    """Hold the verdicts of an audit against REVIEWED, a sample that people filled in.

    `adjudge audit --sample N --review FILE` draws it; a person writes a level into
    `reviewer_level`, or `?` where the ticket does not tell.
    """
    from adjudge.audit.evaluate import evaluate as held_against
    from adjudge.decide import load

    loaded = load(ruleset, options=options)
    compiled = loaded.compiled
    found = held_against(reviewed, compiled.filed_level, compiled.level_ids)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(found)))


def _lines(found: Evaluation) -> list[str]:
    kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
    lines = [
        f"{found.rows:,} rows = {found.reviewed:,} reviewed + {found.unclear:,} unclear + "
        f"{found.empty:,} not reviewed",
        f"same level, where one was proven:   {rate_text(found.exact)}",
        f"reviewer's level held possible:     {rate_text(found.possible)}",
        f"agreement beyond chance (kappa):    {kappa}",
        f"precision of `overfiled`:           {rate_text(found.overfiled_precision)}",
        f"recall of `overfiled`:              {rate_text(found.overfiled_recall)}",
        f"downgrades that the reviewer would not make: {found.wrong_downgrades:,}",
    ]
    for each in found.disputed:
        note = f" ({each.note})" if each.note else ""
        ours = " or ".join(each.adjudge)
        lines.append(
            f"  {each.id}: filed {each.filed or '–'}, adjudge {ours}, "
            f"reviewer {each.reviewer}{note}"
        )
    return lines
>>>>>>> 5fba79c1fa737b1a6eb7a292ed4efd9b5e6b8246
