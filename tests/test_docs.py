"""The documentation is true: its commands run, its output is what they print, its code works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import adjudge
from adjudge.decide.outline import as_markdown
from conftest import REPOSITORY, not_ignored

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [body for name, body in found if name == language]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the documentation speaks of, to run its commands in."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(REPOSITORY / "fixtures", folder / "fixtures")
    (folder / "bin").mkdir()
    script = folder / "bin" / "adjudge"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m adjudge.cli.main "$@"\n')
    script.chmod(0o755)
    return folder


def run(command: str, place: Path) -> str:
    environment = {
        **os.environ,
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=place, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout, done.stdout
    return done.stdout


def commands(body: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what is printed under each."""
    found: list[tuple[str, str]] = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].strip(), ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line)
    return found


def matches(printed: str, shown: str) -> bool:
    """Compare output with what the page shows; a line of `...` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


# The page on exports runs among its samples: see `test_docs_exports.py`.
CONSOLE = [
    pytest.param(body, id=f"{page.name}-{number}")
    for page in PAGES
    if page.name != "exports.md"
    for number, body in enumerate(blocks(page, "console"))
]


@pytest.mark.parametrize("body", CONSOLE)
def test_commands_print_what_the_page_shows(body: str, place: Path) -> None:
    for command, shown in commands(body):
        printed = run(command, place)
        assert not shown or matches(printed, shown), f"$ {command}\n{printed}"
    assert not_ignored({path.name for path in place.iterdir() if path.is_file()}) == set()


PYTHON = [
    pytest.param(page, number, id=f"{page.name}-{number}")
    for page in PAGES
    for number in range(len(blocks(page, "python")))
]


def skip_without_what_is_needed(code: str) -> None:
    for module in ("duckdb", "pyspark"):
        if module in code:
            pytest.importorskip(module)
    if "pyspark" in code and shutil.which("java") is None:
        pytest.skip("java is not installed")


def write_what_is_read(page: Path, code: str, place: Path) -> None:
    """Run those commands of the page that write a file which the code reads."""
    for command, _ in (each for body in blocks(page, "console") for each in commands(body)):
        written = re.search(r"> ([\w.]+)", command)
        if written and written.group(1) in code:
            run(command, place)


@pytest.mark.parametrize(("page", "number"), PYTHON)
def test_python_blocks_run_and_print_what_the_page_shows(
    page: Path, number: int, place: Path
) -> None:
    code = blocks(page, "python")[number]
    skip_without_what_is_needed(code)
    write_what_is_read(page, code, place)
    # As in an active environment: Spark starts the first `python3` of the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    follows = text.split(f"```python\n{code}```\n", 1)[1].lstrip()
    if follows.startswith("```text\n"):
        shown = follows.removeprefix("```text\n").split("```", 1)[0]
        assert matches(done.stdout, shown), done.stdout


YAML = [
    pytest.param(body, id=f"{page.name}-{number}")
    for page in PAGES
    for number, body in enumerate(blocks(page, "yaml"))
]


@pytest.mark.parametrize("body", YAML)
def test_yaml_blocks_are_yaml(body: str) -> None:
    assert yaml.safe_load(body)


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_the_coverage_page_is_what_the_ruleset_says(name: str) -> None:
    page = REPOSITORY / "docs" / "policies" / f"{name}.md"
    assert page.read_text(encoding="utf-8") == as_markdown(adjudge.load(name).policy), (
        f"run: adjudge rules show {name} --format markdown > docs/policies/{name}.md"
    )


@pytest.mark.parametrize("name", adjudge.shipped_rulesets())
def test_every_passage_is_carried_or_informative(name: str) -> None:
    assert adjudge.load(name).warnings == ()


def test_the_picture_is_the_real_output() -> None:
    sys.path.insert(0, str(REPOSITORY / "docs" / "images"))
    try:
        import render
    finally:
        sys.path.pop(0)
    picture = (REPOSITORY / "docs" / "images" / "explain.svg").read_text(encoding="utf-8")
    assert render.explain() == picture, "run: python docs/images/render.py"


def test_every_command_has_an_entry_in_the_readme() -> None:
    from adjudge.cli.main import main
    from adjudge.cli.rules import rules

    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    names = [name for name in main.list_commands(None) if name != "rules"]  # type: ignore[arg-type]
    for name in [*names, *(f"rules {each}" for each in rules.commands)]:
        assert f"`adjudge {name}`" in text, name


def test_every_public_name_is_in_the_page_on_the_library() -> None:
    text = (REPOSITORY / "docs" / "library.md").read_text(encoding="utf-8")
    listed = text.split("The public names are", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(adjudge.__all__)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_with_commands_says_where_the_command_is() -> None:
    for page in PAGES[1:]:
        if blocks(page, "console") or blocks(page, "sh"):
            assert "](../README.md#try-it)" in page.read_text(encoding="utf-8"), page.name


def test_every_module_has_its_place_in_the_architecture() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("## Where everything lives", 1)[1].split("\n## ", 1)[0]
    named = set()
    for row in table.splitlines():
        # The first module of a row has its folder; those behind it are in the same one.
        modules = re.findall(r"`([\w/]+\.py)`", row)
        folder = modules[0].rpartition("/")[0] if modules else ""
        named |= {each if "/" in each else f"{folder}/{each}".lstrip("/") for each in modules}
    root = REPOSITORY / "src" / "adjudge"
    there = {str(path.relative_to(root)) for path in root.rglob("*.py")}
    assert {path for path in there if not path.endswith("__init__.py")} - named == set()
    assert {path for path in named if not path.startswith(("tests/", "tools/"))} - there == set()
