"""What a contact did with the e-mails of a campaign, in v3: a row of the contact's activity summary
(reference, mapping-v3, Feeds, library, events; v3-contract, Reports)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import COUNTER, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, dropped, ignored, recorded
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v3.target import V3

TABLE = Table(
    payload="ReportsSummary",
    resource="reports_summary",
    target=V3.title,
    contract=V3.contract,
    rows=(
        # The server left the contact out of the id, and has it in the link: no mistake.
        ignored("@id", "it repeats the campaign's"),
        recorded("Contact/@id", "/contact_id", id_of(CONTACT)),
        recorded("Campaign/@id", "/campaign_activity_id", id_of(CAMPAIGN)),
        recorded("Sends", "/em_sends", COUNTER),
        recorded("Opens", "/em_opens", COUNTER),
        recorded("Clicks", "/em_clicks", COUNTER),
        recorded("Forwards", "/em_forwards", COUNTER),
        recorded("Bounces", "/em_bounces", COUNTER),
        recorded("OptOuts", "/em_unsubscribes", COUNTER),
        dropped("Contact/EmailAddress"),
        dropped("Campaign/Name"),
        ignored("Contact/atom:link", "it repeats the id", deep=True),
        ignored("Campaign/atom:link", "it repeats the id", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

DELIVERY = Delivery("reports_summary", TABLE, schema="reports_summary")
