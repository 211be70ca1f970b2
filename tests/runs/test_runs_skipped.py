"""What is skipped, such as a list that v1 made itself, is not refused, and is settled."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from program import completed

FEED = Path(__file__).resolve().parents[2] / "samples" / "archive" / "contact-lists-feed.xml"


def convert(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return completed(
        "convert",
        FEED,
        "--shape",
        "record",
        "-o",
        "out",
        "--manifest",
        "m.jsonl",
        *more,
        cwd=folder,
    )


def test_a_run_with_skipped_lists_succeeds_and_is_complete(tmp_path: Path) -> None:
    done = convert(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CT807" in done.stderr
    assert "2 converted" in done.stderr
    assert "error" not in done.stderr
    manifest = (tmp_path / "m.jsonl").read_bytes()
    statuses = [json.loads(line).get("status") for line in manifest.splitlines()]
    assert [s for s in statuses if s] == ["skipped"] * 3 + ["converted"] * 2
    assert len(list((tmp_path / "out").rglob("*.json"))) == 2
    again = convert(tmp_path, "--resume")
    assert again.returncode == 0, again.stderr
    assert "2 converted" not in again.stderr
    assert (tmp_path / "m.jsonl").read_bytes() == manifest
