"""The calls that v2 has for nearly every resource: create, replace, delete, and a listing in pages.

A resource is created by a POST to its collection, replaced by a PUT and deleted by a DELETE of its own
path; answers have its `id` and its key (reference, v2-contract and v2-resources, Endpoints).
"""

from __future__ import annotations

from typing import Any

from ctct_migrate.targets.target import Collection, Recovery, Step

_KEEPS = {"id": "/id"}


def _item_path(path: str) -> str:
    """The path of one resource of the collection at a path."""
    return f"{path}/{{id}}"


def created(path: str, key: str = "name") -> tuple[Step, ...]:
    """The call that creates one in the collection at a path; `key` is the property that tells one from
    another."""
    answers = ("id", key)
    return (Step("create", "POST", path, keeps=_KEEPS, recovery=Recovery.KEY, answers=answers),)


def replaced(path: str, key: str = "name") -> tuple[Step, ...]:
    """The call that replaces one of the collection at a path."""
    at, answers = _item_path(path), ("id", key)
    return (Step("update", "PUT", at, keeps=_KEEPS, recovery=Recovery.READ, answers=answers),)


def deleted(path: str) -> tuple[Step, ...]:
    """The call that deletes one of the collection at a path."""
    return (Step("delete", "DELETE", _item_path(path), recovery=Recovery.READ),)


def in_pages(path: str, **more: Any) -> Collection:
    """A collection that is listed in pages of 50, by `name`; `more` are further fields of it."""
    return Collection(
        path,
        {"limit": "50"},
        rows="/results",
        key="name",
        next="/meta/pagination/next_link",
        created="created_date",
        **more,
    )
