"""From v1's numbers to ids: `campaign_id_xrefs`, `list_id_xrefs`, `contact_id_xrefs`.

What was made through v3 has no number here.
"""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.v3 import v3_errors
from ctct_migrate.sandbox.v3.v3_call import Record, V3Call, without


@dataclass(frozen=True, slots=True)
class Xref:
    """One of the calls.

    kind   whose numbers it is asked for
    of     the service that answers
    asked  the query parameter with the numbers
    named  the property that a number is answered in
    most   numbers a call
    """

    kind: str
    of: str
    asked: str
    named: str
    most: int

    def __call__(self, call: V3Call) -> Answer:
        """GET: the ids of the numbers that are known, in the order of the numbers."""
        asked = call.words(self.asked)
        if not asked or len(asked) > self.most:
            raise v3_errors.invalid(self.of, f"{self.asked} must name 1 to {self.most}.")
        for each in asked:
            if not (each.isascii() and each.isdigit() and len(each) <= 18):
                raise v3_errors.invalid(self.of, f"{self.asked}: {each} is not a number.")
        found = []
        for number in sorted({int(each) for each in asked}):
            record = call.store.resource(_kind(self.kind), "", str(number))
            if record is not None:
                padded = str(number).zfill(call.settings.xref_digits)
                found.append({self.named: padded, **without(record, ("id",))})
            elif call.settings.unknown_xrefs == "404":
                raise v3_errors.missing(self.of, f"{self.asked}: {number} is not known.")
        return json_answer(200, {"xrefs": found})


def save(store: Store, kind: str, number: str, ids: Record) -> None:
    """Store the ids of what has a number in v1."""
    store.put(_kind(kind), {"id": str(int(number)), **ids})


def _kind(kind: str) -> str:
    return f"{kind}_xref"


CAMPAIGNS = Xref(
    "campaign", v3_errors.CAMPAIGNS, "v2_email_campaign_ids", "v2_email_campaign_id", 50
)
LISTS = Xref("contact_list", v3_errors.CONTACTS, "sequence_ids", "sequence_id", 500)
CONTACTS = Xref("contact", v3_errors.CONTACTS, "sequence_ids", "sequence_id", 500)
