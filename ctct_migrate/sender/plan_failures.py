"""What keeps a document from being sent that no server said: words for what the ledger knows of it."""

from __future__ import annotations

from typing import Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.ledger import (
    KnownDocument,
    LedgerDocument,
    LedgerRequest,
)
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import (
    Failure,
    Reaction,
)
from ctct_migrate.targets.target import Delivery


def failure(rule: Any, pointer: str | None = None, words: str = "") -> Failure:
    """Something that keeps one document from being sent, and that no server said."""
    return Failure(rule, Reaction.FAIL, words=words, pointer=pointer)


def known_failure(request: LedgerRequest) -> Failure:
    """The failure that the ledger remembers."""
    record = request.record
    rules = {rule.code: rule for rule in (*catalogue.RULES, *account_rules.ACCOUNT_RULES)}
    rule = rules.get(record.code or "", catalogue.REFUSED)
    return Failure(rule, Reaction.FAIL, record.status, words=record.words, pointer=record.pointer)


def changed_since(item: Item, target_id: str | None, words: str = "") -> Failure:
    """That a document was sent and has changed since.  An update goes by the document's id; who has
    none is told how to give it one."""
    said = failure(catalogue.CHANGED_SINCE, words=words)
    if item.delivery.sends_file:
        how = (
            "No update brings a file: another one is sent under another name. Its name, its description"
            " and its folder are changed with `--shape update`."
        )
        return replace(said, how=how)
    if item.number is not None or not item.delivery.update:
        return said
    noun, collection = item.delivery.noun, BY_SLUG[item.resource].collection
    how = "`--shape update` needs an id, and the document has none."
    if target_id is None:
        return replace(said, how=f"{how} Change the {noun} in the account.")
    if item.delivery.cross_reference is None:
        how += f" Give it that of the {noun} in the account, a URI that ends in"
        how += f" `{collection}/{target_id}`, and bring the change over with `--shape update`."
    else:
        how += (
            f" Give it one of your own, a URI that ends in `{collection}/1`, and bring the change"
        )
        how += f" over with `--shape update --id-map {item.resource}=1={target_id}`."
    return replace(said, how=how)


def changed_elsewhere(item: Item, request: LedgerRequest, before: KnownDocument | None) -> Failure:
    """That a document has changed since; where it was found then, if elsewhere."""
    words = ""
    here = place_at(item.origin.path, item.origin.entry)
    if before is not None and place(before.document) != here:
        words = f"it was sent from {place(before.document)}"
    return changed_since(item, request.record.target_id, words)


def changed_half_way(delivery: Delivery, request: LedgerRequest) -> Failure:
    """That a document has changed though a part of it was sent."""
    words = f"{delivery.noun} {request.record.target_id} was made of it"
    return failure(catalogue.STEP_CHANGED, key_pointer(delivery), words)


def unclear(delivery: Delivery, document: LedgerDocument, rival: KnownDocument) -> Failure:
    """That a document may be the same as another that was sent, or not."""
    made = f" as {delivery.noun} {rival.target_id}" if rival.target_id else ""
    verb = "was sent" if rival.target_id else f"is {rival.state}"
    words = (
        f"{rival.document.name or rival.document.number} {verb}{made} from {place(rival.document)}"
    )
    return failure(catalogue.UNCLEAR, key_pointer(delivery), words)


def place(document: LedgerDocument) -> str:
    """Where a document was found, for users."""
    return place_at(document.path, document.entry)


def place_at(path: str, entry: int | None) -> str:
    """A path, and the entry where there are several, for users."""
    return path if entry is None else f"{path}, entry {entry}"


def the_other(item: Item) -> str:
    """Where the other one of two was found, for users."""
    return f"the other is {place_at(item.origin.path, item.origin.entry)}"
