"""Many mistakes with one cause are one diagnostic, with one fix for all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from example_documents import CAMPAIGN, document_of
from rule_cases import applied, guilty

from ctct_migrate import fix
from ctct_migrate.api.reading import read
from ctct_migrate.diagnostics import Diagnostic, Safety
from ctct_migrate.rules.habits import habits_of
from ctct_migrate.rules.linting import lint


def _said(data: bytes) -> list[Diagnostic]:
    return lint(read(data))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


WAYS: dict[str, Callable[[str], str]] = {
    "in lower case": str.lower,
    "in upper case": str.upper,
    "in snake_case": _snake,
    "in upper case with underscores": lambda name: _snake(name).upper(),
    "with hyphens": lambda name: _snake(name).replace("_", "-"),
    "with a small first letter": lambda name: name[:1].lower() + name[1:],
    "in the wrong letter case": str.swapcase,
    "with the prefix `Ctct`": lambda name: "Ctct" + name,
    "with the prefix `my_`": lambda name: "my_" + name,
    "with the suffix `Field`": lambda name: name + "Field",
}


def _renamed(way: Callable[[str], str], *kept: str) -> bytes:
    text = CAMPAIGN
    start = text.index("<Name>")
    inside = re.sub(
        r"(</?)([A-Z]\w*)", lambda tag: tag[1] + (tag[2] if tag[2] in ("Text", *kept) else way(tag[2])),
        text[start : text.index("</Campaign>")],
    )  # fmt: skip
    return (text[:start] + inside + text[text.index("</Campaign>") :]).encode()


@pytest.mark.parametrize("way", WAYS)
def test_names_written_in_one_way_are_one_diagnostic_with_one_safe_fix(way: str) -> None:
    data = _renamed(WAYS[way])
    (one,) = _said(data)
    assert (one.code, one.severity.value) == ("CT302", "error")
    assert f"written {way}:" in one.message
    assert guilty(data, one) == WAYS[way]("Name")
    assert len(one.labels) == 2
    assert applied(data, one.fixes[0]) == CAMPAIGN.encode()
    assert one.fixes[0].safety is Safety.SAFE


def test_a_habit_and_a_slip_are_two_diagnostics() -> None:
    data = _renamed(str.lower).replace(b"subject>", b"subjekt>")
    habit, slip = _said(data)
    assert "names of elements are written in lower case" in habit.message
    assert "`subjekt`" in slip.message


def test_three_of_a_kind_stay_on_their_own() -> None:
    kept = [name for name in CAMPAIGN_NAMES if name not in ("Subject", "FromName", "StyleSheet")]
    found = _said(_renamed(str.lower, *kept))
    assert [each.code for each in found] == ["CT302"] * 3


CAMPAIGN_NAMES = sorted(set(re.findall(r"<([A-Z]\w*)", CAMPAIGN)))


def test_a_prefix_is_not_taken_off_where_the_right_name_is_there_too() -> None:
    old = "".join(
        f"<Old{name}>x</Old{name}>" for name in ("Subject", "FromName", "Name", "StyleSheet")
    )
    data = CAMPAIGN.encode().replace(b"<Name>", old.encode() + b"<Name>")
    assert {each.code for each in _said(data)} == {"CT301"}


FLAGS = ("ViewAsWebpage", "PermissionReminder", "IncludeForwardEmail", "IncludeSubscribeLink")


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("Yes", "No"), ("1", "0")])
def test_flags_written_in_one_other_way_are_one_diagnostic(yes: str, no: str) -> None:
    data = good = CAMPAIGN.encode()
    for flag in FLAGS:
        for value, written in (("YES", yes), ("NO", no)):
            data = data.replace(
                f"<{flag}>{value}</{flag}>".encode(), f"<{flag}>{written}</{flag}>".encode()
            )
    assert data != good
    (one,) = _said(data)
    assert one.code == "CT311"
    assert "in 3 more places" in one.message
    assert applied(data, one.fixes[0]) == good


def test_lists_with_one_wrong_attribute_are_one_diagnostic() -> None:
    lists = "".join(
        f'<ContactList ID="http://api.constantcontact.com/ws/customers/joe/lists/{n}"/>'
        for n in range(1, 8)
    )
    data = document_of(f"<ContactLists>{lists}</ContactLists>")
    found = [each for each in _said(data) if each.code == "CT305"]
    (one,) = found
    assert "7 names of attributes are written in upper case" in one.message
    assert b"ID=" not in applied(data, one.fixes[0])


def test_the_same_words_are_said_once() -> None:
    lists = "".join(
        f'<ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/{n}"><colour/></ContactList>'
        for n in range(1, 8)
    )
    (one,) = _said(document_of(f"<ContactLists>{lists}</ContactLists>"))
    assert one.code == "CT301"
    assert one.message.endswith("in 6 more places")


@pytest.mark.parametrize(
    ("written", "meant", "first"),
    [
        ("fromname", "FromName", "in lower case"),
        ("FROM_NAME", "FromName", "in upper case with underscores"),
        ("From_Name", "FromName", "with underscores"),
        ("ctct-from-name", "FromName", "with the prefix `ctct-`"),
        ("FromNmae", "FromName", None),
    ],
)
def test_the_way_a_name_came_to_be(written: str, meant: str, first: str | None) -> None:
    assert (*habits_of(written, meant), None)[0] == first


def _everywhere(pattern: str, put: str) -> bytes:
    start = CAMPAIGN.index("<entry")
    return (CAMPAIGN[:start] + re.sub(pattern, put, CAMPAIGN[start:])).encode()


#: What is written everywhere, and with what code it is one diagnostic.
MARKUP = {
    "typographic quotes": (r'="([^"<>]*)"', r"=“\1”", "CT107"),
    "single typographic quotes": (r'="([^"<>]*)"', r"=‘\1’", "CT107"),
    "German quotes": (r'="([^"<>]*)"', r"=„\1“", "CT107"),
    "French quotes": (r'="([^"<>]*)"', r"=«\1»", "CT107"),
    "wide quotes": (r'="([^"<>]*)"', r"=＂\1＂", "CT107"),
    "backticks": (r'="([^"<>]*)"', r"=`\1`", "CT107"),
    "encoded quotes": (r'="([^"<>]*)"', r"=&quot;\1&quot;", "CT107"),
    "numbered quotes": (r'="([^"<>]*)"', r"=&#34;\1&#x22;", "CT107"),
    "no quotes": (r'="([^"<>]*)"', r"=\1", "CT107"),
    "a space before the name": (r"<(?!Text)(\w)", r"< \1", "CT118"),
    "a space in the end tag": (r"</(\w)", r"</ \1", "CT118"),
    "an end tag without name": (r"</\w+>", r"</>", "CT118"),
}


@pytest.mark.parametrize("way", MARKUP)
def test_markup_that_is_wrong_everywhere_is_one_diagnostic_with_one_safe_fix(way: str) -> None:
    pattern, put, code = MARKUP[way]
    data = _everywhere(pattern, put)
    (one,) = _said(data)
    assert one.code == code
    assert "the same mistake is made in" in one.message
    assert len(one.members) > 3
    assert applied(data, one.fixes[0]) == CAMPAIGN.encode()


def test_bare_ampersands_in_different_elements_are_one_diagnostic() -> None:
    text = CAMPAIGN.replace("</Name>", " & b</Name>").replace("</FromName>", " & b</FromName>")
    text = text.replace("</Subject>", " & b</Subject>").replace("<name>", "<name>a & ")
    data = text.encode()
    (one,) = [each for each in _said(data) if each.code == "CT102"]
    assert len(one.members) == 4
    fixed, done = fix(read(data))
    assert [each.title for each in done] == ["Write `&amp;`, in all 4 places"]
    assert read(fixed).root is not None
