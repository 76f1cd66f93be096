"""The floor: read a table and write one of the size of the results, in one streaming pass.

python bench/floor.py tickets.csv out.csv BYTES_PER_ROW      (or tickets.parquet out.parquet)
"""

from __future__ import annotations

import sys

import polars as pl

source, target, width = sys.argv[1], sys.argv[2], int(sys.argv[3])
padding = pl.lit("x" * width).alias("results")
if source.endswith(".parquet"):
    pl.scan_parquet(source).with_columns(padding).sink_parquet(target)
else:
    pl.scan_csv(source, infer_schema=False).with_columns(padding).sink_csv(target)
