"""What is sent and read for a step of a delivery, and whether an answer shows what it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ctct_migrate.json_pointers import at
from ctct_migrate.sender.calling import Caller, Refused, Sent
from ctct_migrate.sender.comparison import differences
from ctct_migrate.sender.ledger import RequestRecord
from ctct_migrate.sender.references import named_ids
from ctct_migrate.targets.replies import Call, Expected
from ctct_migrate.targets.target import Delivery, Step


def expected_of(step: Step) -> Expected | None:
    """What a right answer of a step is; None where any JSON will do."""
    return Expected(names=step.answers) if step.answers else None


def reading_of(step: Step, ids: Mapping[str, str]) -> tuple[Call, dict[str, str]]:
    """The call that reads what a step wrote, and its query parameters."""
    path, _, query = (step.reads or step.path).partition("?")
    return Call.of("GET", path, ids), dict(parse_qsl(query, keep_blank_values=True))


async def read_back(caller: Caller, step: Step, ids: Mapping[str, str]) -> Any:
    """What there is of what a step writes; None where there is nothing.  Raises Stopped or
    Refused."""
    call, query = reading_of(step, ids)
    try:
        return await caller.ask(call, query or None)
    except Refused as refused:
        if refused.is_not_found:
            return None
        raise


def differing(delivery: Delivery, step: Step, body: Mapping[str, Any], answer: Any) -> list[str]:
    """JSON pointers, in the body, of what a step sends and an answer does not show; of an answer
    that is a list, of the first item unless another shows it all."""
    place = step.part + step.compares
    sent = step.writes(body)
    items = answer if isinstance(answer, list) and not isinstance(sent, list) else [answer]
    found = [differences(delivery, sent, item, place) for item in items]
    if not found:
        missing = differences(delivery, sent, None, place) or [place or "/"]
        return [_placed(step, pointer) for pointer in missing]
    return [] if not all(found) else [_placed(step, pointer) for pointer in found[0]]


def _placed(step: Step, pointer: str) -> str:
    """A pointer into a step's part, as one into the body: what was put beside it stands elsewhere."""
    return step.place_of(pointer.removeprefix(step.part)) if step.adds else pointer


def shows(delivery: Delivery, step: Step, body: Mapping[str, Any], answer: Any) -> bool:
    """Whether the answer to a step itself is about what was sent.  An answer of which the delivery
    says what it holds was asked for that already."""
    if not keeps_all(step, answer):
        return False
    if step.answers or step.method == "DELETE" or answer is None:
        return True
    return not differing(delivery, step, body, answer)


def is_gone(step: Step, sent: Sent) -> bool:
    """Whether a step that takes something away was refused since it is not there."""
    return step.method == "DELETE" and Refused(sent.outcome).is_not_found


def keeps_all(step: Step, answer: Any) -> bool:
    """Whether an answer has all that a step keeps of it."""
    return all(at(answer, pointer) is not None for pointer in step.keeps.values())


def record_of(step: Step, answer: Any, **more: Any) -> RequestRecord:
    """What the ledger keeps of a step's answer."""
    kept = {name: at(answer, pointer) for name, pointer in step.keeps.items()}
    target_id = kept.pop("id", None)
    texts = {name: str(value) for name, value in kept.items() if value is not None}
    return RequestRecord(target_id=target_id, kept=texts, **more)


def path_ids(
    delivery: Delivery, body: Mapping[str, Any], within: Mapping[str, str], record: RequestRecord
) -> dict[str, str]:
    """The ids that may stand in the paths of a resource's steps, by name: of what it lives in, of
    resources of which its body names one, what earlier steps kept, and its own."""
    named = list(named_ids(delivery, body))
    counts = Counter(each.resource for each in named)
    single = {each.resource: each.id for each in named if counts[each.resource] == 1}
    own = {} if record.target_id is None else {"id": record.target_id}
    return {**single, **within, **record.kept, **own}
