"""The files that are sent with bodies: each stands in the folder of its document, under the key of the
body, and is sent as it was planned, byte for byte.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ctct_migrate.targets.file_form import FileForm
from ctct_migrate.targets.target import Delivery, Step

#: Name of the parameter of a request in which the ledger has the SHA-256 of the planned file, in
#: hexadecimal; empty where there was none.
DIGEST = "file"

#: The largest file that is read, in bytes (reference, v2-resources, Library: max_upload_size_limit).
_LARGEST = 5_242_880

#: What the name of a file in the same folder has none of.
_ELSEWHERE = ("/", "\\", "\0")


class FileNotSentError(Exception):
    """Why a file cannot be sent, in a clause."""


def file_digest(delivery: Delivery, body: Mapping[str, Any], document: str) -> str:
    """The SHA-256 of the file that stands beside the document at a path, in hexadecimal; empty where it
    cannot be read, which is said when it is to be sent."""
    try:
        return _digest(_read(delivery, body, document))
    except FileNotSentError:
        return ""


def unsent(delivery: Delivery, body: Mapping[str, Any], document: str) -> str:
    """Why the file beside the document at a path cannot be sent, in a clause; empty where it can."""
    try:
        _read(delivery, body, document)
    except FileNotSentError as error:
        return str(error)
    return ""


def file_form(
    delivery: Delivery, step: Step, body: Mapping[str, Any], document: str, planned: str
) -> FileForm:
    """What a step sends of a body, with the file beside the document at a path; `planned` is the digest
    that the file had when it was planned.  Raises FileNotSentError."""
    name, data = delivery.written_key(body), _read(delivery, body, document)
    if _digest(data) != planned:
        raise FileNotSentError(f"`{name}` is another file than it was when it was planned")
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    fields = {key: str(value) for key, value in step.sends(body).items() if value is not None}
    return FileForm(fields, step.file, name, data, media)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(delivery: Delivery, body: Mapping[str, Any], document: str) -> bytes:
    """The bytes of the file.  Raises FileNotSentError."""
    name = delivery.written_key(body)
    if not name or any(each in name for each in _ELSEWHERE) or name in (".", ".."):
        raise FileNotSentError(f"`{name}` is not the name of a file")
    at = Path(document)
    if not at.is_file():
        raise FileNotSentError(
            f"`{name}` is looked for beside its document, which is not in a folder"
        )
    path = at.parent / name
    try:
        if not path.is_file():
            raise FileNotSentError(f"there is no file `{name}` beside this document")
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise FileNotSentError(f"`{name}` cannot be read: {error.strerror}") from error
    if not data:
        raise FileNotSentError(f"`{name}` is empty")
    if len(data) > _LARGEST:
        raise FileNotSentError(f"`{name}` has more than {_LARGEST:,} bytes")
    return data
