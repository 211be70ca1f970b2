"""Whether the rules of images would report nothing, asked of an image's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.payload import Shape
from ctct_migrate.resources.folder import FOLDER
from ctct_migrate.rules.fast.fields import ENVELOPE, URIS, Fields
from ctct_migrate.rules.values.url_blanks import has_blank

URL = "ImageURL"


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({URL, URIS, ENVELOPE})


def is_plain_for(fields: Fields, shape: Shape | None) -> bool:
    """Whether the rules of images would report nothing, for what the image is to become."""
    return not has_blank(fields.get(URL, "")) and (
        shape is not Shape.CREATE or names_folder((fields.get(URIS, ""), fields.get(ENVELOPE, "")))
    )


def names_folder(uris: tuple[str, ...]) -> bool:
    """Whether one of the URIs, in lines, is that of a folder, or of what is in one."""
    return any(FOLDER.id_in(uri) for lines in uris for uri in lines.split("\n"))
