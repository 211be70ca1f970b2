"""A feed with one entry that is broken gives the others, and the same ones whatever its size."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate.cli.configurations import Configurations, Wanted
from ctct_migrate.cli.submissions import Submissions
from ctct_migrate.payload import Shape

Run = Callable[..., Any]

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:x</id><title>t</title><author><name>J</name></author>
  <updated>2009-01-01T00:00:00Z</updated>
"""
BROKEN = {
    "bare ampersand": ("<Name>", "<Name>A & B "),
    "wrong end tag": ("</Campaign>", "</Campain>"),
    "no end tag": ("</Name>", ""),
    "control character": ("<Name>", "<Name>\x01"),
    "undefined entity": ("<Name>", "<Name>&nbsp;"),
    "no end of the entry": ("</entry>", ""),
}


@pytest.fixture(scope="module")
def campaigns() -> list[str]:
    """Campaigns without mistakes."""
    path = Path(__file__).parents[2] / "bench" / "corpus.py"
    spec = importlib.util.spec_from_file_location("corpus", path)
    corpus = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(corpus)
    found = (entry.decode() for entry in corpus.entries(60, seed=5))
    from ctct_migrate import convert, read

    sound = (each for each in found if convert(read(each.encode()), Shape.RECORD).ok)
    return [next(sound) for _ in range(5)]


def feed(campaigns: list[str], at: int, name: str) -> str:
    entries = list(campaigns)
    old, new = BROKEN[name]
    assert old in entries[at]
    entries[at] = entries[at].replace(old, new, 1)
    return HEAD + "".join(entries) + "</feed>\n"


def converted(run: Run, path: Path, name: str, *options: str) -> tuple[list[str], str, list[dict]]:
    """The lines of output, what was reported, and the manifest without digests."""
    out, manifest = path.parent / f"{name}.jsonl", path.parent / f"{name}.manifest"
    result = run("convert", path, "--shape", "record", "-o", out, "--manifest", manifest, *options)
    assert result.status == 1
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    kept = [
        {key: line.get(key) for key in ("entry", "resource", "status", "codes", "diagnostics")}
        for line in lines
    ]
    return out.read_text().splitlines(), result.err, kept


@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_entry_takes_no_other_with_it_however_small_the_feed(
    run, tmp_path, campaigns, name, at
):
    path = tmp_path / "f.xml"
    path.write_text(feed(campaigns, at, name))
    small = converted(run, path, "small")
    assert [json.loads(line)["entry"] for line in small[0]] == [n for n in range(5) if n != at]
    assert [line["status"] for line in small[2]].count("refused") == 1
    assert all(line["codes"] for line in small[2] if line["status"] == "refused")
    assert small == converted(run, path, "cut", "--limit", "whole=1K")


def test_also_on_standard_output_with_a_source_map(run, tmp_path, campaigns):
    path = tmp_path / "f.xml"
    path.write_text(feed(campaigns, 2, "bare ampersand"))
    command = ["convert", str(path), "--shape", "record", "--source-map", "-"]
    result = run(*command)
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [line["entry"] for line in lines] == [0, 1, 3, 4]
    text = path.read_text().splitlines()
    for line in lines:
        span = line["source_map"]["/name"]
        assert line["body"]["name"][:5] in text[span["line"] - 1]
    cut = run(*command, "--limit", "whole=1K")
    assert (cut.out, cut.err) == (result.out, result.err)


def test_also_when_sending(tmp_path, campaigns):
    path = tmp_path / "f.xml"
    path.write_text(feed(campaigns, 2, "bare ampersand"))
    shown: list[str] = []
    submissions = Submissions(
        [str(path)], Shape.RECORD, Configurations(Wanted()),
        lambda _, found: shown.extend(each.code for each in found), lambda _: None,
    )  # fmt: skip
    found = list(submissions)
    assert [each.payload.entry for each in found] == [0, 1, 3, 4]
    assert "CT102" in shown
    assert submissions.refused == 1
    assert found[2].payload.body == found[2].again().body
