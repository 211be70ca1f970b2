"""Values of the second dialect that are not written as the format asks, from files of cases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from event_documents import DATA, SAMPLES, URI, entry, event, fee, registration, registrations

from ctct_migrate import Document, Safety, Shape, convert, fix, lint, read
from ctct_migrate.rules.fast import fast_path


def cases(name: str) -> list[Any]:
    found: list[Any] = json.loads((DATA / name).read_text("utf-8"))
    return found


def check(document: Document, code: str, case: dict[str, Any]) -> None:
    """A wrong value is reported once, with the fix that the case has and with no other."""
    found = lint(document, Shape.RECORD)
    if "reads" in case:
        assert found == []
        return
    (said,) = found
    assert said.code == code
    assert not convert(document, Shape.RECORD).ok
    titles = {each.safety: each.title for each in said.fixes}
    assert titles.get(Safety.SAFE) == (f"Write `{case['safe']}`" if case["safe"] else None)
    assert titles.get(Safety.UNSAFE) == (f"Write `{case['unsafe']}`" if case["unsafe"] else None)
    fixed, _ = fix(document)
    if case["safe"]:
        assert lint(read(fixed), Shape.RECORD) == []
        assert case["safe"].encode() in fixed
    else:
        assert fixed == document.source.data


@pytest.mark.parametrize("case", cases("amounts.json"), ids=lambda case: case["written"])
def test_an_amount(case: dict[str, Any]) -> None:
    document = event(registrations(registration(fee("A", case["written"]))))
    check(document, "CT432", case)
    if "reads" in case:
        made = [each.body["fee"] for each in convert(document, Shape.RECORD) if each.part == 0]
        assert made == [case["reads"]]


@pytest.mark.parametrize("case", cases("currencies.json"), ids=lambda case: case["written"])
def test_a_currency(case: dict[str, Any]) -> None:
    document = event(f"<CurrencyType>{case['written']}</CurrencyType>")
    check(document, "CT433", case)
    if "reads" in case:
        (made,) = convert(document, Shape.RECORD)
        assert made.body["currency_type"] == case["reads"]


@pytest.mark.parametrize("case", cases("folder_names.json"), ids=lambda case: case["name"])
@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.RECORD])
def test_the_name_of_a_folder(case: dict[str, Any], shape: Shape) -> None:
    text = case["name"].replace("&", "&amp;")
    document = entry(f"<Folder><Name>{text}</Name></Folder>", "library/folders/7")
    found = lint(document, shape)
    if case["stored"]:
        assert found == []
        (made,) = convert(document, shape)
        assert made.body["name"] == case["name"]
        return
    (said,) = found
    assert said.code == "CT440"
    assert list(convert(document, shape)) == []
    assert [each.safety for each in said.fixes] == ([Safety.UNSAFE] if case["plain"] else [])
    assert fix(document)[0] == document.source.data
    fixed, _ = fix(document, unsafe=True)
    if case["plain"]:
        (made,) = convert(read(fixed), shape)
        assert made.body["name"] == case["plain"]


LONG = "B07E2-9kQ2xT7vLr0sWm4YcNfJ1aZp8uHd"
PLACE = f"events/a07e2/registrants/{LONG}"
PERSON = "<Registrant><LastName>Okafor</LastName></Registrant>"

#: Where white space may stand in an id, and which.
BREAKS = [(at, space) for at in (4, 30, 60, -10, -1) for space in ("\n", "\n    ", " ", "\r\n\t")]


@pytest.mark.parametrize(("at", "space"), BREAKS)
def test_an_id_that_is_broken_is_read_whole(at: int, space: str) -> None:
    whole = entry(PERSON, PLACE)
    text = whole.source.text
    uri = f"{URI}/{PLACE}"
    broken = read(text.replace(f"<atom:id>{uri}", f"<atom:id>{uri[:at]}{space}{uri[at:]}").encode())
    assert not fast_path.is_clean(broken, None)
    assert [each.code for each in lint(broken)] == ["CT430"]
    (made,) = convert(broken, Shape.RECORD)
    assert made.number == LONG
    assert made.body == convert(whole, Shape.RECORD)[0].body
    assert made.references == {"event": ("a07e2",)}
    assert fix(broken)[0].decode() == text


@pytest.mark.parametrize(
    "place", ["events/a07e2", "library/folders/77", "library/folders/7/images/99"]
)
def test_ids_of_every_resource_of_the_dialect_are_read_so(place: str) -> None:
    payload = {
        "events/a07e2": "<Event><Name>A</Name></Event>",
        "library/folders/77": "<Folder><Name>A</Name></Folder>",
        "library/folders/7/images/99": "<Image><FileName>a.png</FileName></Image>",
    }[place]
    number = place.rpartition("/")[2]
    document = entry(payload, place)
    text = document.source.text.replace(f'{place}"', f'{place[:-1]}\n {place[-1]}"')
    broken = read(text.encode())
    assert [each.code for each in lint(broken, Shape.RECORD)] == ["CT430"]
    assert convert(broken, Shape.RECORD)[0].number == number
    assert fix(broken)[0] == document.source.data


def test_an_id_of_the_first_dialect_is_not_joined() -> None:
    text = read(SAMPLES / "good/contact-list-detail.xml").source.text
    at = text.index("/lists/") + len("/lists/")
    assert "CT430" not in {each.code for each in lint(read(f"{text[:at]}\n{text[at:]}".encode()))}


@pytest.mark.parametrize(
    ("url", "blank"),
    [
        ("http://img.example.com/a.png", ""),
        ("http://img.example.com/a.png ", " "),
        (" http://img.example.com/a.png", " "),
        ("http://img.example.com/a.png\t ", "\t "),
        ("\n  http://img.example.com/a.png\n", ""),
        ("", ""),
    ],
)
def test_a_blank_beside_a_url_is_left_out(url: str, blank: str) -> None:
    payload = f"<Image><FileName>a.png</FileName><ImageURL>{url}</ImageURL></Image>"
    document = entry(payload, "library/folders/7/images/9")
    found = lint(document, Shape.RECORD)
    assert [each.code for each in found] == (["CT431"] if blank else [])
    (made,) = convert(document, Shape.RECORD)
    assert made.body.get("url") == (url.strip() or None)
    fixed, _ = fix(document)
    assert lint(read(fixed), Shape.RECORD) == []
    assert f"<ImageURL>{url.strip()}</ImageURL>".encode() in fixed or not blank
