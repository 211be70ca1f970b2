"""CT956 to CT961: what an account knows of a contact, and what became of an import.

Texts alone, as in `reply_rules`; the examples are sentences about an account and a document.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

_CONTACTS = "reference, v2-resources, Contacts"
_ACTIVITIES = "reference, v2-resources, Bulk activities"

OPTED_OUT_THERE = Rule(
    "CT956",
    "opted-out-there",
    Severity.ERROR,
    "The contact has opted out in the account, and is left as it is",
    "Somebody who opted out may be mailed again only after saying so: the one way back is a request"
    " with the action of the contact, and not one of the account's owner.",
    "A Contact with an OptInSource of ACTION_BY_CUSTOMER, whom the account has as OPTOUT.",
    "A Contact with an OptInSource of ACTION_BY_CONTACT, whom the account has as OPTOUT, and"
    " `--on-name-taken update`.",
    "Leave the contact out. If this person has signed up again since, say so in the document"
    " (`<OptInSource>ACTION_BY_CONTACT</OptInSource>`) and send it with `--on-name-taken update`: a"
    " welcome e-mail goes out.",
    _CONTACTS,
)
OTHER_ADDRESS = Rule(
    "CT957",
    "number-of-another",
    Severity.ERROR,
    "The account has another address under the number of this contact",
    "That the numbers of contacts are the same in v1 and in v2 is likely and stated nowhere. An"
    " update replaces the whole contact: it is made only where the account has the document's address"
    " under its number.",
    "An update of contact 46 with the address ann@example.com, which the account does not have, while"
    " contact 46 is bob@example.com there.",
    "An update of contact 46 with the address ann@example.com, which the account has as contact 46.",
    "If the address of this contact is to be changed, say that the number is right:"
    " `--id-map contact=46=46`. Otherwise leave the document out, or create the contact.",
    "reference, mapping-v2, Rules for all",
)
IMPORT_UNCLEAR = Rule(
    "CT958",
    "import-unclear",
    Severity.ERROR,
    "It cannot be told whether an import was begun",
    "The answer to the request was lost, and what the account lists does not say whether one of its"
    " imports is this one. A second import of the same contacts would bring back what was changed in"
    " the account since.",
    "A lost request about 40 contacts, and two imports of 40 contacts in the account that began after"
    " it.",
    "A lost request about 40 contacts, and one import of 40 contacts in the account that began after"
    " it.",
    "Look at the imports in the account. If one of them is this one, give the same command with"
    " `--on-unclear same`; if none is, with `--on-unclear new`.",
    _ACTIVITIES,
)
IMPORT_REFUSED_CONTACT = Rule(
    "CT959",
    "import-refused-contact",
    Severity.ERROR,
    "The import has an error about this contact",
    "An import takes the other contacts all the same, and names those that it did not take.",
    "A Contact of an import whose activity has the error `Line 2: Invalid email address`.",
    "A Contact of an import whose activity has no errors.",
    "Correct what the server's words say, and send again: only what has changed is sent.",
    _ACTIVITIES,
)
IMPORT_FAILED = Rule(
    "CT960",
    "import-failed",
    Severity.ERROR,
    "The import of which this contact is a part failed as a whole",
    "The server began the import and gave it up.",
    "A Contact of an import whose activity has the status ERROR.",
    "A Contact of an import whose activity has the status COMPLETE.",
    "Give the same command again: it begins another import. With `--bulk never` contacts are sent one"
    " by one.",
    _ACTIVITIES,
)
IMPORT_RUNNING = Rule(
    "CT961",
    "import-running",
    Severity.WARNING,
    "The import has not come to its end yet",
    "The server has taken the request, and works on it for longer than was to be waited for.",
    "A Contact of an import whose activity is QUEUED.",
    "A Contact of an import whose activity is COMPLETE.",
    "Give the same command again later: the server is asked what became of it. Nothing is sent"
    " twice. `--bulk-wait SECONDS` waits longer.",
    _ACTIVITIES,
)

RULES = (
    OPTED_OUT_THERE,
    OTHER_ADDRESS,
    IMPORT_UNCLEAR,
    IMPORT_REFUSED_CONTACT,
    IMPORT_FAILED,
    IMPORT_RUNNING,
)
