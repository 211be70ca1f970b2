"""SentEvent: that an e-mail was sent to a contact (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

SENT_EVENT = tracking_event("SentEvent", "sent event", "sends")
