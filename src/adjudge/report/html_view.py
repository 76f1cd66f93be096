"""What the report's template shows: numbers as words, and the heat map's and the groups' rows."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]

# As in page/text.js: controls but tab and line feed; embeddings, overrides and isolates of the
# bidirectional algorithm; invisible fillers; halves of surrogate pairs; non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b\u2060\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
HEAT_STEPS = 6
# A share of fewer tickets says little; the audit's own rates bring their own mark.
FEW = 10
SHOWN_GROUPS = 10
ASKED_FIRST = 2
DIMENSIONS = {
    "organization": "By organization",
    "requester": "By requester",
    "product": "By product",
    "channel": "By channel",
    "language": "By language",
}
OUTCOMES = (
    ("not_one", "Filed too high", "over"),
    ("information", "Needs information", "open"),
    ("exception", "Let through as an exception", "except"),
    ("meets", "Meets the definition", "good"),
)
MISSED = ("missed", "Filed too low", "under")
STATUSES = {
    "honoured": "honoured",
    "expired": "expired: its last day was over",
    "not_in_export": "not in this export",
    "out_of_scope": "outside this audit",
}


def visible(value: object) -> str:
    """Return a value as text in which no character hides or turns what stands around it."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)


def brief(value: object, most: int = 200) -> str:
    """Return a value for a place made for a few words, with an ellipsis where it was cut."""
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def page_view(audit: Data, index: Data) -> dict[str, Any]:
    """Return everything that the template shows of an audit, beside the scripts and the tickets."""
    meta = audit["meta"]
    level = meta["level"]
    return {
        "audit": audit,
        "meta": meta,
        "summary": audit["summary"],
        "filed_as": f"filed as {level}" if level else "filed under a level",
        "level": level,
        "title": f"{level or 'Severity'} audit: {brief(_file_name(meta['export']))}",
        "file_name": _file_name(meta["export"]),
        "party": index["party"],
        "period": _period(meta),
        "outcomes": _outcomes(audit),
        "heat": _heat(audit, index),
        "weeks": audit["weeks"],
        "compared_weeks": any(not week["overfiled"]["small"] for week in audit["weeks"]),
        "groups": [_grouping(group, index) for group in audit["groups"] if _tells_apart(group)],
        "failing": _linked(audit["failing"], index, "fails"),
        "missing": _linked(audit["missing"], index, "lacks"),
        "ask_first": _asked_first(audit),
        "listed": len(index["id"]),
        "choices": _choices(meta, index),
        "statuses": STATUSES,
        "number": number,
        "percent": percent,
        "rate": rate_words,
        "between": between,
        "points": points,
        "gauge": gauge,
        "hours": hours,
    }


def number(count: int) -> str:
    """Return a count with its thousands apart."""
    return f"{count:,}"


def percent(share: float) -> str:
    """Return a share of 0 to 1 as a percentage with one decimal."""
    return "<0.1%" if 0 < share < 0.0005 else f"{share * 100:.1f}%"


def rate_words(rate: Data) -> str:
    """Return a rate as a percentage, or as two counts where it is of few tickets."""
    if rate["share"] is None or rate["small"]:
        return f"{rate['count']:,} of {rate['total']:,}"
    return percent(rate["share"])


def between(rate: Data) -> str:
    """Return the interval of a rate."""
    return f"{percent(rate['low'])} to {percent(rate['high'])}"


def points(difference: float) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return f"{difference * 100:+.1f}".replace("-", "−")


def hours(count: float) -> str:
    """Return hours in words: with one decimal below ten, as whole ones from there."""
    shown = f"{count:.1f}" if count < 10 and count % 1 else f"{count:,.0f}"
    return f"{shown} {'hour' if shown == '1' else 'hours'}"


def gauge(rate: Data) -> dict[str, str]:
    """Return where a rate and its interval lie on a scale of 0 to 100."""
    low, high, share = (100 * rate[name] for name in ("low", "high", "share"))
    return {
        "from": f"{max(low, 0):.2f}",
        "width": f"{max(high - low, 0.5):.2f}",
        "at": f"{min(max(share - 0.6, 0), 98.8):.2f}",
    }


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1] or path


def _period(meta: Data) -> str | None:
    first, last = meta["first_created"], meta["last_created"]
    if not first or not last:
        return None
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"


def _outcomes(audit: Data) -> list[dict[str, Any]]:
    summary = audit["summary"]
    # Seen from one level, what was filed lower is not among what was filed there.
    shown = OUTCOMES if audit["meta"]["level"] else (OUTCOMES[0], MISSED, *OUTCOMES[1:])
    total = sum(summary["outcomes"].get(name, 0) for name, _, _ in shown)
    rows, at = [], 0.0
    for name, words, tone in shown:
        count = summary["outcomes"].get(name, 0)
        width = 100 * count / total if total else 0.0
        entry = {"name": name, "words": words, "tone": tone, "count": count, "total": total}
        rows.append({**entry, "x": f"{at:.3f}", "width": f"{width:.3f}"})
        at += width
    return rows


def _heat(audit: Data, index: Data) -> dict[str, Any]:
    cells = {(cell["filed"], cell["level"]): cell["tickets"] for cell in audit["matrix"]}
    names = dict(audit["meta"]["levels"])
    levels = list(names)
    rank = {level: place for place, level in enumerate(levels)}
    rows: list[str | None] = [*levels]
    columns: list[str | None] = [*levels]
    if any(filed is None for filed, _ in cells):
        rows.append(None)
    if any(level is None for _, level in cells):
        columns.append(None)
    listed = Counter(zip(_values(index, "filed"), _values(index, "decided"), strict=True))
    shown = []
    for filed in rows:
        total = sum(cells.get((filed, level), 0) for level in columns)
        row = [
            _heat_cell(cells.get((filed, level), 0), total, _tone(filed, level, rank))
            | {"filed": filed, "level": level, "listed": listed[filed, level]}
            for level in columns
        ]
        shown.append({"filed": filed, "total": total, "cells": row})
    return {"rows": shown, "columns": columns, "names": names}


def _tone(filed: str | None, level: str | None, rank: Mapping[str, int]) -> str:
    if level is None:
        return "open"
    if filed is None:
        return "plain"
    if filed == level:
        return "good"
    return "over" if rank[filed] < rank[level] else "under"


def _heat_cell(tickets: int, total: int, tone: str) -> dict[str, Any]:
    share = tickets / total if total else 0.0
    # The square root keeps a few tickets among many to be seen.
    step = math.ceil(math.sqrt(share) * HEAT_STEPS)
    return {
        "tickets": tickets,
        "tone": tone,
        "step": step,
        "share": percent(share) if tickets and total >= FEW else None,
    }


def _values(index: Data, field: str) -> list[str | None]:
    names = index["names"][field]
    return [None if held is None else names[held] for held in index[field]]


def _grouping(grouping: Data, index: Data) -> dict[str, Any]:
    dimension = grouping["dimension"]
    known = dimension in index["names"]
    listed = Counter(_values(index, dimension)) if known else Counter()
    rows = [{**group, "listed": listed[group["name"]]} for group in grouping["groups"]]
    return {
        **grouping,
        "title": DIMENSIONS.get(dimension, f"By {dimension}"),
        "first": rows[:SHOWN_GROUPS],
        "more": rows[SHOWN_GROUPS:],
    }


def _tells_apart(grouping: Data) -> bool:
    # One group alone is the whole once more, unless somebody asked for it.
    groups = len(grouping["groups"]) + grouping["rest_groups"]
    return groups > 1 or (groups == 1 and grouping["dimension"] not in DIMENSIONS)


def _asked_first(audit: Data) -> list[Data]:
    found = sorted(audit["missing"], key=lambda each: -each["settles"])
    return [each for each in found if each["settles"]][:ASKED_FIRST]


def _linked(entries: Sequence[Data], index: Data, column: str) -> list[dict[str, Any]]:
    listed = Counter(place for row in index[column] for place in row)
    return [
        {**entry, "place": place, "listed": listed[place]} for place, entry in enumerate(entries)
    ]


def _choices(meta: Data, index: Data) -> dict[str, list[dict[str, Any]]]:
    order = [level for level, _ in meta["levels"]]
    words = {name: text for name, text, _ in OUTCOMES}
    words |= {"exception": "Exception", "missed": "Filed too low", "unfiled": "Filed without level"}
    return {
        "outcome": _options(index, "outcome", index["outcomes"], words, None),
        "verdict": _options(index, "verdict", sorted(index["names"]["verdict"]), {}, None),
        "filed": _options(index, "filed", order, {}, "none"),
        "decided": _options(index, "decided", order, {}, "still open"),
        "organization": _organizations(index),
    }


def _organizations(index: Data) -> list[dict[str, Any]]:
    names = sorted(index["names"]["organization"], key=lambda name: (name.casefold(), name))
    return _options(index, "organization", names, {}, "none") if names else []


def _options(
    index: Data, field: str, order: Iterable[str], words: Data, none: str | None
) -> list[dict[str, Any]]:
    counts = Counter(_values(index, field))
    found = [
        {"value": name, "words": words.get(name, name), "count": counts[name]}
        for name in order
        if counts[name]
    ]
    if none is not None and counts[None]:
        found.append({"value": None, "words": none, "count": counts[None]})
    return found
