"""CT203 to CT215, the parts that an entry, a feed, and the copy of a feed in an entry's `source` have
alike: `id`, `updated`, `title`, an author's `name`, links.

One function serves all three; which part stands where is for `envelope` and `remainder` to find.
Facts: reference, v1-atom, "The envelope"; RFC 4287, 4.1.1, 4.1.2 and 4.2.11.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.mapping.dates import Oddity, read_date
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Reporter, value_place
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import clip, listing, quoted
from ctct_migrate.rules.values.date_values import date_mistake
from ctct_migrate.unseen import called, unseen_in, without_nothing
from ctct_migrate.v1 import vocabulary

_ENVELOPE = "reference, v1-atom, The envelope"

#: How v1 answered most mistakes in the envelope.
VAGUE = "v1 answered it with its vaguest 400: errors in the common Atom sections, such as feed, id, author or updated."

MISSING_ID = Rule(
    "CT203", "missing-id", Severity.ERROR,
    summary="The entry has no id", why=VAGUE, bad="<!-- no id -->", good="<id>data:,none</id>",
    how="Add an `id`. For something new any URI serves, such as `data:,none`; for an update it is the resource's own URI.",
    fact=_ENVELOPE,
    concern=Concern.V1,
)  # fmt: skip
BAD_ID = Rule(
    "CT204", "bad-id", Severity.ERROR,
    summary="The entry's id is not a URI", why="A bare number such as `2` was rejected with a 400.",
    bad="<id>2</id>", good="<id>data:,none</id>",
    how="Write a URI. For something new `data:,none` serves; for an update the resource's own URI.", fact=_ENVELOPE,
    concern=Concern.V1,
)  # fmt: skip
MISSING_UPDATED = Rule(
    "CT205", "missing-updated", Severity.ERROR,
    summary="The entry has no updated date", why=VAGUE,
    bad="<!-- no updated -->", good="<updated>2010-09-28T05:22:42.000Z</updated>",
    how="Add an `updated` with any RFC 3339 date-time: the server ignores its value.", fact=_ENVELOPE,
    concern=Concern.V1,
)  # fmt: skip
BAD_UPDATED = Rule(
    "CT206", "bad-updated", Severity.ERROR,
    summary="The entry's updated date is not an RFC 3339 date-time", why=VAGUE,
    bad="<updated>28/09/2010</updated>", good="<updated>2010-09-28T05:22:42.000Z</updated>",
    how="Write date, `T`, time and zone: `2010-09-28T05:22:42.000Z`. The server ignores which time it is.",
    fact=f"{_ENVELOPE}; Dates; RFC 3339, 5.6",
    concern=Concern.V1,
)  # fmt: skip
MISSING_TITLE = Rule(
    "CT207", "missing-title", Severity.ERROR,
    summary="The entry has no title", why=VAGUE,
    bad="<!-- no title -->", good='<title type="text"></title>',
    how="Add a `title`; it may be empty.", fact=_ENVELOPE,
    concern=Concern.V1,
)  # fmt: skip
MISSING_AUTHOR_NAME = Rule(
    "CT209", "missing-author-name", Severity.ERROR,
    summary="The author has no name",
    why="The documentation lets an author be empty on contacts and lists; on campaigns and schedules a missing name is a known cause of failure.",
    bad="<author></author>", good="<author><name>Constant Contact</name></author>",
    how="Write `<author><name>Constant Contact</name></author>`.", fact=f"{_ENVELOPE}: author",
    concern=Concern.V1,
)  # fmt: skip
BAD_LINK = Rule(
    "CT215", "bad-link", Severity.WARNING,
    summary="A link without its target", why="A link says where the resource is by its `href`; without one it says nothing, and a schedule's campaign may have to be read from it.",
    bad='<link rel="edit"/>', good='<link href="/ws/customers/joe/campaigns/1" rel="edit"/>',
    how="Add the `href`, or delete the link.", fact=f"{_ENVELOPE}; RFC 4287, 4.2.7.1",
    concern=Concern.V1,
)  # fmt: skip

RULES = (
    MISSING_ID, BAD_ID, MISSING_UPDATED, BAD_UPDATED, MISSING_TITLE, MISSING_AUTHOR_NAME, BAD_LINK,
)  # fmt: skip


#: The documented filler for the id of something new (reference, v1-atom, The envelope).
FILLER_ID = "data:,none"

#: The author that support advised (reference, v1-atom, The envelope).
AUTHOR_NAME = "Constant Contact"

#: What is plainly no real date: the server ignores which one it is.
FILLER_DATE = "1970-01-01T00:00:00.000Z"


def markup_of(parent: Element, name: str, inner: str, attributes: str = "") -> str:
    """The markup of a child of `parent`, under the prefix that `parent` has itself."""
    qname = f"{parent.prefix}:{name}" if parent.prefix else name
    return f"<{qname}{attributes}>{inner}</{qname}>"


def missing(
    report: Reporter, parent: Element, rule: Rule, name: str, markup: str, edit: EditText, *,
    label: str = "",
) -> Diagnostic:  # fmt: skip
    """The part `name` of `parent` is not there; `edit` puts `markup` in."""
    shown = clip(markup, 70)
    return report.at(
        rule, edit[0], edit[0], f"`{parent.name}` has no `{name}`", label=label or f"expected `{shown}`",
        help=(rule.how,), element=f"{parent.path}/{name}", fixes=report.fix(f"Add `{shown}`", edit),
    )  # fmt: skip


def is_uri(text: str) -> bool:
    """Whether `text` is a URI as the envelope's `id` has to be one: as the XSD has it."""
    fact = vocabulary().element("entry", "id")
    return fact is not None and fact.type is not None and fact.type.accepts(text)


def check_id(
    report: Reporter, element: Element, own: str | None, concern: Concern | None = None
) -> Iterator[Diagnostic]:
    """What is wrong with an `id`; `own` is the resource's URI, escaped for text, where the document
    gives it elsewhere.  `concern` replaces the rule's."""
    if element.elements:
        return
    value = element.text.strip()
    if is_uri(element.text):
        return
    uri = own or FILLER_ID
    message = f"{quoted(value)} is not a URI" if value else "`id` is empty"
    yield report.at(
        BAD_ID, *_place(report, element), message, label=f"expected a URI such as `{clip(uri, 90)}`",
        help=(BAD_ID.how,), element=element.path,
        fixes=_fill(report, element, f"Write `{clip(uri, 60)}`", uri, Safety.SAFE if own else Safety.UNSAFE),
        concern=concern,
    )  # fmt: skip


def check_updated(report: Reporter, element: Element, known: str) -> Iterator[Diagnostic]:
    """What is wrong with an `updated`; `known` is a right date to put in its place."""
    if element.elements:
        return
    value = element.text.strip()
    if not value:
        yield report.at(
            BAD_UPDATED, *_place(report, element), "`updated` is empty", label=f"expected a date-time such as `{known}`",
            help=(BAD_UPDATED.how,), element=element.path,
            fixes=_fill(report, element, f"Write `{known}`", known, Safety.SAFE),
        )  # fmt: skip
        return
    seen = without_nothing(value)
    mistake = date_mistake(seen)
    if mistake is None:
        yield from _beside_date(report, element, seen)
        return
    right = mistake.replacement or known
    safety = Safety.SAFE if mistake.replacement else Safety.UNSAFE
    severity = _severity_of_date(value)
    yield report.at(
        BAD_UPDATED, *_place(report, element), mistake.message, label=mistake.label,
        help=(*mistake.help, _IGNORED if severity is None else _TAKEN),
        element=element.path, fixes=_fill(report, element, f"Write `{right}`", right, safety),
        severity=severity,
    )  # fmt: skip


def _beside_date(report: Reporter, element: Element, value: str) -> Iterator[Diagnostic]:
    """What is said of characters around or in a date that a reader does not see."""
    if element.text.strip(" \t\r\n") != value:
        yield report.at(
            BAD_UPDATED, *_place(report, element), f"`updated` holds {listing(map(called, unseen_in(element.text)))} beside its date",
            label=f"expected `{value}` alone", help=(_IGNORED,), element=element.path,
            fixes=_fill(report, element, f"Write `{value}`", value, Safety.SAFE),
        )  # fmt: skip


#: What the server made of the value of `updated`.
_IGNORED = "the server ignores which time `updated` says, but not how it is written"
_TAKEN = "v1 took it: the server ignores which time `updated` says"

#: What a date has that v1 took for `updated`, though RFC 4287 does not: a date alone, which the
#: documentation calls enough (reference, v1-atom, "What v1 minded and what it did not"); and more
#: digits in the fraction than v2 keeps, which RFC 3339 allows and .NET writes; and the colon before
#: the fraction that the ColdFusion wrapper wrote (reference, v1-resources, What clients wrote).
_TOLERATED = (
    frozenset({Oddity.NO_TIME, Oddity.NO_ZONE}),
    frozenset({Oddity.LONG_FRACTION}),
    frozenset({Oddity.COLON_FRACTION}),
)


def _severity_of_date(value: str) -> Severity | None:
    """A warning for a date that v1 took; None for the rule's own severity."""
    return Severity.WARNING if frozenset(read_date(value).oddities) in _TOLERATED else None


def check_name(report: Reporter, element: Element) -> Iterator[Diagnostic]:
    """Whether the `name` of an author or contributor is empty."""
    if element.elements or element.filled:
        return
    if element.parent is not None and element.parent.name == "contributor":
        yield report.at(
            MISSING_AUTHOR_NAME, *_place(report, element), "the contributor's `name` is empty", label="expected a name",
            help=("write the name, or delete the contributor",), element=element.path, severity=Severity.WARNING,
        )  # fmt: skip
        return
    yield report.at(
        MISSING_AUTHOR_NAME, *_place(report, element), "the author's `name` is empty", label="expected `Constant Contact`",
        help=(MISSING_AUTHOR_NAME.how,), element=element.path,
        fixes=_fill(report, element, "Write `Constant Contact`", "Constant Contact", Safety.SAFE),
    )  # fmt: skip


def check_link(report: Reporter, element: Element) -> Iterator[Diagnostic]:
    """Whether a `link` lacks its target.  A misspelt `href` is reported as that."""
    if nearest("href", [attribute.name for attribute in element.attributes]) is None:
        yield report.at(
            BAD_LINK, element.name_start, element.name_end, "this link has no `href`", label="expected `href=\"…\"`",
            help=(BAD_LINK.how,), element=element.path,
        )  # fmt: skip


def _place(report: Reporter, element: Element) -> tuple[int, int]:
    return value_place(report.source.text, element)


def _fill(
    report: Reporter, element: Element, title: str, value: str, safety: Safety
) -> tuple[Fix, ...]:
    """A fix that makes `value` (escaped) the text of an element."""
    if element.self_closing:
        slash = report.source.text.rindex("/", element.start, element.open_end)
        edit = (slash, element.open_end, f">{value}</{element.qname}>")
    elif len(element.filled) > 1 or any(run.cdata for run in element.texts):
        edit = (element.open_end, element.close_start, value)
    else:
        edit = (*_place(report, element), value)
    return report.fix(title, edit, safety=safety)
