"""Messages that say what is wrong, and nothing beside it."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN, SCHEDULE

from ctct_migrate import Diagnostic, fix, lint, read


def only(text: str) -> Diagnostic:
    (said,) = lint(read(text.encode()))
    return said


def with_text(name: str, value: str) -> str:
    return re.sub(f"(<{name}>)[^<]*", lambda found: found[1] + value, CAMPAIGN, count=1)


@pytest.mark.parametrize("character", ["\u2013", "\u2212", "\u2011", "\uff0d"])
def test_a_dash_that_only_looks_like_one_is_named(character: str) -> None:
    time = "2035-05-10T11:07:43.626Z"
    text = re.sub("(<ScheduledTime>)[^<]*", rf"\g<1>{time.replace('-', character)}", SCHEDULE)
    said = only(text)
    assert said.code == "CT603"
    assert f"`{character}` (U+{ord(character):04X}) where a date has `-`" in said.message
    assert f"<ScheduledTime>{time}<" in fix(read(text.encode()))[0].decode()


@pytest.mark.parametrize(("letter", "figure"), [("O", "0"), ("o", "0"), ("l", "1")])
def test_a_letter_for_a_figure_is_a_guess(letter: str, figure: str) -> None:
    time = "2035-05-10T11:07:43.626Z".replace(figure, letter)
    text = re.sub("(<ScheduledTime>)[^<]*", rf"\g<1>{time}", SCHEDULE)
    said = only(text)
    assert f"the letter `{letter}`" in said.message
    assert fix(read(text.encode()))[0].decode() == text
    assert "2035-05-10T11:07:43.626Z" in fix(read(text.encode()), unsafe=True)[0].decode()


def test_links_are_spoken_of_where_there_is_one() -> None:
    plain = only(with_text("Subject", "Fish & Chips"))
    link = only(with_text("Subject", "see http://a.example/?b=1&c=2"))
    assert (plain.code, link.code) == ("CT102", "CT102")
    assert "link" not in " ".join(plain.help)
    assert "link" in " ".join(link.help)


def test_a_code_that_no_state_has() -> None:
    said = only(with_text("OrganizationState", "XX"))
    assert said.code == "CT313"
    assert said.help[0].startswith("no state of the US and no province of Canada has the code XX")


@pytest.mark.parametrize(
    "address", ["joe@example,com", "mailto:joe@example.com", "joe@example.com;"]
)
def test_an_address_that_v1_did_not_take_either_is_not_called_one(address: str) -> None:
    assert only(with_text("EmailAddress", address)).code == "CT320"


@pytest.mark.parametrize(("state", "country"), [("MA", "gb"), ("ON", "de"), ("Texas", "fr")])
def test_a_state_of_the_us_in_another_country_is_spoken_of(state: str, country: str) -> None:
    text = with_text("OrganizationState", state)
    text = re.sub("(<OrganizationCountry>)[^<]*", rf"\g<1>{country}", text)
    found = [each for each in lint(read(text.encode())) if each.code == "CT321"]
    assert [each.severity for each in found] == ["warning"]
    assert "`international_state`" in found[0].help[0]


@pytest.mark.parametrize(
    "address", ["joe@example,com", "mailto:joe@example.com", "joe.example.com"]
)
def test_one_wrong_address_in_two_elements_is_one(address: str) -> None:
    text = CAMPAIGN
    for name in ("FromEmail", "ReplyToEmail"):
        text = re.sub(
            f"(?s)<{name}>.*?</{name}>",
            f"<{name}><EmailAddress>{address}</EmailAddress></{name}>",
            text,
        )
    said = only(text)
    assert said.code == "CT320"
    assert "in 1 more place" in said.message
    assert said.labels
