"""How well words are read, on the sets of `fixtures/text`.

    python bench/text_quality.py            prints the tables
    python bench/text_quality.py --write    puts them into docs/text-quality.md

Of the packed sets only totals are shown: whoever works on the lexicons does not read their tickets.
"""

from __future__ import annotations

import gzip
import json
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

import adjudge
from adjudge.audit.contested import settled
from adjudge.batch.classify import Wishes
from adjudge.batch.evaluate import Evaluation, evaluate
from adjudge.batch.gold import Gold
from adjudge.decide.words import lexicon_extractor
from adjudge.evidence.measure import Score, total
from adjudge.findings import InputError
from adjudge.learned.engine import embedding
from adjudge.learned.extractor import ModelExtractor
from adjudge.learned.heads import Numbers
from adjudge.model.fact import VOCABULARY

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "fixtures" / "text"
PAGE = ROOT / "docs" / "text-quality.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
FIELDS = ("id", "filed", "subject", "description", "language")
RULESETS = ("zeet", "zenput", "puppet", "jelastic", "cloudtalk")
SETS = (
    ("Development", ("dev.jsonl", "dev-more.jsonl")),
    ("More", ("more.jsonl",)),
    ("Set aside", ("heldout.jsonl.gz",)),
    ("Fresh", ("fresh.jsonl.gz",)),
    ("Later", ("later.jsonl.gz",)),
    ("Latest", ("latest.jsonl.gz",)),
    ("Newest", ("newest.jsonl.gz",)),
    ("Concise", ("concise.jsonl",)),
)
UNREAD = ("Set aside", "Fresh", "Latest", "Newest")
"""The sets that had no part in making the extractor `model`."""
WEIGHED = (*UNREAD, "Concise")
"""Those on which no classifier was trained."""
LANGUAGES = {"en": "English", "sv": "Swedish", "de": "German"}

Set = tuple[list[adjudge.Ticket], dict[str, Gold]]


def read(names: tuple[str, ...], language: str | None = None) -> Set:
    """Read a set, or the tickets of one language in it: the tickets, and what is true of them."""
    tickets, gold = [], {}
    for name in names:
        data = (TEXTS / name).read_bytes()
        text = gzip.decompress(data) if name.endswith(".gz") else data
        for line in text.decode().splitlines():
            entry = json.loads(line)
            if language is None or entry["language"] == language:
                given = {name: entry[name] for name in FIELDS if entry.get(name) is not None}
                tickets.append(adjudge.Ticket.from_dict(given))
                gold[entry["id"]] = Gold(entry["id"], entry["gold"], entry["ruleset"])
    return tickets, gold


def of_the_top(
    given: Set, rulesets: dict[str, adjudge.Ruleset]
) -> Iterator[tuple[adjudge.Ticket, adjudge.Ruleset]]:
    """Yield the tickets that truly are of the top level, with their rulesets."""
    for ticket in given[0]:
        gold = given[1][ticket.id]
        ruleset = rulesets[str(gold.ruleset)]
        if ruleset.decide(dict(gold.facts)).level == ruleset.policy.level_ids[0]:
            yield ticket, ruleset


def lowered_by_audit(given: Set, rulesets: dict[str, adjudge.Ruleset]) -> int:
    """Count the true tickets of the top level that the audit recommends to lower."""
    count = 0
    for ticket, ruleset in of_the_top(given, rulesets):
        decision, _ = settled(ticket, ruleset.decide(ticket), ruleset, Wishes())
        count += decision.verdict == "overfiled"
    return count


def lowered_from_top(given: Set, rulesets: dict[str, adjudge.Ruleset]) -> str:
    """Return how many true tickets of the top level `classify` would lower from it, of how many.

    Few of them were filed there; here all of them are.
    """
    lowered = count = 0
    for ticket, ruleset in of_the_top(given, rulesets):
        count += 1
        lowered += ruleset.decide(ticket, ruleset.policy.level_ids[0]).verdict == "overfiled"
    return f"{lowered} of {count}"


def table(found: Evaluation) -> Iterator[str]:
    """Yield the scores of each fact as Markdown."""
    yield "| fact | precision | recall | right | wrong | missed |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name in (name for name in VOCABULARY if name in found.scores):
        yield row(name, found.scores[name])
    yield row("**all facts**", total(found.scores.values()))


def row(name: str, score: Score) -> str:
    shares = (f"{v:.3f}" if v is not None else "–" for v in (score.precision, score.recall))
    return f"| {name} | {' | '.join(shares)} | {score.right} | {score.wrong} | {score.missed} |"


def agreement(found: Evaluation) -> str:
    parts = [f"{len(found.outcomes)} tickets"]
    for what in ("level", "verdict"):
        kappa = found.kappa(what)
        shown = f"{kappa:.3f}" if kappa is not None else "undefined"
        parts.append(f"{what} agreement {found.agreement(what):.3f} (Cohen's kappa {shown})")
    return "; ".join(parts) + "."


Rulesets = dict[str, adjudge.Ruleset]
HEAD = (
    "| set | tickets | precision | recall | level | verdict | by `classify` | by `audit` "
    "| from the top |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
)


def loaded(extractor: str) -> Rulesets:
    return {name: adjudge.load(name, extractor=extractor) for name in RULESETS}


def with_model() -> Rulesets | None:
    """Return rulesets that read with the extractor `model`; None where it is not installed."""
    try:
        embed = embedding()
    except InputError:
        return None
    known: dict[str, Numbers] = {}  # each ticket is decided several times here

    def kept(texts: Sequence[str]) -> Numbers:
        new = sorted(set(texts) - set(known))
        if new:
            known.update(zip(new, embed(new), strict=True))
        return np.array([known[text] for text in texts])

    extractor = ModelExtractor(lexicon_extractor(), kept)
    return {name: adjudge.load(name, extractor=extractor) for name in RULESETS}


def measured(label: str, given: Set, rulesets: Rulesets) -> tuple[str, Evaluation]:
    """Return a row of the summary, and what it sums up."""
    found = evaluate(*given, rulesets)
    score = total(found.scores.values())
    shares = (
        score.precision,
        score.recall,
        found.agreement("level"),
        found.agreement("verdict"),
    )
    lowered = sum(outcome.downgraded_top for outcome in found.outcomes)
    cells = [label, str(len(given[0])), *(f"{share or 0:.3f}" for share in shares)]
    cells += [str(lowered), str(lowered_by_audit(given, rulesets))]
    cells.append(lowered_from_top(given, rulesets))
    return f"| {' | '.join(cells)} |", found


def summed(
    sets: Iterable[tuple[str, tuple[str, ...]]], rulesets: Rulesets, suffix: str = ""
) -> tuple[list[str], list[str]]:
    """Return the summary of some sets, and a table of facts for each."""
    summary, details = list(HEAD), []
    for title, names in sets:
        row, found = measured(f"**{title}**", read(names), rulesets)
        details += ["", f"### {title}{suffix}", "", *table(found), "", agreement(found)]
        summary.append(row)
        parts = {name: read(names, language) for language, name in LANGUAGES.items()}
        if sum(bool(tickets) for tickets, _ in parts.values()) == 1:
            continue
        for name, part in parts.items():
            if part[0]:
                summary.append(measured(name, part, rulesets)[0])
    return summary, details


def report() -> Iterator[str]:
    python = platform.python_version()
    yield f"Measured on {date.today()} by `python bench/text_quality.py`, Python {python}."
    judged = [each for each in SETS if each[0] in WEIGHED]
    summary, details = summed(judged, loaded("weighed"))
    yield from ("", *summary)
    yield ""
    yield "Level and verdict: share of tickets that agree with gold. By `classify`, `audit`: true"
    yield "tickets of the top level that are recommended for a downgrade. From the top: how many of"
    yield "them `classify` would lower if every one had been filed there."
    rulesets = with_model()
    if rulesets is None:
        yield ""
        yield "The extractor `model` is not installed here, and was not measured."
    else:
        summary, more = summed(judged, rulesets, ", with the model")
        yield from ("", "With the extractor `model`:", "", *summary)
        details += more
    summary, more = summed(SETS, loaded("lexicon"), ", by the lexicons alone")
    yield from ("", "By the lexicons alone (`--extractor lexicon`):", "", *summary)
    yield from (*details, *more)


def main() -> None:
    lines = "\n".join(report())
    if "--write" not in sys.argv:
        print(lines)
        return
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
