"""What a user sees of an error of ours: that a document could not be checked, and nothing old."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsp_editor import CAMPAIGN, Editor, recording_client, started
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: A server with mistakes in it: looking at one text fails, showing another one as well.
SERVER = """
from ctct_migrate.language_server import lsp_server, migration_server
analysed, published = migration_server.analysed, migration_server.published
def failing_analysed(snapshot, *rest):
    if "fails in a look" in snapshot.text.text:
        raise KeyError("some part")
    return analysed(snapshot, *rest)
def failing_published(analysis, **rest):
    if "fails in showing" in analysis.snapshot.text.text and not analysis.failure:
        raise ValueError("some place")
    return published(analysis, **rest)
migration_server.analysed, migration_server.published = failing_analysed, failing_published
lsp_server.serve()
"""


@pytest_lsp.fixture(
    config=ClientServerConfig([sys.executable, "-c", SERVER], client_factory=recording_client),
    scope="module",
)
async def session(
    lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    folder: Path = tmp_path_factory.mktemp("project")
    lsp_client.editor = await started(lsp_client, folder)
    yield
    await lsp_client.shutdown_session()


@pytest.mark.parametrize(
    ("where", "error"),
    [("a look", "KeyError: 'some part'"), ("showing", "ValueError: some place")],
)
async def test_a_check_that_fails_is_reported_alone(
    session: LanguageClient, where: str, error: str
) -> None:
    editor: Editor = session.editor
    uri = editor.open(f"{where}.xml", CAMPAIGN)
    assert await editor.codes(uri) == ["CT601", "CT310", "CT407"]
    editor.replace(uri, "cmp_subject", f"fails in {where}")
    (only,) = await editor.diagnostics(uri)
    assert only.severity is types.DiagnosticSeverity.Error
    assert only.message.startswith("This document could not be checked")
    assert error in only.message
    assert [each.message for each in editor.client.messages].count(only.message) == 1
    await editor.actions(uri, editor.at(uri, "<GreetingName>", 3))  # which is answered all the same
    editor.replace(uri, f"fails in {where}", "right again")
    assert await editor.codes(uri) == ["CT601", "CT310", "CT407"]
