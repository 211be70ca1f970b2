"""Documents against the ledger, before any call is made: what of them is to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.file_forms import DIGEST, file_digest, unsent
from ctct_migrate.sender.identity import Arrival, Identities, Recognised, same_path
from ctct_migrate.sender.ledger import (
    Digests,
    Ledger,
    LedgerDocument,
    LedgerRequest,
    RequestContent,
    RequestKind,
    State,
)
from ctct_migrate.sender.ledger.digests import content_digest, exact_digest, one_line
from ctct_migrate.sender.placing import Origin, key_pointer
from ctct_migrate.sender.plan import Item, Repeated, SendPlan, Submission
from ctct_migrate.sender.plan_failures import (
    changed_elsewhere,
    changed_half_way,
    failure,
    known_failure,
    place,
    place_at,
    the_other,
    unclear,
)
from ctct_migrate.sender.references import (
    chosen,
    given,
    mapped,
    named_ids,
    number_of,
    owner_of,
)
from ctct_migrate.sender.settings import OnNameTaken, Settings
from ctct_migrate.targets import file_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.target import Delivery


class Planner:
    """Makes plans for one ledger."""

    def __init__(self, ledger: Ledger, settings: Settings):
        self._ledger, self._settings = ledger, settings

    def plan(self, submissions: Iterable[Submission]) -> SendPlan:
        """Enter the documents into the ledger, and see what is to be done about each."""
        plan = SendPlan(settings=self._settings)
        for job in self._ledger.open_jobs():
            plan.under_way |= dict.fromkeys(self._ledger.members(job.id), job.id)
        with self._ledger.together():
            identities = Identities(self._ledger, self._settings)
            origins: dict[int, Origin] = {}  # of documents that were put aside
            for position, submission in enumerate(submissions):
                arrival, origin = self._arrival(submission)
                found = identities.enter(position, arrival)
                if found is None:
                    origins[position] = origin
                elif found.is_repeated:
                    self._repeat(plan, found, origin)
                else:
                    self._add(plan, position, arrival, found, origin)
            for position, arrival, found in identities.rest():
                kept = arrival.with_body(found.body or {})
                self._add(plan, position, kept, found, origins[position])
        plan.repeated = [
            replace(each, request=identities.final(each.request)) for each in plan.repeated
        ]
        plan.items.sort(key=lambda item: plan.order[item.request])
        plan.settled.sort(key=lambda item: plan.order[item.request])
        self._find_twins(plan)
        self._find_bare_owners(plan)
        return plan

    def _repeat(self, plan: SendPlan, found: Recognised, origin: Origin) -> None:
        first = found.request.document
        if first.entry == origin.entry and same_path(first.path, origin.path):
            return  # the same place, named twice
        words = f"the other is {place(first)}"
        said = failure(catalogue.SAME_TWICE, words=words)
        plan.repeated.append(Repeated(found.request.id, origin, said))

    def _arrival(self, submission: Submission) -> tuple[Arrival, Origin]:
        """A submission, as the ledger is to know it, and where it came from.  Raises ValueError
        for a resource that the target has no place for."""
        payload = submission.payload
        delivery = self._settings.delivery(payload.resource)
        if delivery is None:
            raise ValueError(f"{self._settings.target} has no place for {payload.resource}")
        body, origins = mapped(delivery, payload.body, chosen(self._settings.ids))
        made_for = dict(payload.made_for) if delivery.fitting is not None else {}
        request = {**payload.request, **made_for}
        if delivery.sends_file and payload.shape is Shape.CREATE and not submission.removes:
            request[DIGEST] = file_digest(delivery, payload.body, payload.source)
        digests = _digests(body, request)
        document = _document(submission, delivery, digests.planned)
        content = RequestContent(
            digests,
            body,
            given(delivery, payload.body),
            request,
            parts_of(delivery, payload.body),
        )
        kind = RequestKind.DELETE if submission.removes else _kind(payload)
        arrival = Arrival(document, kind, content, owner_of(payload))
        again = submission.again or (lambda: payload)
        return arrival, Origin(
            document.path, document.entry, again, delivery, origins, payload.ids_of_target
        )  # fmt: skip

    def _add(
        self, plan: SendPlan, position: int, arrival: Arrival, found: Recognised, origin: Origin
    ) -> None:
        request, kind, delivery = found.request, arrival.kind, origin.delivery
        body = arrival.content.body
        plan.order[request.id] = position
        doubtful = request.state in (State.IN_DOUBT, State.IN_FLIGHT)
        changed = _is_changed(request, self._compared(arrival, request))
        mixed = changed and self._is_mixed(request, arrival)
        item = Item(
            request.id, kind, delivery, arrival.document.number, arrival.owner,
            delivery.key_of(body), origin,
            arrival.content if doubtful and changed and not mixed else None, doubtful,
            frozenset((each.resource, each.id) for each in named_ids(delivery, body)),
            origin.ids_of_target, delivery.apart_of(body),
        )  # fmt: skip
        if found.rival is not None:
            plan.items.append(item)
            plan.findings[request.id] = [unclear(delivery, arrival.document, found.rival)]
            return
        if mixed and not doubtful:
            plan.items.append(item)
            plan.findings[request.id] = [changed_half_way(delivery, request)]
            return
        if not doubtful and not self._replanned(request, changed, arrival):
            plan.settled.append(item)
            if request.state is State.DONE and changed:
                plan.findings[request.id] = [changed_elsewhere(item, request, found.before)]
            elif request.state is State.FAILED:
                plan.findings[request.id] = [known_failure(request)]
            return
        plan.items.append(item)
        # What was tried before may have taken effect meanwhile: then the server is asked first.
        untried = not doubtful and (not request.attempts or delivery.stage is None)
        if arrival.content.parameters.get(DIGEST) == "" and not doubtful:
            words = unsent(delivery, body, origin.path)
            lacking = failure(file_rules.NOT_SENT, delivery.created_key or delivery.key, words)
            plan.findings.setdefault(request.id, []).append(lacking)
        if kind is RequestKind.PLACE and untried and self._has_passed(delivery, body):
            words = f"it is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC now"
            passed = failure(catalogue.MOMENT_PASSED, delivery.future, words)
            plan.findings.setdefault(request.id, []).append(passed)

    def _compared(self, arrival: Arrival, request: LedgerRequest) -> Digests:
        """The digests of a document to compare with what was sent: a file that was sent and is not there
        any more is no change."""
        content = arrival.content
        if request.state is not State.DONE or content.parameters.get(DIGEST) != "":
            return content.digests
        sent = self._ledger.parameters(request.id).get(DIGEST, "")
        return _digests(content.body, {**content.parameters, DIGEST: sent})

    def _is_mixed(self, request: LedgerRequest, arrival: Arrival) -> bool:
        """Whether a creation has some of its steps behind it, and the document has changed in what
        these sent."""
        if request.kind is not RequestKind.CREATE or request.state is State.DONE:
            return False
        parts = arrival.content.parts
        done = self._ledger.done_parts(request.id)
        return any(parts.get(step, part) != part for step, part in done.items())

    def _replanned(self, request: LedgerRequest, changed: bool, arrival: Arrival) -> bool:
        """Whether a request is to be sent (again); the ledger then has today's body."""
        again = request.state in (State.PLANNED, State.BLOCKED, State.SKIPPED)
        if request.kind is RequestKind.DELETE:
            again = True  # it may have come back since: the server is asked
        elif request.state is State.FAILED or (
            request.state is State.DONE and request.kind is not RequestKind.CREATE
        ):
            again = changed
        if again and changed:
            self._ledger.replan(request.id, arrival.content)
        elif again and request.state is not State.PLANNED:
            # What is sent (a new name, say) stays: an earlier try of it may still arrive.
            self._ledger.replan(request.id)
        return again

    def _has_passed(self, delivery: Delivery, body: Mapping[str, Any]) -> bool:
        moment = instant(at(body, delivery.future)) if delivery.future else None
        if moment is None or self._settings.reschedule_past is not None:
            return False
        return moment <= datetime.now(UTC)

    def _find_bare_owners(self, plan: SendPlan) -> None:
        """What is to be placed in something that this run creates without what it needs for that is
        not sent, and neither is that, so that its document can be completed first."""
        created = {
            (item.resource, item.number): item
            for item in plan.items
            if item.kind is RequestKind.CREATE and item.number
        }
        for item in plan.items:
            part, owned = item.delivery.owner_part, BY_SLUG[item.resource].owner
            if part is None or owned is None or item.doubtful:
                continue
            owner = created.get((owned.to, item.owner)) if item.owner else None
            if owner is None or at(self._ledger.body(owner.request), part.pointer):
                continue
            if any(each.rule is part.rule for each in plan.findings.get(item.request, ())):
                continue
            named = place_at(owner.origin.path, owner.origin.entry)
            words = part.words.format(owner=named)
            found = failure(part.rule, item.delivery.future, words)
            plan.findings.setdefault(item.request, []).append(found)
            if not owner.doubtful:
                words = part.placed.format(placed=place_at(item.origin.path, item.origin.entry))
                found = failure(part.rule, key_pointer(owner.delivery), words)
                plan.findings.setdefault(owner.request, []).append(found)

    def _find_twins(self, plan: SendPlan) -> None:
        """Of two documents with one name, or about one number, the second is not sent."""
        names: dict[tuple[str, ...], Item] = {}
        numbers: dict[tuple[str, str], Item] = {}
        renaming = self._settings.on_name_taken is OnNameTaken.RENAME
        # What is, or may be, on the server already is the first of its name.
        first_ones = [*plan.settled, *(item for item in plan.items if item.doubtful)]
        kept = {item.request for item in first_ones}
        for item in (*first_ones, *(item for item in plan.items if not item.doubtful)):
            found = []
            if item.number:
                first = numbers.setdefault((item.resource, item.number), item)
                if first is not item:
                    pointer = key_pointer(item.delivery)
                    found.append(failure(catalogue.NUMBER_TWICE, pointer, the_other(first)))
            creates = item.kind is RequestKind.CREATE and item.delivery.key
            if creates and not renaming and not found:
                first = names.setdefault(
                    (item.resource, item.owner or "", *item.apart, item.name), item
                )
                if first is not item:
                    pointer = key_pointer(item.delivery)
                    found.append(failure(catalogue.NAME_TWICE, pointer, the_other(first)))
            if found and item.request not in kept:
                plan.findings.setdefault(item.request, []).extend(found)


def _is_changed(request: LedgerRequest, digests: Digests) -> bool:
    """Whether a document says something else than the ledger has.  White space counts as long as
    the request may still be sent: it is sent as it is written today."""
    if request.kind is RequestKind.CREATE and request.state in (State.DONE, State.IN_DOUBT):
        return not request.digests.same_content(digests)
    return request.digests.planned != digests.planned


def _digests(body: Mapping[str, Any], request: Mapping[str, str]) -> Digests:
    """Of a body and the parameters of its request."""
    said = {"body": body, "request": request} if request else body
    return Digests(exact_digest(said), content_digest(said))


def parts_of(delivery: Delivery, body: Mapping[str, Any]) -> dict[str, str]:
    """Digests of what each step of a creation sends, by its name; empty where there is one."""
    if len(delivery.create) < 2:
        return {}
    return {step.name: exact_digest({"part": step.sends(body)}) for step in delivery.create}


def _kind(payload: Payload) -> RequestKind:
    if BY_SLUG[payload.resource].singleton:
        return RequestKind.PLACE
    return RequestKind.UPDATE if payload.shape is Shape.UPDATE else RequestKind.CREATE


def document_path(source: str, sha256: str) -> str:
    """The path by which the ledger knows a source.  Standard input and bytes in memory have no path
    of their own: what is in them stands for it, by the digest of that."""
    if not source or source == "-" or source.startswith("<"):
        return f"{source or '-'}#{sha256[:16]}"
    return source


def _document(submission: Submission, delivery: Delivery, planned: str) -> LedgerDocument:
    """What the ledger calls the document."""
    payload = submission.payload
    sha256 = submission.sha256 or planned
    path = document_path(payload.source, sha256)
    name, number, owner = (
        one_line(delivery.key_of(payload.body)),
        number_of(payload),
        owner_of(payload),
    )
    if number is None and owner is not None and name:
        name = f"{owner}/{name}"  # unique in the resource that it lives in, and not beyond
    if any(apart := delivery.apart_of(payload.body)):
        name = "/".join((*apart, name))
    return LedgerDocument(path, payload.entry, sha256, payload.resource, number, name)
