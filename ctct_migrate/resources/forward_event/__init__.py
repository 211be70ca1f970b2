"""ForwardEvent: that a contact forwarded an e-mail (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

FORWARD_EVENT = tracking_event("ForwardEvent", "forward event", "forwards")
