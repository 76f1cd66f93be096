"""The text of a cell as a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo


class Times:
    """Reads moments in the formats of a profile, tried in their order.

    A moment without a zone of its own is in `zone`; where that is None, it cannot be read.
    """

    def __init__(self, formats: Sequence[str], zone: str | None) -> None:
        self._formats = tuple(formats)
        self._zone = None if zone is None else ZoneInfo(zone)

    def read(self, text: str) -> datetime:
        """Return the moment, aware of its zone.

        Raises `ValueError` with a message that says what would be right.
        """
        for each in self._formats:
            try:
                moment = (
                    datetime.fromisoformat(text) if each == "iso" else datetime.strptime(text, each)
                )
            except ValueError:
                continue
            if moment.tzinfo is not None:
                return moment
            if self._zone is None:
                raise ValueError("the time has no zone; add one, for example +01:00 or Z")
            return moment.replace(tzinfo=self._zone)
        known = ", ".join(
            "an ISO 8601 time" if each == "iso" else f"`{each}`" for each in self._formats
        )
        raise ValueError(f"expected {known}")
