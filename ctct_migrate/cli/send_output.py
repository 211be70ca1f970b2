"""What `send` and `status` print: diagnostics, plans, tables, and why a run was stopped."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ctct_migrate.cli.diagnostic_output import Complaints
from ctct_migrate.cli.terminal import coloured, style
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import replace
from ctct_migrate.output import DocumentReport as Rendered
from ctct_migrate.output import renderer
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.progress_display import JsonLines, clock, duration
from ctct_migrate.sender.settings import BulkChoice
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.inputs.paths import InputError
    from ctct_migrate.sender import SendPlan, SendReport, Settings
    from ctct_migrate.sender.deeds import Deed
    from ctct_migrate.sender.ledger import LedgerRequest, RequestKind

#: More rows than this are left to `status`.
_ROWS = 500

#: Cells of a table where there is no terminal.
_WIDTH = 160


class SendOutput:
    """Standard error: in text for people, or a JSON object a line (`log_format` `json`);
    `quiet` leaves out what goes as it should."""

    def __init__(self, log_format: str, when: str, *, quiet: bool = False):
        self.log_format, self._when, self.quiet = log_format, when, quiet
        looks = replace(style(when), colour=coloured(when, sys.stderr))
        self._complaints = Complaints(looks)

    def show(self, source: Source, found: Sequence[Diagnostic]) -> None:
        """Write diagnostics of a document."""
        if self.log_format == "json":
            for chunk in renderer("jsonl")([Rendered(source, tuple(found))], style(self._when)):
                click.echo(chunk, err=True, nl=False)
            return
        for each in found:
            self._complaints.draw(source, each)

    def finish(self) -> None:
        """Write what stands after all diagnostics."""
        self._complaints.finish()
        sys.stderr.flush()

    def complain(self, error: InputError) -> None:
        """Write that an input could not be read."""
        self.say(str(error))

    def tell(self, sentence: str) -> None:
        """Write a line about what goes as it should."""
        if not self.quiet:
            self.say(sentence)

    def say(self, sentence: str) -> None:
        """Write a line."""
        if self.log_format == "json":
            JsonLines(sys.stderr).write("message", {"text": sentence})
        else:
            click.echo(f"ctct-migrate: {sentence}", err=True)

    def say_stopped(self, report: SendReport, again: str) -> None:
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
            for line in failure_lines(stop.failure):
                click.echo(line, err=True)
        when = f", from {until} on" if until else ""
        some = "1 request is" if left == 1 else f"{left:,} requests are"
        self.say(f"stopped: {stop.reason}. {some} left. Go on{when} with")
        click.echo(f"    {again}", err=True)


def failure_lines(failure: Any) -> Iterable[str]:
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


def plan_text(plan: SendPlan, settings: Settings, left_today: int, refused: int = 0) -> str:
    """What would be sent, and how long that takes; `refused` documents have errors of their
    own."""
    from ctct_migrate.resources import BY_SLUG
    from ctct_migrate.sender import State

    counts = plan.counts()
    in_bulk = plan.in_bulk(settings.bulk)
    bulk_slug = in_bulk[0].resource if in_bulk else ""
    lines = [
        _counted(counts[slug, kind], BY_SLUG[slug].noun, f"to {kind}")
        + (_in_requests(plan, settings) if (slug, kind) == (bulk_slug, "create") else "")
        for slug, kind in sorted(counts, key=_place)
    ] or [_counted(0, "document", "to send")]
    doubts = sum(item.doubtful for item in plan.sending)
    kept = len(plan.items) - len(plan.sending)
    rows = (
        (kept, "request", "that something stands against"),
        (len(plan.settled), "request", "settled before"),
        (refused, "document", "with errors, left out"),
    )
    if doubts:
        lines.append(f"{doubts:>7,} of these {State.IN_DOUBT}: the server is asked first")
    lines += [_counted(number, noun, what) for number, noun, what in rows if number]
    lines.append(
        f"{_budget(plan, settings, left_today, settings.bulk)} ({left_today:,} are left today)"
    )
    other = BulkChoice.AUTO if settings.bulk is BulkChoice.NEVER else BulkChoice.NEVER
    if plan.calls_with(other) != plan.calls:
        lines.append(f"{_budget(plan, settings, left_today, other)} with --bulk {other}")
    return "\n".join(lines)


def _in_requests(plan: SendPlan, settings: Settings) -> str:
    """In how many requests about many they are sent."""
    requests = plan.bulk_requests(settings.bulk)
    return f", in {requests:,} {'import' if requests == 1 else 'imports'} at the least"


def _budget(plan: SendPlan, settings: Settings, left_today: int, choice: BulkChoice) -> str:
    """How many calls there are, and how long they take."""
    rate, per_day = settings.calls_per_second, settings.calls_per_day
    calls = plan.calls_with(choice)
    days = plan.days(per_day, left_today, choice)
    least = (
        f"{calls:>7,} {'call' if calls == 1 else 'calls'} at the least:"
        f" {duration(plan.seconds(rate, choice))} at {rate} a second"
    )
    return least if days == 1 else f"{least}, {days:,} days at {per_day:,} a day"


def _counted(number: int, noun: str, what: str) -> str:
    """A row of a plan: `      1 campaign to create`."""
    from ctct_migrate.rules.phrases import several

    return f"{number:>7,} {noun if number == 1 else several(noun)} {what}"


def results_table(report: SendReport, target: str) -> str:
    """Document, resource, id in the target of that name, what was scheduled when, of what this run
    was about."""
    requests = [result.request for result in report.in_this_run]
    return requests_table(requests, target) if requests else ""


def totals(report: SendReport, refused: int = 0) -> str:
    """`this run: 2 campaigns created, 1 failed; 6 calls`, and what earlier runs did; `refused`
    documents were not sent for their errors."""
    from ctct_migrate.rules.phrases import plural

    nothing = "nothing was left to do" if report.results and not refused else "nothing was sent"
    now = _states(report) or [nothing]
    told = f"this run: {', '.join(now)}; {plural(report.calls, 'call')}"
    earlier = _states(report, earlier=True)
    return f"{told}; earlier: {', '.join(earlier)}" if earlier else told


def _place(of: tuple[str, RequestKind | Deed]) -> tuple[int, int]:
    """The place of a resource and of what is done with it in what is printed: in the order of
    sending."""
    from ctct_migrate.resources import sending_order

    return sending_order().index(of[0]), list(type(of[1])).index(of[1])


def _states(report: SendReport, *, earlier: bool = False) -> list[str]:
    """What was done, by resource; then how many requests are in each other state."""
    from ctct_migrate.resources import BY_SLUG
    from ctct_migrate.rules.phrases import plural

    done = report.deeds(earlier=earlier)
    told = [
        f"{plural(done[slug, deed], BY_SLUG[slug].noun)} {deed}"
        for slug, deed in sorted(done, key=_place)
    ]
    others = Counter[str]()
    for (_, _, state), number in report.counts(earlier=earlier).items():
        if state != "done":
            others[state] += number
    return told + [f"{number:,} {state}" for state, number in sorted(others.items())]


def requests_table(requests: Sequence[LedgerRequest], target: str) -> str:
    """A table of requests to the target of that name; of very many, those that are not done
    first."""
    from ctct_migrate.targets import TARGETS

    shown = list(requests)
    if len(shown) > _ROWS:
        shown = sorted(shown, key=lambda request: request.state == "done")[:_ROWS]
    heads = ("document", "resource", "state", f"{TARGETS[target].title} id", "scheduled", "note")
    table = _table(heads, [_row(request) for request in shown])
    more = len(requests) - len(shown)
    return table + (f"… and {more:,} more: ctct-migrate status --format json\n" if more else "")


def _row(request: LedgerRequest) -> tuple[str, ...]:
    document, record = request.document, request.record
    place = document.path if document.entry is None else f"{document.path} [{document.entry}]"
    # Of what there is one of in another resource, the id of that one says more.
    resource = BY_SLUG.get(document.resource)
    owner = resource.owner.to if resource is not None and resource.owner else ""
    target_id = record.kept.get(f"{owner}_id", record.target_id) or ""
    moments = [value for value in record.kept.values() if instant(value) is not None]
    note = " ".join(part for part in (record.code, record.note or record.words) if part)
    return (
        place, document.resource, request.state, target_id, ", ".join(moments), note
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


def status_json(requests: Iterable[LedgerRequest], attempts: Any, **more: Any) -> str:
    """The ledger as one JSON object: `requests`, and what `more` says.  `attempts` gives a
    request's attempts."""
    value = {**more, "requests": [_request_json(r, attempts(r.id)) for r in requests]}
    return json.dumps(value, ensure_ascii=False, indent=2)


def _request_json(request: LedgerRequest, attempts: Iterable[Any]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **asdict(request.document),
        "kind": request.kind,
        "state": request.state,
        **{name: value for name, value in asdict(request.record).items() if name != "kept"},
        **request.record.kept,
        "changed": clock(request.changed),
        "attempts": [
            {**asdict(a), "started": clock(a.started), "ended": a.ended and clock(a.ended)}
            for a in attempts
        ],
    }
