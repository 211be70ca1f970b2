"""OpenEvent: that a contact opened an e-mail (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

OPEN_EVENT = tracking_event("OpenEvent", "open event", "opens", counted=True)
