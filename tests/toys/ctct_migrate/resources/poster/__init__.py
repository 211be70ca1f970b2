"""Poster: a made-up resource."""

from __future__ import annotations

from ctct_migrate.resources.resource import Reference, Resource

POSTER = Resource(
    name="Poster",
    noun="poster",
    collection="posters",
    key="Name",
    references=(Reference("coupon", ("Prize/@id",)),),
)
