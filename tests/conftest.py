from __future__ import annotations

import subprocess
from collections.abc import Callable
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from adjudge.decide import Ruleset
from adjudge.findings import InputError
from adjudge.reading.policy import read_policies
from adjudge.source import Source

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
FIXTURES = REPOSITORY / "fixtures"

HEAD = """\
ruleset: sample
version: "1"
title: A sample
levels:
  - {id: P1, name: First}
  - {id: P2, name: Second}
  - {id: P3, name: Third}
residual: {level: P3, because: nothing more urgent holds}
"""


def checked_in(folder: Path) -> set[str]:
    """The names of a folder's files, without those that somebody left there.

    Outside a checkout of git nothing tells them apart: then it is all files.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    names = {name for name in listed.stdout.split("\0") if name and "/" not in name}
    return names or {path.name for path in folder.iterdir() if path.is_file()}


def not_ignored(names: set[str], folder: str = "/") -> set[str]:
    """Those names of files in a folder that no line of `.gitignore` leaves out."""
    lines = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    return {name for name in names if not any(fnmatch(folder + name, line) for line in lines)}


@cache
def ruleset_of(text: str) -> Ruleset:
    """A ruleset from the text of a file."""
    return Ruleset(*read_policies(Source("sample.yaml", text)))


@pytest.fixture
def sample() -> Callable[[str], Ruleset]:
    """Builds a ruleset of three levels (P1, P2, P3; residual P3) from the rest of its text."""
    return lambda rest: ruleset_of(HEAD + rest)


@pytest.fixture
def codes() -> Callable[[str], list[str]]:
    """Returns the codes of the findings in the text of a ruleset file."""

    def read(text: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            ruleset_of(text)
        return [finding.code for finding in caught.value.findings]

    return read
