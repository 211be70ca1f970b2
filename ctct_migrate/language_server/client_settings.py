"""What the client asks of the server: the settings of the configuration's files, laid over them, and
a few that are about the editor alone.

A setting that is wrong is reported and left out, and the others count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from ctct_migrate.configuration import Configuration, ConfigurationError, configuration
from ctct_migrate.configured_values import SETTINGS
from ctct_migrate.late_dataclass import dataclass

#: The section of a client's settings that is ours.
SECTION = "ctct-migrate"

#: What messages call the settings.
_PLACE = "settings"

#: Settings that only the client itself reads.
_OF_CLIENT = frozenset({"path", "trace", "enable"})


@dataclass(frozen=True)
class ClientSettings:
    """The settings of a client.

    table        settings as `ctct-migrate.toml` has them
    delay        seconds without a change after which a document is looked at
    largest      characters of the largest document that is read
    open_bodies  whether the server asks the client to open the body of a conversion
    problems     what is wrong with the settings, a line each
    """

    table: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.15
    largest: int = 1_000_000
    open_bodies: bool = True
    problems: tuple[str, ...] = ()

    def over(self, base: Configuration) -> Configuration:
        """A project's configuration with the settings laid over it; those that are wrong are left
        out."""
        for key, value in self.table.items():
            try:
                base = configuration({key: value}, _PLACE, Path(), base)
            except ConfigurationError:
                continue
        return base


def section_of(said: Any) -> Mapping[str, Any]:
    """The settings in what a client sent: the table under the name of our section, else the table
    itself; an empty one where there is no table."""
    if isinstance(said, Mapping) and SECTION in said:
        said = said[SECTION]
    return said if isinstance(said, Mapping) else {}


def is_about_us(said: Any) -> bool:
    """Whether a table that a client sent has our section, or one of our names: clients send the
    settings of other servers as well."""
    if not isinstance(said, Mapping):
        return False
    names = {*SETTINGS, *_OWN, *_OF_CLIENT}
    return SECTION in said or any(_kebab(str(each)) in names for each in said)


def client_settings(said: Any) -> ClientSettings:
    """The settings in what a client sent: a table, or one under the name of our section; names may
    be written `time-zone`, `time_zone` or `timeZone`.  What is empty is not set.  Never raises."""
    table: dict[str, Any] = {}
    own: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in section_of(said).items():
        key = _kebab(str(name))
        if value in (None, "", [], {}) or key in _OF_CLIENT:
            continue
        if key in _OWN:
            attribute, reader, expected = _OWN[key]
            try:
                own[attribute] = reader(value)
            except (TypeError, ValueError):
                problems.append(f"{_PLACE}: {key}: {expected} is expected")
            continue
        try:
            configuration({key: value}, _PLACE, Path())
            table[key] = value
        except ConfigurationError as error:
            problems.append(str(error))
    return ClientSettings(table, problems=tuple(problems), **own)


def _kebab(name: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in name).replace(
        "_", "-"
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= float(value) < 1e12:
        raise ValueError
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


#: Settings that are about the editor: attribute, what reads the value, what is expected.
_OWN: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "delay": ("delay", lambda value: _number(value) / 1000, "a number of milliseconds"),
    "largest-document": ("largest", lambda value: int(_number(value)), "a number of characters"),
    "open-bodies": ("open_bodies", _flag, "true or false"),
}
