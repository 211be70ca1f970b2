"""Ids of a resource, old to new, for accounts that know it by other ids.

They are given as `OLD=NEW`, or as the path of a CSV file (RFC 4180) with two columns, old and new,
and an optional line of headings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ctct_migrate.resources import BY_SLUG
from ctct_migrate.targets import TARGETS


class IdMapError(ValueError):
    """An id map cannot be read; the message is one line for users."""


class IdForms(NamedTuple):
    """What ids look like, as patterns (`re`): those of documents, and those of the target;
    `is_named`: whether a name may stand for one."""

    old: str = "[0-9]+"
    new: str = "[0-9]+"

    is_named: bool = False

    def words(self) -> str:
        """What is expected, for users."""
        if self == IdForms():
            return "ids are digits"
        if self.is_named:
            return f"ids have the form {self.old}, and in the target anything: an id or a name"
        return f"ids have the form {self.old}, and in the target {self.new}"


def forms_of(resource: str, target: str) -> IdForms:
    """What ids of a resource (its slug) look like, for a target of that name; those of what v1 made
    itself in every account are left out, since nothing else stands for it."""
    known, delivery = BY_SLUG[resource], TARGETS[target].delivery(resource)
    old = "|".join(each for each in known.id_form.split("|") if each not in known.built_in)
    if delivery is not None and delivery.cross_reference is not None and delivery.key:
        # What the target knows by other ids may be given by its name, too.
        return IdForms(old, r"(?s:\S.*)", is_named=True)
    return IdForms(old, (delivery.id_form if delivery else "") or old)


def id_maps(values: Iterable[str], target: str) -> dict[str, dict[str, str]]:
    """The pairs of all `values` by the slug of the resource, each `RESOURCE=FILE.csv` or
    `RESOURCE=OLD=NEW`.  Raises IdMapError, also for a resource that is not known."""
    given: dict[str, list[str]] = {}
    for value in values:
        resource, equals, rest = value.partition("=")
        if not equals or resource not in BY_SLUG:
            known = ", ".join(BY_SLUG)
            why = f"{resource!r} is not a resource" if equals else "expected RESOURCE=FILE"
            raise IdMapError(f"{value}: {why}; the resources are {known}")
        given.setdefault(resource, []).append(rest)
    return {slug: id_map(each, forms_of(slug, target)) for slug, each in given.items()}


def together(*maps: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Several id maps as one.  Raises IdMapError when one old id is given two new ones."""
    found: dict[str, dict[str, str]] = {}
    for each in maps:
        for slug, pairs in each.items():
            for old, new in pairs.items():
                _put(found.setdefault(slug, {}), old, new)
    return found


def _put(found: dict[str, str], old: str, new: str) -> None:
    if found.setdefault(old, new) != new:
        raise IdMapError(f"{old} is mapped to {found[old]} and to {new}")


_DIGITS = IdForms()


def id_map(values: Iterable[str], forms: IdForms = _DIGITS) -> dict[str, str]:
    """The pairs of all `values`, each `OLD=NEW` or the path of a CSV file.  Raises IdMapError,
    also when one old id is given two new ones."""
    found: dict[str, str] = {}
    for value in values:
        for old, new in _pairs(value, forms):
            _put(found, old, new)
    return found


def _pairs(value: str, forms: IdForms) -> list[tuple[str, str]]:
    old, equals, new = value.partition("=")
    if equals and not Path(value).is_file():
        return [_pair(old, new, value, forms)]
    try:
        with Path(value).open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        hint = "" if equals else "; expected OLD=NEW, or a CSV file"
        raise IdMapError(f"{value}: {(error.strerror or str(error)).lower()}{hint}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise IdMapError(f"{value}: is not a CSV file in UTF-8 ({error})") from None
    first = rows[0][0].strip() if rows else ""
    if not re.search("[0-9]", first) or not re.fullmatch(forms.old, first, re.ASCII):
        rows = rows[1:]  # headings
    for row in rows:
        if len(row) != 2:
            raise IdMapError(f"{value}: a row has {len(row)} columns, not 2: {','.join(row)}")
    return [_pair(row[0], row[1], value, forms) for row in rows]


def _pair(old: str, new: str, where: str, forms: IdForms) -> tuple[str, str]:
    old, new = old.strip(), new.strip()
    fits = re.fullmatch(forms.old, old, re.ASCII) and re.fullmatch(forms.new, new, re.ASCII)
    if not fits:
        raise IdMapError(f"{where}: {forms.words()}, not {old!r} and {new!r}")
    return old, new
