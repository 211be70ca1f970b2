"""The registry: every family of rules, in the order in which they look, and the whole catalogue.

A new family is one more line here.  `catalogue` holds the codes of the server's answers too
(`v2.errors`), so that `explain` and the documentation know them.
"""

from __future__ import annotations

from functools import cache

from ctct_migrate.diagnostics import Rule
from ctct_migrate.rules import (
    breakages,
    content,
    conversions,
    dates,
    envelope,
    limits,
    names,
    reading,
    remainder,
    required,
    schedules,
    suppression,
    values,
)

#: Families that look at one entry, each with a `check(context)`.
ENTRY_FAMILIES = (envelope, names, values, required, content, dates, schedules, limits, conversions)

#: Modules that hold rules.
FAMILIES = (reading, suppression, breakages, *ENTRY_FAMILIES, remainder)


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule there is, by code."""
    from ctct_migrate.v2 import errors

    rules = [rule for family in FAMILIES for rule in family.RULES]
    return tuple(sorted([*rules, *errors.RULES], key=lambda rule: rule.code))


@cache
def _index() -> dict[str, Rule]:
    return {word: rule for rule in catalogue() for word in (rule.code, rule.name)}


def find(word: str) -> Rule | None:
    """The rule of that code (in any letter case) or name, or None."""
    return _index().get(word.upper()) or _index().get(word.lower())


def words() -> tuple[str, ...]:
    """All codes and names."""
    return tuple(_index())
