"""Activity: a job about many contacts, as the server tells how it went (reference, v1-resources,
Activity).  What asked for it was a form, and no document of v1's."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

ACTIVITY = Resource(
    name="Activity",
    noun="activity",
    collection="activities",
    id_form=r"[0-9A-Za-z]+",
    author_may_be_empty=True,
    read_only=True,
)
