"""The table of schedules (reference, mapping-v3, Schedule; v3-contract, Schedules).

What is scheduled is the activity of a campaign.  v3 has no number of a schedule, and no way to
change one: it is taken away, and made anew.
"""

from __future__ import annotations

from ctct_migrate.mapping.codecs import CAMPAIGN_NUMBER, UTC_DATE
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import NONE, Row, Table, sent
from ctct_migrate.targets import account_rules
from ctct_migrate.targets.account_facts import OwnerPart, Stage
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v3.target import V3

#: What becomes of the campaign's number.
_NAMES_IT = "it names the campaign, whose activity the URL has in {target}"

TABLE = Table(
    payload="Schedule",
    resource="schedule",
    target=V3.title,
    contract=V3.contract,
    rows=(
        *(
            Row(path, "", CAMPAIGN_NUMBER, NONE, reason=_NAMES_IT, number=True)
            for path in ("@id", "entry/id", "entry/link[edit]/@href")
        ),
        sent("ScheduledTime", "/scheduled_date", UTC_DATE),
        *ENVELOPE,
    ),
)

_PATH = "emails/activities/{activity}/schedules"

_CREATE = Step(
    "create",
    "POST",
    _PATH,
    keeps={"scheduled_date": "/scheduled_date"},
    recovery=Recovery.READ,
    confirmed=True,
)

#: A campaign that was sent is sent again by another schedule (reference, mapping-v3, Crash recovery).
_STAGE = Stage(
    "emails/activities/{activity}",
    "/current_status",
    open=frozenset({"draft"}),
    placed=frozenset({"scheduled"}),
    over=frozenset({"executing", "done"}),
    rule=account_rules.NOT_SENT_AGAIN,
    history="emails/activities/{activity}/send_history",
    moment="/run_date",
    reason="/reason_code",
)

#: Reference, v3-contract, Schedules.
DELIVERY = Delivery(
    "schedule",
    TABLE,
    schema="schedule",
    create=(_CREATE,),
    update=(Step("delete", "DELETE", _PATH, recovery=Recovery.READ), _CREATE),
    collection=Collection(_PATH),
    privileges={
        "list": "campaign:read",
        "GET": "campaign:read",
        "POST": "campaign:send",
        "DELETE": "campaign:send",
    },
    future="/scheduled_date",
    stage=_STAGE,
    owner_part=OwnerPart(
        "/lists",
        account_rules.OWNER_WITHOUT_LISTS,
        "{owner} names no contact list",
        "it names no contact list, and {placed} schedules it",
    ),
)
