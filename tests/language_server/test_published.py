"""What an editor is shown, apart from the conversation with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from ctct_migrate.configuration import ConfigurationError
from ctct_migrate.configuration_files import configuration_in
from ctct_migrate.language_server.published import of_configuration
from ctct_migrate.output import explanation_addresses
from ctct_migrate.output.explanation_addresses import explanation_for_editors
from ctct_migrate.rules.registry import catalogue

#: The configuration, the line and the text at which it is wrong.
WRONG = {
    "a word": ('# é\n"per-file-ignores" = {"€\U0001f600.xml" = ["CT999"]}\n', 1, '"CT999"'),
    "a second word": ('\nignore = ["CT601", "\U0001f600"]\r\n', 1, '"\U0001f600"'),
    "a syntax error": ('x = "é\U0001f600" y\n', 0, "y"),
    "a byte order mark": ('\ufefftarget = "v9"\n', 0, "t"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", WRONG)
def test_places_in_a_configuration_are_counted_as_agreed(
    name: str, encoding: str, tmp_path: Path
) -> None:
    text, line, word = WRONG[name]
    file = tmp_path / "ctct-migrate.toml"
    file.write_bytes(text.encode())
    with pytest.raises(ConfigurationError) as caught:
        configuration_in(file)
    found = of_configuration(file, caught.value, encoding).range
    codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[
        encoding
    ]
    units = text.removeprefix("\ufeff").split("\n")[line].encode(codec)
    assert (found.start.line, found.end.line) == (line, line)
    shown = units[found.start.character * size : found.end.character * size]
    assert shown.decode(codec) == word


def test_a_configuration_that_is_gone_has_a_place(tmp_path: Path) -> None:
    error = ConfigurationError("wrong", at=(3, 7))
    found = of_configuration(tmp_path / "ctct-migrate.toml", error, "utf-16").range
    assert (found.start.line, found.end.line) == (2, 2)


def test_the_link_of_every_code_leads_to_its_line() -> None:
    for rule in catalogue():
        address = urlsplit(explanation_for_editors(rule.code))
        lines = Path(unquote(address.path)).read_text().split("\n")
        number = int(address.fragment.removeprefix("L"))
        assert lines[number - 1] == f'<a id="{rule.code}"></a>'


def test_without_the_page_the_link_leads_to_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explanation_addresses, "_installed_page", lambda: None)
    site = "https://docs.example/ctct/"
    monkeypatch.setattr(explanation_addresses, "documentation_site", lambda: site)
    assert explanation_for_editors("CT310") == f"{site}rules/CT310"
    monkeypatch.setattr(explanation_addresses, "documentation_site", lambda: "")
    assert explanation_for_editors("CT310") == ""
