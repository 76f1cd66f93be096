"""Options that several commands share, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from adjudge.findings import InputError

LIST_RULESETS = "`adjudge rules list` lists what ships"
_NEVER_EMPTY = ("FILE", "WORD")
Command = TypeVar("Command", bound=Callable[..., Any])


class RulesetName(click.types.StringParamType):
    """A ruleset by name or path; where none is given, the message says how to find one."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return what follows the message that the option is missing."""
        return f"{LIST_RULESETS}; a ruleset of yours is named by its path."


class Percent(click.FloatRange):
    """A number of percent, with or without the sign behind it."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; the message on what is none says how to write it."""
        text = str(value).strip().removesuffix("%").strip()
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isnan(number):
            self.fail(f"`{value}` is no number of percent; write 5, 2.5 or 5%", param, ctx)
        _check_range(self, number, value, param, ctx)
        return number


class AnyWhole(click.types.IntParamType):
    """A whole number; the message on what is none says so in words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        return _whole(self, value, param, ctx)


class Whole(click.IntRange):
    """A whole number within bounds; the message on what is none says so in words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        number = _whole(self, value, param, ctx)
        _check_range(self, number, value, param, ctx)
        return number


class Number(click.FloatRange):
    """A number; the message on what is none says so in words."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"`{value}` is no number", param, ctx)
        _check_range(self, number, value, param, ctx)
        return number


def _whole(
    kind: click.ParamType[Any], value: Any, param: click.Parameter | None, ctx: click.Context | None
) -> int:
    try:
        return int(value)
    except ValueError:
        kind.fail(f"`{value}` is no whole number", param, ctx)


def _check_range(
    kind: click.IntRange | click.FloatRange,
    number: float,
    value: Any,
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> None:
    """Refuse a number outside of the bounds; click would name them as in a formula."""
    if kind.min is not None and number < kind.min:
        kind.fail(f"`{value}` is less than {kind.min:g}", param, ctx)
    if kind.max is not None and number > kind.max:
        kind.fail(f"`{value}` is more than {kind.max:g}", param, ctx)


def option_choices(command: Command) -> Command:
    """Add `--option NAME=CHOICE`."""
    return click.option(
        "--option",
        "options",
        multiple=True,
        callback=pairs_of,
        metavar="NAME=CHOICE",
        help="Choose among the ruleset's documented options.",
    )(command)


def as_of_option(command: Command) -> Command:
    """Add `--as-of DATE`."""
    return click.option(
        "--as-of",
        callback=date_of,
        metavar="DATE",
        help="Decide by the version in force on this date (YYYY-MM-DD), not on the ticket's.",
    )(command)


def extractor_option(command: Command) -> Command:
    """Add `--extractor NAME`."""
    return click.option(
        "--extractor",
        metavar="NAME",
        help="Read the tickets' words with an installed extractor. Default: weighed, which ships.",
    )(command)


def ruleset_options(command: Command) -> Command:
    """Add the options that choose and configure a ruleset."""
    for option in (
        extractor_option,
        as_of_option,
        option_choices,
        click.option(
            "--ruleset",
            type=RulesetName(),
            required=True,
            metavar="NAME",
            help="A ruleset by name (`adjudge rules list`) or path (./acme.yaml).",
        ),
    ):
        command = option(command)
    return command


def decision_options(command: Command) -> Command:
    """Add the options that say how a decision is made and worded."""
    for option in (
        click.option(
            "--no-text",
            "text",
            flag_value=False,
            default=True,
            help="Do not read facts out of subject and description.",
        ),
        click.option(
            "--language",
            callback=language_of,
            metavar="CODE",
            help="The language of reasons and replies, for example sv. Default: the ticket's own.",
        ),
        click.option(
            "--when-uncertain",
            type=click.Choice(["proven", "cautious", "filed"]),
            default="proven",
            show_default=True,
            help="Which possible level to report: the least urgent, the most urgent, or as filed.",
        ),
    ):
        command = option(command)
    return command


def jobs_option(command: Command) -> Command:
    """Add `--jobs N`."""
    return click.option(
        "--jobs",
        type=Whole(min=1),
        callback=lambda ctx, param, value: value or _cores(),
        metavar="N",
        help="Processes that read and decide long exports. Default: one for each core.",
    )(command)


def _cores() -> int:
    from adjudge.batch.pool import cores

    return cores()


def result_options(command: Command) -> Command:
    """Add the options that say what results hold."""
    for option in (
        click.option(
            "--raw",
            is_flag=True,
            help="Leave cells of .csv and .tsv as they are, those too that a spreadsheet runs.",
        ),
        click.option(
            "--only-results",
            is_flag=True,
            help="Leave out the columns of EXPORT: the ticket's id and the results alone.",
        ),
    ):
        command = option(command)
    return command


def input_options(command: Command) -> Command:
    """Add the options that say how an export is read."""
    for option in (
        click.option(
            "--map",
            "map_file",
            metavar="FILE",
            help="A profile of your own: which columns and values mean what.",
        ),
        click.option(
            "--profile",
            metavar="NAME",
            help="The layout of the export. Default: recognised from its header.",
        ),
    ):
        command = option(command)
    return command


def date_of(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Read an option's value as a date."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"`{value}` is no date; write YYYY-MM-DD") from None


def language_of(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return an option's value; raise `InputError` for a language that no texts are in."""
    if value is not None:
        from adjudge.reading.language import check_language

        check_language(value)
    return value


def pairs_of(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read an option's values as `NAME=VALUE` words."""
    return parse_pairs(values, param.opts[0], str(param.metavar))


def parse_pairs(values: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    """Split words of a form such as `NAME=VALUE`.

    Raises `InputError` for a word without `=`, for a name twice, and for no file or word after it.
    """
    left, _, right = form.partition("=")
    pairs: dict[str, str] = {}
    for word in values:
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or (right in _NEVER_EMPTY and not value.strip()):
            message = f"`{option} {word}` is not of the form {form}"
            help = f"write `{option} {name.strip() or left}={right}`"
            raise InputError.of("bad-call", message, help=help)
        if name.strip() in pairs:
            raise InputError.of("bad-call", f"`{option}` gives `{name.strip()}` twice")
        pairs[name.strip()] = value.strip()
    return pairs
