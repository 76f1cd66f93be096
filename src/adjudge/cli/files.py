"""The files of a call: none that is read may be written, and no two outputs may meet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import PurePath

from adjudge.batch.write_file import STDOUT, check_writable
from adjudge.findings import InputError
from adjudge.reading.library import find_ruleset
from adjudge.reading.profile import profile_files

EXPORT = "EXPORT"
_EXPORTS = (EXPORT, "--compare")
_STDIN = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_NO_TABLES = (".xlsx", ".xls", ".json", ".jsonl", ".ndjson", ".html", ".md", ".parquet", ".tsv")
Named = tuple[str, str | None]
"""What a file is for, and its path; None where the call names no such file."""


def check_files(reads: Iterable[Named], outputs: Iterable[Named] = ()) -> None:
    """Raise `InputError` where a call reads standard input twice, or would lose or not make a file.

    `reads` are named by their options, `EXPORT` and `--ruleset` among them; `outputs` by what they
    hold. A file that is read may not be written, and two outputs may not have one name.
    """
    given = [(option, path) for option, path in reads if path]
    written = [(what, path) for what, path in outputs if path]
    _check_stdin(given)
    for option, read in given:
        for file in _files_of(option, read) if written else ():
            for _, path in written:
                if path != STDOUT and _same(path, file):
                    raise _is_input(path, option)
    for (first, one), (second, other) in combinations(written, 2):
        if _meet(one, other):
            where = "standard output" if one == STDOUT else f"`{one}`"
            second = "another one" if second == first else second
            message = f"{where} would hold {first} and {second}"
            raise InputError.of("bad-call", message, help="name two files", where=one)
    for _, path in written:
        check_writable(path)


def check_is_table(path: str | None) -> None:
    """Raise `InputError` where a table of commas would get the name of a file of another kind."""
    ending = "" if path is None else PurePath(path).suffix.lower()
    if ending in _NO_TABLES:
        message = f"`{path}` would not be what its name says"
        help = "a table is written: end it in .csv"
        raise InputError.of("unknown-format", message, help=help, where=path)


def _check_stdin(given: list[tuple[str, str]]) -> None:
    options = [
        option for option, path in given if path in _STDIN or (path == "-" and option in _EXPORTS)
    ]
    if len(options) > 1:
        first, second = (each if each == EXPORT else f"`{each}`" for each in options[:2])
        message = f"{first} and {second} both are standard input, which is read once"
        raise InputError.of("bad-call", message, help="put one of them in a file")


def _files_of(option: str, path: str) -> Iterator[str]:
    """Yield the files that an option has read."""
    if option == "--ruleset":
        yield str(find_ruleset(path))
    elif option == "--map":
        yield from profile_files(path)
    elif path != "-" or option not in _EXPORTS:
        yield path


def _is_input(path: str, option: str) -> InputError:
    if option == EXPORT:
        message = f"`{path}` is the export itself"
        help = "choose another file: the export is the only record of what was rejected"
    else:
        what = "the export" if option in _EXPORTS else "the file"
        message = f"`{path}` is {what} of `{option}` itself"
        help = "choose another file: this one is read"
    return InputError.of("output-is-input", message, help=help, where=path)


def _meet(one: str, other: str) -> bool:
    if STDOUT in (one, other):
        return one == other
    # What nobody wants to keep may go to one place.
    return os.path.realpath(one) != os.devnull and _same(one, other)


def _same(one: str, other: str) -> bool:
    try:
        return os.path.realpath(one) == os.path.realpath(other) or os.path.samefile(one, other)
    except (OSError, ValueError):  # one of them is not there
        return False
