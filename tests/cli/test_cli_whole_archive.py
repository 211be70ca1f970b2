"""An account's whole archive: any mix of resources through one command, one manifest, one report."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate.resources import BY_SLUG, RESOURCES

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
Run = Callable[..., Any]


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """A zip of what samples of an archive there are, in folders."""
    path = tmp_path / "account.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sample in sorted((SAMPLES / "archive").glob("*.xml")):
            archive.write(sample, f"account/{sample.stem[:3]}/{sample.name}")
        for name in ("schedule-002.xml", "contact-create.xml"):
            archive.write(SAMPLES / "good" / name, f"account/{name}")
    return path


def lines(manifest: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]


def test_everything_is_recorded_with_one_manifest_and_one_report(
    run: Run, account: Path, tmp_path: Path
) -> None:
    manifest, out = tmp_path / "run.jsonl", tmp_path / "out"
    done = run("convert", account, "--shape", "record", "-o", out, "--manifest", manifest)
    assert done.status == 0, done.err
    told = lines(manifest)
    found = {line["resource"] for line in told if line["resource"]}
    events = {each.slug for each in RESOURCES.values() if each.collection.startswith("events/")}
    assert events <= found
    assert {"campaign", "schedule", "contact", "contact_list", "activity", "email"} <= found
    assert {line["status"] for line in told} <= {"converted", "skipped"}
    assert not any("CT012" in line["codes"] for line in told)
    bodies = list(out.rglob("*.json"))
    assert len(bodies) == sum(line["status"] == "converted" for line in told)
    assert run("report", manifest, "-o", tmp_path / "report.html").status == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Bounces, clicks and opens over time" in page
    assert {each for each in found if f"<td>{each}</td>" not in page} == set()


def test_what_cannot_be_created_is_skipped_and_nothing_is_refused_for_it(
    run: Run, account: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "run.jsonl"
    run("convert", account, "-o", tmp_path / "out", "--manifest", manifest)
    for line in lines(manifest):
        if line["resource"] and BY_SLUG[line["resource"]].read_only:
            assert line["status"] == "skipped"
            assert "CT820" in line["codes"]


def test_tables_hold_each_resource(run: Run, account: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    manifest, out = tmp_path / "run.jsonl", tmp_path / "tables"
    done = run(
        "convert", account, "--shape", "record", "--format", "parquet", "-o", out, "--manifest", manifest
    )  # fmt: skip
    assert done.status == 0, done.err
    converted = [line["resource"] for line in lines(manifest) if line["status"] == "converted"]
    made = {path.stem: pyarrow.parquet.read_metadata(path).num_rows for path in out.glob("*")}
    assert made == {name: converted.count(name) for name in set(converted)}
