"""`convert --bulk`: contacts and members of lists as requests about many."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate.targets import TARGETS

Run = Callable[..., Any]

USER = "http://api.constantcontact.com/ws/customers/millstone"
HEAD = f"""\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{USER}/contacts</id><title type="text"/><updated>2011-04-05T06:07:08.000Z</updated>
  <author><name>millstone</name></author>
"""


def contact(number: int, address: str, lists: str, *children: str) -> str:
    inner = "".join(f"\n      {child}" for child in children)
    held = "".join(f'<ContactList id="{USER}/lists/{each}"/>' for each in lists.split())
    return f"""\
  <entry>
    <id>{USER}/contacts/{number}</id><title type="text"/><updated>2011-04-05T06:07:08.000Z</updated>
    <author><name>Constant Contact</name></author>
    <content type="application/vnd.ctct+xml"><Contact xmlns="http://ws.constantcontact.com/ns/1.0/">
      <EmailAddress>{address}</EmailAddress>
      <OptInSource>ACTION_BY_CUSTOMER</OptInSource>{inner}
      <ContactLists>{held}</ContactLists>
    </Contact></content>
  </entry>
"""


def member(number: int, address: str, link: str) -> str:
    return f"""\
  <entry>
    <link href="{link}" rel="edit"/>
    <id>{USER}/contacts/{number}</id><title type="text"/><updated>2011-04-05T06:07:08.000Z</updated>
    <author><name>Constant Contact</name></author>
    <content type="application/vnd.ctct+xml"><ContactListMember xmlns="http://ws.constantcontact.com/ns/1.0/" id="{USER}/contacts/{number}">
      <EmailAddress>{address}</EmailAddress><Name>Miller, Ann</Name>
    </ContactListMember></content>
  </entry>
"""


def feed(*entries: str) -> str:
    return HEAD + "".join(entries) + "</feed>\n"


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def people(folder: Path) -> Path:
    (folder / "a.xml").write_text(
        feed(
            contact(1, "ann@example.org", "3 12", "<FirstName>Ann</FirstName>"),
            contact(2, "bea@example.org", "3", "<City>Troy</City>"),
            contact(3, "cid@example.org", "12 3", "<CustomField2>rye</CustomField2>"),
        )
    )
    return folder


def test_contacts_of_one_set_of_lists_are_one_request(run: Run, people: Path) -> None:
    status, out, err = run("convert", "--bulk", "addcontacts", "a.xml")
    assert (status, err) == (0, "3 contacts in 2 requests\n")
    first, second = lines(out)
    assert first["resource"] == "addcontacts"
    assert first["body"] == {
        "import_data": [
            {"email_addresses": ["ann@example.org"], "first_name": "Ann"},
            {
                "email_addresses": ["cid@example.org"],
                "custom_fields": [{"name": "custom_field_2", "value": "rye"}],
            },
        ],
        "lists": ["3", "12"],
        "column_names": ["EMAIL", "FIRST NAME", "CUSTOM FIELD 2"],
    }
    assert second["body"]["lists"] == ["3"]
    text = (people / "a.xml").read_text().splitlines()
    for each in (first, second):
        assert [row["row"] for row in each["rows"]] == list(range(len(each["rows"])))
        for row in each["rows"]:
            assert row["source"] == "a.xml"
            assert f">{row['email_address']}<" in text[row["line"] - 1]
    assert [row["entry"] for row in first["rows"]] == [0, 2]


def test_a_removal_has_addresses_alone(run: Run, people: Path) -> None:
    status, out, err = run("convert", "--bulk", "removefromlists", "a.xml")
    assert (status, err) == (0, "3 contacts in 2 requests\n")
    assert [each["body"] for each in lines(out)] == [
        {
            "import_data": [
                {"email_addresses": ["ann@example.org"]},
                {"email_addresses": ["cid@example.org"]},
            ],
            "lists": ["3", "12"],
        },
        {"import_data": [{"email_addresses": ["bea@example.org"]}], "lists": ["3"]},
    ]


@pytest.mark.parametrize("standing", ["Do Not Mail", "Removed"])
@pytest.mark.parametrize("request_name", ["addcontacts", "removefromlists"])
def test_nobody_who_opted_out_is_in_a_request(
    run: Run, folder: Path, standing: str, request_name: str
) -> None:
    status = f"<Status>{standing}</Status>"
    (folder / "a.xml").write_text(
        feed(contact(1, "out@example.org", "3", status), contact(2, "in@example.org", "3"))
    )
    code, out, err = run("convert", "--bulk", request_name, "a.xml")
    assert code == 1
    assert "error[CT81" in err
    assert "1 contact in 1 request, 1 with errors" in err
    assert "out@example.org" not in out
    assert "in@example.org" in out


def test_an_unconfirmed_contact_is_taken_with_a_warning(run: Run, folder: Path) -> None:
    (folder / "a.xml").write_text(
        feed(contact(1, "un@example.org", "3", "<Status>Unconfirmed</Status>"))
    )
    code, out, err = run("convert", "--bulk", "addcontacts", "a.xml")
    assert code == 0
    assert "warning[CT812]" in err
    assert "confirmed" not in out


def test_an_import_mails_no_welcome(run: Run, folder: Path) -> None:
    text = feed(contact(1, "vi@example.org", "3", "<FirstName>V</FirstName>"))
    (folder / "a.xml").write_text(text.replace("ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT"))
    code, _, err = run("convert", "--bulk", "addcontacts", "a.xml")
    assert (code, err) == (0, "1 contact in 1 request\n")


def test_an_address_that_comes_twice_is_sent_once(run: Run, people: Path) -> None:
    (people / "b.xml").write_text(
        feed(
            contact(7, "ANN@Example.org", "12 3", "<FirstName>Ann</FirstName>"),
            contact(8, " bea@example.org", "3", "<City>Utica</City>"),
            contact(9, "ann@example.org", "3", "<City>Utica</City>"),
        )
    )
    status, out, err = run("convert", "--bulk", "addcontacts", "a.xml", "b.xml")
    assert status == 0
    assert "warning[CT830]: `ANN@Example.org`" in err
    text = (people / "a.xml").read_text().splitlines()
    ann, bea = (
        next(number for number, line in enumerate(text, 1) if name in line)
        for name in ("ann@", "bea@")
    )
    assert f"b.xml:{ann}:" in err
    assert f"the first is in a.xml:{ann}" in err
    assert "warning[CT831]: `bea@example.org`" in err
    assert f"those of a.xml:{bea} are kept" in err
    assert "4 contacts in 2 requests, 2 twice" in err
    assert "Utica" not in json.dumps(lines(out)[0])
    rows = lines(out)[1]["body"]["import_data"]
    assert [row["addresses"][0]["city"] for row in rows] == ["Troy", "Utica"]


def test_what_an_import_has_no_place_for_is_said_once(run: Run, folder: Path) -> None:
    entries = [
        contact(n, f"p{n}@example.org", "3", "<MiddleName>Q</MiddleName>", "<Note>x</Note>")
        for n in range(3)
    ]
    (folder / "a.xml").write_text(feed(*entries))
    status, _, err = run("convert", "--bulk", "addcontacts", "a.xml")
    assert status == 0
    assert err.count("warning[CT832]") == 2
    assert "`middle_name`: it is left out of 3 contacts" in err


def test_members_are_of_the_list_that_their_link_names(run: Run, folder: Path) -> None:
    (folder / "m.xml").write_text(
        feed(
            member(1, "ann@example.org", "/ws/customers/millstone/lists/5/members/1"),
            member(2, "bea@example.org", "/ws/customers/millstone/contacts/2"),
        )
    )
    status, out, err = run("convert", "--bulk", "addcontacts", "m.xml")
    assert status == 1
    assert "error[CT833]" in err
    (only,) = lines(out)
    assert only["body"] == {
        "import_data": [{"email_addresses": ["ann@example.org"]}],
        "lists": ["5"],
        "column_names": ["EMAIL"],
    }


def test_a_folder_has_bodies_and_their_rows(run: Run, people: Path) -> None:
    status, out, err = run(
        "convert", "--bulk", "addcontacts", "a.xml", "-o", "out", "--manifest", "m.jsonl"
    )
    assert (status, out) == (0, "")
    assert err == "3 contacts in 2 requests\n"
    names = sorted(path.name for path in (people / "out").iterdir())
    assert names == [
        "addcontacts-0001.json", "addcontacts-0001.rows.jsonl",
        "addcontacts-0002.json", "addcontacts-0002.rows.jsonl",
    ]  # fmt: skip
    contract = TARGETS["v2"].contract
    for number in (1, 2):
        body = json.loads((people / f"out/addcontacts-000{number}.json").read_text())
        rows = lines((people / f"out/addcontacts-000{number}.rows.jsonl").read_text())
        assert contract.violations("addcontacts", "create", body) == ()
        assert [row["email_address"] for row in rows] == [
            each["email_addresses"][0] for each in body["import_data"]
        ]
    noted = lines((people / "m.jsonl").read_text())
    assert [(each["entry"], each["row"], each["output"]) for each in noted] == [
        (0, 0, "out/addcontacts-0001.json"),
        (2, 1, "out/addcontacts-0001.json"),
        (1, 0, "out/addcontacts-0002.json"),
    ]
    assert {each["status"] for each in noted} == {"converted"}
    assert {each["shape"] for each in noted} == {"addcontacts"}


def test_a_run_that_is_gone_on_with_writes_what_has_changed(run: Run, people: Path) -> None:
    command = (
        "convert", "--bulk", "addcontacts", "a.xml", "-o", "out", "--manifest", "m.jsonl",
    )  # fmt: skip
    run(*command)
    first = people / "out/addcontacts-0001.json"
    before = first.stat().st_mtime_ns
    assert run(*command)[0] == 2  # it is there already
    status, _, err = run(*command, "--resume")
    assert (status, err) == (0, "3 contacts in 2 requests, 2 requests unchanged\n")
    assert first.stat().st_mtime_ns == before
    (people / "a.xml").write_text(feed(contact(1, "ann@example.org", "3 12")))
    status, _, err = run(*command, "--resume")
    assert (status, err) == (0, "1 contact in 1 request\n")
    assert sorted(path.name for path in (people / "out").iterdir()) == [
        "addcontacts-0001.json", "addcontacts-0001.rows.jsonl",
    ]  # fmt: skip
    assert len(lines((people / "m.jsonl").read_text())) == 1


def test_other_files_of_the_folder_stay(run: Run, people: Path) -> None:
    out = people / "out"
    out.mkdir()
    for name in ("addcontacts-notes.json", "removefromlists-0001.json", "addcontacts-0001.json"):
        (out / name).write_text("{}")
    assert run("convert", "--bulk", "addcontacts", "a.xml", "-o", "out")[0] == 2
    assert run("convert", "--bulk", "addcontacts", "a.xml", "-o", "out", "--force")[0] == 0
    assert (out / "addcontacts-notes.json").read_text() == "{}"
    assert (out / "removefromlists-0001.json").read_text() == "{}"
    assert (out / "addcontacts-0001.json").read_text() != "{}"


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_bodies_are_the_same_for_any_number_of_processes(
    run: Run, folder: Path, jobs: str
) -> None:
    for number in range(12):
        entries = [
            contact(n, f"c{number}.{n}@example.org", str(1 + n % 2), "<LastName>L</LastName>")
            for n in range(5)
        ]
        (folder / f"f{number:02}.xml").write_text(feed(*entries))
    status, out, err = run("convert", "--bulk", "addcontacts", "f*.xml", "--jobs", jobs)
    assert (status, err) == (0, "60 contacts in 2 requests\n")
    first, second = lines(out)
    addresses = [each["email_address"] for each in first["rows"]]
    assert addresses == [f"c{number}.{n}@example.org" for number in range(12) for n in (0, 2, 4)]
    assert len(second["rows"]) == 24


def test_documents_of_other_kinds_are_left_out(run: Run, people: Path) -> None:
    (people / "list.xml").write_text(
        f"""<entry xmlns="http://www.w3.org/2005/Atom"><id>data:,</id><title/>
<updated>2011-04-05T06:07:08Z</updated><author/><content type="application/vnd.ctct+xml">
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/"><OptInDefault>false</OptInDefault>
<Name>Bakers</Name><SortOrder>9</SortOrder></ContactList></content></entry><!-- {USER} -->"""
    )
    (people / "event.xml").write_text("<Event><Name>A fair</Name></Event>")
    (people / "one.form").write_text("activityType=CLEAR_CONTACTS_FROM_LISTS&lists=4")
    (people / "c.xml").write_text("<Campaign><Name>wrong in many ways</Name></Campaign>")
    status, out, err = run("convert", "--bulk", "addcontacts", ".")
    assert status == 0
    assert len(lines(out)) == 2
    assert err == "3 contacts in 2 requests, 6 of another kind\n"


def test_a_document_that_cannot_be_read_is_an_error(run: Run, people: Path) -> None:
    (people / "b.xml").write_text("<feed><entry>")
    status, out, err = run("convert", "--bulk", "addcontacts", "a.xml", "b.xml", "gone.xml")
    assert status == 2
    assert len(lines(out)) == 2
    assert "b.xml" in err
    assert "gone.xml" in err


def test_a_large_feed_that_comes_entry_by_entry_has_its_lines(run: Run, folder: Path) -> None:
    entries = [contact(n, f"n{n}@example.org", "3", f"<!-- {'x' * 600} -->") for n in range(1_200)]
    text = feed(*entries)
    (folder / "big.xml").write_text(text)
    status, out, err = run(
        "convert", "--bulk", "addcontacts", "big.xml", "-o", "out", "--limit", "whole=500K"
    )
    assert (status, out) == (0, ""), err
    rows = lines((folder / "out/addcontacts-0001.rows.jsonl").read_text())
    split = text.splitlines()
    for number in (0, 734, 1_199):
        assert rows[number]["entry"] == number
        assert f">n{number}@example.org<" in split[rows[number]["line"] - 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--bulk", "clearlists"], "`clearlists` that is made of contacts"),
        (["--bulk", "addcontact"], "did you mean `addcontacts`?"),
        (["--bulk", "addcontacts", "--shape", "update"], "--bulk goes without"),
        (["--bulk", "addcontacts", "-o", "x.json"], "go to a folder"),
        (["--bulk", "addcontacts", "--manifest", "m"], "need -o"),
    ],
)
def test_what_cannot_be_asked_for(run: Run, people: Path, options: list[str], message: str) -> None:
    status, out, err = run("convert", "a.xml", *options)
    assert (status, out) == (2, "")
    assert message in err
