"""ClickEvent: that a contact clicked a link in an e-mail (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

CLICK_EVENT = tracking_event("ClickEvent", "click event", "clicks", counted=True)
