"""An editor that a test drives: a real client of the protocol, with documents that it keeps itself."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

SAMPLES = Path(__file__).parents[2] / "samples"
CAMPAIGN = (SAMPLES / "bad" / "campaign-001.xml").read_text()

_UNITS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_SIZES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def recording_client() -> LanguageClient:
    """A client that keeps every publication, with its version."""
    client = make_test_lsp_client()
    client.published = []
    client.registrations = []
    for name in (types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, types.WINDOW_SHOW_DOCUMENT):
        client.protocol.fm.features.pop(name, None)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        client.published.append(params)
        client.diagnostics[params.uri] = params.diagnostics

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(params: types.RegistrationParams) -> None:
        client.registrations += params.registrations

    @client.feature(types.WINDOW_SHOW_DOCUMENT)
    def shown(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        client.shown = params
        return types.ShowDocumentResult(success=True)

    return client


CONFIG = ClientServerConfig(
    server_command=[sys.executable, "-m", "ctct_migrate", "lsp", "--stdio"],
    client_factory=recording_client,
)


class Editor:
    """One client with its open documents; positions are counted in the agreed encoding, by means of
    Python's own codecs."""

    def __init__(self, client: LanguageClient, folder: Path, encoding: str):
        self.client, self.folder, self.encoding = client, folder, encoding
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "xml") -> str:
        uri = self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    def position(self, uri: str, index: int) -> types.Position:
        """The position of a character: lines end with LF, CRLF or CR."""
        before = self.texts[uri][:index].replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n"), before[before.rfind("\n") + 1 :]
        units = len(column.encode(_UNITS[self.encoding])) // _SIZES[self.encoding]
        return types.Position(line, units)

    def index(self, uri: str, position: types.Position) -> int:
        """The character at a position: the first one that is not before it."""
        text = self.texts[uri]
        return next(
            at for at in range(len(text) + 1)
            if (p := self.position(uri, at)).line > position.line
            or (p.line, p.character) >= (position.line, position.character)
        )  # fmt: skip

    def range(self, uri: str, start: int, end: int) -> types.Range:
        return types.Range(self.position(uri, start), self.position(uri, end))

    def at(self, uri: str, words: str, offset: int = 0) -> types.Position:
        return self.position(uri, self.texts[uri].index(words) + offset)

    def text_at(self, uri: str, found: types.Range) -> str:
        return self.texts[uri][self.index(uri, found.start) : self.index(uri, found.end)]

    def edit(self, uri: str, start: int, end: int, new: str) -> None:
        """Types: the edit goes to the server as an incremental change."""
        change = types.TextDocumentContentChangePartial(self.range(uri, start, end), new)
        self.texts[uri] = self.texts[uri][:start] + new + self.texts[uri][end:]
        self.versions[uri] += 1
        self._send(uri, change)

    def replace(self, uri: str, old: str, new: str) -> None:
        start = self.texts[uri].index(old)
        self.edit(uri, start, start + len(old), new)

    def set(self, uri: str, text: str) -> None:
        """Gives the document another text as a whole."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self._send(uri, types.TextDocumentContentChangeWholeDocument(text))

    def _send(self, uri: str, change: types.TextDocumentContentChangeEvent) -> None:
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(identifier, [change])
        )

    async def diagnostics(self, uri: str, seconds: float = 30) -> list[types.Diagnostic]:
        """What is published about the version that the document has now."""
        for _ in range(int(seconds * 100)):
            for each in reversed(self.client.published):
                if each.uri == uri and each.version == self.versions.get(uri):
                    return list(each.diagnostics)
            await asyncio.sleep(0.01)
        raise AssertionError(f"nothing was published about {uri}")

    async def until(
        self, uri: str, codes: list[str], seconds: float = 30
    ) -> list[types.Diagnostic]:
        """Waits until what is shown about a file has these codes."""
        for _ in range(int(seconds * 100)):
            found = list(self.client.diagnostics.get(uri, ()))
            if [str(each.code) for each in found] == codes and uri in self.client.diagnostics:
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.client.diagnostics.get(uri)} is shown about {uri}")

    async def codes(self, uri: str) -> list[str]:
        return [str(each.code) for each in await self.diagnostics(uri)]

    async def actions(
        self, uri: str, at: types.Position | types.Range, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        where = types.Range(at, at) if isinstance(at, types.Position) else at
        here = [
            each for each in self.client.diagnostics.get(uri, ()) if each.range.start == where.start
        ]
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri), where,
                types.CodeActionContext(diagnostics=here, only=only),
            )
        )  # fmt: skip
        return list(found or [])

    async def apply(self, uri: str, action: types.CodeAction) -> None:
        """Applies an action as an editor does: resolved if it has no edit yet, for this version
        alone."""
        if action.edit is None:
            action = await self.client.code_action_resolve_async(action)
        assert action.edit is not None
        (change,) = action.edit.document_changes or []
        assert change.text_document.uri == uri
        assert change.text_document.version == self.versions[uri]
        text = self.texts[uri]
        places = [
            (self.index(uri, each.range.start), self.index(uri, each.range.end), each.new_text)
            for each in change.edits
        ]
        for start, end, new in sorted(places, reverse=True):
            text = text[:start] + new + text[end:]
        self.set(uri, text)

    async def completions(self, uri: str, at: types.Position) -> dict[str, types.CompletionItem]:
        found: Any = await self.client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(uri), at)
        )
        items = [] if found is None else found.items
        return {each.label: each for each in sorted(items, key=lambda each: each.sort_text)}

    async def hover(self, uri: str, at: types.Position) -> str:
        found = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), at)
        )
        return "" if found is None else found.contents.value


async def started(
    client: LanguageClient,
    folder: Path,
    *,
    encodings: list[str] | None = None,
    options: dict[str, Any] | None = None,
    kind: str = "visual-studio-code",
) -> Editor:
    """A session of a client like that editor."""
    capabilities = client_capabilities(kind)
    if capabilities.general is not None:
        capabilities.general.position_encodings = encodings
    result = await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities, root_uri=folder.as_uri(), initialization_options=options
        )
    )
    encoding = result.capabilities.position_encoding or "utf-16"
    return Editor(client, folder, getattr(encoding, "value", encoding))
