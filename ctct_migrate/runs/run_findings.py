"""What is to be said of one document because of what others of the run say: diagnostics, made in
whichever process of the `RunFacts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.input import Input
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.runs.companions import companion_findings
from ctct_migrate.runs.run_facts import FactPlace, Person, RunFacts
from ctct_migrate.runs.statements import Statement, Wish, statements
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity, address_key

if TYPE_CHECKING:
    from ctct_migrate.rules.context import Context


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to become of a document.

    shape     of its bodies; None where that is not known, so that nothing is created yet
    target    name of the target
    activity  the request about many that its contacts are put into; None for bodies of their own
    """

    shape: Shape | None
    target: str
    activity: BulkActivity | None = None

    @property
    def stops(self) -> bool:
        """Whether a body would be made, so that errors are in its way."""
        return self.shape is not None or self.activity is not None

    def mails(self, said: Statement) -> bool:
        """Whether a resource would be mailed because of it."""
        resource = BY_SLUG[said.resource]
        if resource.recipient is None:
            return False
        if self.activity is not None:
            return self.activity.creates and said.resource in self.activity.takes
        if resource.read_only or self.shape is Shape.RECORD:
            return False
        return self.shape is not Shape.UPDATE or bool(said.names)


def run_findings(
    document: Document, item: Input, facts: RunFacts, intent: Intent,
    payloads: Sequence[Payload] = (),
) -> list[Diagnostic]:  # fmt: skip
    """The diagnostics of a document, its entries numbered as it has them, by place; `payloads` are
    what was made of it."""
    beside = list(companion_findings(document, item, intent.shape))
    if not facts:
        return _unsuppressed(document, beside)
    if document.form is not None:
        return list(_rows(document, facts, intent, payloads))
    found = beside
    made = _Entries(document)
    if facts.people:
        for said in statements(document):
            found += _about_person(said, item, made, facts, intent)
    for gap in facts.gaps_of(item.name):
        found += made.gap(gap.kind, _own_number(item, gap.entry), gap.to, gap.number, gap.times)
    if facts.known:
        found += made.quotations(facts)
    return sorted(_unsuppressed(document, found), key=lambda each: (each.span, each.code))


def _unsuppressed(document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
    """What the comments of a document do not switch off; no comment makes somebody a subscriber who
    opted out."""
    if not found:
        return found
    from ctct_migrate.rules import registry
    from ctct_migrate.rules.conversion.run_rules import OPTED_OUT
    from ctct_migrate.rules.reading import suppression

    kept = suppression.apply(document, found, registry.codes_of, registry.near_rules)
    return [each for each in found if each in kept or each.code == OPTED_OUT.code]


def linted_findings(
    document: Document, item: Input, facts: RunFacts, intent: Intent, choices: Choices
) -> list[Diagnostic]:
    """The same of a document that is not converted: of a form, what would be made of it is made."""
    if document.form is None or not facts.people or intent.shape not in (None, Shape.CREATE):
        return run_findings(document, item, facts, intent)
    from ctct_migrate.api.conversion import convert

    made = convert(document, target=intent.target, choices=choices)
    return run_findings(document, item, facts, intent, made)


def _own_number(item: Input, entry: int | None) -> int | None:
    """The number of an entry in the document at hand, of its number in the file."""
    return entry if item.part is None or entry is None else entry - item.part.entry


def _about_person(
    said: Statement, item: Input, made: _Entries, facts: RunFacts, intent: Intent
) -> Iterator[Diagnostic]:
    resource = BY_SLUG[said.resource]
    if resource.recipient is None or not said.key:
        return
    person = facts.person(said.key)
    if person is None:
        return
    # A member says nothing of its own wish, so that nobody else reports it.
    own = said.wish if resource.recipient.status else Wish.UNSAID
    if person.wish > own and intent.mails(said):
        yield from made.wish(said, str(person.said), person.wish, intent)
    elif intent.activity is None and not resource.read_only and not own:
        yield from _twice(said, item, made, person)


def _twice(said: Statement, item: Input, made: _Entries, person: Person) -> Iterator[Diagnostic]:
    entry = said.entry if item.part is None else item.part.number(said.entry)
    first = person.first
    if person.times > 1 and first is not None and first[:2] != FactPlace(item.name, entry, 0)[:2]:
        yield from made.twice(said, str(first))


class _Entries:
    """The entries of a document, looked up by number, where there is something to say."""

    def __init__(self, document: Document):
        self._document = document

    def wish(self, said: Statement, place: str, wish: Wish, intent: Intent) -> Iterator[Diagnostic]:
        from ctct_migrate.rules.conversion.run_rules import wish_elsewhere

        for context in self._contexts(said.entry):
            yield wish_elsewhere(
                context, BY_SLUG[said.resource], place,
                opted_out=wish is Wish.OPTED_OUT, stops=intent.stops,
            )  # fmt: skip

    def twice(self, said: Statement, first: str) -> Iterator[Diagnostic]:
        from ctct_migrate.rules.conversion.run_rules import key_twice

        for context in self._contexts(said.entry):
            yield key_twice(context, BY_SLUG[said.resource], said.key, first)

    def gap(
        self, kind: str, entry: int | None, to: str, number: str, count: int
    ) -> Iterator[Diagnostic]:
        from ctct_migrate.rules.conversion.run_rules import gap

        for context in self._contexts(entry):
            found = gap(context, kind, BY_SLUG[to], number, count)
            if found is not None:
                yield found

    def quotations(self, facts: RunFacts) -> Iterator[Diagnostic]:
        """What is to be said of the resources that entries quote."""
        from ctct_migrate.resources import RESOURCES
        from ctct_migrate.rules.context import Context
        from ctct_migrate.rules.conversion.run_rules import quoted_keys

        if not _quotes_others(self._document, facts):
            return
        known = {slug: [k for k in facts.known if k.resource == slug] for slug in BY_SLUG}
        for entry in self._document.entries:
            resource = RESOURCES.get(entry.resource or "")
            if resource is not None and resource.quotations:
                yield from quoted_keys(Context(self._document, entry, None), known)

    def _contexts(self, entry: int | None) -> Iterator[Context]:
        from ctct_migrate.rules.context import Context

        for each in self._document.entries:
            if each.index == entry:
                context = Context(self._document, each, None)
                if context.payload is not None and context.resource is not None:
                    yield context


def _quotes_others(document: Document, facts: RunFacts) -> bool:
    """Whether a document may quote something that is not known to be usable; seen without positions,
    so that all the others take no time."""
    root = document.root
    if root is None or len({known.account for known in facts.known}) > 1:
        return True
    usable = {(k.resource, address_key(k.key)) for k in facts.known if k.usable}
    numbers = {(k.resource, k.number) for k in facts.known if k.usable}
    for resource in BY_SLUG.values():
        space = resource.tag.removesuffix(resource.name)
        for quotation in resource.quotations:
            for node in root.iter(f"{space}{quotation.path}"):
                text = node.findtext(f"{space}{quotation.key}") or ""
                link = node.find(f"{space}{quotation.link}")
                number = BY_SLUG[quotation.to].id_in(link.get("id", "")) if link is not None else ""
                if text.strip():
                    known = (quotation.to, address_key(text)) in usable
                else:
                    known = (quotation.to, number) in numbers
                if not known:
                    return True
    return False


def _rows(
    document: Document, facts: RunFacts, intent: Intent, payloads: Sequence[Payload]
) -> Iterator[Diagnostic]:
    """What is to be said of the rows of a form."""
    from ctct_migrate.rules.conversion.run_rules import row_opted_out

    bulk = TARGETS[intent.target].bulk
    for payload in payloads if facts.people else ():
        activity = bulk.get(payload.resource)
        if activity is None or not activity.creates or activity.address.row is None:
            continue
        for number, row in enumerate(activity.rows_in(payload.body)):
            person = facts.person(activity.address_in(row))
            if person is None or not person.wish:
                continue
            pointer = f"{activity.rows}/{number}{activity.row_address}"
            span = payload.source_map.get(pointer) or document.source.span(0, 0)
            yield row_opted_out(
                document.source, payload.entry, span, str(person.said),
                opted_out=person.wish is Wish.OPTED_OUT, stops=intent.stops,
            )  # fmt: skip
