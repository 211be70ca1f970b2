"""Identity: which resource a document is, and which others it names, out of the URIs that stand in it.

A URI names a resource by the id in it.  Some ids are fillers, which clients wrote into documents
for something new, and name nothing (reference, v1-atom, "What v1 minded", Fillers):

* zeros, of any length: `…/campaigns/0`, `…/campaigns/0000000000000`;
* a sample id of the documentation (`Resource.sample_ids`), where it stands in one URI alone and the
  others name nothing: a PHP library wrote it into the payload of every create.

A URI without an id (`data:,`, the URI of the collection) names nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_SLUG, Reference, Resource
from ctct_migrate.resources.resource import OWN_PATHS, account_in


def naming(
    resource: Resource, readings: Mapping[str, str | None], *, own: bool = True
) -> dict[str, str]:
    """Those of `readings` that name a resource of that kind.

    `readings` has, for each URI that is there, its path and the id in it (None for a URI without
    one), in the order in which they are believed.  `own` says that they are the resource's own
    URIs: a sample id is a filler in these alone.

    >>> from ctct_migrate.resources import RESOURCES
    >>> campaign = RESOURCES["Campaign"]
    >>> naming(campaign, {"@id": "1100546096289", "entry/id": None})
    {}
    >>> naming(campaign, {"@id": "1100546096289", "entry/id": "1100546096289"})
    {'@id': '1100546096289', 'entry/id': '1100546096289'}
    """
    named = {path: id for path, id in readings.items() if id and not resource.is_filler(id)}
    if own and len(named) == 1 and len(readings) > 1:
        if resource.sample_ids.isdisjoint(named.values()):
            return named
        return {}
    return named


def references_of(resource: Resource, payload: Any, envelope: Any) -> dict[str, tuple[str, ...]]:
    """The ids of the resources that a document names, besides itself, by the slug of what they are,
    in document order, each once; without those of which it names none.  `payload` and `envelope`
    are lxml elements, `envelope` None for a bare payload."""
    found: dict[str, tuple[str, ...]] = {}
    for reference in resource.references:
        ids = _named(resource, reference, payload, envelope)
        if ids:
            found[reference.to] = tuple(dict.fromkeys((*found.get(reference.to, ()), *ids)))
    return found


def own_number(resource: Resource, payload: Any, envelope: Any) -> str | None:
    """The v1 id of the resource that a document is, where its URIs name one; of a resource of which
    there is one at most in another, the only one that it can have."""
    readings = {
        path: resource.id_in(uri)
        for path in OWN_PATHS
        for uri in _uris(resource, path, payload, envelope)[:1]
    }
    return next(iter(naming(resource, readings).values()), None)


def own_uri(resource: Resource, payload: Any, envelope: Any) -> str:
    """The first of the URIs that can name the resource which a document is and that name an account;
    empty where none does."""
    uris = (uri for path in OWN_PATHS for uri in _uris(resource, path, payload, envelope))
    return next((uri for uri in uris if account_in(uri)), "")


def owner_ids(resource: Resource, payload: Any, envelope: Any) -> frozenset[str]:
    """The ids of the resource that a document lives in, at all places that can name it, fillers left
    out: one where they agree.  Empty for a resource that lives in no other that is known."""
    owner = resource.owner
    to = BY_SLUG.get(owner.to) if owner is not None else None
    if owner is None or to is None:
        return frozenset()
    uris = (uri for path in owner.paths for uri in _uris(resource, path, payload, envelope))
    return frozenset(id for id in map(to.id_in, uris) if id is not None and not to.is_filler(id))


def _named(resource: Resource, reference: Reference, payload: Any, envelope: Any) -> list[str]:
    """The ids that one reference names: of the best path that names any."""
    to = BY_SLUG.get(reference.to)
    if to is None:
        return []
    for path in reference.paths:
        ids = map(to.id_in, _uris(resource, path, payload, envelope))
        named = [id for id in ids if id is not None and not to.is_filler(id)]
        if named:
            return named
    return []


class _Way(NamedTuple):
    """A v1 path, as `mapping.rows` writes paths, made ready: whether it begins at the envelope, the
    Clark names of the elements on the way, each with the `rel` that it has to have (empty for any), and
    the attribute at its end, empty for the text."""

    in_envelope: bool
    steps: tuple[tuple[str, str], ...]
    attribute: str


@cache
def _way(path: str, namespace: str | None) -> _Way:
    """The way of a path in a payload of that namespace."""
    names = path.split("/")
    attribute = names.pop()[1:] if names[-1].startswith("@") else ""
    in_envelope = names[:1] == ["entry"]
    if in_envelope:
        namespace, names = ATOM, names[1:]
    steps = []
    for name in names:
        local, _, rel = name.rstrip("*]").partition("[")
        steps.append((f"{{{namespace}}}{local}" if namespace else local, rel))
    return _Way(in_envelope, tuple(steps), attribute)


def _uris(resource: Resource, path: str, payload: Any, envelope: Any) -> list[str]:
    """The texts at a v1 path."""
    in_envelope, steps, attribute = _way(path, resource.dialect.payload_namespace)
    top = envelope if in_envelope else payload
    nodes = [] if top is None else [top]
    for tag, rel in steps:
        nodes = [child for node in nodes for child in node.iterchildren(tag)]
        if rel:
            nodes = [child for child in nodes if child.get("rel") == rel]
    if attribute:
        texts = [node.get(attribute) for node in nodes]
    else:
        texts = ["".join(node.itertext()) for node in nodes]
    return [text for text in texts if text]
