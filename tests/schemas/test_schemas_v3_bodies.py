"""What the schemas of v3 take and refuse: bodies in `v3_bodies`, one file for a schema.

Where `CTCT_V3_OPENAPI` names v3's published interface document (Swagger 2.0, as JSON), the bodies
that are taken are held to that too.  It accepts almost anything, so that it cannot stand in for the
other tests.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ctct_migrate.contract.contract import Contract
from ctct_migrate.schema_files import schema_directory

CONTRACT = Contract(schema_directory() / "v3")
BODIES = {
    path.stem: json.loads(path.read_bytes())
    for path in sorted((Path(__file__).parent / "v3_bodies").glob("*.json"))
}
GOOD = [
    (name, each["shape"], each["body"]) for name, all_ in BODIES.items() for each in all_["good"]
]
BAD = [(name, each) for name, all_ in BODIES.items() for each in all_["bad"]]

OPENAPI = os.environ.get("CTCT_V3_OPENAPI", "")


@pytest.mark.parametrize(("name", "shape", "body"), GOOD)
def test_it_takes_a_right_body(name: str, shape: str, body: Any) -> None:
    assert CONTRACT.violations(name, shape, body) == ()
    assert CONTRACT.is_valid(name, shape, body)


@pytest.mark.parametrize(("name", "case"), BAD, ids=[f"{name}-{case['why']}" for name, case in BAD])
def test_it_refuses_a_wrong_one_at_its_place(name: str, case: Any) -> None:
    found = CONTRACT.violations(name, case["shape"], case["body"])
    assert (case["pointer"], case["keyword"]) in [(each.pointer, each.keyword) for each in found]
    assert all(each.message and not each.message.endswith(".") for each in found)


def test_each_schema_has_bodies() -> None:
    """But for those of campaigns, and of what is only ever reported, which have samples."""
    names = {path.stem for path in CONTRACT.directory.glob("*.json") if "campaign" not in path.stem}
    names -= {slug for slug in names if slug.endswith("_event") or slug == "reports_summary"}
    assert names == BODIES.keys()


#: The numbers of v1, labels and addresses that a converted body has where the server takes UUIDs.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _published(body: Any) -> bool:
    """Whether all ids of a body are those of the server."""
    if isinstance(body, dict):
        return all(
            _published(value) and (not name.endswith("_id") or _is_uuid(value))
            and ((not name.endswith("_ids") and name != "list_memberships") or all(map(_is_uuid, value)))
            for name, value in body.items()
        )  # fmt: skip
    return all(map(_published, body)) if isinstance(body, list) else True


def _is_uuid(value: Any) -> bool:
    return isinstance(value, int) or bool(_UUID.fullmatch(value))


def _without_traps(node: Any) -> Any:
    """The document without `maxItems: 0`, which would refuse every body (reference, v3-contract,
    Traps in the Swagger document itself)."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if (key, value) != ("maxItems", 0)}
        return {key: _without_traps(value) for key, value in kept.items()}
    return [_without_traps(each) for each in node] if isinstance(node, list) else node


@pytest.mark.skipif(not OPENAPI, reason="skipped: CTCT_V3_OPENAPI names no published document")
@pytest.mark.parametrize(("name", "shape", "body"), GOOD)
def test_the_published_document_takes_it_too(name: str, shape: str, body: Any) -> None:
    definition = BODIES[name]["published as"].get(shape)
    if definition is None or not _published(body):
        pytest.skip("skipped: it is not a body that is sent")
    document = _without_traps(json.loads(Path(OPENAPI).read_bytes()))
    schema = {"$ref": f"#/definitions/{definition}", "definitions": document["definitions"]}
    validator = jsonschema_rs.Draft4Validator(schema)
    assert [str(error) for error in validator.iter_errors(body)] == []
