"""Which resource a document is, and which others it names: for every resource by its declaration."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE

from ctct_migrate import convert, lint, read
from ctct_migrate.mapping.ids import naming, references_of
from ctct_migrate.resources import RESOURCES

LISTS = "http://api.constantcontact.com/ws/customers/joe/lists"


def contact_list(own: str, entry: str = "data:,", link: str = "/ws/customers/joe/lists") -> bytes:
    """A contact list with these three ids."""
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="{link}" rel="edit"/>
  <id>{entry}</id>
  <title type="text">Gardeners</title>
  <updated>2010-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{own}">
      <Name>Gardeners</Name>
    </ContactList>
  </content>
</entry>
""".encode()


def codes(data: bytes, shape: str) -> list[tuple[str, str]]:
    return [
        (each.code, each.severity.value)
        for each in lint(read(data), shape)
        if each.code in ("CT216", "CT217", "CT322")
    ]


FILLERS = {
    "zero": (f"{LISTS}/0", LISTS, "/ws/customers/joe/lists/0"),
    "zeros": (f"{LISTS}/00000", "data:,", "/ws/customers/joe/lists"),
    "the collection": (LISTS, LISTS, "/ws/customers/joe/lists"),
}


@pytest.mark.parametrize("ids", FILLERS.values(), ids=FILLERS)
def test_a_filler_makes_a_list_a_create(ids: tuple[str, str, str]) -> None:
    (payload,) = convert(read(contact_list(*ids)))
    assert payload.number is None
    assert not convert(read(contact_list(*ids)), "update")
    errors = codes(contact_list(*ids), "update")
    assert errors == [("CT217" if ids[0] == LISTS else "CT322", "error")]


DISAGREE = {
    "payload and entry": (f"{LISTS}/7", f"{LISTS}/8", "/ws/customers/joe/lists/7"),
    "payload and link": (f"{LISTS}/7", "data:,", "/ws/customers/joe/lists/8"),
    "all three": (f"{LISTS}/7", f"{LISTS}/8", "/ws/customers/joe/lists/9"),
}


@pytest.mark.parametrize("ids", DISAGREE.values(), ids=DISAGREE)
def test_ids_that_disagree_stop_an_update_and_warn_otherwise(ids: tuple[str, str, str]) -> None:
    data = contact_list(*ids)
    assert codes(data, "create") == [("CT216", "warning")]
    assert codes(data, "update") == [("CT216", "error")]
    (payload,) = convert(read(data))
    assert payload.number == ids[0].rpartition("/")[2]
    assert not convert(read(data), "update")


def test_ids_that_agree_name_the_list() -> None:
    data = contact_list(f"{LISTS}/7", f"{LISTS}/7", "/ws/customers/joe/lists/7")
    assert codes(data, "update") == []
    assert convert(read(data), "update")[0].number == "7"


def test_a_sample_id_is_a_filler_for_its_own_resource_alone() -> None:
    readings = {"@id": "1100546096289", "entry/id": None}
    assert naming(RESOURCES["Campaign"], readings) == {}
    assert naming(RESOURCES["ContactList"], readings) == {"@id": "1100546096289"}
    assert naming(RESOURCES["Campaign"], readings, own=False) == {"@id": "1100546096289"}


def test_a_schedule_names_its_campaign() -> None:
    (payload,) = convert(read(SCHEDULE.encode()))
    assert payload.number == "1"  # its own
    assert payload.references == {"campaign": ("1100546096289",)}


@pytest.mark.parametrize(
    ("ids", "named"),
    [(["11"], ("11",)), (["11", "7", "11"], ("11", "7")), (["0"], None), (["11", "0"], ("11",))],
)
def test_a_campaign_names_its_lists(ids: list[str], named: tuple[str, ...] | None) -> None:
    inner = "".join(f'<ContactList id="{LISTS}/{id}"/>' for id in ids)
    start, end = CAMPAIGN.index("<ContactLists>"), CAMPAIGN.index("</ContactLists>")
    data = f"{CAMPAIGN[:start]}<ContactLists>{inner}{CAMPAIGN[end:]}".encode()
    root = read(data).root
    assert root is not None
    payload = next(root.iter("{*}Campaign"))
    found = references_of(RESOURCES["Campaign"], payload, root)
    assert found == ({"contact_list": named} if named else {})
    assert [each.references for each in convert(read(data))] in ([found], [])


@pytest.mark.parametrize(
    "uri", ["tag:api.constantcontact.com,2010:/ws/customers/joe/lists/7", "lists/7?x", " lists/7 "]
)
def test_an_id_is_found_in_any_form_of_its_uri(uri: str) -> None:
    assert RESOURCES["ContactList"].id_in(uri) == "7"


@pytest.mark.parametrize("uri", ["", LISTS, f"{LISTS}/", f"{LISTS}/x1", f"{LISTS}/7x", "mylists/7"])
def test_a_uri_without_an_id_names_nothing(uri: str) -> None:
    assert RESOURCES["ContactList"].id_in(uri) is None
