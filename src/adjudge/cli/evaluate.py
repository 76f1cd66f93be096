"""`adjudge evaluate`: how well adjudge agrees with careful readers, by gold or by a review."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from adjudge.cli.command import Command
from adjudge.cli.console import say, show, warn
from adjudge.cli.files import EXPORT, check_files
from adjudge.cli.options import LIST_RULESETS, extractor_option, input_options, option_choices
from adjudge.findings import InputError, counted

if TYPE_CHECKING:
    from adjudge.audit.evaluate import Evaluation


@click.command(cls=Command)
@click.argument("export")
@click.option("--gold", metavar="FILE", help="What is true of each ticket, as JSON lines.")
@option_choices
@extractor_option
@click.option("--ruleset", metavar="NAME", help="The ruleset of the audit, or of gold without one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (of a reviewed sample).")
@input_options
def evaluate(
    export: str,
    gold: str | None,
    options: dict[str, str],
    extractor: str | None,
    ruleset: str | None,
    as_json: bool,
    profile: str | None,
    map_file: str | None,
) -> None:
    """Say how well adjudge agrees with people.

    With --gold: what is read and decided for EXPORT against FILE, as precision and recall of each
    fact, agreement on levels and verdicts with Cohen's kappa, and the disagreements to read.

    Without: EXPORT is a sample that people filled in. `adjudge audit --sample N --review FILE`
    draws it; a person writes a level into `reviewer_level`, or `?` where the ticket does not tell.
    """
    check_files(
        ((EXPORT, export), ("--gold", gold), ("--ruleset", ruleset), ("--map", map_file)),
    )
    if gold is not None:
        _against_gold(export, gold, options, extractor, ruleset, profile, map_file)
    elif ruleset is None:
        message = "a reviewed sample needs `--ruleset NAME`"
        raise InputError.of("bad-call", message, help=LIST_RULESETS)
    else:
        _against_reviewers(export, options, ruleset, as_json)


def _against_gold(
    export: str,
    gold: str,
    options: dict[str, str],
    extractor: str | None,
    ruleset: str | None,
    profile: str | None,
    map_file: str | None,
) -> None:
    from adjudge.batch.evaluate import evaluate as compare
    from adjudge.batch.gold import read_gold
    from adjudge.cli.exports import known_to, opened, say_how_read
    from adjudge.decide import load
    from adjudge.decide.extractors import find_extractor
    from adjudge.model.fact import VOCABULARY
    from adjudge.tickets.export import Row
    from adjudge.tickets.filed_column import Levels

    truth = {
        key: entry if entry.ruleset else replace(entry, ruleset=ruleset)
        for key, entry in read_gold(gold).items()
    }
    names = {entry.ruleset for entry in truth.values() if entry.ruleset}
    rulesets = {
        name: load(name, options=options if name == ruleset else {}, extractor=extractor)
        for name in names
    }
    reader = find_extractor(extractor) if extractor else None
    levels = Levels(
        " and ".join(sorted(names)),
        frozenset().union(*(each.spelled_levels.spellings for each in rulesets.values())),
    )
    known = known_to(list(rulesets.values())) if rulesets else None
    rows = opened(export, profile, map_file, VOCABULARY, levels, known)
    say_how_read(export, rows)
    result = compare((row.ticket for row in rows if isinstance(row, Row)), truth, rulesets, reader)
    for line in result.lines():
        click.echo(line)
    if result.without_gold or result.without_ticket:
        tickets = counted(result.without_gold, "ticket")
        say(f"{tickets} {'has' if result.without_gold == 1 else 'have'} no gold")
        lines = counted(result.without_ticket, "line")
        say(f"{lines} of gold {'has' if result.without_ticket == 1 else 'have'} no ticket")


def _against_reviewers(reviewed: str, options: dict[str, str], ruleset: str, as_json: bool) -> None:
    from adjudge.audit.evaluate import check_ruleset, read_review
    from adjudge.audit.evaluate import evaluate as held_against
    from adjudge.decide import load

    loaded = load(ruleset, options=options)
    compiled, policy = loaded.compiled, loaded.policy
    entries = read_review(reviewed)
    warn(check_ruleset(reviewed, entries, policy.name, policy.version))
    found = held_against(entries, compiled.filed_level, compiled.level_ids)
    if as_json:
        show(f"{json.dumps(found.to_dict(), ensure_ascii=False)}\n", exact=True)
    else:
        click.echo("\n".join(_lines(found)))


def _lines(found: Evaluation) -> list[str]:
    from adjudge.report.shown import rate_text

    kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
    lines = [
        f"{counted(found.rows, 'row')} = {found.reviewed:,} reviewed + {found.unclear:,} unclear + "
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
