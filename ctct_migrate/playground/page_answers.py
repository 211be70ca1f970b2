"""The work behind each call of the page, from the bytes of a request to a JSON value: what worker
processes run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ctct_migrate.playground.question import Question, QuestionError


def inspect_text(data: bytes) -> dict[str, Any]:
    """What `inspection.inspected` says of the document of a question."""
    from ctct_migrate.playground.inspection import inspected

    return _of(inspected, data)


def fix_text(data: bytes) -> dict[str, Any]:
    """What `one_click_fixes.with_fixes` makes of the document of a question."""
    from ctct_migrate.playground.one_click_fixes import with_fixes

    return _of(with_fixes, data)


def open_file(data: bytes) -> dict[str, Any]:
    """The text of a file, given as its bytes."""
    from ctct_migrate.playground.inspection import opened

    return opened(data)


def _of(work: Callable[[Question], dict[str, Any]], data: bytes) -> dict[str, Any]:
    """The answer to a question, or `error` and the `field` that it is about."""
    try:
        return work(Question.of(data))
    except QuestionError as error:
        return {"error": str(error), "field": error.field}
