"""Which documents of a run are sent by requests about many, and how many calls that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Shape
from ctct_migrate.sender.ledger import RequestKind
from ctct_migrate.sender.settings import BulkChoice, Settings
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkJobs
from ctct_migrate.targets.target import Delivery

if TYPE_CHECKING:
    from ctct_migrate.sender.plan import Item

_NEW = Shape.CREATE

#: Calls for one request at the least: the jobs that are there, the request, and what became of it.
_CALLS = 3


@dataclass(frozen=True, slots=True)
class BulkWay:
    """How a target takes many resources at once, which `delivery` takes one by one."""

    activity: BulkActivity
    jobs: BulkJobs
    delivery: Delivery

    @classmethod
    def of(cls, settings: Settings) -> BulkWay | None:
        """That of the target that is sent to; None where it has none."""
        target = TARGETS[settings.target]
        activity, jobs = target.bulk_creation, target.bulk_jobs
        if activity is None or jobs is None:
            return None
        shapes = activity.takes.items()
        delivery = next(filter(None, (target.delivery(s) for s, shape in shapes if shape is _NEW)))
        return cls(activity, jobs, delivery)

    def chosen(self, items: Iterable[Item], settings: Settings) -> list[Item]:
        """The items that are sent by requests about many."""
        if settings.bulk is BulkChoice.NEVER:
            return []
        found = [item for item in items if self._takes(item)]
        enough = settings.bulk is BulkChoice.ALWAYS or len(found) >= self.jobs.from_rows
        return found if enough else []

    def _takes(self, item: Item) -> bool:
        return (
            item.resource == self.delivery.resource
            and item.kind is RequestKind.CREATE
            and not item.doubtful
        )

    def requests(self, chosen: Iterable[Item]) -> int:
        """How many requests the items take at the least: one for each set of lists, below the limit
        of rows."""
        limits = self.activity.limits
        most = limits.rows if limits else 1
        groups = Counter(item.named for item in chosen)
        return sum(-(-count // most) for count in groups.values())

    def calls(self, chosen: Iterable[Item]) -> int:
        """How many calls that takes at the least, with one that lists whom the account leaves
        alone."""
        requests = self.requests(chosen)
        looks = self.delivery.barrier is not None
        return _CALLS * requests + looks if requests else 0
