"""Columns of Parquet files: every property of every target, and none that loses a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input
from ctct_migrate.payload import Shape
from ctct_migrate.runs import parquet_output
from ctct_migrate.runs.outputs import OutputError
from ctct_migrate.targets import TARGETS

pyarrow = pytest.importorskip("pyarrow")


def test_there_is_a_column_for_every_property_of_every_target() -> None:
    for target in TARGETS.values():
        names = parquet_output.schema(pyarrow, target.name).names
        for delivery in filter(lambda each: each.has_source, target.deliveries().values()):
            pointers = target.contract.properties(delivery.schema, Shape.RECORD)
            assert {pointer.split("/")[1] for pointer in pointers} <= set(names)


def test_a_file_holds_the_bodies_of_one_target(tmp_path: Path) -> None:
    output = parquet_output.ParquetOutput(tmp_path / "a.parquet", force=False, resume=None)
    for body in ({"name": "a"}, {"name": "b", "favorite": True}):  # which v3's lists have
        row = {"source": "s", "entry": None, "resource": "contact_list", **body}
        output.put(Input("s.xml", "s.xml", Held(b"")), None, orjson.dumps(row))
    with pytest.raises(OutputError, match="v2 has no property `favorite`"):
        output.commit()


def test_a_property_of_two_types_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas: list[dict[str, Any]] = [
        {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "array", "items": {"type": "string"}}}},
        {"properties": {"a": {"type": "string"}, "b": {"type": "object", "properties": {"x": {"type": "integer"}}}, "c": {"type": "boolean"}}},
    ]  # fmt: skip
    monkeypatch.setattr(parquet_output, "_schemas", lambda target: iter(schemas))
    columns = parquet_output.schema(pyarrow)
    rows: list[dict[str, Any]] = [
        {"source": "s", "entry": None, "resource": "r", "a": "é", "b": {"x": 1}, "c": ["1"]},
        {"source": "s", "entry": 1, "resource": "r", "b": 7, "c": False},
    ]
    made = parquet_output.table(pyarrow, columns, rows).to_pylist()
    assert [(row["a"], row["b"], row["c"]) for row in made] == [
        ("é", '{"x":1}', '["1"]'), (None, "7", "false"),
    ]  # fmt: skip
