"""Where a contact stands with the account: whether it may be mailed, and so be created.

v1's server wrote it into `Status`.  A contact that was made anew became an active subscriber,
whatever its `Status` said; so that one who does not want to be mailed must not be made (reference,
mapping-v2, Contact: Consent).
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from ctct_migrate.late_pattern import late_compile


class Standing(Enum):
    """Where a contact stands; the value is v1's word, without letter case and separators."""

    NONE = ""  #: nothing is said, as in what clients wrote
    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"
    REMOVED = "removed"
    DO_NOT_MAIL = "donotmail"
    UNKNOWN = "?"  #: some other word

    @property
    def may_be_created(self) -> bool:
        """Whether a new contact may be made of it: not where it does not want mail, or where it
        cannot be known."""
        return self in (Standing.NONE, Standing.ACTIVE, Standing.UNCONFIRMED)


_SEPARATORS = late_compile(r"[\s_\-]+")


@lru_cache(maxsize=256)  # the same few words stand in one contact after the other
def standing_of(status: str) -> Standing:
    """The standing that a text of `Status` says, in whatever letter case.

    >>> standing_of("Do Not Mail"), standing_of("do-not-mail"), standing_of("Unsubscribed")
    (<Standing.DO_NOT_MAIL: 'donotmail'>, <Standing.DO_NOT_MAIL: 'donotmail'>, <Standing.UNKNOWN: '?'>)
    """
    word = _SEPARATORS.sub("", status).lower()
    try:
        return Standing(word)
    except ValueError:
        return Standing.UNKNOWN
