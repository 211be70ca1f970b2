"""What each sample converts to, byte for byte, as it was once reviewed by eye.

`python tests/mapping/test_mapping_golden.py` writes the files anew, for another review.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate import Payload, Shape, convert, read

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
GOLDEN = SAMPLES / "golden"
#: Those for v3 have a test of their own.
PATHS = sorted(p for p in SAMPLES.glob("*/*.xml") if not p.parent.name.startswith("v3"))


def golden_path(sample: Path) -> Path:
    return GOLDEN / sample.relative_to(SAMPLES).with_suffix(".json")


def golden(sample: Path) -> str | None:
    """What a sample becomes in each shape; None if it becomes nothing."""
    shapes = {
        shape.value: [_told(payload) for payload in convert(read(sample), shape)] for shape in Shape
    }
    if not any(shapes.values()):
        return None
    return json.dumps(shapes, ensure_ascii=False, indent=1) + "\n"


def _told(payload: Payload) -> dict[str, Any]:
    return {
        "entry": payload.entry,
        "number": payload.number,
        "resource": payload.resource,
        "body": payload.body,
        **({"request": dict(payload.request)} if payload.request else {}),
        "dropped": [" · ".join(map(str, drop)) for drop in payload.dropped],
    }


@pytest.mark.parametrize("sample", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_becomes_what_was_reviewed(sample: Path) -> None:
    path = golden_path(sample)
    expected = path.read_text(encoding="utf-8") if path.exists() else None
    assert golden(sample) == expected


def test_no_golden_file_is_left_over() -> None:
    forms = {GOLDEN / "forms" / f"{each.stem}.json" for each in (SAMPLES / "forms").glob("*")}
    assert set(GOLDEN.glob("*/*.json")) <= {golden_path(sample) for sample in PATHS} | forms


def test_the_example_of_the_documentation_comes_out_exactly() -> None:
    (payload,) = convert(read(SAMPLES / "good" / "schedule-002.xml"))
    assert payload.body == {"scheduled_date": "2013-05-10T11:07:43.626Z"}


if __name__ == "__main__":
    for each in PATHS:
        text, target = golden(each), golden_path(each)
        if text is None:
            target.unlink(missing_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
