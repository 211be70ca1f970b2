"""Which configuration holds for which file: found upwards from it, unless the command line names
one or wants none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import (
    complete_selectors,
    complete_targets,
    complete_time_zones,
)
from ctct_migrate.configuration import Configuration, ConfigurationError
from ctct_migrate.configuration_files import CONFIGURATION_FILES, absolute, configuration_in
from ctct_migrate.configured_values import CHOICE_MEANINGS, SETTINGS, did_you_mean
from ctct_migrate.inputs.byte_sources import File
from ctct_migrate.inputs.paths import Input
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import (
    CHOICES,
    DEFAULT_TARGET,
    Choices,
    labelled_elements,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command line says about configuration: the values of its options."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    time_zone: str | None = None
    target: str | None = None
    config: Path | None = None
    no_config: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)


def configuration_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--select`, `--ignore`, `--time-zone`, `--target`, `--config`
    and `--no-config`, which `command` gets as one `Wanted`, named `wanted`."""
    return configured()(command)


def configured(
    select: str = "Report only these: codes, families such as CT6, names, or ALL.",
    ignore: str = "Never report these, also of those selected.",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`configuration_options` of a command for which `--select` and `--ignore` mean this."""
    return lambda command: _configured(command, select, ignore)


#: What the two options mean where errors keep a document from being converted.
REPORTED = {
    "select": "Of warnings and infos report only these: codes, families such as CT6, names, or ALL.",
    "ignore": "Never report these warnings and infos.  Errors are always reported: they are why a "
    "document is left out.",
}


def _configured(
    command: Callable[..., Any], select_help: str, ignore_help: str
) -> Callable[..., Any]:

    @wraps(command)
    def collected(
        *arguments: Any, select: tuple[str, ...], ignore: tuple[str, ...], time_zone: str | None,
        target: str | None, config: Path | None, no_config: bool, **options: Any,
    ) -> Any:  # fmt: skip
        if config is not None and no_config:
            raise click.UsageError("--config and --no-config exclude each other.")
        chosen = chosen_in(options)
        wanted = Wanted(select, ignore, time_zone, target, config, no_config, chosen)
        return command(*arguments, wanted=wanted, **options)

    decorators: list[Callable[..., Any]] = [
        click.option(
            "--select", multiple=True, metavar="CODE,…", callback=_split,
            shell_complete=complete_selectors,
            help=select_help,
        ),
        click.option(
            "--ignore", multiple=True, metavar="CODE,…", callback=_split,
            shell_complete=complete_selectors,
            help=ignore_help,
        ),
        click.option(
            "--time-zone", metavar="ZONE", shell_complete=complete_time_zones,
            help=SETTINGS["time-zone"].meaning,
        ),
        target_option,
        choice_options,
        click.option(
            "--config", metavar="FILE", type=click.Path(path_type=Path),
            help="Read the configuration here, not in what is found upwards from each file.",
        ),
        click.option("--no-config", is_flag=True, help="Read no configuration."),
    ]  # fmt: skip
    for decorator in reversed(decorators):
        collected = decorator(collected)
    return collected


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each of `CHOICES`, such as `--address-type`; None where nothing is said."""
    for name, values in reversed(list(CHOICES.items())):
        known = [each for each in values if each]
        command = click.option(
            f"--{name.replace('_', '-')}",
            type=click.Choice(known) if known else str,
            metavar=None if known else "TEXT",
            help=CHOICE_MEANINGS[name],
        )(command)
    return click.option(
        "--custom-field", "custom_fields", multiple=True, metavar="NAME=LABEL", callback=_fields,
        help="v3: the custom field that takes the value of CustomField1 to CustomField15, or of "
        "MiddleName, by its label in the account; nothing after `=` leaves the value out.  May be "
        "given several times.",
    )(command)  # fmt: skip


def _fields(
    ctx: click.Context, option: click.Parameter, values: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """The custom fields of v1's elements, as `Choices` has them."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, label = (part.strip() for part in value.partition("="))
        if not equals:
            raise click.BadParameter(f"{value}: expected NAME=LABEL, such as CustomField1=Shelf")
        if name not in labelled_elements():
            hint = did_you_mean(name, labelled_elements())
            raise click.BadParameter(f"{value}: no element {name} goes into a custom field{hint}")
        if found.setdefault(name, label) != label:
            raise click.BadParameter(f"{name} is given twice: {found[name]} and {label}")
    try:
        return Choices(custom_fields=tuple(found.items())).custom_fields
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def chosen_in(options: dict[str, Any]) -> dict[str, Any]:
    """The choices among the values of a command's options, which are taken out of them."""
    given = {name: options.pop(name, None) for name in (*CHOICES, "custom_fields")}
    return {name: value for name, value in given.items() if value}


def target_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--target`: the name of a target; None where the command line names none.  Which names there
    are is checked where the name is used, so that `--help` loads no target."""
    return click.option(
        "--target", metavar="NAME", shell_complete=complete_targets,
        help=f"The API that documents are meant for, such as v3 ({DEFAULT_TARGET}, unless the "
        "configuration says otherwise).  lint takes several: v2,v3.",
    )(command)  # fmt: skip


def jobs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--jobs`: the number of processes, None for as many as is sensible."""
    return click.option(
        "-j", "--jobs", metavar="N", type=click.IntRange(min=1),
        help="Processes to use; by default as many as there are processors, for many documents.",
    )(command)  # fmt: skip


def _split(ctx: click.Context, option: click.Parameter, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


class Configurations:
    """The configuration of each input; one folder is searched once.  Raises `CommandError` where a
    configuration is wrong or unreadable, or names several targets and `several` is not said."""

    def __init__(self, wanted: Wanted, *, several: bool = False):
        self._wanted, self._several = wanted, several
        self._folders: dict[Path, Configuration] = {}
        self._named: dict[str, Configuration] = {}
        self._default = self._adjusted(None)
        self._only: Configuration | None = self._default if wanted.no_config else None
        if wanted.config is not None:
            self._only = self._adjusted(_read(wanted.config, required=True))

    def of(self, item: Input) -> Configuration:
        """The configuration that holds for `item`."""
        if self._only:
            return self._only
        # By the folder's name as it stands: a Path takes longer than all of the rest here.
        folder = os.path.dirname(_name_of(item))  # noqa: PTH120
        if folder not in self._named:
            self._named[folder] = self._in(file_of(item).parent)
        return self._named[folder]

    @property
    def here(self) -> Configuration:
        """The configuration that holds for files of the current folder."""
        return self._only or self._in(Path.cwd())

    def _in(self, folder: Path) -> Configuration:
        """The configuration for files in `folder` (absolute)."""
        if folder not in self._folders:
            found = next(filter(None, (_read(folder / name) for name in CONFIGURATION_FILES)), None)
            if found is not None:
                self._folders[folder] = self._adjusted(found)
            elif folder.parent == folder:
                self._folders[folder] = self._default
            else:
                self._folders[folder] = self._in(folder.parent)
        return self._folders[folder]

    def _adjusted(self, found: Configuration | None) -> Configuration:
        try:
            adjusted = (found or Configuration()).with_options(
                self._wanted.select,
                self._wanted.ignore,
                self._wanted.time_zone,
                self._wanted.target,
                self._wanted.choices,
            )
        except ConfigurationError as error:
            raise CommandError(str(error)) from error
        if "," in adjusted.target and not self._several:
            named = adjusted.target.replace(",", " and ")
            raise CommandError(f"the target is {named}; lint alone takes several: name one")
        return adjusted


def file_of(item: Input) -> Path:
    """The absolute path of the file that `item` comes from (an archive, for its members); for
    standard input, of one in the folder in which the program was started."""
    return absolute(_name_of(item))


def _name_of(item: Input) -> str:
    if item.part is None and isinstance(item.content, File):
        return item.content.path
    return item.name.partition("!/")[0]


def _read(path: Path, required: bool = False) -> Configuration | None:
    try:
        return configuration_in(path, required=required)
    except ConfigurationError as error:
        raise CommandError(str(error)) from error
