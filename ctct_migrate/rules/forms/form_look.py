"""FormLook: a form under the eyes of the rules, and what they make out of it.

The checks fill it in while they report; the bodies are made of what they found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import cached_property
from urllib.parse import quote_plus

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import NO_CHOICES, Choices
from ctct_migrate.payload import Shape
from ctct_migrate.reader.forms.decoded_text import DecodedText
from ctct_migrate.reader.forms.form_request import FormRequest, Parameter
from ctct_migrate.rules.context import Reporter
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkColumn, by_v1_name
from ctct_migrate.targets.target import Target
from ctct_migrate.v1.form_parameters import ACTIVITY_TYPES, FormKind


@dataclass(frozen=True, slots=True)
class FormList:
    """A list that a form names: its id, and the parameter that names it."""

    id: str
    parameter: Parameter


@dataclass(frozen=True, slots=True)
class FormTable:
    """The contacts of a form.

    decoded    the CSV
    separator  of its cells
    heading    where the names of the columns begin in the decoded CSV
    start      where the rows begin
    columns    what each column holds; None for one that is not known
    """

    decoded: DecodedText
    separator: str
    heading: int
    start: int
    columns: tuple[BulkColumn | None, ...]

    @property
    def width(self) -> int:
        """The number of cells in a row."""
        return len(self.columns)


@dataclass(eq=False)
class FormLook:
    """What is known of a form.

    shape     what `lint` is asked for; None where that is not known
    choices   what forms leave open, and the caller says
    kind      what it asks for; None where it does not say
    activity  the target's request of that kind; None where there is none
    lists     the lists that it names
    options   values of other parameters, by name, as the target takes them
    table     its contacts
    exported  the columns of an export
    contacts  how many contacts it has, each address once
    over      where the first contact begins in the data that is one too many for one request; None
              where there is none
    """

    form: FormRequest
    target: Target
    report: Reporter
    shape: Shape | None = None
    choices: Choices = NO_CHOICES
    kind: FormKind | None = None
    activity: BulkActivity | None = None
    lists: list[FormList] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    table: FormTable | None = None
    exported: list[tuple[BulkColumn, Parameter]] = field(default_factory=list)
    contacts: int = 0
    over: int | None = None

    @cached_property
    def adding(self) -> BulkActivity:
        """The target's request that adds contacts, which has all columns that there are."""
        adds = (name for name, kind in ACTIVITY_TYPES.items() if kind is FormKind.ADD)
        return by_v1_name(self.target.bulk)[next(adds)]

    def written(self, text: str) -> str:
        """A text as it is written in a value of the form."""
        return text if self.form.multipart else quote_plus(text, safe="", errors="surrogateescape")

    def source_ampersand(self, parameter: Parameter) -> int:
        """Where in the source the `&` before a parameter stands; where its name begins if there is
        none."""
        at = self.form.source.text.rfind("&", self.form.start, parameter.name_start)
        return parameter.name_start if at < 0 else at

    def in_value(
        self,
        rule: Rule,
        decoded: DecodedText,
        start: int,
        end: int,
        message: str,
        *,
        label: str = "",
        help: Iterable[str] = (),
        fixes: tuple[Fix, ...] = (),
        labels: Iterable[tuple[int, int, str]] = (),
        severity: Severity | None = None,
        concern: Concern | None = None,
        element: str = "",
    ) -> Diagnostic:
        """A diagnostic at the characters `start` up to `end` of a decoded value; the places of
        `labels` are those of the value too."""
        return self.report.at(
            rule, *decoded.span(start, end), message, label=label, help=help, fixes=fixes,
            labels=[(*decoded.span(a, b), text) for a, b, text in labels],
            severity=severity, concern=concern, element=element,
        )  # fmt: skip

    def fix(
        self,
        title: str,
        decoded: DecodedText,
        *edits: tuple[int, int, str],
        safety: Safety = Safety.SAFE,
    ) -> tuple[Fix, ...]:
        """A fix that replaces characters of a decoded value by other text, encoded."""
        return self.report.fix(
            title,
            *((*decoded.span(start, end), self.written(text)) for start, end, text in edits),
            safety=safety,
        )
