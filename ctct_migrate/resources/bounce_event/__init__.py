"""BounceEvent: that an e-mail came back (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

BOUNCE_EVENT = tracking_event("BounceEvent", "bounce event", "bounces", counted=True)
