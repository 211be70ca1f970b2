"""Stamp: a made-up resource."""

from __future__ import annotations

from ctct_migrate.resources.resource import OWN_PATHS, Reference, Resource

STAMP = Resource(
    name="Stamp",
    noun="stamp",
    collection="coupons/{coupon}/stamps",
    key="Label",
    references=(Reference("coupon", OWN_PATHS, owner=True, required=True),),
)
