"""What a sender is told to do, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.targets import TARGETS, Delivery


class OnNameTaken(StrEnum):
    """What is done when the account has a resource of the name already."""

    FAIL = "fail"  #: say so
    SKIP = "skip"  #: leave what is there, and leave the document out
    RENAME = "rename"  #: put a number after the name
    UPDATE = "update"  #: replace what is there by the document


class OnUnclear(StrEnum):
    """What is done about a document that may be one that was sent before: of the same name, with
    other contents, found elsewhere."""

    ASK = "ask"  #: keep it back, and say so
    SAME = "same"  #: it is that document, changed since
    NEW = "new"  #: it is another document


class BulkChoice(StrEnum):
    """Whether many contacts are sent by one request."""

    AUTO = "auto"  #: where there are as many as the target says
    ALWAYS = "always"  #: even few
    NEVER = "never"  #: each by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen.

    on_name_taken     what is done when a name is taken
    on_unclear        what is done about a document that may be one that was sent before
    target            name of the target that is sent to
    ids               ids in this account of what documents name, old to new, by the slug of the
                      resource (`{"contact_list": {"11": "2"}}`); names, too, of what the target has
                      ids of its own for
    calls_per_second  at most so many calls in any second
    calls_per_day     at most so many calls in any 24 hours
    wait              wait when the day's calls are used up, rather than stop
    preflight         look at what the account has before the first POST
    allow_emptying    let an update empty what the document leaves out
    reschedule_past   the time (with a zone) for schedules whose time has passed; None: refuse them
    bulk              whether many contacts are sent by one request
    bulk_wait         seconds for which what such a request has begun is waited for, at most
    poll              seconds before it is asked about first; the pauses grow
    settle            seconds after which a request in doubt is asked about: what a server may
                      still be working on when its connection is gone
    timeout           seconds to wait for bytes of an answer
    tries             how often a call is made again after failures of the server, with doubling
                      pauses, before it is given up
    """

    on_name_taken: OnNameTaken = OnNameTaken.FAIL
    on_unclear: OnUnclear = OnUnclear.ASK
    target: str = DEFAULT_TARGET
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    calls_per_second: int = 4
    calls_per_day: int = 10_000
    wait: bool = False
    preflight: bool = True
    allow_emptying: bool = False
    reschedule_past: datetime | None = None
    bulk: BulkChoice = BulkChoice.AUTO
    bulk_wait: float = 3_600.0
    poll: float = 1.0
    settle: float = 5.0
    timeout: float = 60.0
    tries: int = 5

    def __post_init__(self) -> None:
        """Raises ValueError, with a sentence for users."""
        if self.calls_per_second < 1 or self.calls_per_day < 1:
            raise ValueError("at least one call in a second and in a day is needed")
        if self.reschedule_past is not None and self.reschedule_past.tzinfo is None:
            raise ValueError("the time for past schedules needs a time zone")
        if not (self.bulk_wait >= 0 and self.poll > 0):
            raise ValueError("the wait for imports cannot be negative")
        # Said so that what is not a number is refused, too.
        if not (self.settle >= 0 and 0 < self.timeout < 86_400 and self.tries >= 1):
            raise ValueError(
                "settle cannot be negative; timeout is above 0 and below a day; tries is above 0"
            )

    def delivery(self, resource: str) -> Delivery | None:
        """What the target makes of the resource of that slug; None where it has no place for
        it."""
        return TARGETS[self.target].delivery(resource)
