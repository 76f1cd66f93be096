"""Masking: nothing of a requester is left in any output, and no decision changes by it."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from adjudge.audit.redact import MASK, Redactor
from adjudge.cli.main import main

PHONES = (
    "+46 70 123 45 67",
    "+46701234567",
    "0046 70 1234567",
    "070-123 45 67",
    "(030) 1234567",
    "030 / 123 45 67",
    "555-867-5309",
    "555.867.5309",
    "+1 (555) 867-5309",
    "+49 30 1234-567",
    "0701234567",
)
NO_PHONES = (
    "2026-11-20",
    "20-11-2026",
    "2026-11-20 09:12:33",
    "10.0.12.133",
    "192.168.100.200",
    "version 2.0.28-rc1",
    "1,250,000 rows",
    "1 250 000 rows",
    "T-1042 and INC0000341",
    "99.95 %",
    "at Main.java:1234567",
    "0x7ffee4bff8c0",
    "1700000000",
    "port 8080, then 443",
    "https://example.com/t/0701234567",
)


@pytest.mark.parametrize("phone", PHONES)
def test_phone_numbers_are_masked(phone: str) -> None:
    masked = Redactor().text(f"call me at {phone}, please")
    assert not any(char.isdigit() for char in masked)
    assert masked.startswith("call me at ")
    assert masked.endswith(", please")


@pytest.mark.parametrize("text", NO_PHONES)
def test_other_numbers_stay(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "address", ["anna.berg@example.com", "a+b@mail.example.co.uk", "jürgen@bücher.example"]
)
def test_addresses_are_masked(address: str) -> None:
    assert Redactor().text(f"<{address}>") == f"<{MASK * len(address)}>"


def test_names_are_masked_wherever_they_stand() -> None:
    redactor = Redactor(["Anna Berg", "lars.ek@example.com", "Will Mark <will@example.com>"])
    assert redactor.text("ANNA  BERG asked Lars Ek") == "••••  •••• asked •••• ••"
    own = redactor.text("Will it work? Regards, Will", "Will Mark <will@example.com>")
    assert own == "•••• it work? Regards, ••••"
    assert redactor.text("mark the date, I will") == "mark the date, I will"


def test_a_requester_keeps_one_pseudonym() -> None:
    redactor = Redactor(["Anna Berg", "Lars Ek"])
    assert redactor.pseudonym("Lars  Ek") == "Requester 2"
    assert redactor.pseudonym("Anna Berg") == "Requester 1"
    assert redactor.pseudonym(None) is None


@given(st.text())
def test_positions_stay(text: str) -> None:
    masked = Redactor(["Anna Berg"]).text(text, "Bo Lind")
    assert len(masked) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, masked, strict=True))


SECRETS = ("anna.berg@example.com", "Anna Berg", "Anna", "070-123 45 67", "Lars Ek")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    text = (
        "Hi, our staging cluster is down, Lars Ek saw it too.\n"
        "Call 070-123 45 67 or write to anna.berg@example.com.\nRegards, Anna"
    )
    path = tmp_path / "tickets.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["id", "filed", "subject", "description", "requester", "organization", "environment"]
        )
        writer.writerow(["A", "P1", "Anna Berg: down", text, "Anna Berg", "Acme", "staging"])
        writer.writerow(["B", "P1", "x", "y", "Lars Ek", "Acme", "staging"])
        writer.writerow(["C", "P9", "x", text, "Anna Berg", "Acme", "staging"])
    return path


@pytest.mark.parametrize("ending", ["json", "csv", "tsv", "md", "xlsx", "html"])
def test_nothing_of_a_requester_is_in_a_report(export: Path, ending: str) -> None:
    output = export.parent / f"report.{ending}"
    rejects = export.parent / "rejects.jsonl"
    call = ["audit", str(export), "--ruleset", "puppet", "--redact", "--output", str(output)]
    result = CliRunner().invoke(main, [*call, "--rejects", str(rejects)])
    assert result.exit_code == 0, result.output
    if ending == "xlsx":
        with zipfile.ZipFile(output) as book:
            found = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    else:
        found = output.read_text(encoding="utf-8")
    for text in (found, result.output, rejects.read_text(encoding="utf-8")):
        assert not any(secret in text for secret in SECRETS)
    assert "Requester 1" in found


def test_the_terminal_and_the_tables_of_changes_are_masked(export: Path) -> None:
    bulk, review = export.parent / "bulk.csv", export.parent / "review.csv"
    call = ["audit", str(export), "--ruleset", "puppet", "--redact", "--bulk-agreed"]
    call += ["--bulk", f"zendesk={bulk}", "--sample", "5", "--review", str(review)]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 0, result.output
    for text in (result.output, bulk.read_text("utf-8"), review.read_text("utf-8")):
        assert not any(secret in text for secret in SECRETS)


def test_masked_words_are_never_written_back(export: Path) -> None:
    call = ["audit", str(export), "--ruleset", "puppet", "--redact"]
    result = CliRunner().invoke(main, [*call, "--bulk", f"jira={export.parent / 'j.csv'}"])
    assert result.exit_code == 2
    assert "masked" in result.output
