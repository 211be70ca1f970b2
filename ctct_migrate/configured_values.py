"""The settings of a configuration: what each is called, what it means, and how its value is read.

`SETTINGS` is the one list of them: the readers of `ctct-migrate.toml`, its JSON Schema and the options of
the command line are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.dates import time_zone
from ctct_migrate.mapping.rows import CHOICES, DEFAULT_TARGET, NO_CHOICES, labelled_elements
from ctct_migrate.payload import Shape
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.targets import targets_named


class ConfigurationError(Exception):
    """Something in a configuration is wrong; the message is one line that says where.

    keys  the setting that it is about, and the key in its table if it has one
    word  the value that is wrong, if it is one of several
    at    line and column in the file, 1-based and in characters; None where that is not known
    """

    def __init__(
        self,
        message: str,
        *,
        keys: tuple[str, ...] = (),
        word: str = "",
        at: tuple[int, int] | None = None,
    ):
        super().__init__(message)
        self.keys, self.word, self.at = keys, word, at

    def located(self, text: str, place: str, project: bool) -> ConfigurationError:
        """The same with line and column, in the text of the file that the message calls `place`."""
        from ctct_migrate.tomlplaces import place as found

        keys = ("tool", "ctct-migrate", *self.keys) if project else self.keys
        where = found(text, keys, self.word)
        if where is None:
            return self
        rest = str(self).removeprefix(place)
        message = f"{place}: line {where[0]}, column {where[1]}{rest}"
        return ConfigurationError(message, keys=self.keys, word=self.word, at=where)


def codes(selector: str) -> frozenset[str]:
    """The codes that `selector` stands for: a code or a name in any letter case, a family (`CT6`,
    `CT6xx`), or `ALL`.  Empty if it stands for none."""
    # Imported here since a run without a configuration, on a clean document, needs no rules.
    from ctct_migrate.rules.registry import codes_of

    return codes_of(selector)


def selected(selectors: Iterable[str], place: str) -> frozenset[str]:
    """The codes that the selectors stand for.  `ConfigurationError` for one that stands for none;
    `place` begins its message."""
    found: set[str] = set()
    for selector in selectors:
        stands_for = codes(selector)
        if not stands_for:
            raise ConfigurationError(
                f"{place}: there is no rule `{selector}`{nearest_rule(selector)}", word=selector
            )
        found |= stands_for
    return frozenset(found)


def nearest_rule(selector: str) -> str:
    """`; did you mean `CT310`?`, or where all of them are listed."""
    from ctct_migrate.rules.phrases import choice
    from ctct_migrate.rules.registry import near_rules

    near = near_rules(selector)
    if near:
        return f"; did you mean {choice(f'`{word}`' for word in near)}?"
    return "; `ctct-migrate rules` lists them"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean `ignore`?` for the nearest of `known`, or nothing if none is near."""
    near = nearest(word, known)
    return f"; did you mean `{near}`?" if near else ""


@contextmanager
def below(key: str) -> Iterator[None]:
    """Notes of an error inside which key it is about."""
    try:
        yield
    except ConfigurationError as error:
        error.keys = (key, *error.keys)
        raise


def read_selectors(value: Any, place: str) -> frozenset[str]:
    """The codes that an array of selectors stands for.  Raises `ConfigurationError`."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{place}: an array of strings is expected")
    return selected(value, place)


def _table(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: a table is expected")
    return value


def read_per_file_ignores(value: Any, place: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Globs with the codes that their selectors stand for.  Raises `ConfigurationError`."""
    found = []
    for glob, item in _table(value, place).items():
        with below(glob):
            found.append((glob, read_selectors(item, f'{place}: "{glob}"')))
    return tuple(found)


def read_severities(value: Any, place: str) -> dict[str, Severity]:
    """Severities by code; of two selectors for one code, the one for fewer codes counts.  Raises
    `ConfigurationError`."""
    found: dict[str, Severity] = {}
    table = _table(value, place)
    ordered = sorted(table.items(), key=lambda item: len(codes(item[0])), reverse=True)
    for selector, name in ordered:
        with below(selector):
            severity = Severity(
                _choice(name, [item.value for item in Severity], f"{place}: {selector}")
            )
            found |= dict.fromkeys(selected([selector], place), severity)
    return found


def _choice(value: Any, known: list[str], place: str) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{place}: a string is expected: {', '.join(known)}")
    if value not in known:
        near = did_you_mean(value, known) or f"; expected {', '.join(known)}"
        raise ConfigurationError(f"{place}: there is no `{value}`{near}")
    return value


def read_shape(value: Any, place: str) -> Shape:
    """The shape of that name.  Raises `ConfigurationError`."""
    return Shape(_choice(value, [shape.value for shape in Shape], place))


def read_target(value: Any, place: str) -> str:
    """The names of one or more targets, with commas between them.  Raises `ConfigurationError`."""
    if not isinstance(value, str | list) or not all(isinstance(each, str) for each in value):
        raise ConfigurationError(f"{place}: a string is expected, such as {DEFAULT_TARGET}")
    try:
        return ",".join(targets_named(value))
    except ValueError as error:
        raise ConfigurationError(f"{place}: {error}") from error


def _chosen(name: str) -> Callable[[Any, str], str]:
    """What reads a choice."""
    known = [each for each in CHOICES[name] if each]
    return (lambda value, place: _choice(value, known, place)) if known else read_text


def read_custom_fields(value: Any, place: str) -> tuple[tuple[str, str], ...]:
    """Labels by the names of v1's elements."""
    found = []
    for name, label in _table(value, place).items():
        with below(name):
            if name not in labelled_elements():
                near = did_you_mean(name, labelled_elements())
                raise ConfigurationError(f"{place}: no element `{name}` goes into one{near}")
            found.append((name, read_text(label, f"{place}: {name}").strip()))
    return tuple(found)


def read_text(value: Any, place: str) -> str:
    """A text as it is.  Raises `ConfigurationError` for what is not a string."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{place}: a string is expected")
    return value


def read_time_zone(value: Any, place: str) -> str:
    """The name of a time zone, if there is one.  Raises `ConfigurationError`."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{place}: a string is expected, such as Europe/Berlin or +02:00")
    try:
        time_zone(value)
    except ValueError as error:
        from zoneinfo import available_timezones

        message = f"there is no time zone `{value}`"
        near = did_you_mean(value, available_timezones())
        raise ConfigurationError(f"{place}: {message + near if near else error}") from error
    return value


class Setting(NamedTuple):
    """One setting of a configuration's file.

    attribute  of `Configuration`, or of `Choices`
    reader     what reads its value; it is given the place that begins the messages of its errors
    meaning    one sentence for users, with a full stop
    """

    attribute: str
    reader: Callable[[Any, str], Any]
    meaning: str


#: What each of `CHOICES` is for.
CHOICE_MEANINGS = {
    "address_type": "What kind of postal address contacts have, which v1 does not say "
    f"({NO_CHOICES.address_type}, unless the configuration says otherwise).",
    "opt_in_by": "Send every contact as the act of the account's owner, so that nobody gets a "
    "welcome e-mail.",
    "greeting_word": "v3: what stands in a greeting for somebody whose name is not known "
    "(the last word of v1's general greeting, or `reader`).",
    "format_type": "v3: how the campaign that is updated was made: 1 in v1 or v2, 5 in v3, 2 in an "
    f"editor ({NO_CHOICES.format_type}).",
    "permission_reminder": "v3: put the permission reminder into the content, as a paragraph.",
    "event_time_zone": "v2: the time zone of events, such as US/Eastern, without which they can be "
    "recorded and not created.",
    "event_contact": "v2: the name of who holds the events, without which they can be recorded and "
    "not created.",
}

#: Every setting, by its name in the file.
SETTINGS: Mapping[str, Setting] = {
    "select": Setting(
        "select", read_selectors,
        "Report only these: codes, families such as CT6, names, or ALL.",
    ),
    "ignore": Setting(
        "ignore", read_selectors,
        "Never report these, also of those selected: codes, families such as CT6, names, or ALL.",
    ),
    "per-file-ignores": Setting(
        "per_file_ignores", read_per_file_ignores,
        "What is not reported in some files: by globs, relative to the folder of the configuration.",
    ),
    "severity": Setting(
        "severities", read_severities,
        "How severe a mistake is called, by code, family or name.",
    ),
    "time-zone": Setting(
        "time_zone", read_time_zone,
        "Zone of dates that name none: Europe/Berlin, +02:00 or Z.",
    ),
    "shape": Setting(
        "shape", read_shape,
        "What documents are checked for: to create (a POST), to update (a PUT), or to be kept as a "
        "record.",
    ),
    "target": Setting(
        "target", read_target,
        f"The API that documents are meant for ({DEFAULT_TARGET}, where nothing is said); lint takes "
        "several.",
    ),
    "client-id": Setting(
        "client_id", read_text,
        "The application that `login` logs in with.",
    ),
    "redirect-uri": Setting(
        "redirect_uri", read_text,
        "Where the browser comes back to after a log-in, as registered with the application.",
    ),
    **{
        name.replace("_", "-"): Setting(name, _chosen(name), CHOICE_MEANINGS[name])
        for name in CHOICES
    },
    "custom-fields": Setting(
        "custom_fields", read_custom_fields,
        "v3: the custom field that takes the value of CustomField1 to CustomField15, or of "
        "MiddleName, by its label in the account; an empty label leaves the value out.",
    ),
}  # fmt: skip
