"""The rules of a target: what its own modules say of a document, besides schema and table.

The generic families report whatever a target's JSON Schemas refuse and its tables drop.  What no
schema can say, such as a text that a server would take for its own template language, a target
checks by itself, in the module that `Delivery.rules` names.  It has `RULES`, its rules for the
catalogue, and `check(context)`, and is imported when a document is looked at for that target.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from ctct_migrate.diagnostics import Diagnostic, Rule
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.targets import TARGETS

RULES: tuple[Rule, ...] = ()


def check(context: Context) -> Iterable[Diagnostic]:
    """What the target of an entry says of it."""
    if context.resource is None or context.payload is None:
        return ()
    delivery = TARGETS[context.target].delivery(RESOURCES[context.resource].slug)
    if delivery is None or not delivery.rules:
        return ()
    found: Iterable[Diagnostic] = import_module(delivery.rules).check(context)
    return found


def all_target_rules() -> tuple[Rule, ...]:
    """The rules of all targets; those that several resources share once."""
    modules = {
        delivery.rules: None
        for target in TARGETS.values()
        for delivery in target.deliveries().values()
        if delivery.rules
    }
    found = (rule for name in modules for rule in import_module(name).RULES)
    return tuple({rule.code: rule for rule in found}.values())
