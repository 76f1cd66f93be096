"""Decides a query of DuckDB, batch by batch, and queries the decisions.

python examples/decide_in_duckdb.py tickets.csv zenput
"""

from __future__ import annotations

import sys

import duckdb
import pyarrow as pa

import adjudge


def decide(connection: duckdb.DuckDBPyConnection, query: str, ruleset: str) -> pa.Table:
    """Return the decisions on the tickets of a query, as an Arrow table."""
    batches = connection.sql(query).to_arrow_reader(50_000)
    decided = adjudge.decide_batches(batches, adjudge.load(ruleset))
    return pa.Table.from_batches(decided)


if __name__ == "__main__":
    connection = duckdb.connect()
    tickets = f"SELECT * FROM read_csv('{sys.argv[1]}', all_varchar = true)"
    decisions = decide(connection, tickets, sys.argv[2])
    print(
        connection.sql("SELECT verdict, count(*) AS tickets FROM decisions GROUP BY 1 ORDER BY 1")
    )
