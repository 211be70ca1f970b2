"""Identity: which resource a document names, out of the ids that stand in it.

An id names a resource by the number in it.  Some numbers are fillers, which clients wrote into
documents for something new, and name nothing (reference, v1-atom, "What v1 minded", Fillers):

* zeros, of any length: `…/campaigns/0`, `…/campaigns/0000000000000`;
* a sample number of the documentation's (`Resource.sample_ids`), where it stands in one id alone
  and the others name nothing: a PHP library wrote one into the payload of every create.

An id without a number (`data:,`, the URI of the collection) names nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping


def is_filler(number: str) -> bool:
    """Whether a number is one that no resource has, wherever it stands: zeros.

    >>> is_filler("0000000000000"), is_filler("1100546096289")
    (True, False)
    """
    return not number.strip("0")


def naming(
    readings: Mapping[str, str | None], samples: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Those of `readings` that name a resource.

    `readings` has, for each id that is there, its path and the number in it (None for an id
    without one), in the order in which they are believed.  `samples` are the numbers that the
    documentation used for an example of this resource, where the ids are the resource's own.

    >>> naming({"@id": "1100546096289", "entry/id": None}, frozenset({"1100546096289"}))
    {}
    >>> naming({"@id": "7", "entry/id": "7"}, frozenset({"7"}))
    {'@id': '7', 'entry/id': '7'}
    """
    named = {path: number for path, number in readings.items() if number and not is_filler(number)}
    if len(named) == 1 and len(readings) > 1 and not samples.isdisjoint(named.values()):
        return {}
    return named
