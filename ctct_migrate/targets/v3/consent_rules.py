"""CT743: what an account knows of a contact's consent that an update may not override.

A text alone, as in `import_rules`, so that who sends does not load the rules of documents.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

HELD_BACK = Rule(
    "CT743",
    "consent-awaited-there",
    Severity.ERROR,
    "The account holds a contact back, and an update would make it mailable",
    "In the account the contact is `pending_confirmation`: it was asked, and has not answered; or it is"
    " on hold. An update says the permission anew, so that one of an older document would make"
    " somebody mailable who has not agreed.",
    "",
    "",
    "Leave the contact out, or wait until it has confirmed. What else is to be changed of it can be"
    " changed in the account.",
    "reference, v3-contract, Contacts: permission_to_send",
    target="v3",
)

RULES = (HELD_BACK,)
