"""Clients that count in other units, or can do less than VS Code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsp_editor import CAMPAIGN, CONFIG, Editor, started
from lsprotocol import types
from pytest_lsp import LanguageClient

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: What counts differently in each encoding, before the mistake in its line.
TEXT = CAMPAIGN.replace(
    "<GreetingName>cmp_grt_name", "<!-- é€\U0001f600 --><GreetingName>cmp_grt_name"
)

#: The client, what it says of positions, and the encoding that is agreed on.
CLIENTS: dict[str, tuple[str, list[str] | None, str]] = {
    "utf-8": ("visual-studio-code", ["utf-7", "utf-8", "utf-16"], "utf-8"),
    "utf-32": ("visual-studio-code", ["utf-32"], "utf-32"),
    "plain": ("neovim@0.7", None, "utf-16"),  # says nothing, and takes no edits of a version
}

OPTIONS = {"target": "v3", "ignore": ["CT7", "CT8"]}


@pytest_lsp.fixture(config=CONFIG, scope="module", params=CLIENTS)
async def session(
    lsp_client: LanguageClient, request: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    kind, encodings, agreed = CLIENTS[request.param]
    folder: Path = tmp_path_factory.mktemp("project")
    editor = await started(
        lsp_client,
        folder,
        encodings=encodings,
        kind=kind,
        options={"ctct-migrate": OPTIONS} if agreed == "utf-32" else OPTIONS,
    )
    assert editor.encoding == agreed
    lsp_client.editor = editor
    yield
    await lsp_client.shutdown_session()


@pytest.fixture(scope="module")
def editor(session: LanguageClient) -> Editor:
    return session.editor


async def test_places_and_edits_are_counted_as_agreed(editor: Editor) -> None:
    uri = editor.open("units.xml", TEXT)
    editor.replace(
        uri, "cmp_grt_name</", "cmp_name</"
    )  # beyond the characters that count differently
    found = {str(each.code): each for each in await editor.diagnostics(uri)}
    assert list(found) == ["CT601", "CT310", "CT407"]
    assert editor.text_at(uri, found["CT310"].range) == "cmp_name"
    actions = await editor.actions(uri, found["CT310"].range)
    choice = next(each for each in actions if each.title.startswith("Write `None`"))
    if choice.edit is not None and choice.edit.changes is not None:  # a client without versions
        (edit,) = choice.edit.changes[uri]
        assert editor.text_at(uri, edit.range) == "cmp_name"
        return
    await editor.apply(uri, choice)
    assert editor.texts[uri] == TEXT.replace("cmp_grt_name</", "None</")
    said = await editor.hover(uri, editor.at(uri, "<GreetingName>", 2))
    assert "Which of the recipient's names" in said
    completions = await editor.completions(uri, editor.at(uri, "None</G", 2))
    assert editor.text_at(uri, completions["LastName"].text_edit.range) == "None"


async def test_a_configuration_is_taken_up_without_being_told(editor: Editor) -> None:
    """A client that watches no files: the file is looked at whenever a document is."""
    uri = editor.open("watched.xml", TEXT)
    await editor.diagnostics(uri)
    (editor.folder / "ctct-migrate.toml").write_text('ignore = ["CT407"]\n')
    editor.replace(uri, "cmp_subject", "another subject")
    # The client's own `ignore` is laid over that of the file.
    assert await editor.codes(uri) == ["CT601", "CT310", "CT407"]
    (editor.folder / "ctct-migrate.toml").write_text('severity = {CT310 = "warning"}\n')
    editor.replace(uri, "another subject", "a third one")
    found = {str(each.code): each.severity for each in await editor.diagnostics(uri)}
    assert found["CT310"] is types.DiagnosticSeverity.Warning


async def test_settings_that_are_sent_are_laid_over_those_of_the_beginning(editor: Editor) -> None:
    uri = editor.open("sent.xml", TEXT)
    assert await editor.codes(uri) == ["CT601", "CT310", "CT407"]
    client = editor.client

    def send(settings: Any) -> None:
        client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))

    send({"ctct-migrate": {"ignore": ["CT7", "CT8", "CT407"]}})
    await editor.until(uri, ["CT601", "CT310"])
    send({"ignore": ["CT7", "CT8", "CT310"]})
    await editor.until(uri, ["CT601", "CT407"])
    messages = len(client.messages)
    client.set_configuration({"ctct-migrate": {"ignore": ["CT310"]}})  # what it says if it is asked
    send({"xml": {"validation": {"enabled": True}}})
    editor.replace(uri, "cmp_subject", "another subject")
    assert await editor.codes(uri) == ["CT601", "CT407"]
    assert len(client.messages) == messages
    send({"ctct-migrate": {}})
    await editor.until(uri, ["CT601", "CT310", "CT407"])
