"""What the parts of one run share."""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.calling import Caller
from ctct_migrate.sender.events import Listener
from ctct_migrate.sender.finding import Finder
from ctct_migrate.sender.ledger import Ledger
from ctct_migrate.sender.resolving import Resolver
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.sender.stopping import Gate


@dataclass(frozen=True, slots=True)
class RunParts:
    """The ledger, the caller and what stands around them."""

    ledger: Ledger
    caller: Caller
    account: AccountView
    finder: Finder
    resolver: Resolver
    gate: Gate
    settings: Settings
    settling: Settling
    tell: Listener
