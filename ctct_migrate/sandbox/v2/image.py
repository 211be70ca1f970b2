"""Files of the library: a form of several parts brings one, JSON changes what is said of it
(reference, v2-resources, Library)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from ctct_migrate.sandbox import resources
from ctct_migrate.sandbox.answers import Answer, Error, json_answer
from ctct_migrate.sandbox.refusals import check_contract, refuse
from ctct_migrate.sandbox.requests import bad_request, timestamp
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount, served
from ctct_migrate.targets.v2.target import V2

_MULTIPART = "multipart/form-data"

#: Bytes that one file may have (reference, v2-resources, Library info).
MOST_BYTES = 5_242_880

_IMAGES = frozenset({"JPG", "JPEG", "GIF", "PNG"})


class _Files(Behaviour):
    most_listed = 1_000

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        folder = body.get("folder_id")
        if folder not in (None, "", "0") and not account.store.resource("folder", "", str(folder)):
            yield Error("json.value.invalid", f"#/folder_id: The folder {folder} does not exist.")

    def kept(self, current: Record) -> frozenset[str]:
        return frozenset({"file_type", "source", "size"})


def upload(account: ServedAccount) -> Answer:
    """POST of a file: the fields of a form, and its bytes in the part `data`.  The answer has no body,
    and the id in a header."""
    fields, data = _form(account)
    check_contract(V2.contract, "image", "create", fields)
    refuse(BEHAVIOUR.errors(account, fields, None))
    if data is None or not data:
        raise bad_request("The part data is missing.")
    if len(data) > MOST_BYTES:
        raise bad_request(f"A file has at most {MOST_BYTES} bytes.")
    said = {name: value for name, value in fields.items() if name != "file_name"}
    record = resources.add(
        served(account.options.target)["image"],
        account,
        "",
        {
            **said,
            "name": fields["file_name"],
            "size": len(data),
            "is_image": fields["file_type"] in _IMAGES,
            "status": "Active",
        },
        timestamp(account.request.now),
    )
    return Answer(202, b"", {"Id": record["id"]})


def upload_status(account: ServedAccount) -> Answer:
    """GET of what became of uploads: ids with commas between them."""
    numbers = account.request.parameters["ids"].split(",")
    found = (account.store.resource("image", "", number) for number in numbers)
    rows = [
        {"file_id": each["id"], "status": each["status"], "description": each["description"]}
        for each in found
        if each is not None
    ]
    return json_answer(200, rows)


def _form(account: ServedAccount) -> tuple[dict[str, str], bytes | None]:
    """The fields of a form, and what is in its part `data`.  Raises RefusedError for what is none."""
    request = account.request
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + request.body)
    if not form.is_multipart():
        raise bad_request("The request is no form of several parts.")
    fields: dict[str, str] = {}
    data: bytes | None = None
    for part in form.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        found = part.get_payload(decode=True)
        content = found if isinstance(found, bytes) else b""
        if name == "data":
            data = content
        elif name:
            fields[name] = content.decode("utf-8", "replace")
    return fields, data


BEHAVIOUR = _Files()

#: Endpoints of the whole library of files: method, path, privilege, function, type of the body.
ENDPOINTS = (
    ("POST", "library/files", "mylibrary:file:create", upload, _MULTIPART),
    ("GET", "library/files/uploadstatus/{ids}", "mylibrary:file:read", upload_status),
)
