"""CT216 to CT218, CT322 and CT323: which resource a document is.

Its id stands in the payload's id, the entry's id and the edit link.  Which of them name a resource,
and which are fillers, is for `mapping.ids` to say.  Of a resource that has one id at most, such
as a schedule, its owner is what they name, and rules of its own speak of that.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG, RESOURCES, Resource
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.envelope.named_places import (
    NamingPlace,
    disagreement,
    filler_places,
    id_places,
    naming_places,
)
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import listing, quoted, whole_campaign
from ctct_migrate.rules.values.meanings import untroubled
from ctct_migrate.targets import TARGETS

_URI = "http://api.constantcontact.com/ws/customers/joe/campaigns"


def _entry(campaign: str, entry: str) -> str:
    """An example: a campaign whose own id and entry's id end as given."""
    payload = whole_campaign(f' id="{_URI}{campaign}"')
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
<id>{_URI}{entry}</id>
<title type="text">Spring news</title>
<updated>2010-11-13T20:03:35.000Z</updated>
<author><name>Constant Contact</name></author>
<content type="application/vnd.ctct+xml">
{payload}</content>
</entry>
"""


def _list(own: str, entry: str) -> str:
    """An example: a contact list whose own id and entry's id end as given."""
    uri = "http://api.constantcontact.com/ws/customers/joe/lists"
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
<id>{uri}{entry}</id>
<title type="text">Gardeners</title>
<updated>2010-11-13T20:03:35.000Z</updated>
<author><name>Constant Contact</name></author>
<content type="application/vnd.ctct+xml">
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{uri}{own}">
<Name>Gardeners</Name>
</ContactList>
</content>
</entry>
"""


FILLER_ID = Rule(
    "CT322", "filler-id", Severity.ERROR,
    summary="An update whose id is a filler",
    why="Clients wrote such ids into documents for something new: zeros, or for campaigns the number of the documentation's example. They name nothing; an update that believed one would write to a campaign of somebody else's, or to none.",
    bad=_entry("/0000000000000", ""), good=_entry("/1103500000001", "/1103500000001"),
    how="Convert it as a new one (`--shape create`), or write the id of the one that is to be replaced into the payload's `id`.",
    fact="reference, v1-atom, What v1 minded and what it did not: Fillers",
)  # fmt: skip
CAMPAIGN_IDS_DIFFER = Rule(
    "CT323", "campaign-ids-differ", Severity.WARNING,
    summary="A campaign whose ids name more than one campaign",
    why="The payload's id, the entry's id and the edit link should name one campaign. An update of the wrong one would overwrite it, so that it is an error for an update; otherwise the payload's id is believed first, then the entry's.",
    bad=_entry("/1103500000001", "/1103500000002"), good=_entry("/1103500000001", "/1103500000001"),
    how="Write the number of the campaign that is meant in all of them.",
    fact="reference, v2-contract, v1 to v2, campaign: Campaign@id, else entry id, else edit link",
)  # fmt: skip

IDS_DIFFER = Rule(
    "CT216", "ids-differ", Severity.WARNING,
    summary="A document whose ids name more than one resource",
    why="The payload's id, the entry's id and the edit link should name one resource. An update of the wrong one would overwrite it, so that it is an error for an update; otherwise the payload's id is believed first, then the entry's.",
    bad=_list("/7", "/8"), good=_list("/7", "/7"),
    how="Write the id of the one that is meant in all of them.",
    fact="reference, v1-atom, The envelope: id",
)  # fmt: skip

NO_ID = Rule(
    "CT217", "update-without-id", Severity.ERROR,
    summary="An update that does not say what it replaces",
    why="An update is sent to the URI of the resource that it replaces. The document's ids are those of something new, or of the whole collection, so that nothing says which one is meant.",
    bad=_list("", ""), good=_list("/7", "/7"),
    how="Write the URI of the one that is to be replaced into the payload's `id`, or convert the document as a new one (`--shape create`).",
    fact="reference, v1-atom, The envelope: id",
)  # fmt: skip

WITHOUT_OWNER = Rule(
    "CT218", "without-owner", Severity.ERROR,
    summary="A resource that does not say which one it is in",
    why="Some resources live inside another one: an image in a folder, a registrant in an event. Which one it is stands in the URI of its id alone, and what is sent goes there.",
    bad="", good="",
    how="Write its whole URI, with the id of the one that it is in, into the payload's `id`.",
    fact="reference, v1-resources, The v1 paths",
)  # fmt: skip

RULES = (FILLER_ID, IDS_DIFFER, CAMPAIGN_IDS_DIFFER, NO_ID, WITHOUT_OWNER)

#: The key of `Resource.wording` for ids that disagree.
_IDS = "ids"


def may_report(signs: Signs) -> bool:
    """Whether the ids of an entry can disagree: the engine reads the same ones."""
    return not (signs.names_its_owner and signs.has_right_ids)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the ids of an entry."""
    resource = RESOURCES.get(context.resource or "")
    if resource is None or resource.singleton:
        return
    places = naming_places(context, resource)
    update = context.shape is Shape.UPDATE
    if len({place.id for place in places}) > 1:
        rule = next((r for r in RULES if r.code == resource.wording.get(_IDS)), IDS_DIFFER)
        severity = Severity.ERROR if update else None
        yield disagreement(context, rule, resource.noun, places, severity=severity)
    fillers = filler_places(context, resource)
    if update and fillers:
        yield _filler(context, resource, fillers)
    elif update and not places:
        yield from _no_id(context, resource)
    yield from _check_owner(context, resource)


def _check_owner(context: Context, resource: Resource) -> Iterator[Diagnostic]:
    """Whether the entry names one resource that it lives in, if it lives in any."""
    owner, payload = resource.owner, context.payload
    known = BY_SLUG.get(owner.to) if owner is not None else None
    if owner is None or known is None or payload is None:
        return
    places = naming_places(context, known, own=False)
    if len({place.id for place in places}) > 1:
        strict = owner.required or context.shape is Shape.UPDATE
        severity = Severity.ERROR if strict else None
        yield disagreement(context, IDS_DIFFER, known.noun, places, severity=severity)
    readable = context.whole and untroubled(context, payload.start, payload.open_end)
    if not places and owner.required and readable:
        yield context.report.at(
            WITHOUT_OWNER, payload.name_start, payload.name_end,
            f"the {resource.noun} does not say which {known.noun} it is in",
            label=f"expected an `id` that ends in `{known.collection}/{{id}}/…`", help=(WITHOUT_OWNER.how,),
            element=f"{context.path(payload)}/@id",
            severity=Severity.WARNING if context.shape is Shape.RECORD else None,  # nothing is sent
        )  # fmt: skip


def _filler(context: Context, resource: Resource, places: list[NamingPlace]) -> Diagnostic:
    first, *others = places
    rest = [path for path, place in id_places(context, resource).items() if place is None]
    noun = resource.noun
    return context.report.at(
        FILLER_ID, *first.at, f"{quoted(first.id)} is a filler, which names no {noun} to update",
        label=f"expected the id of the {noun}", help=(FILLER_ID.how, *_silent(noun, rest)), element=first.path,
        labels=[(*place.at, f"{place.whose} has a filler too") for place in others],
    )  # fmt: skip


def _no_id(context: Context, resource: Resource) -> Iterator[Diagnostic]:
    """That nothing names the resource, unless the target requires the id in the body, so that its
    contract says so, or it has been said that the id is wrong."""
    payload, table = context.payload, TARGETS[context.target].table(resource.slug)
    if payload is None or table is None or not context.whole:
        return
    if "id" in table.contract.required(resource.slug, Shape.UPDATE):
        return
    if not untroubled(context, payload.start, payload.open_end):
        return
    own = payload.attribute("id")
    start, end = (
        (payload.name_end, payload.name_end) if own is None else (own.value_start, own.value_end)
    )
    yield context.report.at(
        NO_ID, start, end, f"an update needs the id of its {resource.noun}, and none is given",
        label=f"expected a URI that ends in `{resource.collection}/{{id}}`", help=(NO_ID.how,),
        element=f"{context.path(payload)}/@id",
    )  # fmt: skip


def _silent(noun: str, paths: list[str]) -> tuple[str, ...]:
    """That the other ids name nothing either."""
    if not paths:
        return ()
    named = listing(
        f"`{path.partition(' at ')[0].removeprefix('entry/content/')}`" for path in paths
    )
    return (f"{named} {'names' if len(paths) == 1 else 'name'} no {noun} either",)
