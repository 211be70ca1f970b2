"""Which service document a service document is: of an account, of the events of a campaign, or of
those of a contact (reference, v1-resources, Service document).

It is told by the collections that it lists, and by where they lead; where their addresses are
relative, by their titles.
"""

from __future__ import annotations

import re

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.phrases import clip, listing

_EVENTS = "events/"

#: The last part of the place of each feed of events, with what is in it.
_FEEDS = {
    resource.collection.removeprefix(_EVENTS): resource.name
    for resource in RESOURCES.values()
    if resource.collection.startswith(_EVENTS)
}

_OWNER = late_compile(r"/(campaign|contact)s/([^/\s?#]+)/events(?=[/?#]|$)", re.I)
_TITLED = late_compile(r"\b(campaign|contact)\b", re.I)

#: Collections that are named in a message.
_NAMED = 12


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """What a service document is.

    what  the end of "this is …"
    how   what to do instead
    """

    what: str
    how: str


def service_document(root: Element) -> ServiceDocument:
    """What the service document with this root element is."""
    collections = [each for each in root.walk() if each.name.lower() == "collection"]
    places = [_place(each) for each in collections]
    names = list(dict.fromkeys(filter(None, map(_last, places))))
    known = [name for name in names if name.lower() in _FEEDS]
    listed = listing(f"`{clip(name)}`" for name in names[:_NAMED])
    if len(names) > _NAMED:
        listed += ", …"
    if known:
        whose = _whose(root, collections, places)
        return ServiceDocument(
            f"the service document of {whose}, which lists the feeds of its events ({listed}) and holds none",
            "Convert the feeds themselves, found at the `href` of each `collection`: "
            + listing(f"`{name}` holds {_FEEDS[name.lower()]} entries" for name in known)
            + ".",
        )  # fmt: skip
    if names:
        return ServiceDocument(
            f"the service document of an account, which lists its collections ({listed}) and holds none",
            "Convert the feeds themselves, found at the `href` of each `collection`.",
        )
    return ServiceDocument(
        "a service document, which lists collections, and this one lists none",
        "Convert the feeds of an account themselves.",
    )


def _place(collection: Element) -> str:
    attribute = collection.attribute("href")
    return attribute.value.strip() if attribute is not None else ""


def _last(place: str) -> str:
    return re.split(r"[?#]", place)[0].rstrip("/").rpartition("/")[2]


def _whose(root: Element, collections: list[Element], places: list[str]) -> str:
    """Whose events a service document lists."""
    for place in (*_bases(root), *places):
        found = _OWNER.search(place)
        if found is not None:
            return f"{found[1].lower()} {clip(found[2])}"
    titles = [
        child.text for each in root.walk() for child in each.elements if child.name == "title"
    ]
    said = {match[1].lower() for title in titles for match in _TITLED.finditer(title)}
    if len(said) == 1:
        return f"a {said.pop()}"
    # v1 had summaries of contacts alone.
    return "a contact" if "summary" in map(_last, places) else "a campaign or a contact"


def _bases(root: Element) -> list[str]:
    """What relative addresses are relative to (`xml:base`), where that is said."""
    attributes = (each for element in root.walk() for each in element.attributes)
    return [each.value for each in attributes if each.qname == "xml:base"]
