"""What a sandbox is set to: plain values, checked once, that travel to a child process as JSON.

Nothing here starts anything.  Credentials stand in the values, so `repr` hides them.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import asdict, field
from typing import Any
from urllib.parse import urlsplit

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.sandbox.faults import Fault, FaultKind
from ctct_migrate.targets import TARGETS

#: The states of an account's e-mail addresses (reference, v2-contract, Endpoints).
CONFIRMED = "CONFIRMED"
UNCONFIRMED = "UNCONFIRMED"

#: The credentials of the documentation's examples; any others are as good unless `SandboxOptions.keys`
#: and `SandboxOptions.tokens` name some.
DEFAULT_KEY = "sandbox-key"
DEFAULT_TOKEN = "sandbox-token"

#: The lists and the confirmed address of an account that was told nothing else.
DEFAULT_LISTS = {"1": "General Interest"}
DEFAULT_ADDRESS = "owner@example.com"

#: The account's postal address, in the manner of `/account/info`.
DEFAULT_ORGANIZATION_ADDRESS = {
    "line1": "1 Sandbox Street",
    "line2": "",
    "line3": "",
    "city": "Waltham",
    "state_code": "MA",
    "state": "",
    "postal_code": "02451",
    "country_code": "US",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """The settings of a sandbox.  Raises ValueError, with a sentence for users, when they cannot
    be kept.

    host                   a loopback address; others are refused
    port                   TCP port; 0 takes a free one
    database               the SQLite file that keeps everything; None: a temporary one, which
                           goes when the sandbox is closed
    keys, tokens           the API keys and access tokens that are let in; empty: any
    denied_privileges      what key or user may not do, in the reference's words:
                           `campaign:activate` is the scheduling permission
    lists                  contact lists of the account, id to name
    addresses              e-mail addresses of the account that are CONFIRMED
    unconfirmed_addresses  those that are UNCONFIRMED
    campaigns              campaigns to begin with: v2 records, whose `id`, `status` and
                           `template_type` are kept as given (a STOCK or SENT campaign comes into
                           being in no other way)
    records                records of any resource to begin with, by its slug; lists and campaigns
                           are planted before them
    accept_any_list,       a list (an address) that a body names and the account lacks comes into
    accept_any_address     being, CONFIRMED, instead of being refused.  Until then it is not
                           there, so a client that looks first will miss it: use `fitting`, or the
                           control endpoint's `seed`, for those
    organization_address   the account's postal address (as in `/account/info`), or None: then a
                           campaign without `message_footer` is refused
    future_dates_only      refuse a scheduled_date that is past
    wraps_text_content     answer `text_content` wrapped in `<text>`, as some accounts do
    activity_seconds       how long a bulk activity takes
    activities_fail        whether bulk activities end with the status ERROR, and do nothing
    refused_contacts       what a bulk activity says against a contact, by its address in small
                           letters
    errors_as_objects      whether errors of activities have the older form: objects, not strings
    calls_per_second,      what an API key is allowed (reference, v2-contract, Transport)
    calls_per_day
    faults, seed           what goes wrong, and the seed of its dice
    target                 name of the target whose server it is
    settings               what its server has to be set to besides, by name, as JSON values
    """

    host: str = "127.0.0.1"
    port: int = 0
    database: str | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    denied_privileges: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_LISTS))
    addresses: tuple[str, ...] = (DEFAULT_ADDRESS,)
    unconfirmed_addresses: tuple[str, ...] = ()
    campaigns: tuple[Mapping[str, Any], ...] = ()
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    accept_any_list: bool = False
    accept_any_address: bool = False
    organization_address: Mapping[str, str] | None = field(
        default_factory=lambda: dict(DEFAULT_ORGANIZATION_ADDRESS)
    )
    future_dates_only: bool = True
    wraps_text_content: bool = False
    activity_seconds: float = 1.0
    activities_fail: bool = False
    refused_contacts: Mapping[str, str] = field(default_factory=dict)
    errors_as_objects: bool = False
    calls_per_second: int = 4
    calls_per_day: int = 10_000
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    target: str = DEFAULT_TARGET
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(f"{self.host} is not a loopback address: the sandbox serves no others")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"{self.port} is not a TCP port")
        if self.calls_per_second < 1 or self.calls_per_day < 0:
            raise ValueError("calls_per_second is at least 1, calls_per_day at least 0")
        if not 0 <= self.activity_seconds < 86_400:
            raise ValueError("activity_seconds is at least 0, and below a day")
        for number in self.lists:
            if not is_number(number):
                raise ValueError(f"{number!r} is not an id of a contact list: ids are digits")

    @property
    def prefix(self) -> str:
        """The path at which the API begins, as in the target's base URL: `/v2`."""
        return urlsplit(TARGETS[self.target].base_url).path.rstrip("/")

    @property
    def api_key(self) -> str:
        """A key that is let in."""
        return self.keys[0] if self.keys else DEFAULT_KEY

    @property
    def access_token(self) -> str:
        """A token that is let in."""
        return self.tokens[0] if self.tokens else DEFAULT_TOKEN

    def expiring(self, calls: int) -> SandboxOptions:
        """These options for a token that expires after so many calls."""
        fault = Fault(kind=FaultKind.EXPIRED_TOKEN, after=calls)
        return replace(self, faults=(*self.faults, fault))

    def to_json(self) -> str:
        """The options as JSON text; `from_json` reads it."""
        value = {**asdict(self), "faults": [fault.to_json() for fault in self.faults]}
        return json.dumps(value)

    @classmethod
    def from_json(cls, text: str) -> SandboxOptions:
        """The options that `to_json` wrote."""
        value = json.loads(text)
        value["faults"] = [Fault.from_json(fault) for fault in value["faults"]]
        value["records"] = {slug: tuple(given) for slug, given in value["records"].items()}
        sequences = {name: tuple(given) for name, given in value.items() if isinstance(given, list)}
        return cls(**{**value, **sequences})


def list_name(number: str) -> str:
    """The name of a contact list of which only the id is known."""
    return f"List {number}"


def is_number(text: str) -> bool:
    """Whether `text` can be an id: digits, without leading zeros, in 63 bits."""
    canonical = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    return canonical and len(text) <= 18


def is_loopback(host: str) -> bool:
    """Whether `host` is a name or address of this machine that no other can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
