"""That a contact unsubscribed, in v2: a row of tracking (reference, mapping-v2, Event feeds; v2-resources, Tracking)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, one_of
from ctct_migrate.mapping.rows import recorded
from ctct_migrate.resources.optout_event import OPTOUT_EVENT as RESOURCE
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "EMAIL_UNSUBSCRIBE",
    "unsubscribe_date",
    (
        # v2 has v1's own words here, unlike those of who added somebody.
        recorded(
            "OptOutSource",
            "/unsubscribe_source",
            one_of(
                "OptoutEvent", "OptOutSource", V2.contract, "optout_event", "/unsubscribe_source"
            ),
        ),
        recorded("OptOutReason", "/unsubscribe_reason", STRIPPED),
        recorded("Reason", "/unsubscribe_reason", STRIPPED),
    ),
)
TABLE = DELIVERY.table
