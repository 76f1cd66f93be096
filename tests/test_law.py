"""The import law of the layers, and the sizes that keep modules readable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import REPOSITORY

SOURCES = sorted((REPOSITORY / "src" / "adjudge").rglob("*.py"))


def test_layers_import_only_from_those_below() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_modules_stay_readable() -> None:
    long = {str(path): n for path in SOURCES if (n := path.read_text().count("\n")) > 450}
    assert long == {}


def test_every_module_says_what_it_is() -> None:
    assert [path for path in SOURCES if not path.read_text().startswith('"""')] == []
