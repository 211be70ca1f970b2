"""`convert`: a document's payloads, as v2 JSON bodies.

What converts is decided by `rules.linting.judge`, which `lint` asks too: an entry with errors yields
no JSON, but for errors that concern v1's server alone, which are warnings here; one without yields
some.  A clean document is parsed, validated and mapped once; source map, accounting and what was
dropped are made when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from functools import cached_property
from typing import overload

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.mapping.payloads import payload_of
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES, Choices, ConversionOptions
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.linting import Judgement, judge, judge_at_first_look
from ctct_migrate.targets import target_named


class Conversion(Sequence[Payload]):
    """The payloads of a document, in the order of its entries, and its `diagnostics`.

    An entry with errors has no payload.  `ok` is False if there is any error.
    """

    def __init__(
        self,
        payloads: Sequence[Payload],
        diagnostics: Sequence[Diagnostic] | Callable[[], Sequence[Diagnostic]],
    ):
        self._payloads = tuple(payloads)
        self._diagnostics = diagnostics

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said of the document; worked out when it is first asked for."""
        return tuple(self._diagnostics() if callable(self._diagnostics) else self._diagnostics)

    @property
    def ok(self) -> bool:
        """Whether no error stands in the way of anything."""
        return all(each.severity is not Severity.ERROR for each in self.diagnostics)

    def with_findings(self, found: Sequence[Diagnostic]) -> Conversion:
        """The same with more diagnostics, and without the payloads that these stop."""
        if not found:
            return self
        stopped = {each.entry for each in found if each.stops_conversion}
        kept = [each for each in self._payloads if each.entry not in stopped]
        return Conversion(kept, sorted((*self.diagnostics, *found), key=lambda each: each.span))

    def __len__(self) -> int:
        return len(self._payloads)

    @overload
    def __getitem__(self, index: int) -> Payload: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Payload, ...]: ...

    def __getitem__(self, index: int | slice) -> Payload | tuple[Payload, ...]:
        return self._payloads[index]

    def __iter__(self) -> Iterator[Payload]:
        return iter(self._payloads)

    def __repr__(self) -> str:
        return f"Conversion({len(self)} payloads, {len(self.diagnostics)} diagnostics)"


def convert(
    document: Document,
    shape: Shape | str = Shape.CREATE,
    *,
    time_zone: tzinfo | str | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> Conversion:
    """The bodies of `document` for a target, and its diagnostics.

    An entry yields no body if `lint` reports, for that shape, an error about it that
    `stops_conversion`; the other errors of `lint` come as warnings.

    `time_zone` is assumed for dates that name none (a `tzinfo`, or a name such as
    `America/New_York`); without it such dates are errors where the target needs them.  `target` is
    the name of the API that the bodies are for, `choices` what v1's documents leave open.  Never raises on bad input.  Raises ValueError for a
    shape, a time zone or a target that does not exist.
    """
    options = _options(shape, time_zone, target, choices)
    judged = judge(document, options.shape, options.time_zone, options.target, choices)
    return _conversion(document, judged, options)


def convert_at_first_look(
    document: Document,
    shape: Shape | str = Shape.CREATE,
    *,
    time_zone: tzinfo | str | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> Conversion | None:
    """What `convert` gives of a document with which nothing is wrong; None where a first look cannot
    tell that, which takes a small part of the time that a proper look takes.  Raises as `convert`."""
    options = _options(shape, time_zone, target, choices)
    judged = judge_at_first_look(
        document, options.shape, options.time_zone, options.target, choices
    )
    return None if judged is None else _conversion(document, judged, options)


def _options(
    shape: Shape | str, time_zone: tzinfo | str | None, target: str, choices: Choices
) -> ConversionOptions:
    zone = named_zone(time_zone) if isinstance(time_zone, str) else time_zone
    return ConversionOptions(Shape(shape), zone, target_named(target).name, choices)


def _conversion(document: Document, judged: Judgement, options: ConversionOptions) -> Conversion:
    """The payloads of what was judged."""
    payloads = [payload_of(document, each, options) for each in judged.seen]
    if document.form is not None:
        from ctct_migrate.rules.forms.form_payloads import form_payloads

        payloads = form_payloads(document, document.form, judged.bodies, options.target)
    return Conversion(payloads, lambda: [_weighed(each) for each in judged.diagnostics])


def _weighed(diagnostic: Diagnostic) -> Diagnostic:
    """An error that concerns v1's server alone as a warning."""
    if diagnostic.severity is Severity.ERROR and not diagnostic.stops_conversion:
        return replace(diagnostic, severity=Severity.WARNING)
    return diagnostic
