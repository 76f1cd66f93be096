"""`adjudge rules sql`: a ruleset as one SQL statement."""

from __future__ import annotations

import click

from adjudge.cli.command import Command
from adjudge.cli.console import show, warn
from adjudge.cli.options import option_choices
from adjudge.decide import load
from adjudge.sql import DIALECTS, statement


@click.command(cls=Command)
@click.argument("name")
@option_choices
@click.option(
    "--version", "version", metavar="VERSION", help="Write this version. Default: newest."
)
@click.option(
    "--dialect",
    type=click.Choice(DIALECTS),
    default="duckdb",
    show_default=True,
    help="The database that the statement is for.",
)
@click.option(
    "--table",
    default="facts",
    show_default=True,
    metavar="TABLE",
    help="The table of facts: a column for each fact, null where it is unknown.",
)
@click.option(
    "--key",
    default="id",
    show_default=True,
    metavar="COLUMN",
    help="The column that names a ticket in the table and in the result.",
)
@click.option(
    "--presume/--no-presume",
    default=True,
    show_default=True,
    help="Take what the ruleset presumes where a fact is unknown, as decisions do.",
)
def sql(
    name: str,
    options: dict[str, str],
    version: str | None,
    dialect: str,
    table: str,
    key: str,
    presume: bool,
) -> None:
    """Write the ruleset NAME (a name, or a path) as one SQL statement.

    The result has the level that is proven, the possible levels, and the deciding rules.
    """
    ruleset = load(name, version=version, options=options)
    warn(ruleset.warnings)
    text = statement(ruleset.compiled, dialect, table=table, key=key, presume=presume)
    show(text, exact=True)
