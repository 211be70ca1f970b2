"""Which texts are forms, and what their parameters are."""

from __future__ import annotations

import pytest

from ctct_migrate import read
from ctct_migrate.reader.forms.form_request import FormRequest, recognize_form
from ctct_migrate.source import Source

PAIRS = (
    "activityType=SV_ADD&data=Email+Address%0Aa%40b.org&lists=http%3A%2F%2Fx%2Flists%2F1&lists=2"
)


def recognized(text: str | bytes) -> FormRequest | None:
    return recognize_form(Source("a.txt", text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize(
    "text",
    [
        PAIRS,
        PAIRS.encode("utf-8-sig"),
        PAIRS.encode("utf-16"),
        "\r\n  " + PAIRS,
        PAIRS.replace("&", "\n&"),
        "lists=2&activitytype=sv_add",
        "data=x&lists=1",
        "lists%5B%5D=1&activityType=CLEAR_CONTACTS_FROM_LISTS",
        "POST /a HTTP/1.1\nHost: b.org\n\n" + PAIRS,
        '--x\nContent-Disposition: form-data; name="activityType"\n\nSV_ADD\n--x--',
    ],
)
def test_it_is_a_form(text: str | bytes) -> None:
    assert recognized(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "<entry/>",
        "activityType",
        "The activityType= of a form",
        "a=1&b=2",
        "data=1",
        "xml=%3Centry%3E&title=x",
        '{"activityType": "SV_ADD"}',
        '--x\nContent-Disposition: form-data; name="picture"\n\nabc\n--x--',
        "Subject: hello\n\nactivity=1",
    ],
)
def test_it_is_not_a_form(text: str) -> None:
    assert recognized(text) is None


def test_parameters_are_decoded_and_know_their_places() -> None:
    form = recognized("\n" + PAIRS + "\n")
    assert form is not None
    assert [(each.name, each.value) for each in form.parameters] == [
        ("activityType", "SV_ADD"),
        ("data", "Email Address\na@b.org"),
        ("lists", "http://x/lists/1"),
        ("lists", "2"),
    ]
    text = form.source.text
    for each in form.parameters:
        assert text[each.name_start : each.name_end] == each.name
        assert text[each.name_end] == "="
        assert each.start == each.name_end + 1


def test_parts_of_a_multipart_form_are_as_they_are() -> None:
    form = recognized(
        "--q\r\nContent-Disposition: form-data; name=activityType\r\n\r\nSV_ADD\r\n--q\r\n"
        'Content-Type: text/csv\r\nContent-Disposition: form-data; name="dataFile"; filename="a.csv"\r\n'
        "\r\nEmail Address\r\na+b%40c@d.org\r\n\r\n--q--\r\n"
    )
    assert form is not None
    assert [(each.name, each.value) for each in form.parameters] == [
        ("activityType", "SV_ADD"),
        ("dataFile", "Email Address\r\na+b%40c@d.org\r\n"),
    ]


def test_a_document_knows_that_it_is_a_form() -> None:
    assert read(PAIRS.encode()).form is not None
    assert read(b"<Campaign/>").form is None
