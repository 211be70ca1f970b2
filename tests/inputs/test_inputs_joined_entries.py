"""Entries of large feeds that come some at a time: the same entries, in the same places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctct_migrate.cli import main
from ctct_migrate.inputs.feeds import parts
from ctct_migrate.inputs.input import Input
from ctct_migrate.inputs.joined_entries import joined_entries
from ctct_migrate.inputs.paths import inputs

URI = "http://api.constantcontact.com/ws/customers/joe"


def entry(number: int, address: str = "ada@example.org", gap: str = "\n  ") -> str:
    id = f"{URI}/campaigns/7/events/opens/7,{number},1217955004534"
    return f"""{gap}<entry><id>{id}</id><title type="text">Event</title>
<updated>2008-08-05T16:50:04.534Z</updated><author><name>Constant Contact</name></author>
<content type="application/vnd.ctct+xml"><OpenEvent xmlns="http://ws.constantcontact.com/ns/1.0/" id="{id}">
<Contact id="{URI}/contacts/{number}"><EmailAddress>{address}</EmailAddress></Contact>
<Campaign id="{URI}/campaigns/7"><Name>Spring</Name></Campaign>
<EventTime>2008-08-05T16:50:04.534Z</EventTime></OpenEvent></content></entry>"""


def feed(entries: list[str], encoding: str = "utf-8") -> bytes:
    text = f"""<?xml version='1.0' encoding='{encoding}'?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>{URI}/campaigns/7/events/opens</id><title>x</title>
<author><name>joe</name></author><updated>2010-04-22T00:09:05.992Z</updated>{"".join(entries)}
</feed>"""
    return text.encode(encoding)


#: Entries of a feed, with one that is as large as a feed must be to be cut.
MANY, LARGE = 400, 300


def enlarged(entry: str, size: int = 1_000_000) -> str:
    """An entry with so much more white space."""
    return entry.replace("<EventTime>", f"{' ' * size}<EventTime>")


@pytest.fixture(params=["utf-8", "utf-16", "one line"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    encoding = "utf-16" if request.param == "utf-16" else "utf-8"
    gap = "" if request.param == "one line" else "\n  "
    entries = [entry(number + 1, gap=gap) for number in range(MANY)]
    entries[170] = entry(171, "no address", gap)
    entries[220] = entry(221, gap=gap).replace("</Contact>", "")
    entries[260] = f"<!-- a comment -->{entries[260]}"
    entries[LARGE] = enlarged(entries[LARGE])
    made = tmp_path / "feed.xml"
    made.write_bytes(feed(entries, encoding))
    return made


def alone(path: Path) -> list[Input]:
    return [each for each in inputs([str(path)]) if isinstance(each, Input)]


def test_taken_apart_they_are_what_they_were(path: Path) -> None:
    single = alone(path)
    assert len(single) == MANY
    joined = [each for each in joined_entries(single) if isinstance(each, Input)]
    assert len(joined) < MANY / 10
    again: list[Input] = []
    for each in joined:
        again += parts(each, each.source().data) or [each]
    assert len(again) == MANY
    for one, other in zip(single, again, strict=True):
        assert one.part is not None
        assert other.part is not None
        assert (one.part.entry, one.part.line, one.part.column, one.part.offset) == (
            other.part.entry, other.part.line, other.part.column, other.part.offset
        )  # fmt: skip
        assert one.source().data == other.source().data


def test_large_entries_stay_alone(tmp_path: Path) -> None:
    entries = [entry(number + 1) for number in range(MANY)]
    large = {100: 5_000, 101: 5_000, LARGE: 1_000_000}
    for number, size in large.items():
        entries[number] = enlarged(entries[number], size)
    path = tmp_path / "feed.xml"
    path.write_bytes(feed(entries))
    joined = [each.part for each in joined_entries(alone(path)) if isinstance(each, Input)]
    found = {part.entry for part in joined if part is not None and not part.pieces}
    assert found == {0, *large, MANY - 1}


def test_what_is_found_is_the_same_with_a_manifest_and_without(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def ran(output: str, *more: str) -> tuple[list[str], str]:
        with pytest.raises(SystemExit):
            main(
                [
                    "convert",
                    "--shape",
                    "record",
                    "-j",
                    "1",
                    "-o",
                    str(tmp_path / output),
                    *more,
                    str(path),
                ]
            )
        return (tmp_path / output).read_text().splitlines(), capfd.readouterr().err

    apart, _ = ran("apart.jsonl", "--manifest", str(tmp_path / "run.jsonl"))
    together, said = ran("together.jsonl")
    assert [json.loads(each) for each in apart] == [json.loads(each) for each in together]
    assert len(together) == MANY - 1
    assert "(entry 170)" in said
    assert "(entry 220)" in said
