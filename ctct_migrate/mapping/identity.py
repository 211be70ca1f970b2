"""Identity: which campaign a document names, out of the ids that stand in it.

An id names a campaign by the number in it.  Some numbers are fillers, which clients wrote into
documents for something new, and name nothing (reference, v1-atom, "What v1 minded", Fillers):

* zeros, of any length: `…/campaigns/0`, `…/campaigns/0000000000000`;
* the documentation's sample number, where it stands in one id alone and the others name no
  campaign: a PHP library wrote it into the payload of every create.

An id without a number (`data:,`, the URI of the collection) names nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The number of the documentation's example.
SAMPLE_NUMBER = "1100546096289"


def is_filler(number: str) -> bool:
    """Whether a campaign's number is one that no campaign has, wherever it stands: zeros.

    >>> is_filler("0000000000000"), is_filler("1100546096289")
    (True, False)
    """
    return not number.strip("0")


def naming(readings: Mapping[str, str | None], *, own: bool = True) -> dict[str, str]:
    """Those of `readings` that name a campaign.

    `readings` has, for each id that is there, its path and the number in it (None for an id
    without one), in the order in which they are believed.  `own` says that they are the campaign's
    own ids: the sample number is a filler in these alone.

    >>> naming({"@id": "1100546096289", "entry/id": None})
    {}
    >>> naming({"@id": "1100546096289", "entry/id": "1100546096289"})
    {'@id': '1100546096289', 'entry/id': '1100546096289'}
    """
    named = {path: number for path, number in readings.items() if number and not is_filler(number)}
    if own and len(named) == 1 and len(readings) > 1 and SAMPLE_NUMBER in named.values():
        return {}
    return named
