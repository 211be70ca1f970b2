"""A payload as the rules of a target look at it: its children by name, what the engine made of it, and
how to report on it.

There are two ways to see it.  `ContextView` is that of the located tree, which any document has.  Of
a document in which nothing is wrong, `rules.fast.raw_payload` finds the same places sooner.  Rules that
are written for a `PayloadView` say the same in both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.outcome import MappingOutcome, Note
from ctct_migrate.mapping.rows import Choices, ConversionOptions, Table
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.content.content_view import ContentView, content_view
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.conversion.meant_payload import ReadPayload, read_payload
from ctct_migrate.targets import TARGETS


@dataclass(frozen=True, slots=True)
class PayloadChild:
    """One child element of a payload, or of such a child.  All positions are character indices of the
    document's text.

    name          as the document writes it
    path          plain path, as diagnostics have it
    name_span     the name in its start tag
    value_span    gives the place of the text in it, without white space around it
    text          that text, decoded
    has_elements  whether elements stand in it
    view          makes the view of its content; only where there is any
    inside        the first child of it of some name, or None
    """

    name: str
    path: str
    name_span: tuple[int, int]
    value_span: Callable[[], tuple[int, int]]
    text: str
    has_elements: bool
    view: Callable[[], ContentView]
    inside: Callable[[str], PayloadChild | None]

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it."""
        return self.has_elements or bool(self.text)


class PayloadView(Protocol):
    """A payload: see the properties of `ContextView`."""

    @property
    def report(self) -> Reporter:
        """Makes the diagnostics."""

    @property
    def table(self) -> Table:
        """How the target's body is made."""

    @property
    def shape(self) -> Shape | None:
        """What it is to become; None when that is not known."""

    @property
    def choices(self) -> Choices:
        """What the document leaves open, and the caller says."""

    @property
    def whole(self) -> bool:
        """Whether all of the document was read, so that what is not there is missing."""

    @property
    def outcome(self) -> MappingOutcome:
        """What the engine made of it for the target."""

    def child(self, name: str) -> PayloadChild | None:
        """The first child that is meant to be `name`, or None."""

    def child_of(self, node: Any) -> PayloadChild | None:
        """The child that an lxml element of the outcome is, or None."""


class ContextView:
    """The payload of a context; it has a table and a payload."""

    def __init__(self, context: Context, table: Table):
        self.context, self.table = context, table
        self.report, self.shape, self.choices = context.report, context.shape, context.choices
        self.whole = context.whole

    @cached_property
    def read(self) -> ReadPayload:
        """The payload and its envelope as the engine reads them."""
        assert self.context.payload is not None, "only a payload has a view"
        return read_payload(self.context, self.context.payload, self.context.resource or "")

    @cached_property
    def outcome(self) -> MappingOutcome:
        """What the engine made of it for the target."""
        return self.traced[0]

    @cached_property
    def traced(self) -> tuple[MappingOutcome, list[Note]]:
        """The same, and what each row did: a run with a trace costs less than another run for one."""
        context = self.context
        signs = context.meant_signs
        if signs is not None and signs.payload is self.read.payload:
            return signs.traced
        options = ConversionOptions(
            context.shape or Shape.CREATE, context.zone, context.target, context.choices
        )
        trace: list[Note] = []
        made = run(self.table, self.read.payload, self.read.envelope, options, trace)
        return made, trace

    def child(self, name: str) -> PayloadChild | None:
        """The first child that is meant to be `name`, or None."""
        element = self.context.field(name)
        return None if element is None else self._child(element)

    def child_of(self, node: Any) -> PayloadChild | None:
        """The child that an lxml element of the outcome is, or None."""
        element = self.read.origins().get(node)
        return None if element is None else self._child(element)

    def _child(self, element: Element) -> PayloadChild:
        context = self.context

        def inside(name: str) -> PayloadChild | None:
            found = context.inside(element, name)
            return None if found is None else self._child(found)

        return PayloadChild(
            element.name,
            context.path(element),
            (element.name_start, element.name_end),
            lambda: context.value_span(element),
            element.text.strip(),
            element.has_elements,
            lambda: content_view(context.source.text, element),
            inside,
        )


def view_of(context: Context) -> ContextView | None:
    """The view of what a context is about; None where it has no payload that its target takes.  Rules
    take `Context.view`, which is made once."""
    if context.resource is None or context.payload is None:
        return None
    table = TARGETS[context.target].table(RESOURCES[context.resource].slug)
    return None if table is None else ContextView(context, table)
