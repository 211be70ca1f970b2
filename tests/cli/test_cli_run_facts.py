"""What documents of a run say of each other besides consent: lists, contacts, members, addresses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from account_documents import (
    URI,
    account_address,
    contact,
    contact_list,
    feed,
    form,
    member,
    opted_out,
)
from cli_documents import GOOD

ADDRESSES = feed(
    [account_address("joe@example.com", 7), account_address("new@example.com", 8, "Pending")],
    "settings/emailaddresses",
)


def campaign(sender: str, lists: str = "") -> str:
    good = GOOD.replace("joesflowers", "joe")
    found = re.sub(r"(?s)<FromEmail>.*?</FromEmail>", f"<FromEmail>{sender}</FromEmail>", good)
    found = re.sub(r"(?s)<ReplyToEmail>.*?</ReplyToEmail>", "", found)
    return found.replace("    </Campaign>", f"    {lists}</Campaign>")


def link(number: int) -> str:
    return f'<Email id="{URI}/settings/emailaddresses/{number}"/>'


@pytest.fixture
def found(run, folder):
    """The concise lines of `lint` about these documents that are from the rules of runs, without
    message; and the codes that `convert` reports have to be the same."""

    def linted(*options: str, **documents: str) -> list[str]:
        for name, text in documents.items():
            Path(f"{name}.xml").write_text(text, encoding="utf-8")
        names = [f"{name}.xml" for name in documents]
        _, out, _ = run("lint", "--format", "concise", *options, *names)
        lines = [line for line in out.splitlines() if re.search(r" CT6[23]\d ", line)]
        _, _, err = run("convert", "--shape", "record", *names)
        converted = re.findall(r"\[(CT6[23]\d)\]", err)
        assert sorted(converted) == sorted(line.split()[1] for line in lines), err
        return [
            f"{line.split(':')[0]} {line.split()[1]}: {line.split(': ', 2)[2]}" for line in lines
        ]

    return linted


# -- lists -----------------------------------------------------------------------------------------


def test_a_list_that_is_missing_is_reported_once(found) -> None:
    assert found(
        a=contact("a@example.org", (3, 4)), b=contact("b@example.org", (4, 5)), l=contact_list(3)
    ) == [
        "a.xml CT625: contact list `4` is not in this run",
        "b.xml CT625: contact list `5` is not in this run",
    ]


def test_where_the_run_has_no_list_none_is_missing(found) -> None:
    assert found(a=contact("a@example.org", (3, 4)), b=contact("b@example.org", (5,))) == []


def test_the_number_of_documents_that_name_it_is_said(run, folder) -> None:
    for number in range(4):
        Path(f"c{number}.xml").write_text(contact(f"p{number}@example.org", (9,)))
    Path("l.xml").write_text(contact_list(3))
    _, out, _ = run("lint", ".", "--format", "text", "--select", "CT625")
    assert "taken for an id that the account has; 4 documents name it" in out


def test_lists_of_campaigns_are_missing_too(found) -> None:
    named = f'<ContactLists><ContactList id="{URI}/lists/6"/></ContactLists>'
    sender = f"{link(7)}<EmailAddress>joe@example.com</EmailAddress>"
    assert found(c=campaign(sender, named), l=contact_list(3)) == [
        "c.xml CT625: contact list `6` is not in this run"
    ]
    assert found(c=campaign(sender, named), l=contact_list(6)) == []


def test_lists_that_v1_made_itself_are_no_lists_of_the_run(found) -> None:
    system = feed([contact_list(3).replace('lists/3"', 'lists/active"').replace("lists/3<", "lists/active<").replace(' xmlns="http://www.w3.org/2005/Atom"', "")], "lists")  # fmt: skip
    assert found(a=contact("a@example.org", (4,)), l=system) == []


# -- contacts --------------------------------------------------------------------------------------


def test_two_contacts_with_one_address(found) -> None:
    assert found(
        a=contact("Bob@Example.org"), b=contact("eve@example.org"), c=contact(" bob@example.ORG")
    ) == ["c.xml CT626: `bob@example.ORG` is the address of another contact of this run too"]


def test_within_a_feed_and_across_files(found) -> None:
    entries = [contact(f"{name}@example.org", alone=False) for name in ("a", "b", "A", "c")]
    lines = found(f=feed(entries), z=contact("C@example.org"))
    assert [line.split(":")[0] for line in lines] == ["f.xml CT626", "z.xml CT626"]


def test_an_opted_out_contact_is_not_called_a_second_one(found) -> None:
    assert found(a=opted_out("a@example.org"), b=opted_out("b@example.org", 8)) == []


def test_the_same_document_twice_by_number_is_reported_once(run, folder) -> None:
    for name in "ab":
        Path(f"{name}.xml").write_text(contact("a@example.org", number=7))
    _, _, err = run("convert", "a.xml", "b.xml")
    assert "warning[CT626]" in err
    assert "CT616" not in err


def test_a_suppression_by_configuration_holds(found) -> None:
    Path("pyproject.toml").write_text('[tool.ctct-migrate]\nignore = ["CT626"]\n')
    assert found(a=contact("a@example.org"), b=contact("a@example.org")) == []


def test_comments_switch_off_what_is_no_matter_of_consent(found, run) -> None:
    def with_comment(text: str) -> str:
        return f"<!-- ctct-migrate: ignore-file CT626, CT627 -->\n{text}"

    documents = {name: with_comment(contact("a@example.org")) for name in "ab"}
    assert found(**documents) == []
    _, out, _ = run("lint", "--format", "concise", "a.xml", "b.xml")
    assert "CT090" not in out
    Path("o.xml").write_text(opted_out("a@example.org"))
    _, _, err = run("convert", "a.xml", "o.xml")
    assert "error[CT627]" in err


# -- members ---------------------------------------------------------------------------------------


def test_members_that_are_no_contact_of_the_run(found) -> None:
    members = feed([member(f"{n}@example.org", 3, k) for k, n in enumerate("abc", 1)], "lists/3/members")  # fmt: skip
    lines = found(m=members, a=contact("A@example.org", (3,)), l=contact_list(3))
    assert lines == [
        "m.xml CT629: of contact list `3`, 2 list members are in no contact's document of this run"
    ]
    assert found(m=members, l=contact_list(3), a=contact_list(5)) == []


def test_members_whose_contacts_do_not_name_the_list(found) -> None:
    members = feed([member("a@example.org", 3, 1), member("b@example.org", 3, 2)], "lists/3/members")  # fmt: skip
    lines = found(m=members, a=contact("A@example.org", (4,)), b=contact("b@example.org", (4, 3)))
    assert lines == [
        "m.xml CT630: of contact list `3`, 1 list member has a contact's document that does not name the list"
    ]


# -- addresses of the account ----------------------------------------------------------------------


def test_a_number_is_resolved_and_explained(run, folder, found) -> None:
    documents = {"c": campaign(link(7)), "feed": ADDRESSES}
    assert found(**documents) == []
    for order in (("c.xml", "feed.xml"), ("feed.xml", "c.xml")):
        _, out, _ = run("convert", "--shape", "create", *order)
        bodies = [json.loads(line)["body"] for line in out.splitlines()]
        assert [body["from_email"] for body in bodies] == ["joe@example.com"]
    status, out, err = run("convert", "c.xml")
    assert (status, out) == (1, "")
    assert "error[CT416]" in err
    _, out, _ = run("convert", "--explain", "c.xml", "feed.xml")
    assert "→ /from_email" in out
    assert "account address 7, as feed.xml:" in out


def test_a_body_with_a_resolved_address_verifies(run, folder) -> None:
    Path("archive").mkdir()
    Path("archive/c.xml").write_text(campaign(link(7)))
    Path("archive/f.xml").write_text(ADDRESSES)
    assert run("convert", "archive", "-o", "json").status == 0
    assert run("verify", "archive/c.xml", "json/c.json").status == 1  # nobody says which it is
    Path("body.jsonl").write_text(run("convert", "archive", "-q").out)
    _, out, _ = run("verify", "archive", "body.jsonl")
    assert "from_email" not in out
    assert "CT416" not in out


def test_the_number_of_another_account_is_not_taken(run, folder) -> None:
    Path("c.xml").write_text(campaign(link(7)))
    other = ADDRESSES.replace("customers/joe/", "customers/ann/")
    Path("a.xml").write_text(other)
    status, out, err = run("convert", "c.xml", "a.xml")
    assert (status, out) == (1, "")
    assert "error[CT416]" in err
    assert "CT63" not in err
    Path("b.xml").write_text(ADDRESSES.replace("joe@example.com", "own@example.com"))
    _, out, err = run("convert", "a.xml", "b.xml", "c.xml")
    assert json.loads(out)["body"]["from_email"] == "own@example.com"
    assert "CT63" not in err


def test_an_unknown_number_stays_an_error(run, folder) -> None:
    Path("c.xml").write_text(campaign(link(70)))
    Path("f.xml").write_text(ADDRESSES)
    status, _, err = run("convert", "c.xml", "f.xml")
    assert status == 1
    assert "CT416" in err
    assert "CT632" not in err


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        (link(8), "CT631: `new@example.com` is not verified"),
        ("<EmailAddress>New@example.com</EmailAddress>", "CT631: `new@example.com` is not verified"),
        ("<EmailAddress>ann@example.com</EmailAddress>", "CT632: `ann@example.com` is no account address of this run"),
    ],
    ids=["by number", "by address", "of no account"],
)  # fmt: skip
def test_addresses_that_are_not_verified(found, sender, said) -> None:
    assert found(c=campaign(sender), f=ADDRESSES) == [f"c.xml {said}"]


def test_verified_addresses_say_nothing(found) -> None:
    assert found(c=campaign("<EmailAddress>JOE@example.com</EmailAddress>"), f=ADDRESSES) == []


# -- how ---------------------------------------------------------------------------------------------


def test_processes_agree(run, folder) -> None:
    for number in range(120):
        Path(f"c{number:03}.xml").write_text(contact(f"p{number % 50}@example.org", (number % 7,)))
    Path("l.xml").write_text(contact_list(3))
    Path("o.xml").write_text(opted_out("P7@example.org"))
    outputs = {
        jobs: [run(*what, "-j", jobs, "-q", ".")[1:] for what in (("lint", "--format", "concise"), ("convert",))]
        for jobs in ("1", "2")
    }  # fmt: skip
    assert outputs["1"] == outputs["2"]
    assert outputs["1"][0][0].count("CT627") == 3


def test_standard_input_is_looked_at_twice(run, folder) -> None:
    text = feed([contact("a@example.org", alone=False), opted_out("A@example.org", alone=False)])
    status, out, err = run("convert", "-", stdin=text.encode())
    assert (status, out) == (1, "")
    assert "CT627" in err


def test_forms_are_read_with_the_rest(run, folder) -> None:
    Path("f.txt").write_text(form("a@example.org"))
    Path("a.xml").write_text(contact("a@example.org"))
    status, _, err = run("convert", "f.txt", "a.xml")
    assert (status, "CT62" in err) == (0, False)


@pytest.mark.parametrize("target", ["v2", "v3"])
@pytest.mark.parametrize(
    ("options", "code"),
    [((), "CT943"), (("--on-name-taken", "rename"), "CT626")],
)
def test_send_says_once_that_two_have_one_address(run, folder, target, options, code) -> None:
    for name, first in (("a", "bob@example.org"), ("b", "Bob@Example.org"), ("c", "eve@x.org")):
        Path(f"{name}.xml").write_text(contact(first))
    _, _, err = run("send", "--dry-run", "--target", target, *options, "a.xml", "b.xml", "c.xml")
    assert [each for each in ("CT626", "CT943") if f"[{each}]" in err] == [code]
