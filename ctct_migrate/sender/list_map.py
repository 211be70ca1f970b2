"""Numbers of contact lists, old to new, for accounts whose lists are numbered otherwise.

They are given as `OLD=NEW`, or as the path of a CSV file (RFC 4180) with two columns, old and new,
and an optional line of headings.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: Where a campaign names its lists.
LISTS = "sent_to_contact_lists"


class ListMapError(ValueError):
    """A list map cannot be read; the message is one line for users."""


def list_map(values: Iterable[str]) -> dict[str, str]:
    """The pairs of all `values`, each `OLD=NEW` or the path of a CSV file.  Raises ListMapError,
    also when one old number is given two new ones."""
    found: dict[str, str] = {}
    for value in values:
        for old, new in _pairs(value):
            if found.setdefault(old, new) != new:
                raise ListMapError(f"list {old} is mapped to {found[old]} and to {new}")
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
        raise ListMapError(f"{value}: {(error.strerror or str(error)).lower()}{hint}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ListMapError(f"{value}: is not a CSV file in UTF-8 ({error})") from None
    if rows and not rows[0][0].strip().isdigit():
        rows = rows[1:]  # headings
    for row in rows:
        if len(row) != 2:
            raise ListMapError(f"{value}: a row has {len(row)} columns, not 2: {','.join(row)}")
    return [_pair(row[0], row[1], value) for row in rows]


def _pair(old: str, new: str, where: str) -> tuple[str, str]:
    old, new = old.strip(), new.strip()
    if not (old.isascii() and old.isdigit() and new.isascii() and new.isdigit()):
        raise ListMapError(f"{where}: numbers of lists are digits, not {old!r} and {new!r}")
    return old, new


def mapped(body: dict[str, Any], numbers: Mapping[str, str]) -> tuple[dict[str, Any], list[int]]:
    """The body with its lists' numbers changed, and for each of its lists which one of the
    document's it was (two old lists may become one)."""
    lists = body.get(LISTS)
    if not isinstance(lists, list):
        return body, []
    kept: dict[str, int] = {}
    for index, entry in enumerate(lists):
        kept.setdefault(numbers.get(entry["id"], entry["id"]), index)
    if not numbers:
        return body, list(range(len(lists)))
    return {**body, LISTS: [{"id": number} for number in kept]}, list(kept.values())
