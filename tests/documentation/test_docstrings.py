"""Docstrings become Markdown that reads as they do."""

from __future__ import annotations

import inspect
from pathlib import Path

import griffe
import pytest

from ctct_migrate import Choices, Diagnostic
from ctct_migrate.sender import Sender
from documentation.docstrings import as_markdown

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("docstring", "markdown"),
    [
        ("One line.", "One line."),
        (
            "First.\n\nname   what it is,\n       in two lines\nother  this",
            "First.\n\n- `name`: what it is, in two lines\n- `other`: this",
        ),
        ("one,   both\nother  of them\nlast   two", "- `one, other`: both of them\n- `last`: two"),
        ("one,     both\nanother\nlast     two", "- `one, another`: both\n- `last`: two"),
        ("name  one\nlonge two", "- `name`: one\n- `longe`: two"),
        (
            "Two blanks.  They end a sentence\nin some texts.",
            "Two blanks.  They end a sentence\nin some texts.",
        ),
        ("So::", "So:"),
        ("    indented  text\nname  text", "    indented  text\nname  text"),
        (
            ">>> async def f():\n...     return 1\n2",
            "```pycon\n>>> async def f():\n...     return 1\n2\n```",
        ),
    ],
)
def test_each_form(docstring: str, markdown: str) -> None:
    assert as_markdown(docstring) == markdown


@pytest.mark.parametrize("described", [Choices, Diagnostic, Sender])
def test_each_attribute_is_an_item(described: type) -> None:
    markdown = as_markdown(inspect.getdoc(described) or "")
    assert markdown.count("\n- `") > 3
    assert "  " not in markdown.partition("\n- ")[2]


def test_parameters_of_dataclasses_are_shown() -> None:
    source = griffe.load(
        "ctct_migrate.source",
        search_paths=[PROJECT],
        extensions=griffe.load_extensions(PROJECT / "documentation/docstrings.py"),
    )
    assert [each.name for each in source["Span"].parameters] == ["self", "start", "end"]
