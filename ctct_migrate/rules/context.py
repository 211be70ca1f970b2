"""Context: one entry of a document, seen as its author meant it, and how to report on it.

Rules look elements up here by their right names: a misspelt or misplaced element is found under
the name that was meant (the family `names` has reported it), so that one mistake is reported once.
Nothing here decides what is a mistake; `misspelling` and `lookups` do the finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from ctct_migrate.diagnostics import Concern, Diagnostic, Edit, Fix, Label, Rule, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES, Choices, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reader.tree import Attribute, Element, Text
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.names.naming import Naming, name_elements, rightly_named
from ctct_migrate.source import Source, Span
from ctct_migrate.v1 import ElementFact

if TYPE_CHECKING:  # which is made of contexts
    from ctct_migrate.rules.fast.signs import Signs
    from ctct_migrate.rules.payload_view import ContextView


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes diagnostics on one document; all positions are character indices of its text.  `targets`
    are the names of the APIs that they are about, none where they are about v1."""

    source: Source
    entry: int | None = None
    targets: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The span of characters `start` up to `end`."""
        return self.source.span(start, end)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Replaces characters `start` up to `end`."""
        return Edit(self.source.offset(start), self.source.offset(end), text)

    def fix(
        self, title: str, *edits: tuple[int, int, str], safety: Safety = Safety.SAFE
    ) -> tuple[Fix, ...]:
        """One fix, as the `fixes` of a diagnostic."""
        return (Fix(title, safety, tuple(self.edit(*edit) for edit in edits)),)

    def at(
        self,
        rule: Rule,
        start: int,
        end: int,
        message: str,
        *,
        label: str = "",
        help: Iterable[str] = (),
        element: str = "",
        fixes: tuple[Fix, ...] = (),
        labels: Iterable[tuple[int, int, str]] = (),
        severity: Severity | None = None,
        concern: Concern | None = None,
    ) -> Diagnostic:
        """A diagnostic of `rule` at the characters `start` up to `end`; `severity` and `concern` are
        the rule's unless they are given."""
        return Diagnostic(
            path=self.source.path,
            entry=self.entry,
            span=self.span(start, end),
            severity=rule.severity if severity is None else severity,
            code=rule.code,
            name=rule.name,
            message=message,
            label=label,
            help=tuple(help),
            element=element,
            fixes=fixes,
            labels=tuple(Label(self.span(a, b), text) for a, b, text in labels),
            concern=rule.concern if concern is None else concern,
            targets=self.targets,
        )


class Context:
    """One entry under the eyes of the rules.

    document, entry   what is looked at
    asked             what it is to become; None when that is not known
    shape             the same; of a resource that can only be recorded, a record whatever is asked
    zone              the zone of dates that name none; None when that is not known
    target            name of the target that it is meant for
    choices           what the documents leave open, and the caller says
    report            makes the diagnostics
    signs             what the first look saw of the entry; None where that says nothing
    meant_signs       the same of the entry under the names that were meant
    """

    def __init__(
        self,
        document: Document,
        entry: Entry,
        shape: Shape | None,
        zone: tzinfo | None = None,
        target: str = DEFAULT_TARGET,
        choices: Choices = NO_CHOICES,
        signs: Signs | None = None,
    ):
        self.signs = signs
        self.document, self.entry, self.asked, self.zone = document, entry, shape, zone
        declared = RESOURCES.get(entry.resource or "")
        alone = declared is not None and declared.is_recorded_alone(choices)
        self.shape = Shape.RECORD if alone else shape
        self.target, self.choices = target, choices
        self.report = Reporter(document.source, entry.index)

    @property
    def source(self) -> Source:
        """The document's source."""
        return self.document.source

    @cached_property
    def naming(self) -> Naming:
        """What each element of the entry is meant to be."""
        if self.signs is not None and self.signs.has_right_names:
            return rightly_named(self.entry)
        return name_elements(self.document, self.entry)

    @cached_property
    def meant_signs(self) -> Signs | None:
        """The signs of the entry as it was meant, where some names in its payload, or the namespace of that,
        are all that has to be otherwise; else those of the entry as it is."""
        signs = self.signs
        if not self.document.problems if signs is None else signs.has_right_names:
            return signs
        view = self.view
        if view is None or not view.read.is_as_read:
            return signs
        if signs is not None:
            return signs.under_right_names(view.read.payload)
        from ctct_migrate.rules.fast.signs import signs_of_copy

        resource, shape = RESOURCES[self.resource or ""], self.asked or Shape.CREATE
        options = ConversionOptions(shape, self.zone, self.target, self.choices)
        return signs_of_copy(
            self.document, self.entry, resource, view.read.payload, options, self.asked
        )

    @cached_property
    def view(self) -> ContextView | None:
        """The payload as the engine and the rules of a target look at it; None where there is none that
        the target takes."""
        from ctct_migrate.rules.payload_view import view_of

        return view_of(self)

    def forget_view(self) -> None:
        """Lets go of the view, which holds this context: a document that nobody holds any more is freed
        at once then, and does not wait for the garbage collector."""
        self.__dict__.pop("view", None)

    @cached_property
    def facts(self) -> Sequence[tuple[Element, ElementFact]]:
        """What the XSD says of each element of the payload (`rules.values.meanings.facts_of`), which
        many families ask."""
        from ctct_migrate.rules.values.meanings import walk_facts

        return tuple(walk_facts(self))

    @cached_property
    def in_doubt(self) -> Sequence[tuple[Element, ElementFact]] | None:
        """Those of them with which anything can be wrong as far as schemas and the target say
        (`Signs.in_doubt`); None where that may be any."""
        nodes = self.meant_signs.in_doubt if self.meant_signs is not None else None
        if nodes is None or self.view is None:
            return None
        from ctct_migrate.rules.values.meanings import fact_of

        origins = self.view.read.origins()
        elements = sorted((origins[node] for node in nodes), key=lambda each: each.start)
        found = [(element, fact_of(self, element)) for element in elements]
        return [(element, fact) for element, fact in found if fact is not None]

    @property
    def resource(self) -> str | None:
        """`Campaign` or `Schedule`: what the payload is meant to be; None for neither."""
        return self.naming.resource

    @property
    def payload(self) -> Element | None:
        """The payload element."""
        return self.entry.payload

    @property
    def envelope(self) -> Element | None:
        """The `entry` element; None for a bare payload."""
        return self.entry.element

    @property
    def whole(self) -> bool:
        """Whether all of the document was read, so that what is not there is missing."""
        return not self.document.cut

    def field(self, name: str) -> Element | None:
        """The first child of the payload that is meant to be `name`, wherever it stands."""
        found = self.naming.fields.get(name)
        return found[0] if found else None

    def part(self, name: str) -> Element | None:
        """The first child of the entry that is meant to be `name`."""
        found = self.naming.parts.get(name)
        return found[0] if found else None

    def inside(self, element: Element, name: str) -> Element | None:
        """The first child of `element` that is meant to be `name`."""
        for child in element.elements:
            if self.naming.meant.get(child, child.name) == name:
                return child
        return None

    def text(self, name: str) -> str | None:
        """The text of the payload's child `name`, stripped; None when there is no such child."""
        element = self.field(name)
        return None if element is None else element.text.strip()

    def path(self, element: Element | None, *more: str) -> str:
        """The plain path of an element (and of what is missing in it)."""
        return "/".join([*([element.path] if element is not None else []), *more])

    def insertion(self, parent: Element) -> int:
        """Where a missing child of `parent` is to be inserted: after its last child element, or
        after its start tag."""
        inner = parent.elements
        return inner[-1].end if inner else parent.open_end

    def insert_into(self, parent: Element, markup: str) -> tuple[int, int, str]:
        """The edit that puts `markup` into `parent` as its last child, laid out as the other
        children are; opens a self-closing tag."""
        text = self.source.text
        if parent.self_closing:
            slash = text.rindex("/", parent.start, parent.open_end)
            return slash, parent.open_end, f">{markup}</{parent.qname}>"
        inner = parent.elements
        at = self.insertion(parent)
        if inner:
            return at, at, indentation(text, inner[-1].start) + markup
        return at, at, markup

    def value_span(self, element: Element) -> tuple[int, int]:
        """As `value_place`."""
        return value_place(self.source.text, element)


def value_place(text: str, element: Element) -> tuple[int, int]:
    """The trimmed value of an element that holds text: the guilty text itself.  Where there is
    none, the empty place after the start tag."""
    runs = element.filled
    if not runs:
        return element.open_end, element.open_end
    return trimmed(text, runs[0])[0], trimmed(text, runs[-1])[1]


def trimmed(text: str, run: Text) -> tuple[int, int]:
    """Start and end of a run of text without the white space (and CDATA brackets) around it."""
    start, end = (run.start + 9, run.end - 3) if run.cdata else (run.start, run.end)
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip(" \t\r\n"))
    return start + lead, start + lead + len(raw.strip(" \t\r\n"))


def indentation(text: str, at: int) -> str:
    """The line end and white space before the index `at`, if nothing else stands before it on its
    line; else nothing."""
    start = at
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start > 0 and text[start - 1] == "\n":
        line_end = "\r\n" if text[start - 2 : start] == "\r\n" else "\n"
        return line_end + text[start:at]
    return ""


def attribute_span(attribute: Attribute) -> tuple[int, int]:
    """The value of an attribute; where it is empty, the whole attribute."""
    if attribute.value_end > attribute.value_start:
        return attribute.value_start, attribute.value_end
    return attribute.start, attribute.end
