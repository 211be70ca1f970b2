"""`convert --from v2 --target v3`."""

from __future__ import annotations

import json


def test_a_folder_of_bodies(run, folder) -> None:
    run("convert", "good.xml", "-o", "v2")
    outcome = run("convert", "--from", "v2", "--target", "v3", "v2", "-q")
    assert outcome.status == 0, outcome.err
    assert json.loads(outcome.out) == json.loads(run("convert", "--target", "v3", "good.xml").out)


def test_standard_input_and_a_file(run, folder) -> None:
    body = run("convert", "good.xml").out.encode()
    outcome = run("convert", "--from", "v2", "--target", "v3", "-", "-o", "v3.json", stdin=body)
    assert outcome.status == 0, outcome.err
    assert set(json.loads((folder / "v3.json").read_bytes())) >= {"campaign", "activity"}


def test_an_error_stands_at_its_line(run, folder) -> None:
    body = {**json.loads(run("convert", "good.xml").out), "name": "x" * 81}
    (folder / "a.json").write_text(json.dumps(body, indent=1))
    outcome = run("convert", "--from", "v2", "--target", "v3", "a.json")
    assert outcome.status == 1
    assert outcome.out == ""
    assert "`name` is 81 characters long, v3 allows 80" in outcome.err
    assert '"name": "xxx' in outcome.err


def test_what_does_not_go_together(run, folder) -> None:
    for arguments in (
        ("--from", "v2"),
        ("--from", "v2", "--target", "v2"),
        ("--from", "v2", "--target", "v3", "--explain"),
    ):
        assert run("convert", *arguments, "good.xml").status == 2
    assert "did you mean `v2`?" in run("convert", "--from", "V2", "--target", "v3", "good.xml").err
    outcome = run("convert", "--from", "v2", "--target", "v3", "good.xml")
    assert outcome.status == 1
    assert "this is XML, not JSON" in outcome.err
