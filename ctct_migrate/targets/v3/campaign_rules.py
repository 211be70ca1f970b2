"""The rules of campaigns for v3: what it breaks on, changes and fills in, each at its place."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Shape
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.targets.v3 import html_rules, sender_rules

RULES = (*html_rules.RULES, *sender_rules.RULES)

#: The children of a campaign that are looked at.
NAMES = html_rules.NAMES | sender_rules.NAMES


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What v3 makes of one campaign that its author should know."""
    if view.shape is not Shape.RECORD:
        yield from html_rules.remarks(view)
        yield from sender_rules.remarks(view)
