"""The rules of contacts: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule
from ctct_migrate.rules.context import Context

RULES: tuple[Rule, ...] = ()


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with a contact that the generic families do not see."""
    yield from ()
