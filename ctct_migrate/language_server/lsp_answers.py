"""Answers as the protocol has them: hover, completion, symbols, code actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types

from ctct_migrate.diagnostics import Diagnostic, Safety
from ctct_migrate.language_server.analysis import Analysis, Snapshot
from ctct_migrate.language_server.document_completion import Completes, Proposal
from ctct_migrate.language_server.editor_text import EditorPlace, EditorText
from ctct_migrate.language_server.hovering import HoverText
from ctct_migrate.language_server.offered_fixes import ALL_FIXES, Offer, OfferedFixes
from ctct_migrate.language_server.published import diagnostic_of, range_of
from ctct_migrate.language_server.symbols import Symbol
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.targets import TARGETS

#: Kinds of actions: all safe fixes at once, and showing a body.
FIX_ALL = "source.fixAll.ctct-migrate"
SHOW_BODY = "source.showBody.ctct-migrate"

#: Selected diagnostics whose fixes are checked before they are offered: of a client that does not ask
#: for edits later, and of one that does.
_CHECKED = 20
_CHECKED_OF_RESOLVING = 4

#: Characters of the largest document of which all fixes are made before they are offered; in a larger
#: one they are made when they are chosen, if the client asks for edits then.
_TRIED_AT_ONCE = 50_000

_KINDS = {
    Completes.ELEMENT: types.CompletionItemKind.Field,
    Completes.END_TAG: types.CompletionItemKind.Keyword,
    Completes.ATTRIBUTE: types.CompletionItemKind.Property,
    Completes.VALUE: types.CompletionItemKind.EnumMember,
    Completes.PROPERTY: types.CompletionItemKind.Property,
}


def hover_of(found: HoverText | None) -> types.Hover | None:
    """A hover."""
    if found is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, found.markdown)
    return types.Hover(content, range_of(found.start, found.end))


def completions_of(text: EditorText, found: Sequence[Proposal]) -> types.CompletionList:
    """Proposals; what is typed on is compared with what each takes the place of."""
    items = []
    for each in found:
        written = text.text[each.start : each.end]
        lead = written[:1] if written.startswith(("<", '"')) else ""
        lead = "" if each.kind is Completes.END_TAG else lead
        snippet = (
            types.InsertTextFormat.Snippet if each.is_snippet else types.InsertTextFormat.PlainText
        )
        items.append(
            types.CompletionItem(
                label=each.label,
                kind=_KINDS[each.kind],
                detail=each.detail or None,
                documentation=each.documentation or None,
                sort_text=f"{each.weight:05}",
                filter_text=f"{lead}{each.label}",
                insert_text_format=snippet,
                text_edit=types.TextEdit(
                    range_of(text.place(each.start), text.place(each.end)), each.text
                ),
            )
        )
    return types.CompletionList(is_incomplete=False, items=items)


def symbols_of(
    snapshot: Snapshot, found: Sequence[Symbol], *, nested: bool
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """An outline; a plain list for clients that take no other."""
    if nested:
        return [_nested(snapshot, each) for each in found]
    return [each for symbol in found for each in _flat(snapshot, symbol, None)]


def _kind(symbol: Symbol) -> types.SymbolKind:
    return types.SymbolKind.Object if symbol.holds else types.SymbolKind.Field


def _nested(snapshot: Snapshot, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=_kind(symbol),
        range=_range(snapshot, symbol.start, symbol.end),
        selection_range=_range(snapshot, symbol.name_start, symbol.name_end),
        children=[_nested(snapshot, each) for each in symbol.inside] or None,
    )


def _flat(
    snapshot: Snapshot, symbol: Symbol, above: str | None
) -> Iterator[types.SymbolInformation]:
    name = f"{symbol.name} {symbol.detail}".strip()
    location = types.Location(snapshot.uri, _range(snapshot, symbol.start, symbol.end))
    yield types.SymbolInformation(
        name=name, kind=_kind(symbol), location=location, container_name=above
    )
    for each in symbol.inside:
        yield from _flat(snapshot, each, symbol.name)


def _range(snapshot: Snapshot, start: int, end: int) -> types.Range:
    return range_of(snapshot.place(start), snapshot.place(end))


@dataclass(frozen=True)
class ActionRequest:
    """What a client asks for.

    start, end  the places between which the selection is
    only        the kinds of actions that are wanted; none for all
    resolves    whether the client asks for edits later
    versioned   whether it takes edits of a version
    convert     name of the command that shows a body
    """

    start: EditorPlace
    end: EditorPlace
    only: tuple[str, ...]
    resolves: bool
    versioned: bool
    convert: str

    def wants(self, kind: str) -> bool:
        """Whether actions of a kind are wanted."""
        return not self.only or any(
            kind == each or kind.startswith(f"{each}.") for each in self.only
        )


def actions_of(
    analysis: Analysis, offers: OfferedFixes, request: ActionRequest
) -> list[types.CodeAction]:
    """What may be done about a selection: fixes, all fixes at once, bodies to show."""
    snapshot = analysis.snapshot
    actions = []
    if request.wants(types.CodeActionKind.QuickFix.value):
        actions = list(_quick_fixes(analysis, offers, request))
    actions += _all_at_once(analysis, offers, request, beside_fixes=bool(actions))
    if request.wants(SHOW_BODY) and analysis.is_v1:
        for target in TARGETS.values():
            arguments = [{"uri": snapshot.uri, "target": target.name}]
            title = f"Show the {target.title} body"
            command = types.Command(title=title, command=request.convert, arguments=arguments)
            actions.append(types.CodeAction(title=title, kind=SHOW_BODY, command=command))
    return actions


def _quick_fixes(
    analysis: Analysis, offers: OfferedFixes, request: ActionRequest
) -> Iterator[types.CodeAction]:
    """What may be done about each diagnostic of a selection.

    To check one fix, the whole document is linted, so only those of a few diagnostics are checked
    before they are offered.  Where more are selected, all are checked when they are chosen, if the
    client asks for edits then; else those after the first ones are not offered."""
    here = []
    for diagnostic in analysis.wanted:
        start, end = analysis.snapshot.places(diagnostic.span)
        if start <= request.end and request.start <= end:
            here.append(diagnostic)
    fixable = sum(bool(each.fixes) for each in here)
    late = request.resolves and fixable > _CHECKED_OF_RESOLVING
    left = _CHECKED
    for diagnostic in here:
        if diagnostic.fixes and not late:
            left -= 1
            if left < 0:
                continue
        found = offers.unchecked(diagnostic) if late and diagnostic.fixes else offers.of(diagnostic)
        for offer in found:
            by_and_by = late and offer.number is not None
            yield types.CodeAction(
                title=offer.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic_of(analysis, diagnostic)],
                is_preferred=offer.is_preferred or None,
                edit=None
                if by_and_by
                else edit_of(analysis.snapshot, offer, versioned=request.versioned),
                data=_data(analysis, diagnostic, offer) if by_and_by else None,
            )


def _data(analysis: Analysis, diagnostic: Diagnostic, offer: Offer) -> dict[str, Any]:
    """What says later which fix was chosen."""
    start = diagnostic.span.start
    return {
        "uri": analysis.snapshot.uri,
        "version": analysis.snapshot.version,
        "code": diagnostic.code,
        "line": start.line,
        "column": start.column,
        "number": offer.number,
    }


def chosen_offer(
    analysis: Analysis, offers: OfferedFixes, action: types.CodeAction
) -> tuple[Offer | None, str]:
    """What an action without an edit is about: all fixes at once, or the fix that its data names; and
    if nothing is to be done, why, for the user."""
    said = action.data if isinstance(action.data, dict) else {}
    if "code" not in said:
        return offers.all, "" if offers.all else "nothing can be fixed without doing harm"
    for diagnostic in analysis.wanted:
        start = diagnostic.span.start
        if (said["code"], said.get("line"), said.get("column")) != (
            diagnostic.code, start.line, start.column
        ):  # fmt: skip
            continue
        for number, offer in enumerate(offers.unchecked(diagnostic)):
            if number == said.get("number") and offer.title == action.title:
                reason = offers.harm(diagnostic, number)
                return (None, f"not fixed: {action.title} ({reason})") if reason else (offer, "")
    return None, "the mistake is not there any more"


def _all_at_once(
    analysis: Analysis, offers: OfferedFixes, request: ActionRequest, *, beside_fixes: bool
) -> Iterator[types.CodeAction]:
    """All safe fixes as one action: as a source action, or as a quick fix beside others, since some
    editors list quick fixes alone."""
    kind = types.CodeActionKind.QuickFix.value if beside_fixes else FIX_ALL
    if request.only and request.wants(FIX_ALL):
        kind = FIX_ALL
    safe = any(fix.safety is Safety.SAFE for each in analysis.wanted for fix in each.fixes)
    if not request.wants(kind) or not safe or not analysis.is_v1:
        return
    snapshot = analysis.snapshot
    edit = None
    small = len(snapshot.text.text) <= _TRIED_AT_ONCE
    if small or not request.resolves or request.only:
        offer = offers.all
        if offer is None:
            return
        edit = edit_of(snapshot, offer, versioned=request.versioned)
    yield types.CodeAction(
        title=ALL_FIXES,
        kind=kind,
        edit=edit,
        data={"uri": snapshot.uri, "version": snapshot.version},
    )


def edit_of(snapshot: Snapshot, offer: Offer, *, versioned: bool) -> types.WorkspaceEdit:
    """The edit of a workspace that does what is offered to the version that it was worked out for."""
    edits = [
        types.TextEdit(_range(snapshot, each.start, each.end), each.text) for each in offer.changes
    ]
    if not versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])
