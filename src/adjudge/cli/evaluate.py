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
