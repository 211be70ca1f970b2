"""What the documents of one run say together: resources that come twice, and resources whose owner
is missing, such as a schedule without its campaign.

Collects v1 ids while a run goes on, and reads again only the documents that there is something to
report about.  The words stand with the rules (CT615, CT616).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ctct_migrate import read
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.input import Input
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.runs.outcomes import ResourceOutcome
from ctct_migrate.source import Source

if TYPE_CHECKING:  # most runs have nothing to report here
    from ctct_migrate.rules.context import Context

#: What a resource is known by: its slug, the ids of what it lives in, its own id.
_Key = tuple[str, tuple[str, ...], str]

#: Where a resource stands: the input, and the number of its entry in a feed.
_Place = tuple[Input, int | None]


class CrossDocument:
    """The v1 ids of one run.

    An input that cannot be read a second time is converted all the same, but nothing is reported
    about it here.
    """

    def __init__(self) -> None:
        self._first: dict[_Key, str] = {}
        self._ids: set[tuple[str, str]] = set()
        self._repeated: list[tuple[_Place, _Key, str]] = []
        self._owned: list[tuple[_Place, str, str]] = []

    def add(self, item: Input, resources: Iterable[ResourceOutcome]) -> None:
        """Takes what became of one document."""
        for outcome in resources:
            resource = BY_SLUG.get(outcome.resource or "")
            if resource is None:
                continue
            place = item, outcome.entry
            owner = resource.owner
            owners = outcome.references.get(owner.to, ()) if owner is not None else ()
            if owner is not None:
                self._owned += [(place, owner.to, number) for number in owners]
            if resource.singleton and owners:  # there is one at most, whatever its id says
                key = resource.slug, owners, resource.singleton
            elif outcome.number is not None:
                self._ids.add((resource.slug, outcome.number))
                key = resource.slug, owners, outcome.number
            else:
                continue
            if key not in self._first:
                self._first[key] = item.name
            elif not _is_said(outcome):
                self._repeated.append((place, key, self._first[key]))

    def diagnostics(self) -> Iterator[tuple[Source, Diagnostic]]:
        """What there is to report when the run is over, each with the source to draw it from."""
        if not self._repeated and not self._owned:
            return
        from ctct_migrate.rules.conversion.across_documents import owner_not_in_run, repeated

        for place, (slug, owners, number), first in self._repeated:
            resource = BY_SLUG[slug]
            if resource.singleton and owners:
                number = owners[0]
            for context in _contexts(*place):
                for each in repeated(context, resource, number, first):
                    yield context.source, each
        for place, slug, number in self._owned:
            if (slug, number) not in self._ids and slug in BY_SLUG:
                for context in _contexts(*place):
                    for each in owner_not_in_run(context, BY_SLUG[slug], number):
                        yield context.source, each


def _is_said(outcome: ResourceOutcome) -> bool:
    """Whether it has been reported already, of the address, that a resource comes twice."""
    from ctct_migrate.rules.conversion.run_rules import TWICE

    return TWICE.code in outcome.codes


def _contexts(item: Input, number: int | None) -> Iterator[Context]:
    from ctct_migrate.rules.context import Context

    try:
        document = read(item.source())
    except (UnreadableInput, OSError):
        return  # it has gone since
    for entry in document.entries:
        if entry.index == number or item.part is not None:
            yield Context(document, entry, None)
