"""CT446: files of a kind that v2 does not take."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.targets.v2.image import kind_of_name

OTHER_FILE = Rule(
    "CT446", "file-kind", Severity.ERROR,
    summary="A new image of a kind that v2 does not take",
    why="v2 asks for the kind of a file, and takes JPG, GIF and PNG among images. It is read from `FileType`, or else from the ending of the file's name.",
    bad="<Image>\n  <FileName>spring.bmp</FileName>\n</Image>\n", good="<Image>\n  <FileName>spring.png</FileName>\n</Image>\n",
    how="Save the image as one of these, and write its name.", fact="reference, v2-resources, Library: File", target="v2",
)  # fmt: skip

RULES = (OTHER_FILE,)

#: The children of an image that are looked at.
NAMES = frozenset({"FileName", "FileType"})


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """Whether the kind of a new image is known."""
    name, kind = view.child("FileName"), view.child("FileType")
    if view.shape not in (None, Shape.CREATE) or name is None or not name.text:
        return
    if (kind is None or not kind.text) and kind_of_name(name.text) is None:
        yield view.report.at(
            OTHER_FILE, *name.value_span(), f"{quoted(name.text)} does not say which kind of image it is, or is of none that v2 takes",
            label="expected a name that ends in .jpg, .gif or .png", help=(OTHER_FILE.how,), element=name.path,
        )  # fmt: skip
