"""CT306: text between elements, where none belongs, and what it was meant to be: an address without
its element, numbers for elements that name a resource, a no-break space, or what a slip of a finger
left.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import resolve
from ctct_migrate.reader.tree import Element, Text
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context, Reporter, trimmed
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.rules.values.uris import elements_of_numbers, resource_of, uri_attribute
from ctct_migrate.v1 import ElementFact, vocabulary
from ctct_migrate.v1.lexicon import lexicon

STRAY_TEXT = Rule(
    "CT306", "stray-text", Severity.ERROR,
    summary="Text between elements, where none belongs",
    why="Text directly inside `Campaign` or `entry` belongs to no element and would be lost.",
    bad="Spring sale\n<Name>Spring sale</Name>", good="<Name>Spring sale</Name>",
    how="Put it into the element that it belongs to, or delete it.", fact="reference, v1-atom, Campaign",
)  # fmt: skip

#: The element that holds an e-mail address, where another stands for it (`FromEmail`).
ADDRESS = "EmailAddress"

#: Elements that hold neither text nor elements.
EMPTY = ("link", "category")

#: What a slip of a finger leaves between elements; alone it says nothing that deleting could lose.
_SLIPS = frozenset("<>\"'/=&;")


def stray_text(context: Context, element: Element, path: str, name: str) -> Iterator[Diagnostic]:
    """What is said of text in an element that holds elements alone: one diagnostic or none.

    path   where the element is meant to be, `Campaign/FromEmail`
    name   its right name
    """
    runs = element.filled
    if not runs:
        yield from blank_references(context.report, element, name)
        return
    root, _, below = path.partition("/")
    fact = vocabulary().element(root, below)
    own = uri_attribute(fact) if fact is not None else None
    if own is not None and element.attribute(own.name) is None and not element.elements:
        return  # reported as what its `id` should say
    start, end = _line_of(context.source.text, runs[0])
    more = f" (and in {plural(len(runs) - 1, 'more place')})" if len(runs) > 1 else ""
    value = runs[0].value.strip()
    fixes: tuple[Fix, ...] = ()
    if len(runs) == 1 and value in _SLIPS and not runs[0].cdata and end - start == 1:
        if value == "&" and context.document.root is None:
            return  # the family of broken XML says so
        fixes = context.report.fix("Delete it", (start, end, ""))
    if len(runs) == 1 and ADDRESS in lexicon().children(path) and "@" in value:
        yield _address(context, element, name, runs[0])
        return
    listed = _listed_by_uri(fact) if fact is not None else None
    if listed is not None and not element.elements and len(runs) == 1 and not runs[0].cdata:
        yield _numbers_for_elements(context, element, listed, runs[0])
        return
    harmless = len(runs) == 1 and not runs[0].cdata and _is_filler(context, element, value)
    if harmless:
        fixes = context.report.fix("Delete it", (start, end, ""))
    where, what = f"between the elements of `{name}`", "only elements may stand here"
    if name in EMPTY:
        where, what = f"in `{name}`, which says all in its attributes", "no text here"
    yield context.report.at(
        STRAY_TEXT, start, end, f"text stands {where}: {quoted(value)}{more}",
        label=what, help=(STRAY_TEXT.how,), element=element.path, fixes=fixes,
        severity=Severity.WARNING if harmless else None, concern=Concern.V1 if harmless else None,
    )  # fmt: skip


#: A reference to a character by its number.
_NUMBERED = late_compile(r"&#(?:[0-9]+|x[0-9A-Fa-f]+);")


def blank_references(report: Reporter, element: Element, name: str) -> Iterator[Diagnostic]:
    """What is said of references such as `&#160;` in an element that holds elements alone and no other
    text: one diagnostic or none.  Where the characters themselves stand, CT121 says so."""
    found = [
        (*each.span(), resolve(each[0]))
        for run in element.texts
        if run.is_blank and run.value.strip(" \t\r\n") and not run.cdata
        for each in _NUMBERED.finditer(report.source.text, run.start, run.end)
    ]
    places = [(start, end) for start, end, value in found if value.strip(" \t\r\n")]
    if not places:
        return
    start, end = places[0]
    text, more = report.source.text, len(places) - 1
    written = quoted(text[start:end]) + (f" (and {more} more)" if more else "")
    yield report.at(
        STRAY_TEXT, start, end, f"{written} {'stand' if more else 'stands'} between the elements of `{name}`",
        label="looks like white space, and is text for XML", help=("write an ordinary space, or nothing",),
        element=element.path,
        fixes=report.fix("Write ordinary spaces" if more else "Write an ordinary space", *((*each, " ") for each in places)),
    )  # fmt: skip


def _is_filler(context: Context, element: Element, text: str) -> bool:
    """Whether a text in the payload itself is one that clients wrote and that says nothing."""
    resource = RESOURCES.get(context.resource or "")
    return resource is not None and element is context.payload and text in resource.filler_texts


def _listed_by_uri(fact: ElementFact) -> ElementFact | None:
    """The element that alone may stand in another, any number of times, and names a resource by
    its URI: `ContactList` in `ContactLists`; None where there is none."""
    if len(fact.children) != 1:
        return None
    child = vocabulary().element(fact.root, f"{fact.path}/{fact.children[0]}".lstrip("/"))
    if child is None or not child.repeatable:
        return None
    return child if uri_attribute(child) is not None else None


def _numbers_for_elements(
    context: Context, element: Element, listed: ElementFact, run: Text
) -> Diagnostic:
    """What is said of an element that holds numbers, or other text, in place of elements."""
    start, end = _line_of(context.source.text, run)
    value, attribute = run.value.strip(), uri_attribute(listed)
    resource = resource_of(attribute.type) if attribute is not None else None
    assert attribute is not None
    assert resource is not None
    each = resource.noun.rpartition(" ")[2]
    markup = elements_of_numbers(context, element, value, listed)
    edit = (*trimmed(context.source.text, run), markup or "")
    return context.report.at(
        STRAY_TEXT, start, end, f"`{element.name}` holds {quoted(value)}, not `{listed.name}` elements",
        label=f'expected `<{listed.name} {attribute.name}="…/{resource.collection}/1"/>` for each {each}',
        help=(f"write a `{listed.name}` for each {each}, with the {each}'s URI as its `{attribute.name}`",),
        element=element.path,
        fixes=context.report.fix(f"Write a `{listed.name}` for each number", edit) if markup else (),
    )  # fmt: skip


def _line_of(text: str, run: Text) -> tuple[int, int]:
    start, end = trimmed(text, run)
    newline = text.find("\n", start, end)
    return start, end if newline < 0 else start + len(text[start:newline].rstrip())


def _address(context: Context, element: Element, name: str, run: Text) -> Diagnostic:
    """What is said of an e-mail address as text where v1 has an element for it."""
    written, value = element.child(ADDRESS), run.value.strip()
    start, end = trimmed(context.source.text, run)
    message, how = f"`{name}` holds {quoted(value)} as text", f"put it into an `{ADDRESS}`"
    if written is None:
        first, last = (run.start, run.end) if run.cdata else (start, end)
        fixes = context.report.fix(
            f"Put it into an `{ADDRESS}`", (first, first, f"<{ADDRESS}>"), (last, last, f"</{ADDRESS}>")
        )  # fmt: skip
    elif written.text.strip() == value:
        message += f", and in its `{ADDRESS}`"
        fixes, how = (
            context.report.fix("Delete the text", (run.start, run.end, "")),
            "delete the text",
        )
    else:
        message += f", and another address in its `{ADDRESS}`"
        fixes, how = (), "keep the address that is right, in the element, and delete the text"
    return context.report.at(
        STRAY_TEXT, start, end, message, label="only elements may stand here", help=(how,),
        element=element.path, fixes=fixes,
    )  # fmt: skip
