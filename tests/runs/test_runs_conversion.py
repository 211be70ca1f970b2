"""Outputs, manifest and going on with a run, with a small stand-in for the conversion."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.inputs.paths import inputs
from ctct_migrate.runs.conversion_run import Archive, OutputError, Totals
from ctct_migrate.runs.outcomes import (
    DocumentOutcome,
    ReportedDiagnostic,
    ResourceOutcome,
    ResourceStatus,
    compact,
)
from ctct_migrate.runs.purpose import Purpose
from ctct_migrate.source import Source

ENDINGS = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet", "out"]


def work(source: Source, item: Input) -> DocumentOutcome:
    """One body for each line of the document; a line `BAD` is refused."""
    if item.name.endswith("slow.xml"):
        time.sleep(1000)
    lines = source.text.splitlines()
    resources = []
    for number, line in enumerate(lines):
        entry = number if len(lines) > 1 else None
        if line.startswith("BAD"):
            finding = ReportedDiagnostic("CT310", "error", 1, 1, line, "safe", line, 0, 3)
            resources.append(
                ResourceOutcome(
                    entry, None, ResourceStatus.REFUSED, codes=("CT310",), findings=(finding,)
                )
            )
        else:
            body = {"name": line, "subject": "é" * 200, "tracking_summary": {"sends": number}}
            dropped = [{"path": "entry/title", "line": 1, "value": "t", "reason": "no place"}]
            resources.append(
                ResourceOutcome(
                    entry, "campaign", ResourceStatus.CONVERTED, compact(body), compact(dropped),
                    (("entry/title", "no place"),), "2010-01-02T03:04:05Z",
                )
            )  # fmt: skip
    return DocumentOutcome(tuple(resources), f"{item.name}\n" if "BAD" in source.text else "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    (source / "2010").mkdir(parents=True)
    for n in range(60):
        (source / "2010" / f"{n:03}.xml").write_text(f"doc {n}")
    (source / "bad.xml").write_text("BAD one")
    (source / "feed.xml").write_text("first\nBAD second\nthird")
    return source


def convert(source: object, output: Path, **options: object) -> tuple[list[object], Totals]:
    _need(output.name)
    jobs = options.pop("jobs", None)
    sources = source if isinstance(source, list) else [source]
    with Archive(output, **options) as archive:  # type: ignore[arg-type]
        results = list(archive.convert(inputs(sources), work, jobs=jobs))  # type: ignore[arg-type]
    return results, archive.totals


def _need(name: str) -> None:
    """Skips what needs an extra that is not installed."""
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra parquet)")
    if name.endswith(".zst"):
        pytest.importorskip("zstandard", reason="zstandard is not installed (the extra zstd)")


def bodies(output: Path) -> list[tuple[str, int | None, str]]:
    """Source's last part, entry and name of every body in a file of many."""
    if output.suffix == ".parquet":
        pq = pytest.importorskip("pyarrow.parquet")
        rows = pq.read_table(output).to_pylist()
        return [(Path(r["source"]).name, r["entry"], r["name"]) for r in rows]
    data = output.read_bytes()
    if output.suffix == ".gz":
        data = gzip.decompress(data)
    if output.suffix == ".zst":
        reader = (
            pytest.importorskip("zstandard")
            .ZstdDecompressor()
            .stream_reader(data, read_across_frames=True)
        )
        data = reader.read()
    rows = [json.loads(line) for line in data.splitlines()]
    assert all(list(row) == ["source", "entry", "resource", "body", "dropped"] for row in rows)
    return [(Path(r["source"]).name, r["entry"], r["body"]["name"]) for r in rows]


EXPECTED = [(f"{n:03}.xml", None, f"doc {n}") for n in range(60)] + [
    ("feed.xml", 0, "first"),
    ("feed.xml", 2, "third"),
]


def lines(manifest: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in manifest.read_bytes().splitlines()]


@pytest.mark.parametrize("name", ENDINGS[:4])
@pytest.mark.parametrize("jobs", [1, 3])
def test_files_of_many(tmp_path, folder, name, jobs):
    results, totals = convert(folder, tmp_path / name, jobs=jobs)
    assert bodies(tmp_path / name) == EXPECTED
    assert totals == Totals(converted=62, refused=2)
    assert [r.value.text for r in results if r.value.text] == [
        f"{folder / 'bad.xml'}\n",
        f"{folder / 'feed.xml'}\n",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", name]


@pytest.mark.parametrize("name", ENDINGS[:3])
def test_bytes_are_the_same_for_every_number_of_processes(tmp_path, folder, name):
    for n in range(60, 400):
        (folder / "2010" / f"{n:03}.xml").write_text(f"doc {n}")
    outputs = set()
    for jobs in (1, 2, 5, None):
        output = tmp_path / f"{jobs}-{name}"
        manifest = tmp_path / f"{jobs}-m"
        convert(folder, output, jobs=jobs, manifest=manifest)
        said = manifest.read_bytes().replace(output.name.encode(), b"OUT")
        outputs.add((output.read_bytes(), said))
    assert len(outputs) == 1


def test_a_folder_mirrors_the_tree(tmp_path, folder):
    _, totals = convert(folder, tmp_path / "out")
    found = sorted(
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*")
    )
    assert found == sorted(
        ["2010", *(f"2010/{n:03}.json" for n in range(60)), "feed", "feed/0.json", "feed/2.json"]
    )
    body = json.loads((tmp_path / "out" / "2010" / "007.json").read_bytes())
    assert body["name"] == "doc 7"
    assert totals.converted == 62


def test_parquet_has_the_columns_of_the_contract(tmp_path, folder):
    pq = pytest.importorskip("pyarrow.parquet")
    convert(folder, tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    assert schema.names[:3] == ["source", "entry", "resource"]
    assert str(schema.field("last_run_date").type) == "timestamp[us, tz=UTC]"
    assert str(schema.field("tracking_summary").type).startswith("struct<")
    assert "sends: int64" in str(schema.field("tracking_summary").type)
    assert str(schema.field("is_view_as_webpage_enabled").type) == "bool"
    assert str(schema.field("sent_to_contact_lists").type).startswith("list<")
    assert "scheduled_date" in schema.names
    row = pq.read_table(tmp_path / "out.parquet").to_pylist()[-1]
    assert row["tracking_summary"]["sends"] == 2


def test_dates_become_timestamps_in_utc(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    from ctct_migrate.runs.parquet_output import ParquetOutput

    output = ParquetOutput(tmp_path / "x.parquet", force=False, resume=None)
    for date in ("2010-01-02T03:04:05.678+02:00", "2010-01-02T03:04:05Z", None, "no date"):
        body = compact({"name": "a", "last_run_date": date})
        resource = ResourceOutcome(None, "campaign", ResourceStatus.CONVERTED, body)
        output.put(_input("a"), None, output.form("a.xml", resource))
    output.commit()
    output.complete()
    dates = [row["last_run_date"] for row in pq.read_table(tmp_path / "x.parquet").to_pylist()]
    assert [date and date.isoformat() for date in dates] == [
        "2010-01-02T01:04:05.678000+00:00", "2010-01-02T03:04:05+00:00", None, None,
    ]  # fmt: skip


def _input(name: str) -> Input:
    from ctct_migrate.inputs.byte_sources import Held

    return Input(f"{name}.xml", f"{name}.xml", Held(b""))


def test_many_row_groups_and_parts(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    from ctct_migrate.runs.parquet_output import ParquetOutput

    output = ParquetOutput(tmp_path / "x.parquet", force=False, resume=None)
    for n in range(2500):
        body = compact({"name": str(n)})
        resource = ResourceOutcome(None, "campaign", ResourceStatus.CONVERTED, body)
        output.put(_input("a"), None, output.form("a.xml", resource))
        if output.due:
            output.commit()
    assert output.commit() == 3
    output.complete()
    with pq.ParquetFile(tmp_path / "x.parquet") as file:
        assert file.num_row_groups == 3
        assert file.read(columns=["name"]).column(0).to_pylist() == [str(n) for n in range(2500)]
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


# -- The manifest


def test_the_manifest_tells_of_every_resource(tmp_path, folder):
    (folder / "gone.xml").symlink_to(tmp_path / "nowhere")
    convert(folder, tmp_path / "out.jsonl", manifest=tmp_path / "m.jsonl")
    reported = lines(tmp_path / "m.jsonl")
    assert len(reported) == 60 + 1 + 3 + 1
    first = reported[0]
    assert first == {
        "source": str(folder / "2010" / "000.xml"),
        "entry": None,
        "sha256": hashlib.sha256(b"doc 0").hexdigest(),
        "resource": "campaign",
        "shape": "create",
        "target": "v2",
        "status": "converted",
        "codes": [],
        "output": str(tmp_path / "out.jsonl"),
        "date": "2010-01-02T03:04:05Z",
        "dropped": {"entry/title": "no place"},
    }
    output = tmp_path / "out.jsonl"
    assert reported[-1]["reached"] == [str(output), output.stat().st_size]
    bad = reported[60]
    assert (bad["status"], bad["codes"], bad["output"]) == ("refused", ["CT310"], None)
    assert bad["diagnostics"] == [
        {
            "code": "CT310", "severity": "error", "line": 1, "column": 1, "message": "BAD one",
            "fix": "safe", "excerpt": "BAD one", "mark": [0, 3],
        }
    ]  # fmt: skip
    assert [(line["entry"], line["status"]) for line in reported[61:64]] == [
        (0, "converted"), (1, "refused"), (2, "converted"),
    ]  # fmt: skip
    assert (reported[64]["status"], reported[64]["sha256"]) == ("unreadable", None)
    assert "leads nowhere" in str(reported[64]["message"])


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_the_manifest_is_strict_json_whatever_stands_in_documents(tmp_path, name):
    """Only of an output whose name is not UTF-8 it has to have the bytes."""

    def undecodable(source: Source, item: Input) -> DocumentOutcome:
        text = source.data.decode("utf-8", "surrogateescape")
        finding = ReportedDiagnostic(
            "CT007", "error", 1, 3, f"no {text}", "", f"<n>{text}\ud83d</n>", 3, 5
        )
        refused = ResourceOutcome(
            0, None, ResourceStatus.REFUSED, codes=("CT007",), findings=(finding,)
        )
        drops = ((f"entry/{text}", "no place"),)
        converted = ResourceOutcome(1, "campaign", ResourceStatus.CONVERTED, b"{}", b"[]", drops)
        return DocumentOutcome((refused, converted))

    (tmp_path / "a.xml").write_bytes(b"\xfc\xdf")
    for folder in (tmp_path / "plain", tmp_path / os.fsdecode(b"caf\xe9")):
        folder.mkdir()
        manifest = folder / "m.jsonl"
        for _ in range(2):
            with Archive(folder / name, manifest=manifest, resume=True) as archive:
                list(archive.convert(inputs([tmp_path / "a.xml"]), undecodable))
        raw = manifest.read_bytes().splitlines()
        for each in raw if folder.name == "plain" else raw[:1]:
            assert orjson.loads(each)["source"]
        reported = lines(manifest)
        assert reported[0]["diagnostics"] == [
            {
                "code": "CT007", "severity": "error", "line": 1, "column": 3,
                "message": r"no \xFC\xDF", "fix": None,
                "excerpt": r"<n>\xFC\xDF\u{D83D}</n>", "mark": [3, 11],
            }
        ]  # fmt: skip
        assert reported[1]["dropped"] == {r"entry/\xFC\xDF": "no place"}
        assert Path(str(reported[1]["output"])).exists()


def test_in_a_folder_the_manifest_names_each_file(tmp_path, folder):
    convert(folder, tmp_path / "out", manifest=tmp_path / "m.jsonl")
    reported = lines(tmp_path / "m.jsonl")
    assert reported[5]["output"] == str(tmp_path / "out" / "2010" / "005.json")
    assert reported[63]["output"] == str(tmp_path / "out" / "feed" / "2.json")


# -- What is there already


@pytest.mark.parametrize("name", ENDINGS[:4])
def test_a_file_is_not_overwritten_unless_that_is_asked_for(tmp_path, folder, name):
    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(OutputError, match="is there already; --force overwrites it"):
        convert(folder, tmp_path / name)
    assert (tmp_path / name).read_bytes() == b"precious"
    convert(folder, tmp_path / name, force=True)
    assert bodies(tmp_path / name) == EXPECTED


def test_in_a_folder_only_what_is_there_is_left_alone(tmp_path, folder):
    (tmp_path / "out" / "2010").mkdir(parents=True)
    precious = tmp_path / "out" / "2010" / "003.json"
    precious.write_bytes(b"precious")
    results, totals = convert(folder, tmp_path / "out", manifest=tmp_path / "m")
    assert precious.read_bytes() == b"precious"
    (error,) = (result for result in results if isinstance(result, InputError))
    assert str(error) == (
        f"{folder / '2010' / '003.xml'}: {precious} is there already; --force overwrites it"
    )
    assert totals == Totals(converted=61, refused=2, unwritten=1)
    line = lines(tmp_path / "m")[3]
    assert (line["status"], line["output"]) == ("unwritten", None)
    convert(folder, tmp_path / "out", force=True)
    assert json.loads(precious.read_bytes())["name"] == "doc 3"


def test_two_inputs_with_one_output_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.xml").write_text(folder)
    for force in (False, True):
        results, totals = convert(
            [tmp_path / "a", tmp_path / "b"], tmp_path / f"out{force}", force=force
        )
        assert str(results[-1]) == (
            f"{tmp_path / 'b' / 'x.xml'}: {tmp_path / f'out{force}' / 'x.json'} is the output of "
            f"{tmp_path / 'a' / 'x.xml'} already"
        )
        assert json.loads((tmp_path / f"out{force}" / "x.json").read_bytes())["name"] == "a"
        assert totals.converted == totals.unwritten == 1
    # Also if the first of them was done by an earlier run.
    manifest = tmp_path / "m"
    convert(tmp_path / "a", tmp_path / "out", manifest=manifest)
    results, totals = convert(
        [tmp_path / "a", tmp_path / "b"], tmp_path / "out", manifest=manifest, resume=True,
        force=True,
    )  # fmt: skip
    assert "is the output of" in str(results[-1])
    assert totals == Totals(skipped=1, unwritten=1)
    convert([tmp_path / "a", tmp_path / "b"], tmp_path / "out.jsonl")
    assert [name for _, _, name in bodies(tmp_path / "out.jsonl")] == ["a", "b"]


def test_hostile_names_stay_in_the_output_folder(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("../../evil.xml", "/abs.xml", "a/../../../b.xml", "n" * 300 + ".xml"):
            archive.writestr(name, name[:20])
    results, _ = convert(tmp_path / "x.zip", tmp_path / "deep" / "out")
    found = sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()
    )
    assert found == [
        "deep/out/x.zip/a/b.json", "deep/out/x.zip/abs.json", "deep/out/x.zip/evil.json", "x.zip",
    ]  # fmt: skip
    assert "cannot be written: file name too long" in str(results[-1])


def test_a_file_where_a_folder_belongs(tmp_path, folder):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "2010").write_bytes(b"")
    results, totals = convert(folder, tmp_path / "out")
    assert totals.unwritten == 60
    assert "a file stands where a folder belongs" in str(results[1])
    with pytest.raises(OutputError, match="an output is a folder, or ends in"):
        convert(folder, tmp_path / "out" / "2010")


def test_extras_that_are_missing_are_named_at_once(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(OutputError, match=r"ctct-migrate\[parquet\]"):
        Archive(tmp_path / "out.parquet")
    with pytest.raises(OutputError, match=r"ctct-migrate\[zstd\]"):
        Archive(tmp_path / "out.jsonl.zst")


# -- Going on


def _small_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.runs.json_lines_output._LINES", 8)
    monkeypatch.setattr("ctct_migrate.runs.parquet_output._ROWS", 8)
    monkeypatch.setattr("ctct_migrate.runs.conversion_run._WAITING", 3)


def interrupted(folder: Path, output: Path, manifest: Path, at: int, **options: object) -> None:
    """A run that ends after its `at`-th input."""
    with (
        pytest.raises(KeyboardInterrupt),
        Archive(output, manifest=manifest, **options) as archive,  # type: ignore[arg-type]
    ):
        for done, _ in enumerate(archive.convert(inputs([folder]), work), 1):
            if done == at:
                raise KeyboardInterrupt


@pytest.mark.parametrize("name", ENDINGS)
def test_a_run_that_broke_off_is_gone_on_with(tmp_path, folder, name, monkeypatch):
    _need(name)
    _small_members(monkeypatch)
    output, manifest = tmp_path / name, tmp_path / "m.jsonl"
    interrupted(folder, output, manifest, 21)
    if name != "out":
        assert not output.exists()  # nothing half-done bears the name
        with pytest.raises(OutputError, match="--resume goes on with it"):
            convert(folder, output)
    assert len(lines(manifest)) in (20, 21)
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    # What was in no whole member (of Parquet, part) is done again.
    left = 0 if name in ("out", "out.jsonl") else 21 - 16
    assert totals == Totals(converted=41 + left, refused=2, skipped=21 - left)
    assert len(lines(manifest)) == 64
    if name == "out":
        assert len(list(output.rglob("*.json"))) == 62
    else:
        assert bodies(output) == EXPECTED
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "m.jsonl", name]
    # Once more: nothing to do but what was refused, and the feed with an entry that was.
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    assert totals.skipped == 60
    assert len(lines(manifest)) == 64
    if name != "out":
        assert bodies(output) == EXPECTED


@pytest.mark.parametrize("name", ENDINGS[:4])
def test_a_run_that_is_gone_on_with_gives_the_same_bytes(tmp_path, folder, name, monkeypatch):
    _need(name)
    _small_members(monkeypatch)
    for n in range(0, 60, 7):
        (folder / "2010" / f"{n:03}.xml").write_text("BAD and refused each time")
    (folder / "feed.xml").unlink()  # it has a body, and is done anew for its refused entry
    convert(folder, tmp_path / f"whole-{name}", manifest=tmp_path / "whole")
    output, manifest = tmp_path / name, tmp_path / "m"
    for at in (3, 17, 8, 30, 1, 41):
        interrupted(folder, output, manifest, at, resume=True)
    convert(folder, output, manifest=manifest, resume=True)
    assert output.read_bytes() == (tmp_path / f"whole-{name}").read_bytes()
    before = len(bodies(output))
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    assert (totals.converted, totals.skipped, len(bodies(output))) == (0, before, before)


@pytest.mark.parametrize("name", ENDINGS)
def test_what_has_changed_is_done_anew(tmp_path, folder, name):
    output, manifest = tmp_path / name, tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest)
    (folder / "2010" / "005.xml").write_text("changed")
    (folder / "2010" / "006.xml").write_text("BAD now")
    (folder / "bad.xml").write_text("mended")
    (folder / "feed.xml").write_text("first\nmended\nthird")
    (folder / "new.xml").write_text("new")
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    assert totals == Totals(converted=6, refused=1, skipped=58)
    expected = {
        **{f"{n:03}.xml": f"doc {n}" for n in range(60) if n not in (5, 6)},
        "005.xml": "changed", "bad.xml": "mended", "new.xml": "new",
    }  # fmt: skip
    entries = {("feed.xml", 0, "first"), ("feed.xml", 1, "mended"), ("feed.xml", 2, "third")}
    wanted = {(source, None, body) for source, body in expected.items()} | entries
    reported = lines(manifest)
    assert {
        (Path(str(line["source"])).name, line["entry"]) for line in reported if line["output"]
    } == {(source, entry) for source, entry, _ in wanted}
    assert len(reported) == len(wanted) + 1
    if name == "out":
        found = {path.stem for path in output.rglob("*.json")}
        assert "006" not in found
        assert len(list(output.rglob("*.json"))) == len(wanted)
        assert json.loads((output / "2010" / "005.json").read_bytes())["name"] == "changed"
    else:
        found_bodies = bodies(output)
        assert len(found_bodies) == len(wanted)
        assert set(found_bodies) == wanted
        # And once more on top of that.
        (folder / "2010" / "007.xml").write_text("changed too")
        convert(folder, output, manifest=manifest, resume=True)
        assert len(bodies(output)) == len(wanted)


def _create(item: Input) -> Purpose:
    return Purpose("create")


def _record(item: Input) -> Purpose:
    return Purpose("record")


def _other_target(item: Input) -> Purpose:
    return Purpose("record", "other")


def test_another_shape_is_another_conversion(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest, purpose=_create)
    _, totals = convert(folder, output, manifest=manifest, resume=True, purpose=_record)
    assert totals.skipped == 0
    assert len(bodies(output)) == 62


def _by_owner(item: Input) -> Purpose:
    return Purpose("record", "v2", "opt_in_by=owner")


def test_another_choice_is_another_conversion(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest, purpose=_record)
    _, totals = convert(folder, output, manifest=manifest, resume=True, purpose=_by_owner)
    assert totals.skipped == 0
    _, totals = convert(folder, output, manifest=manifest, resume=True, purpose=_by_owner)
    assert totals.skipped > 0
    lines = [json.loads(line) for line in manifest.read_bytes().splitlines()]
    assert {line["choices"] for line in lines} == {"opt_in_by=owner"}


def test_another_target_is_another_conversion(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest, purpose=_record)
    _, totals = convert(folder, output, manifest=manifest, resume=True, purpose=_other_target)
    assert totals.skipped == 0
    _, totals = convert(folder, output, manifest=manifest, resume=True, purpose=_other_target)
    assert totals.skipped > 0
    lines = [json.loads(line) for line in manifest.read_bytes().splitlines()]
    assert {line["target"] for line in lines} == {"other"}


def test_a_manifest_without_targets_is_one_of_v2(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest)
    lines = manifest.read_bytes()
    assert b',"target":"v2"' in lines
    manifest.write_bytes(lines.replace(b',"target":"v2"', b""))
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    assert totals.skipped > 0


def test_another_output_is_another_conversion(tmp_path, folder):
    manifest = tmp_path / "m.jsonl"
    convert(folder, tmp_path / "a.jsonl", manifest=manifest)
    _, totals = convert(folder, tmp_path / "b.jsonl", manifest=manifest, resume=True)
    assert totals.skipped == 0
    assert bodies(tmp_path / "b.jsonl") == EXPECTED == bodies(tmp_path / "a.jsonl")


def test_a_file_that_was_taken_away_is_made_anew(tmp_path, folder):
    manifest = tmp_path / "m.jsonl"
    convert(folder, tmp_path / "out", manifest=manifest)
    (tmp_path / "out" / "2010" / "011.json").unlink()
    _, totals = convert(folder, tmp_path / "out", manifest=manifest, resume=True)
    assert totals.converted == 3  # and the feed, which has an entry that was refused
    assert (tmp_path / "out" / "2010" / "011.json").exists()
    for name in ("a.jsonl", "a.parquet"):
        convert(folder, tmp_path / name, manifest=tmp_path / f"{name}.m")
        (tmp_path / name).unlink()
        with pytest.raises(OutputError, match="does not hold what the manifest says"):
            convert(folder, tmp_path / name, manifest=tmp_path / f"{name}.m", resume=True)


def test_a_manifest_whose_last_line_is_cut_off(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest)
    manifest.write_bytes(manifest.read_bytes()[:-30])
    # All of it was written at once, so none of it counts, and the output is not known.
    with pytest.raises(OutputError, match="the manifest does not list it; --force overwrites"):
        convert(folder, output, manifest=manifest, resume=True)
    _, totals = convert(folder, output, manifest=manifest, resume=True, force=True)
    assert totals.skipped == 0
    assert bodies(output) == EXPECTED
    convert(folder, tmp_path / "out", manifest=tmp_path / "n")
    (tmp_path / "n").write_bytes((tmp_path / "n").read_bytes()[:-30])
    _, totals = convert(folder, tmp_path / "out", manifest=tmp_path / "n", resume=True)
    assert totals == Totals(converted=2, refused=2, skipped=60)  # the feed is done anew


def test_what_is_no_manifest_is_left_alone(tmp_path, folder):
    for data in (b"precious\n", b'{"source": 1}\n', b"[]\n", b"\xff\n", b'{"source":"x"}\n'):
        (tmp_path / "m").write_bytes(data)
        with pytest.raises(OutputError, match=r"m:1: this is not a line of a manifest"):
            convert(folder, tmp_path / "out.jsonl", manifest=tmp_path / "m", resume=True)
        assert (tmp_path / "m").read_bytes() == data
        with pytest.raises(OutputError, match="is there already"):
            convert(folder, tmp_path / "out.jsonl", manifest=tmp_path / "m")
        assert (tmp_path / "m").read_bytes() == data
    with pytest.raises(OutputError, match="needs its manifest"):
        convert(folder, tmp_path / "out.jsonl", resume=True)


@pytest.mark.parametrize("name", ENDINGS[:4])  # each file in a folder is whole in itself
def test_without_a_manifest_nothing_half_done_is_left(tmp_path, folder, name):
    _need(name)
    with pytest.raises(RuntimeError), Archive(tmp_path / name) as archive:
        for _ in archive.convert(inputs([folder]), work):
            raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("name", ENDINGS[:4])
def test_inputs_of_one_name_are_told_apart(tmp_path, folder, name):
    """A path that is given twice, and an archive with two files of one name."""
    import warnings
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in ("one", "two", "BAD three", "four"):
            archive.writestr("a.xml", text)
        archive.writestr("b.xml", "five")
    once = folder / "2010" / "007.xml"
    sources = [once, tmp_path / "x.zip", once, tmp_path / "gone.xml", once]
    output, manifest = tmp_path / name, tmp_path / "m"
    convert(sources, output, manifest=manifest)
    expected = ["doc 7", "one", "two", "four", "five", "doc 7", "doc 7"]
    assert [found for _, _, found in bodies(output)] == expected
    assert [line.get("occurrence", 0) for line in lines(manifest)] == [0, 0, 1, 2, 3, 0, 1, 0, 2]
    data = output.read_bytes()
    for _ in range(2):
        _, totals = convert(sources, output, manifest=manifest, resume=True)
        assert totals == Totals(refused=1, unreadable=1, skipped=7)
        assert output.read_bytes() == data
        assert len(lines(manifest)) == 9
    once.write_text("changed")
    _, totals = convert(sources, output, manifest=manifest, resume=True)
    assert (totals.converted, totals.skipped) == (3, 4)
    assert sorted(found for _, _, found in bodies(output)) == sorted(
        ["one", "two", "four", "five", "changed", "changed", "changed"]
    )


def test_members_of_one_name_in_a_folder(tmp_path):
    import warnings
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a.xml", "one")
        archive.writestr("a.xml", "two")
    output, manifest = tmp_path / "out", tmp_path / "m"
    for resume, skipped in ((False, 0), (True, 1), (True, 1)):
        results, totals = convert(tmp_path / "x.zip", output, manifest=manifest, resume=resume)
        assert totals == Totals(converted=1 - skipped, unwritten=1, skipped=skipped)
        assert "is the output of" in str(results[-1])
        assert json.loads((output / "x.zip" / "a.json").read_text())["name"] == "one"


def test_a_document_that_is_given_twice_has_one_file(tmp_path, folder):
    once = folder / "2010" / "007.xml"
    output, manifest = tmp_path / "out", tmp_path / "m"
    for resume in (False, True):
        results, totals = convert([once, once], output, manifest=manifest, resume=resume)
        assert (len(results), totals.unwritten) == (2, 0)
    assert totals == Totals(skipped=2)
    once.write_text("changed")
    _, totals = convert([once, once], output, manifest=manifest, resume=True)
    assert totals == Totals(converted=2)
    assert json.loads((output / "007.json").read_text())["name"] == "changed"
    once.write_text("BAD now")
    _, totals = convert([once, once], output, manifest=manifest, resume=True)
    assert totals == Totals(refused=2)
    assert list(output.iterdir()) == []


def test_one_run_at_a_time_writes_an_output_or_a_manifest(tmp_path, folder):
    with Archive(tmp_path / "out.jsonl", manifest=tmp_path / "m") as archive:
        results = archive.convert(inputs([folder]), work)
        next(results)
        before = (tmp_path / "m").read_bytes()
        for name, manifest, options in (
            ("out.jsonl", "m", {"resume": True}),
            ("other.jsonl", "m", {"force": True}),
            ("other", "m", {"resume": True}),
            ("out.jsonl", "n", {"force": True}),
        ):
            with pytest.raises(OutputError) as caught:
                convert(folder, tmp_path / name, manifest=tmp_path / manifest, **options)
            guilty = tmp_path / ("m" if manifest == "m" else name)
            assert str(caught.value) == (
                f"{guilty}: another run (process {os.getpid()}) is writing it"
            )
        assert (tmp_path / "m").read_bytes() == before
        list(results)
    assert bodies(tmp_path / "out.jsonl") == EXPECTED
    assert not list(tmp_path.glob("*lock*"))
    assert len(lines(tmp_path / "m")) == 64


def test_a_lock_that_a_killed_run_left_is_not_in_the_way(tmp_path, folder):
    (tmp_path / "out.jsonl-lock").write_text("1\n")
    convert(folder, tmp_path / "out.jsonl")
    assert bodies(tmp_path / "out.jsonl") == EXPECTED


def test_the_temporary_file_of_another_run_is_left_alone(tmp_path, folder):
    (tmp_path / "out").mkdir()
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    alive = tmp_path / "out" / f".ctct-migrate-{process.pid}.tmp"
    alive.write_text("half")
    convert(folder, tmp_path / "out", manifest=tmp_path / "m", resume=True)
    assert alive.exists() == (os.name == "posix")
    process.communicate()
    convert(folder, tmp_path / "out", manifest=tmp_path / "m", resume=True)
    assert not alive.exists()


def test_a_manifest_that_somebody_else_spoils_is_one_error(tmp_path, folder):
    convert(folder, tmp_path / "out.jsonl", manifest=tmp_path / "m")
    with (
        pytest.raises(OutputError, match="m:3: this is not a line of a manifest"),
        Archive(tmp_path / "out.jsonl", manifest=tmp_path / "m", resume=True) as archive,
    ):
        reported = (tmp_path / "m").read_bytes().splitlines(keepends=True)
        reported[2] = b"#" * (len(reported[2]) - 1) + b"\n"
        (tmp_path / "m").write_bytes(b"".join(reported))
        list(archive.convert(inputs([folder]), work))


@pytest.mark.parametrize("resume", [False, True])
def test_a_full_folder_for_temporary_files_is_one_error(tmp_path, folder, monkeypatch, resume):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m"
    if resume:
        convert(folder, output, manifest=manifest)
    monkeypatch.setattr("ctct_migrate.runs.disk._PRAGMAS", "PRAGMA max_page_count = 2;")
    with pytest.raises(OutputError, match=r"the folder for temporary files .*full"):
        convert(folder, output, manifest=manifest, resume=resume)
    monkeypatch.undo()
    convert(folder, output, manifest=manifest, resume=True)
    assert bodies(output) == EXPECTED


@pytest.mark.parametrize(
    "line",
    [
        '{"source":"a.xml","entry":"x","status":"converted"}',
        '{"source":"a.xml","entry":-1,"status":"converted"}',
        '{"source":"a.xml","entry":null,"status":["converted"]}',
        '{"source":"a.xml","entry":null,"status":"converted","reached":["x","y"]}',
        '{"source":"a.xml","entry":null,"status":"converted","reached":7}',
        '{"source":"a.xml","entry":null,"status":"converted","output":[1]}',
        '{"source":"a.xml","entry":99999999999999999999999,"status":"converted"}',
        "[1]", '"source"', "null", "1e999", "{}",
    ],
)  # fmt: skip
def test_lines_of_a_manifest_that_are_odd_are_one_error(tmp_path, folder, line):
    (tmp_path / "m").write_text(f"{line}\n")
    with pytest.raises(OutputError, match="m:1: this is not a line of a manifest"):
        convert(folder, tmp_path / "out.jsonl", manifest=tmp_path / "m", resume=True)
    assert (tmp_path / "m").read_text() == f"{line}\n"


@pytest.mark.skipif(os.name != "posix", reason="needs users")
@pytest.mark.parametrize("name", [*ENDINGS, "new/out"])
def test_a_folder_that_may_not_be_written_is_told_before_any_work(tmp_path, folder, name):
    _need(name)
    # What is imported when it is needed is, before there is nobody's right to read it.
    before = tmp_path / "before"
    before.mkdir()
    convert(folder, before / Path(name).name, manifest=before / "m")
    shutil.rmtree(before)
    place = tmp_path / "shut"
    place.mkdir()
    place.chmod(0o555)
    tmp_path.chmod(0o777)
    root = os.geteuid() == 0
    for parent in tmp_path.parents if root else ():
        if parent.stat().st_mode & 0o001:  # anybody may pass
            break
        parent.chmod(0o755)
    try:
        if root:
            os.seteuid(65534)
        for output, manifest in (
            (place / name, None),
            (place / name, tmp_path / "m"),
            (tmp_path / name.removeprefix("new/"), place / "m"),
        ):
            guilty = manifest if manifest and manifest.parent == place else output
            with pytest.raises(OutputError) as caught:
                Archive(output, manifest=manifest)
            assert str(caught.value) == f"{guilty} cannot be written: permission denied"
    finally:
        if root:
            os.seteuid(0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "shut"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.parquet"])
def test_a_folder_that_is_not_there_is_told_before_any_work(tmp_path, folder, name):
    _need(name)
    with pytest.raises(OutputError, match="there is no folder"):
        Archive(tmp_path / "nowhere" / name)
    with pytest.raises(OutputError, match="there is no folder"):
        Archive(tmp_path / name, manifest=tmp_path / "nowhere" / "m")
    with pytest.raises(OutputError, match="cannot be the manifest and the output"):
        Archive(tmp_path / name, manifest=tmp_path / "in" / ".." / name)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("name", ENDINGS)
def test_the_manifest_that_cannot_be_written_is_the_one_that_is_named(tmp_path, folder, name):
    with pytest.raises(OutputError, match="/dev/full cannot be written: no space left"):
        convert(folder, tmp_path / name, manifest="/dev/full", force=True)


_SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from test_runs_conversion import work
from ctct_migrate.runs.conversion_run import Archive, OutputError
from ctct_migrate.inputs.paths import inputs
if __name__ == "__main__":
    {before}
    try:
        with Archive({output!r}, manifest={manifest!r}) as archive:
            for _ in archive.convert(inputs([{folder!r}]), work, jobs=2):
                pass
    except OutputError as error:
        print(error)
        sys.exit(2)
"""


def script(tmp_path: Path, folder: Path, name: str, before: str = "") -> list[str]:
    _need(name)
    path = tmp_path / "script.py"
    path.write_text(
        _SCRIPT.format(
            tests=str(Path(__file__).parent), output=str(tmp_path / name), before=before,
            manifest=str(tmp_path / "m"), folder=str(folder),
        )
    )  # fmt: skip
    return [sys.executable, str(path)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("name", ENDINGS)
def test_after_a_power_failure_nothing_is_lost_and_nothing_doubled(tmp_path, folder, name):
    for n in range(60, 1500):
        (folder / "2010" / f"{n:04}.xml").write_text(f"doc {n}")
    (folder / "2010" / "1499-slow.xml").write_text("never ends")
    process = subprocess.Popen(
        script(tmp_path, folder, name), cwd=Path(__file__).parents[2], start_new_session=True
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        manifest = tmp_path / "m"
        if manifest.exists() and manifest.read_bytes().count(b"\n") >= 500:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = manifest.read_bytes().count(b"\n")
    assert done >= 500
    (folder / "2010" / "1499-slow.xml").unlink()
    _, totals = convert(folder, tmp_path / name, manifest=manifest, resume=True)
    assert totals.skipped >= 500
    if name == "out":
        assert len(list((tmp_path / "out").rglob("*.json"))) == 1502
        assert not list((tmp_path / "out").rglob("*.tmp"))
    else:
        found = bodies(tmp_path / name)
        assert len(found) == len(set(found)) == 1502


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("name", ENDINGS)
def test_a_full_disk_is_one_error_and_resumable(tmp_path, folder, name):
    for n in range(60, 900):
        (folder / "2010" / f"{n:03}.xml").write_text(f"doc {n}" + "z" * (n % 7 * 500))
    # No file may be larger than this: writing fails in the middle, as on a full disk.
    limit = {"out": 3000, "out.parquet": 15_000, "out.jsonl.zst": 4000, "out.jsonl.gz": 9000}
    before = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, "
        f"({limit.get(name, 200_000)}, resource.RLIM_INFINITY))"
    )
    process = subprocess.run(
        script(tmp_path, folder, name, before), capture_output=True, text=True,
        cwd=Path(__file__).parents[2], check=False,
    )  # fmt: skip
    assert process.returncode == 2
    assert process.stderr == ""
    assert process.stdout.count("\n") == 1
    assert "file too large; --resume goes on from what is written" in process.stdout
    assert not (tmp_path / name).is_file()
    if (tmp_path / "m").exists():
        assert (tmp_path / "m").read_bytes()[-1:] in (b"\n", b"")
    assert not list(tmp_path.rglob("*.tmp"))
    convert(folder, tmp_path / name, manifest=tmp_path / "m", resume=True)
    if name == "out":
        assert len(list((tmp_path / "out").rglob("*.json"))) == 902
    else:
        found = bodies(tmp_path / name)
        assert len(found) == len(set(found)) == 902
