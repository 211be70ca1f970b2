"""Images and the files that stand beside them, or in one upload with them."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pytest
from click.testing import CliRunner
from event_documents import URI, entry

from ctct_migrate import Safety, Shape, convert, fix, lint, read
from ctct_migrate.cli.convert import command as convert_command
from ctct_migrate.cli.lint import command as lint_command

FILE = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;"
SUM = md5(FILE, usedforsecurity=False).hexdigest()
IN_FOLDER = f'<Folder id="{URI}/library/folders/7"/>'


def image(name: str = "dot.gif", sum: str = SUM, more: str = IN_FOLDER) -> str:
    return f"<Image><FileName>{name}</FileName><MD5Hash>{sum}</MD5Hash>{more}</Image>"


def saved(folder: Path, payload: str) -> Path:
    path = folder / "image.xml"
    path.write_bytes(entry(payload).source.data)
    return path


def said(command: object, *arguments: object) -> set[str]:
    outcome = CliRunner().invoke(command, [*map(str, arguments), "--no-config"])  # type: ignore[arg-type]
    text = outcome.output
    return {
        code
        for code in ("CT434", "CT435", "CT436", "CT437")
        if f"[{code}]" in text or f" {code} " in text
    }


@pytest.mark.parametrize(
    ("payload", "there", "create", "record"),
    [
        (image(), True, set(), set()),
        (image(sum=SUM.upper()), True, set(), set()),
        (image(sum="0" * 32), True, {"CT435"}, {"CT435"}),
        (image(), False, {"CT436"}, set()),
        (image().replace(f"<MD5Hash>{SUM}</MD5Hash>", ""), False, {"CT436"}, set()),
        (image(name="../dot.gif"), True, set(), set()),
        (image(name="/etc/passwd", sum="0" * 32), True, set(), set()),
        (image(more=""), True, {"CT437"}, set()),
    ],
)
def test_the_file_beside_an_image(
    payload: str, there: bool, create: set[str], record: set[str], tmp_path: Path
) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    path = saved(folder, payload)
    if there:
        (folder / "dot.gif").write_bytes(FILE)
        (tmp_path / "dot.gif").write_bytes(b"another")
    for command, flag in ((convert_command, "--shape"), (lint_command, "--shape")):
        assert said(command, path, flag, "create") == create
        assert said(command, path, flag, "record") == record


def test_a_folder_under_the_name_of_the_file_is_no_file(tmp_path: Path) -> None:
    path = saved(tmp_path, image())
    (tmp_path / "dot.gif").mkdir()
    assert said(convert_command, path) == {"CT436"}


def test_a_comment_switches_it_off(tmp_path: Path) -> None:
    path = saved(tmp_path, "<!-- ctct-migrate: ignore CT436 -->" + image())
    assert said(convert_command, path) == set()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "JPG"),
        ("a.JPEG", "JPG"),
        ("a.b.Png", "PNG"),
        ("a.gif", "GIF"),
        ("a", None),
        ("a.tiff", None),
    ],
)
def test_the_kind_of_an_image_by_its_name(name: str, kind: str | None) -> None:
    made = convert(entry(image(name)), Shape.CREATE)
    assert [each.body["file_type"] for each in made] == ([kind] if kind else [])
    (record,) = convert(entry(image(name)), Shape.RECORD)
    assert record.body.get("file_type") == kind


def test_the_fields_of_the_form() -> None:
    (made,) = convert(entry(image()))
    assert made.body == {
        "file_name": "dot.gif", "file_type": "GIF", "folder_id": "7", "description": "",
        "source": "MyComputer",
    }  # fmt: skip
    assert made.references == {"folder": ("7",)}


def test_an_update_needs_a_description() -> None:
    document = entry(image(), "library/folders/7/images/9")
    assert not convert(document, Shape.UPDATE).ok
    document = entry(
        image(more=f"<Description>A dot</Description>{IN_FOLDER}"), "library/folders/7/images/9"
    )
    (made,) = convert(document, Shape.UPDATE)
    assert made.body == {"name": "dot.gif", "description": "A dot", "folder_id": "7"}


def test_the_folder_of_an_image_by_its_own_uri() -> None:
    (made,) = convert(entry(image(more=""), "library/folders/7/images/9"), Shape.RECORD)
    assert (made.number, made.body["folder_id"]) == ("9", "7")
    document = entry(image(), "library/folders/8/images/9")
    assert [each.code for each in lint(document)] == ["CT444"]
    (made,) = convert(document, Shape.RECORD)
    assert made.body["folder_id"] == "7"


# -- uploads ----------------------------------------------------------------------------------------


def upload(payload: str, file: bytes = FILE, end: bytes = b"\r\n") -> bytes:
    """The body of an upload: the entry, and the file."""
    xml = entry(payload).source.data
    lines = [
        b"--xYz", b'Content-Disposition: form-data; name="part1"',
        b"Content-Type: application/atom+xml", b"", xml,
        b"--xYz", b'Content-Disposition: form-data; name="part2"; filename="dot.gif"',
        b"Content-Type: image/gif", b"", file, b"--xYz--", b"",
    ]  # fmt: skip
    return end.join(lines)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("file", [FILE, bytes(range(256)) * 40, b"", b"--xY\r\n\r\n--x"])
def test_an_upload_that_was_captured_whole(file: bytes, end: bytes) -> None:
    sum = md5(file, usedforsecurity=False).hexdigest()
    document = read(upload(image(sum=sum), file, end))
    found = lint(document)
    assert {each.code for each in found} == {"CT020"}
    assert "the upload of an image" in found[0].message
    assert "keep the file" in found[0].help[0]
    assert list(convert(document)) == []
    assert {each.safety for each in found[0].fixes} <= {Safety.UNSAFE}
    assert fix(document)[0] == document.source.data


def test_the_entry_of_an_upload_is_kept_and_converts() -> None:
    fixed, _ = fix(read(upload(image())), unsafe=True)
    (made,) = convert(read(fixed))
    assert made.body["file_name"] == "dot.gif"


def test_the_sum_in_an_upload_is_compared() -> None:
    (found, *_) = lint(read(upload(image(sum="0" * 32))))
    assert SUM in found.help[0]


def test_another_message_of_several_parts_is_called_so() -> None:
    folder = "<Folder><Name>A</Name></Folder>"
    (found, *_) = lint(read(upload(folder)))
    assert found.code == "CT020"
    assert "image" not in found.message


def test_a_new_image_of_another_kind_is_reported_at_its_name() -> None:
    for shape in (None, Shape.CREATE):
        (found,) = lint(entry(image("spring.bmp")), shape)
        assert (found.code, found.element.rpartition("/")[2]) == ("CT446", "FileName")
    assert lint(entry(image("spring.bmp")), Shape.RECORD) == []
