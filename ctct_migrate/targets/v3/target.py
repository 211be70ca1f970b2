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
    # Reference, mapping-v3, Feeds, library, events.
    instead={
        "folder": "make it in the product: v3 has no library",
        "image": "upload it in the product; its URL in e-mails works as long as the old server answers",
        "event": "make it in the product: events are another product there, with other properties",
        "registrant": "keep the record that `--target v2 --shape record` makes: v3 takes no registrants",
    },
)
