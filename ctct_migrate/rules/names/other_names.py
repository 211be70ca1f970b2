"""Other names: what people write for an element or a state, when it is not a misspelling.

`nearness` finds words that are a letter or two away; here are those that mean the same and look
otherwise: elements from each resource's declaration, states from the table.  Each leads to a name of the vocabulary, and is a guess where it may mean something else
too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.nearness import squeezed

#: States by the abbreviations that were usual before the two-letter codes (Government Printing
#: Office, and The Associated Press), and by other names, squeezed.
_STATES: Mapping[str, str] = {
    "ala": "AL", "ariz": "AZ", "ark": "AR", "cal": "CA", "calif": "CA", "cali": "CA",
    "colo": "CO", "conn": "CT", "del": "DE", "fla": "FL", "ill": "IL", "ind": "IN", "kan": "KS",
    "kans": "KS", "ky": "KY", "mass": "MA", "mich": "MI", "minn": "MN", "miss": "MS",
    "mont": "MT", "neb": "NE", "nebr": "NE", "nev": "NV", "nmex": "NM", "ndak": "ND",
    "okla": "OK", "ore": "OR", "oreg": "OR", "penn": "PA", "penna": "PA", "sdak": "SD",
    "tenn": "TN", "tex": "TX", "wash": "WA", "wva": "WV", "wis": "WI", "wisc": "WI",
    "wyo": "WY", "dc": "DC", "washingtondc": "DC", "washington,dc": "DC",
    "newyorkstate": "NY", "washingtonstate": "WA", "stateofwashington": "WA",
    "ont": "ON", "que": "QC", "québec": "QC", "alta": "AB", "sask": "SK", "man": "MB",
    "newfoundland": "NL", "pei": "PE", "yukonterritory": "YT",
}  # fmt: skip


def element_called(resource: str | None, name: str, known: Collection[str]) -> str | None:
    """The element among `known` that is meant by another name in a document of the resource with
    that payload name, or None.

    >>> element_called("Campaign", "EmailBody", {"EmailContent", "Name"})
    'EmailContent'
    """
    meant = _aliases(resource or "").get(squeezed(name))
    return meant if meant in known else None


@cache
def _aliases(resource: str) -> Mapping[str, str]:
    """The other names of a resource's elements, squeezed."""
    declared = RESOURCES.get(resource)
    aliases = declared.aliases if declared is not None else {}
    return {squeezed(other): name for other, name in aliases.items()}


def state_called(name: str, known: Collection[str]) -> str | None:
    """The code among `known` of a state by an abbreviation or another name, or None.

    >>> state_called("Calif.", {"CA"}), state_called("Washington, D.C.", {"DC"})
    ('CA', 'DC')
    """
    meant = _STATES.get(squeezed(name))
    return meant if meant in known else None
