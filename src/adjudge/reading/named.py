"""Documents by name: one that ships, or a file of the user's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from adjudge.findings import InputError, did_you_mean

_ENDINGS = (".yaml", ".yml")
_EXPORTS = (".csv", ".tsv", ".xlsx", ".xls", ".parquet", ".jsonl", ".ndjson", ".gz", ".zst")


def is_path(name: str) -> bool:
    """Say whether a name is that of a file, whatever ships."""
    return "/" in name or "\\" in name or name.endswith(_ENDINGS)


def find_document(kind: str, name: str, known: Sequence[str], folder: Path) -> Path:
    """Return the file of a document that a call names: by path, or by name among what ships.

    `kind` is what the document is, such as `ruleset`. Raises `InputError` for a name that nothing
    has, and for a file that is an export by its name.
    """
    if name in known:
        return folder / f"{name}.yaml"
    if not is_path(name) and not os.path.exists(name):
        raise unknown(kind, name, known, Path())
    if name.lower().endswith(_EXPORTS):
        message = f"`{name}` is an export by its name, and no {kind}"
        help = f"a {kind} is a YAML file; an export is named before the options"
        raise InputError.of("not-a-file", message, help=help, where=name)
    return Path(name)


def unknown(kind: str, name: str, known: Sequence[str], beside: Path) -> InputError:
    """Return the error for a name that nothing has, with the file of a folder that may be meant."""
    files = (name + each for each in _ENDINGS)
    # A name may be too long for a file to have it, which `Path.is_file` raises.
    meant = next((each for each in files if os.path.isfile(beside / each)), None)
    help = did_you_mean(name, known) if meant is None else f"did you mean the file `{meant}`?"
    own = f"one of yours is named by its path, such as ./{name}.yaml"
    help = own if help is None else help if "did you mean" in help else f"{help}; {own}"
    code = "unknown-" + kind.partition(" ")[0]
    return InputError.of(code, f"there is no {kind} `{name}`", help=help)
