"""What `adjudge audit` writes: reports by the ending of a file, tables of changes, the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from adjudge.audit.bulk import System, changes, system_named
from adjudge.audit.model import Audit, Meta
from adjudge.audit.told import Finding
from adjudge.batch.summary import count_reasons
from adjudge.batch.write_file import STDOUT, is_special, remove_stale, whole_bytes, whole_file
from adjudge.cli.console import say
from adjudge.cli.refused import ways_out
from adjudge.findings import InputError, counted
from adjudge.report.shown import rate_text, rows_line, scope_words

OUTPUTS = (".html", ".json", ".csv", ".tsv", ".md", ".xlsx")
_REJECTED = 5  # rejected rows that are told of one by one


def output_kind(path: str) -> str:
    """Return the kind of report that a file's ending asks for.

    Raises `InputError` for an ending that no report is written in.
    """
    if path == "-":
        return ".json"
    name = Path(path).name.lower()
    for ending in OUTPUTS:
        if name.endswith(ending) or (ending != ".xlsx" and name.endswith(f"{ending}.gz")):
            return ending
    help = f"end it in {', '.join(OUTPUTS)}; all but .xlsx also with .gz"
    message = f"`{path}` has no ending that reports are written in"
    raise InputError.of("unknown-format", message, help=help, where=path)


def write_output(audit: Audit, path: str, kind: str) -> None:
    """Write one report; it appears under its name when it is whole."""
    if kind == ".xlsx":
        from adjudge.report.xlsx import write_xlsx

        book = io.BytesIO()  # what cannot be written, the archive would complain of once more
        write_xlsx(audit, book)
        with whole_bytes(path) as raw:
            raw.write(book.getbuffer())
        return
    with whole_file(path) as stream:
        match kind:
            case ".json":
                from adjudge.report.document import write_json

                write_json(audit, stream)
            case ".md":
                from adjudge.report.markdown import render_markdown

                stream.write(render_markdown(audit))
            case ".html":
                from adjudge.report.html import render_html

                stream.write(render_html(audit.to_dict(shown=True), len(audit.tickets)))
            case _:
                from adjudge.report.tickets_table import write_csv

                write_csv(audit.tickets, stream, "\t" if kind == ".tsv" else ",")


def bulk_targets(pairs: Mapping[str, str]) -> list[tuple[System, str]]:
    """Return the systems and files of `--bulk`; raise `InputError` for an unknown system."""
    return [(system_named(name), path) for name, path in pairs.items()]


def write_sample(drawn: Sequence[Finding], meta: Meta, path: str, wanted: int) -> None:
    """Write the tickets that were drawn for review, and say how many they are."""
    from adjudge.report.review import write_review

    with whole_file(path) as stream:
        write_review(drawn, f"{meta.ruleset} {meta.ruleset_version}", stream)
    count = len(drawn)
    few = f"; {wanted:,} were asked for, and no more are in question" if count < wanted else ""
    say(f"review:   {path}, {counted(count, 'ticket')}{few}")


def write_bulk(
    audit: Audit, system: System, path: str, words: Mapping[str, str], *, agreed: bool
) -> None:
    """Write a table of changes for a system, and say what it leaves out."""
    from adjudge.report.changes import write_changes

    found = changes(audit, system, words, agreed=agreed)
    with whole_file(path) as stream:
        write_changes(found, stream)
    say(f"{path}: {counted(len(found.rows), 'change')} for {system.name}; nothing was sent")
    if found.need_consent:
        say(
            f"  {found.need_consent:,} left out, as the policy asks for the customer's word; "
            "--bulk-agreed puts them in once you have it"
        )
    if found.already_there:
        say(f"  {found.already_there:,} left out, as they stand at the right level already")


def say_brief(audit: Audit) -> None:
    """Say the short of an audit on standard error."""
    summary = audit.summary
    say(rows_line(audit))
    shown = rate_text(summary.overfiled)
    say(f"{scope_words(audit)}: {summary.filed:,} filed, misfile rate {shown}")
    outcomes = ", ".join(f"{name} {count:,}" for name, count in summary.outcomes.items())
    say(f"outcomes: {outcomes or 'none'}")


def print_terminal(audit: Audit) -> None:
    """Print the audit on standard output, as wide as the terminal is; 100 columns in a pipe."""
    from rich.console import Console

    from adjudge.report.terminal import print_audit

    if sys.stdout.isatty():
        print_audit(audit, Console(highlight=False))
    else:
        # In a pipe the blanks that fill lines up are only in the way.
        text = io.StringIO()
        print_audit(audit, Console(file=text, width=100, highlight=False, color_system=None))
        for line in text.getvalue().splitlines():
            print(line.rstrip())


def say_rejected(audit: Audit, file: str | None) -> None:
    """Say which rows were rejected: the first ones, and which file has them all."""
    for each in audit.rejected[:_REJECTED]:
        name = f" ({each.id})" if each.id else ""
        say(f"row {each.row}{name} rejected: {'; '.join(each.reasons)}")
    for way in ways_out([reason for each in audit.rejected for reason in each.reasons]):
        say(way)
    more = len(audit.rejected) - _REJECTED
    if file is not None:
        if audit.rejected:
            say(f"rejects:  {file}")
        else:
            remove_stale(file)
    elif more > 0:
        say(f"{more:,} more rejected; --rejects FILE takes them")


def say_rejected_before(
    audit: Audit, path: str, file: str | None, lines: tuple[list[str], list[str]]
) -> None:
    """Say how many rows of the earlier export were rejected, and why; put them into the file.

    `lines` are those of the export itself, which the file has already, and behind them those of
    the earlier one, which name it.
    """
    if not audit.rejected:
        return
    counts = audit.summary.counts
    say(f"of {counted(counts.rows, 'row')} of the earlier `{path}`, {counts.rejected:,} rejected:")
    for line in count_reasons(each.reasons for each in audit.rejected).lines():
        say(f"          {line}")
    if file is None:
        say("          --rejects FILE takes them")
        return
    own, before = lines
    again = () if file == STDOUT or is_special(file) else own  # a file is made anew
    with whole_file(file) as stream:
        stream.writelines(f"{line}\n" for line in (*again, *before))
    say(f"rejects:  {file}, each with its `export`")
