"""The first of two looks at the documents of a run: what they say that others of them have to know.

The second look converts, or reports.  It may not begin before the first is over, since whoever opts
out in the last document must not be created from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

from ctct_migrate import read
from ctct_migrate.inputs.byte_sources import Held, UnreadableInput
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.runs.run_facts import Gathering, RunFacts, TemporaryFilesError
from ctct_migrate.runs.statements import Statement, is_light, statements
from ctct_migrate.runs.work import Done, run
from ctct_migrate.source import Source

#: Makes the stream of inputs, from its beginning.
Inputs = Callable[[], Iterable[Input | InputError]]


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What a document says; `passed` says that it was not looked into, being light."""

    said: tuple[Statement, ...] = ()
    passed: bool = False


@dataclass(frozen=True, slots=True)
class SurveyWork:
    """What is done with each document, perhaps in another process; `light` says that it is the turn
    of those that were passed over."""

    light: bool = False

    def __call__(self, source: Source, item: Input) -> SurveyAnswer:
        """What the document says, its entries numbered as in its file."""
        if is_light(source.data) is not self.light:
            return SurveyAnswer(passed=True)
        document = read(source)
        if document.root is None:
            from ctct_migrate.inputs.feeds import parts

            if document.form is not None:
                return SurveyAnswer()
            if entries := parts(item, source.data):
                found = (self(each.source(), each).said for each in entries)
                return SurveyAnswer(tuple(chain.from_iterable(found)))
        said = statements(document)
        if item.part is not None:
            said = [each._replace(entry=item.part.number(each.entry)) for each in said]
        return SurveyAnswer(tuple(said))


_Result = Done[SurveyAnswer] | InputError

#: Shows results while they come.
Shown = Callable[[Iterator[_Result]], Iterator[_Result]]


def _unshown(results: Iterator[_Result]) -> Iterator[_Result]:
    return results


@contextmanager
def surveyed(
    inputs: Inputs, *, jobs: int | None = None, resumed: bool = False, shown: Shown = _unshown
) -> Iterator[RunFacts]:
    """The facts of a run, to be looked up inside the `with`.  `inputs` is called once or twice;
    `resumed` is for `RunFacts.touches`; `shown` may show how far the look is.
    Documents that cannot be read say nothing here.  Raises `TemporaryFilesError`."""
    with Gathering(resumed=resumed) as gathering:
        try:
            passed = _gathered(gathering, shown(_results(inputs(), SurveyWork(), jobs)))
            if passed and gathering.misses_anything:
                light = SurveyWork(light=True)
                _gathered(gathering, shown(_results(inputs(), light, jobs)))
            facts = gathering.facts()
        except Exception as error:
            if isinstance(error, OSError) or type(error).__module__ == "sqlite3":
                import tempfile

                folder = tempfile.gettempdir()
                message = f"the folder for temporary files ({folder}): {error}"
                raise TemporaryFilesError(message) from error
            raise
        yield facts


def _gathered(gathering: Gathering, results: Iterator[_Result]) -> bool:
    """Takes what the inputs say; returns whether any was passed over."""
    passed = False
    for result in results:
        if isinstance(result, Done):
            passed |= result.value.passed
            gathering.add(result.item.name, result.value.said)
    return passed


def _results(
    items: Iterable[Input | InputError], work: SurveyWork, jobs: int | None
) -> Iterator[_Result]:
    skipped: list[Input] = []
    documents = _documents(items, work, skipped)
    few = list(islice(documents, _FEW + 1))
    if len(few) <= _FEW:  # so that no process is started for documents that say nothing
        turn = []
        for item in few:
            if _is_turn(item, work):
                turn.append(item)
            else:
                yield Done(item, SurveyAnswer(passed=True))
        few = turn
    yield from run(chain(few, documents), work, jobs=jobs)
    if skipped:
        yield Done(skipped[-1], SurveyAnswer(passed=True))


#: Documents that are looked at here before any process is started.
_FEW = 48


def _is_turn(item: Input, work: SurveyWork) -> bool:
    try:
        return is_light(item.source().data) is work.light
    except UnreadableInput:
        return True  # whoever reads it says so


def _documents(
    items: Iterable[Input | InputError], work: SurveyWork, skipped: list[Input]
) -> Iterator[Input]:
    """The documents to look at.  Entries of large feeds, of which there may be millions, whose turn it
    is not are not handed out: the last one of them is put into `skipped`."""
    for item in items:
        if not isinstance(item, Input):
            continue
        if isinstance(item.content, Held) and item.part is not None and not _is_turn(item, work):
            skipped[:] = [item]
        else:
            yield item
