"""What a struck call gets instead of its answer: one row for a kind of fault.

Values in, values out: `wire` sends what comes out of here, and `faults` says who is struck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from ctct_migrate.sandbox.answers import (
    INACTIVE_KEY,
    INVALID_TOKEN,
    OVER_QPS,
    OVER_QUOTA,
    SERVER_ERROR,
    Answer,
    Error,
    ServerRefusal,
    errors,
    html_answer,
    insufficient_scope,
    json_answer,
    page,
)
from ctct_migrate.sandbox.faults import Fault, FaultKind


class Passage(Enum):
    """How much of an answer reaches the client."""

    WHOLE = "whole"
    HALF = "half"  #: the head and half of the body, then the connection is cut
    NOTHING = "nothing"  #: the connection is cut


@dataclass(frozen=True, slots=True)
class Transmission:
    """What goes out: an answer, how much of it, and whether a cut is a TCP reset."""

    answer: Answer
    passage: Passage = Passage.WHOLE
    reset: bool = False

    @property
    def status(self) -> int | None:
        """The status that the client sees, or None if it sees none."""
        return None if self.passage is Passage.NOTHING else self.answer.status


def distorted(fault: Fault, answer: Answer) -> Transmission:
    """What a client gets whose call, but for the fault, had got `answer`."""
    delivery = _DISTORTIONS[fault.kind](fault, answer)
    if fault.retry_after:
        told = delivery.answer.with_headers(Retry_After=fault.retry_after)
        delivery = replace(delivery, answer=told)
    return replace(delivery, reset=fault.reset)


_Distortion = Callable[[Fault, Answer], Transmission]


def _refused(refusal: ServerRefusal) -> _Distortion:
    return lambda fault, answer: Transmission(refusal.answer())


def _server_error(fault: Fault, answer: Answer) -> Transmission:
    status = fault.status or SERVER_ERROR.status
    if fault.body == "html":
        return Transmission(html_answer(status, page(status, SERVER_ERROR.message)))
    if fault.body == "empty":
        return Transmission(Answer(status))
    return Transmission(errors(status, [Error(SERVER_ERROR.key, SERVER_ERROR.message)]))


def _cut(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(answer, Passage.NOTHING)


def _half(answer: Answer) -> bytes:
    """The first half of a body.  An answer without one (204) is taken for `{}`, so that there is
    something to break."""
    body = answer.body or b"{}"
    return body[: len(body) // 2]


def _truncated(fault: Fault, answer: Answer) -> Transmission:
    headers = {"Content-Type": "application/json", **answer.headers}
    return Transmission(Answer(_with_body(answer.status), _half(answer), headers))


def _truncated_transfer(fault: Fault, answer: Answer) -> Transmission:
    headers = {"Content-Type": "application/json", **answer.headers}
    whole = Answer(_with_body(answer.status), answer.body or b"{}", headers)
    return Transmission(whole, Passage.HALF)


def _html(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(html_answer(_with_body(answer.status), _MAINTENANCE))


def _nonsense(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(json_answer(_with_body(answer.status), _NONSENSE))


def _empty(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(Answer(answer.status))


def _insufficient_scope(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(insufficient_scope())


def _redirect(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(Answer(fault.status or 302, headers={"Location": fault.location}))


def _with_body(status: int) -> int:
    """The status, made one that may have a body (RFC 9110, 15.3.5)."""
    return 200 if status == 204 else status


_MAINTENANCE = "<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"
_NONSENSE = {"fish": [1, None, {"of": "the day"}]}

_DISTORTIONS: dict[FaultKind, _Distortion] = {
    FaultKind.SERVER_ERROR: _server_error,
    FaultKind.CLOSE_BEFORE: _cut,
    FaultKind.CLOSE_AFTER: _cut,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.TRUNCATED_TRANSFER: _truncated_transfer,
    FaultKind.HTML: _html,
    FaultKind.NONSENSE: _nonsense,
    FaultKind.EMPTY: _empty,
    FaultKind.OVER_QPS: _refused(OVER_QPS),
    FaultKind.OVER_QUOTA: _refused(OVER_QUOTA),
    FaultKind.INACTIVE_KEY: _refused(INACTIVE_KEY),
    FaultKind.EXPIRED_TOKEN: _refused(INVALID_TOKEN),
    FaultKind.INSUFFICIENT_SCOPE: _insufficient_scope,
    FaultKind.REDIRECT: _redirect,
}
