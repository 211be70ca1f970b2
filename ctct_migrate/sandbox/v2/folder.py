"""Folders of the library: three levels of them, and the files in each (reference, v2-resources,
Library)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, Error, json_answer
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount

#: What stands for no parent.
_TOP = ("", "0", None)

_LEVELS = 3


class _Folders(Behaviour):
    most_listed = 1_000

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        parent = body.get("parent_id")
        if parent in _TOP:
            return
        folder = account.store.resource("folder", "", str(parent))
        if folder is None:
            yield Error("json.value.invalid", f"#/parent_id: The folder {parent} does not exist.")
        elif folder.get("level", 1) >= _LEVELS:
            yield Error(
                "json.value.invalid", f"#/parent_id: Folders have at most {_LEVELS} levels."
            )

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        parent = record.get("parent_id")
        folder = None if parent in _TOP else account.store.resource("folder", "", str(parent))
        level = 1 if folder is None else folder.get("level", 1) + 1
        return {**record, "parent_id": "0" if folder is None else parent, "level": level}

    def shown(self, account: ServedAccount, record: Record) -> Record:
        files = account.store.resources("image")
        count = sum(each.get("folder_id") == record["id"] for each in files)
        return {**record, "item_count": count}


def files(account: ServedAccount, record: Record) -> Answer:
    """GET of the files in a folder."""
    found = [each for each in account.store.resources("image") if each["folder_id"] == record["id"]]
    return json_answer(200, {"meta": {"pagination": {}}, "results": found})


BEHAVIOUR = _Folders()
BEHAVIOUR.more = (("GET", "files", "mylibrary:file:read", files),)
