"""What a contact did with the e-mails of a campaign, in v2: a row of summaryByCampaign (reference,
mapping-v2, Event feeds; v2-resources, Tracking)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import COUNTER, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, dropped, ignored, recorded
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v2.target import V2

TABLE = Table(
    payload="ReportsSummary",
    resource="reports_summary",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The server left the contact out of the id, and has it in the link: no mistake.
        ignored("@id", "it repeats the campaign's"),
        recorded("Campaign/@id", "/campaign_id", id_of(CAMPAIGN)),
        recorded("Contact/@id", "/contact_id", id_of(CONTACT)),
        recorded("Sends", "/sends", COUNTER),
        recorded("Opens", "/opens", COUNTER),
        recorded("Clicks", "/clicks", COUNTER),
        recorded("Forwards", "/forwards", COUNTER),
        recorded("Bounces", "/bounces", COUNTER),
        dropped("OptOuts"),
        dropped("Contact/EmailAddress"),
        dropped("Campaign/Name"),
        ignored("Contact/atom:link", "it repeats the id", deep=True),
        ignored("Campaign/atom:link", "it repeats the id", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

DELIVERY = Delivery("reports_summary", TABLE, schema="reports_summary")
