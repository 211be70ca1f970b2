"""The rules of campaigns for v3: what it breaks on, changes and fills in, each at its place."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.rules.context import Context
from ctct_migrate.targets.v3 import html_rules, sender_rules

RULES = (*html_rules.RULES, *sender_rules.RULES)


def check(context: Context) -> Iterator[Diagnostic]:
    """What v3 makes of one campaign that its author should know."""
    yield from html_rules.check(context)
    yield from sender_rules.check(context)
