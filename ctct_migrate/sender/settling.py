"""Writing down what became of a request, telling it, and keeping what is to be shown of it."""

from __future__ import annotations

from collections.abc import Sequence

from ctct_migrate.sender.calling import failed
from ctct_migrate.sender.events import Listener, Settled
from ctct_migrate.sender.ledger import Ledger, RequestRecord, State
from ctct_migrate.sender.plan import Item
from ctct_migrate.targets.replies import CallOutcome, Failure, Reaction


class Settling:
    """Settles the requests of one run."""

    def __init__(self, ledger: Ledger, tell: Listener):
        self._ledger, self._tell = ledger, tell
        #: What is to be shown, by request.
        self.shown: dict[int, list[Failure]] = {}
        #: Why no resource of a kind can be sent, by slug, once that is known.
        self.forbidden: dict[str, Failure] = {}
        #: The requests that were done in this run.
        self.finished: set[int] = set()

    def done(self, item: Item, record: RequestRecord | None = None) -> None:
        """The server has it; `record`, unless the ledger has that already from an attempt."""
        if record is not None:
            self._ledger.settle(item.request, State.DONE, record)
        self.finished.add(item.request)
        self._told(item)

    def skip(self, item: Item, note: str, target_id: str | None = None) -> None:
        """It is left out, by choice; `target_id` is the id of what is there in its stead."""
        self._ledger.settle(item.request, State.SKIPPED, RequestRecord(target_id, note=note))
        self._told(item)

    def fail(
        self, item: Item, state: State, failures: Sequence[Failure], *, silent: bool = False
    ) -> None:
        """It is not done.  `silent`: the same was shown for another request already."""
        self._ledger.settle(item.request, state, failed(failures[0]))
        if not silent:
            self.shown.setdefault(item.request, []).extend(failures)
        self._told(item)

    def refused(self, item: Item, outcome: CallOutcome) -> None:
        """The server refused it, for a reason of this document or of all of its kind."""
        slug = item.delivery.resource
        if outcome.reaction is Reaction.BLOCK_RESOURCE:
            silent = slug in self.forbidden
            forbidden = self.forbidden.setdefault(slug, outcome.failures[0])
            self.fail(item, State.BLOCKED, [forbidden], silent=silent)
        elif outcome.reaction is Reaction.NAME_TAKEN:
            self.fail(item, State.BLOCKED, outcome.failures)
        else:
            self.fail(item, State.FAILED, outcome.failures)

    def note(self, item: Item, failure: Failure) -> None:
        """Something to be shown of a request that is settled."""
        self.shown.setdefault(item.request, []).append(failure)

    def _told(self, item: Item) -> None:
        request = self._ledger.request(item.request)
        self._tell(Settled(request, request.state))
