"""What becomes of parts of a resource in outputs and manifests: each fee of an event is a body of its
own, in a file of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ctct_migrate.cli.convert import command

SAMPLES = Path(__file__).parents[2] / "samples" / "archive"
NAMES = {"event-detail.json", "event-detail.fee-0.json", "event-detail.fee-1.json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "in"
    inputs.mkdir()
    shutil.copy(SAMPLES / "event-detail.xml", inputs)
    return inputs


def run(*arguments: object) -> Any:
    return CliRunner().invoke(command, [*map(str, arguments), "--no-config"], standalone_mode=False)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_has_a_file_and_a_line_and_is_done_once(folder: Path, tmp_path: Path) -> None:
    out, manifest = tmp_path / "out", tmp_path / "m.jsonl"
    given = (folder, "--shape", "record", "-o", out, "--manifest", manifest)
    assert run(*given).return_value == 0
    assert {path.name for path in out.iterdir()} == NAMES
    told = lines(manifest)
    assert [(each["resource"], each.get("part")) for each in told] == [
        ("event", None), ("fee", 0), ("fee", 1),
    ]  # fmt: skip
    assert {Path(each["output"]).name for each in told} == NAMES
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    again = run(*given, "--resume")
    assert again.return_value == 0
    assert "1 unchanged" in again.output
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before


def test_a_fee_that_is_gone_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    out, manifest = tmp_path / "out", tmp_path / "m.jsonl"
    given = (folder, "--shape", "record", "-o", out, "--manifest", manifest)
    run(*given)
    document = folder / "event-detail.xml"
    text = document.read_text("utf-8")
    start = text.rindex("<EventFee>")
    document.write_text(text[:start] + text[text.rindex("</EventFee>") + len("</EventFee>") :])
    assert run(*given, "--resume").return_value == 0
    assert {path.name for path in out.iterdir()} == NAMES - {"event-detail.fee-1.json"}
    assert [each.get("part") for each in lines(manifest)] == [None, 0]


def test_an_event_that_is_skipped_is_told_beside_its_fees(folder: Path, tmp_path: Path) -> None:
    out, manifest = tmp_path / "out", tmp_path / "m.jsonl"
    assert run(folder, "-o", out, "--manifest", manifest).return_value == 0
    assert {path.name for path in out.iterdir()} == NAMES - {"event-detail.json"}
    told = {(each["resource"], each["status"]) for each in lines(manifest)}
    assert told == {("event", "skipped"), ("fee", "converted")}


def test_what_is_wrong_with_a_fee_refuses_the_whole(folder: Path, tmp_path: Path) -> None:
    document = folder / "event-detail.xml"
    document.write_text(document.read_text("utf-8").replace("<Fee>5.00", "<Fee>five"))
    out, manifest = tmp_path / "out", tmp_path / "m.jsonl"
    outcome = run(folder, "--shape", "record", "-o", out, "--manifest", manifest)
    assert outcome.return_value == 1
    assert "CT432" in outcome.output
    assert [(each["resource"], each["status"]) for each in lines(manifest)] == [
        ("event", "refused")
    ]


def test_on_standard_output_they_are_lines(folder: Path) -> None:
    outcome = run(folder / "event-detail.xml", "--shape", "record")
    found = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [each["resource"] for each in found] == ["event", "fee", "fee"]
    assert {each["source"] for each in found} == {str(folder / "event-detail.xml")}


def test_the_source_of_a_file_is_not_that_of_its_document(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    document = SAMPLES.parent / "good" / "image-create-in-folder.xml"
    out = tmp_path / "x.parquet"
    assert run(document, "-o", out).return_value == 0
    (row,) = parquet.read_table(out).to_pylist()
    assert (row["source"], row["body_source"]) == (str(document), "MyComputer")
