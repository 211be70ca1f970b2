"""The places of an entry that name a resource: the payload's `id`, the entry's `id`, its edit link.

Which ids name one and which are fillers, is for `mapping.ids` to say; here is where they
stand, and the words for places that disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Rule
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.ids import naming
from ctct_migrate.reader.characters import raw_index
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import Resource
from ctct_migrate.rules.context import Context, trimmed
from ctct_migrate.rules.phrases import listing, quoted


@dataclass(frozen=True, slots=True)
class NamingPlace:
    """A place that has an id of a resource.

    what  `link`, `id`, or the name of the payload, for its attribute
    id    the id; `at` where it stands in the document, as characters
    path  plain path of the element or attribute
    """

    what: str
    id: str
    at: tuple[int, int]
    path: str

    @property
    def whose(self) -> str:
        """What it is in a sentence: `the entry's link`, `the id of Schedule`."""
        if self.what in ("link", "id"):
            return f"the entry's {self.what}"
        return f"the id of {self.what}"


def id_places(context: Context, resource: Resource) -> dict[str, NamingPlace | None]:
    """The ids and links that can name the entry's resource, or the one that it lives in, in the
    order in which they are believed, by their plain paths: the payload's id, the entry's id, the
    edit links.  None for one that has no id of `resource`."""
    found: dict[str, NamingPlace | None] = {}
    payload = context.payload
    own = payload.attribute("id") if payload is not None else None
    if payload is not None and own is not None:
        path = f"{context.path(payload)}/@id"
        found[path] = _in_attribute(context, resource, payload.name, own, path)
    for element in context.naming.parts.get("id", ())[:1]:
        found[context.path(element)] = _in_text(context, resource, element)
    for link in context.naming.parts.get("link", ()):
        relation, href = link.attribute("rel"), link.attribute("href")
        if href is not None and relation is not None and relation.value.strip() == "edit":
            path = f"{context.path(link)}/@href"
            key = path if path not in found else f"{path} at {href.start}"
            found[key] = _in_attribute(context, resource, "link", href, path)
    return found


def naming_places(context: Context, resource: Resource, *, own: bool = True) -> list[NamingPlace]:
    """Those of the `id_places` that name a resource; fillers and URIs without an id do not.  `own`
    says that `resource` is what the entry itself is."""
    places = id_places(context, resource)
    ids = {path: place.id if place else None for path, place in places.items()}
    named = naming(resource, ids, own=own)
    return [place for path, place in places.items() if place is not None and path in named]


def filler_places(context: Context, resource: Resource) -> list[NamingPlace]:
    """The places whose id is a filler, of an entry in which no other names a resource."""
    if naming_places(context, resource):
        return []
    return [place for place in id_places(context, resource).values() if place is not None]


def disagreement(
    context: Context, rule: Rule, noun: str, places: Sequence[NamingPlace], **more: Any
) -> Diagnostic:
    """What is said, by `rule`, of places that name more than one resource; `noun` is what it is."""
    odd = odd_one_out(places)
    others = [place for place in places if place.id != odd.id]
    named = listing(dict.fromkeys(quoted(place.id) for place in others))
    return context.report.at(
        rule, *odd.at, f"{odd.whose} names {noun} {quoted(odd.id)}, {others[0].whose} {named}",
        label=f"expected {quoted(others[0].id)}, as in {listing(place.whose for place in others)}",
        help=(rule.how,), element=odd.path,
        labels=[(*place.at, f"{place.whose} names this one") for place in places if place is not odd],
        **more,
    )  # fmt: skip


def odd_one_out(places: Sequence[NamingPlace]) -> NamingPlace:
    """The one of several places, which do not agree, that is to blame: the odd one out, or, where
    there is none, the last that was read."""
    ids = [place.id for place in places]
    if len(set(ids)) == 2 and len(ids) > 2:
        return next(place for place in places if ids.count(place.id) == 1)
    return places[-1]


def _in_attribute(
    context: Context, resource: Resource, what: str, attribute: Attribute, path: str
) -> NamingPlace | None:
    raw = context.source.text[attribute.value_start : attribute.value_end]
    return _read(resource, what, attribute.value, raw, attribute.value_start, path)


def _in_text(context: Context, resource: Resource, element: Element) -> NamingPlace | None:
    runs = element.filled
    if len(runs) != 1 or element.elements:
        return None
    start, end = trimmed(context.source.text, runs[0])
    raw = context.source.text[start:end]
    return _read(resource, "id", runs[0].value.strip(), raw, start, context.path(element))


def _read(
    resource: Resource, what: str, value: str, raw: str, start: int, path: str
) -> NamingPlace | None:
    if resource.dialect.breaks_ids and len(value.split()) > 1:
        id = resource.id_in(value)
        return None if id is None else NamingPlace(what, id, (start, start + len(raw)), path)
    match = resource.id_pattern.search(value.rstrip())
    if match is None:
        return None
    first, last = match.span(1)
    at = start + raw_index(raw, first), start + raw_index(raw, last)
    return NamingPlace(what, match[1], at, path)
