"""That an e-mail came back, in v2: a row of tracking (reference, mapping-v2, Event feeds; v2-resources, Tracking)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, one_of
from ctct_migrate.mapping.rows import recorded
from ctct_migrate.resources.bounce_event import BOUNCE_EVENT as RESOURCE
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "EMAIL_BOUNCE",
    "bounce_date",
    (
        recorded(
            "Code",
            "/bounce_code",
            one_of("BounceEvent", "Code", V2.contract, "bounce_event", "/bounce_code"),
        ),
        recorded("Description", "/bounce_description", STRIPPED),
        recorded("BounceMessage", "/bounce_message", STRIPPED),
    ),
)
TABLE = DELIVERY.table
