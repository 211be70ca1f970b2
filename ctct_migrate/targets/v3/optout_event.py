"""That a contact unsubscribed, in v3: a row of tracking (reference, mapping-v3, Feeds, library, events; v3-contract, Reports)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED
from ctct_migrate.mapping.rows import dropped, recorded
from ctct_migrate.resources.optout_event import OPTOUT_EVENT as RESOURCE
from ctct_migrate.targets.v3.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "em_optouts",
    (
        recorded("OptOutReason", "/opt_out_reason", STRIPPED),
        recorded("Reason", "/opt_out_reason", STRIPPED),
        dropped("OptOutSource"),
    ),
)
TABLE = DELIVERY.table
