"""`convert`, from the command line over real files."""

import gzip
import json
from pathlib import Path

from example_documents import CAMPAIGN, SCHEDULE

GOOD = CAMPAIGN.encode()
BAD = CAMPAIGN.replace("FirstName<", "cmp_grt_name<").encode()


def _files(folder: Path, **files: bytes) -> list[str]:
    for name, data in files.items():
        (folder / f"{name}.xml").write_bytes(data)
    return [str(folder / f"{name}.xml") for name in files]


def test_one_document_is_bare_json(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    status, out, err = run("convert", path)
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    assert json.loads(out)["greeting_name"] == "FIRST_NAME"


def test_the_schedule_of_the_founding_page(run, tmp_path):
    (path,) = _files(
        tmp_path,
        a=SCHEDULE.replace("2030-11-13T20:03:35.000Z</S", "2031-05-10T11:07:43.626Z</S").encode(),
    )
    assert run("convert", path).out == '{"scheduled_date":"2031-05-10T11:07:43.626Z"}\n'


def test_several_are_json_lines(run, tmp_path):
    paths = _files(tmp_path, a=GOOD, b=SCHEDULE.encode())
    status, out, _ = run("convert", *paths)
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [list(line) for line in lines] == [
        ["source", "entry", "resource", "body", "dropped"]
    ] * 2
    assert [line["resource"] for line in lines] == ["campaign", "schedule"]
    assert all({"path", "line", "value", "reason"} == drop.keys() for drop in lines[0]["dropped"])


def test_a_document_with_errors_yields_no_json_and_the_others_do(run, tmp_path):
    paths = _files(tmp_path, a=BAD, b=GOOD)
    status, out, err = run("convert", *paths)
    assert status == 1
    assert [json.loads(line)["source"] for line in out.splitlines()] == [paths[1]]
    assert "error[CT310]" in err
    assert "Traceback" not in err


def test_a_missing_file_is_one_line(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    status, out, err = run("convert", str(tmp_path / "none.xml"), path)
    assert status == 2
    assert len(out.splitlines()) == 1
    assert err.startswith("ctct-migrate: ")


def test_shapes(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    assert "id" not in json.loads(run("convert", path).out)
    assert json.loads(run("convert", path, "--shape", "update").out)["id"] == "1100546096289"
    record = json.loads(run("convert", path, "--shape", "record").out)
    assert record["status"] == "DRAFT"


def test_to_a_folder_and_to_lines(run, tmp_path):
    paths = _files(tmp_path, a=GOOD, b=SCHEDULE.encode())
    assert run("convert", *paths, "-o", str(tmp_path / "out")).status == 0
    assert len(list((tmp_path / "out").rglob("*.json"))) == 2
    target = tmp_path / "out.jsonl.gz"
    assert run("convert", *paths, "-o", str(target)).status == 0
    assert len(gzip.decompress(target.read_bytes()).splitlines()) == 2
    again = run("convert", *paths, "-o", str(target))
    assert again.status == 2
    assert "--force" in again.err


def test_the_accounting(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    status, out, _ = run("convert", path, "--explain")
    assert status == 0
    assert "entry/content/Campaign/Subject" in out
    assert "→ /subject" in out
    assert "dropped: " in out


def test_the_source_map(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    target = tmp_path / "map.jsonl"
    assert run("convert", path, "--source-map", str(target)).status == 0
    spans = json.loads(target.read_text("utf-8"))["source_map"]
    place = spans["/subject"]
    assert GOOD[place["offset"] : place["end_offset"]] == b"Spring sale"
    inline = json.loads(run("convert", path, "--source-map", "-").out)
    assert inline["source_map"] == spans


def test_a_time_zone_for_dates_without(run, tmp_path):
    text = SCHEDULE.replace("2030-11-13T20:03:35.000Z</S", "2031-07-01T09:00:00</S")
    (path,) = _files(tmp_path, a=text.encode())
    assert run("convert", path).status == 1
    out = run("convert", path, "--time-zone", "America/New_York").out
    assert json.loads(out)["scheduled_date"] in (
        "2031-07-01T09:00:00.000-04:00",
        "2031-07-01T13:00:00.000Z",
    )


def test_what_the_documents_of_a_run_say_together(run, tmp_path):
    paths = _files(
        tmp_path, a=GOOD, b=GOOD, c=SCHEDULE.replace("1100546096289", "1100546096290").encode()
    )
    status, out, err = run("convert", *paths)
    assert status == 0
    assert len(out.splitlines()) == 3
    assert err.count("warning[CT616]") == 1
    assert err.count("info[CT615]") == 1


def test_verify_accepts_a_conversion_and_refuses_a_change(run, tmp_path):
    (path,) = _files(tmp_path, a=GOOD)
    body = json.loads(run("convert", path).out)
    given = tmp_path / "body.json"
    given.write_text(json.dumps(body), "utf-8")
    assert run("verify", path, str(given)) == (0, "", "")
    for name, value in body.items():
        changed = {**body, name: not value if isinstance(value, bool) else None}
        given.write_text(json.dumps(changed), "utf-8")
        status, out, _ = run("verify", path, str(given))
        assert status == 1, name
        assert "error[CT850]" in out
    given.write_text("{", "utf-8")
    assert run("verify", path, str(given)).status == 2
