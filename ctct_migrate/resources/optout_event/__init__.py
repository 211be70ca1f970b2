"""OptoutEvent: that a contact unsubscribed (reference, v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.tracking import tracking_event

OPTOUT_EVENT = tracking_event("OptoutEvent", "opt-out event", "optouts", frozenset({"OptOutEvent"}))
