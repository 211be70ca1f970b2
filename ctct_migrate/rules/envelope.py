"""CT2: the Atom envelope: namespaces, id, title, updated, author, content.

These are the "common Atom sections" of v1's vaguest 400.  Facts: reference, v1-atom, "The
envelope" and "Transport".  A bare payload has no envelope, and only its namespace is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.mapping.dates import Oddity, read_date
from ctct_migrate.reader.document import RESOURCES
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import ATOM, CTCT, Element
from ctct_migrate.rules.context import Context, Reporter, attribute_span, indentation, trimmed
from ctct_migrate.rules.nearness import nearest, squeezed
from ctct_migrate.rules.phrases import GOOD_ENTRY, choice, clip, quoted
from ctct_migrate.vocabulary.lexicon import lexicon

_ENVELOPE = "reference, v1-atom, The envelope"
_VAGUE = "v1 answered it with its vaguest 400: errors in the common Atom sections, such as feed, id, author or updated."

ATOM_NAMESPACE = Rule(
    "CT201", "atom-namespace", Severity.ERROR,
    summary="The Atom namespace is missing or wrong",
    why="An element is told by its name and its namespace. Without Atom's, the server does not see an entry at all.",
    bad=GOOD_ENTRY.replace(' xmlns="http://www.w3.org/2005/Atom"', ""), good=GOOD_ENTRY,
    how=f'Declare it on the root: `xmlns="{ATOM}"`.', fact="reference, v1-atom, Transport; RFC 4287, 2",
)  # fmt: skip
PAYLOAD_NAMESPACE = Rule(
    "CT202", "payload-namespace", Severity.ERROR,
    summary="The payload's namespace is missing or wrong",
    why="Campaign and Schedule are told by their namespace, which is not Atom's. Without a declaration they inherit Atom's, and the server finds no payload.",
    bad=GOOD_ENTRY.replace(' xmlns="http://ws.constantcontact.com/ns/1.0/"', ""), good=GOOD_ENTRY,
    how=f'Declare it on the payload: `xmlns="{CTCT}"`.', fact="reference, v1-atom, Transport",
)  # fmt: skip
MISSING_ID = Rule(
    "CT203", "missing-id", Severity.ERROR,
    summary="The entry has no id", why=_VAGUE, bad="<!-- no id -->", good="<id>data:,none</id>",
    how="Add an `id`. For something new any URI serves, such as `data:,none`; for an update it is the resource's own URI.",
    fact=_ENVELOPE,
)  # fmt: skip
BAD_ID = Rule(
    "CT204", "bad-id", Severity.ERROR,
    summary="The entry's id is no URI", why="A bare number such as `2` was rejected with a 400.",
    bad="<id>2</id>", good="<id>data:,none</id>",
    how="Write a URI. For something new `data:,none` serves; for an update the resource's own URI.", fact=_ENVELOPE,
)  # fmt: skip
MISSING_UPDATED = Rule(
    "CT205", "missing-updated", Severity.ERROR,
    summary="The entry has no updated date", why=_VAGUE,
    bad="<!-- no updated -->", good="<updated>2010-09-28T05:22:42.000Z</updated>",
    how="Add an `updated` with any RFC 3339 date-time: the server ignores its value.", fact=_ENVELOPE,
)  # fmt: skip
BAD_UPDATED = Rule(
    "CT206", "bad-updated", Severity.ERROR,
    summary="The entry's updated date is no RFC 3339 date-time", why=_VAGUE,
    bad="<updated>28/09/2010</updated>", good="<updated>2010-09-28T05:22:42.000Z</updated>",
    how="Write date, `T`, time and zone: `2010-09-28T05:22:42.000Z`. The server ignores which time it is.",
    fact=f"{_ENVELOPE}; Dates; RFC 3339, 5.6",
)  # fmt: skip
MISSING_TITLE = Rule(
    "CT207", "missing-title", Severity.ERROR,
    summary="The entry has no title", why=_VAGUE,
    bad="<!-- no title -->", good='<title type="text"></title>',
    how="Add a `title`; it may be empty.", fact=_ENVELOPE,
)  # fmt: skip
MISSING_AUTHOR = Rule(
    "CT208", "missing-author", Severity.ERROR,
    summary="The entry has no author",
    why="On campaigns and schedules a missing author is a known cause of failure; support's advice was to add it before `content`.",
    bad="<!-- no author -->", good="<author><name>Constant Contact</name></author>",
    how="Add `<author><name>Constant Contact</name></author>` before `content`.",
    fact=f"{_ENVELOPE}: author; an entry inside a feed may inherit the feed's (RFC 4287, 4.1.2)",
)  # fmt: skip
MISSING_AUTHOR_NAME = Rule(
    "CT209", "missing-author-name", Severity.ERROR,
    summary="The author has no name",
    why="The documentation lets an author be empty on contacts and lists; on campaigns and schedules a missing name is a known cause of failure.",
    bad="<author></author>", good="<author><name>Constant Contact</name></author>",
    how="Write `<author><name>Constant Contact</name></author>`.", fact=f"{_ENVELOPE}: author",
)  # fmt: skip
MISSING_CONTENT = Rule(
    "CT210", "missing-content", Severity.ERROR,
    summary="The entry has no content", why="The payload stands in `content`: without it there is nothing to create or convert.",
    bad="<!-- no content -->", good=GOOD_ENTRY,
    how='Add `<content type="application/vnd.ctct+xml">` with the payload inside.', fact=_ENVELOPE,
)  # fmt: skip
CONTENT_TYPE = Rule(
    "CT211", "content-type", Severity.ERROR,
    summary="The type of content is missing or wrong",
    why="By this type the server knows that a payload of its own stands inside.",
    bad=GOOD_ENTRY.replace("application/vnd.ctct+xml", "application/xml"), good=GOOD_ENTRY,
    how='Write `type="application/vnd.ctct+xml"`.', fact=_ENVELOPE,
)  # fmt: skip
MISSING_PAYLOAD = Rule(
    "CT212", "missing-payload", Severity.ERROR,
    summary="The content holds no payload", why="One payload element, `Campaign` or `Schedule`, stands in `content`.",
    bad=re.sub(r"(?s)<Schedule .*</Schedule>", "", GOOD_ENTRY), good=GOOD_ENTRY,
    how="Put the payload inside `content`, as elements, not as encoded text.", fact="reference, v1-atom, Transport: payload wrapper",
)  # fmt: skip
SEVERAL_PAYLOADS = Rule(
    "CT213", "several-payloads", Severity.ERROR,
    summary="The content holds more than one payload",
    why="One payload element stands inside `content`; the server reads no second one.",
    bad=re.sub(r"(?s)(<Schedule .*</Schedule>)", r"\1\1", GOOD_ENTRY), good=GOOD_ENTRY,
    how="Put each payload into an entry of its own.", fact="reference, v1-atom, Transport: payload wrapper",
)  # fmt: skip
PAYLOAD_OUTSIDE = Rule(
    "CT214", "payload-outside-content", Severity.ERROR,
    summary="The payload stands outside content", why="The server looks for the payload inside `content` only.",
    bad=GOOD_ENTRY.replace('<content type="application/vnd.ctct+xml">', "").replace("</content>", ""), good=GOOD_ENTRY,
    how='Wrap it in `<content type="application/vnd.ctct+xml">`.', fact="reference, v1-atom, Transport: payload wrapper",
)  # fmt: skip
BAD_LINK = Rule(
    "CT215", "bad-link", Severity.WARNING,
    summary="A link without its target", why="A link says where the resource is by its `href`; without one it says nothing, and a schedule's campaign may have to be read from it.",
    bad='<link rel="edit"/>', good='<link href="/ws/customers/joe/campaigns/1" rel="edit"/>',
    how="Add the `href`, or delete the link.", fact=f"{_ENVELOPE}; RFC 4287, 4.2.7.1",
)  # fmt: skip

RULES = (
    ATOM_NAMESPACE, PAYLOAD_NAMESPACE, MISSING_ID, BAD_ID, MISSING_UPDATED, BAD_UPDATED,
    MISSING_TITLE, MISSING_AUTHOR, MISSING_AUTHOR_NAME, MISSING_CONTENT, CONTENT_TYPE,
    MISSING_PAYLOAD, SEVERAL_PAYLOADS, PAYLOAD_OUTSIDE, BAD_LINK,
)  # fmt: skip

#: An absolute URI (RFC 3986, 4.3), as far as an id needs it.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]*\Z")

#: What ids inside documents begin with (reference, v1-atom, Transport).
_BASE = "http://api.constantcontact.com"

AUTHOR = "<author><name>Constant Contact</name></author>"


def namespaces(report: Reporter, problems: tuple[Problem, ...]) -> Iterator[Diagnostic]:
    """One diagnostic for each declaration that is missing or wrong, in the whole document."""
    for problem in problems:
        if problem.kind in ("atom-namespace", "payload-namespace"):
            yield _namespace(report, problem)


def _namespace(report: Reporter, problem: Problem) -> Diagnostic:
    element, meant, found = problem.element, problem.detail["meant"], problem.detail["found"]
    assert element is not None
    rule = ATOM_NAMESPACE if meant == ATOM else PAYLOAD_NAMESPACE
    whose = "Atom's namespace" if meant == ATOM else "the payload's namespace"
    attribute = problem.detail["attribute"]
    severity = None
    if (
        element.name.lower() == "link"
        and meant == ATOM
        and element.parent is not None
        and element.parent.space == CTCT
    ):
        severity = Severity.WARNING  # the server never looked at these links
    if attribute is not None and not element.prefix:
        if attribute.value_end > attribute.value_start:
            edit = (attribute.value_start, attribute.value_end, meant)
        else:
            edit = (attribute.value_start, attribute.value_start, meant)
    elif attribute is not None:
        edit = (attribute.value_start, attribute.value_end, meant)
    else:
        edit = (element.name_end, element.name_end, f' xmlns="{meant}"')
    if found is None or attribute is None:
        message = f"`{element.qname}` is not in {whose}"
        label = f'expected `xmlns="{meant}"`'
        help_ = f'add `xmlns="{meant}"`'
    else:
        padded = found.strip() == meant
        message = f"{quoted(found)} is not {whose}" + (
            ": it is padded with spaces" if padded else ""
        )
        label = f"expected `{meant}`"
        help_ = f"write `{meant}`"
    return report.at(
        rule, problem.start, problem.end, message, label=label, help=(help_,), element=element.path,
        fixes=report.fix(f"Declare {whose}", edit), severity=severity,
    )  # fmt: skip


def check(context: Context) -> Iterator[Diagnostic]:
    """Diagnostics on the envelope of one entry."""
    envelope = context.envelope
    if envelope is None:
        return
    yield from _identity(context, envelope)
    yield from _updated(context, envelope)
    if context.whole and context.part("title") is None:
        yield _missing(context, envelope, MISSING_TITLE, "title", '<title type="text"></title>')
    yield from _author(context, envelope)
    yield from _content(context, envelope)
    yield from _links(context)


def _missing(
    context: Context, parent: Element, rule: Rule, name: str, markup: str, *,
    safety: Safety = Safety.SAFE, label: str = "", before: Element | None = None,
) -> Diagnostic:  # fmt: skip
    """Something required is not there; `before` is the child that it should stand before."""
    text = context.source.text
    if before is not None:
        at = before.start
        edit = (at, at, markup + indentation(text, at))
    else:
        at = context.insertion(parent)
        edit = context.insert_into(parent, markup)
    return context.report.at(
        rule, at, at, f"`{parent.name}` has no `{name}`", label=label or f"expected `{clip(markup, 70)}`",
        help=(rule.how,), element=context.path(parent, name),
        fixes=context.report.fix(f"Add `{clip(markup, 70)}`", edit, safety=safety),
    )  # fmt: skip


def _own_uri(context: Context) -> str | None:
    """The resource's URI as the payload's id, or else the edit link, gives it, escaped for text;
    None when neither does."""
    text, payload = context.source.text, context.payload
    attribute = payload.attribute("id") if payload is not None else None
    if attribute is not None and _URI.match(attribute.value.strip()):
        return text[attribute.value_start : attribute.value_end].strip()
    for link in context.naming.parts.get("link", ()):
        rel, href = link.attribute("rel"), link.attribute("href")
        if rel is not None and rel.value == "edit" and href is not None:
            path = text[href.value_start : href.value_end].strip()
            if path.startswith("/ws/customers/"):
                return _BASE + path
    return None


def _identity(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    element = context.part("id")
    own = _own_uri(context)
    uri = own or "data:,none"
    if element is None:
        if context.whole:
            yield _missing(context, envelope, MISSING_ID, "id", f"<id>{uri}</id>")
        return
    if element.elements:
        return
    value = element.text.strip()
    if value and _URI.match(value):
        return
    start, end = context.value_span(element)
    message = f"{quoted(value)} is no URI" if value else "`id` is empty"
    yield context.report.at(
        BAD_ID, start, end, message, label=f"expected a URI such as `{clip(uri, 90)}`", help=(BAD_ID.how,),
        element=element.path,
        fixes=_fill(context, element, f"Write `{clip(uri, 60)}`", uri, Safety.SAFE if own else Safety.UNSAFE),
    )  # fmt: skip


def _fill(
    context: Context, element: Element, title: str, value: str, safety: Safety
) -> tuple[Fix, ...]:
    """A fix that makes `value` (escaped) the text of an element."""
    if element.self_closing:
        slash = context.source.text.rindex("/", element.start, element.open_end)
        edit = (slash, element.open_end, f">{value}</{element.qname}>")
    else:
        start, end = context.value_span(element)
        if len([run for run in element.texts if run.value.strip()]) > 1 or any(
            run.cdata for run in element.texts
        ):
            start, end = element.open_end, element.close_start
        edit = (start, end, value)
    return context.report.fix(title, edit, safety=safety)


def _updated(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    element = context.part("updated")
    known = _known_date(context)
    if element is None:
        if context.whole:
            markup = f"<updated>{known}</updated>"
            yield _missing(context, envelope, MISSING_UPDATED, "updated", markup)
        return
    if element.elements:
        return
    value = element.text.strip()
    if not value:
        start, end = context.value_span(element)
        yield context.report.at(
            BAD_UPDATED, start, end, "`updated` is empty", label=f"expected a date-time such as `{known}`",
            help=(BAD_UPDATED.how,), element=element.path,
            fixes=_fill(context, element, f"Write `{known}`", known, Safety.SAFE),
        )  # fmt: skip
        return
    from ctct_migrate.rules.dates import date_mistake

    mistake = date_mistake(value)
    if mistake is None:
        return
    start, end = context.value_span(element)
    right = mistake.replacement or known
    safety = Safety.SAFE if mistake.replacement else Safety.UNSAFE
    yield context.report.at(
        BAD_UPDATED, start, end, mistake.message, label=mistake.label,
        help=(*mistake.help, "the server ignores which time `updated` says, but not how it is written"),
        element=element.path, fixes=_fill(context, element, f"Write `{right}`", right, safety),
        severity=severity_of_date(value),
    )  # fmt: skip


def severity_of_date(value: str) -> Severity | None:
    """A warning where only the digits of the fraction are too many: RFC 3339 sets them no limit,
    .NET writes 7, and v1 took them.  None for the rule's own severity."""
    return Severity.WARNING if read_date(value).oddities == (Oddity.LONG_FRACTION,) else None


def _known_date(context: Context) -> str:
    """A date that the document itself gives, else one that is plainly a filler: the server ignores
    the value of `updated`."""
    from ctct_migrate.rules.dates import date_mistake

    for name in ("LastEditDate", "Date", "ScheduledTime"):
        value = context.text(name)
        if value and date_mistake(value) is None:
            return value
    return "1970-01-01T00:00:00.000Z"


def _author(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    author = context.part("author")
    if author is None:
        if not context.whole or context.naming.displaced.get("name") or _feed_author(envelope):
            return
        content = next((c for c in envelope.elements if c is context.entry.content), None)
        yield _missing(
            context, envelope, MISSING_AUTHOR, "author", AUTHOR, before=content,
            label=f"expected `{AUTHOR}`" + (" here" if content is None else " before `content`"),
        )  # fmt: skip
        return
    name = context.inside(author, "name")
    if name is not None and (name.text.strip() or name.elements):
        return
    if not context.whole and name is None:
        return
    if _feed_author(envelope) and not author.elements and not author.text.strip():
        # An empty author in a feed's entry still hides the feed's: RFC 4287, 4.1.2.
        pass
    if name is not None:
        start, end = context.value_span(name)
        yield context.report.at(
            MISSING_AUTHOR_NAME, start, end, "the author's `name` is empty", label="expected `Constant Contact`",
            help=(MISSING_AUTHOR_NAME.how,), element=name.path,
            fixes=_fill(context, name, "Write `Constant Contact`", "Constant Contact", Safety.SAFE),
        )  # fmt: skip
        return
    runs = [run for run in author.texts if run.value.strip()]
    if runs and not author.elements:
        # `<author>Constant Contact</author>`: the name without its element.
        start, end = trimmed(context.source.text, runs[0])
        yield context.report.at(
            MISSING_AUTHOR_NAME, start, end, "the author's name is not in a `name` element",
            label="expected `<name>…</name>` around it", help=(MISSING_AUTHOR_NAME.how,), element=author.path,
            fixes=context.report.fix("Put it into a `name`", (start, start, "<name>"), (end, end, "</name>")),
        )  # fmt: skip
        return
    yield _missing(context, author, MISSING_AUTHOR_NAME, "name", "<name>Constant Contact</name>")


def _feed_author(envelope: Element) -> bool:
    """Whether the feed that an entry stands in names an author, which the entry inherits
    (RFC 4287, 4.1.2)."""
    feed = envelope.parent
    author = feed.child("author") if feed is not None else None
    name = author.child("name") if author is not None else None
    return name is not None and bool(name.text.strip())


# -- content ----------------------------------------------------------------------------------


def _content(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    content, payload = context.entry.content, context.payload
    outside = payload is not None and payload.parent is envelope
    if content is None:
        if outside and payload is not None:
            yield _payload_outside(context, payload)
        elif context.whole and "content" not in context.naming.parts:
            yield context.report.at(
                MISSING_CONTENT, context.insertion(envelope), context.insertion(envelope),
                "`entry` has no `content`", label=f'expected `<content type="{_media_type()}">`',
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
            if child.name in RESOURCES:
                yield context.report.at(
                    SEVERAL_PAYLOADS, child.name_start, child.name_end, f"a second payload, `{child.name}`, stands in `content`",
                    label="one payload only", help=(SEVERAL_PAYLOADS.how,), element=child.path,
                    labels=((payload.start, payload.name_end, "the first one"),),
                )  # fmt: skip


def _media_type() -> str:
    """The type that `content` has to have, from the XSD."""
    return lexicon().attribute_values("entry/content", "type")[0]


def _content_type(context: Context, content: Element) -> Iterator[Diagnostic]:
    right = _media_type()
    attribute = content.attribute("type")
    if attribute is None:
        near = next((a for a in content.attributes if squeezed(a.name) == "type"), None)
        if near is not None:
            return  # told as a misspelt attribute
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


def _payload_outside(context: Context, payload: Element) -> Diagnostic:
    fixes: tuple[Fix, ...] = ()
    if context.entry.content is None and payload.closed:
        fixes = context.report.fix(
            "Wrap it in `content`",
            (payload.start, payload.start, f'<content type="{_media_type()}">'),
            (payload.end, payload.end, "</content>"),
        )
    return context.report.at(
        PAYLOAD_OUTSIDE, payload.name_start, payload.name_end, f"`{payload.name}` stands outside `content`",
        label="belongs in `content`", help=(PAYLOAD_OUTSIDE.how,), element=payload.path, fixes=fixes,
    )  # fmt: skip


def _no_payload(context: Context, content: Element) -> Iterator[Diagnostic]:
    if content.elements:
        unknown = next((c for c in content.elements if nearest(c.name, RESOURCES) is None), None)
        if unknown is not None:
            yield context.report.at(
                MISSING_PAYLOAD, unknown.name_start, unknown.name_end, f"`{clip(unknown.name)}` is no payload",
                label=f"expected {choice(RESOURCES)}", help=(MISSING_PAYLOAD.how,), element=unknown.path,
            )  # fmt: skip
        return
    value = content.text.strip()
    start, end = context.value_span(content)
    if value.startswith("<") and any(f"<{name}" in value for name in RESOURCES):
        message, label = "the payload stands in `content` as encoded text", "expected elements"
        newline = context.source.text.find("\n", start, end)
        end = end if newline < 0 else newline
        if all(not run.cdata for run in content.texts):
            fixes = context.report.fix("Decode it", (*context.value_span(content), value))
        else:
            fixes = ()
    else:
        message = f"`content` holds {quoted(value)}, no payload" if value else "`content` is empty"
        label, fixes = f"expected {choice(RESOURCES)}", ()
    yield context.report.at(
        MISSING_PAYLOAD, start, end, message, label=label, help=(MISSING_PAYLOAD.how,),
        element=content.path, fixes=fixes,
    )  # fmt: skip


def _links(context: Context) -> Iterator[Diagnostic]:
    for link in context.naming.parts.get("link", ()):
        if link.attribute("href") is None and not any(
            squeezed(a.name) == "href" for a in link.attributes
        ):
            yield context.report.at(
                BAD_LINK, link.name_start, link.name_end, "this link has no `href`", label="expected `href=\"…\"`",
                help=(BAD_LINK.how,), element=link.path,
            )  # fmt: skip
