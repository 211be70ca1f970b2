"""That an e-mail was sent to a contact, in v3: a row of tracking (reference, mapping-v3, Feeds, library, events; v3-contract, Reports)."""

from __future__ import annotations

from ctct_migrate.resources.sent_event import SENT_EVENT as RESOURCE
from ctct_migrate.targets.v3.tracking_rows import tracking_delivery

DELIVERY = tracking_delivery(RESOURCE, "em_sends")
TABLE = DELIVERY.table
