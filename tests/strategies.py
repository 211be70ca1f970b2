"""Strategies made from the schemas: v1 documents as the XSDs allow them.

Nothing about v1 is written down here but what XSD cannot say: the HTML and the text that open
content holds, and that some choices belong together.  `documents(resource)` gives the bytes of
whole documents; `elements(root, path)` single elements.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from html import escape
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources import BY_SLUG, RESOURCES, Dialect, Resource
from ctct_migrate.v1 import ElementFact, TypeFact, TypeKind, vocabulary

#: What XML allows and every encoding below can write, as a reference at least.
CHARACTERS = st.sampled_from("abcXYZ 019.,-éü€&<>\"'") | st.characters(
    codec="utf-8", exclude_categories=("C", "Zl", "Zp")
)
_FEW = st.integers(0, 3)
_COIN = st.booleans()
_RANDOM = st.randoms(use_true_random=False)
TEXTS = st.text(CHARACTERS, max_size=40)

_NAMES = st.text(CHARACTERS, min_size=1, max_size=20).filter(str.strip)

#: For patterns: no white space and nothing that needs escaping in a URI.
_IN_PATTERNS = st.characters(codec="ascii", categories=("L", "N"))

HTML = st.builds(
    lambda before, text, after: f"{before}<html><body><p>{escape(text)}</p></body></html>{after}",
    st.sampled_from(["", "\n", "<!DOCTYPE html>", "<!-- note -->\n"]),
    TEXTS,
    st.sampled_from(["", "\n"]),
)
ZONES = st.just(UTC) | st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
DATES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=ZONES).flatmap(
    lambda moment: st.sampled_from(["seconds", "milliseconds", "microseconds"]).map(
        lambda unit: moment.isoformat(timespec=unit).replace("+00:00", "Z")
    )
)


@cache
def values(fact: TypeFact) -> st.SearchStrategy[str]:
    """Texts that a type allows."""
    kinds = {
        TypeKind.DATE_TIME: lambda: DATES,
        TypeKind.COUNTER: lambda: st.integers(0, fact.max_value or 10**6).map(str),
        TypeKind.ENUMERATION: lambda: st.sampled_from([v.value for v in fact.enumeration]),
        TypeKind.PATTERN: lambda: st.one_of(
            *(st.from_regex(re.compile(p, re.ASCII), fullmatch=True, alphabet=_IN_PATTERNS | st.sampled_from(":/.,@-")) for p in fact.patterns)
        ),
    }  # fmt: skip
    if fact.members:
        made = st.one_of(*(values(member) for member in fact.members if member.name != "Empty"))
    else:
        made = kinds.get(fact.kind, lambda: TEXTS)()
    if fact.may_be_empty:
        made = st.one_of(made, made, made, st.just(""))
    return made.filter(fact.accepts)


@cache
def elements(root: str, path: str = "", payload: str = "Campaign") -> st.SearchStrategy[Any]:
    """Elements as the schema has them; see `_element`."""
    return _element(root, path, payload)


@st.composite
def _element(draw: Any, root: str, path: str, payload: str) -> etree._Element:
    """An element as the schema has it, with all that is required in it, and other things that are
    allowed, in any order."""
    fact = vocabulary().element(root, path)
    assert fact is not None
    if fact.namespace:
        name = f"{{{fact.namespace}}}{fact.name}"
        element = etree.Element(name, nsmap={None: fact.namespace})
    else:  # the payloads of dialect B
        element = etree.Element(fact.name)
    for attribute in fact.attributes:
        if attribute.required or draw(_COIN):
            element.set(attribute.name, draw(values(attribute.type)))
    if fact.type is not None:
        element.text = draw(values(fact.type))
    elif fact.open:
        _fill(draw, element, fact)
    children = [name for name in fact.children if name == payload or not name[0].isupper()]
    if root in RESOURCES or fact.name not in ("content", "entry", "feed"):
        children = list(fact.children)
    found = [child for name in children for child in _children(draw, root, path, name, payload)]
    draw(_RANDOM).shuffle(found)
    element.extend(found)
    return element


def _children(draw: Any, root: str, path: str, name: str, payload: str) -> list[etree._Element]:
    """None, one or more elements of one name."""
    if name == payload:
        return [draw(elements(payload, "", payload))]
    place = f"{path}/{name}".lstrip("/")
    child = vocabulary().element(root, place)
    assert child is not None
    often = bool(child.required_when) or not child.read_only
    most = draw(_FEW) if child.repeatable else draw(_weighted(often))
    count = max(most, 1) if child.required else most
    return [draw(elements(root, place, payload)) for _ in range(count)]


@cache
def _weighted(often: bool) -> st.SearchStrategy[int]:
    return st.sampled_from((1, 1, 1, 1, 1, 1, 1, 0) if often else (0, 1))


def _fill(draw: Any, element: etree._Element, fact: ElementFact) -> None:
    """Puts content into an element that may hold any."""
    if fact.name == "EmailTextContent":
        text = draw(_NAMES)
        if draw(_COIN):
            etree.SubElement(element, f"{{{CTCT}}}Text").text = text
        else:
            element.text = f"<Text>{text}</Text>"
    elif fact.name == "EmailContent":
        html = draw(HTML)
        if draw(_COIN):
            element.text = html
        else:
            body = etree.SubElement(etree.SubElement(element, "html"), "body")
            body.text = draw(TEXTS)
            etree.SubElement(body, "br").tail = draw(TEXTS)
    else:
        element.text = draw(TEXTS)
        if draw(_COIN):
            child = etree.SubElement(element, "ConfirmOptin")
            etree.SubElement(child, "a", style=draw(TEXTS)).text = draw(TEXTS)
            child.tail = draw(TEXTS)


#: Addresses of organizations: country, and the element that takes the state.
_PLACES = st.sampled_from(
    [("us", "OrganizationState"), ("US", "OrganizationState"), ("ca", "OrganizationState"),
     ("gb", "OrganizationInternationalState"), ("u1", "OrganizationInternationalState")]
)  # fmt: skip


@st.composite
def settled(draw: Any, campaign: etree._Element) -> etree._Element:
    """The campaign with what belongs together put together, so that it most probably converts:
    what is required is there, the organization is whole or not there at all, addresses are."""
    facts = [vocabulary().element("Campaign", name) for name in vocabulary().children("Campaign")]
    for fact in facts:
        assert fact is not None
        element = campaign.find(f"{{*}}{fact.name}")
        if fact.undocumented and element is not None:
            campaign.remove(element)
        elif fact.required_when and fact.type_kind is TypeKind.TEXT:
            _put(campaign, fact.name, draw(_NAMES))
        elif (
            fact.required_when
            and fact.open
            and (element is None or not "".join(element.itertext()).strip())
        ):
            _put(campaign, fact.name, "").clear()
            _fill(draw, campaign.find(f"{{*}}{fact.name}"), fact)
            campaign.find(f"{{*}}{fact.name}").text = "You asked for it."
        elif fact.required_when == "custom" and fact.enumeration:
            _put(campaign, fact.name, draw(st.sampled_from([v.value for v in fact.enumeration])))
    for name in ("FromEmail", "ReplyToEmail"):
        holder = campaign.find(f"{{*}}{name}")
        if holder is None:
            holder = _put(campaign, name, None)
        _put(
            holder,
            "EmailAddress",
            draw(st.sampled_from(["joe@example.com", "a.b-c@mail.example.org"])),
        )
    _put(campaign, "CampaignType", "CUSTOM")
    number = draw(st.integers(1, 10**13))
    campaign.set("id", f"http://api.constantcontact.com/ws/customers/joe/campaigns/{number}")
    _organize(draw, campaign)
    return campaign


@st.composite
def mailable(draw: Any, contact: etree._Element) -> etree._Element:
    """The contact with an address that v2 takes, on a list, and not opted out, so that it most
    probably converts for every shape."""
    _put(
        contact,
        "EmailAddress",
        draw(st.sampled_from(["joe@example.com", "a.b-c@mail.example.org"])),
    )
    status = contact.find("{*}Status")
    if status is not None:
        status.text = draw(st.sampled_from(["Active", "Unconfirmed", ""]))
    lists = contact.find("{*}ContactLists")
    if lists is None:
        lists = _put(contact, "ContactLists", None)
    uri = "http://api.constantcontact.com/ws/customers/joe/lists"
    for each in list(lists) or [etree.SubElement(lists, f"{{{CTCT}}}ContactList")]:
        each.set("id", f"{uri}/{draw(st.integers(1, 9))}")
    country = contact.find("{*}CountryCode")
    if country is not None:
        country.text = draw(st.sampled_from(["us", "ca", "DE", ""]))
    return contact


def _organize(draw: Any, campaign: etree._Element) -> None:
    for element in campaign.findall("{*}*"):
        if etree.QName(element).localname.startswith("Organization"):
            campaign.remove(element)
    if not draw(_COIN):
        return
    country, state = draw(_PLACES)
    for name in ("Name", "Address1", "City", "PostalCode"):
        _put(campaign, f"Organization{name}", draw(_NAMES))
    codes = list(vocabulary().states("CA" if country == "ca" else "US"))
    abroad = state == "OrganizationInternationalState"
    _put(campaign, state, draw(_NAMES if abroad else st.sampled_from(codes)))
    _put(campaign, "OrganizationCountry", country)


def _put(parent: etree._Element, name: str, text: str | None) -> etree._Element:
    """Sets the text of a child element, which is made if it is not there."""
    element = parent.find(f"{{*}}{name}")
    if element is None:
        element = etree.SubElement(parent, f"{{{CTCT}}}{name}")
    if text is not None:
        element.text = text
    return element


@st.composite
def documents(draw: Any, resource: str = "Campaign", *, likely: bool = False) -> bytes:
    """A document with one resource: an entry, or the bare payload; in some encoding.  `likely` to
    convert, or as may be."""
    envelope = draw(st.sampled_from(["entry", "entry", "entry", resource]))
    root = draw(elements(envelope, "", resource))
    if likely or draw(_COIN):
        payload = next(root.iter(RESOURCES[resource].tag))
        draw(settled(payload) if resource == "Campaign" else numbered(root, payload))
        if resource == "Contact":
            draw(mailable(payload))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "iso-8859-1"]))
    if draw(_COIN) and len(root):
        root.text = "\n  "
        for child in root:
            child.tail = "\n  "
    return etree.tostring(root, encoding=encoding, xml_declaration=True)


#: What stands before the path of a URI, by dialect (reference, v1-resources, Two dialects).
_STARTS = {
    Dialect.CTCT: "http://api.constantcontact.com",
    Dialect.PLAIN: "tag:api.constantcontact.com,2010:",
}


def uri_of(resource: Resource, own: str, owner: str = "5") -> str:
    """The URI of a resource with the id `own`, in the resource with the id `owner`, if it lives in
    one."""
    holder = resource.owner.to if resource.owner else ""
    collection = resource.collection.replace(f"{{{holder}}}", owner)
    return f"{_STARTS[resource.dialect]}/ws/customers/joe/{collection}/{own}"


@cache
def ids(resource: Resource) -> st.SearchStrategy[str]:
    """Ids that one of a resource's may have."""
    if resource.singleton:
        return st.just(resource.singleton)
    form = re.compile(resource.id_form, re.ASCII)
    made = st.from_regex(form, fullmatch=True, alphabet=_IN_PATTERNS | st.sampled_from("-,"))
    ordinary = made.filter(lambda text: text not in resource.built_in)
    return ordinary.filter(lambda text: not resource.is_filler(text) and not text.startswith("0"))


@st.composite
def numbered(draw: Any, root: etree._Element, payload: etree._Element) -> None:
    """Puts one and the same id wherever the document of a resource has its own."""
    resource = RESOURCES[etree.QName(payload).localname]
    owner = BY_SLUG.get(resource.owner.to) if resource.owner else None
    uri = uri_of(resource, draw(ids(resource)), draw(ids(owner)) if owner else "")
    payload.set("id", uri)
    for element in root.iter("{*}id"):
        element.text = uri
    for link in root.iter("{*}link"):
        link.set("href", uri)
