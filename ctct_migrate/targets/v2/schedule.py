"""The table of schedules (reference, v1-atom, Schedule; v2-contract, Schedule).

The number of the campaign that a schedule belongs to stands in its id, in the entry's id and in
the edit link, and in nothing else; readings that differ are an error.
"""

from __future__ import annotations

from ctct_migrate.mapping.codecs import CAMPAIGN_NUMBER, DATE, SCHEDULE_NUMBER
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import NONE, Row, Table, recorded, sent
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import deleted

#: What becomes of the campaign's number.
_NAMES_IT = "it names the campaign, as the URL does in {target}"

SCHEDULE = Table(
    payload="Schedule",
    resource="schedule",
    target=V2.title,
    contract=V2.contract,
    rows=(
        recorded("@id", "/id", SCHEDULE_NUMBER),
        *(
            Row(path, "", CAMPAIGN_NUMBER, NONE, reason=_NAMES_IT, number=True)
            for path in ("@id", "entry/id", "entry/link[edit]/@href")
        ),
        sent("ScheduledTime", "/scheduled_date", DATE),
        *ENVELOPE,
    ),
)

_PATH = "emailmarketing/campaigns/{campaign}/schedules"

_KEEPS = {"id": "/id", "scheduled_date": "/scheduled_date"}

#: Reference, v2-contract, Endpoints.
DELIVERY = Delivery(
    "schedule",
    SCHEDULE,
    schema="schedule",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps=_KEEPS,
            recovery=Recovery.READ,
            answers=("id", "scheduled_date"),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            f"{_PATH}/{{id}}",
            keeps=_KEEPS,
            recovery=Recovery.READ,
            answers=("id", "scheduled_date"),
        ),
    ),
    remove=deleted(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH),
    privileges={
        "list": "campaign:read",
        "GET": "campaign:read",
        "POST": "campaign:activate",
        "PUT": "campaign:activate",
        "DELETE": "campaign:activate",
    },
    future="/scheduled_date",
)
