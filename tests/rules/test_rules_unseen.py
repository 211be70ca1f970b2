"""Characters that a reader does not see, in values that have a form: each is named, and taken out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Severity, convert, fix, lint, read
from ctct_migrate.runs.statements import address_keys
from ctct_migrate.targets.bulk_activity import address_key
from ctct_migrate.unseen import NOTHING, SPACES

CONTACT = (
    Path(__file__).resolve().parents[2] / "samples" / "good" / "contact-abroad.xml"
).read_text("utf-8")
#: What XML allows of them, as characters of a text.
UNSEEN = [each for each in NOTHING + SPACES if each not in "\x0b\x0c\x85\u2028\u2029"]


def _with(text: str, name: str, unseen: str, at: int) -> str:
    """The text with a character put into the value of the first element of that name."""
    start = re.search(rf"<{name}>", text)
    assert start is not None
    place = start.end() + at
    return text[:place] + unseen + text[place:]


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda each: f"U+{ord(each):04X}")
@pytest.mark.parametrize("text", [CAMPAIGN, CONTACT], ids=["campaign", "contact"])
@pytest.mark.parametrize("written", ["itself", "reference"])
def test_no_address_is_sent_with_one(text: str, unseen: str, written: str) -> None:
    put = unseen if written == "itself" else f"&#{ord(unseen)};"
    broken = _with(text, "EmailAddress", put, 0)
    document = read(broken.encode())
    (said,) = (each for each in lint(document) if each.severity is Severity.ERROR)
    assert any(f"U+{ord(unseen):04X}" in each for each in said.help)
    assert not convert(document)
    assert fix(document)[0].decode() == text


@pytest.mark.parametrize("unseen", NOTHING)
def test_contacts_are_told_apart_without_them(unseen: str) -> None:
    assert address_key(f"an{unseen}n@example.com") == "ann@example.com"
    assert address_keys(f"{unseen}ann@exam{unseen}ple.com") == address_keys("ann@example.com")


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00a0", "\u202f"])
@pytest.mark.parametrize(
    ("name", "code"), [("Status", "CT312"), ("ViewAsWebpage", "CT311"), ("updated", "CT206")]
)
def test_a_value_of_a_certain_form_is_written_without_them(
    name: str, code: str, unseen: str
) -> None:
    document = read(_with(CAMPAIGN, name, unseen, 0).encode())
    (said,) = lint(document)
    assert said.code == code
    assert f"U+{ord(unseen):04X}" in said.message + " ".join(said.help)
    assert fix(document)[0].decode() == CAMPAIGN


def test_a_date_with_one_inside() -> None:
    document = read(_with(CAMPAIGN, "updated", "\u200b", 4).encode())
    assert [each.code for each in lint(document)] == ["CT206"]
    assert fix(document)[0].decode() == CAMPAIGN


def test_in_a_text_they_are_nobodys_business() -> None:
    document = read(_with(CAMPAIGN, "Subject", "\u200b", 3).encode())
    assert not lint(document)
    assert "\u200b" in convert(document)[0].body["subject"]
