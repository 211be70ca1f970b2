"""Contacts and lists as payloads, and what a sandbox has of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sender_payloads import Bench, payload

from ctct_migrate.payload import Payload, Shape

OWNER, VISITOR = "ACTION_BY_OWNER", "ACTION_BY_VISITOR"


def contact_body(address: str, *lists: str, **more: Any) -> dict[str, Any]:
    return {
        "email_addresses": [{"email_address": address}],
        **more,
        "lists": [{"id": each} for each in lists or ("1",)],
    }


def contact(
    path: str,
    address: str,
    *lists: str,
    number: str | None = None,
    by: str = OWNER,
    shape: Shape = Shape.CREATE,
    **more: Any,
) -> Payload:
    made = payload(
        path, contact_body(address, *lists, **more), number=number, resource="contact", shape=shape,
        references={"contact_list": lists or ("1",)},
    )  # fmt: skip
    return replace(made, request={"action_by": by})


def contact_list(path: str, name: str, number: str | None = None) -> Payload:
    body = {"name": name, "status": "ACTIVE"}
    return payload(path, body, number=number, resource="contact_list")


def contacts(bench: Bench) -> dict[str, Any]:
    """The contacts on the server, by their addresses in small letters."""
    return {
        each["email_addresses"][0]["email_address"].lower(): each
        for each in bench.box.state()["contacts"].values()
    }


def planted(address: str, number: str, status: str = "ACTIVE", *lists: str) -> dict[str, Any]:
    """A contact that the account has before anybody calls."""
    return {
        "id": number,
        "status": status,
        "email_addresses": [{"email_address": address, "status": status}],
        "created_date": "2010-01-01T00:00:00.000Z",
        "lists": [{"id": each, "status": "ACTIVE"} for each in lists],
    }
