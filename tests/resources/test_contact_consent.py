"""Nobody is mailed who does not want to be: the statuses of a contact, and who put it on a list."""

from __future__ import annotations

import pytest
from contact_documents import ADDRESS, BY_CONTACT, BY_OWNER, LISTS, contact, with_child

from ctct_migrate import Choices, Severity, Shape, convert, lint, read
from ctct_migrate.resources.contact.standing import Standing, standing_of

#: What says that a contact may not be mailed, as servers and people write it.
UNWILLING = [
    "Do Not Mail", "DoNotMail", "do-not-mail", "DO NOT MAIL", "donotmail", "Removed", "REMOVED",
    "Unsubscribed", "OPTOUT", "opted out", "Bounced", "7", "-",
]  # fmt: skip
WILLING = ["Active", "", "Unconfirmed"]


@pytest.mark.parametrize("status", UNWILLING)
@pytest.mark.parametrize("safe_fixes", [False, True])
def test_a_contact_that_may_not_be_mailed_is_never_created(status: str, safe_fixes: bool) -> None:
    from ctct_migrate import fix

    document = with_child(f"<Status>{status}</Status>")
    if safe_fixes:
        document = read(fix(document)[0])
    conversion = convert(document)
    assert len(conversion) == 0
    assert {each.code for each in conversion.diagnostics} & {"CT330", "CT810", "CT811"}


@pytest.mark.parametrize("status", WILLING)
def test_others_are_created(status: str) -> None:
    assert len(convert(with_child(f"<Status>{status}</Status>"))) == 1


@pytest.mark.parametrize("status", UNWILLING)
def test_a_record_is_made_whatever_the_status(status: str) -> None:
    (record,) = convert(with_child(f"<Status>{status}</Status>"), Shape.RECORD)
    words = {Standing.REMOVED: "REMOVED", Standing.DO_NOT_MAIL: "OPTOUT"}
    standing = standing_of(status)
    # In another letter case it is not one of v1's words, and yet read.
    assert record.body.get("status") == words.get(standing)


@pytest.mark.parametrize(
    ("status", "shape", "code", "severity"),
    [
        ("Do Not Mail", Shape.CREATE, "CT810", Severity.ERROR),
        ("Do Not Mail", Shape.UPDATE, "CT810", Severity.ERROR),
        ("Removed", Shape.CREATE, "CT811", Severity.ERROR),
        ("Removed", Shape.UPDATE, "CT811", Severity.WARNING),
        ("Unconfirmed", Shape.CREATE, "CT812", Severity.WARNING),
        ("Unconfirmed", Shape.UPDATE, "CT812", Severity.WARNING),
    ],
)
def test_what_is_said_of_a_status_where_it_stands(
    status: str, shape: Shape, code: str, severity: Severity
) -> None:
    document = with_child(f"<Status>{status}</Status>", number="7")
    (found,) = (each for each in lint(document, shape) if each.code == code)
    assert found.severity == severity
    data = document.source.data
    assert data[found.span.start.offset : found.span.end.offset].decode() == status


@pytest.mark.parametrize("status", ["Active", "Unconfirmed", "Removed", "Do Not Mail"])
def test_nothing_is_said_of_a_status_where_no_request_is_asked_for(status: str) -> None:
    document = with_child(f"<Status>{status}</Status>", number="7")
    assert lint(document) == []
    assert lint(document, Shape.RECORD) == []


@pytest.mark.parametrize("status", ["Unconfirmed", "Active"])
@pytest.mark.parametrize("said", ["true", "false"])
@pytest.mark.parametrize("shape", Shape)
def test_nobody_is_said_to_have_confirmed_who_has_not(status: str, said: str, shape: Shape) -> None:
    document = with_child(
        f"<Status>{status}</Status>", f"<Confirmed>{said}</Confirmed>", number="7"
    )
    (made,) = convert(document, shape)
    sent = made.body.get("confirmed")
    if status == "Unconfirmed" and said == "true" and shape is not Shape.RECORD:
        assert sent is None
        (dropped,) = (each for each in made.dropped if each.path.endswith("Confirmed"))
        assert "Unconfirmed" in dropped.reason
    else:
        assert sent is (said == "true")


@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.UPDATE])
def test_a_welcome_is_told_of_and_can_be_left_out(shape: Shape) -> None:
    document = contact(ADDRESS, BY_CONTACT, LISTS, number="7")
    made = convert(document, shape)
    assert "CT813" in {each.code for each in made.diagnostics}
    assert made[0].request == {"action_by": "ACTION_BY_VISITOR"}
    owner = convert(document, shape, choices=Choices(opt_in_by="owner"))
    assert "CT813" not in {each.code for each in owner.diagnostics}


@pytest.mark.parametrize("name", ["optinsource", "OptInSourse", "Opt_In_Source"])
def test_a_welcome_is_told_of_under_a_misspelt_name(name: str) -> None:
    source = BY_CONTACT.replace("OptInSource", name)
    found = lint(contact(ADDRESS, source, LISTS), Shape.CREATE)
    assert {each.code for each in found} == {"CT302", "CT813"}


@pytest.mark.parametrize("source", ["", "<OptInSource/>", BY_OWNER])
def test_without_a_source_the_owner_acts(source: str) -> None:
    made = convert(contact(ADDRESS, source, LISTS))
    assert made[0].request == {"action_by": "ACTION_BY_OWNER"}
    assert made.ok


def test_a_record_has_no_request_and_says_who_acted() -> None:
    (record,) = convert(contact(ADDRESS, BY_CONTACT, LISTS), Shape.RECORD)
    assert not record.request
    assert record.body["email_addresses"][0]["opt_in_source"] == "ACTION_BY_VISITOR"


@pytest.mark.parametrize(("first", "second"), [(BY_OWNER, BY_CONTACT), (BY_CONTACT, BY_OWNER)])
@pytest.mark.parametrize("shape", Shape)
def test_of_two_sources_the_first_counts(first: str, second: str, shape: Shape) -> None:
    made = convert(contact(first, ADDRESS, second, LISTS, number="7"), shape)
    alone = convert(contact(first, ADDRESS, LISTS, number="7"), shape)
    assert made[0].body == alone[0].body
    assert made[0].request == alone[0].request
    assert made.ok
    (repeated,) = (each for each in made.diagnostics if each.code == "CT303")
    assert "the first one counts" in repeated.message
    reasons = [each.reason for each in made[0].accounting if "OptInSource" in each.path]
    assert reasons.count("the first one counts") == 1


def test_two_equal_sources_are_made_one() -> None:
    from ctct_migrate import fix

    document = contact(BY_OWNER, ADDRESS, BY_OWNER, LISTS)
    once, applied = fix(document)
    assert len(applied) == 1
    assert lint(read(once)) == []


# -- listings -------------------------------------------------------------------------------------


def listing(*more: str) -> bytes:
    text = contact(
        "<Status>Active</Status>", ADDRESS, "<EmailType>HTML</EmailType>",
        "<Name>Reader, Rita</Name>", "<OptInTime>2010-04-21T18:35:34.066Z</OptInTime>", BY_OWNER, *more,
        number="7",
    ).source.text.replace(' xmlns="http://www.w3.org/2005/Atom"', "", 1)  # fmt: skip
    return f"""\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/maplebooks/contacts</id>
  <title type="text">Contacts</title>
  <author><name>maplebooks</name></author>
  <updated>2010-09-28T05:22:42.000Z</updated>
{text}</feed>
""".encode()


@pytest.mark.parametrize(
    ("more", "shape", "codes", "bodies"),
    [
        ((), None, {"CT415"}, 0),
        ((), Shape.CREATE, {"CT415"}, 0),
        ((), Shape.UPDATE, {"CT415", "CT803"}, 0),
        ((), Shape.RECORD, set(), 1),
        ((LISTS,), Shape.CREATE, {"CT815"}, 1),
        ((LISTS,), Shape.UPDATE, {"CT815", "CT803"}, 0),
        ((LISTS,), Shape.RECORD, set(), 1),
        (("<FirstName>Rita</FirstName>", LISTS), Shape.CREATE, set(), 1),
    ],
)
def test_what_can_be_made_of_a_listing(
    more: tuple[str, ...], shape: Shape | None, codes: set[str], bodies: int
) -> None:
    document = read(listing(*more))
    assert {each.code for each in lint(document, shape)} == codes
    assert shape is None or len(convert(document, shape)) == bodies
