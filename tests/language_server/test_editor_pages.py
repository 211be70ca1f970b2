"""What the pages about editors say is so, as far as it can be tried without the editor."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ctct_migrate.diagnostics import Marking, Severity
from ctct_migrate.language_server.client_settings import ClientSettings, client_settings
from ctct_migrate.rules.registry import catalogue

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "editors"


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / page).read_text()
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.M | re.S)
    assert found
    return found


def test_the_index_leads_to_every_page() -> None:
    text = (PAGES / "index.md").read_text()
    pages = {each.name for each in PAGES.glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\(([a-z]+\.md)\)", text)) == pages


def test_what_helix_reads_is_toml() -> None:
    (text,) = blocks("helix.md", "toml")
    server = tomllib.loads(text)["language-server"]["ctct-migrate"]
    assert [server["command"], *server["args"]] == ["ctct-migrate", "lsp"]
    assert client_settings(server["config"]).problems == ()


def test_what_json_there_is_can_be_read() -> None:
    (options,) = blocks("jetbrains.md", "json")
    assert client_settings(json.loads(options)) == ClientSettings({"target": "v3"})
    (saving,) = blocks("vscode.md", "json")
    assert "source.fixAll.ctct-migrate" in json.loads(saving)["[xml]"]["editor.codeActionsOnSave"]


def test_brackets_of_the_lisp_are_balanced() -> None:
    (text,) = blocks("emacs.md", "elisp")
    bare = re.sub(r'"[^"]*"', '""', text)
    assert bare.count("(") == bare.count(")")


@pytest.mark.parametrize("name", ["delay", "largest-document", "open-bodies"])
def test_the_defaults_are_those_of_the_server(name: str) -> None:
    own = ClientSettings()
    said = {"delay": f"{own.delay * 1000:.0f}", "largest-document": str(own.largest),
            "open-bodies": str(own.open_bodies).lower()}  # fmt: skip
    assert f"| `{name}` | {said[name]} |" in (PAGES / "index.md").read_text()


def test_the_settings_of_the_extension_are_those_of_the_program() -> None:
    script = ROOT / "editors" / "vscode" / "settings.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("marking", [Marking.UNNECESSARY, Marking.DEPRECATED])
def test_what_is_faded_or_struck_through_is_never_an_error(marking: Marking) -> None:
    marked = [rule for rule in catalogue() if rule.marking is marking]
    assert marked
    assert all(rule.severity is not Severity.ERROR for rule in marked)


def test_the_lock_file_of_the_extension_names_no_address() -> None:
    lock = json.loads((ROOT / "editors" / "vscode" / "package-lock.json").read_text())
    assert not any("resolved" in each for each in lock["packages"].values())
