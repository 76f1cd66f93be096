"""Every command in the documentation of exports runs, and says what the documentation says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from adjudge.reading.profile import read_profile, shipped_profile_names
from adjudge.reading.profile_shape import ProfileDoc
from adjudge.source import Source
from conftest import checked_in, not_ignored

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "exports.md"
EXPORTS = ROOT / "fixtures" / "exports"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(kind: str) -> list[str]:
    return [
        text for found, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if found == kind
    ]


def commands() -> list[tuple[str, str]]:
    """Each command of the page, and what it prints."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the samples and the command."""
    shutil.copytree(EXPORTS, tmp_path, dirs_exist_ok=True)
    command = tmp_path / "bin" / "adjudge"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m adjudge.cli.main "$@"\n')
    command.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("command", "output"), commands())
def test_a_command_of_the_page_prints_what_the_page_says(
    place: Path, command: str, output: str
) -> None:
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        command, shell=True, cwd=place, text=True, timeout=60, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, output)
    written = {path.name for path in place.iterdir() if path.is_file()} - checked_in(EXPORTS)
    assert not_ignored(written, "/fixtures/exports/") == set()


def test_the_page_names_every_profile_sample_and_key() -> None:
    page = PAGE.read_text(encoding="utf-8")
    wanted = [
        *shipped_profile_names(),
        *checked_in(EXPORTS),
    ]
    wanted += [key for key in ProfileDoc.model_fields if key != "native_json"]
    assert [name for name in wanted if f"`{name}`" not in page] == []


def test_the_maps_of_the_page_ship() -> None:
    shown = [yaml.safe_load(text) for text in blocks("yaml")]
    for name in ("zendesk-map.yaml", "intercom-map.yaml"):
        assert yaml.safe_load((EXPORTS / name).read_text(encoding="utf-8")) in shown, name


def test_every_map_of_the_page_can_be_read() -> None:
    for text in blocks("yaml"):
        assert read_profile(Source("map.yaml", text)).columns
