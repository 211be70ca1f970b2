"""The rules of images: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources.image.plain import URL, names_folder
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.own_rules import ValueWords
from ctct_migrate.rules.values.urls import check_url

_FACT = "reference, v1-resources, Image"


def _image(*children: str) -> str:
    inner = "".join(f"  {child}\n" for child in ("<FileName>spring.jpg</FileName>", *children))
    return f"<Image>\n{inner}</Image>\n"


MD5 = Rule(
    "CT434", "md5-hash", Severity.ERROR,
    summary="An MD5 sum that is none",
    why="v1's server compared the sum with the file that came with it, and refused the upload where they differed. A sum has 32 hexadecimal digits.",
    bad=_image("<MD5Hash>d41d8cd98f00b204e9800998ecf8427</MD5Hash>"),
    good=_image("<MD5Hash>d41d8cd98f00b204e9800998ecf8427e</MD5Hash>"),
    how="Write the MD5 sum of the file, as `md5sum` prints it. No later API asks for one.", fact=_FACT,
    concern=Concern.V1,
)  # fmt: skip
NO_FOLDER = Rule(
    "CT437", "image-without-folder", Severity.ERROR,
    summary="A new image that is in no folder",
    why="v1 uploaded an image to the URL of its folder, v2 names the folder in the form. Neither the image nor its entry says which folder it is.",
    bad="", good=_image('<Folder id="tag:api.constantcontact.com,2010:/ws/customers/joe/library/folders/7"/>'),
    how="Write the folder's URI into the `id` of `Folder`.",
    fact="reference, mapping-v2, Image: folder_id",
)  # fmt: skip

RULES = (MD5, NO_FOLDER)

VALUE_WORDS = {
    MD5.code: ValueWords(MD5, "an MD5 sum", expected="expected 32 digits from 0 to 9 and a to f")
}


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with an image that the generic families do not see."""
    yield from check_url(context, URL)
    payload = context.payload
    if payload is None or context.shape is not Shape.CREATE or not context.whole:
        return
    if not names_folder(tuple(_uris(context))):
        yield context.report.at(
            NO_FOLDER, payload.name_start, payload.name_end, "nothing says which folder this image is in",
            label="expected a `Folder` with an `id`", help=(NO_FOLDER.how,), element=context.path(payload),
        )  # fmt: skip


def _uris(context: Context) -> Iterator[str]:
    """The URIs that can name the folder."""
    folder = context.field("Folder")
    for element in (folder, context.payload):
        attribute = element.attribute("id") if element is not None else None
        if attribute is not None:
            yield attribute.value
    for part in context.naming.parts.get("id", ()):
        yield part.text
    for link in context.naming.parts.get("link", ()):
        href = link.attribute("href")
        if href is not None:
            yield href.value
