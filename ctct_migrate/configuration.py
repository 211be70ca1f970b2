"""What a project asks of the linter: which rules, how severe, where not, for which time zone, shape
and target.

A `Configuration` is read from `ctct-migrate.toml`, or the table `[tool.ctct-migrate]` of a
`pyproject.toml`; command line options are laid over it.  It is applied to diagnostics, a pure
function; rules do not know of it.  Text comes in here, values go out: finding and opening the
files stands with the command line.

    select = ["CT3", "CT610"]           # only these; a code, the beginning of one, a name, or ALL
    ignore = ["greeting-name"]          # never these, also of those selected
    time-zone = "America/New_York"      # of dates that say none
    shape = "update"                    # what documents are checked for
    target = "v2"                       # the API that they are converted for
    address-type = "BUSINESS"           # what kind of postal address contacts have
    opt-in-by = "owner"                 # contacts are sent as the act of the account's owner
    client-id = "0a1b…"                 # the application that `login` logs in with
    redirect-uri = "http://localhost:8910/callback"  # where it comes back to, as registered

    [severity]
    CT610 = "error"

    [per-file-ignores]                  # globs, relative to the configuration's folder
    "archive/**" = ["CT6"]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import tzinfo
from functools import cache
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from ctct_migrate.configured_values import (
    SETTINGS,
    ConfigurationError,
    below,
    did_you_mean,
    read_target,
    read_time_zone,
    selected,
)
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import time_zone
from ctct_migrate.mapping.rows import CHOICES, DEFAULT_TARGET, NO_CHOICES, Choices
from ctct_migrate.payload import Shape

__all__ = [
    "OWN_FILE",
    "PROJECT_FILE",
    "Configuration",
    "ConfigurationError",
    "configuration",
    "parsed",
]

#: Names of the files, the more particular one first.
OWN_FILE = "ctct-migrate.toml"
PROJECT_FILE = "pyproject.toml"

_HERE = PurePath()


#: What a project's file has if it has our table, however that is spelt: `[tool.ctct-migrate]`, a
#: dotted key, or a table `tool` that holds it.  A mere mention of the program is none.
_MAY_BE_OURS = late_compile(rb"""\btool["']?[ \t]*(?:\.[ \t]*["']?ctct-migrate|[]=])""")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is asked for; the default asks for everything as it is.

    select            codes that are reported, None for all
    ignore            codes that are not
    per_file_ignores  for each glob, codes that are not reported in files that it matches
    severities        severities that differ from the rule's
    time_zone         an IANA name, `Z` or `+02:00`: of dates that say none
    shape             what documents are checked for
    target            name of the API that they are meant for; of several, in which `lint` alone can
                      check them in one run, with commas between them
    choices           what documents leave open, and the user says
    client_id         the application that people log in with; empty where nothing is said
    redirect_uri      where a browser comes back to after a log-in; empty where nothing is said
    root              the folder that globs are relative to
    """

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    time_zone: str | None = None
    shape: Shape | None = None
    target: str = DEFAULT_TARGET
    choices: Choices = NO_CHOICES
    client_id: str = ""
    redirect_uri: str = ""
    root: PurePath = _HERE

    def with_options(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        time_zone: str | None = None,
        target: str | None = None,
        choices: Mapping[str, Any] = MappingProxyType({}),
    ) -> Configuration:
        """With what a command line says: its `ignore` is added, all else replaces the
        configuration's.  Raises `ConfigurationError`."""
        return replace(
            self,
            select=selected(select, "--select") or self.select,
            ignore=self.ignore | selected(ignore, "--ignore"),
            time_zone=self.time_zone
            if time_zone is None
            else read_time_zone(time_zone, "--time-zone"),
            target=self.target if target is None else read_target(target, "--target"),
            choices=_choices(self.choices, choices, "--custom-field"),
        )

    @property
    def zone(self) -> tzinfo | None:
        """`time_zone` as Python has it."""
        return None if self.time_zone is None else time_zone(self.time_zone)

    def applied(self, diagnostics: Iterable[Diagnostic], path: PurePath) -> list[Diagnostic]:
        """Those of `diagnostics` that are wanted, in their order, as severe as is asked for.
        `path` is that of the file, absolute or relative to the same folder as `root`."""
        ignored = self.ignore | self._ignored_in(path)
        return [
            self._weighed(diagnostic)
            for diagnostic in diagnostics
            if (self.select is None or diagnostic.code in self.select)
            and diagnostic.code not in ignored
        ]

    def _weighed(self, diagnostic: Diagnostic) -> Diagnostic:
        severity = self.severities.get(diagnostic.code, diagnostic.severity)
        if severity is diagnostic.severity:
            return diagnostic
        return replace(diagnostic, severity=severity)

    def _ignored_in(self, path: PurePath) -> frozenset[str]:
        codes = (codes for glob, codes in self.per_file_ignores if self._matches(glob, path))
        return frozenset().union(*codes)

    def _matches(self, glob: str, path: PurePath) -> bool:
        below = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return _pattern(glob).fullmatch(below.as_posix()) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression over a path with `/`: `*` and `?` stay within a name, `**`
    does not; a glob without `/` matches the name in any folder, one that ends with `/` all below
    a folder."""
    glob = glob.removeprefix("./")
    if glob.endswith("/"):
        glob += "**"
    if "/" not in glob:
        glob = f"**/{glob}"
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\])", glob)
    return re.compile("".join(_GLOB.get(piece) or _bracket(piece) for piece in pieces), re.S)


_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _bracket(piece: str) -> str:
    if len(piece) < 3 or not (piece.startswith("[") and piece.endswith("]")):
        return re.escape(piece)
    negated = piece.startswith("[!")
    members = re.sub(r"([\\\[\]^&~|])", r"\\\1", piece[1 + negated : -1])
    return f"[{'^/' if negated else ''}{members}]"


def parsed(text: bytes, place: str, root: PurePath) -> Configuration | None:
    """The configuration in the TOML `text` of the file `place`, of which only the table
    `tool.ctct-migrate` counts if its name is `pyproject.toml`; None if that has no such table.
    Raises `ConfigurationError`."""
    project = PurePath(place).name == PROJECT_FILE
    if project and not _MAY_BE_OURS.search(text):
        return None  # before tomllib is imported: most projects' files are none of our business
    table: Any = _toml(text, place)
    if project:
        tools = table.get("tool", {})
        table = tools.get("ctct-migrate") if isinstance(tools, dict) else None
        if table is None:
            return None
        place = f"{place} [tool.ctct-migrate]"
    if not isinstance(table, dict):
        raise ConfigurationError(f"{place}: a table is expected")
    try:
        return configuration(table, place, root)
    except ConfigurationError as error:
        raise error.located(text.decode("utf-8-sig"), place, project) from error


def _toml(text: bytes, place: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        before = text[text.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8-sig", "replace")) + 1
        raise ConfigurationError(
            f"{place}: line {line}, column {column}: this is not UTF-8", at=(line, column)
        ) from error
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).removesuffix(")").rpartition(" (at ")
        if where == "end of document":
            lines = text.decode("utf-8-sig").split("\n")
            where = f"line {len(lines)}, column {len(lines[-1]) + 1} (its end)"
        what = f"{what[:1].lower()}{what[1:]}"
        line, column = (int(number) for number in re.findall(r"\d+", where)[:2])
        raise ConfigurationError(
            f"{place}: {where}: this is not TOML: {what}", at=(line, column)
        ) from error


def configuration(
    table: Mapping[str, Any], place: str, root: PurePath, base: Configuration | None = None
) -> Configuration:
    """The configuration that a table of settings describes; `place` begins the messages of its
    errors.  What the table does not say is as in `base`, which keeps its own `root`.  Raises
    `ConfigurationError`."""
    settings: dict[str, Any] = {}
    for key, value in table.items():
        if key not in SETTINGS:
            near = did_you_mean(key, SETTINGS) or f"; there are {', '.join(SETTINGS)}"
            raise ConfigurationError(f"{place}: there is no setting `{key}`{near}", keys=(key,))
        setting = SETTINGS[key]
        with below(key):
            settings[setting.attribute] = setting.reader(value, f"{place}: {key}")
    names = (*CHOICES, "custom_fields")
    chosen = {name: settings.pop(name) for name in names if name in settings}
    known = Configuration(root=root) if base is None else base
    choices = _choices(known.choices, chosen, f"{place}: custom-fields")
    return replace(known, choices=choices, **settings)


def _choices(choices: Choices, chosen: Mapping[str, Any], place: str) -> Choices:
    """`choices` with others; what is wrong with them together is about custom fields."""
    try:
        return choices.chosen(chosen)
    except ValueError as error:
        raise ConfigurationError(f"{place}: {error}") from error
