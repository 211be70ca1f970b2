"""What goes wrong on demand: which call is struck by which fault.

A `Fault` says what happens and to which calls; a `FaultPlan` is the armed faults of a running
sandbox, with their dice.  What the struck call then gets is made in `distortion`.  Nothing here
stores, answers or touches a socket.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from enum import StrEnum
from typing import Any

from ctct_migrate.late_dataclass import dataclass


class FaultKind(StrEnum):
    """What can go wrong.  The words are those of `--fault` and of the control endpoint."""

    LATENCY = "latency"  #: the answer takes `seconds` (and up to `jitter` more)
    SERVER_ERROR = "server-error"  #: `status` (500) with a JSON, HTML or empty body
    CLOSE_BEFORE = "close-before"  #: the connection is cut, and nothing was stored
    CLOSE_AFTER = "close-after"  #: the connection is cut, though the change was stored
    TRUNCATED = "truncated"  #: half of the JSON, as a complete HTTP message
    TRUNCATED_TRANSFER = "truncated-transfer"  #: half of the JSON, then the connection is cut
    HTML = "html"  #: the status of success with an HTML page
    NONSENSE = "nonsense"  #: the status of success with JSON that is not a resource
    EMPTY = "empty"  #: the status of success with no body
    OVER_QPS = "over-qps"  #: 403, the mashery error of too many calls in a second
    OVER_QUOTA = "over-quota"  #: 403, the mashery error of too many calls in a day
    INACTIVE_KEY = "inactive-key"  #: 403, the mashery error of a key that is not active
    EXPIRED_TOKEN = "expired-token"  #: 401
    INSUFFICIENT_SCOPE = "insufficient-scope"  #: 403, an HTML page: no permission to schedule
    REDIRECT = "redirect"  #: 302 (or `status`) to `location`, on another host


#: Faults whose call stored its change, unless `Fault.stored` says otherwise.
STORING = frozenset(
    {
        FaultKind.CLOSE_AFTER,
        FaultKind.TRUNCATED,
        FaultKind.TRUNCATED_TRANSFER,
        FaultKind.HTML,
        FaultKind.NONSENSE,
        FaultKind.EMPTY,
    }
)

#: Faults that strike some calls only, unless `Fault.match` says otherwise: what scheduling
#: permission is asked for (reference, v2-contract, Endpoints: campaign:activate).
_MATCHES = {FaultKind.INSUFFICIENT_SCOPE: r"^(POST|PUT|DELETE) .*/schedules(/[^/]*)?$"}

#: What a body of `server-error` can be.
BODIES = ("json", "html", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    kind         what
    match        regular expression, searched in `METHOD /v2/path` (no query); empty: every call,
                 but for `insufficient-scope` the calls that schedule
    after        so many matching calls are spared first
    times        so many calls are struck, then the fault is used up; None: without end
    probability  0 to 1: the chance of each matching call to be struck
    seconds      latency, in seconds; jitter is added to it, evenly spread from 0
    stored       whether the change is stored all the same; None: as the kind has it.  For
                 `latency`: whether the change is stored before the waiting, rather than after
    status       of server-error and redirect; None: 500 and 302
    body         of server-error: json, html or empty
    location     of redirect
    retry_after  a Retry-After header for the answer: seconds, or an HTTP date; empty: none
    reset        cut the connection with a TCP reset rather than an orderly end
    """

    kind: FaultKind
    match: str = ""
    after: int = 0
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    jitter: float = 0.0
    stored: bool | None = None
    status: int | None = None
    body: str = "json"
    location: str = "https://api.elsewhere.example/v2/"
    retry_after: str = ""
    reset: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}: expected 0 to 1")
        if not (self.seconds >= 0 and self.jitter >= 0):  # so that NaN is refused too
            raise ValueError("seconds and jitter cannot be negative")
        if self.after < 0 or (self.times is not None and self.times < 0):
            raise ValueError("after and times cannot be negative")
        if self.body not in BODIES:
            raise ValueError(f"body is {self.body!r}: expected one of {', '.join(BODIES)}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError(f"status is {self.status}: expected 200 to 599")
        if not (self.retry_after + self.location).isprintable():
            raise ValueError("retry_after and location are header values, on one line")
        try:
            re.compile(self.match)
        except re.error as error:
            raise ValueError(f"match is not a regular expression: {error}") from None

    @property
    def stores(self) -> bool:
        """Whether a struck call stores its change."""
        return self.kind in STORING if self.stored is None else self.stored

    def matches(self, call: str) -> bool:
        """Whether `call`, `METHOD /v2/path`, is one that this fault can strike."""
        return re.search(self.match or _MATCHES.get(self.kind, ""), call) is not None

    def to_json(self) -> dict[str, Any]:
        """The fault as a JSON object, defaults left out."""
        given = asdict(self)
        defaults = {f.name: f.default for f in fields(self) if f.default is not MISSING}
        return {name: given[name] for name in given if given[name] != defaults.get(name, MISSING)}

    @classmethod
    def from_json(cls, value: object) -> Fault:
        """The fault that a JSON object describes.  Raises ValueError, with a sentence for users,
        when it describes none."""
        if not isinstance(value, Mapping):
            raise ValueError("a fault is an object with a kind")
        unknown = [name for name in value if name not in _TYPES]
        if unknown:
            raise ValueError(f"a fault has no {unknown[0]!r}: expected {', '.join(_TYPES)}")
        for name, given in value.items():
            wanted = _TYPES[name]
            if not isinstance(given, wanted) or (isinstance(given, bool) and bool not in wanted):
                raise ValueError(f"{name} is {given!r}, which is of the wrong type")
        return cls(**{**value, "kind": kind(str(value.get("kind", "")))})

    @classmethod
    def parse(cls, text: str) -> Fault:
        """The fault that a command line's `KIND[,NAME=VALUE…]`, or a JSON object, describes.
        Raises ValueError, with a sentence for users, when it describes none."""
        if text.lstrip().startswith("{"):
            try:
                return cls.from_json(json.loads(text))
            except json.JSONDecodeError:
                raise ValueError("is not a JSON object") from None
        word, *settings = text.split(",")
        value: dict[str, Any] = {"kind": word.strip()}
        for setting in settings:
            name, equals, given = setting.partition("=")
            name = name.strip()
            if not equals or name not in _TYPES:
                raise ValueError(f"{setting!r} sets nothing: expected NAME=VALUE, {_NAMES}")
            value[name] = _parsed(name, given.strip())
        return cls.from_json(value)


#: The JSON types of a fault's properties.
_TYPES: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "match": (str,),
    "after": (int,),
    "times": (int, type(None)),
    "probability": (int, float),
    "seconds": (int, float),
    "jitter": (int, float),
    "stored": (bool, type(None)),
    "status": (int, type(None)),
    "body": (str,),
    "location": (str,),
    "retry_after": (str,),
    "reset": (bool,),
}
_NAMES = "NAME being one of " + ", ".join(name for name in _TYPES if name != "kind")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _parsed(name: str, text: str) -> object:
    """The value of a setting of the command line."""
    types = _TYPES[name]
    try:
        if bool in types:
            return _BOOLEANS[text.lower()]
        if float in types:
            return float(text)
        if int in types:
            return int(text)
    except (KeyError, ValueError):
        raise ValueError(f"{name}={text} is of the wrong type") from None
    return text


def kind(word: str) -> FaultKind:
    """The kind that is called `word`.  Raises ValueError, naming all, when there is none."""
    try:
        return FaultKind(word)
    except ValueError:
        raise ValueError(
            f"{word!r} is not a fault: expected one of {', '.join(FaultKind)}"
        ) from None


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens to one call: seconds to wait before and after the change, and the fault."""

    wait_before: float = 0.0
    wait_after: float = 0.0
    fault: Fault | None = None

    @property
    def name(self) -> str:
        """The kinds that struck, for the record of calls; empty when none did."""
        waited = [FaultKind.LATENCY] if self.wait_before or self.wait_after else []
        return "+".join([*waited, *([self.fault.kind] if self.fault else [])])


class FaultPlan:
    """The armed faults, in order.  Every latency that hits a call adds up; of the others the
    first that hits is the one that happens, and the rest are not used up by this call.  The same
    seed, faults and order of calls give the same strikes."""

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0):
        self._dice = random.Random(seed)
        self._armed: list[_Armed] = []
        self.arm(faults)

    def arm(self, faults: Iterable[Fault]) -> None:
        """Add faults behind those there are."""
        self._armed += [_Armed(fault) for fault in faults]

    def disarm(self) -> None:
        """Take all faults away."""
        self._armed.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """The faults in order, each with how many matching calls it has seen and struck."""
        return [
            {**armed.fault.to_json(), "seen": armed.seen, "struck": armed.struck}
            for armed in self._armed
        ]

    def strike(self, method: str, path: str, *, only_named: bool = False) -> Strike:
        """What happens to the next call, which counts as made.  `only_named`: faults that name no
        calls pass it over, since it is none of the API."""
        call = f"{method} {path}"
        waits = {False: 0.0, True: 0.0}
        chosen: Fault | None = None
        for armed in self._armed:
            fault = armed.fault
            if only_named and not fault.match:
                continue
            late = fault.kind is FaultKind.LATENCY
            ready = armed.sees(call)
            if not ready or (chosen is not None and not late) or not armed.hits(self._dice):
                continue
            if late:
                waits[fault.stores] += fault.seconds + fault.jitter * self._dice.random()
            else:
                chosen = fault
        return Strike(waits[False], waits[True], chosen)


class _Armed:
    """A fault with its counts."""

    __slots__ = ("fault", "seen", "struck")

    def __init__(self, fault: Fault):
        self.fault = fault
        self.seen = 0
        self.struck = 0

    def sees(self, call: str) -> bool:
        """Whether the fault can strike `call`, which is counted if it matches."""
        fault = self.fault
        if not fault.matches(call):
            return False
        self.seen += 1
        return self.seen > fault.after and (fault.times is None or self.struck < fault.times)

    def hits(self, dice: random.Random) -> bool:
        """Whether the dice let the fault strike, which is counted."""
        hit = self.fault.probability == 1 or dice.random() < self.fault.probability
        self.struck += hit
        return hit
