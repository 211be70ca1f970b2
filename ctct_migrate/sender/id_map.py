"""Ids of a resource, old to new, for accounts that know it by other ids.

They are given as `OLD=NEW`, or as the path of a CSV file (RFC 4180) with two columns, old and new,
and an optional line of headings.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path


class IdMapError(ValueError):
    """An id map cannot be read; the message is one line for users."""


def id_map(values: Iterable[str]) -> dict[str, str]:
    """The pairs of all `values`, each `OLD=NEW` or the path of a CSV file.  Raises IdMapError,
    also when one old number is given two new ones."""
    found: dict[str, str] = {}
    for value in values:
        for old, new in _pairs(value):
            if found.setdefault(old, new) != new:
                raise IdMapError(f"{old} is mapped to {found[old]} and to {new}")
    return found


def _pairs(value: str) -> list[tuple[str, str]]:
    old, equals, new = value.partition("=")
    if equals and not Path(value).is_file():
        return [_pair(old, new, value)]
    try:
        with Path(value).open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        hint = "" if equals else "; expected OLD=NEW, or a CSV file"
        raise IdMapError(f"{value}: {(error.strerror or str(error)).lower()}{hint}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise IdMapError(f"{value}: is not a CSV file in UTF-8 ({error})") from None
    if rows and not rows[0][0].strip().isdigit():
        rows = rows[1:]  # headings
    for row in rows:
        if len(row) != 2:
            raise IdMapError(f"{value}: a row has {len(row)} columns, not 2: {','.join(row)}")
    return [_pair(row[0], row[1], value) for row in rows]


def _pair(old: str, new: str, where: str) -> tuple[str, str]:
    old, new = old.strip(), new.strip()
    if not (old.isascii() and old.isdigit() and new.isascii() and new.isdigit()):
        raise IdMapError(f"{where}: ids are digits, not {old!r} and {new!r}")
    return old, new
