"""A sandbox without its sockets: the store, the armed faults and the counts of one server, made
from its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.sandbox.call_limits import RateLimits
from ctct_migrate.sandbox.clock import Clock
from ctct_migrate.sandbox.database import SandboxError, Store
from ctct_migrate.sandbox.faults import FaultPlan
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.seeds import Seeds
from ctct_migrate.sandbox.target_server import server_of


class Service:
    """The parts of a running sandbox.  Used by one thread.  Raises SandboxError when the
    database or the seeds cannot be used."""

    def __init__(self, options: SandboxOptions):
        if options.database is None:
            raise ValueError("a service needs a database")
        self.server = server_of(options.target)
        try:
            self.server.check_options(options)
        except ValueError as error:
            raise SandboxError(str(error)) from None
        self.options = self._begun_with = options
        self.store = Store(options.database)
        self.clock = Clock(self.store)
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
        self.server.plant(self.store, self.options, seeds, self.clock.now())

    def pass_time(self, seconds: float) -> None:
        """Make time pass, and do what the server would have done by itself in it.  Raises ValueError
        for what cannot pass."""
        self.clock.advance(seconds)
        with self.store.trial() as trial:
            self.server.catch_up(self.store, self.options, self.clock.now())
            trial.keep = True

    def change_settings(self, settings: Mapping[str, Any]) -> None:
        """Set some of the target's own settings (`SandboxOptions.settings`) to other values, until a
        reset.  Raises ValueError, with a sentence for users, when they cannot be kept."""
        changed = replace(self.options, settings={**self.options.settings, **settings})
        self.server.check_options(changed)
        self.options = changed

    def state(self) -> dict[str, Any]:
        """Everything that is stored but the calls (`TargetServer.state`)."""
        return self.server.state(self.store, self.options.target)

    def reset(self) -> None:
        """Be as if the sandbox had just been started on an empty database."""
        with self.store.trial() as trial:
            self.store.clear()
            trial.keep = True
        self.options = self._begun_with
        self.clock.reset()
        self.limits.forget()
        self.plan = FaultPlan(self.options.faults, self.options.seed)
        self.plant(Seeds.of(self.options))

    def close(self) -> None:
        """Close the database."""
        self.store.close()
