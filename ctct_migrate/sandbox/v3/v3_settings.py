"""What a server of v3 can be set to: where the reference has a question mark, either answer; and what
the token and the account may do.

Given as `SandboxOptions.settings`, or with `--set NAME=VALUE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from typing import Any, Self

from ctct_migrate.late_dataclass import dataclass

#: The scopes of tokens (reference, v3-contract, OAuth 2.0).
CAMPAIGNS, CONTACTS = "campaign_data", "contact_data"
ACCOUNT_READ, ACCOUNT_UPDATE = "account_read", "account_update"
SCOPES = (CAMPAIGNS, CONTACTS, ACCOUNT_READ, ACCOUNT_UPDATE, "offline_access")


def _one_of(*values: str) -> Any:
    """A setting that is one of some words; the first is what it is without being set."""
    return field(default=values[0], metadata={"values": values})


@dataclass(frozen=True, slots=True, kw_only=True)
class V3Settings:
    """The settings of a server of v3.

    scopes              of the token, unless the server gave the token itself
    second_schedule     what a second POST of a schedule does while the first stands
    unknown_xrefs       what xref calls do about numbers that the account does not have: leave them
                        out, or answer 404 for all
    xref_digits         xref calls answer numbers with zeros before them, up to so many digits
    forbidden_pairs     where a content with `${`, `[#` or `<@` is refused: at once, or when it is sent
    primary_email       where the activity of the role primary_email stands among a campaign's:
                        varied is first in some campaigns and last in others
    status_case         letter case of statuses: as documented (`Draft` of a campaign, `DRAFT` of an
                        activity), swapped, or one for all
    error_form          errors as arrays from services and as objects from the gateway, or one for all
    names_ignore_case   whether names that differ in letter case alone are the same
    removed_keep_names  whether the name of a Removed campaign is taken
    unique_names        whether names of campaigns are unique; if not, a POST that is repeated makes a
                        second campaign, and no 409 stops it
    permissions_on_post which permissions POST takes for a new contact: all, implicit and explicit, or
                        all but unsubscribed
    sending_seconds     how long a campaign is EXECUTING
    send_reason         reason_code of sends: 0 is sent; any other is an error of the account
    most_jobs           bulk activities that may be queued; 429 for more
    import_bytes        bytes of an import that are read; what is over is lost without an error
    token_seconds       how long an access token of the log-in server lasts
    refresh_tokens      whether each use of a refresh token gives another and kills it, or it stays
    login_page          whether a log-in is agreed to at once, on a page, or refused
    redirect_uri        the one that is registered; empty: any on this machine
    """

    scopes: tuple[str, ...] = SCOPES
    second_schedule: str = _one_of("refuse", "replace")
    unknown_xrefs: str = _one_of("left-out", "404")
    xref_digits: int = 0
    forbidden_pairs: str = _one_of("at-post", "at-send")
    primary_email: str = _one_of("varied", "first", "last")
    status_case: str = _one_of("documented", "swapped", "upper", "lower", "title")
    error_form: str = _one_of("documented", "array", "object")
    names_ignore_case: bool = True
    removed_keep_names: bool = True
    unique_names: bool = True
    permissions_on_post: str = _one_of("all", "implicit-explicit", "all-but-unsubscribed")
    sending_seconds: float = 0.0
    send_reason: int = 0
    most_jobs: int = 1_000
    import_bytes: int = 4_000_000
    token_seconds: int = 86_400
    refresh_tokens: str = _one_of("rotating", "long-lived")
    login_page: str = _one_of("at-once", "page", "refused")
    redirect_uri: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The settings that a JSON object names.  Raises ValueError, with a sentence for users, when
        it names others, or other values."""
        known = {each.name: each for each in fields(cls)}
        for name in given:
            if name not in known:
                raise ValueError(f"there is no setting {name!r}: {', '.join(_described(cls))}")
        said = dict(given)
        scopes = said.get("scopes")
        if scopes is not None:
            names = scopes.replace(",", " ").split() if isinstance(scopes, str) else scopes
            if not isinstance(names, list | tuple) or not set(names) <= set(SCOPES):
                raise ValueError(f"scopes is {scopes!r}: expected some of {', '.join(SCOPES)}")
            said["scopes"] = tuple(names)
        for name, value in said.items():
            _check(known[name].name, value, known[name].default, known[name].metadata)
        return cls(**said)


def _check(name: str, value: Any, default: Any, metadata: Mapping[str, Any]) -> None:
    """Raise ValueError unless a value is of a setting's kind."""
    values = metadata.get("values")
    if values is not None:
        if str(value) not in values:
            raise ValueError(f"{name} is {value!r}: expected {', '.join(values)}")
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}: expected true or false")
    elif isinstance(default, str):
        if not isinstance(value, str):
            raise ValueError(f"{name} is {value!r}: expected text")
    elif isinstance(default, int | float):
        wanted = int if isinstance(default, int) else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted) or not 0 <= value < 10**9:
            raise ValueError(f"{name} is {value!r}: expected a number, 0 and on")


def _described(cls: type) -> Iterator[str]:
    """Each setting with the values that it can have, where they are words."""
    for each in fields(cls):
        values = each.metadata.get("values")
        yield f"{each.name} ({' or '.join(values)})" if values else each.name
