"""The audit as one JSON document."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import IO

from adjudge.audit.model import Audit, as_json


def write_json(audit: Audit, stream: IO[str]) -> None:
    """Write `Audit.to_dict()`, a ticket a line, without holding the whole text in memory."""
    stream.write("{\n")
    for each in fields(audit):
        if each.name != "tickets":
            stream.write(f"{_text(each.name)}: {_text(as_json(getattr(audit, each.name)))},\n")
    stream.write('"tickets": [')
    for number, finding in enumerate(audit.tickets):
        stream.write("\n" if number == 0 else ",\n")
        stream.write(_text(as_json(finding)))
    stream.write("\n]\n}\n")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
