"""The documents that an editor has open, with the edits that it sends.

pygls keeps them in a workspace; its documents take more for line ends than the protocol does
(`str.splitlines`: U+2028, U+0085, form feeds), after which an edit would land in another line.  These
count lines as the protocol has it.
"""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument, Workspace

from ctct_migrate.language_server.analysis import Snapshot
from ctct_migrate.language_server.editor_text import EditorText
from ctct_migrate.language_server.published import place_of


class OpenDocument(TextDocument):
    """A document of an editor."""

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Takes an edit, or a whole new text."""
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            changed = self.editor_text.changed(place_of(start), place_of(end), change.text)
            self._text = changed
            self._source = changed.text
        else:
            self._source = change.text

    @property
    def editor_text(self) -> EditorText:
        """The text, with its places."""
        text: EditorText | None = getattr(self, "_text", None)
        source = self._source or ""
        if text is None or text.text is not source:
            self._text = text = EditorText(source, name_of_encoding(self.position_codec.encoding))
        return text

    def snapshot(self) -> Snapshot:
        """The version that it has now."""
        path = to_fs_path(self.uri)
        name = self.filename or self.uri
        return Snapshot(
            self.uri, name, Path(path) if path else None, self.version or 0, self.editor_text
        )


def name_of_encoding(encoding: types.PositionEncodingKind | str | None) -> str:
    """The protocol's name of an encoding; UTF-16 where none was agreed on."""
    known = types.PositionEncodingKind.Utf16 if encoding is None else encoding
    return known.value if isinstance(known, types.PositionEncodingKind) else known


class OpenDocuments(Workspace):
    """A workspace with such documents."""

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> OpenDocument:
        return OpenDocument(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self._position_codec,
        )


class EditorProtocol(LanguageServerProtocol):
    """The protocol with such a workspace."""

    @property
    def workspace(self) -> OpenDocuments:
        """The workspace; RuntimeError before the client has introduced itself."""
        known = super().workspace
        if not isinstance(known, OpenDocuments):
            made = OpenDocuments(
                known.root_uri,
                types.TextDocumentSyncKind.Incremental,
                list(known.folders.values()),
                known.position_encoding,
            )
            self._workspace = known = made
        return known
