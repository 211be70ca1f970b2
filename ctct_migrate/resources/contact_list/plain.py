"""Whether the rules of contact lists would report nothing, asked of a list's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast.fields import Fields

SIGNUP, HIDDEN = "DisplayOnSignup", "No"


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({SIGNUP})


#: What makes a list active, whatever v1 says of it.
_REQUESTS = (Shape.CREATE, Shape.UPDATE)


def is_plain_for(fields: Fields, shape: Shape | None) -> bool:
    """Whether the rules of contact lists would find nothing wrong: nothing ever is."""
    return True


def is_remarked(fields: Fields, shape: Shape | None) -> bool:
    """Whether they remark on the list, for what it is to become."""
    return shape in _REQUESTS and fields.get(SIGNUP, "").strip() == HIDDEN
