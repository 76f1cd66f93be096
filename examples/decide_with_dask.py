"""Decides a Dask data frame, partition by partition.

    pip install . 'dask[dataframe]'
    python examples/decide_with_dask.py fixtures/demo/puppet.csv puppet

The table has a column `id`, and columns named like facts. Its texts (subject, description) are not
read: what is decided is what the columns say.
"""

from __future__ import annotations

import sys

import pyarrow as pa

import adjudge
from adjudge.batch.frames import RESULTS

try:
    import dask.dataframe as dd
    import pandas as pd
except ImportError:
    print("this example needs Dask: run `pip install 'dask[dataframe]'`", file=sys.stderr)
    sys.exit(2)


def decide_partition(tickets: pd.DataFrame, ruleset: str) -> pd.DataFrame:
    """Return the decisions on one partition of tickets."""
    batches = pa.Table.from_pandas(tickets, preserve_index=False).to_batches()
    decided = list(adjudge.decide_batches(batches, adjudge.load(ruleset)))
    if not decided:
        return pd.DataFrame({name: [] for name in RESULTS}, dtype="string")
    frame = pa.Table.from_batches(decided).to_pandas().astype("string")
    return frame.set_index(tickets.index)


def decide(tickets: dd.DataFrame, ruleset: str) -> dd.DataFrame:
    """Return the decisions on a Dask frame of tickets, in its partitions."""
    meta = pd.DataFrame({name: pd.Series(dtype="string") for name in RESULTS})
    return tickets.map_partitions(decide_partition, ruleset, meta=meta)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("call it with a table and a ruleset: TICKETS.csv RULESET", file=sys.stderr)
        sys.exit(2)
    try:
        tickets = dd.read_csv(sys.argv[1], dtype="string", keep_default_na=False)
        print(decide(tickets, sys.argv[2])["verdict"].value_counts().compute())
    except (adjudge.InputError, OSError, ValueError) as error:  # a parser's error is a ValueError
        print(error, file=sys.stderr)
        sys.exit(2)
