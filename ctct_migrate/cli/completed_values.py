"""What a shell completes where click does not know the values: paths, rules, targets, resources, zones.

Each function is a click `shell_complete` callback: it gets what has been typed of the value, and returns
what the value may be.  Nothing is imported until a shell asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _item(value: str, meaning: str | None = None, type: str = "plain") -> CompletionItem:
    from click.shell_completion import CompletionItem

    return CompletionItem(value, type, meaning)


def complete_paths(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files and folders, which the shell finds by itself."""
    return [_item(incomplete, type="file")]


def complete_rules(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Codes, families and names of rules, with what they mean: one of them."""
    return list(_rules("", incomplete))


def complete_selectors(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The same of the last of several, with commas between them; ALL as well."""
    before, comma, last = incomplete.rpartition(",")
    found = list(_rules(before + comma, last))
    if "ALL".startswith(last.upper()):
        found.append(_item(f"{before}{comma}ALL", "every rule"))
    return found


def _rules(before: str, incomplete: str) -> Iterable[CompletionItem]:
    from ctct_migrate.rules.registry import catalogue

    rules = catalogue()
    words = [(family, f"all of {family}xx") for family in sorted({r.code[:3] for r in rules})]
    words += [(rule.code, f"{rule.name}: {rule.summary}") for rule in rules]
    words += [(rule.name, f"{rule.code}: {rule.summary}") for rule in rules]
    small = incomplete.lower()
    for word, meaning in words:
        if word.lower().startswith(small):
            yield _item(before + word, meaning)


def complete_targets(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The last of one or more targets, with commas between them."""
    from ctct_migrate.targets import TARGETS

    before, comma, last = incomplete.rpartition(",")
    return [
        _item(f"{before}{comma}{name}", target.title)
        for name, target in TARGETS.items()
        if name.startswith(last.lower()) and name not in before.split(",")
    ]


def complete_resources(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What JSON bodies may be of, by any target."""
    from ctct_migrate.schema_files import schema_directory
    from ctct_migrate.targets import TARGETS

    folders = (schema_directory() / name for name in TARGETS)
    slugs = {path.stem for folder in folders for path in folder.glob("*.json")}
    return [_item(slug) for slug in sorted(slugs) if slug.startswith(incomplete)]


def complete_time_zones(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of time zones."""
    from zoneinfo import available_timezones

    small = incomplete.lower()
    zones = sorted(zone for zone in available_timezones() if zone.lower().startswith(small))
    return [_item(zone) for zone in zones]
