"""One click: one fix, or all safe ones, and no harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate import fix, read
from ctct_migrate.playground.inspection import inspected
from ctct_migrate.playground.one_click_fixes import with_fixes
from ctct_migrate.playground.question import Question

SAMPLES = Path(__file__).parents[2] / "samples"


def question(text: str, **options: object) -> Question:
    return Question.of(json.dumps({"text": text, **options}).encode())


def sample(name: str) -> str:
    return (SAMPLES / "bad" / name).read_text(encoding="utf-8")


def chosen(finding: dict[str, Any], number: int = 0) -> dict[str, Any]:
    return {
        "code": finding["code"], "start": finding["start"], "end": finding["end"],
        "title": finding["fixes"][number]["title"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["campaign-001.xml", "raw-html-nbsp.xml", "other-names.xml"])
def test_all_safe_fixes_are_those_of_fix(name: str) -> None:
    text = sample(name)
    fixed = with_fixes(question(text, targets=["v2"], shape="create"))
    expected, applied = fix(read(text.encode()), shape="create", target="v2")
    assert fixed["text"].encode() == expected
    assert [each["title"] for each in fixed["applied"]] == [each.title for each in applied]


def test_one_fix_leaves_the_others() -> None:
    text = sample("other-names.xml")
    findings = [
        each for each in inspected(question(text, targets=["v2"]))["diagnostics"] if each["fixes"]
    ]
    assert len(findings) > 1
    for finding in findings:
        answer = with_fixes(question(text, targets=["v2"], fix=chosen(finding)))
        assert len(answer["applied"]) + len(answer["refused"]) == 1
        if answer["applied"]:
            assert answer["applied"][0]["code"] == finding["code"]
            assert answer["text"] != text
        else:
            assert answer["refused"][0]["reason"]
            assert answer["text"] == text


def test_a_fix_of_another_text_changes_nothing() -> None:
    text = sample("campaign-001.xml")
    finding = next(each for each in inspected(question(text))["diagnostics"] if each["fixes"])
    moved = f"<!-- moved -->{text[text.index('<entry') :]}"
    answer = with_fixes(question(moved, fix=chosen(finding)))
    assert answer == {"text": moved, "applied": [], "refused": []}


def test_a_time_zone_is_written() -> None:
    text = sample("campaign-001.xml").replace("05:22:42 01:00", "05:22:42")
    answer = with_fixes(question(text, time_zone="America/New_York"))
    assert "2010-09-28T05:22:42-04:00" in answer["text"]


def test_fixes_keep_a_mark_at_the_beginning_and_what_the_encoding_lacks() -> None:
    text = (
        sample("campaign-001.xml").replace("UTF-8", "iso-8859-1").replace("cmp_subject", "\u20ac")
    )
    for given in (text, "\ufeff" + sample("campaign-001.xml")):
        answer = with_fixes(question(given))
        assert answer["text"] == given.replace("05:22:42 01:00</", "05:22:42+01:00</")


def test_json_has_no_fixes() -> None:
    assert with_fixes(question('{"name": 1}')) == {
        "text": '{"name": 1}',
        "applied": [],
        "refused": [],
    }
