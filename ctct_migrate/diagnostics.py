"""What is said about a document: plain frozen values.

A `Rule` is an entry of the catalogue: what can be said at all.  A `Diagnostic` is one mistake in
one document.  Nothing here reads a document or prints anything; wording stands with the rules,
layout with the renderers.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Span
from ctct_migrate.visible import shown


class Severity(StrEnum):
    """How bad it is.  Only errors make the exit status 1."""

    ERROR = "error"  #: v1's or v2's server would refuse it, or the conversion would be wrong
    WARNING = "warning"  #: accepted, but does not do what its author thinks, or is changed
    INFO = "info"  #: dropped without harm


class Concern(StrEnum):
    """What a mistake is about, and so whether an error stands in the way of a conversion."""

    CONVERSION = "conversion"  #: the target's body would be wrong, incomplete or guessed
    #: The v1 document alone: its server would refuse it, or it does not do what its author meant.
    #: The target's body is right all the same.
    V1 = "v1"
    SENDING = "sending"  #: what is sent with the body: it is made, and is not sent


class Marking(StrEnum):
    """How an editor marks the text that a rule is about, besides underlining it."""

    NONE = ""  #: it is underlined alone
    UNNECESSARY = "unnecessary"  #: it goes nowhere, or has no effect: it is faded
    DEPRECATED = "deprecated"  #: the target takes it no more: it is struck through


class Safety(StrEnum):
    """Whether a fix may be applied unasked."""

    SAFE = "safe"  #: the meaning is certain
    UNSAFE = "unsafe"  #: a guess


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes `offset` up to `end_offset` (0-based, of the file) by `text`."""

    offset: int
    end_offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that fix a mistake together: all or none.  `title` is an imperative sentence."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a diagnostic points at, with what stands there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One code of the catalogue; the text of `explain`, of the documentation's page and of
    SARIF's rule are made from it.

    code      `CT310`; never changes its meaning once released
    name      kebab-case, as unique as the code
    severity  what its diagnostics have unless a shape or the configuration says otherwise
    summary   one line, in the user's terms, without a full stop
    why       what goes wrong if it is left alone
    bad, good examples, which the tests run: children of `Campaign` or of `entry`, that replace
              their namesakes in a document that is otherwise right (`<!-- no Name -->` takes
              one away), or a whole document
    how       how to fix it
    fact      where that is from: a heading of the reference, or a section of an RFC
    since     the release that it came with
    element   path of the element whose allowed values belong to the explanation
              (`Campaign/GreetingName`), or `v2` for the limits of the v2 contract; may be empty
    allowed   those values, each with its meaning; the catalogue reads them from the schemas
    target    name of the API that the rule is about, for which its examples are; empty for any
    concern   what the mistake is about, unless a diagnostic says otherwise: an error that concerns
              v1 alone does not stop a conversion
    marking   how editors mark the text that it is about
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    bad: str
    good: str
    how: str
    fact: str
    since: str = "0.1.0"
    element: str = ""
    allowed: tuple[str, ...] = ()
    target: str = ""
    concern: Concern = Concern.CONVERSION
    marking: Marking = Marking.NONE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in one document.

    path     what the user knows the document by
    entry    0-based number of the entry in a feed, else None
    span     the guilty text; where something is missing, what makes it necessary, or an empty
             span at the place to insert at
    message  what is wrong with this document, with the offending text
    label    what was expected, shown beside the caret; may be empty
    help     sentences that say what to do
    element  `entry/content/Campaign/GreetingName`: plain names, no namespaces, no positions
    fixes    best first
    labels   further places, for text output alone
    concern  what it is about: as its rule says, unless the document decides it
    targets  names of the APIs that it is about; empty where it holds whatever a document is meant for
    members  the diagnostics that it stands for, where several with one cause were joined: each has
             its own part of the fixes
    """

    path: str
    entry: int | None
    span: Span
    severity: Severity
    code: str
    name: str
    message: str
    label: str = ""
    help: tuple[str, ...] = ()
    element: str = ""
    fixes: tuple[Fix, ...] = ()
    labels: tuple[Label, ...] = ()

    def __str__(self) -> str:
        """The concise line, `a.xml:23:21: CT310 error: …`, on one line and with control characters
        drawn, so that it can be printed whatever the document holds."""
        start = self.span.start
        return shown(
            f"{self.path}:{start.line}:{start.column}: "
            f"{self.code} {self.severity.value}: {self.message}"
        )

    concern: Concern = Concern.CONVERSION
    targets: tuple[str, ...] = ()
    members: tuple[Diagnostic, ...] = field(default=(), repr=False)

    @property
    def stops_conversion(self) -> bool:
        """Whether the entry that it is about, or the whole document where it is about no entry,
        yields no body because of it."""
        return self.severity is Severity.ERROR and self.concern is Concern.CONVERSION
