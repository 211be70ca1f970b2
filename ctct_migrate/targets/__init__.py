"""The other side: what v1 documents are converted for and sent to, one folder for a target, and the
one list of them.

A new target is a folder here, its JSON Schemas in `schemas/NAME`, and one line in `TARGETS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ctct_migrate.targets.target import Delivery, Target
from ctct_migrate.targets.v2.target import V2

#: Every target, by its name.
TARGETS: Mapping[str, Target] = MappingProxyType({target.name: target for target in (V2,)})

__all__ = ["TARGETS", "Delivery", "Target"]
