"""The public face: what is imported from `ctct_migrate`, and that it is complete and documented."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from example_documents import CAMPAIGN, SCHEDULE

import ctct_migrate
from ctct_migrate import convert, fix, lint, read, render, verify
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.output import FORMATS
from ctct_migrate.targets import TARGETS

BAD = CAMPAIGN.replace("<ViewAsWebpage>NO", "<ViewAsWebpage>no")
WITHOUT_ZONE = SCHEDULE.replace("Z</ScheduledTime>", "</ScheduledTime>")


@pytest.mark.parametrize("name", ctct_migrate.__all__)
def test_everything_is_there_and_documented(name: str) -> None:
    value = getattr(ctct_migrate, name)
    assert name in dir(ctct_migrate)
    if name == "__version__":
        assert value == importlib.metadata.version("ctct-migrate")
    else:
        assert inspect.getdoc(value)


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(AttributeError, match="lnit"):
        ctct_migrate.lnit  # noqa: B018


@pytest.mark.parametrize(
    "first", ["import ctct_migrate.output.rendering", "from ctct_migrate import render", ""]
)
def test_render_is_the_function_whatever_was_imported_first(first: str) -> None:
    program = f"{first}\nimport ctct_migrate\nfrom ctct_migrate import render, lint, read\n"
    program += "import ctct_migrate.output.concise\n"
    program += "found = lint(read(b'<a/>'))\n"
    program += "assert render(found) == ctct_migrate.render(found) != ''\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_lint_takes_a_zone_by_its_name_or_as_python_has_it() -> None:
    document = read(WITHOUT_ZONE.encode())
    assert "CT602" in {each.code for each in lint(document)}
    for zone in ("America/New_York", "+02:00", "Z", ZoneInfo("Europe/Berlin")):
        assert "CT602" not in {each.code for each in lint(document, time_zone=zone)}
    with pytest.raises(ValueError, match="Mars"):
        lint(document, time_zone="Mars/Olympus")


def test_every_function_takes_a_target_and_says_which_there_are() -> None:
    document = read(CAMPAIGN.encode())
    assert DEFAULT_TARGET in TARGETS
    calls = (lint, convert, fix, partial(verify, body={}))
    for call in calls:
        for name in TARGETS:
            call(document, target=name)
        with pytest.raises(ValueError, match="there is no target `v0`; "):
            call(document, target="v0")


class TestString:
    """`str` of a diagnostic."""

    def test_is_the_concise_line(self) -> None:
        found = lint(read(BAD.encode(), path="a.xml"))
        assert render(found, format="concise") == "".join(f"{each}\n" for each in found)
        line = BAD[: BAD.index("<ViewAsWebpage>")].count("\n") + 1
        assert str(found[0]).startswith(f"a.xml:{line}:")
        assert ": CT311 error: `no` is neither YES nor NO" in str(found[0])

    def test_has_nothing_that_a_terminal_obeys(self) -> None:
        text = BAD.replace("<ViewAsWebpage>no", "<ViewAsWebpage>n\u202eo\x9b")
        for each in lint(read(text.encode(), path="a\n\x1b.xml")):
            assert str(each).isprintable()


class TestRender:
    """`render`."""

    @pytest.mark.parametrize("format", FORMATS)
    def test_in_every_format(self, format: str) -> None:
        document = read(BAD.encode(), path="a.xml")
        assert "CT311" in render(lint(document), document, format=format)

    def test_text_is_the_default_and_has_excerpts(self) -> None:
        document = read(BAD.encode())
        assert " | " in render(lint(document), document)
        assert "\x1b" not in render(lint(document), document)
        assert "\x1b[" in render(lint(document), document, colour=True)
        assert render([], document) == ""

    def test_a_document_that_is_not_given_is_read_again(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xml"
        path.write_text(BAD)
        document = read(path)
        found = lint(document)
        assert render(found) == render(found, document)
        path.unlink()
        assert render(found).startswith(f"{found[0]}\n")

    def test_several_documents(self) -> None:
        one, other = (read(BAD.encode(), path=name) for name in ("a.xml", "b.xml"))
        text = render([*lint(one), *lint(other)], [other, one])
        assert "a.xml:" in text
        assert text.endswith("2 documents: 2 errors; 2 can be fixed with ctct-migrate fix\n")
        listed = json.loads(render([*lint(one), *lint(other)], format="json"))
        assert [each["path"] for each in listed] == ["a.xml", "b.xml"]

    def test_a_format_that_there_is_not(self) -> None:
        with pytest.raises(ValueError, match="there is no format `xml`: choose one of text,"):
            render([], format="xml")
