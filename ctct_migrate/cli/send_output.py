"""What `send` and `status` print: diagnostics, plans, tables, and why a run was stopped."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ctct_migrate.cli.terminal import coloured, style
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.render import Report as Rendered
from ctct_migrate.render import renderer
from ctct_migrate.sender.progress import JsonLines, clock, duration
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.batch.inputs import InputError
    from ctct_migrate.sender import Plan, Report, Settings
    from ctct_migrate.sender.ledger import Request

#: More rows than this are left to `status`.
_ROWS = 500

#: Cells of a table where there is no terminal.
_WIDTH = 160


class Output:
    """Standard error: in text for people, or a JSON object a line (`log_format` `json`)."""

    def __init__(self, log_format: str, when: str):
        self.log_format, self._when = log_format, when

    def show(self, source: Source, found: Sequence[Diagnostic]) -> None:
        """Write diagnostics of a document."""
        chunks: Iterable[str]
        if self.log_format == "json":
            chunks = renderer("jsonl")([Rendered(source, tuple(found))], style(self._when))
        else:
            chunks = _text(source, found, self._when)
        for chunk in chunks:
            click.echo(chunk, err=True, nl=False)

    def complain(self, error: InputError) -> None:
        """Write that an input could not be read."""
        self.say(str(error))

    def say(self, sentence: str) -> None:
        """Write a line."""
        if self.log_format == "json":
            JsonLines(sys.stderr).write("message", {"text": sentence})
        else:
            click.echo(f"ctct-migrate: {sentence}", err=True)

    def say_stopped(self, report: Report, again: str) -> None:
        """Write why a run was stopped, and how to go on."""
        stop = report.stop
        if stop is None:
            return
        left = sum(
            result.state in ("planned", "in flight", "in doubt") for result in report.results
        )
        until = None if stop.until is None else clock(stop.until)
        if self.log_format == "json":
            code = stop.failure.rule.code if stop.failure else None
            words = stop.failure.words if stop.failure else ""
            JsonLines(sys.stderr).write(
                "stopped",
                {"reason": stop.reason, "code": code, "words": words, "left": left,
                 "until": until, "again": again},
            )  # fmt: skip
            return
        if stop.failure is not None:
            for line in _failure_lines(stop.failure):
                click.echo(line, err=True)
        when = f", from {until} on" if until else ""
        self.say(f"stopped: {stop.reason}. {left} requests are left. Go on{when} with")
        click.echo(f"    {again}", err=True)


def _failure_lines(failure: Any) -> Iterable[str]:
    """A failure of the whole run, in the manner of a diagnostic without a place."""
    rule = failure.rule
    yield f"{rule.severity}[{rule.code}]: {rule.summary}"
    if failure.status is not None:
        key = f" {failure.key}" if failure.key else ""
        yield f"  = help: the server answered {failure.status}{key}"
    if failure.words:
        yield f"  = help: {failure.words}"
    yield f"  = help: {rule.how}"
    yield f"  = more: ctct-migrate explain {rule.code}"
    yield ""


def _text(source: Source, found: Sequence[Diagnostic], when: str) -> Iterable[str]:
    from dataclasses import replace

    from ctct_migrate.render.paint import Paint
    from ctct_migrate.render.text import lines

    looks = replace(style(when), colour=coloured(when, sys.stderr))
    for diagnostic in found:
        yield "\n".join(lines(source, diagnostic, Paint(looks))) + "\n\n"


def plan_text(plan: Plan, settings: Settings, left_today: int, refused: int = 0) -> str:
    """What would be sent, and how long that takes; `refused` documents have errors of their
    own."""
    from ctct_migrate.sender import Kind, State

    kinds = (
        (Kind.CREATE, "campaigns to create"),
        (Kind.UPDATE, "campaigns to update"),
        (Kind.SCHEDULE, "schedules to place"),
    )
    lines = [f"{plan.count(kind):>7,} {what}" for kind, what in kinds]
    doubts = sum(item.doubtful for item in plan.sending)
    kept = len(plan.items) - len(plan.sending)
    rows = (
        (doubts, f"of these {State.IN_DOUBT}: the server is asked first"),
        (kept, "requests that something stands against"),
        (len(plan.settled), "requests settled before"),
        (refused, "documents with errors, which are left out"),
    )
    lines += [f"{number:>7,} {what}" for number, what in rows if number]
    calls, rate, per_day = plan.calls, settings.calls_per_second, settings.calls_per_day
    days = plan.days(per_day, left_today)
    lines.append(
        f"{calls:>7,} calls at the least: {duration(plan.seconds(rate))} at {rate} a second,"
        f" {'1 day' if days == 1 else f'{days} days'} at {per_day:,} a day"
        f" ({left_today:,} are left today)"
    )
    return "\n".join(lines)


def results_table(report: Report) -> str:
    """Document, resource, v2 id, what was scheduled when."""
    return requests_table([result.request for result in report.results])


def requests_table(requests: Sequence[Request]) -> str:
    """A table of requests; of very many, those that are not done first."""
    shown = list(requests)
    if len(shown) > _ROWS:
        shown = sorted(shown, key=lambda request: request.state == "done")[:_ROWS]
    heads = ("document", "resource", "state", "v2 id", "scheduled", "note")
    table = _table(heads, [_row(request) for request in shown])
    more = len(requests) - len(shown)
    return table + (f"… and {more:,} more: ctct-migrate status --format json\n" if more else "")


def _row(request: Request) -> tuple[str, ...]:
    document, record = request.document, request.record
    place = document.path if document.entry is None else f"{document.path} [{document.entry}]"
    v2_id = record.campaign_id or record.v2_id or ""
    note = " ".join(part for part in (record.code, record.note or record.words) if part)
    return (
        place, document.resource, request.state, v2_id, record.scheduled_date or "", note
    )  # fmt: skip


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A column in which nothing stands is left out.
    kept = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    table = Table(box=SIMPLE, pad_edge=False)
    for index in kept:
        table.add_column(heads[index], overflow="fold", no_wrap=index in (1, 2, 3, 4))
    for row in rows:
        table.add_row(*(Text(row[index]) for index in kept))
    width = None if sys.stdout.isatty() else _WIDTH
    buffer = io.StringIO()
    Console(file=buffer, width=width, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def status_json(requests: Iterable[Request], attempts: Any, **more: Any) -> str:
    """The ledger as one JSON object: `requests`, and what `more` says.  `attempts` gives a
    request's attempts."""
    value = {**more, "requests": [_request_json(r, attempts(r.id)) for r in requests]}
    return json.dumps(value, ensure_ascii=False, indent=2)


def _request_json(request: Request, attempts: Iterable[Any]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **asdict(request.document),
        "kind": request.kind,
        "state": request.state,
        **asdict(request.record),
        "changed": clock(request.changed),
        "attempts": [
            {**asdict(a), "started": clock(a.started), "ended": a.ended and clock(a.ended)}
            for a in attempts
        ],
    }
