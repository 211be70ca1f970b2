"""That an e-mail came back, in v3: a row of tracking (reference, mapping-v3, Feeds, library, events; v3-contract, Reports)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED
from ctct_migrate.mapping.rows import dropped, recorded
from ctct_migrate.resources.bounce_event import BOUNCE_EVENT as RESOURCE
from ctct_migrate.targets.v3.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "em_bounces",
    (
        recorded("Code", "/bounce_code", STRIPPED),
        dropped("Description"),
        dropped("BounceMessage"),
    ),
)
TABLE = DELIVERY.table
