"""The v1 side: what v1 had, one folder for a resource, and the one list of them.

A new resource is a folder here, its schema in `schemas/v1`, and one line in `RESOURCES`.  Everything
else that lists resources is derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from types import MappingProxyType

from ctct_migrate.resources.activity import ACTIVITY
from ctct_migrate.resources.bounce_event import BOUNCE_EVENT
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.resources.click_event import CLICK_EVENT
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.resources.contact_list_member import CONTACT_LIST_MEMBER
from ctct_migrate.resources.email import EMAIL
from ctct_migrate.resources.event import EVENT
from ctct_migrate.resources.event.fee import FEE
from ctct_migrate.resources.event.sold import ATTRIBUTE, EVENT_STATUS, ITEM, PROMOCODE
from ctct_migrate.resources.folder import FOLDER
from ctct_migrate.resources.forward_event import FORWARD_EVENT
from ctct_migrate.resources.image import IMAGE
from ctct_migrate.resources.open_event import OPEN_EVENT
from ctct_migrate.resources.optout_event import OPTOUT_EVENT
from ctct_migrate.resources.registrant import REGISTRANT
from ctct_migrate.resources.reports_summary import REPORTS_SUMMARY
from ctct_migrate.resources.resource import Dialect, Reference, Resource
from ctct_migrate.resources.schedule import SCHEDULE
from ctct_migrate.resources.sent_event import SENT_EVENT

#: Every resource that is read, by the local name of its payload element.
RESOURCES: Mapping[str, Resource] = MappingProxyType(
    {
        resource.name: resource
        for resource in (
            CONTACT_LIST,
            CONTACT,
            CONTACT_LIST_MEMBER,
            EMAIL,
            ACTIVITY,
            CAMPAIGN,
            SCHEDULE,
            FOLDER,
            IMAGE,
            EVENT,
            REGISTRANT,
            SENT_EVENT,
            OPEN_EVENT,
            CLICK_EVENT,
            BOUNCE_EVENT,
            FORWARD_EVENT,
            OPTOUT_EVENT,
            REPORTS_SUMMARY,
        )
    }
)

#: What v1 had inside other resources, and targets have by itself.
PARTS: tuple[Resource, ...] = (FEE,)

#: What v1 did not have, and targets have: bodies that came from no document.
UNKNOWN_TO_V1: tuple[Resource, ...] = (ITEM, ATTRIBUTE, PROMOCODE, EVENT_STATUS)

#: Names of the payload elements, in the order of the list.
NAMES: tuple[str, ...] = tuple(RESOURCES)

#: The same resources by the name of the payload element as lxml has it (Clark notation).
BY_TAG: Mapping[str, Resource] = MappingProxyType(
    {tag: resource for resource in RESOURCES.values() for tag in resource.tags}
)

#: Other spellings of the payloads' names, with the names.
SPELLINGS: Mapping[str, str] = MappingProxyType(
    {other: resource.name for resource in RESOURCES.values() for other in resource.spellings}
)

#: The same resources, the parts, and what v1 did not have, by the name that they have in options, manifests and ledgers.
BY_SLUG: Mapping[str, Resource] = MappingProxyType(
    {resource.slug: resource for resource in (*RESOURCES.values(), *PARTS, *UNKNOWN_TO_V1)}
)


def sending_order() -> tuple[str, ...]:
    """Slugs of all resources, each after those that it refers to: the order of sending.  Raises
    `graphlib.CycleError` if the references of the list lead back to where they began."""
    named = {
        resource.slug: [
            reference.to for reference in resource.references if reference.to in BY_SLUG
        ]
        for resource in BY_SLUG.values()
    }
    return tuple(TopologicalSorter(named).static_order())


__all__ = [
    "BY_SLUG",
    "BY_TAG",
    "NAMES",
    "PARTS",
    "RESOURCES",
    "SPELLINGS",
    "UNKNOWN_TO_V1",
    "Dialect",
    "Reference",
    "Resource",
    "sending_order",
]
