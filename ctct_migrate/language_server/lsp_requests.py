"""Which request of a client is answered by what, and what the client can do."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

from ctct_migrate.language_server import lsp_answers
from ctct_migrate.language_server.body_completion import body_proposals
from ctct_migrate.language_server.client_settings import (
    is_about_us,
)
from ctct_migrate.language_server.document_completion import document_proposals
from ctct_migrate.language_server.hovering import hover
from ctct_migrate.language_server.migration_server import MigrationServer
from ctct_migrate.language_server.published import place_of
from ctct_migrate.language_server.symbols import symbols
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.linting import lint
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS

#: The command that answers with the body that a document becomes.
CONVERT = "ctct-migrate.convert"


def answer_requests(server: MigrationServer) -> None:
    """Registers an answer to every request that we support, and a handler of every notification."""
    _hear_of_documents(server)
    _hear_of_settings(server)
    _answer(server)


def _hear_of_documents(server: MigrationServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.checks.closed(params.text_document.uri)
        server.checks.changed(params.text_document.uri, at_once=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.checks.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_params: types.DidSaveTextDocumentParams) -> None:
        server.check_all()  # what was saved may be a configuration, which not all clients tell

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)


def _hear_of_settings(server: MigrationServer) -> None:
    @server.feature(types.INITIALIZE)
    def begun(params: types.InitializeParams) -> None:
        server.begin(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def ready(_params: types.InitializedParams) -> None:
        for problem in server.settings.problems:
            server.tell(f"ctct-migrate: {problem}", types.MessageType.Warning)
        await server.aside(_warm)
        await server.register()
        await server.pull_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def set_anew(params: types.DidChangeConfigurationParams) -> None:
        if not params.settings:
            await server.pull_settings()
        elif is_about_us(params.settings):  # else they are those of other servers
            server.take_settings(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(_params: types.DidChangeWatchedFilesParams) -> None:
        server.check_all()


def _warm() -> None:
    """Loads what looking at a document with mistakes needs."""
    lint(Document(Source("-", b"<Campaign/>")))


def _answer(server: MigrationServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        analysis = await server.checks.analysis(params.text_document.uri)
        if analysis is None:
            return None
        found = await server.aside(hover, analysis, place_of(params.position))
        return lsp_answers.hover_of(found)

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=["<", "/", " ", '"', "'", ">"]),
    )
    async def completed(params: types.CompletionParams) -> types.CompletionList | None:
        snapshot = server.snapshot(params.text_document.uri)
        if snapshot is None or len(snapshot.text.text) > server.settings.largest:
            return None
        snippets = server.can("text_document.completion.completion_item.snippet_support")
        at, text = snapshot.text.index(place_of(params.position)), snapshot.text.text
        if snapshot.is_json:
            analysis = await server.checks.analysis(params.text_document.uri)
            target = analysis.body_target if analysis is not None else ""
            if not target:
                return None
            found = await server.aside(lambda: body_proposals(text, at, target, snippets=snippets))
        else:
            found = await server.aside(lambda: document_proposals(text, at, snippets=snippets))
        return lsp_answers.completions_of(snapshot.text, found)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        analysis = await server.checks.analysis(params.text_document.uri)
        if analysis is None:
            return None
        found = await server.aside(symbols, analysis)
        nested = server.can("text_document.document_symbol.hierarchical_document_symbol_support")
        return lsp_answers.symbols_of(analysis.snapshot, found, nested=nested)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[
                types.CodeActionKind.QuickFix,
                lsp_answers.FIX_ALL,
                lsp_answers.SHOW_BODY,
            ],
            resolve_provider=True,
        ),
    )
    async def offered(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        analysis = await server.checks.analysis(params.text_document.uri)
        if analysis is None:
            return None
        request = lsp_answers.ActionRequest(
            start=place_of(params.range.start),
            end=place_of(params.range.end),
            only=tuple(str(getattr(each, "value", each)) for each in params.context.only or ()),
            resolves="edit" in (
                get_capability(
                    server.client_capabilities,
                    "text_document.code_action.resolve_support.properties", (),
                ) or ()
            ),
            versioned=server.can("workspace.workspace_edit.document_changes"),
            convert=CONVERT,
        )  # fmt: skip
        return await server.aside(
            lsp_answers.actions_of, analysis, server.offers_of(analysis), request
        )

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        data = action.data if isinstance(action.data, dict) else {}
        analysis = await server.checks.analysis(str(data.get("uri", "")))
        if analysis is None or analysis.snapshot.version != data.get("version"):
            return action  # what it was about has changed
        offer, problem = await server.aside(
            lsp_answers.chosen_offer, analysis, server.offers_of(analysis), action
        )
        if offer is None:
            server.tell(f"ctct-migrate: {problem}", types.MessageType.Info)
            return action
        versioned = server.can("workspace.workspace_edit.document_changes")
        action.edit = lsp_answers.edit_of(analysis.snapshot, offer, versioned=versioned)
        return action

    @server.command(CONVERT)
    async def convert(*arguments: Any) -> dict[str, Any]:
        """The arguments: the URI of the document and the name of the target, or one table of both."""
        said = arguments[0] if arguments else {}
        uri = said.get("uri", "") if isinstance(said, dict) else str(said)
        target = said.get("target", "") if isinstance(said, dict) else "".join(arguments[1:2])
        target = str(target or next(iter(TARGETS)))
        if target not in TARGETS:
            message = f"there is no target `{target}`; expected {' or '.join(TARGETS)}"
            server.tell(message, types.MessageType.Error)
            return {"ok": False, "text": "", "message": message, "target": target}
        return await server.convert(str(uri), target)
