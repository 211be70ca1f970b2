"""That a contact clicked a link in an e-mail, in v3: a row of tracking (reference, mapping-v3, Feeds, library, events; v3-contract, Reports)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, URI_SEGMENT
from ctct_migrate.mapping.rows import recorded
from ctct_migrate.resources.click_event import CLICK_EVENT as RESOURCE
from ctct_migrate.targets.v3.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(
    RESOURCE,
    "em_clicks",
    (
        recorded("LinkUrl", "/link_url", STRIPPED),
        recorded("Url", "/link_url", STRIPPED),
        recorded("LinkUrl/@id", "/url_id", URI_SEGMENT),
        recorded("Url/@id", "/url_id", URI_SEGMENT),
    ),
)
TABLE = DELIVERY.table
