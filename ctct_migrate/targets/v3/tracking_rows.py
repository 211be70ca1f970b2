"""What v3's records of tracking have in common (reference, mapping-v3, Feeds, library, events;
v3-contract, Reports).

The ids are v1's numbers, which v3 says the ids of (`campaign_id_xrefs`, `contact_id_xrefs`): nothing
is sent, so that nothing has to be looked up.
"""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, UTC_DATE, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import NONE, Row, Table, dropped, ignored, recorded
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.resources.resource import OWN_PATHS, Resource
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v3.target import V3

_NO_ID = "an activity of {target} has no id of its own"


def tracking_delivery(
    resource: Resource, activity_type: str, more: tuple[Row, ...] = ()
) -> Delivery:
    """The delivery of one kind of event: `activity_type` is what v3 calls it, `more` are the rows of
    its own elements."""
    own = id_of(resource)
    table = Table(
        payload=resource.name,
        resource=resource.slug,
        target=V3.title,
        contract=V3.contract,
        rows=(
            Row("@id", "", own, NONE, None, Fate.DROPPED, _NO_ID, number=True),
            *(
                Row(path, "", own, NONE, None, Fate.IGNORED, "it repeats the id", number=True)
                for path in OWN_PATHS[1:]
            ),
            recorded("Contact/@id", "/contact_id", id_of(CONTACT)),
            recorded("Campaign/@id", "/campaign_activity_id", id_of(CAMPAIGN)),
            recorded("Contact/EmailAddress", "/email_address", STRIPPED),
            *more,
            recorded("EventTime", "/created_time", UTC_DATE),
            dropped("Campaign/Name"),
            ignored("Contact/atom:link", "it repeats the id", deep=True),
            ignored("Campaign/atom:link", "it repeats the id", deep=True),
            ignored("atom:link", "it repeats the id", deep=True),
            *ENVELOPE,
        ),
        added={Shape.RECORD: {"/tracking_activity_type": activity_type}},
    )
    return Delivery(resource.slug, table, schema=resource.slug)
