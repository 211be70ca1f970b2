"""The README: short, and right."""

from __future__ import annotations

import re
from pathlib import Path

from documentation_pages import DOCS, ROOT, blocks

from ctct_migrate.cli import COMMANDS

README = ROOT / "README.md"
TEXT = README.read_text("utf-8")


def test_it_is_short_and_has_one_picture() -> None:
    assert len(TEXT.splitlines()) <= 150
    assert re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT) == ["docs/pictures/lint.svg"]


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)
    assert len(links) > 10
    assert [link for link in links if not (ROOT / Path(link)).exists()] == []


def test_the_two_commands_are_targets_of_make_and_do_the_same_without_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    with_make, demo, test = (block.text for block in blocks(README) if block.language == "sh")
    for target, without in zip(
        re.findall(r"^make (\w+)", with_make, re.M), (demo, test), strict=True
    ):
        assert re.search(rf"^{target}: \$\(VENV\)/\.{target}$", makefile, re.M)
        (extra,) = re.findall(r"-c constraints\.txt -e ('\.\[\w+\]')", without)
        assert (
            f"$(VENV)/.{target}: pyproject.toml constraints.txt | $(BIN)/python\n\t$(PIP) -e {extra}"
            in makefile
        )
    assert (ROOT / "demo").stat().st_mode & 0o100
    assert demo.endswith("\n./demo\n")


def test_the_index_of_the_documentation_names_each_page() -> None:
    """Readers of the repository have no navigation but this page."""
    index = (DOCS / "index.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", index))
    pages = {
        page.relative_to(DOCS).as_posix()
        for page in DOCS.rglob("*.md")
        if page.parent.name not in {"commands", "ci", "editors"}
    }
    assert pages - {"index.md"} <= linked
    assert [link for link in linked if not (DOCS / link).exists()] == []


def test_the_pages_of_commands_are_of_commands_that_there_are() -> None:
    known = {name for section in COMMANDS.values() for name in section}
    assert {page.stem for page in (DOCS / "commands").glob("*.md")} - {"index"} <= known
