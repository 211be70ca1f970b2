"""The state of one run of the engine: what has been found and read, and what is noted of it.

What reads rows (`row_reading`) and what puts the body together (`body_assembly`) work on it.  Here is
what both need: elements by their places, and the notes of what is in the way and of what is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctct_migrate.mapping.codecs import SPACE
from ctct_migrate.mapping.compiled_table import CompiledRow, InEnvelope, Nested, key_of
from ctct_migrate.mapping.compiling import plan_of
from ctct_migrate.mapping.complaints import Complaint, ComplaintKind
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.outcome import Aside, Found, Note
from ctct_migrate.mapping.rows import (
    RECORD,
    ConversionOptions,
    Row,
    Table,
    UnreadableValue,
    ValueLeftOut,
)
from ctct_migrate.payload import Fate
from ctct_migrate.reader.tree import ATOM

_NO_NAMES: Mapping[str, str] = {}

_LINK = f"{{{ATOM}}}link"


class RunState:
    """`slots` are the values, by the plan's slots; None for none."""

    __slots__ = (
        "aside", "complaints", "differs", "envelope", "found", "options", "payload", "plan", "repeats",
        "slots", "texts", "trace",
    )  # fmt: skip

    def __init__(
        self,
        table: Table,
        payload: Any,
        envelope: Any,
        options: ConversionOptions,
        trace: list[Note] | None,
    ):
        self.plan = plan_of(table, options.shape)
        self.payload, self.envelope, self.options, self.trace = payload, envelope, options, trace
        self.complaints: list[Complaint] = []
        self.aside: list[Aside] = []
        self.differs = self.repeats = False
        self.found: Found = {"": payload}
        self.texts: dict[Any, str | None] = {}
        self.slots: list[Any] = [None] * len(self.plan.slots)

    def text(self, path: str) -> str:
        """The text of a leaf of the payload, without white space around it."""
        node = self.found.get(key_of(path, self.plan.table.namespace))
        return decoded(node).strip(SPACE) if node is not None else ""

    def _sort_out(
        self, parent: Any, known: frozenset[str], cased: Mapping[str, str] = _NO_NAMES
    ) -> None:
        """Says what is wrong with the children of `parent`, if it is not just comments, or the
        letter case of names in `cased`, or the id once more."""
        seen = set()
        for child in parent.iterchildren("*"):
            tag = child.tag
            if tag not in known:
                tag = cased.get(tag.lower(), tag)
            if parent is self.payload and tag == self.plan.id_tag and self._repeats_id(child):
                continue
            if tag not in known:
                self._complain(ComplaintKind.UNKNOWN_ELEMENT, child)
            elif tag in seen and tag != _LINK and tag not in self._repeated() | self.plan.twice:
                self._complain(ComplaintKind.REPEATED_ELEMENT, child)
            seen.add(tag)

    def _repeats_id(self, child: Any) -> bool:
        """Whether an `id` inside the payload says what its attribute says."""
        own = (self.payload.get("id") or "").strip()
        return not len(child) and bool(own) and decoded(child).strip() == own

    def _repeated(self) -> frozenset[str]:
        return frozenset(items.tag for items in self.plan.lists if not items.parent)

    def _look_into(self, inside: Nested, found: Found) -> None:
        """Finds what is in an element that the steps need something from."""
        node = found.get(inside.key)
        if node is None:
            return
        for child in node:
            key = inside.keys.get(child.tag)
            if key is None:
                if isinstance(child.tag, str):
                    self._complain(ComplaintKind.UNKNOWN_ELEMENT, child)
            elif key not in found:
                found[key] = child
            elif child.tag not in inside.repeats:
                self._complain(ComplaintKind.REPEATED_ELEMENT, child)

    def _in_envelope(self, place: InEnvelope) -> Any:
        """The envelope's element at a place, or None."""
        if self.envelope is None:
            return None
        tag, rel = place
        for node in self.envelope.iterchildren(tag):
            if not rel or node.get("rel") == rel:
                return node
        return None

    def _inside(self, step: CompiledRow, node: Any) -> str | None:
        """The text of an element that is not empty of nodes: comments, markup, or what does not
        belong there."""
        if step.whole is not None:
            return step.whole(node)
        for child in node.iterchildren("*"):
            self._complain(ComplaintKind.NESTED_ELEMENT, child, path=step.row.path)
            return None
        return decoded(node) or None

    def _set_aside(self, row: Row, node: Any, attribute: str, fate: Fate, reason: str) -> None:
        """Notes a value that is not sent."""
        if fate is Fate.DROPPED:
            self.aside.append((row, node, attribute, fate, reason))
        if self.trace is not None:
            self.trace.append(Note(row, node, attribute, "", fate, reason))

    def _unreadable(self, row: Row, node: Any, attribute: str, error: UnreadableValue) -> None:
        """A value that cannot be read stops the conversion; one that only the server writes costs
        its own property alone, and so does one that is left out on purpose."""
        if isinstance(error, ValueLeftOut):
            reason = self.plan.table.worded(error.reason)
            self._set_aside(row, node, attribute, Fate.DROPPED, reason)
            return
        if row.shapes == RECORD:
            reason = f"it is not {error.expected}"
            self._set_aside(row, node, attribute, Fate.DROPPED, reason)
            return
        text = node.get(attribute) if attribute else decoded(node)
        self._complain(
            ComplaintKind.UNREADABLE, node, path=row.path, attribute=attribute, text=text,
            detail=error.kind,
        )  # fmt: skip

    def _complain(
        self, kind: ComplaintKind, node: Any = None, *, path: str = "", attribute: str = "",
        text: str = "", detail: Any = None,
    ) -> None:  # fmt: skip
        self.complaints.append(Complaint(kind, path, node, attribute, text, detail))


def given_values(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """The values that there are, by their names."""
    return {n: v for n, v in zip(names, values, strict=True) if v is not None}
