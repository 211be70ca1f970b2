"""What a struck call gets instead of its answer: one row for a kind of fault.

Values in, values out: `wire` sends what comes out of here, and `faults` says who is struck.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.sandbox.answers import SERVER_ERROR, Answer, html_answer, json_answer, page
from ctct_migrate.sandbox.faults import Fault, FaultKind
from ctct_migrate.sandbox.target_server import TargetServer


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


def distorted(fault: Fault, answer: Answer, server: TargetServer) -> Transmission:
    """What a client gets whose call, but for the fault, had got `answer`; `server` is the one that
    it called."""
    distortion = _DISTORTIONS.get(fault.kind)
    if distortion is not None:
        delivery = distortion(fault, answer)
    else:
        status = fault.status or SERVER_ERROR.status
        delivery = _server_error(fault, status) or Transmission(server.refusal(fault.kind, status))
    if fault.retry_after:
        told = delivery.answer.with_headers(Retry_After=fault.retry_after)
        delivery = replace(delivery, answer=told)
    return replace(delivery, reset=fault.reset)


_Distortion = Callable[[Fault, Answer], Transmission]


def _server_error(fault: Fault, status: int) -> Transmission | None:
    """The error of a server that says nothing in JSON; None for another fault."""
    if fault.kind is not FaultKind.SERVER_ERROR:
        return None
    if fault.body == "html":
        return Transmission(html_answer(status, page(status, SERVER_ERROR.message)))
    return Transmission(Answer(status)) if fault.body == "empty" else None


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


def _redirect(fault: Fault, answer: Answer) -> Transmission:
    return Transmission(Answer(fault.status or 302, headers={"Location": fault.location}))


def _with_body(status: int) -> int:
    """The status, made one that may have a body (RFC 9110, 15.3.5)."""
    return 200 if status == 204 else status


_MAINTENANCE = "<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"
_NONSENSE = {"fish": [1, None, {"of": "the day"}]}

#: Of faults that do not refuse the call; what the others answer is the target's.
_DISTORTIONS: dict[FaultKind, _Distortion] = {
    FaultKind.CLOSE_BEFORE: _cut,
    FaultKind.CLOSE_AFTER: _cut,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.TRUNCATED_TRANSFER: _truncated_transfer,
    FaultKind.HTML: _html,
    FaultKind.NONSENSE: _nonsense,
    FaultKind.EMPTY: _empty,
    FaultKind.REDIRECT: _redirect,
}
