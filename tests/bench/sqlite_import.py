#!/usr/bin/env python3
"""The yardstick of `import`: a loop over JSONL with Python's sqlite3, as a person would write it in ten minutes.

usage: sqlite_import.py ITEMS.jsonl NEW.db   (1000 rows per transaction, WAL, synchronous FULL, one index)
"""
import json
import sqlite3
import sys

SCHEMA = """create table item(id integer primary key, ext text unique not null, text text not null, language text,
market text, score real, reason text, status int not null default 0);
create index item_next on item(status, score desc, id);
create table annotation(id integer primary key, item_id int not null references item(id), label text not null,
rationale text not null, confidence real, created_ns int not null);
create index ann_item on annotation(item_id);"""


def main(items: str, database: str) -> None:
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=FULL")
    db.executescript(SCHEMA)
    batch = []

    def flush() -> None:
        db.execute("begin immediate")
        db.executemany("insert into item(ext,text,language,market,score,reason) values(?,?,?,?,?,?)", batch)
        db.execute("commit")
        batch.clear()

    with open(items) as lines:
        for line in lines:
            r = json.loads(line)
            batch.append((r["id"], r["text"], r["language"], r["market"], r["score"], r["report_reason"]))
            if len(batch) == 1000:
                flush()
    if batch:
        flush()
    print(db.execute("select count(*) from item").fetchone()[0])


main(*sys.argv[1:])
