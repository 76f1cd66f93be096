"""The command `adjudge`: its groups, and what happens when something is wrong.

Commands are imported when they are called, so that `adjudge --help` stays as quick as click.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

import click

DONE, DOES_NOT_HOLD, UNUSABLE, INTERNAL = 0, 1, 2, 3
HAD_ENOUGH = 128 + 13
"""Whoever read what was shown closed it: the code of a tool that SIGPIPE ends."""
INTERRUPTED = 128 + 2
"""Somebody pressed Ctrl-C: the code of a tool that SIGINT ends."""


class LazyGroup(click.Group):
    """A group that knows its commands by module and one-line help, and imports one when called."""

    def __init__(self, *args: object, lazy: dict[str, tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of declaration."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None where there is no such command."""
        if cmd_name not in self.lazy:
            return None
        module = import_module(self.lazy[cmd_name][0])
        command = getattr(module, cmd_name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command, with a near name where there is none."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.lazy:
            from adjudge.findings import did_you_mean

            ctx.fail(f"there is no command `{name}`; {did_you_mean(name, self.lazy)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[1]) for name, entry in self.lazy.items()])


class Application(LazyGroup):
    """The root: turns errors into messages and exit codes, and never shows a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a whole process; see `click`."""
        # numpy starts a thread for each processor, for linear algebra that nobody here does.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Nor is any plugin of pydantic's looked for among all packages that are installed.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        # A run makes few cycles, and much that lives as long as itself: that is not looked through
        # each time that 700 objects, as Python has it, are new.
        gc.set_threshold(100_000, 20, 100)
        return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the call; what `--help` shows may be closed as any other output."""
        with _until_ended():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; 0 done, 1 what was asked to hold does not, 2 unusable input or call."""
        from adjudge.cli.console import say
        from adjudge.findings import InputError, InternalError

        with _until_ended():
            try:
                return super().invoke(ctx)
            except InputError as error:
                say(str(error))
                ctx.exit(UNUSABLE)
            except InternalError as error:
                say(f"internal error: {error}")
                ctx.exit(INTERNAL)


@contextmanager
def _until_ended() -> Iterator[None]:
    """Give what ends a run from outside an exit code of its own; click would end with 1."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(HAD_ENOUGH) from None
    except KeyboardInterrupt:
        with suppress(OSError):
            click.echo("\ninterrupted", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from adjudge import __version__

        click.echo(f"adjudge {__version__}")
        ctx.exit()


@click.group(
    cls=Application,
    lazy={
        "classify": ("adjudge.cli.classify", "decide every ticket of an export"),
        "audit": ("adjudge.cli.audit", "find misfiled tickets, why, and what to do about them"),
        "compare": ("adjudge.cli.compare", "decide an export under several rulesets, side by side"),
        "explain": ("adjudge.cli.explain", "justify the decision on one ticket, or on facts"),
        "facts": ("adjudge.cli.facts", "what the words of each ticket state, with the quotes"),
        "evaluate": ("adjudge.cli.evaluate", "agreement with gold, or with a reviewed sample"),
        "rules": ("adjudge.cli.rules", "list and show rulesets, or write one as SQL"),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
def main() -> None:
    """Decide support tickets by the vendor's severity policy, with the reasons."""


def run() -> NoReturn:
    """Run the command line as a process of its own, and end the process with it.

    What a run made is left to the system to take back. Python, which would take it apart object
    by object, needs longer for that than for deciding ten tickets.
    """
    code: object = DONE
    _prepare_streams()
    try:
        try:
            main()
        finally:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
    except SystemExit as end:
        code = end.code or DONE
    except BrokenPipeError:  # what was still held back could not be shown
        code = HAD_ENOUGH
    except OSError as error:
        code = _say_unwritable(error)
    except Exception:  # a fault of ours: Python would end with 1, as a gate that fails does
        from traceback import print_exc

        print_exc()
        code = INTERNAL
    atexit._run_exitfuncs()
    os._exit(code if isinstance(code, int) else DOES_NOT_HOLD)


def _prepare_streams() -> None:
    """Let text be shown in any encoding, and have what is shown fail where it is closed.

    A character that the encoding lacks is shown as an escape. A closed output gets a descriptor
    that cannot be written: else the first file to be opened would take its number.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            _hold_closed(number, name)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _hold_closed(number: int, name: str) -> None:
    """Take the number of a closed stream with one whose every use that matters fails."""
    held = os.open(os.devnull, os.O_WRONLY if number == 0 else os.O_RDONLY)
    if held != number:
        os.dup2(held, number)
        os.close(held)
    if number == 1:
        sys.stdout = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _say_unwritable(error: OSError) -> int:
    """Say that what was to be shown could not be written; return the exit code."""
    from adjudge.batch.write_file import unwritable
    from adjudge.cli.console import say

    with suppress(OSError):  # where messages go may be as full
        say(str(unwritable(str(error.filename or "standard output"), error)))
        sys.stderr.flush()
    return UNUSABLE


if __name__ == "__main__":
    run()
