"""Every command that the documentation shows to be run prints what it shows."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from documentation_pages import DOCS, ROOT, as_pattern, blocks, run_page, runnable_pages

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash"), reason="the pages are for a POSIX shell"
)


@pytest.mark.parametrize("name", runnable_pages())
def test_the_page_shows_what_happens(name: str, tmp_path: Path) -> None:
    run_page(ROOT / name, tmp_path)


def test_the_tutorial_and_the_pages_of_the_main_commands_are_run() -> None:
    wanted = {f"docs/commands/{name}.md" for name in ("lint", "fix", "convert", "verify", "send")}
    assert wanted | {"docs/tutorial.md"} <= set(runnable_pages())


def test_no_session_is_left_out_by_mistake() -> None:
    """A block without a language that shows a command would be read as neither run nor not run."""
    for page in DOCS.rglob("*.md"):
        for block in blocks(page):
            assert block.language or not block.text.startswith("$ "), f"{page}: {block.text}"


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("a\n…\nz\n", "a\nb\nc\nz\n", True),
        ("a\n…\nz\n", "a\nb\nc\n", False),
        ("id … done\n", "id 5-4-3 done\n", True),
        ("id … done\n", "id 5\n4 done\n", False),
        ("", "a warning\n", False),
        ("(a.c)\n", "(abc)\n", False),
    ],
)
def test_what_is_shown_has_to_be_printed(shown: str, printed: str, fits: bool) -> None:
    assert bool(re.fullmatch(as_pattern(shown), printed)) is fits


def test_a_page_that_shows_something_else_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ ctct-migrate schema xsd\nelsewhere/atom.xsd\n```\n", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(AssertionError, match="shows something else"):
        run_page(page, folder)
