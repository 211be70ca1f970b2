"""What v2's rows of tracking have in common (reference, mapping-v2, Event feeds; v2-resources,
Tracking)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import DATE, STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import NONE, Row, Table, dropped, ignored, recorded
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.resources.resource import OWN_PATHS, Resource
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v2.target import V2

_NO_ID = "a row of {target} has no id of its own"


def tracking_delivery(
    resource: Resource, activity_type: str, date: str, more: tuple[Row, ...] = ()
) -> Delivery:
    """The delivery of one kind of event: `activity_type` is what the row says that it is, `date`
    the name of the property that says when it was; `more` are the rows of its own elements."""
    own = id_of(resource)
    table = Table(
        payload=resource.name,
        resource=resource.slug,
        target=V2.title,
        contract=V2.contract,
        rows=(
            Row("@id", "", own, NONE, None, Fate.DROPPED, _NO_ID, number=True),
            *(
                Row(path, "", own, NONE, None, Fate.IGNORED, "it repeats the id", number=True)
                for path in OWN_PATHS[1:]
            ),
            recorded("Campaign/@id", "/campaign_id", id_of(CAMPAIGN)),
            recorded("Contact/@id", "/contact_id", id_of(CONTACT)),
            recorded("Contact/EmailAddress", "/email_address", STRIPPED),
            recorded("EventTime", f"/{date}", DATE),
            *more,
            dropped("Campaign/Name"),
            ignored("Contact/atom:link", "it repeats the id", deep=True),
            ignored("Campaign/atom:link", "it repeats the id", deep=True),
            ignored("atom:link", "it repeats the id", deep=True),
            *ENVELOPE,
        ),
        added={Shape.RECORD: {"/activity_type": activity_type}},
    )
    return Delivery(resource.slug, table, schema=resource.slug)
