"""When a rule raises what nobody foresaw: what everything else found is still reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of

from ctct_migrate import Diagnostic, convert, fix, lint, read
from ctct_migrate.cli import main
from ctct_migrate.rules import registry
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values import values

Check = Callable[[Context], Iterator[Diagnostic]]

#: A document with one mistake, which its own rule reports.
MISTAKEN = document_of("<GreetingName>first_name</GreetingName>")


def _family(check: Check) -> ModuleType:
    family = ModuleType("ctct_migrate.rules.brittle")
    vars(family)["check"] = check
    return family


@pytest.fixture(params=[ValueError("odd"), RecursionError(), MemoryError(), KeyError("")], ids=repr)
def brittle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Exception:
    """A family that raises, in the middle of the others."""
    error: Exception = request.param

    def check(context: Context) -> Iterator[Diagnostic]:
        raise error
        yield

    families = registry.ENTRY_FAMILIES
    monkeypatch.setattr(registry, "ENTRY_FAMILIES", (*families[:3], _family(check), *families[3:]))
    return error


def test_the_others_are_still_heard(brittle: Exception) -> None:
    data = MISTAKEN.replace(b"</Subject>", b"</Subject><ShowAgent>YES</ShowAgent>")
    found = lint(read(data))
    assert [each.code for each in found] == ["CT099", "CT801", "CT310"]
    said = found[0]
    assert said.severity == "error"
    assert "`brittle`" in said.message
    assert type(brittle).__name__ in said.message
    assert "test_rules_failures.py:" in said.message
    assert "Report it" in " ".join(said.help)
    assert data[said.span.start.offset : said.span.end.offset] == b"entry"


def test_nothing_is_converted_that_was_not_checked(brittle: Exception) -> None:
    made = convert(
        read(MISTAKEN.replace(b"first_name", b"FirstName<!-- -->").replace(b"MA", b"??"))
    )
    assert len(made) == 0
    assert "CT099" in [each.code for each in made.diagnostics]


def test_no_comment_switches_it_off(brittle: Exception) -> None:
    comment = b"<!-- ctct-migrate: ignore-file --><GreetingName>"
    found = lint(read(MISTAKEN.replace(b"<GreetingName>", comment)))
    assert [each.code for each in found] == ["CT099"]


def test_fix_still_fixes_the_rest(brittle: Exception) -> None:
    fixed, applied = fix(read(MISTAKEN))
    assert b"<GreetingName>FirstName<" in fixed
    assert len(applied) == 1


def test_what_was_found_before_it_broke_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(context: Context) -> Iterator[Diagnostic]:
        yield from values.check(context)
        raise AssertionError("in the middle")

    monkeypatch.setattr(registry, "ENTRY_FAMILIES", (_family(check),))
    assert [each.code for each in lint(read(MISTAKEN))] == ["CT099", "CT310"]


def test_only_the_entry_that_it_broke_at_is_not_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(context: Context) -> Iterator[Diagnostic]:
        if context.entry.index == 1:
            raise IndexError("second")
        yield from ()

    families = (*registry.ENTRY_FAMILIES, _family(check))
    monkeypatch.setattr(registry, "ENTRY_FAMILIES", families)
    entry = SCHEDULE[SCHEDULE.index("<entry") :].replace(' xmlns="http://www.w3.org/2005/Atom"', "")
    entry = entry.replace('rel="edit"/>', 'rel="edit"/><!-- ctct-migrate: ignore CT310 -->')
    head = '<id>data:,none</id><title type="text"/><updated>2010-11-13T20:03:35.000Z</updated>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entry * 3}</feed>'
    made = convert(read(feed.encode()))
    assert [payload.entry for payload in made] == [0, 2]
    assert [(d.code, d.entry) for d in made.diagnostics if d.severity == "error"] == [("CT099", 1)]


def test_the_run_goes_on_with_the_next_document(
    brittle: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes(MISTAKEN)
    (tmp_path / "b.xml").write_bytes(CAMPAIGN.encode())
    (tmp_path / "c.xml").write_bytes(MISTAKEN)
    for command, status in (("lint", 1), ("convert", 1), ("fix", 0)):
        with pytest.raises(SystemExit) as ended:
            main([command, str(tmp_path)])
        assert ended.value.code == status
    out, err = capsys.readouterr()
    assert "a.xml" in out
    assert "c.xml" in out
    assert "Traceback" not in out + err
