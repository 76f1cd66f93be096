"""The priority under which a ticket was filed: its spelling, and how urgent the system ranks it."""

from __future__ import annotations

import re

from adjudge.model.profile import Profile, fold
from adjudge.tickets.values import cell_text, named_tags

Filed = tuple[str | None, int | None]
"""A priority as it is spelled, and its rank in the system it is from (1 is the most urgent).

The rank is None where the profile gives none, or says what the spelling means instead.
"""

UNRANKED = "does not say how urgent this number is"
_WHOLE = re.compile(r"(\d+)\.0+\Z")
_NOTHING: Filed = (None, None)


class FiledCells:
    """Reads the cells of the column that holds the filed priority."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile.name
        self._values = profile.filed_values
        self._ranks = profile.filed_ranks
        self._empty = profile.empty
        self._names = {**profile.filed_ranks, **profile.filed_values} if profile.filed_tags else {}

    def read(self, cell: object) -> Filed:
        """Return what a cell says.

        Raises `ValueError` where its tags contradict each other, and for a number of a system that
        has words: nothing says whether 1 is its most urgent or its least.
        """
        if self._names:
            return self._tagged(cell)
        text = cell_text(cell).strip()
        return _NOTHING if fold(text) in self._empty else self._meant(text)

    def _meant(self, text: str) -> Filed:
        folded = fold(text)
        if folded in self._values:
            return self._values[folded], None
        whole = _WHOLE.match(text)
        if whole is not None and folded not in self._ranks:
            return self._meant(whole[1])  # 1.0: a number in a column that has empty cells
        if self._ranks and text.isdecimal() and folded not in self._ranks:
            raise ValueError(f"the profile `{self._profile}` {UNRANKED}")
        return text, self._ranks.get(folded)

    def _tagged(self, cell: object) -> Filed:
        names = named_tags(cell, self._names)
        found = {self._meant(name)[1] or self._meant(name)[0]: name for name in names}
        if len(found) > 1:
            shown = ", ".join(f"`{name}`" for name in names)
            raise ValueError(f"the labels {shown} are priorities that contradict each other")
        if not names:
            return _NOTHING
        written = next((each for each in _words(cell) if fold(each) == names[0]), names[0])
        return self._meant(written)


def _words(cell: object) -> list[str]:
    return [cell_text(each) for each in cell] if isinstance(cell, list) else []
