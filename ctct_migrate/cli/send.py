"""`ctct-migrate send`: lints, converts and submits documents, each exactly once.

Parses and prints; the work is done in `sender`.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctct_migrate.bodies import BodyRequest, BodyRequestError
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_paths, complete_resources
from ctct_migrate.cli.configurations import REPORTED, Configurations, Wanted, configured
from ctct_migrate.cli.ending_signals import Signals
from ctct_migrate.cli.send_output import SendOutput, plan_text, results_table, totals
from ctct_migrate.cli.submissions import Submissions
from ctct_migrate.cli.terminal import colour_option
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.payload import Shape
from ctct_migrate.sender.settings import BulkChoice, OnNameTaken, OnUnclear, Settings

if TYPE_CHECKING:
    from ctct_migrate.sender import SendReport, Submission
    from ctct_migrate.sender.events import Event
    from ctct_migrate.sender.progress_display import Progress
    from ctct_migrate.targets.credentials import Credentials

DEFAULT_LEDGER = "ctct-migrate.ledger"

#: The resource whose ids `--list-map` is about.
_LISTS = "contact_list"


@dataclass(frozen=True, slots=True)
class SendTarget:
    """Where to send to, and who sends."""

    base_url: str
    credentials: Credentials
    ledger: Path


@click.command("send", short_help="Convert documents and submit them, each exactly once.")
@click.argument("paths", metavar="[PATH...]", nargs=-1, shell_complete=complete_paths)
@click.option(
    "--resource", metavar="NAME", shell_complete=complete_resources,
    help="What JSON bodies are of: promocode, schedule, …; by default what each shows.",
)  # fmt: skip
@click.option(
    "--parent", "parents", multiple=True, metavar="RESOURCE=ID",
    help="What JSON bodies live in: event=ID, campaign=ID.  Repeatable.",
)  # fmt: skip
@click.option(
    "--id", "number", metavar="ID", help="What a JSON body replaces, or --delete takes away."
)
@click.option(
    "--delete", "removes", is_flag=True,
    help="Delete what is named by --id, or by the `id` of each JSON body.",
)  # fmt: skip
@click.option(
    "--base-url", metavar="URL",
    help="The API to send to [default: the target's own, where somebody is logged in to that].",
)  # fmt: skip
@click.option(
    "--account", metavar="ID|NAME|ADDRESS", default="",
    help="Which account to send to, where several are logged in.",
)  # fmt: skip
@click.option(
    "-q", "--quiet", is_flag=True,
    help="Print diagnostics, and why a run was stopped, alone: neither progress nor what was sent.",
)  # fmt: skip
@click.option("--sandbox", is_flag=True, help="Send to a sandbox that fits the documents.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and send nothing.")
@click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"What was sent is recorded there [default: {DEFAULT_LEDGER}; none is kept for --sandbox]",
)
@click.option(
    "--shape",
    type=click.Choice([Shape.CREATE.value, Shape.UPDATE.value]),
    default="create",
    show_default=True,
    help="Create what the documents say, or update what has their numbers.",
)
@click.option(
    "--on-name-taken",
    type=click.Choice([each.value for each in OnNameTaken]),
    default="fail",
    show_default=True,
    help="What to do when the account has one of that name already.",
)
@click.option(
    "--on-unclear",
    type=click.Choice([each.value for each in OnUnclear]),
    default="ask",
    show_default=True,
    help="Whether a document with the name of one that was sent, but other contents, is the same.",
)
@click.option(
    "--list-map",
    "list_maps",
    multiple=True,
    metavar="OLD=NEW|FILE.csv",
    help="Contact lists that are others in this account: by number, or in v3 by name or id.  Repeatable.",
)
@click.option(
    "--id-map",
    "id_map_values",
    multiple=True,
    metavar="RESOURCE=FILE.csv",
    help="The same for any resource: contact_list=lists.csv, campaign=11=47.  Repeatable.",
)
@click.option(
    "--calls-per-second",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Calls that are made in a second, at most.",
)
@click.option(
    "--calls-per-day",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="Calls that are made in 24 hours, at most.",
)
@click.option(
    "--bulk",
    type=click.Choice([each.value for each in BulkChoice]),
    default="auto",
    show_default=True,
    help="Send many contacts by one request: from 25 on, always, or never.",
)
@click.option(
    "--bulk-wait",
    type=click.FloatRange(0),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the end of such requests; the next run goes on with them.",
)
@click.option("--wait", is_flag=True, help="Wait when the day's calls are used up.")
@click.option(
    "--no-preflight",
    is_flag=True,
    help="Do not look up the account's addresses, lists and names before anything is sent.",
)
@click.option(
    "--allow-emptying", is_flag=True, help="Let updates empty what a document leaves out."
)
@click.option(
    "--reschedule-past",
    metavar="TIME",
    help="Move schedules whose time has passed there: 2031-05-10T11:00:00Z, say.",
)
@click.option(
    "--settle",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to leave a lost request alone before the server is asked about it.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of what is written to standard error: for people, or a JSON object a line.",
)
@configured(**REPORTED)
@colour_option
def command(
    paths: tuple[str, ...], base_url: str | None, account: str, sandbox: bool, dry_run: bool,
    ledger: Path | None, shape: str, on_name_taken: str, on_unclear: str, list_maps: tuple[str, ...], id_map_values: tuple[str, ...],
    calls_per_second: int, calls_per_day: int, bulk: str, bulk_wait: float, wait: bool, no_preflight: bool,
    allow_emptying: bool, reschedule_past: str | None, settle: float, timeout: float,
    log_format: str, wanted: Wanted, when: str, quiet: bool,
    resource: str | None, parents: tuple[str, ...], number: str | None, removes: bool,
) -> int:  # fmt: skip
    """Convert documents and submit them, each exactly once.

    PATH is a v1 document or a JSON body of the target, a folder, a glob, an archive, or - for
    standard input.

    Key and token are read from CTCT_API_KEY and CTCT_ACCESS_TOKEN; for a target that people log in
    to, the log-in's token (`ctct-migrate login`) does as well, and there is no key. Documents with errors are not
    sent; the others are. The same command, given again, goes on where it stopped.

    Exit status: 0 everything is done, 1 something is not, 2 the work could not be done.
    """
    if sandbox and base_url:
        raise click.UsageError("--sandbox and --base-url exclude each other.")
    if bulk == BulkChoice.ALWAYS and shape == Shape.UPDATE:
        raise click.UsageError(
            "--bulk always is for what is created: --shape update replaces one by one."
        )
    # One run sends to one server: what is configured here holds for all documents.
    target_name = Configurations(wanted).here.target
    if not (sandbox or base_url or dry_run):
        base_url = _own_server(target_name, account)
    wanted = replace(wanted, target=target_name)
    ids = _ids(list_maps, id_map_values, target_name)
    bodies = _bodies(target_name, shape, resource, parents, number, removes=removes)
    if not paths and not (removes and bodies.resource):
        lacking = (
            "--delete needs a PATH or a --resource." if removes else "Missing argument 'PATH...'."
        )
        raise click.UsageError(lacking)
    try:
        settings = Settings(
            target=target_name, on_name_taken=OnNameTaken(on_name_taken), on_unclear=OnUnclear(on_unclear), ids=ids,
            calls_per_second=calls_per_second, calls_per_day=calls_per_day, wait=wait,
            preflight=not no_preflight, allow_emptying=allow_emptying,
            reschedule_past=_future(reschedule_past), settle=settle, timeout=timeout,
            bulk=BulkChoice(bulk), bulk_wait=bulk_wait,
        )  # fmt: skip
    except ValueError as error:
        raise CommandError(str(error)) from error
    output = SendOutput(log_format, when, quiet=quiet)
    documents = Submissions(
        paths,
        Shape(shape),
        Configurations(wanted),
        output.show,
        output.complain,
        bodies,
        _seen_to(Shape(shape), settings),
    )
    sending = Sending(documents, settings, output)
    if dry_run:
        return sending.rehearse(ledger or Path(DEFAULT_LEDGER), None if sandbox else base_url)
    with ExitStack() as stack:
        if sandbox:
            submissions = list(documents)
            target = stack.enter_context(_sandbox(submissions, settings, ledger))
            return sending.send(target, submissions)
        destination = _target(str(base_url), ledger, target_name, account)
        if owner := destination.credentials.owner:
            output.tell(f"sending as {owner}")
        return sending.send(destination, documents)


def _own_server(name: str, account: str) -> str:
    """The target's own base URL, where a log-in is meant; a token of the environment does not say
    for which server it is.  Raises UsageError."""
    from ctct_migrate.targets import TARGETS
    from ctct_migrate.targets.credentials import TOKEN_VARIABLE

    target = TARGETS[name]
    if target.oauth is None or (os.environ.get(TOKEN_VARIABLE, "").strip() and not account):
        raise click.UsageError(
            f"Say where to send to: --base-url URL ({target.title}'s is {target.base_url}), or"
            " --sandbox."
        )
    return target.base_url


def _seen_to(shape: Shape, settings: Settings) -> frozenset[str]:
    """Codes of what the sender reports itself: that two new contacts have one address."""
    from ctct_migrate.rules.conversion import run_rules

    tells = shape is Shape.CREATE and settings.on_name_taken is not OnNameTaken.RENAME
    return frozenset({run_rules.TWICE.code}) if tells else frozenset()


def _bodies(
    target: str, shape: str, resource: str | None, parents: tuple[str, ...], number: str | None,
    *, removes: bool,
) -> BodyRequest:  # fmt: skip
    """What the command line says of JSON bodies."""
    try:
        return BodyRequest.of(
            target, resource, Shape.UPDATE if removes else Shape(shape), parents, number,
            removes=removes, places=True,
        )  # fmt: skip
    except BodyRequestError as error:
        raise CommandError(str(error)) from error


def _ids(list_maps: Sequence[str], values: Sequence[str], target: str) -> dict[str, dict[str, str]]:
    """The values of `--list-map` and `--id-map`."""
    from ctct_migrate.sender.id_map import IdMapError, forms_of, id_map, id_maps, together

    try:
        lists = id_map(list_maps, forms_of(_LISTS, target)) if list_maps else {}
    except IdMapError as error:
        raise CommandError(f"--list-map {error}") from error
    try:
        return together({_LISTS: lists}, id_maps(values, target))
    except IdMapError as error:
        raise CommandError(f"--id-map {error}") from error


class Sending:
    """One `send`: the documents, and what is told about them."""

    def __init__(self, documents: Submissions, settings: Settings, output: SendOutput):
        self._documents, self._settings, self._output = documents, settings, output
        self._ended_by = 0

    def rehearse(self, path: Path, base_url: str | None) -> int:
        """Show what would be done; the exit status."""
        from ctct_migrate.sender import BaseUrlError, Ledger, LedgerError, Planner
        from ctct_migrate.sender.placing import diagnostics
        from ctct_migrate.targets.client import checked_base_url

        try:
            server = checked_base_url(base_url) if base_url else None
            with Ledger.copy(path) as ledger:
                if server and ledger.server not in (None, server):
                    raise CommandError(f"{path}: belongs to {ledger.server}, not to {server}")
                plan = Planner(ledger, self._settings).plan(self._documents)
                left = max(0, self._settings.calls_per_day - ledger.calls_in_a_day())
        except (LedgerError, BaseUrlError) as error:
            raise CommandError(str(error)) from error
        for item in sorted((*plan.items, *plan.settled), key=lambda item: plan.order[item.request]):
            if found := plan.findings.get(item.request):
                self._show(diagnostics(item.origin, found, {}))
        for repeated in plan.repeated:
            self._show(diagnostics(repeated.origin, [repeated.failure], {}))
        self._output.finish()
        click.echo(plan_text(plan, self._settings, left, self._documents.refused))
        return self._status(bool(plan.findings))

    def send(self, target: SendTarget, submissions: Iterable[Submission]) -> int:
        """Send everything, tell what became of it; the exit status."""
        from ctct_migrate.sender import BaseUrlError, LedgerError
        from ctct_migrate.sender.progress_display import progress

        shown = progress(sys.stderr, self._output.log_format, quiet=self._output.quiet)
        try:
            report = asyncio.run(self._send(target, submissions, shown))
        except (LedgerError, BaseUrlError) as error:
            raise CommandError(str(error)) from error
        finally:
            shown.end()
        for result in (*report.results, *report.repeated):
            self._show(result.diagnostics)
        self._output.finish()
        if not self._output.quiet:
            click.echo(results_table(report, self._settings.target), nl=False)
        sys.stdout.flush()
        refused = self._documents.refused
        self._output.tell(totals(report, refused))
        if refused:
            from ctct_migrate.rules.phrases import plural

            self._output.tell(f"{plural(refused, 'document')} with errors: not sent")
        if report.stop is not None:
            again = shlex.join(["ctct-migrate", *sys.argv[1:]])
            self._output.say_stopped(report, again)
            return 128 + self._ended_by if self._ended_by else 2
        return self._status(not report.is_done)

    async def _send(
        self, target: SendTarget, submissions: Iterable[Submission], shown: Progress
    ) -> SendReport:
        from ctct_migrate.sender import Sender

        signals = Signals(self._output)

        def tell(event: Event) -> None:
            signals.are_held = True  # the documents are read: calls may be under way from now on
            shown(event)

        async with Sender(
            target.base_url, target.credentials, ledger=target.ledger, settings=self._settings,
            tell=tell,
        ) as sender:  # fmt: skip
            with signals.stopping(sender.stop):
                report = await sender.send_all(submissions)
        self._ended_by = signals.came
        return report

    def _show(self, found: tuple[Diagnostic, ...]) -> None:
        if found:
            self._output.show(self._documents.source(found[0].path, found[0].entry), found)

    def _status(self, bad: bool) -> int:
        if self._documents.unreadable:
            return 2
        return int(bad or self._documents.refused > 0)


def _target(base_url: str, ledger: Path | None, name: str, account: str) -> SendTarget:
    from ctct_migrate.login.which_log_in import credentials_for
    from ctct_migrate.targets import TARGETS
    from ctct_migrate.targets.client import BaseUrlError, checked_base_url
    from ctct_migrate.targets.credentials import CredentialsError

    try:
        server = checked_base_url(base_url)
        credentials = credentials_for(TARGETS[name], server, account=account)
    except (CredentialsError, BaseUrlError) as error:
        raise CommandError(str(error)) from error
    return SendTarget(base_url, credentials, ledger or Path(DEFAULT_LEDGER))


@contextmanager
def _sandbox(
    submissions: Sequence[Submission], settings: Settings, ledger: Path | None
) -> Iterator[SendTarget]:
    """A sandbox whose account fits the documents."""
    from ctct_migrate.sandbox import Sandbox, SandboxError, SandboxOptions
    from ctct_migrate.sandbox.fitting import fitting
    from ctct_migrate.targets import TARGETS
    from ctct_migrate.targets.credentials import Credentials

    options = SandboxOptions(
        calls_per_second=settings.calls_per_second,
        calls_per_day=settings.calls_per_day,
        target=settings.target,
    )
    options = fitting(options, [each.payload for each in submissions], settings.ids)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ctct-migrate-")))
        try:
            sandbox = stack.enter_context(Sandbox(options))
        except (SandboxError, ValueError) as error:
            raise CommandError(str(error)) from error
        key = sandbox.api_key if TARGETS[settings.target].needs_key else None
        credentials = Credentials(key, sandbox.access_token)
        yield SendTarget(sandbox.base_url, credentials, ledger or folder / DEFAULT_LEDGER)


def _future(text: str | None) -> datetime | None:
    """The value of `--reschedule-past`."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a time: expected one like 2031-05-10T11:00:00Z",
            param_hint="--reschedule-past",
        ) from None
    if moment.tzinfo is None:
        raise click.BadParameter(
            f"{text!r} has no time zone: add Z or an offset", param_hint="--reschedule-past"
        )
    if moment <= datetime.now(UTC):
        raise click.BadParameter(f"{text!r} has passed", param_hint="--reschedule-past")
    return moment
