"""ReportsSummary: how often a contact did what with the e-mails of a campaign (reference,
v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

REPORTS_SUMMARY = Resource(
    name="ReportsSummary",
    noun="reports summary",
    # Its id is the campaign's; the contact stands in its link alone, which is the server's way.
    collection="events/summary",
    author_may_be_empty=True,
    read_only=True,
)
