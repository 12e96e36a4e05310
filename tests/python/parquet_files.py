"""Makes Parquet files as other programs write them, and two that unpack to far more than they are.

    python parquet_files.py FOLDER
"""

import datetime
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(sys.argv[1])

for packing in ("none", "snappy", "gzip", "zstd"):
    at = datetime.datetime(2026, 11, 20, 10, tzinfo=datetime.timezone.utc)
    table = pa.table({
        "id": [f"{packing}-{n}" for n in range(1000)],
        "text": [f"text 👍🏽 {n}" for n in range(1000)],
        "labels.spam": pa.array([1.0 if n % 2 else float("nan") for n in range(999)] + [float("nan")]),
        "flagged_at": pa.array([at] * 1000, pa.timestamp("us", tz="UTC")),
        "nested": [[1, 2]] * 1000,
    })
    version = "2.0" if packing in ("gzip", "zstd") else "1.0"
    pq.write_table(table, FOLDER / f"{packing}.parquet", compression=packing, row_group_size=300, data_page_version=version)

# One text of 7 MiB, said a quarter of a million times: two terabytes in a few kilobytes.
text = pa.DictionaryArray.from_arrays(pa.array([0] * 250_000, pa.int32()), ["x" * (7 << 20)])
bomb = pa.table({"text": text})
pq.write_table(bomb, FOLDER / "dictionary-bomb.parquet", compression="zstd", dictionary_pagesize_limit=16 << 20)

# One value of 200 MiB in a page of its own.
bomb = pa.table({"text": ["y" * (200 << 20)]})
pq.write_table(bomb, FOLDER / "page-bomb.parquet", compression="zstd", use_dictionary=False)
