"""Samples for v3: what `lint` says of them for it, and what they and the others become there.

`python tests/samples/test_samples_v3.py` writes the bodies anew, for another review.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from expectations import SAMPLES, quotes, read_sample, sample_name, sample_paths
from test_samples import reported

from ctct_migrate import Choices, Payload, Severity, Shape, convert, lint, read, verify
from ctct_migrate.targets import TARGETS

TARGET = "v3"
PATHS = sample_paths("v3-contacts")
GOLDEN = SAMPLES / "golden-v3"

#: The documents that become something in v3 besides campaigns, which have tests of their own.
OTHERS = [
    path
    for path in sample_paths("good", "dialects", "archive")
    if path.stem.startswith(
        ("contact", "schedule", "list-", "account-addresses", "activities", "reports-")
    )
    or "-events-" in path.stem
]

#: What the account's owner says of the custom fields that the samples have.
CHOICES = Choices(
    custom_fields=(("CustomField1", "Shelf"), ("CustomField2", "Since"), ("CustomField15", ""))
)


def golden(path: Path) -> str:
    """What a sample becomes in each shape."""
    shapes = {
        shape.value: [
            _told(each) for each in convert(read(path), shape, target=TARGET, choices=CHOICES)
        ]
        for shape in Shape
    }
    return json.dumps(shapes, ensure_ascii=False, indent=1) + "\n"


def _told(payload: Payload) -> dict[str, Any]:
    return {
        "entry": payload.entry,
        "number": payload.number,
        "resource": payload.resource,
        "body": payload.body,
        "dropped": [" · ".join(map(str, drop)) for drop in payload.dropped],
    }


def golden_path(path: Path) -> Path:
    return GOLDEN / path.parent.name / f"{path.stem}.json"


@pytest.mark.parametrize("path", PATHS, ids=sample_name)
def test_lint_says_what_the_sample_expects(path: Path) -> None:
    sample = read_sample(path)
    for shape, expected in sample.expectations.items():
        found = sorted(map(reported, lint(read(path), shape, target=TARGET)))
        assert found == list(expected), f"as {shape or 'no shape'}"
    for expected, written in sample.quotations:
        assert quotes(written, sample.at(expected.start, expected.end))


@pytest.mark.parametrize("path", [*PATHS, *OTHERS], ids=sample_name)
def test_it_becomes_what_was_reviewed(path: Path) -> None:
    assert golden(path) == golden_path(path).read_text(encoding="utf-8")


def test_no_reviewed_file_is_left_over() -> None:
    assert set(GOLDEN.rglob("*.json")) == {golden_path(path) for path in [*PATHS, *OTHERS]}


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("path", [*PATHS, *OTHERS], ids=sample_name)
def test_each_body_keeps_the_contract_and_accounts_for_everything(path: Path, shape: Shape) -> None:
    document = read(path)
    conversion = convert(document, shape, target=TARGET, choices=CHOICES)
    for payload in conversion:
        violations = TARGETS[TARGET].contract.violations(payload.resource, shape, payload.body)
        assert violations == ()
        mapped = {each.pointer for each in payload.accounting if each.pointer}
        assert mapped <= set(payload.source_map)
        dropped = [each.path for each in payload.accounting if each.fate == "dropped"]
        assert {each.path for each in payload.dropped} <= set(dropped)
        if len(conversion) == 1:
            found = verify(document, payload.body, shape, target=TARGET, choices=CHOICES)
            assert [each for each in found if each.severity is Severity.ERROR] == []


if __name__ == "__main__":
    for each in [*PATHS, *OTHERS]:
        golden_path(each).parent.mkdir(parents=True, exist_ok=True)
        golden_path(each).write_text(golden(each), encoding="utf-8")
