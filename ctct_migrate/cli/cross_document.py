"""What the documents of one run say together: schedules without their campaign, campaigns that come
twice.

Collects v1 numbers while a run goes on, and reads again only the documents that there is something
to say of.  The words stand with the rules (CT615, CT616).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate import read
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.input import Input
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.schedules import not_in_run, repeated_campaign
from ctct_migrate.runs.outcomes import ResourceOutcome
from ctct_migrate.source import Source


class Joining:
    """The numbers of one run.

    An input that cannot be read a second time is converted all the same, but nothing is said of it
    here.
    """

    def __init__(self) -> None:
        self._campaigns: dict[str, str] = {}
        self._repeated: list[tuple[Input, int | None, str, str]] = []
        self._schedules: list[tuple[Input, int | None, str]] = []

    def add(self, item: Input, resources: Iterable[ResourceOutcome]) -> None:
        """Takes what became of one document."""
        for resource in resources:
            if resource.number is None:
                continue
            if resource.resource == "schedule":
                self._schedules.append((item, resource.entry, resource.number))
                continue
            if resource.number in self._campaigns:
                first = self._campaigns[resource.number]
                self._repeated.append((item, resource.entry, resource.number, first))
            else:
                self._campaigns[resource.number] = item.name

    def diagnostics(self) -> Iterator[tuple[Source, Diagnostic]]:
        """What there is to say, when the run is over, each with the source to draw it from."""
        for item, entry, number, first in self._repeated:
            for context in _contexts(item, entry):
                for each in repeated_campaign(context, number, first):
                    yield context.source, each
        for item, entry, number in self._schedules:
            if number not in self._campaigns:
                for context in _contexts(item, entry):
                    for each in not_in_run(context, self._campaigns):
                        yield context.source, each


def _contexts(item: Input, number: int | None) -> Iterator[Context]:
    try:
        document = read(item.source())
    except (UnreadableInput, OSError):
        return  # it has gone since
    for entry in document.entries:
        if entry.index == number or item.part is not None:
            yield Context(document, entry, None)
