"""One self-contained HTML report of an audit: opens offline, asks nobody for anything.

The page is the template under `page/` with the audit's numbers in plain HTML, and the tickets as
JSON for the page's own script. Texts of tickets are hostile: in HTML they are escaped, in JSON
nothing in them can end the block, and the page's policy refuses every script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from adjudge.report.html_index import ticket_index, unfolded_ticket
from adjudge.report.html_view import brief, page_view, visible

if TYPE_CHECKING:
    from jinja2 import Environment

# Tickets in one block of JSON: a block is parsed when one of its tickets is first shown, so it is
# small enough to be parsed between two frames.
BLOCK = 200
STYLES = (
    "theme.css",
    "page.css",
    "picture.css",
    "tickets.css",
    "case.css",
    "narrow.css",
    "print.css",
)
SCRIPTS = ("text.js", "ticket.js", "list.js", "table.js", "charts.js", "start.js")


def render_html(audit: Mapping[str, object], total: int | None = None) -> str:
    """Return the report of an audit as one HTML page.

    `audit` is what `Audit.to_dict()` gives; texts that are to be masked have been masked there.
    The same audit gives the same page, byte for byte. Where its tickets are the most serious of
    more, `total` is how many there are, and the page says so.
    """
    data: Any = audit
    tickets = data["tickets"]
    index = ticket_index(data, tickets, BLOCK)
    style = "\n".join(_part(name) for name in STYLES)
    modules = "\n".join(_part(name) for name in SCRIPTS)
    script = f'{_part("charts/plot.js")}\n(() => {{\n"use strict";\n{modules}}})();\n'
    parts = {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "licences": _part("charts/LICENSES.txt"),
        "audit_json": inert_json(
            {
                "level": data["meta"]["level"],
                "overfiled": data["summary"]["overfiled"],
                "weeks": data["weeks"],
                "failing": _charted(data["failing"], "label", "actual_label"),
                "missing": _charted(data["missing"], "label"),
                "index": index,
            }
        ),
        "blocks": [
            inert_json([unfolded_ticket(ticket) for ticket in tickets[start : start + BLOCK]])
            for start in range(0, len(tickets), BLOCK)
        ],
    }
    template = _environment().get_template("page.html.j2")
    total = len(tickets) if total is None else total
    return template.render(**page_view(data, index), total=total, **parts)


def inert_json(value: object) -> str:
    """Return JSON that is the same to a JSON reader and is nothing at all to an HTML reader.

    It is pure ASCII (no bidirectional control, no NUL, no half of a surrogate pair is in it), and
    has neither `<` nor `>` nor `&`.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _charted(entries: Sequence[Mapping[str, Any]], *labels: str) -> list[dict[str, object]]:
    return [
        {"label": ": ".join(str(entry[name]) for name in labels), "tickets": entry["tickets"]}
        for entry in entries
    ]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


@cache
def _part(name: str) -> str:
    page = resources.files("adjudge.report") / "page"
    return page.joinpath(*name.split("/")).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        # Whatever is put into the page passes here, then through the escaping of HTML.
        return value if isinstance(value, Markup) else visible(value)

    environment = Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    environment.filters["brief"] = brief
    environment.filters["only"] = lambda filters: inert_json(filters)
    return environment
