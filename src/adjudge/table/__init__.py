"""The decision table: every case of a policy with its outcomes, filled by array operations."""

from adjudge.table.decision_table import DecisionTable, TooManyCases
from adjudge.table.fill import entitlement_table, law_tables, level_table, response_table

__all__ = [
    "DecisionTable",
    "TooManyCases",
    "entitlement_table",
    "law_tables",
    "level_table",
    "response_table",
]
