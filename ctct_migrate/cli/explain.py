"""`ctct-migrate explain`: what a code means, from the catalogue."""

from __future__ import annotations

import re

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_rules
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.configured_values import nearest_rule
from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.explanation import catalogue_text, explanation_text
from ctct_migrate.output.paint import Paint
from ctct_migrate.rules.registry import catalogue, find

#: A code without its letters, and the name of a family: `CT3`, `3xx`.
_NUMBER = late_compile(r"[0-9]{3}")
_FAMILY = late_compile(r"(?:CT)?([0-9])(?:xx|\?\?)?", re.I)


@click.command("explain", short_help="Explain a code: what it means, and how to fix it.")
@click.argument("code", metavar="CODE|NAME|FAMILY", shell_complete=complete_rules)
@colour_option
def command(code: str, when: str) -> None:
    """Explain a code (CT310) or a name (greeting-name): what it is, why it matters, an example of
    it wrong and right, how to fix it, and where the fact is from. Of a family (CT3), list the
    rules.
    """
    word = code.strip()
    family = _family(word)
    if family:
        click.echo(catalogue_text(family, Paint(style(when))), nl=False, color=True)
        return
    found = find(f"CT{word}" if _NUMBER.fullmatch(word) else word)
    if found is None:
        raise CommandError(f"there is no rule `{code}`{nearest_rule(code)}")
    click.echo(explanation_text(found, Paint(style(when))), nl=False, color=True)


def _family(word: str) -> tuple[Rule, ...]:
    """The rules of the family that `word` names; none when it names no family."""
    match = _FAMILY.fullmatch(word)
    if match is None:
        return ()
    return tuple(rule for rule in catalogue() if rule.code.startswith(f"CT{match[1]}"))
