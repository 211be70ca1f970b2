"""v1's forms on the command line: found, linted, fixed, converted and verified."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

Run = Callable[..., Any]

LIST = quote_plus("http://api.constantcontact.com/ws/customers/millstone/lists/4")


def form(data: str, activity: str = "SV_ADD") -> str:
    return f"activityType={activity}&data={quote_plus(data)}&lists={LIST}"


ONE = form("Email Address,City\nann@example.org,Troy\n")
BODY = {
    "import_data": [
        {
            "email_addresses": ["ann@example.org"],
            "addresses": [{"city": "Troy", "address_type": "PERSONAL"}],
        }
    ],
    "lists": ["4"],
    "column_names": ["EMAIL", "CITY"],
}


@pytest.mark.parametrize("name", ["one.form", "one.txt", "one"])
def test_a_form_is_known_by_what_it_says(run: Run, folder: Path, name: str) -> None:
    (folder / name).write_text(ONE)
    assert run("lint", name)[0] == 0
    status, out, err = run("convert", name)
    assert (status, err) == (0, "")
    assert json.loads(out) == BODY


def test_a_form_comes_from_standard_input(run: Run, folder: Path) -> None:
    status, out, _ = run("convert", "-", stdin=ONE.encode())
    assert (status, json.loads(out)) == (0, BODY)


def test_a_folder_gives_its_forms(run: Run, folder: Path) -> None:
    inner = folder / "in"
    inner.mkdir()
    (inner / "a.form").write_text(ONE)
    (inner / "b.txt").write_text("\ufeff" + ONE)
    (inner / "notes.txt").write_text("call Ann back; lists=4")
    status, _, err = run("convert", "in", "-o", "out", "--manifest", "m.jsonl")
    assert (status, err) == (0, "2 converted; 1 file passed over: 1 not .xml\n")
    assert json.loads((folder / "out/a.json").read_text()) == BODY
    assert json.loads((folder / "out/b.json").read_text()) == BODY
    noted = [json.loads(line) for line in (folder / "m.jsonl").read_text().splitlines()]
    assert {each["resource"] for each in noted} == {"addcontacts"}


def test_the_kind_of_address_can_be_said(run: Run, folder: Path) -> None:
    (folder / "one.form").write_text(ONE)
    _, out, _ = run("convert", "one.form", "--address-type", "BUSINESS")
    assert json.loads(out)["import_data"][0]["addresses"][0]["address_type"] == "BUSINESS"


def test_a_mistake_is_shown_at_its_bytes_with_its_place_in_the_data(run: Run, folder: Path) -> None:
    (folder / "bad.form").write_text(form("Email Address\nann@example.org\nb\u00e9a.example.org\n"))
    status, out, err = run("lint", "bad.form")
    assert status == 1
    assert "error[CT364]: `b\u00e9a.example.org` is not an address" in out + err
    assert "contact 2, in line 3, column 1 of the data" in out + err


def test_a_mistake_is_fixed_in_place(run: Run, folder: Path) -> None:
    path = folder / "bad.form"
    path.write_text(form("Email Address\nX\n").replace("X", "ann+news%40example.org"))
    assert run("fix", "bad.form")[0] == 0
    assert path.read_text() == form("Email Address\nann+news@example.org\n")


def test_a_body_is_verified(run: Run, folder: Path) -> None:
    (folder / "one.form").write_text(ONE)
    (folder / "right.json").write_text(json.dumps(BODY))
    wrong = json.loads(json.dumps(BODY))
    wrong["import_data"][0]["addresses"][0]["city"] = "Utica"
    (folder / "wrong.json").write_text(json.dumps(wrong))
    assert run("verify", "one.form", "right.json")[0] == 0
    status, out, err = run("verify", "one.form", "wrong.json")
    assert status == 1
    assert '`addresses.city` of contact `ann@example.org` is `"Utica"` in the JSON' in out + err
    assert 'expected `"Troy"`' in out + err


def test_more_contacts_than_one_request_takes_become_several(run: Run, folder: Path) -> None:
    rows = "".join(f"c{number}@example.org\n" for number in range(20_001))
    (folder / "big.form").write_text(form("Email Address\n" + rows, "REMOVE_CONTACTS_FROM_LISTS"))
    status, out, err = run("convert", "big.form")
    assert status == 0
    first, second = [json.loads(line) for line in out.splitlines()]
    assert [len(each["body"]["import_data"]) for each in (first, second)] == [20_000, 1]
    assert (first["entry"], second["entry"]) == (0, 1)
    assert "warning[CT369]: the form has 20,001 contacts, more than one request takes" in err
