"""A folder of Parquet tables: one for each resource, read with DuckDB, the same after an interruption."""

from __future__ import annotations

import ast
import io
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import orjson
import pytest

from ctct_migrate.cli import main
from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input
from ctct_migrate.runs.parquet_tables import ParquetTables
from ctct_migrate.runs.resume import Known

pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ARCHIVE = SAMPLES / "archive"
EVENTS = sorted(ARCHIVE.glob("*-events-feed.xml"))


def convert(*arguments: str | Path, status: int = 0) -> str:
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        main(["convert", "--shape", "record", *map(str, arguments)])
    assert (ended.value.code or 0) == status, said.getvalue()
    return said.getvalue()


def tables(*arguments: str | Path, status: int = 0) -> str:
    return convert("--format", "parquet", *arguments, status=status)


def rows(folder: Path, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = duckdb.sql(
        f"select {columns} from '{folder}/{table}.parquet'"
    ).fetchall()
    return found


def test_each_resource_has_a_table_of_its_own_columns(tmp_path: Path) -> None:
    tables("-o", tmp_path / "out", *EVENTS, ARCHIVE / "reports-summary-feed.xml")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "sent_event.parquet", "open_event.parquet", "click_event.parquet", "bounce_event.parquet",
        "forward_event.parquet", "optout_event.parquet", "reports_summary.parquet",
    }  # fmt: skip
    clicks = duckdb.sql(f"describe from '{tmp_path}/out/click_event.parquet'").fetchall()
    assert [(name, kind) for name, kind, *_ in clicks] == [
        ("source", "VARCHAR"), ("entry", "BIGINT"), ("activity_type", "VARCHAR"), ("campaign_id", "VARCHAR"),
        ("contact_id", "VARCHAR"), ("email_address", "VARCHAR"), ("click_date", "TIMESTAMP WITH TIME ZONE"),
        ("link_id", "VARCHAR"), ("link_uri", "VARCHAR"),
    ]  # fmt: skip


def test_dates_are_moments_whatever_their_offset(tmp_path: Path) -> None:
    tables("-o", tmp_path / "out", ARCHIVE / "open-events-feed.xml")
    found = rows(tmp_path / "out", "open_event", "epoch_ms(open_date)")
    assert found == [(1285659601000,), (1285917330250,)]


def test_tables_hold_what_one_file_holds(tmp_path: Path) -> None:
    tables("-o", tmp_path / "out", ARCHIVE)
    convert("-o", tmp_path / "all.parquet", ARCHIVE)
    whole = duckdb.sql(
        f"select resource, count(*) from '{tmp_path}/all.parquet' group by 1"
    ).fetchall()
    counts = {
        path.stem: rows(tmp_path / "out", path.stem, "count(*)")[0][0]
        for path in (tmp_path / "out").iterdir()
    }
    assert counts == dict(whole)
    assert len(counts) > 10


def test_a_table_that_is_there_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out"
    tables("-o", out, ARCHIVE / "open-events-feed.xml")
    said = tables("-o", out, ARCHIVE / "click-events-feed.xml", status=2)
    assert "open_event.parquet is there already; --force overwrites it" in said
    assert len(rows(out, "open_event")) == 2
    tables("-o", out, "--force", ARCHIVE / "click-events-feed.xml")
    assert {path.name for path in out.iterdir()} == {"click_event.parquet"}


def test_what_changed_is_done_again_in_its_place(tmp_path: Path) -> None:
    source, out, manifest = tmp_path / "in", tmp_path / "out", tmp_path / "run.jsonl"
    source.mkdir()
    for path in EVENTS:
        shutil.copy(path, source)
    tables("-o", out, "--manifest", manifest, source)
    clicks = source / "click-events-feed.xml"
    clicks.write_text(clicks.read_text().replace("/winter<", "/summer<"))
    said = tables("-o", out, "--manifest", manifest, "--resume", source)
    assert "5 unchanged" in said
    links = [link for (link,) in rows(out, "click_event", "link_uri")]
    assert sorted(links) == [
        "http://books.example/autumn?a=1&b=2", "http://books.example/spring", "http://books.example/summer",
    ]  # fmt: skip
    assert len(rows(out, "open_event")) == 2
    assert not list(out.glob("*.parts"))


def test_documents_that_come_later_are_added(tmp_path: Path) -> None:
    out, manifest = tmp_path / "out", tmp_path / "run.jsonl"
    tables("-o", out, "--manifest", manifest, ARCHIVE / "open-events-feed.xml")
    tables("-o", out, "--manifest", manifest, "--resume", *EVENTS)
    assert len(rows(out, "open_event")) == 2
    assert len(rows(out, "click_event")) == 3


def test_what_was_written_and_not_noted_before_a_run_broke_off_does_not_count(
    tmp_path: Path,
) -> None:
    known = Known()
    item = Input("s.xml", "s.xml", Held(b""))

    def put(output: ParquetTables, resource: str, number: int) -> None:
        row = {"source": "s.xml", "entry": number, "contact_id": "7"}
        output.put(item, number, resource.encode() + b"\n" + orjson.dumps(row))

    output = ParquetTables(tmp_path / "out", force=False, resume=None)
    put(output, "open_event", 0)
    known.ends[str(tmp_path / "out")] = output.commit()
    put(output, "click_event", 1)
    put(output, "open_event", 2)
    output.commit()  # the manifest does not know
    output.abandon(resumable=True)
    again = ParquetTables(tmp_path / "out", force=False, resume=known)
    put(again, "open_event", 2)
    assert again.commit() == 2
    again.complete()
    assert [entry for (entry,) in rows(tmp_path / "out", "open_event", "entry")] == [0, 2]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"open_event.parquet"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs -o"),
        (("-o", "a.jsonl"), "goes to a folder, or to a file that ends in .parquet"),
    ],
)
def test_other_outputs_are_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in tables(*arguments, ARCHIVE / "open-events-feed.xml", status=2)


def test_one_file_may_be_asked_for_by_name_and_form(tmp_path: Path) -> None:
    tables("-o", tmp_path / "all.parquet", ARCHIVE / "open-events-feed.xml")
    assert len(rows(tmp_path, "all")) == 2


def test_the_lines_of_the_documentation_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables("-o", "tables", *EVENTS)
    text = (SAMPLES.parent / "docs" / "reference" / "outputs.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
    found = [ast.unparse(each) for each in ast.parse(blocks).body]
    years, people = (eval(each).fetchall() for each in found if each.startswith("duckdb."))
    assert years == [(2010, 2)]
    assert people == [("ada@example.org",)]
