"""What v3 looks at in a campaign, besides its schema: the content, and the sender's addresses.

Our schemas refuse more than the server does: it takes a content without its tracking image, and what
it does about the pairs that break a mail is not known (`V3Settings.forbidden_pairs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ctct_migrate.contract.contract import Violation
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.sandbox.options import CONFIRMED
from ctct_migrate.sandbox.v3 import account_resources, v3_errors
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, V3Call
from ctct_migrate.targets.v2.target import V2

#: What is never in a mail (reference, v3-contract, html_content of format_type 5).
_PAIRS = ("[#", "${", "<@")

#: Bytes of the largest mail, of which the content is the most.
_LARGEST_MAIL = 400 * 1024

#: Characters of the longest link that can be sent.
_LONGEST_LINK = 1_005

_LINK = late_compile(r"""\bhref\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)

#: Limits of a content that the server itself keeps; the others of the schema are ours.
_KEPT = frozenset({"type", "required", "minLength", "maxLength"})

#: `reason_code` of a send (reference, v3-contract, Schedules).
UNFINISHED, LONG_LINK = 6, 8


def refused(violations: Iterable[Violation]) -> Iterator[Violation]:
    """The violations that the server refuses a body for."""
    for each in violations:
        if not each.pointer.endswith("/html_content") or each.keyword in _KEPT:
            yield each


def check_content(call: V3Call, content: str) -> None:
    """Raise RefusedError (400) for a content that is refused at once."""
    if len(content.encode()) > _LARGEST_MAIL:
        raise v3_errors.invalid(v3_errors.CAMPAIGNS, "html_content makes a mail of over 400 KB.")
    pairs = [pair for pair in _PAIRS if pair in content]
    if pairs and call.settings.forbidden_pairs == "at-post":
        raise v3_errors.invalid(v3_errors.CAMPAIGNS, f"html_content cannot contain {pairs[0]}.")


def reason_not_sent(content: str) -> int:
    """The `reason_code` for which a content is not sent; 0 where it is."""
    if any(pair in content for pair in _PAIRS):
        return UNFINISHED
    if any(len(link) - 2 > _LONGEST_LINK for link in _LINK.findall(content)):
        return LONG_LINK
    return 0


def check_addresses(call: V3Call, activity: Mapping[str, Any]) -> None:
    """Raise RefusedError (400) for addresses of the sender that the account has not confirmed.  With
    `accept_any_address` they come into being instead."""
    wrong = []
    for name in ("from_email", "reply_to_email"):
        address = activity[name]
        if call.store.address_status(address) == CONFIRMED:
            continue
        if call.options.accept_any_address:
            call.store.save_address(address, CONFIRMED)
        else:
            wrong.append(f"{name} {address} is not a confirmed address of this account.")
    if wrong:
        raise v3_errors.invalid(v3_errors.CAMPAIGNS, *wrong)


@cache
def _country_names() -> Mapping[str, str]:
    """English names of countries by their codes: v2's schema has them."""
    return V2.contract.limits("campaign", "/message_footer/country").names


def footer(moment: AccountMoment, activity: Mapping[str, Any]) -> Mapping[str, Any]:
    """The postal address below a mail: the activity's, else the account's, with what the server adds;
    empty where there is neither."""
    own: Mapping[str, Any] = activity.get("physical_address_in_footer") or {}
    address = own or account_resources.footer(moment)
    country = _country_names().get(address.get("country_code", ""))
    return {**address, "country_name": country} if country else address
