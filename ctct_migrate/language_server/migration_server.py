"""The server of one client: its documents, its settings, and what is shown to it.

Whatever takes time runs in threads, so that the next message is read at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from ctct_migrate.configuration import Configuration
from ctct_migrate.configuration_files import CONFIGURATION_FILES, absolute
from ctct_migrate.language_server.analysis import Analysis, Snapshot, analysed
from ctct_migrate.language_server.check_schedule import CheckSchedule
from ctct_migrate.language_server.client_settings import (
    SECTION,
    ClientSettings,
    client_settings,
    section_of,
)
from ctct_migrate.language_server.offered_fixes import OfferedFixes
from ctct_migrate.language_server.open_documents import (
    EditorProtocol,
    OpenDocument,
    name_of_encoding,
)
from ctct_migrate.language_server.project_configurations import ProjectConfigurations
from ctct_migrate.language_server.published import NAME, of_configuration, published
from ctct_migrate.language_server.shown_bodies import shown_body

_T = TypeVar("_T")

_LOGGER = logging.getLogger(__name__)


def _failed(snapshot: Snapshot, error: Exception) -> Analysis:
    """What is known of a version at which the look ended with an error of ours, which is logged."""
    _LOGGER.error("the check of %s failed", snapshot.uri, exc_info=error)
    failure = f"{type(error).__name__}: {error}".strip(": ")
    return Analysis(snapshot, Configuration(), is_read=False, failure=failure)


class MigrationServer(LanguageServer):
    """The language server of one client."""

    def __init__(self) -> None:
        super().__init__(NAME, version("ctct-migrate"), protocol_cls=EditorProtocol)
        self.settings = ClientSettings()
        self._initial: dict[str, Any] = {}
        self._projects = ProjectConfigurations()
        self._checkers = ThreadPoolExecutor(2, "check")
        self._answerers = ThreadPoolExecutor(2, "answer")  # which no check keeps waiting
        self._offers: dict[str, tuple[Analysis, OfferedFixes]] = {}
        self._shown_errors: dict[Path, str] = {}
        self._shown_unread: set[str] = set()
        self._bodies: tempfile.TemporaryDirectory[str] | None = None
        self.checks = CheckSchedule(
            self._checkers, self._look, self.snapshot, self._publish, lambda: self.settings.delay
        )

    # -- documents -----------------------------------------------------------------------------------

    def snapshot(self, uri: str) -> Snapshot | None:
        """The version that a document has now; None where it is not open."""
        found = self.workspace.text_documents.get(unquote(uri))
        return found.snapshot() if isinstance(found, OpenDocument) else None

    def configuration_of(self, snapshot: Snapshot) -> Configuration:
        """What holds for a document: its project's configuration, and over it the client's
        settings."""
        root = self.workspace.root_path
        folder = snapshot.file.parent if snapshot.file is not None else Path(root or ".")
        return self.settings.over(self._projects.of(absolute(folder)))

    def _look(self, snapshot: Snapshot) -> Analysis:
        try:
            return analysed(snapshot, self.configuration_of(snapshot), self.settings.largest)
        except Exception as error:
            return _failed(snapshot, error)

    def _publish(self, analysis: Analysis) -> None:
        snapshot = analysis.snapshot
        related = self.can("text_document.publish_diagnostics.related_information")
        try:
            found = published(analysis, related=related)
        except Exception as error:
            analysis = _failed(snapshot, error)
            found = published(analysis)
        if not analysis.is_read and snapshot.uri not in self._shown_unread:
            self._shown_unread.add(snapshot.uri)
            kind = types.MessageType.Error if analysis.failure else types.MessageType.Info
            self.tell(found[0].message, kind)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(snapshot.uri, found, snapshot.version)
        )
        self._show_configurations()

    def _show_configurations(self) -> None:
        """Shows what is wrong with configurations, in their files and as messages, each once."""
        for file, error in self._projects.errors().items():
            said = str(error) if error is not None else ""
            if said == self._shown_errors.get(file, ""):
                continue
            self._shown_errors[file] = said
            encoding = name_of_encoding(self.workspace.position_encoding)
            found = [of_configuration(file, error, encoding)] if error is not None else []
            if said:
                self.tell(f"{said} (the settings in it are not used)", types.MessageType.Error)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(file.as_uri(), found)
            )

    def forget(self, uri: str) -> None:
        """Forgets a document that was closed, and takes its diagnostics away."""
        self.checks.closed(uri)
        self._offers.pop(uri, None)
        self._shown_unread.discard(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def check_all(self) -> None:
        """Looks at every open document again, since what is asked for has changed."""
        self.checks.outdated()
        for document in list(self.workspace.text_documents.values()):
            self.checks.changed(document.uri, at_once=True)

    def offers_of(self, analysis: Analysis) -> OfferedFixes:
        """What is offered for an analysis, kept until there is another one."""
        uri = analysis.snapshot.uri
        known = self._offers.get(uri)
        if known is None or known[0] is not analysis:
            known = self._offers[uri] = analysis, OfferedFixes(analysis)
        return known[1]

    # -- the client ----------------------------------------------------------------------------------

    def can(self, capability: str) -> bool:
        """Whether the client says that it can do something, such as `window.show_document.support`."""
        return bool(get_capability(self.client_capabilities, capability, False))

    def tell(self, message: str, kind: types.MessageType) -> None:
        """Shows the user a message."""
        self.window_show_message(types.ShowMessageParams(kind, message))

    def take_settings(self, said: Any) -> None:
        """Takes settings of the client, over those with which it began."""
        settings = client_settings({**self._initial, **section_of(said)})
        for problem in settings.problems:
            if problem not in self.settings.problems:
                self.tell(f"ctct-migrate: {problem}", types.MessageType.Warning)
        if settings != self.settings:
            self.settings = settings
            self.check_all()

    def begin(self, options: Any) -> None:
        """Takes the options with which the client began."""
        self._initial = dict(section_of(options))
        self.settings = client_settings(self._initial)

    async def pull_settings(self) -> None:
        """Asks the client for its settings, if it can be asked."""
        if not self.can("workspace.configuration"):
            return
        item = types.ConfigurationItem(section=SECTION)
        found = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        self.take_settings(found[0] if found else None)

    async def register(self) -> None:
        """Asks the client to say when settings and configuration files change."""
        wanted = []
        if self.can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in CONFIGURATION_FILES]
            wanted.append(
                types.Registration(
                    "files",
                    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    types.DidChangeWatchedFilesRegistrationOptions(watchers),
                )
            )
        if self.can("workspace.did_change_configuration.dynamic_registration"):
            wanted.append(
                types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                                   types.DidChangeConfigurationRegistrationOptions(SECTION))
            )  # fmt: skip
        if wanted:
            await self.client_register_capability_async(types.RegistrationParams(wanted))

    async def aside(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """Does something in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._answerers, work, *arguments)

    # -- bodies --------------------------------------------------------------------------------------

    async def convert(self, uri: str, target: str) -> dict[str, Any]:
        """The body that an open document becomes, shown if the client can show it."""
        analysis = await self.checks.analysis(uri)
        if analysis is None:
            return {"ok": False, "text": "", "message": f"{uri} is not open", "target": target}
        choices = analysis.configuration.choices
        made = await self.aside(shown_body, analysis, target, choices)
        answer = {"ok": made.ok, "text": made.text, "message": made.message, "target": target}
        if not made.whole:
            self.tell(made.message, types.MessageType.Warning)
        if made.ok and self.settings.open_bodies and self.can("window.show_document.support"):
            file = self._body_file(analysis.snapshot, target)
            file.write_text(made.text, encoding="utf-8")
            answer["uri"] = file.as_uri()
            await self.window_show_document_async(
                types.ShowDocumentParams(file.as_uri(), take_focus=True)
            )
        return answer

    def _body_file(self, snapshot: Snapshot, target: str) -> Path:
        """Where a body is shown: each document has a file of its own, whatever it is called."""
        if self._bodies is None:
            self._bodies = tempfile.TemporaryDirectory(prefix="ctct-migrate-")
        stem = "".join(
            each if each.isalnum() or each in "-_. " else "_" for each in Path(snapshot.name).stem
        )
        mark = hashlib.sha256(snapshot.uri.encode("utf-8", "replace")).hexdigest()[:8]
        return Path(self._bodies.name) / f"{stem[:40] or 'body'}-{mark}.{target}.json"

    def end(self) -> None:
        """Leaves nothing behind."""
        for each in (self._checkers, self._answerers):
            each.shutdown(wait=False, cancel_futures=True)
        if self._bodies is not None:
            self._bodies.cleanup()
            self._bodies = None
