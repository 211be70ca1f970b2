"""v3: the JSON API that is alive (reference, v3-contract, Transport)."""

from __future__ import annotations

from ctct_migrate.targets.target import Target

V3 = Target(
    name="v3",
    title="v3",
    base_url="https://api.cc.email/v3/",
    per_second=4,
    per_day=10_000,
    needs_key=False,
)
