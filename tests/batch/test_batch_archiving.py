"""Outputs, manifest and going on with a run, with a small stand-in for the conversion."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctct_migrate.batch.archiving import Archive, OutputError, Totals
from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.batch.inputs import inputs
from ctct_migrate.batch.outcomes import Finding, Outcome, Resource, Status, compact
from ctct_migrate.source import Source

ENDINGS = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet", "out"]


def work(source: Source, item: Input) -> Outcome:
    """One body for each line of the document; a line `BAD` is refused."""
    if item.name.endswith("slow.xml"):
        time.sleep(1000)
    lines = source.text.splitlines()
    resources = []
    for number, line in enumerate(lines):
        entry = number if len(lines) > 1 else None
        if line.startswith("BAD"):
            finding = Finding("CT310", "error", 1, 1, line, "safe", line, 0, 3)
            resources.append(
                Resource(entry, None, Status.REFUSED, codes=("CT310",), findings=(finding,))
            )
        else:
            body = {"name": line, "subject": "é" * 200, "tracking_summary": {"sends": number}}
            dropped = [{"path": "entry/title", "line": 1, "value": "t", "reason": "no place"}]
            resources.append(
                Resource(
                    entry, "campaign", Status.CONVERTED, compact(body), compact(dropped),
                    (("entry/title", "no place"),), "2010-01-02T03:04:05Z",
                )
            )  # fmt: skip
    return Outcome(tuple(resources), f"{item.name}\n" if "BAD" in source.text else "")


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
    from ctct_migrate.batch.parquet import ParquetOutput

    output = ParquetOutput(tmp_path / "x.parquet", force=False, resume=None)
    for date in ("2010-01-02T03:04:05.678+02:00", "2010-01-02T03:04:05Z", None, "no date"):
        body = compact({"name": "a", "last_run_date": date})
        resource = Resource(None, "campaign", Status.CONVERTED, body)
        output.put(_input("a"), None, output.form("a.xml", resource))
    output.commit()
    output.complete()
    dates = [row["last_run_date"] for row in pq.read_table(tmp_path / "x.parquet").to_pylist()]
    assert [date and date.isoformat() for date in dates] == [
        "2010-01-02T01:04:05.678000+00:00", "2010-01-02T03:04:05+00:00", None, None,
    ]  # fmt: skip


def _input(name: str) -> Input:
    from ctct_migrate.batch.contents import Held

    return Input(f"{name}.xml", f"{name}.xml", Held(b""))


def test_many_row_groups_and_parts(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    from ctct_migrate.batch.parquet import ParquetOutput

    output = ParquetOutput(tmp_path / "x.parquet", force=False, resume=None)
    for n in range(2500):
        body = compact({"name": str(n)})
        resource = Resource(None, "campaign", Status.CONVERTED, body)
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
    told = lines(tmp_path / "m.jsonl")
    assert len(told) == 60 + 1 + 3 + 1
    first = told[0]
    assert first == {
        "source": str(folder / "2010" / "000.xml"),
        "entry": None,
        "sha256": hashlib.sha256(b"doc 0").hexdigest(),
        "resource": "campaign",
        "shape": "record",
        "status": "converted",
        "codes": [],
        "output": str(tmp_path / "out.jsonl"),
        "date": "2010-01-02T03:04:05Z",
        "dropped": {"entry/title": "no place"},
    }
    output = tmp_path / "out.jsonl"
    assert told[-1]["reached"] == [str(output), output.stat().st_size]
    bad = told[60]
    assert (bad["status"], bad["codes"], bad["output"]) == ("refused", ["CT310"], None)
    assert bad["diagnostics"] == [
        {
            "code": "CT310", "severity": "error", "line": 1, "column": 1, "message": "BAD one",
            "fix": "safe", "excerpt": "BAD one", "mark": [0, 3],
        }
    ]  # fmt: skip
    assert [(line["entry"], line["status"]) for line in told[61:64]] == [
        (0, "converted"), (1, "refused"), (2, "converted"),
    ]  # fmt: skip
    assert (told[64]["status"], told[64]["sha256"]) == ("unreadable", None)
    assert "leads nowhere" in str(told[64]["message"])


def test_in_a_folder_the_manifest_names_each_file(tmp_path, folder):
    convert(folder, tmp_path / "out", manifest=tmp_path / "m.jsonl")
    told = lines(tmp_path / "m.jsonl")
    assert told[5]["output"] == str(tmp_path / "out" / "2010" / "005.json")
    assert told[63]["output"] == str(tmp_path / "out" / "feed" / "2.json")


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


@pytest.mark.parametrize("name", ENDINGS)
def test_a_run_that_broke_off_is_gone_on_with(tmp_path, folder, name):
    _need(name)
    output, manifest = tmp_path / name, tmp_path / "m.jsonl"
    with pytest.raises(KeyboardInterrupt), Archive(output, manifest=manifest) as archive:
        for done, _ in enumerate(archive.convert(inputs([folder]), work)):
            if done == 20:
                raise KeyboardInterrupt
    if name != "out":
        assert not output.exists()  # nothing half-done bears the name
    assert len(lines(manifest)) == 21
    if name != "out":
        with pytest.raises(OutputError, match="--resume goes on with it"):
            convert(folder, output)
    _, totals = convert(folder, output, manifest=manifest, resume=True)
    assert totals == Totals(converted=41, refused=2, skipped=21)
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
    told = lines(manifest)
    assert {(Path(str(line["source"])).name, line["entry"]) for line in told if line["output"]} == {
        (source, entry) for source, entry, _ in wanted
    }
    assert len(told) == len(wanted) + 1
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


def test_another_shape_is_another_conversion(tmp_path, folder):
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m.jsonl"
    convert(folder, output, manifest=manifest, shape="create")
    _, totals = convert(folder, output, manifest=manifest, resume=True, shape="record")
    assert totals.skipped == 0
    assert len(bodies(output)) == 62


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
    with pytest.raises(OutputError, match="the manifest does not tell of it; --force overwrites"):
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
        with pytest.raises(OutputError, match=r"m:1: this is no line of a manifest"):
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


def test_members_of_one_name_are_both_kept(tmp_path):
    import warnings
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a.xml", "one")
        archive.writestr("a.xml", "two")
        archive.writestr("b.xml", "three")
    output, manifest = tmp_path / "out.jsonl", tmp_path / "m"
    for resume in (False, True, True):
        convert(tmp_path / "x.zip", output, manifest=manifest, resume=resume)
        assert sorted(name for _, _, name in bodies(output)) == ["one", "three", "two"]


_SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from test_batch_archiving import work
from ctct_migrate.batch.archiving import Archive, OutputError
from ctct_migrate.batch.inputs import inputs
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
    for n in range(60, 2600):
        (folder / "2010" / f"{n:04}.xml").write_text(f"doc {n}")
    (folder / "2010" / "2599-slow.xml").write_text("never ends")
    process = subprocess.Popen(
        script(tmp_path, folder, name), cwd=Path(__file__).parents[2], start_new_session=True
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        manifest = tmp_path / "m"
        if manifest.exists() and manifest.read_bytes().count(b"\n") >= 1000:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = manifest.read_bytes().count(b"\n")
    assert done >= 1000
    (folder / "2010" / "2599-slow.xml").unlink()
    _, totals = convert(folder, tmp_path / name, manifest=manifest, resume=True)
    assert totals.skipped >= 1000
    if name == "out":
        assert len(list((tmp_path / "out").rglob("*.json"))) == 2602
        assert not list((tmp_path / "out").rglob("*.tmp"))
    else:
        found = bodies(tmp_path / name)
        assert len(found) == len(set(found)) == 2602


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
