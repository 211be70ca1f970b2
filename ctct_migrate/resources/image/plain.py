"""Whether the rules of images would report nothing, asked of an image's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from collections.abc import Iterable

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
    named = folders_in((fields.get(URIS, ""), fields.get(ENVELOPE, "")))
    if has_blank(fields.get(URL, "")) or len(named) > 1:
        return False
    return bool(named) or shape is not Shape.CREATE


def folders_in(uris: Iterable[str]) -> list[str]:
    """The numbers of the folders that URIs, in lines, lead to or through, each once."""
    found = (FOLDER.id_in(uri) for lines in uris for uri in lines.split("\n"))
    return list(dict.fromkeys(filter(None, found)))
