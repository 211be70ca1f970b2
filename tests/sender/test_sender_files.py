"""New files of the library: a form with the file in it, sent once, as it was planned."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sender_program import command, environment, run

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions

#: The smallest PNG that there is: a signature, and what a reader of text would stumble over.
PNG = b"\x89PNG\r\n\x1a\n\x00--\r\n\xff"

ACCOUNT = "tag:api.constantcontact.com,2010:/ws/customers/joe/library/folders"


def image(
    name: str, folder: str = "", number: str = "", md5: str = "", description: str = "A picture"
) -> str:
    own = f' id="{ACCOUNT}/{folder or 1}/images/{number}"' if number else ""
    inside = f'<Folder id="{ACCOUNT}/{folder}"/>' if folder else ""
    summed = f"<MD5Hash>{md5}</MD5Hash>" if md5 else ""
    return (
        f"<Image{own}><FileName>{name}</FileName>{summed}"
        f"<Description>{description}</Description>{inside}</Image>"
    )


@pytest.fixture
def box() -> Iterator[Sandbox]:
    folders = tuple({"id": number, "name": f"Folder {number}"} for number in ("7", "8"))
    options = SandboxOptions(
        calls_per_second=1000, calls_per_day=100_000, records={"folder": folders}
    )
    with Sandbox(options) as box:
        yield box


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    return documents


def send(box: Sandbox, folder: Path, *more: str, settle: str = "0"):
    return run(
        "send", folder, "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger",
        "--calls-per-second", "1000", "--settle", settle, "--no-config", *more,
        env=environment(box),
    )  # fmt: skip


def files(box: Sandbox) -> list[dict[str, object]]:
    return list(box.state()["files"].values())


def posts(box: Sandbox) -> int:
    return sum(call.method == "POST" for call in box.calls())


def test_a_new_file_is_sent_with_its_fields(box: Sandbox, folder: Path) -> None:
    (folder / "spring.png").write_bytes(PNG)
    sum_ = hashlib.md5(PNG, usedforsecurity=False).hexdigest()
    (folder / "a.xml").write_text(
        image("spring.png", "7", md5=sum_, description="Apples &amp; pears")
    )
    for _ in range(2):  # the second run sends nothing
        done = send(box, folder)
        assert done.returncode == 0, done.stderr
    (there,) = files(box)
    assert there["name"] == "spring.png"
    assert there["size"] == len(PNG)
    assert (there["file_type"], there["folder_id"]) == ("PNG", "7")
    assert there["description"] == "Apples & pears"
    assert posts(box) == 1


def test_a_file_of_a_name_beyond_ascii_arrives_under_it(box: Sandbox, folder: Path) -> None:
    name = 'Gr\u00fc\u00dfe "1".png'
    (folder / name).write_bytes(PNG)
    (folder / "a.json").write_text(
        json.dumps(
            {"file_name": name, "file_type": "PNG", "description": "", "source": "MyComputer"}
        )
    )
    done = send(box, folder / "a.json", "--resource", "file")
    assert done.returncode == 0, done.stderr
    assert [each["name"] for each in files(box)] == [name]


def test_a_file_goes_into_the_folder_that_the_run_creates(box: Sandbox, folder: Path) -> None:
    (folder / "f.xml").write_text(f'<Folder id="{ACCOUNT}/4711"><Name>Spring</Name></Folder>')
    (folder / "spring.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("spring.png", "4711"))
    done = send(box, folder)
    assert done.returncode == 0, done.stderr
    (there,) = files(box)
    assert box.state()["folders"][there["folder_id"]]["name"] == "Spring"


def test_two_files_of_one_name_in_two_folders_are_two(box: Sandbox, folder: Path) -> None:
    (folder / "logo.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("logo.png", "7"))
    (folder / "b.xml").write_text(image("logo.png", "8"))
    done = send(box, folder)
    assert done.returncode == 0, done.stderr
    assert sorted(str(each["folder_id"]) for each in files(box)) == ["7", "8"]
    # A third one is one of them.
    (folder / "c.xml").write_text(image("logo.png", "8", description="Another"))
    done = send(box, folder)
    assert done.returncode == 1
    assert len(files(box)) == 2


def test_a_name_that_the_folder_has_is_not_sent_again(box: Sandbox, folder: Path) -> None:
    (folder / "logo.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("logo.png", "7"))
    assert send(box, folder).returncode == 0
    for how in ("fail", "update", "rename"):
        (folder.parent / "x.ledger").unlink(missing_ok=True)
        done = send(box, folder, "--on-name-taken", how)
        assert done.returncode == 1
        assert "error[CT918]" in done.stderr, how
        assert "a.xml:1:18" in done.stderr
    (folder.parent / "x.ledger").unlink()
    assert send(box, folder, "--on-name-taken", "skip").returncode == 0
    assert posts(box) == 1


@pytest.mark.parametrize(
    ("data", "document", "words"),
    [
        (None, image("spring.png", "7"), "there is no file `spring.png` beside this document"),
        (b"", image("spring.png", "7"), "`spring.png` is empty"),
        (b"0" * 5_242_881, image("spring.png", "7"), "`spring.png` has more than 5,242,880 bytes"),
        (PNG, image("../documents/spring.png", "7"), "is not the name of a file"),
    ],
    ids=["missing", "empty", "large", "elsewhere"],
)
def test_what_cannot_be_sent_is_said_and_sent_once_it_can(
    box: Sandbox, folder: Path, data: bytes | None, document: str, words: str
) -> None:
    if data is not None:
        (folder / "spring.png").write_bytes(data)
    (folder / "a.xml").write_text(document)
    done = send(box, folder, "--dry-run")
    assert done.returncode == 1
    assert "0 documents to send" in done.stdout
    assert words in done.stderr
    done = send(box, folder)
    assert done.returncode == 1
    assert "error[CT381]" in done.stderr
    assert "CT436" not in done.stderr
    assert words in done.stderr
    assert "a.xml:1:18" in done.stderr
    assert posts(box) == 0
    (folder / "spring.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("spring.png", "7"))
    assert send(box, folder).returncode == 0
    assert [each["size"] for each in files(box)] == [len(PNG)]


def test_a_file_with_another_sum_is_not_sent(box: Sandbox, folder: Path) -> None:
    (folder / "spring.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("spring.png", "7", md5="0" * 32))
    done = send(box, folder)
    assert done.returncode == 1
    assert "error[CT435]" in done.stderr
    assert posts(box) == 0


def test_documents_without_a_folder_have_no_file(box: Sandbox, folder: Path) -> None:
    done = run(
        "send", "-", "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger",
        env=environment(box), stdin=image("spring.png", "7").encode(),
    )  # fmt: skip
    assert done.returncode == 1
    assert "looked for beside its document, which is not in a folder" in done.stderr
    assert posts(box) == 0


LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE),
    Fault(kind=FaultKind.CLOSE_AFTER),
    Fault(kind=FaultKind.SERVER_ERROR, stored=True, status=502, body="html"),
    Fault(kind=FaultKind.SERVER_ERROR, stored=False, status=502, body="html"),
    Fault(kind=FaultKind.EMPTY),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}")
def test_a_lost_answer_doubles_nothing(
    box: Sandbox, folder: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctct_migrate.sender.creating.pause_before", lambda tries: 0.0)
    (folder / "logo.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("logo.png", "7"))
    (folder / "b.xml").write_text(image("logo.png", "8"))
    box.inject(replace(fault, match="^POST .*/files$", times=1))
    done = send(box, folder)
    assert done.returncode == 0, done.stderr
    assert sorted(str(each["folder_id"]) for each in files(box)) == ["7", "8"]


def test_what_is_not_listed_yet_is_not_sent_again(box: Sandbox, folder: Path) -> None:
    (folder / "logo.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("logo.png", "7"))
    box.inject(Fault(kind=FaultKind.CLOSE_BEFORE, match="^POST ", times=1))
    for _ in range(2):
        done = send(box, folder, settle="0.01")
        assert done.returncode == 1
        assert "may have it and not list it yet" in done.stderr
    assert posts(box) == 1
    done = send(box, folder)  # nobody waits, and nothing is listed
    assert done.returncode == 0, done.stderr
    assert len(files(box)) == 1


def test_a_file_that_changes_while_it_waits_is_not_sent(box: Sandbox, folder: Path) -> None:
    """The ledger knows what was planned; another file is another plan."""
    (folder / "logo.png").write_bytes(PNG)
    (folder / "a.xml").write_text(image("logo.png", "7"))
    assert send(box, folder).returncode == 0
    (folder / "logo.png").write_bytes(PNG + b"more")
    done = send(box, folder)
    assert "warning[CT947]" in done.stderr
    assert "No update brings a file" in done.stderr
    assert [each["size"] for each in files(box)] == [len(PNG)]
    assert posts(box) == 1
    (folder / "logo.png").unlink()  # it is not needed any more
    done = send(box, folder)
    assert (done.returncode, "CT947" in done.stderr) == (0, False), done.stderr
    (folder / "a.xml").write_text(image("logo.png", "7", description="Another"))
    assert "warning[CT947]" in send(box, folder).stderr
    assert posts(box) == 1


def test_runs_that_are_killed_double_nothing(box: Sandbox, folder: Path) -> None:
    for number in range(6):
        (folder / f"{number % 3}.png").write_bytes(PNG + bytes([number % 3]))
        own = image(f"{number % 3}.png", "78"[number // 3], str(100 + number))
        (folder / f"{number}.xml").write_text(own)
    arguments = command(
        "send", folder, "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger",
        "--calls-per-second", "20", "--settle", "0", "--no-config",
    )  # fmt: skip
    for kills in (1, 2):
        process = subprocess.Popen(
            arguments, env=environment(box), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while posts(box) < 2 * kills and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.wait()
        # What had reached the server is stored by it before the next run asks.
        deadline = time.monotonic() + 2
        while len(files(box)) < posts(box) and time.monotonic() < deadline:
            time.sleep(0.01)
    done = send(box, folder)
    assert done.returncode == 0, done.stderr
    there = sorted((each["folder_id"], each["name"]) for each in files(box))
    assert there == [(place, f"{number}.png") for place in "78" for number in range(3)]
