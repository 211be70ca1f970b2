"""CT319: ids that are not URIs of resources of their kind; a part of the family `values`.

Patterns and what they look like come from the XSD's types; what a wrong id was meant to be is
worked out from the document: from links beside it, and from the account that its other URIs name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.held_results import cached_while_held
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import RESOURCES, Resource
from ctct_migrate.rules.context import Context, attribute_span, trimmed
from ctct_migrate.rules.edits import write_attribute
from ctct_migrate.rules.envelope.broken_ids import without_breaks
from ctct_migrate.rules.nearness import squeezed
from ctct_migrate.rules.own_rules import code_of
from ctct_migrate.rules.phrases import article, quoted
from ctct_migrate.rules.values.meanings import untroubled
from ctct_migrate.source import Source
from ctct_migrate.v1 import AttributeFact, ElementFact, TypeFact

RESOURCE_URI = Rule(
    "CT319", "resource-uri", Severity.ERROR,
    summary="An id that is not the URI of a resource of its kind",
    why="An id leads to the resource: the list that a campaign goes to, the address that it is sent from. v2 takes the number at its end.",
    bad='<ContactLists><ContactList id="11"/></ContactLists>',
    good='<ContactLists><ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/11"/></ContactLists>',
    how="Write the whole URI, as the server gives it.",
    fact="reference, v1-atom, Campaign",
)  # fmt: skip
_USER = late_compile(r"/ws/customers/([^/\s\"'<>]+)/")
_HOST = late_compile(r"(https?://[^/\s\"'<>]+)/ws/customers/")

#: The place of a resource's kind in a pattern of the XSD: `lists`, `settings/emailaddresses`.
_COLLECTION = late_compile(r"/ws/customers/\[\^/[^\]]*\]\+/([a-z/]+?)/?[(\[]")

#: How ids inside documents begin (reference, v1-atom, Transport).
_SERVER = "http://api.constantcontact.com"

#: The documented filler for the id of something new (reference, v1-atom, The envelope).
_FILLER = "data:,none"


#: What a pattern for URIs of an account has in it.
_ACCOUNT = "/ws/customers/"


@cache
def is_uri(held: TypeFact) -> bool:
    """Whether the values of a type are URIs of an account's resources."""
    return any(_ACCOUNT in pattern for pattern in held.patterns)


@cache
def resource_of(held: TypeFact) -> Resource | None:
    """The resource that a URI of the type leads to; None where it leads to none of those that are
    read.  Found by the place of the resource in an account, which the type's patterns have."""
    for resource in RESOURCES.values():
        collection = re.sub(r"\{[^}]*\}", "1", resource.collection)
        if held.accepts(f"{_SERVER}{_ACCOUNT}-/{collection}/{resource.singleton or '1'}"):
            return resource
    return None


def noun_of(held: TypeFact) -> str:
    """What a URI of the type leads to, with its article: `a contact list`."""
    resource = resource_of(held)
    if resource is not None:
        return f"{article(resource.noun)} {resource.noun}"
    return held.noun or "what the format asks for here"


def check_uri(
    context: Context, element: Element, holder: ElementFact, fact: AttributeFact
) -> Iterator[Diagnostic]:
    """What is wrong with the attribute `fact` of an element, which holds a URI; `holder` is what
    the XSD says of the element."""
    attribute = element.attribute(fact.name)
    if attribute is None:
        if fact.required and not _is_misspelt(element, fact.name):
            yield from _missing_uri(context, element, fact)
        return
    if not untroubled(context, attribute.start, attribute.end):
        return
    value = attribute.value.strip()
    if fact.type.accepts(attribute.value) or without_breaks(context, value) is not None:
        return
    path = f"{holder.path}/@{fact.name}".lstrip("/")
    if code_of(context.resource, path, fact.type.name) and _is_other_one(fact.type, value):
        return  # the resource's own rule speaks of it
    noun = noun_of(fact.type)
    relative = is_relative(fact.type, value)
    message = f"{quoted(value)} is not the URI of {noun}"
    if relative:
        message = f"{quoted(value)} is only the end of the URI of {noun}"
    if not value:
        message = f"the `{fact.name}` of `{element.name}` is empty"
    resource = RESOURCES.get(context.resource or "")
    # Of what is only recorded, an own id that cannot be read costs the id and not the record.
    recorded = resource is not None and resource.read_only and element is context.payload
    yield context.report.at(
        RESOURCE_URI, *attribute_span(attribute), message, label=_expected_uri(fact),
        help=(RESOURCE_URI.how,), element=f"{context.path(element)}/@{fact.name}",
        fixes=_mended_uri(context, element, attribute, fact.type),
        severity=Severity.WARNING if relative else None,
        concern=Concern.V1 if relative or recorded else None,
    )  # fmt: skip


def is_relative(held: TypeFact, value: str) -> bool:
    """Whether all that a URI lacks is its beginning, so that its number is plain: the vendor's PHP
    library wrote `/ws/customers/joe/lists/7` (reference, v1-atom, What v1 minded)."""
    if value.startswith("/"):
        return not value.startswith("//") and held.accepts(f"{_SERVER}{value}")
    return any(held.accepts(f"{_SERVER}{each}{value}") for each in ("/", "/ws/customers/-/"))


def uri_in_text(context: Context, element: Element, held: TypeFact) -> str | None:
    """The URI of the type `held` that stands in an element as its text; None where there is
    none."""
    value, server = element.text.strip(), _server(context)
    user, collection = _user(context), _collection(held)
    candidates = [value, f"{server}{value}", f"{server}/{value}"]
    if user is not None and collection is not None:
        candidates.append(f"{server}{_ACCOUNT}{user}/{collection}/{value}")
    return next((each for each in candidates if held.accepts(each)), None) if value else None


def elements_of_numbers(
    context: Context, element: Element, text: str, child: ElementFact
) -> str | None:
    """The markup that `1,2` in an element stands for: a `child` for each number, with its URI;
    None for other text, and where the document does not name the account."""
    user, prefix = _user(context), f"{element.prefix}:" if element.prefix else ""
    fact = uri_attribute(child)
    collection = _collection(fact.type) if fact is not None else None
    if fact is None or user is None or collection is None:
        return None
    if re.fullmatch(r"[0-9]++(?:[\s,;|]++[0-9]++)*+", text) is None:
        return None
    base = f"{_server(context)}{_ACCOUNT}{user}/{collection}"
    return "".join(
        f'<{prefix}{child.name} {fact.name}="{base}/{number}"/>'
        for number in re.findall("[0-9]+", text)
    )


def uri_attribute(fact: ElementFact) -> AttributeFact | None:
    """The attribute of an element that names a resource and has to be there, or None."""
    named = (each for each in fact.attributes if each.required and is_uri(each.type))
    return next((each for each in named if resource_of(each.type) is not None), None)


def _is_misspelt(element: Element, name: str) -> bool:
    """Whether the family `names` says that the attribute is there under another name."""
    return any(squeezed(attribute.name) == squeezed(name) for attribute in element.attributes)


def _is_other_one(held: TypeFact, value: str) -> bool:
    """Whether all that is wrong is the last number, of a resource that there is one of."""
    resource = resource_of(held)
    if resource is None or not resource.singleton:
        return False
    return held.accepts(re.sub(r"/[0-9]+\Z", f"/{resource.singleton}", value))


def _expected_uri(fact: AttributeFact) -> str:
    """What such a URI looks like, by the documentation of its type."""
    looks = re.split("; | [(]", fact.type.documentation)[0]
    return f"expected {looks or f'the URI of {noun_of(fact.type)}'}"


def _missing_uri(context: Context, element: Element, fact: AttributeFact) -> Iterator[Diagnostic]:
    at = element.name_end
    if resource_of(fact.type) is not None and not element.elements and element.filled:
        yield from _text_for_id(context, element, fact)
        return
    found = _linked(context, element, fact.type)
    fixes = (
        context.report.fix(f"Add `{found}`", (at, at, f' {fact.name}="{found}"')) if found else ()
    )
    yield context.report.at(
        RESOURCE_URI, at, at, f"`{element.name}` has no `{fact.name}`", label=_expected_uri(fact),
        help=(RESOURCE_URI.how,), element=f"{context.path(element)}/@{fact.name}", fixes=fixes,
    )  # fmt: skip


def _text_for_id(context: Context, element: Element, fact: AttributeFact) -> Iterator[Diagnostic]:
    """What the `id` should say stands between the tags."""
    runs = element.filled
    start, end = trimmed(context.source.text, runs[0])[0], trimmed(context.source.text, runs[-1])[1]
    right = uri_in_text(context, element, fact.type)
    fixes: tuple[Fix, ...] = ()
    if right is not None and len(runs) == 1 and not runs[0].cdata:
        written = context.source.text[start:end]
        right = right.replace(element.text.strip(), written)
        edits = ((element.name_end, element.name_end, f' {fact.name}="{right}"'), (start, end, ""))
        fixes = context.report.fix(f"Move it into `{fact.name}`", *edits)
    yield context.report.at(
        RESOURCE_URI, start, end, f"{quoted(element.text.strip())} stands in `{element.name}` as text, not as its `{fact.name}`",
        label=f'expected `<{element.name} {fact.name}="…"/>`', help=(f"write it as the `{fact.name}` of `{element.name}`",),
        element=context.path(element), fixes=fixes,
    )  # fmt: skip


def _mended_uri(
    context: Context, element: Element, attribute: Attribute, held: TypeFact
) -> tuple[Fix, ...]:
    value, server = attribute.value.strip(), _server(context)
    whole = f"{server}{value}" if value.startswith("/") else f"http://{value}"
    candidates = [value.rstrip("/"), whole, f"{server}/{value}"]
    named = resource_of(held)
    if named is not None and named.singleton:  # the URI of the resource that it lives in
        tail = named.collection.rpartition("}/")[2]
        candidates.append(f"{value}/{tail}/{named.singleton}")
    user, collection = _user(context), _collection(held)
    if user:
        candidates.append(f"{server}{_ACCOUNT}{user}/{value}")
    if user and collection and re.fullmatch(r"[0-9]+|[a-z\-]+", value):
        candidates.append(f"{server}{_ACCOUNT}{user}/{collection}/{value}")
    linked = _linked(context, element, held)
    candidates += [linked] if linked else []
    right = next((c for c in candidates if held.accepts(c) and _keeps_numbers(value, c)), None)
    safety = Safety.SAFE
    if right is None and not value and element is context.payload and held.accepts(_FILLER):
        right, safety = _FILLER, Safety.UNSAFE
    if right is None:
        return ()
    edit = write_attribute(context, attribute, right)
    return context.report.fix(f"Write `{right}`", edit, safety=safety)


def _keeps_numbers(value: str, candidate: str) -> bool:
    """Whether no number of a wrong id is lost with it: it may be the one that counts."""
    return set(re.findall("[0-9]+", value)) <= set(re.findall("[0-9]+", candidate))


def _linked(context: Context, element: Element, held: TypeFact) -> str | None:
    """The URI that a link says the element has: inside it, or, for a payload, beside it."""
    links = [child for child in element.elements if child.name == "link"]
    found: list[str] = []
    if element is context.payload:
        links = context.naming.parts.get("link", [])
        found = [part.text.strip() for part in context.naming.parts.get("id", [])]
    for link in links:
        href = link.attribute("href")
        if href is not None:
            found.append(
                f"{_server(context)}{href.value}" if href.value.startswith("/") else href.value
            )
    return next(
        (each for each in found if held.accepts(each) and not each.startswith("data:")), None
    )


def _server(context: Context) -> str:
    """How the URIs of this document begin."""
    return _account(context.source)[0]


def _user(context: Context) -> str | None:
    """The user whose resources the document is about, if there is just one."""
    return _account(context.source)[1]


@cached_while_held  # however many URIs ask
def _account(source: Source) -> tuple[str, str | None]:
    """The server and the user of a document."""
    match = _HOST.search(source.text)
    users = set(_USER.findall(source.text))
    user = users.pop() if len(users) == 1 else None
    return match[1] if match else _SERVER, user


def _collection(held: TypeFact) -> str | None:
    """Where, in an account, the resources of a type are: `lists`; None where they live inside
    another resource, or that cannot be told."""
    resource = resource_of(held)
    if resource is not None:
        return None if "{" in resource.collection else resource.collection
    found = (_COLLECTION.search(pattern) for pattern in held.patterns)
    return next((match[1] for match in found if match), None)
