"""CT210 to CT214: the payload's wrapper, `content`: is it there, of the right type, and is there one
payload in it?  A part of the family `envelope`.

Facts: reference, v1-atom, "The envelope" and "Transport: payload wrapper".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Severity
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import NAMES
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.nearness import nearest, squeezed
from ctct_migrate.rules.phrases import GOOD_ENTRY, choice, clip, quoted

_ENVELOPE = "reference, v1-atom, The envelope"
_WRAPPER = "reference, v1-atom, Transport: payload wrapper"

MISSING_CONTENT = Rule(
    "CT210", "missing-content", Severity.ERROR,
    summary="The entry has no content", why="The payload stands in `content`: without it there is nothing to create or convert.",
    bad="<!-- no content -->", good=GOOD_ENTRY,
    how='Add `<content type="application/vnd.ctct+xml">` with the payload inside.', fact=_ENVELOPE,
)  # fmt: skip
CONTENT_TYPE = Rule(
    "CT211", "content-type", Severity.ERROR,
    summary="The type of content is missing or wrong",
    why="By this type the server knows that a payload of its own stands inside. Resources of the library and of event marketing have no type at all; one that is there all the same is a warning.",
    bad=GOOD_ENTRY.replace("application/vnd.ctct+xml", "application/xml"), good=GOOD_ENTRY,
    how='Write `type="application/vnd.ctct+xml"`, or leave it out where there is none.', fact=f"{_ENVELOPE}; v1-resources, Two dialects",
    concern=Concern.V1,
)  # fmt: skip
MISSING_PAYLOAD = Rule(
    "CT212", "missing-payload", Severity.ERROR,
    summary="The content holds no payload", why="One payload element, such as `Campaign` or `Schedule`, stands in `content`.",
    bad=re.sub(r"(?s)<Schedule .*</Schedule>", "", GOOD_ENTRY), good=GOOD_ENTRY,
    how="Put the payload inside `content`, as elements, not as encoded text.", fact=_WRAPPER,
)  # fmt: skip
SEVERAL_PAYLOADS = Rule(
    "CT213", "several-payloads", Severity.ERROR,
    summary="The content holds more than one payload",
    why="One payload element stands inside `content`; the server reads no second one.",
    bad=re.sub(r"(?s)(<Schedule .*</Schedule>)", r"\1\1", GOOD_ENTRY), good=GOOD_ENTRY,
    how="Put each payload into an entry of its own.", fact=_WRAPPER,
)  # fmt: skip
PAYLOAD_OUTSIDE = Rule(
    "CT214", "payload-outside-content", Severity.ERROR,
    summary="The payload stands outside content", why="The server looks for the payload inside `content` only.",
    bad=GOOD_ENTRY.replace('<content type="application/vnd.ctct+xml">', "").replace("</content>", ""), good=GOOD_ENTRY,
    how='Wrap it in `<content type="application/vnd.ctct+xml">`.', fact=_WRAPPER,
    concern=Concern.V1,
)  # fmt: skip

RULES = (MISSING_CONTENT, CONTENT_TYPE, MISSING_PAYLOAD, SEVERAL_PAYLOADS, PAYLOAD_OUTSIDE)


def check_content(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    """What is wrong with the `content` of an entry, and with the place of its payload."""
    content, payload = context.entry.content, context.payload
    outside = payload is not None and payload.parent is envelope
    if content is None:
        if outside and payload is not None:
            yield _payload_outside(context, payload)
        elif context.whole and "content" not in context.naming.parts:
            yield context.report.at(
                MISSING_CONTENT, context.insertion(envelope), context.insertion(envelope),
                "`entry` has no `content`", label=f"expected `{_start_tag(context, envelope)}`",
                help=(MISSING_CONTENT.how,), element=context.path(envelope, "content"),
            )  # fmt: skip
        return
    yield from _content_type(context, content)
    if outside and payload is not None:
        yield _payload_outside(context, payload)
    elif payload is None and context.whole:
        yield from _no_payload(context, content)
    inner = [child for child in content.elements if child is not payload]
    if payload is not None and not outside:
        for child in inner:
            if child.name in NAMES:
                yield context.report.at(
                    SEVERAL_PAYLOADS, child.name_start, child.name_end, f"a second payload, `{child.name}`, stands in `content`",
                    label="one payload only", help=(SEVERAL_PAYLOADS.how,), element=child.path,
                    labels=((payload.start, payload.name_end, "the first one"),),
                )  # fmt: skip


def _start_tag(context: Context, envelope: Element) -> str:
    """The start tag of a right `content` in this entry."""
    prefix, right = (
        f"{envelope.prefix}:" if envelope.prefix else "",
        context.entry.dialect.content_type,
    )
    return f'<{prefix}content type="{right}">' if right else f"<{prefix}content>"


def _content_type(context: Context, content: Element) -> Iterator[Diagnostic]:
    right = context.entry.dialect.content_type
    attribute = content.attribute("type")
    if right is None:
        if attribute is not None:
            yield _needless_type(context, content, attribute)
        return
    if attribute is None:
        near = next((a for a in content.attributes if squeezed(a.name) == "type"), None)
        if near is not None:
            return  # reported as a misspelt attribute
        at = content.name_end
        yield context.report.at(
            CONTENT_TYPE, content.name_start, content.name_end, "`content` has no `type`",
            label=f'expected `type="{right}"`', help=(CONTENT_TYPE.how,), element=f"{content.path}/@type",
            fixes=context.report.fix(f'Add `type="{right}"`', (at, at, f' type="{right}"')),
        )  # fmt: skip
        return
    if attribute.value == right:
        return
    start, end = attribute_span(attribute)
    edit = (attribute.value_start, attribute.value_end, right)
    yield context.report.at(
        CONTENT_TYPE, start, end, f"{quoted(attribute.value)} is not the type of a payload",
        label=f"expected `{right}`", help=(CONTENT_TYPE.how,), element=f"{content.path}/@type",
        fixes=context.report.fix(f"Write `{right}`", edit),
    )  # fmt: skip


def _needless_type(context: Context, content: Element, attribute: Attribute) -> Diagnostic:
    """A type on the content of a resource that v1 wrote and took without one."""
    start = attribute.start
    while context.source.text[start - 1].isspace():
        start -= 1
    return context.report.at(
        CONTENT_TYPE, attribute.start, attribute.end, "`content` has a `type`, which this resource had not",
        label="expected none", help=("leave the `type` out",), element=f"{content.path}/@type",
        fixes=context.report.fix("Delete the `type`", (start, attribute.end, "")), severity=Severity.WARNING,
    )  # fmt: skip


def _payload_outside(context: Context, payload: Element) -> Diagnostic:
    fixes: tuple[Fix, ...] = ()
    envelope = payload.parent
    if context.entry.content is None and payload.closed and envelope is not None:
        start_tag = _start_tag(context, envelope)
        fixes = context.report.fix(
            "Wrap it in `content`",
            (payload.start, payload.start, start_tag),
            (payload.end, payload.end, f"</{start_tag[1:-1].split()[0]}>"),
        )
    return context.report.at(
        PAYLOAD_OUTSIDE, payload.name_start, payload.name_end, f"`{payload.name}` stands outside `content`",
        label="belongs in `content`", help=(PAYLOAD_OUTSIDE.how,), element=payload.path, fixes=fixes,
    )  # fmt: skip


def _no_payload(context: Context, content: Element) -> Iterator[Diagnostic]:
    if content.elements:
        unknown = next((c for c in content.elements if nearest(c.name, NAMES) is None), None)
        if unknown is not None:
            yield context.report.at(
                MISSING_PAYLOAD, unknown.name_start, unknown.name_end, f"`{clip(unknown.name)}` is not a payload",
                label=f"expected {choice(NAMES)}", help=(MISSING_PAYLOAD.how,), element=unknown.path,
            )  # fmt: skip
        return
    value = content.text.strip()
    start, end = context.value_span(content)
    if value.startswith("<") and any(f"<{name}" in value for name in NAMES):
        message, label = "the payload stands in `content` as encoded text", "expected elements"
        newline = context.source.text.find("\n", start, end)
        end = end if newline < 0 else newline
        if all(not run.cdata for run in content.texts):
            fixes = context.report.fix("Decode it", (*context.value_span(content), value))
        else:
            fixes = ()
    else:
        message = f"`content` holds {quoted(value)}, no payload" if value else "`content` is empty"
        label, fixes = f"expected {choice(NAMES)}", ()
    yield context.report.at(
        MISSING_PAYLOAD, start, end, message, label=label, help=(MISSING_PAYLOAD.how,),
        element=content.path, fixes=fixes,
    )  # fmt: skip
