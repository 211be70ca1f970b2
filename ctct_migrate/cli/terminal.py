"""What the terminal can do, and how the output is to look for it.

The only place that asks the environment about colours, hyperlinks and width.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from ctct_migrate.output.document_report import Style
from ctct_migrate.output.explanation_addresses import explanations

WHEN = ("auto", "always", "never")

#: Cells of an excerpt where there is no terminal, and the least and most where there is.
_WIDTH, _NARROWEST, _WIDEST = 100, 40, 160

#: Cells that the gutter takes, more or less.
_GUTTER = 8

#: Variables that terminals with hyperlinks (OSC 8) set, and what is in them: anything if empty.
_LINKING = {
    "TERM_PROGRAM": ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby"),
    "TERM": ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour"),
    "WT_SESSION": (),
    "KONSOLE_VERSION": (),
    "DOMTERM": (),
}

#: The first VTE (GNOME Terminal and its kin) whose hyperlinks do not crash it: 0.50.1.
_VTE = 5001


def colour_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--color auto|always|never`."""
    return click.option(
        "--color", "when", type=click.Choice(WHEN), default="auto", show_default=True,
        help="Colours: on a terminal (NO_COLOR and FORCE_COLOR are honoured), always or never.",
    )(command)  # fmt: skip


def coloured(when: str, stream: Any = None) -> bool:
    """Whether to write colours to `stream` (standard output): `always`, `never`, or as the
    environment says (no-color.org, force-color.org)."""
    if when != "auto":
        return when == "always"
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return _terminal(sys.stdout if stream is None else stream)


def _terminal(stream: Any) -> bool:
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def linking(stream: Any = None) -> bool:
    """Whether `stream` is a terminal that takes hyperlinks, as far as its variables tell."""
    environment = os.environ
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced != "0"
    if not _terminal(sys.stdout if stream is None else stream):
        return False
    if environment.get("VTE_VERSION", "").isdecimal():
        return int(environment["VTE_VERSION"]) >= _VTE
    return any(
        environment.get(variable, "") in values if values else variable in environment
        for variable, values in _LINKING.items()
    )


def style(when: str, stream: Any = None, *, to_file: bool = False) -> Style:
    """How output is to look: on `stream` (standard output), or in a file, which is coloured only
    if that is asked for."""
    if to_file:
        return Style(colour=when == "always")
    stream = sys.stdout if stream is None else stream
    width = _WIDTH
    if _terminal(stream):
        from shutil import get_terminal_size

        columns = get_terminal_size((_WIDTH + _GUTTER, 24)).columns
        width = min(max(columns - _GUTTER, _NARROWEST), _WIDEST)
    links = explanations() if linking(stream) else ""
    return Style(coloured(when, stream), links, width)
