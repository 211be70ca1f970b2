"""That a contact forwarded an e-mail, in v2: a row of tracking (reference, mapping-v2, Event feeds; v2-resources, Tracking)."""

from __future__ import annotations

from ctct_migrate.resources.forward_event import FORWARD_EVENT as RESOURCE
from ctct_migrate.targets.v2.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(RESOURCE, "EMAIL_FORWARD", "forward_date")
TABLE = DELIVERY.table
