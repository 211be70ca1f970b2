"""`send` with many contacts, from the command line: what it plans, does and shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sender_program import environment, run, table, write_contact, write_list

from ctct_migrate.sandbox import Sandbox, SandboxOptions


@pytest.fixture
def options(options: SandboxOptions) -> SandboxOptions:
    refused = {"p3@example.com": "Invalid birthday"}
    return replace(options, refused_contacts=refused, activity_seconds=0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(25):
        write_contact(folder / f"c{number:02}.xml", f"p{number}@example.com", list="12")
    write_list(folder / "list.xml", "Readers", 12)
    return folder


def send(box: Sandbox, folder: Path, *arguments: str):
    base = ("--base-url", box.base_url, "--settle", "0", "--calls-per-second", "1000")
    return run("send", folder, *base, *arguments, env=environment(box), cwd=folder.parent)


def test_a_dry_run_shows_the_calls_of_imports_and_of_single_calls(box: Sandbox, folder: Path):
    lines = run("send", folder, "--dry-run", cwd=folder.parent).stdout.splitlines()
    assert lines[1].strip() == "25 contacts to create, in 1 import at the least"
    # Names of lists, the list; who opted out; the jobs, the import, its end.
    assert lines[2].split()[0] == "6"
    assert lines[3].split()[0] == "27"
    assert lines[3].endswith("with --bulk never")
    lines = run(
        "send", folder, "--dry-run", "--bulk", "never", cwd=folder.parent
    ).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "25", "27", "6"]
    assert box.calls() == []


def test_an_error_of_the_import_is_shown_at_the_line_of_its_contact(box: Sandbox, folder: Path):
    done = send(box, folder)
    assert done.returncode == 1
    assert "error[CT959]" in done.stderr
    assert "c03.xml:3:17" in done.stderr
    assert "Invalid birthday" in done.stderr
    rows = table(done.stdout)
    assert [row[2] for row in rows if row[0].endswith("c03.xml")] == ["failed"]
    assert len([row for row in rows if row[1] == "contact" and row[2] == "done"]) == 24
    status = json.loads(run("status", "--format", "json", cwd=folder.parent).stdout)
    (job,) = [each for each in status["requests"] if each["kind"] == "bulk"]
    assert (job["path"], job["state"]) == ("addcontacts (25 contacts)", "done")


def test_bulk_is_for_what_is_created(folder: Path):
    done = run(
        "send", folder, "--dry-run", "--bulk", "always", "--shape", "update", cwd=folder.parent
    )
    assert done.returncode == 2
    assert "--shape update replaces one by one" in done.stderr
