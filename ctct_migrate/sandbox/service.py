"""A sandbox without its sockets: the store, the armed faults and the counts of one server, made
from its options."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ctct_migrate.sandbox.call_limits import RateLimits
from ctct_migrate.sandbox.database import SandboxError, Store
from ctct_migrate.sandbox.faults import FaultPlan
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.routes import privileges
from ctct_migrate.sandbox.seeds import Seeds, plant
from ctct_migrate.sandbox.state import state_of


class Service:
    """The parts of a running sandbox.  Used by one thread.  Raises SandboxError when the
    database or the seeds cannot be used."""

    def __init__(self, options: SandboxOptions):
        if options.database is None:
            raise ValueError("a service needs a database")
        known = privileges(options.target)
        unknown = set(options.denied_privileges) - known
        if unknown:
            raise SandboxError(f"{min(unknown)} is not a privilege: {', '.join(sorted(known))}")
        self.options = options
        self.store = Store(options.database)
        self.plan = FaultPlan(options.faults, options.seed)
        self.limits = RateLimits(
            options.calls_per_second, options.calls_per_day, self.store.calls_counted
        )
        try:
            self.plant(Seeds.of(options))
        except ValueError as error:
            self.close()
            raise SandboxError(str(error)) from None

    def plant(self, seeds: Seeds) -> None:
        """Add seeds.  Raises ValueError when they cannot be used."""
        plant(self.store, self.options, seeds, datetime.now(UTC))

    def state(self) -> dict[str, Any]:
        """Everything that is stored but the calls (`state.state_of`)."""
        return state_of(self.store, self.options.target)

    def reset(self) -> None:
        """Be as if the sandbox had just been started on an empty database."""
        with self.store.trial() as trial:
            self.store.clear()
            trial.keep = True
        self.limits.forget()
        self.plan = FaultPlan(self.options.faults, self.options.seed)
        self.plant(Seeds.of(self.options))

    def close(self) -> None:
        """Close the database."""
        self.store.close()
