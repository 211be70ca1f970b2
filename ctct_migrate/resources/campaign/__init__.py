"""Campaign: an e-mail campaign (reference, v1-atom, Campaign)."""

from __future__ import annotations

from ctct_migrate.resources.campaign.element_aliases import ALIASES
from ctct_migrate.resources.resource import Quotation, Reference, Resource

CAMPAIGN = Resource(
    name="Campaign",
    noun="campaign",
    collection="campaigns",
    key="Name",
    listed=frozenset({"Name", "Status", "Date"}),
    references=(Reference("contact_list", ("ContactLists/ContactList*/@id",)),),
    quotations=(
        Quotation("email", "FromEmail", "EmailAddress", "Email"),
        Quotation("email", "ReplyToEmail", "EmailAddress", "Email"),
    ),
    sample_ids=frozenset({"1100546096289"}),
    wording={
        "ids": "CT323",
        "GreetingName": "CT310",
        "CampaignStatus": "CT312",
        "StateCode": "CT313",
        "CountryCode": "CT314",
        "CampaignType": "CT315",
        "ContentFormat": "CT316",
        "ArchiveStatus": "CT317",
    },
    missing={
        "Name": "CT401",
        "Subject": "CT402",
        "FromName": "CT403",
        "FromEmail": "CT404",
        "EmailContent": "CT405",
        "EmailTextContent": "CT406",
        "OrganizationState": "CT407",
        "PermissionReminderText": "CT408",
        "ViewAsWebpageLinkText": "CT409",
        "ViewAsWebpageText": "CT409",
        "ForwardEmailLinkText": "CT410",
        "SubscribeLinkText": "CT411",
        "EmailContentFormat": "CT412",
    },
    aliases=ALIASES,
    rules="ctct_migrate.resources.campaign.rules",
    plain="ctct_migrate.resources.campaign.plain",
)
