"""Writing to the disk: all of some bytes, and databases in temporary files.

The outputs and the manifest of a run use both.
"""

from __future__ import annotations

import sqlite3
from typing import BinaryIO

#: What is lost with the process needs no journal.
_PRAGMAS = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;"


def write_all(stream: BinaryIO, data: bytes) -> None:
    """Writes all of `data` to a stream without a buffer; a nearly full disk takes a part of it
    first.  Raises OSError."""
    at = 0
    while at < len(data):
        at += stream.write(data[at:]) or 0


def database(table: str) -> sqlite3.Connection:
    """A database with one table (`name (columns)`) in a temporary file that goes when it is
    closed: what is remembered of millions of documents is not kept in memory.  Raises
    `sqlite3.Error`."""
    rows = sqlite3.connect("", isolation_level=None)
    rows.executescript(f"{_PRAGMAS} CREATE TABLE {table} WITHOUT ROWID; BEGIN")
    return rows
