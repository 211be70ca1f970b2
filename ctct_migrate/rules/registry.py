"""The registry: every family of rules, in the order in which they look, and the whole catalogue.

A new family is one more line here.  `catalogue` holds the codes of the server's answers too
(`v2.errors`), so that `explain` and the documentation know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_dataclass import replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules import failures, own_rules
from ctct_migrate.rules.content import encoded_texts, garbled_texts, nested_sections
from ctct_migrate.rules.conversion import (
    across_documents,
    bodies,
    built_in,
    bulk_rules,
    companion_rules,
    json_body_rules,
    losses,
    placeless,
    record_only,
    run_rules,
    schema_refusals,
    target_limits,
    target_rules,
)
from ctct_migrate.rules.envelope import broken_ids, envelope, identities
from ctct_migrate.rules.forms import form_rules
from ctct_migrate.rules.names import doubled_elements, element_names, repeated_references
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.reading import invisible, not_readable, suppression, unwrapping
from ctct_migrate.rules.required import missing
from ctct_migrate.rules.values import date_values, postal_codes, urls, values
from ctct_migrate.rules.wellformed import malformed_rules
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import vocabulary

#: Families that look at one entry of any resource, each with a `check(context)`; after them its
#: resource's own rules have their look.
ENTRY_FAMILIES = (
    envelope,
    broken_ids,
    element_names,
    values,
    missing,
    encoded_texts,
    garbled_texts,
    nested_sections,
    date_values,
    identities,
    repeated_references,
    target_limits,
    losses,
    target_rules,
    built_in,
    placeless,
    record_only,
)

#: Those of them that speak of the API that a document is meant for.
OF_TARGETS = frozenset({target_limits, losses, target_rules, placeless})

#: Modules that hold rules.
FAMILIES = (
    not_readable, unwrapping, suppression, failures, malformed_rules, invisible, doubled_elements, *ENTRY_FAMILIES, schema_refusals,
    bodies, json_body_rules, across_documents, run_rules, bulk_rules, companion_rules, form_rules, postal_codes, urls,
)  # fmt: skip


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule there is, by code."""
    from ctct_migrate.targets import account_rules, login_rules, replies

    rules = [rule for family in FAMILIES for rule in family.RULES]
    rules += (*own_rules.all_own_rules(), *target_rules.all_target_rules())
    rules = [
        replace(rule, allowed=_allowed(rule.element))
        for rule in dict.fromkeys(
            (*rules, *login_rules.RULES, *account_rules.ACCOUNT_RULES, *replies.RULES)
        )
    ]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _allowed(element: str) -> tuple[str, ...]:
    """The allowed values of an element with their meanings, from the XSD; the longest texts that
    v2 takes, from its JSON Schemas."""
    if element == "v2":
        return tuple(_limits())
    resource, _, path = element.partition("/")
    fact = vocabulary().element(resource, path) if element else None
    values = fact.enumeration if fact is not None else ()
    return tuple(
        f"`{value.value}`: {value.documentation}" for value in values if value.spelling_of is None
    )


def _limits() -> Iterator[str]:
    for table in filter(None, map(TARGETS[DEFAULT_TARGET].table, BY_SLUG)):
        known = {p for shape in Shape for p in table.contract.properties(table.resource, shape)}
        for row in table.rows:
            if row.pointer in known and "@" not in row.path:
                most = table.contract.limits(table.resource, row.pointer).max_length
                if most is not None:
                    yield f"`{row.path}`: {most:,} characters"


@cache
def _index() -> dict[str, Rule]:
    return {word: rule for rule in catalogue() for word in (rule.code, rule.name)}


def find(word: str) -> Rule | None:
    """The rule of that code (in any letter case) or name, or None."""
    return _index().get(word.upper()) or _index().get(word.lower())


def words() -> tuple[str, ...]:
    """All codes and names."""
    return tuple(_index())


#: What stands for every rule.
EVERYTHING = "ALL"


@lru_cache(maxsize=1024)
def codes_of(selector: str) -> frozenset[str]:
    """The codes that `selector` stands for: a code or a name in any letter case, a family (`CT3`,
    `CT3xx`), or `ALL`.  Empty if it stands for none."""
    one = find(selector)
    if one is not None:
        return frozenset({one.code})
    wanted = selector.upper()
    if wanted == EVERYTHING:
        return frozenset(rule.code for rule in catalogue())
    if not wanted.startswith("CT"):
        return frozenset()
    beginning = wanted.rstrip("X") if len(wanted) == len("CT000") else wanted
    return frozenset(rule.code for rule in catalogue() if rule.code.startswith(beginning))


@cache
def of_runs() -> frozenset[str]:
    """The codes of what a document is not right about because of others of its run, or of files beside
    it."""
    return frozenset(rule.code for rule in (*run_rules.RULES, *companion_rules.RULES))


@lru_cache(maxsize=1024)
def near_rules(selector: str) -> tuple[str, ...]:
    """The codes and names that `selector` was probably meant to be, at most three; one where it is
    clear."""
    from rapidfuzz import process

    if len(selector) > _LONGEST:
        return ()
    known = words()
    if _CODE.fullmatch(selector):
        return ()  # another number is another rule, however near it is
    one = nearest(selector, known) or nearest(_in_figures(selector), known)
    if one is not None:
        return (one,)
    small = selector.lower()
    inside = [word for word in known if len(small) > 3 and small in word.lower()]
    if inside:
        return tuple(inside[:3])
    found = process.extract(selector.upper(), known, limit=3, score_cutoff=70)
    return tuple(word for word, *_ in found)


#: What has the form of a code.
_CODE = late_compile(r"CT[0-9]{3}", re.I)

#: Characters of a selector for which near ones are looked for.
_LONGEST = 60


def _in_figures(selector: str) -> str:
    """A code with the letters that look like figures replaced."""
    return selector[:2] + selector[2:].upper().translate(str.maketrans("OILSB", "01158"))
