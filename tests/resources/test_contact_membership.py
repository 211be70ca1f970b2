"""The lists of a contact: none, empty, of another account, and those that v1 kept itself."""

from __future__ import annotations

import pytest
from contact_documents import ACCOUNT, ADDRESS, BY_CONTACT, BY_OWNER, LISTS, contact, on_lists

from ctct_migrate import Severity, Shape, convert, fix, lint, read

EMPTY = "<ContactLists></ContactLists>"
OTHER = "http://api.constantcontact.com/ws/customers/elmbooks"


@pytest.mark.parametrize("lists", ["", EMPTY, "<ContactLists/>", "<ContactLists> </ContactLists>"])
@pytest.mark.parametrize("shape", [None, Shape.CREATE])
def test_a_new_contact_is_on_a_list(lists: str, shape: Shape | None) -> None:
    document = contact(ADDRESS, BY_OWNER, lists)
    (found,) = lint(document, shape)
    assert (found.code, found.severity) == ("CT332", Severity.ERROR)
    assert "CT332" in {each.code for each in convert(document).diagnostics}
    assert len(convert(document)) == 0


def test_of_a_contact_that_the_account_has_it_is_a_warning_until_a_body_is_asked_for() -> None:
    document = contact("<Status>Active</Status>", ADDRESS, BY_OWNER, EMPTY, number="7")
    (found,) = lint(document)
    assert (found.code, found.severity) == ("CT332", Severity.WARNING)
    (found,) = lint(document, Shape.CREATE)
    assert (found.code, found.severity) == ("CT332", Severity.ERROR)


@pytest.mark.parametrize("status", ["Removed", "Do Not Mail"])
def test_what_was_removed_is_on_no_list(status: str) -> None:
    document = contact(f"<Status>{status}</Status>", ADDRESS, BY_OWNER, EMPTY, number="7")
    assert lint(document) == []
    (record,) = convert(document, Shape.RECORD)
    assert "lists" not in record.body


def test_an_update_with_empty_lists_sends_them_and_says_so() -> None:
    made = convert(contact(ADDRESS, BY_OWNER, EMPTY, number="7"), Shape.UPDATE)
    assert made[0].body["lists"] == []
    assert "CT814" in {each.code for each in made.diagnostics}
    assert made.ok


def test_an_update_without_lists_is_refused() -> None:
    made = convert(contact(ADDRESS, BY_OWNER, number="7"), Shape.UPDATE)
    assert len(made) == 0
    assert "CT332" in {each.code for each in made.diagnostics}


@pytest.mark.parametrize("shape", [None, Shape.UPDATE])
def test_nobody_removes_itself(shape: Shape | None) -> None:
    document = contact(ADDRESS, BY_CONTACT, EMPTY, number="7")
    (found,) = (each for each in lint(document, shape) if each.code == "CT336")
    assert found.severity == Severity.ERROR
    fixed, applied = fix(document, unsafe=True)
    assert len(applied) == 1
    assert b"ACTION_BY_CUSTOMER" in fixed


@pytest.mark.parametrize("name", ["active", "do-not-mail", "removed"])
def test_a_list_that_v1_kept_itself_is_not_one_to_be_on(name: str) -> None:
    document = contact(ADDRESS, BY_OWNER, on_lists("1", name))
    (found,) = lint(document)
    assert found.code == "CT338"
    assert len(convert(document)) == 0
    fixed, _ = fix(document, unsafe=True)
    assert lint(read(fixed)) == []


@pytest.mark.parametrize(
    ("number", "lists", "wrong"),
    [
        ("7", on_lists("1", account=OTHER), 1),
        ("7", on_lists("1", "2", account=OTHER), 2),
        ("", LISTS.replace("</", f'<ContactList id="{OTHER}/lists/2"/></', 1), 1),
        ("", on_lists("1", account=OTHER), 0),
        ("7", on_lists("1", account=ACCOUNT.replace("maplebooks", "MapleBooks")), 0),
        ("7", on_lists("1", account=ACCOUNT.replace("http:", "https:")), 0),
    ],
)
def test_lists_are_of_the_account_of_the_contact(number: str, lists: str, wrong: int) -> None:
    document = contact(ADDRESS, BY_OWNER, lists, number=number)
    found = lint(document)
    assert [each.code for each in found] == ["CT337"] * wrong
    assert len(convert(document)) == (0 if wrong else 1)


@pytest.mark.parametrize("shape", Shape)
def test_a_list_that_is_named_twice_is_sent_once(shape: Shape) -> None:
    (made,) = convert(contact(ADDRESS, BY_OWNER, on_lists("3", "1", "3"), number="7"), shape)
    assert [each["id"] for each in made.body["lists"]] == ["3", "1"]
    reasons = {each.path: each.reason for each in made.accounting if "ContactList[3]" in each.path}
    assert "it is named before" in reasons.values()
    assert not any("no row" in reason for reason in reasons.values())
    places = {pointer for pointer in made.source_map if pointer.startswith("/lists/")}
    assert places == {"/lists/0", "/lists/0/id", "/lists/1", "/lists/1/id"}
