"""The reader of samples takes its own form, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from expectations import Expectation, quotes, read_sample

HEAD = '<?xml version="1.0"?>\n<!-- shows: a thing\n     over two lines\n     {}\n-->\n<entry/>\n'


def sample(folder: Path, *lines: str) -> Path:
    path = folder / "a.xml"
    path.write_text(HEAD.format("\n     ".join(lines)), encoding="utf-8")
    return path


def test_a_header_is_read(tmp_path: Path) -> None:
    found = read_sample(
        sample(
            tmp_path,
            "expect: CT310 6:2-6:7 entry",
            "expect: CT601 warning entry 2 1:1",
            "expect record: nothing",
        )
    )
    assert found.shows == "a thing over two lines"
    assert found.expectations == {
        None: (
            Expectation((1, 1), (1, 1), "CT601", "warning", 2),
            Expectation((6, 2), (6, 7), "CT310", "error", -1),
        ),
        "record": (),
    }
    assert found.quotations == ((found.expectations[None][1], "entry"),)


def test_a_file_beside_it_is_read_in_place_of_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.json.expect").write_text("shows: JSON\nexpect: CT003 1:1-1:3 {}\n")
    found = read_sample(tmp_path / "a.json")
    assert found.at((1, 1), (1, 3)) == "{}"
    assert found.expectations == {None: (Expectation((1, 1), (1, 3), "CT003", "error", -1),)}


@pytest.mark.parametrize(
    "lines",
    [
        ["expect: CT31 1:1"],
        ["expect: CT310"],
        ["expect: CT310 1:1-1:3"],
        ["expect: CT310 error 1:1"],
        ["expect: CT310 1:5-1:3 ab"],
        ["expects: nothing"],
        ["expect: nothing", "expect: CT310 1:1"],
        ["expect: nothing", "and more"],
        ["expect create: nothing"],
        ["expect elsewhere: nothing"],
    ],
)
def test_another_form_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(ValueError):
        read_sample(sample(tmp_path, *lines))


def test_a_document_without_a_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<entry/>")
    with pytest.raises(ValueError, match="no comment"):
        read_sample(tmp_path / "a.xml")


def test_a_place_outside_the_document_is_refused(tmp_path: Path) -> None:
    found = read_sample(sample(tmp_path, "expect: nothing"))
    with pytest.raises(IndexError):
        found.at((1, 1), (1, 99))
    with pytest.raises(IndexError):
        found.at((60, 1), (60, 1))


@pytest.mark.parametrize(
    ("written", "found", "same"),
    [
        ("abc", "abc", True),
        ("abc", "abd", False),
        ("a…c", "a--c", True),
        ("a…c", "a\nbc", True),
        ("a…c", "a--d", False),
        ("a…c", "a…c", True),
        ("ab…bc", "abc", False),
    ],
)
def test_a_quotation_may_be_shortened_in_its_middle(written: str, found: str, same: bool) -> None:
    assert quotes(written, found) is same
