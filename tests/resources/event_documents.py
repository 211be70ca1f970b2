"""Documents of v1's second dialect for tests: events, registrants, folders, images."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from ctct_migrate import Choices, Document, read

ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
URI = "tag:api.constantcontact.com,2010:/ws/customers/joe"
DATA = Path(__file__).parent / "events"
SAMPLES = Path(__file__).parents[2] / "samples"

#: What v1 does not have and v2 needs of an event.
CHOICES = Choices(event_time_zone="US/Eastern", event_contact="Ada Lunt")


def entry(payload: str, place: str = "") -> Document:
    """The document of one payload; `place` is where it is in the account, empty for a new one."""
    named = (
        f'<atom:id>{URI}/{place}</atom:id><atom:link rel="edit" href="/ws/customers/joe/{place}"/>'
    )
    inner = f"{named if place else ''}<atom:content>{payload}</atom:content>"
    return read(f"<atom:entry {ATOM}>{inner}</atom:entry>".encode())


def event(*children: str, place: str = "events/a07e2") -> Document:
    """An event with these children besides what every event has."""
    given = "".join(children)
    usual = {
        "Name": "Regatta", "Title": "The regatta", "StartDate": "2011-07-09T09:00:00-04:00",
        "EndDate": "2011-07-09T17:00:00-04:00",
    }  # fmt: skip
    more = "".join(f"<{n}>{text}</{n}>" for n, text in usual.items() if f"<{n}>" not in given)
    return entry(f"<Event>{more}{given}</Event>", place)


def fee(label: str, amount: str, scope: str = "BOTH", more: str = "") -> str:
    """One fee."""
    return f"<EventFee><Label>{escape(label)}</Label><Fee>{escape(amount)}</Fee>{more}<FeeScope>{scope}</FeeScope></EventFee>"


def registration(*fees: str, more: str = "") -> str:
    """One kind of registration."""
    return f"<RegistrationType>{more}<EventFees>{''.join(fees)}</EventFees></RegistrationType>"


def registrations(*kinds: str) -> str:
    """All kinds of registration of an event."""
    return f"<RegistrationTypes>{''.join(kinds)}</RegistrationTypes>"
