"""CT005: a service document is reported as the one that it is."""

from __future__ import annotations

import pytest

from ctct_migrate import lint, read

APP = "http://www.w3.org/2007/app"


def document(title: str, *places: str, base: str = "") -> bytes:
    listed = "".join(f'<collection href="{place}"/>' for place in places)
    workspace = f"<workspace><a:title>{title}</a:title>{listed}</workspace>"
    xml = f' xml:base="{base}"' if base else ""
    return f'<service xmlns="{APP}" xmlns:a="http://www.w3.org/2005/Atom"{xml}>{workspace}</service>'.encode()


WHICH = [
    (document("x", "lists", "activities", "contacts"), "of an account"),
    (document("Events", "/ws/customers/joe/campaigns/5/events/sends"), "of campaign 5"),
    (document("Events", "/ws/customers/joe/contacts/7/events/opens"), "of contact 7"),
    (document("Events of a Campaign", "sends", "opens"), "of a campaign"),
    (document("Events", "opens", "summary"), "of a contact,"),
    (document("Events", "opens", "bounces"), "of a campaign or a contact"),
    (document("x", "opens", base="http://x/ws/customers/joe/campaigns/5/events/"), "of campaign 5"),
    (document("x"), "this one lists none"),
    (document("x", "", "?"), "this one lists none"),
    (document("x", *(f"things{n}" for n in range(40))), "`things11`, …"),
    (document("x", "opens").replace(b"service", b"app:service").replace(b"xmlns=", b"xmlns:app="), "of a campaign or"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "which"), WHICH)
def test_it_is_said_which_it_is(data: bytes, which: str) -> None:
    (found,) = lint(read(data))
    assert found.code == "CT005"
    assert which in found.message
    assert found.help


def test_the_help_names_what_the_feeds_hold() -> None:
    (found,) = lint(read(document("Events", "optouts", "clicks")))
    assert (
        "`optouts` holds OptoutEvent entries and `clicks` holds ClickEvent entries" in found.help[0]
    )
