"""Campaign: an e-mail campaign (reference, v1-atom, Campaign)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Reference, Resource

CAMPAIGN = Resource(
    name="Campaign",
    noun="campaign",
    collection="campaigns",
    key="Name",
    listed=frozenset({"Name", "Status", "Date"}),
    references=(Reference("contact_list", ("ContactLists/ContactList*/@id",)),),
    wording={"ids": "CT323"},
    sample_ids=frozenset({"1100546096289"}),
)
