"""Ids met before, beside a dictionary."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from adjudge.tickets.first_rows import FirstRows


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=4), st.sampled_from(["a", "b", "\ud800"]))))
def test_first_rows_are_those_of_a_dictionary(ids: list[str]) -> None:
    rows, known = FirstRows(), dict[str, int]()
    for row, id in enumerate(ids, 1):
        assert rows.first(id, row) == known.setdefault(id, row)
    assert len(rows) == len(known)


def test_many_ids_take_little_memory() -> None:
    rows = FirstRows()
    for number in range(1, 50_001):
        assert rows.first(f"{'a long id ' * 10}{number}", number) == number
    assert all(
        rows.first(f"{'a long id ' * 10}{number}", 99_999) == number
        for number in range(1, 50_001, 7)
    )
    size = sum(map(sys.getsizeof, (rows._lows, rows._highs, rows._rows)))
    assert size / len(rows) < 80
