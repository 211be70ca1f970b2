"""What the events of campaigns and contacts have in common, of which v1 kept feeds (reference,
v1-resources, Campaign and contact event feeds)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource, slug_of


def tracking_event(
    name: str,
    noun: str,
    collection: str,
    spellings: frozenset[str] = frozenset(),
    *,
    counted: bool = False,
) -> Resource:
    """The resource of one kind of event; `collection` is the last part of the
    place of its feeds, `spellings` are other names of its payload; `counted` says that the report counts it over time."""
    return Resource(
        name=name,
        noun=noun,
        collection=f"events/{collection}",
        # The campaign's number, another number, and the time in milliseconds of the epoch.
        id_form=r"[0-9]+,[0-9A-Za-z]+,[0-9]+",
        author_may_be_empty=True,
        read_only=True,
        spellings=spellings,
        counted_as=collection if counted else "",
        rules="ctct_migrate.resources.tracking.rules",
        plain=f"ctct_migrate.resources.{slug_of(name)}.plain",
    )
