"""What a caller says about bodies that do not say it themselves: what they are of, and where they
belong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field

from ctct_migrate.bodies.recognising import resource_names
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import choice
from ctct_migrate.source import Source
from ctct_migrate.targets import Delivery, target_named


class BodyRequestError(ValueError):
    """What was said cannot be; one line for users."""


@dataclass(frozen=True, slots=True)
class BodyRequest:
    """What is said about bodies.

    target    name of the API that they are for
    resource  slug of the resource that they are of; empty: what each body shows
    shape     what they are for; None: what each body fits best
    parents   ids of the resources that they live in, by slug
    number    id of the resource that is updated; empty: what each body says
    removes   whether what they name is to be deleted
    places    whether a body has to have a place: the resource that it lives in, and for an update
              its own id
    """

    target: str = "v2"
    resource: str = ""
    shape: Shape | None = None
    parents: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    removes: bool = False
    places: bool = False

    @classmethod
    def of(
        cls,
        target: str,
        resource: str | None = None,
        shape: Shape | None = None,
        parents: Iterable[str] = (),
        number: str | None = None,
        *,
        removes: bool = False,
        places: bool = False,
    ) -> BodyRequest:
        """As a command line says it: `parents` are texts such as `event=1`.  Raises
        BodyRequestError."""
        slug = slug_of(target, resource) if resource else ""
        return cls(
            target, slug, shape, _parents(target, parents), (number or "").strip(), removes, places
        )

    @property
    def delivery(self) -> Delivery | None:
        """How the target takes the resource that is said; None where none is."""
        return target_named(self.target).delivery(self.resource) if self.resource else None


def named_on_command_line(request: BodyRequest) -> Source:
    """A JSON text that names what is meant by its id alone, for a deletion that has no body.  What was
    said of it is its path, since there is no file."""
    resource = BY_SLUG.get(request.resource)
    number = request.number or (resource.singleton if resource is not None else "")
    parents = (f"{slug}={of}" for slug, of in request.parents.items())
    path = " ".join(filter(None, ("--delete", request.resource, number, *parents)))
    return Source(path, json.dumps({"id": number} if number else {}).encode())


def slug_of(target: str, name: str) -> str:
    """The slug of what a user calls a resource.  Raises BodyRequestError where the target has none
    of that name."""
    names = resource_names(target)
    slug = names.get(name.strip().lower().replace("-", "_"))
    if slug is None:
        near = nearest(name, names)
        slugs = choice(dict.fromkeys(names.values()))
        hint = f"did you mean `{near}`?" if near else f"expected {slugs}"
        raise BodyRequestError(f"{target} has no resource `{name}`; {hint}")
    return slug


def _parents(target: str, values: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, equals, number = (part.strip() for part in value.partition("="))
        if not equals or not number:
            raise BodyRequestError(f"{value}: expected RESOURCE=ID, such as event=1")
        slug = slug_of(target, name)
        if not any(slug in (each.to for each in one.references) for one in BY_SLUG.values()):
            raise BodyRequestError(f"{value}: nothing lives in a {BY_SLUG[slug].noun}")
        if found.setdefault(slug, number) != number:
            raise BodyRequestError(f"{value}: {slug} is given twice, as {found[slug]} before")
    return found
