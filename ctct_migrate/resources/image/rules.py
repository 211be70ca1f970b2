"""The rules of images: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources.image.plain import URL, folders_in
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.own_rules import ValueWords
from ctct_migrate.rules.phrases import listing, quoted
from ctct_migrate.rules.values.urls import check_url

_FACT = "reference, v1-resources, Image"
_URI = "tag:api.constantcontact.com,2010:/ws/customers/joe/library/folders"


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
    "CT437", "image-without-folder", Severity.WARNING,
    summary="A new image that is in no folder",
    why="v1 uploaded an image to the URL of its folder, v2 names the folder in the form. Neither the image nor its entry says which folder it is, so that the form does not say it either.",
    bad="", good=_image('<Folder id="tag:api.constantcontact.com,2010:/ws/customers/joe/library/folders/7"/>'),
    how="Write the folder's URI into the `id` of `Folder`.",
    fact="reference, mapping-v2, Image: folder_id",
)  # fmt: skip

FOLDERS_DIFFER = Rule(
    "CT444", "image-folders-differ", Severity.WARNING,
    summary="An image whose ids name two folders",
    why="The URI of an image has the number of its folder in it, and so has the `id` of its `Folder`. Where they differ, the `Folder` counts.",
    bad=f'<Image id="{_URI}/3/images/7">\n  <FileName>spring.jpg</FileName>\n  <Folder id="{_URI}/4"/>\n</Image>\n',
    good=f'<Image id="{_URI}/3/images/7">\n  <FileName>spring.jpg</FileName>\n  <Folder id="{_URI}/3"/>\n</Image>\n',
    how="Correct the one that is wrong.", fact=_FACT,
)  # fmt: skip

RULES = (MD5, NO_FOLDER, FOLDERS_DIFFER)

VALUE_WORDS = {
    MD5.code: ValueWords(MD5, "an MD5 sum", expected="expected 32 digits from 0 to 9 and a to f")
}


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with an image that the generic families do not see."""
    yield from check_url(context, URL)
    payload, uris = context.payload, tuple(_uris(context))
    named = folders_in(uris)
    if payload is None or not context.whole:
        return
    if len(named) > 1:
        shown = listing(quoted(each) for each in named)
        yield context.report.at(
            FOLDERS_DIFFER, payload.name_start, payload.name_end, f"this image is in the folders {shown} at once",
            label=f"{quoted(named[0])} counts", help=(FOLDERS_DIFFER.how,), element=context.path(payload),
        )  # fmt: skip
    if context.shape is Shape.CREATE and not named:
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
