"""Edits: how a value or an element is written into the text of a document.

Fixes replace text, and that text may stand as it is, in CDATA, in pieces between comments, or not
at all (`<Name/>`).  These functions make the edits `(start, end, text)`, in characters of
`Source.text`, that leave the document well-formed whatever the form.  What to write, and whether
that is safe, is for the rules.
"""

from __future__ import annotations

from ctct_migrate.reader.characters import escape
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.rules.context import Context, trimmed

EditText = tuple[int, int, str]
"""Start, end and replacement, in characters of the document's text."""


def is_empty(element: Element) -> bool:
    """Whether an element holds neither elements nor text."""
    return element.is_empty


def hole(context: Context, element: Element) -> int:
    """The place inside an empty element where its content is missing."""
    if element.self_closing:
        return context.source.text.rindex("/", element.start, element.open_end)
    return element.open_end


def write_value(context: Context, element: Element, value: str) -> EditText:
    """The edit after which `value` is the text of an element without child elements."""
    runs = element.filled
    if not runs:
        return context.insert_into(element, escape(value))
    start, end = trimmed(context.source.text, runs[0])
    if len(runs) == 1:
        return start, end, value if runs[0].cdata else escape(value)
    # In pieces: whatever stands between the tags, brackets of CDATA sections and comments
    # included, gives way.
    return element.open_end, element.close_start, escape(value)


def write_attribute(context: Context, attribute: Attribute, value: str) -> EditText:
    """The edit after which `value` is that of the attribute."""
    quoted = escape(value).replace('"', "&quot;").replace("'", "&apos;")
    if attribute.value_start == attribute.start:  # written without any value
        return attribute.start, attribute.end, f'{attribute.qname}="{quoted}"'
    return attribute.value_start, attribute.value_end, quoted


def add_child(context: Context, parent: Element, name: str, value: str) -> EditText:
    """The edit that gives `parent` a child `name`, in its own namespace, with the text `value`."""
    qname = f"{parent.prefix}:{name}" if parent.prefix else name
    return context.insert_into(parent, f"<{qname}>{escape(value)}</{qname}>")


def write_child(context: Context, parent: Element, name: str, value: str) -> EditText:
    """The edit after which the child `name` of `parent` has the text `value`: into the one that
    is there and empty, or into a new one."""
    child = context.inside(parent, name)
    if child is None:
        return add_child(context, parent, name, value)
    return write_value(context, child, value)


def write_field(context: Context, payload: Element, name: str, value: str) -> EditText:
    """The same for a child of the payload, which may stand in another place, or be misspelt."""
    field = context.field(name)
    if field is None:
        return add_child(context, payload, name, value)
    return write_value(context, field, value)


def rename(context: Context, element: Element, name: str) -> tuple[EditText, ...]:
    """The edits that give an element another local name; none where its end tag is not its own."""
    length = len(element.name)
    edits: list[EditText] = [(element.name_end - length, element.name_end, name)]
    if not element.self_closing:
        end = element.close_start + 2 + len(element.qname)
        if context.source.text[element.close_start + 2 : end] != element.qname:
            return ()
        edits.append((end - length, end, name))
    return tuple(edits)
