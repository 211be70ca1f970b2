"""What a sender tells while it works, as values.  What is made of them is the listener's matter;
no event holds a credential."""

from __future__ import annotations

from collections.abc import Callable

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.ledger import LedgerRequest, State


@dataclass(frozen=True, slots=True)
class Planned:
    """The run begins.  `requests` are to be sent, `done` were done before; `calls` is how many
    calls that takes at the least."""

    requests: int
    done: int
    calls: int


@dataclass(frozen=True, slots=True)
class Called:
    """A call came to its end.  `seconds` is how long it took; `outcome` is `ok` or a code of the
    catalogue."""

    method: str
    path: str
    status: int | None
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Settled:
    """A request came to a state that stands for this run."""

    request: LedgerRequest
    state: State


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is sent for a while.  `until` is in seconds since 1970."""

    why: str
    until: float


@dataclass(frozen=True, slots=True)
class Lacking:
    """The caller or the account lacks something, so that some documents cannot be sent.  Reported
    before the first call that changes anything; `words` is one line for users."""

    words: str


Event = Planned | Called | Settled | Waiting | Lacking

Listener = Callable[[Event], None]


def nobody(event: Event) -> None:
    """The listener of a sender that has none."""
