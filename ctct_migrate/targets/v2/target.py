"""v2: the JSON API that followed v1 (reference, v2-contract).  New keys are no longer given out."""

from __future__ import annotations

from ctct_migrate.targets.target import Target

V2 = Target(
    name="v2",
    title="v2",
    base_url="https://api.constantcontact.com/v2/",
    per_second=4,
    per_day=10_000,
)
