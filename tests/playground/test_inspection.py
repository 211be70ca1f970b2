"""What the page is told of a document: what `convert` says, at places of the page's text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate import Severity, convert, read
from ctct_migrate.playground.inspection import DETAILED, LISTED, inspected, opened
from ctct_migrate.playground.offered_values import OFFERED
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.playground.question import Question, QuestionError
from ctct_migrate.targets import TARGETS

SAMPLES = Path(__file__).parents[2] / "samples"


def question(text: str, **options: object) -> Question:
    return Question.of(json.dumps({"text": text, **options}).encode())


def units(text: str) -> list[str]:
    """The text as JavaScript has it: UTF-16 units."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(data), 2)]


def cut(text: str, start: int, end: int) -> str:
    """What a page's text has from one UTF-16 unit to another."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


FOUNDING = sample("bad/campaign-001.xml")


@pytest.mark.parametrize("name", ["bad/campaign-001.xml", "good/campaign-001.xml", "good/feed-of-three.xml", "archive/contacts-page.xml"])  # fmt: skip
@pytest.mark.parametrize("shape", ["create", "record"])
def test_it_says_what_convert_says(name: str, shape: str) -> None:
    text = sample(name)
    for target in TARGETS:
        found = inspected(question(text, targets=[target], shape=shape))
        (result,) = found["results"]
        expected = convert(read(text.encode()), shape, target=target)
        assert sum(found["counts"].values()) == len(expected.diagnostics)
        assert {(each["code"], each["line"], each["column"]) for each in found["diagnostics"]} == {
            (each.code, each.span.start.line, each.span.start.column)
            for each in expected.diagnostics
        }
        assert result["made"] == len(expected)
        if expected:
            assert json.loads(result["body"]["text"]) == expected[0].body
            assert len(result["body"]["accounts"]) >= len(expected[0].accounting)


def test_both_targets_are_answered_at_once() -> None:
    found = inspected(question(FOUNDING))
    assert [each["target"] for each in found["results"]] == list(TARGETS)
    assert found["counts"] == {"error": 2, "warning": 3, "info": 1}
    assert found["safe"] == 1
    severities = [each["severity"] for each in found["diagnostics"]]
    assert severities == sorted(severities, key=[each.value for each in Severity].index)
    alone = [each for each in found["diagnostics"] if each["targets"] == ["v3"]]
    assert {each["code"] for each in alone} == {"CT840", "CT728"}


@pytest.mark.parametrize("filler", ["plain", "\u00e9\u20ac", "\U0001f600\U0001f600", "\ufeff"])
def test_places_count_as_javascript_does(filler: str) -> None:
    lead = filler if filler == "\ufeff" else ""
    text = lead + FOUNDING.replace("cmp_name<", f"{filler}<").replace(
        "cmp_grt_name", "cmp_grt_\U0001f600"
    )
    found = inspected(question(text))
    (greeting,) = (each for each in found["diagnostics"] if each["code"] == "CT310")
    assert cut(text, greeting["start"], greeting["end"]) == "cmp_grt_\U0001f600"


def test_each_property_names_the_text_that_it_is_from() -> None:
    text = sample("good/campaign-001.xml").replace("cmp_subject", "\U0001f381 cmp_subject")
    for result in inspected(question(text))["results"]:
        body = result["body"]
        places = {pointer: rest for pointer, *rest in body["places"]}
        (pointer,) = (each for each in places if each.endswith("/0/subject") or each == "/subject")
        start, end, source_start, source_end = places[pointer]
        assert cut(body["text"], start, end) == '"subject": "\U0001f381 cmp_subject"'
        assert cut(text, source_start, source_end) == "\U0001f381 cmp_subject"
        mapped = [each for each in body["accounts"] if each[0].endswith("Campaign/Subject")]
        assert cut(text, mapped[0][1], mapped[0][2]) == "\U0001f381 cmp_subject"
        assert mapped[0][3] == "mapped"
        assert all(each[3] in ("mapped", "ignored", "dropped") for each in body["accounts"])
        assert any(each[3] == "dropped" and each[5] for each in body["accounts"])


def test_the_chosen_entry_of_a_feed_is_shown() -> None:
    text = sample("good/feed-of-three.xml")
    (first,) = inspected(question(text, targets=["v2"]))["results"]
    (third,) = inspected(question(text, targets=["v2"], chosen="2"))["results"]
    assert [each["key"] for each in first["payloads"]] == ["0", "1", "2"]
    assert first["payloads"][2]["title"] == "Entry 3: campaign"
    assert (first["body"]["key"], third["body"]["key"]) == ("0", "2")
    assert json.loads(third["body"]["text"]) == convert(read(text.encode()))[2].body


@pytest.mark.parametrize(
    ("declared", "letters"),
    [("iso-8859-1", "\u00e9"), ("windows-1252", "\u20ac"), ("utf-16", "\u20ac\U0001f600"), ("iso-8859-1", "\u20ac\U0001f600"), ("l1", "\u20ac"), ("no-such", "\u20ac")],
)  # fmt: skip
def test_a_declared_encoding_does_not_change_what_was_typed(declared: str, letters: str) -> None:
    text = (
        sample("good/campaign-001.xml").replace("UTF-8", declared).replace("cmp_subject", letters)
    )
    pasted = PastedText(text, "document.xml")
    assert units(pasted.source.text) == units(text) or "encoding" not in pasted.source.text
    assert pasted.changed(pasted.source.data) == text
    if declared != "no-such":
        (result,) = inspected(question(text, targets=["v2"]))["results"]
        assert json.loads(result["body"]["text"])["subject"] == letters


@pytest.mark.parametrize(
    "data", [b"<a>\xe9</a>", "<a>\u20ac</a>".encode("utf-16"), b"\xef\xbb\xbf<a/>", b"\x00\xff\xfe"]
)
def test_bytes_of_a_file_come_back(data: bytes) -> None:
    found = opened(data)
    again = json.loads(json.dumps(found))["text"]
    assert again == found["text"]
    if b"\xe9" in data:
        assert found["note"]
        assert PastedText(again, "a.xml").source.data == data


def test_a_body_of_v2_becomes_one_of_v3() -> None:
    (v2,) = inspected(question(sample("good/campaign-001.xml"), targets=["v2"]))["results"]
    text = v2["body"]["text"]
    found = inspected(question(text))
    assert found["syntax"] == "json"
    first, second = found["results"]
    assert json.loads(first["body"]["text"]) == json.loads(text)
    assert json.loads(second["body"]["text"])["campaign"]["name"] == "cmp_name"
    pointers = {pointer: rest for pointer, *rest in second["body"]["places"]}
    assert cut(text, *pointers["/campaign/name"][2:]) == '"cmp_name"' or "cmp_name" in cut(text, *pointers["/campaign/name"][2:])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ('{"name": ', "json"),
        ('{"name": "<p>x</p>", }', "json"),
        ("", "xml"),
        ("{", "xml"),
        ("name=x", "xml"),
    ],
)
def test_text_that_is_typed_is_taken_for_what_it_will_be(text: str, syntax: str) -> None:
    assert inspected(question(text))["syntax"] == syntax


def test_many_mistakes_are_counted_and_the_worst_are_listed() -> None:
    entry = FOUNDING[FOUNDING.index("<entry") :]
    found = inspected(question(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry * 90}</feed>'))
    assert len(found["diagnostics"]) == LISTED
    assert sum(found["counts"].values()) > LISTED
    assert found["diagnostics"][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'{"text": 1}', "text"),
        (b'{"text": "", "targets": ["v9"]}', "targets"),
        (b'{"text": "", "targets": []}', "targets"),
        (b'{"text": "", "shape": "none"}', "shape"),
        (b'{"text": "", "time_zone": "Mars/Phobos"}', "time_zone"),
        (b'{"text": "", "fix": {}}', "fix"),
        (json.dumps({"text": "\u20ac" * 4_000_000}).encode(), "text"),
    ],
)  # fmt: skip
def test_a_bad_question_gets_one_sentence(body: bytes, field: str) -> None:
    with pytest.raises(QuestionError) as caught:
        Question.of(body)
    assert caught.value.field == field
    assert str(caught.value).endswith(".")


def test_a_value_is_offered_where_only_the_author_knows() -> None:
    found = {each["code"]: each for each in inspected(question(FOUNDING))["diagnostics"]}
    text = FOUNDING
    for code, value in (("CT310", "None"), ("CT407", "MA")):
        (offer,) = (each for each in found[code]["offers"] if each["title"].startswith(f"{value}:"))
        start = offer["start"] + len(text) - len(FOUNDING)
        text = text[:start] + offer["text"] + text[start + offer["end"] - offer["start"] :]
    assert "      <OrganizationState>MA</OrganizationState>\n" in text
    assert [each["made"] for each in inspected(question(text))["results"]] == [1, 1]
    assert found["CT601"]["offers"] == []


def test_values_are_offered_for_a_payload_that_stands_alone() -> None:
    text = (
        '<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">'
        "<EmailAddress>ann@example.com</EmailAddress><OptInSource>ACTION_BY_ME</OptInSource>"
        '<ContactLists><ContactList id="http://api.constantcontact.com/ws/customers/a/lists/1"/>'
        "</ContactLists></Contact>"
    )
    found = {each["code"]: each for each in inspected(question(text))["diagnostics"]}
    offers = found["CT335"]["offers"]
    assert {each["text"] for each in offers} >= {"ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT"}
    assert cut(text, offers[0]["start"], offers[0]["end"]) == "ACTION_BY_ME"


@pytest.mark.parametrize("prefix", ["", "c:"])
def test_a_missing_element_is_written_as_its_neighbours_are(prefix: str) -> None:
    text = FOUNDING
    if prefix:
        start = text.index("<Campaign")
        head, rest = text[:start], text[start:].replace('xmlns="http://ws', 'xmlns:c="http://ws', 1)
        body, _, tail = rest.partition("</Campaign>")
        for name in sorted(
            {each.split(">")[0].split()[0].strip("/<") for each in body.split("<")[1:]}, key=len
        ):
            if name != "link":
                body = body.replace(f"<{name}>", f"<c:{name}>").replace(
                    f"</{name}>", f"</c:{name}>"
                )
                body = body.replace(f"<{name} ", f"<c:{name} ")
        text = head + body + "</c:Campaign>" + tail
    found = {each["code"]: each for each in inspected(question(text))["diagnostics"]}
    assert (
        found["CT407"]["offers"][0]["text"].strip()
        == f"<{prefix}OrganizationState>AL</{prefix}OrganizationState>"
    )


def with_offer(text: str, offer: dict[str, Any]) -> str:
    data = text.encode("utf-16-le", "surrogatepass")
    new = offer["text"].encode("utf-16-le")
    made = data[: 2 * offer["start"]] + new + data[2 * offer["end"] :]
    return made.decode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize(
    "name", ["campaign-001", "event-currency", "status-scheduled", "contact-no-source", "contact-removed-by-itself"]
)  # fmt: skip
def test_a_value_that_is_offered_ends_the_problem(name: str) -> None:
    text = sample(f"bad/{name}.xml")
    for each in inspected(question(text, targets=["v2"]))["diagnostics"]:
        for offer in (each["offers"] or [])[:: max(1, len(each["offers"]) - 1)]:
            left = inspected(question(with_offer(text, offer), targets=["v2"]))["diagnostics"]
            same = (each["code"], each["message"], each["line"])
            assert same not in [(one["code"], one["message"], one["line"]) for one in left]
            assert each["code"] not in [one["code"] for one in left if one["line"] == each["line"]]


@pytest.mark.parametrize(
    ("country", "state", "some", "none"),
    [
        ("us", "", {"MA", "PR"}, {"ON", "YT"}),
        ("us", "ZZ", {"MA", "PR"}, {"ON", "YT"}),
        ("United States", "ZZ", {"MA"}, {"ON"}),
        ("ca", "ZZ", {"ON", "YT"}, {"MA", "PR"}),
        ("", "ZZ", {"MA", "ON"}, set()),
    ],
)
def test_states_are_offered_that_are_in_the_country(
    country: str, state: str, some: set[str], none: set[str]
) -> None:
    there = f"<OrganizationState>{state}</OrganizationState>" if state else ""
    text = re.sub(r"\s*<OrganizationState>.*?</OrganizationState>", "", FOUNDING)
    text = re.sub(
        r"<OrganizationCountry>.*?</OrganizationCountry>",
        f"{there}<OrganizationCountry>{country}</OrganizationCountry>",
        text,
    )
    code = "CT313" if state else "CT407"
    found = {each["code"]: each for each in inspected(question(text))["diagnostics"]}
    offers = {each["title"].partition(":")[0]: each for each in found[code]["offers"]}
    assert some <= offers.keys()
    assert not none & offers.keys()
    for offer in (offers[value] for value in some):
        left = inspected(question(with_offer(text, offer)))["diagnostics"]
        before = {each["code"] for each in found.values()}
        assert {each["code"] for each in left} - before == set()
        assert code not in {each["code"] for each in left}


def test_nothing_is_offered_in_place_of_a_value_that_the_schema_allows() -> None:
    """It is wrong for another reason: no other value of the list is right because it is in it."""
    for text in (
        sample("bad/status-scheduled.xml"),
        sample("bad/status-scheduled.xml").replace(">Scheduled<", "> Scheduled <"),
    ):
        found = [
            each for each in inspected(question(text))["diagnostics"] if each["code"] == "CT610"
        ]
        assert [each["offers"] for each in found] == [[]]


def feed_of_contacts(count: int, source: str) -> str:
    entry = (
        '<entry><content type="application/vnd.ctct+xml">'
        '<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">'
        f"<EmailAddress>ann%d@example.com</EmailAddress><OptInSource>{source}</OptInSource>"
        '<ContactLists><ContactList id="http://api.constantcontact.com/ws/customers/a/lists/1"/>'
        "</ContactLists></Contact></content></entry>\n"
    )
    entries = "".join(entry % number for number in range(count))
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'


def test_values_that_are_not_offered_are_counted() -> None:
    found = inspected(question(feed_of_contacts(OFFERED + 7, "ACTION_BY_ME"), targets=["v2"]))
    assert [bool(each["offers"]) for each in found["diagnostics"][: OFFERED + 1]] == [
        *[True] * OFFERED,
        False,
    ]
    assert found["withheld"] == 7
    few = inspected(question(feed_of_contacts(2, "ACTION_BY_ME"), targets=["v2"]))
    assert few["withheld"] == 0


def test_a_large_document_says_that_its_entries_are_not_located() -> None:
    text = feed_of_contacts(2, "ACTION_BY_CUSTOMER")
    for given, is_located in ((text, True), (text + "\n" * DETAILED, False)):
        found = inspected(question(given, targets=["v2"]))
        assert found["located"] is is_located
        ranges = [each["range"] for each in found["results"][0]["payloads"]]
        assert [each is not None for each in ranges] == [is_located] * 2
