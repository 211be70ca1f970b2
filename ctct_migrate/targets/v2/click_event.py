"""That a contact clicked a link in an e-mail, in v2: a row of tracking (reference, mapping-v2, Event feeds; v2-resources, Tracking)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, URI_SEGMENT
from ctct_migrate.mapping.rows import recorded
from ctct_migrate.resources.click_event import CLICK_EVENT as RESOURCE
from ctct_migrate.targets.v2.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "EMAIL_CLICK",
    "click_date",
    (
        recorded("LinkUrl", "/link_uri", STRIPPED),
        recorded("Url", "/link_uri", STRIPPED),
        recorded("LinkUrl/@id", "/link_id", URI_SEGMENT),
        recorded("Url/@id", "/link_id", URI_SEGMENT),
    ),
)
TABLE = DELIVERY.table
