"""`convert --explain`: what became of each part of the documents."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ctct_migrate import convert, read
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.conversion_work import ConvertRequest, ConvertWork, RunStatus, work_of
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.feedheads import feed_accounts
from ctct_migrate.output.accounting import accounting, table
from ctct_migrate.payload import Shape


def explain(request: ConvertRequest) -> int:
    """Prints, for each payload, what became of every part of it, and returns the exit status."""
    status = RunStatus(held=False)
    work = work_of(request)
    run = RunInputs(request.paths, request.limits, request.stdin_name)
    with run.surveyed(jobs=request.jobs) as (found, facts):
        _explain(request, replace(work, facts=facts), found, status)
    return status.code


def _explain(
    request: ConvertRequest, work: ConvertWork, found: Iterable[Input | InputError],
    status: RunStatus,
) -> None:  # fmt: skip
    for item in found:
        if isinstance(item, InputError):
            status.note(item)
            continue
        try:
            source = item.source()
        except UnreadableInput as problem:
            status.note(item.error(problem))
            continue
        result = work(source, item)
        if isinstance(result, CommandError):
            raise result
        status.note(result)
        configuration = work.configurations.of(item)
        shape = request.shape or configuration.shape or Shape.CREATE
        document = read(source)
        if head := feed_accounts(document):
            click.echo(table(f"{document.path}: the feed itself", head), nl=False)
        converted = convert(
            document,
            shape,
            time_zone=configuration.zone,
            target=configuration.target,
            choices=work.facts.choices(configuration.choices),
        )
        made = {each.entry for each in result.resources if each.body is not None}
        for payload in converted:
            if (payload.entry if item.part is None else item.part.number(payload.entry)) in made:
                click.echo(accounting(payload), nl=False)
