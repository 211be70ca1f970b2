"""The rules of a target: what it loses of a document, and what its own modules say of it.

The generic families report whatever a target's JSON Schemas refuse.  What matters and has no place
there, `weighed_losses` says of any table.  What no schema can say, such as a text that a server would
take for its own template language, a target checks by itself, in the module that `Delivery.rules`
names.  It has

RULES          its rules, for the catalogue
NAMES          names of the payload's children that it looks at
remarks(view)  what it says of a payload (`PayloadView`)

and is imported when a document is looked at for that target.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Rule
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.conversion import weighed_losses
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.targets import TARGETS, Delivery

RULES = weighed_losses.RULES


def may_report(signs: Signs) -> bool:
    """Whether the target says anything of such a payload."""
    return bool(signs.delivery.rules or signs.delivery.table.weighed)


def check(context: Context) -> Iterator[Diagnostic]:
    """What the target of an entry says of it."""
    if context.view is not None:
        yield from remarks(context.view, context.target)


def remarks(view: PayloadView, target: str) -> Iterator[Diagnostic]:
    """What the target of that name says of a payload."""
    yield from weighed_losses.remarks(view)
    delivery = TARGETS[target].delivery(view.table.resource)
    if delivery is not None and delivery.rules:
        yield from _module(delivery.rules).remarks(view)


@cache
def names_of(delivery: Delivery) -> frozenset[str]:
    """The children of a payload that `remarks` may look at; none where there is nothing to say."""
    own = _module(delivery.rules).NAMES if delivery.rules else frozenset()
    return own | frozenset(delivery.table.weighed)


def all_target_rules() -> tuple[Rule, ...]:
    """The rules of all targets; those that several resources share once."""
    modules = {
        delivery.rules: None
        for target in TARGETS.values()
        for delivery in target.deliveries().values()
        if delivery.rules
    }
    found = [rule for name in modules for rule in _module(name).RULES]
    deliveries = (each for target in TARGETS.values() for each in target.deliveries().values())
    found += filter(None, (delivery.other_key for delivery in deliveries))
    return tuple({rule.code: rule for rule in found}.values())


def _module(name: str) -> Any:
    return import_module(name)
