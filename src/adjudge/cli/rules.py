"""`adjudge rules`: list and show rulesets."""

from __future__ import annotations

import shlex

import click

from adjudge.cli import console
from adjudge.cli.command import Command
from adjudge.cli.console import warn
from adjudge.cli.options import option_choices
from adjudge.cli.rules_sql import sql
from adjudge.decide import load
from adjudge.decide.outline import as_markdown, as_text
from adjudge.reading.library import find_ruleset, shipped_rulesets
from adjudge.reading.nodes import read_text


@click.group()
def rules() -> None:
    """List and show rulesets."""


@rules.command(name="list", cls=Command)
def list_rulesets() -> None:
    """List the rulesets that ship: name, levels, versions, title."""
    for name in shipped_rulesets():
        ruleset = load(name)
        levels = " > ".join(ruleset.policy.level_ids)
        versions = ", ".join(policy.version for policy in ruleset.versions)
        click.echo(f"{name:<12} {levels:<44} {versions:<12} {ruleset.policy.title}")


@rules.command(cls=Command)
@click.argument("name")
@option_choices
@click.option("--version", "version", metavar="VERSION", help="Show this version. Default: newest.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "yaml"]),
    default="text",
    show_default=True,
    help="An outline, the coverage of the policy passage by passage, or the file itself.",
)
def show(name: str, options: dict[str, str], version: str | None, form: str) -> None:
    """Show the ruleset NAME (a name, or a path): levels, rules, reasons and readings."""
    if form == "yaml":
        console.show(read_text(find_ruleset(name)), exact=True)
        return
    ruleset = load(name, version=version, options=options)
    warn(ruleset.warnings)
    if form == "markdown":
        words = [name, *(word for each in options.items() for word in ("--option", "=".join(each)))]
        words += [] if version is None else ["--version", version]
        click.echo(as_markdown(ruleset.policy, shlex.join(words)), nl=False)
    else:
        click.echo(as_text(ruleset.policy), nl=False)


rules.add_command(sql)
