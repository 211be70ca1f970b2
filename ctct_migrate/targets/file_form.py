"""A form of several parts with a file in it, as a value (RFC 7578, multipart/form-data)."""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class FileForm:
    """What is sent in place of JSON.

    fields  the parts that are texts, by name
    part    name of the part that is the file
    name    of the file, as it is sent
    data    its bytes
    media   its type: `image/png`
    """

    fields: Mapping[str, str]
    part: str
    name: str
    data: bytes
    media: str
