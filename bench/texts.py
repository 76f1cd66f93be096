"""Writes an export of tickets in prose: the same seed and number of rows give the same bytes.

    python bench/texts.py 100000 tickets.csv

Tickets have some 600 characters, in English (80 %), German and Swedish. Each is composed anew: a
greeting, sentences of the development set and of templates whose slots (names, numbers, times,
functions, places) are filled at random, now and then a log line or quoted history, a signature.
What share of the sentences is met again is printed, because a reader that remembers what it has
read would be flattered by texts that repeat.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 20_261_122
FIXTURE = Path(__file__).parents[1] / "fixtures" / "text" / "dev.jsonl"
_LENGTH = 560
_LANGUAGES = (("en", "de", "sv"), (80, 12, 8))
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d+")

_SLOTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "join": (", and ", " but ", "; {name} adds: ", ", says {name}. ", " while ", " because "),
        "end": ("", ", says {name}", " ({name}, {n})", " on host {n}", ", order {n}", ", see {n}"),
        "thing": ("dashboard", "login page", "report export", "photo upload", "call queue", "API",
                  "node manager", "mobile app", "search", "invoice view", "scheduler", "web shop",
                  "catalog compilation", "database", "mail delivery", "backup job", "SSO", "map"),
        "trouble": ("does not load", "is down", "shows a blank page", "takes {n} seconds to open",
                    "fails with error {n}", "times out after {n} s", "is very slow", "works again",
                    "lists only {n} of {n} entries", "drops every {n}th request", "is unavailable",
                    "ignores what we enter", "has been flaky", "cannot be reached",
                    "is misaligned"),
        "place": ("in production", "on our staging server", "in the {name} office", "on node {n}",
                  "in the test environment", "for store {n}", "in region {name}",
                  "on the live site"),
        "who": ("nobody", "everyone", "some of our users", "{n} of {n} users", "only I",
                "all stores",
                "two colleagues", "the team in {name}", "our customers",
                "about {n} % of the agents"),
        "when": ("since {n}:{n} this morning", "since the update of {n} May", "after restart {n}",
                 "every day at {n}", "since last week", "for {n} minutes now", "intermittently"),
        "say": ("The {thing} {trouble} {place} {when}.", "{when}, the {thing} {trouble}.",
                "We see that the {thing} {trouble} for {who}.", "It affects {who} {place}.",
                "As a workaround {name} exports the list by hand, {n} rows each time.",
                "There is no workaround that {name} knows of.",
                "Ticket {n} was about the same thing.",
                "If the {thing} {trouble} again, we lose about {n} orders an hour.",
                "Could you tell us how {who} can use the {thing} {place}?",
                "{name} restarted host {n}, which did not help.", "We are on version {n}.{n}.{n}.",
                "Yesterday the {thing} {trouble}, but {name} says that it was fixed at {n}:{n}.",
                "The invoice {n} names {name} instead of us.", "Please call {name} on {n} {n}.",
                "Without the {thing} {who} cannot close order {n}.", "Error code: E-{n}/{n}."),
        "open": ("Hi,", "Hello {name},", "Dear support,", "Hi team, {name} here.", "Good morning,"),
        "close": ("Thanks, {name}", "Best regards\n{name}\n{name} Ltd, phone {n}",
                  "Kind regards\n{name}"),
    },
    "de": {
        "join": (", und ", ", aber ", "; {name} meint: ", ", sagt {name}. ", ", während "),
        "end": ("", ", sagt {name}", " ({name}, {n})", ", siehe {n}", ", Auftrag {n}"),
        "thing": ("Anmeldung", "Übersicht", "Suche", "Auswertung", "Warteschlange",
                  "Schnittstelle"),
        "trouble": ("funktioniert nicht", "ist ausgefallen", "lädt {n} Sekunden",
                    "ist sehr langsam",
                    "bricht nach {n} Minuten ab", "geht wieder", "zeigt Fehler {n}"),
        "place": ("in der Produktion", "im Testsystem", "in der Filiale {n}", "bei {name}"),
        "who": ("niemand", "alle Benutzer", "{n} von {n} Kollegen", "nur ich", "das Team {name}"),
        "when": ("seit {n}:{n} Uhr", "seit heute Morgen", "nach dem Update {n}", "seit {n} Tagen"),
        "say": ("Die {thing} {trouble} {place} {when}.", "{when} gilt: die {thing} {trouble}.",
                "Betroffen sind {who} {place}.", "Einen Ersatzweg kennt {name} nicht.",
                "{name} hat Rechner {n} neu gestartet, ohne Erfolg.",
                "Wie kann {name} das einstellen?",
                "Falls die {thing} ausfällt, verlieren wir {n} Aufträge.",
                "Vorgang {n} war ähnlich."),
        "open": ("Guten Tag,", "Hallo {name},", "Sehr geehrte Damen und Herren,"),
        "close": ("Viele Grüße\n{name}", "Mit freundlichen Grüßen\n{name}\nTelefon {n}"),
    },
    "sv": {
        "join": (", och ", ", men ", "; {name} menar: ", ", säger {name}. ", " medan "),
        "end": ("", ", säger {name}", " ({name}, {n})", ", se {n}", ", order {n}"),
        "thing": ("inloggningen", "översikten", "sökningen", "rapporten", "kön", "appen"),
        "trouble": ("fungerar inte", "ligger nere", "tar {n} sekunder", "är mycket långsam",
                    "avbryts efter {n} minuter", "fungerar igen", "visar fel {n}"),
        "place": ("i skarp miljö", "i testmiljön", "i butik {n}", "hos {name}"),
        "who": ("ingen", "alla användare", "{n} av {n} kollegor", "bara jag", "teamet i {name}"),
        "when": ("sedan {n}:{n}", "sedan i morse", "efter uppdatering {n}", "sedan {n} dagar"),
        "say": ("Vi ser att {thing} {trouble} {place} {when}.", "Det drabbar {who} {place}.",
                "{name} känner inte till något annat sätt.", "Ärende {n} var likadant.",
                "{name} har startat om server {n}, utan resultat.", "Hur kan {name} ändra detta?",
                "Om {thing} slutar fungera förlorar vi {n} order."),
        "open": ("Hej,", "Hej {name},", "God morgon,"),
        "close": ("Vänliga hälsningar\n{name}", "Mvh\n{name}\nTelefon {n}"),
    },
}  # fmt: skip
_FIRST = "Al Ber Cor Dan El Fen Gar Hol Ing Jor Kar Lin Mor Nor Or Pel Ros Sten Tor Vik"
_LAST = "berg a mann ström dal ton e lund ina o by feld hus ik sson"
_NAMES = [first + last for first in _FIRST.split() for last in _LAST.split()]
_LOGS = (
    "2024-{n}-1{d} 1{d}:2{d}:3{d},{n} ERROR [pool-{n}] o.a.s.Worker - request {n} failed",
    "    at com.acme.web.Handler{n}.run(Handler.java:{n})",
    "> we answered on {n} May that {name} looks into it",
)
_SLOT = re.compile(r"\{(\w+)\}")
_PARAGRAPHS = (" ", " ", " ", "\n\n", "\n")


class Writer:
    """Composes tickets from one stream of chance."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.sentences = 0
        self.met: set[int] = set()
        self._known = {
            language: [
                each for row in _rows() if row["language"] == language for each in _said(row)
            ]
            for language in _LANGUAGES[0]
        }

    def ticket(self, number: int) -> list[str]:
        """Return the cells of one ticket, in the order of `HEADER`."""
        chance = self._random
        language = chance.choices(*_LANGUAGES)[0]
        slots = _SLOTS[language]
        subject = self._fill(
            f"{chance.choice(slots['thing'])} {chance.choice(slots['trouble'])}", slots
        )
        parts = [self._fill(chance.choice(slots["open"]), slots)]
        size = 0
        while size < _LENGTH - 60:
            parts += (chance.choice(_PARAGRAPHS), self._sentence(language))
            size += len(parts[-1])
        if chance.random() < 0.15:
            parts += ("\n", self._fill(chance.choice(_LOGS), slots))
        parts += ("\n\n", self._fill(chance.choice(slots["close"]), slots))
        created = _BEGIN + timedelta(seconds=chance.randrange(2 * 365 * 86_400))
        filed = chance.choice(("P1", "P2", "P3", "P2", ""))
        organization = f"Customer {chance.randrange(5_000)}"
        return [
            f"T-{number}", filed, created.isoformat(), organization, subject, "".join(parts),
        ]  # fmt: skip

    def _sentence(self, language: str) -> str:
        chance = self._random
        slots = _SLOTS[language]
        if chance.random() < 0.3:
            first, second = chance.choices(self._known[language], k=2)
            joined = first.rstrip(".!?") + self._fill(chance.choice(slots["join"]), slots) + second
            sentence = _NUMBER.sub(lambda _: str(chance.randrange(2, 5_000)), joined)
        else:
            pattern = chance.choice(slots["say"])
            ending = chance.choice(slots["end"])
            sentence = self._fill(pattern[:-1] + ending + pattern[-1], slots)
        self.sentences += 1
        self.met.add(hash(sentence))
        return sentence

    def _fill(self, pattern: str, slots: dict[str, tuple[str, ...]]) -> str:
        while "{" in pattern:
            pattern = _SLOT.sub(lambda match: self._chosen(match.group(1), slots), pattern)
        return pattern

    def _chosen(self, slot: str, slots: dict[str, tuple[str, ...]]) -> str:
        chance = self._random
        if slot == "n":
            return str(chance.randrange(2, 100 if chance.random() < 0.7 else 10_000))
        if slot == "d":
            return str(chance.randrange(10))
        return chance.choice(_NAMES if slot == "name" else slots[slot])


HEADER = ("id", "filed", "created_at", "organization", "subject", "description")


def _rows() -> Iterator[dict[str, str]]:
    with FIXTURE.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _said(row: dict[str, str]) -> list[str]:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(row["description"].split()))
    return [each for each in sentences if 15 < len(each) < 250]


def write(rows: int, path: Path, seed: int = SEED) -> float:
    """Write an export of so many tickets; return the share of sentences that were met before."""
    writer = Writer(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        table.writerows(writer.ticket(number) for number in range(1, rows + 1))
    return 1 - len(writer.met) / writer.sentences


if __name__ == "__main__":
    print(f"{write(int(sys.argv[1]), Path(sys.argv[2])):.1%} of the sentences were met before")
