"""What a reader stumbles over: values without wording.

`kind` is the name of the rule that will word it (`undefined-entity`); the rules' family
`wellformed` knows what each kind's `detail` holds.  Nothing here decides how bad a problem is.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.tree import Element


@dataclass(frozen=True, slots=True)
class Problem:
    """A breakage at the characters `start` up to `end` (0-based, of `Source.text`).

    element  the element that it stands in or is about, if any
    detail   further facts; which ones depends on the kind
    """

    kind: str
    start: int
    end: int
    element: Element | None = None
    detail: dict[str, Any] = field(default_factory=dict)
