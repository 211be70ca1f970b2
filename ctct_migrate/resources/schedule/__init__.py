"""Schedule: when a campaign is sent (reference, v1-atom, Schedule)."""

from __future__ import annotations

from ctct_migrate.resources.resource import OWN_PATHS, Reference, Resource

SCHEDULE = Resource(
    name="Schedule",
    noun="schedule",
    collection="campaigns/{campaign}/schedules",
    singleton="1",
    references=(Reference("campaign", OWN_PATHS, owner=True, required=True),),
    wording={"@id": "CT614"},
    missing={"ScheduledTime": "CT414"},
    aliases={
        "scheduleddate": "ScheduledTime",
        "scheduletime": "ScheduledTime",
        "sendtime": "ScheduledTime",
        "senddate": "ScheduledTime",
    },
    rules="ctct_migrate.resources.schedule.rules",
    plain="ctct_migrate.resources.schedule.plain",
)
