"""Coupon: a made-up resource."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

COUPON = Resource(
    name="Coupon",
    noun="coupon",
    collection="coupons",
    key="Title",
)
