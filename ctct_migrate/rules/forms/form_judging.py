"""What is wrong with a form, and what it becomes: the part of `linting.judge` that is about forms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.forms.form_request import FormRequest
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion.losses import UNACCOUNTED
from ctct_migrate.rules.failures import Failures
from ctct_migrate.rules.forms import form_columns_check, form_parameters_check, form_rows_check
from ctct_migrate.rules.forms.form_bodies import FormBody, bodies
from ctct_migrate.rules.forms.form_look import FormLook
from ctct_migrate.rules.forms.form_rules import SPLIT
from ctct_migrate.rules.reading.unwrapping import HTTP_MESSAGE
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1.form_parameters import FormKind

#: Diagnostics of one form that somebody may want to read; more are counted as one.
_MOST = 2_000


def judge_form(
    document: Document, form: FormRequest, shape: Shape | None, target: str, choices: Choices
) -> tuple[list[Diagnostic], list[FormBody]]:
    """What is wrong with a form, in no order, and its bodies, if nothing stops them."""
    look = FormLook(form, TARGETS[target], Reporter(document.source), shape, choices)
    failures = Failures(document)
    found = list(failures.guarded("`forms`", lambda: islice(_found(look), _MOST)))
    if len(found) == _MOST:
        from ctct_migrate.rules.reading.not_readable import too_many

        found.append(too_many(document, found[-1]))
    made: list[FormBody] = []
    found.extend(_split(look))
    # Bodies are made where somebody wants them; what is only too long is an error then.
    if shape is not None and not any(each.stops_conversion for each in found):
        try:
            made = list(bodies(look))
            found.extend(_made(look, made))
        except Exception as error:
            failures.note("what it converts to", error)
    found.extend(failures.diagnostics())
    if any(each.stops_conversion for each in found):
        made = []
    return found, made


def _found(look: FormLook) -> Iterator[Diagnostic]:
    yield from _head(look)
    yield from looked_at(look)
    if look.kind in _WITH_ROWS:
        yield from form_rows_check.check(look)


#: Kinds of forms that name contacts.
_WITH_ROWS = (FormKind.ADD, FormKind.REMOVE)


def looked_at(look: FormLook) -> Iterator[Diagnostic]:
    """What is wrong with all but the rows; fills in what the form says."""
    yield from form_parameters_check.check(look)
    if look.kind in _WITH_ROWS:
        yield from form_columns_check.heading(look)
    elif look.kind is FormKind.EXPORT:
        yield from form_columns_check.exported(look)


def _head(look: FormLook) -> Iterator[Diagnostic]:
    """That the lines of an HTTP request stand before the form."""
    form, text = look.form, look.form.source.text
    if form.head < 0:
        return
    line = text.find("\n", form.head)
    end = len(text[form.head : line].rstrip()) + form.head
    fixes = look.report.fix("Keep the form alone", (form.head, form.start, ""))
    yield look.report.at(
        HTTP_MESSAGE, form.head, min(end, form.head + 60), "this is an HTTP message, with the form in it",
        label="not a part of the form", help=("Save the body alone; or apply the fix.",),
        fixes=() if form.multipart else fixes,
    )  # fmt: skip


def _made(look: FormLook, made: list[FormBody]) -> Iterator[Diagnostic]:
    """That a form becomes no body, several by their bytes, or one that breaks the contract after
    all."""
    start = look.form.start
    if not made:
        yield look.report.at(
            UNACCOUNTED, start, start, "there is nothing here that converts",
            help=(UNACCOUNTED.how,),
        )  # fmt: skip
    for each in made:
        if each.violation:
            yield look.report.at(
                UNACCOUNTED, start, start, each.violation, label="cannot be converted",
                help=("correct what else is reported",),
            )  # fmt: skip
    if len(made) > 1 and look.over is None:
        look.over = made[1].start
        yield from _split(look)


def _split(look: FormLook) -> Iterator[Diagnostic]:
    """That a form has more contacts than one request takes."""
    limits = look.activity.limits if look.activity is not None else None
    if look.over is None or look.table is None or limits is None:
        return
    yield look.in_value(
        SPLIT, look.table.decoded, look.over, look.over + 1,
        f"the form has {look.contacts:,} contacts, more than one request takes: it becomes several",
        label=f"{look.target.title} takes {limits.rows:,} contacts and {limits.bytes:,} bytes in one; another begins here",
        help=(SPLIT.how,), element="data",
    )  # fmt: skip
