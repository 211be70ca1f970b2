"""E-mail campaigns: drafts, the content of STOCK campaigns, and what the account must have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ctct_migrate.sandbox.answers import Answer, Error, json_answer
from ctct_migrate.sandbox.refusals import check_contract, check_small_body
from ctct_migrate.sandbox.requests import bad_request
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.sandbox.smallbodies import TEST_MAIL
from ctct_migrate.sandbox.v2.account_endpoints import campaign_errors
from ctct_migrate.targets.v2.target import V2


def _stock_content() -> tuple[str, ...]:
    return V2.contract.read_only_when("campaign", "template_type", "STOCK")


class _Campaigns(Behaviour):
    #: Reference, v2-contract, Endpoints: what a listing holds.
    listed = ("id", "name", "status", "modified_date")
    #: Ids of campaigns begin where v1's numbers of 2010 were, so that they look like them.
    first_id = 1_100_000_000_001
    sets = MappingProxyType({"status": "DRAFT", "template_type": "CUSTOM"})
    sample = MappingProxyType(
        {
            "from_email": "owner@example.com",
            "email_content": "<html><body></body></html>",
            "text_content": "Text",
        }
    )

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        if current is not None:
            # The reference gives no status for an update of what is not a draft; 409 is the taken
            # name's.
            if current["status"] != "DRAFT":
                raise bad_request("A campaign can be updated only while its status is DRAFT.")
            if current["template_type"] == "STOCK":
                yield from _stock_errors(current, body)
            else:
                # The update shape leaves the content open for STOCK's sake; a CUSTOM campaign
                # needs it.
                sent = {name: value for name, value in body.items() if name != "id"}
                check_contract(V2.contract, "campaign", "create", sent)
        yield from campaign_errors(account.store, account.options, body, account.request.now)

    def before(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        # Only of a STOCK campaign an update may leave the content out.
        return {} if "email_content" in body else {"template_type": "STOCK"}

    def kept(self, current: Record) -> frozenset[str]:
        return frozenset(_stock_content()) if current["template_type"] == "STOCK" else frozenset()

    def shown(self, account: ServedAccount, record: Record) -> Record:
        text = record.get("text_content")
        wraps = account.options.wraps_text_content
        if not (wraps and text and not text.lstrip().startswith("<text>")):
            return record
        return {**record, "text_content": f"<text>{text}</text>"}


def _stock_errors(current: Record, body: Mapping[str, Any]) -> list[Error]:
    """Read-only content may be sent back as it was read, and not otherwise.  The reference says
    read-only, and gives no error for it."""
    sentence = "This property is read-only while template_type is STOCK."
    return [
        Error("json.field.readonly", f"#/{name}: {sentence}")
        for name in _stock_content()
        if body.get(name) not in (None, current.get(name))
    ]


def preview(account: ServedAccount, record: Record) -> Answer:
    """GET `…/{id}/preview`.  The reference says nothing of its answer; it holds what the mail would
    show."""
    shown = BEHAVIOUR.shown(account, record)
    return json_answer(
        200,
        {
            "subject": shown["subject"],
            "from_email": shown["from_email"],
            "reply_to_email": shown.get("reply_to_email"),
            "preview_email_content": shown.get("email_content"),
            "preview_text_content": shown.get("text_content"),
        },
    )


def test_mail(account: ServedAccount, record: Record) -> Answer:
    """POST `…/{id}/tests`.  The reference says nothing of body and answer; the body is answered,
    and no mail goes out."""
    body = account.request.json()
    check_small_body(TEST_MAIL, body)
    return json_answer(201, body)


BEHAVIOUR = _Campaigns()
# The reference names no privileges for these two.
BEHAVIOUR.more = (
    ("GET", "preview", "campaign:read", preview),
    ("POST", "tests", "campaign:create", test_mail),
)
