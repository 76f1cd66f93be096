"""The shape of a profile's document, before it is checked and read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adjudge.model.profile import DayOrder, Markup, OtherValues
from adjudge.reading.document import Document, FactName, Identifier


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _fact_column(value: object) -> object:
    return {"column": value} if isinstance(value, str | list) else value


def _spellings(value: object) -> object:
    # `"1 - Critical": 1` means the spelling, which is a text.
    if not isinstance(value, dict):
        return value
    return {cell: str(each) if type(each) is int else each for cell, each in value.items()}


ColumnNames = Annotated[
    list[str],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
]


class ColumnsDoc(Document):
    """Where the parts of a ticket stand: a name of a column, or alternatives in order."""

    id: ColumnNames | None = None
    filed: ColumnNames | None = None
    subject: ColumnNames | None = None
    description: ColumnNames | None = None
    created_at: ColumnNames | None = None
    organization: ColumnNames | None = None
    requester: ColumnNames | None = None
    language: ColumnNames | None = None


class FactColumnDoc(Document):
    """Where a fact stands: `values` for a cell with one of them, `tags` for one with several."""

    column: ColumnNames
    values: dict[str, Any] | None = None
    tags: dict[str, Any] | None = None
    other_values: OtherValues | None = None


class LeftOutDoc(Document):
    """Records that are no tickets, and why."""

    column: str
    values: list[str] = Field(default_factory=list)
    because: str


FactColumnEntry = Annotated[
    FactColumnDoc,
    BeforeValidator(_fact_column, json_schema_input_type=str | list[str] | FactColumnDoc),
]


class ProfileDoc(Document):
    """A profile, or a map that extends one; null takes an inherited column or fact away."""

    profile: Identifier | None = None
    extends: str | None = None
    title: str = ""
    recognise: list[ColumnNames] = Field(default_factory=list)
    columns: ColumnsDoc = ColumnsDoc()
    facts: dict[FactName, FactColumnEntry | None] = Field(default_factory=dict)
    filed_values: Annotated[dict[str, str], BeforeValidator(_spellings)] = Field(
        default_factory=dict
    )
    filed_ranks: dict[str, Annotated[int, Field(ge=1, strict=True)]] = Field(default_factory=dict)
    filed_tags: bool = False
    filed_by_cells: list[str] = Field(default_factory=list)
    dates: list[str] = Field(default_factory=lambda: ["iso"], min_length=1)
    zone: str | None = None
    day_order: DayOrder = "day_first"
    markup: Markup = "plain"
    left_out: list[LeftOutDoc] = Field(default_factory=list)
    footer: bool = False
    wide_rows: bool = False
    empty: list[str] = Field(default_factory=list)
    other_values: OtherValues = "reject"
    facts_by_name: bool = False
    native_json: bool = False
