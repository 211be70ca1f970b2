"""CT322 and CT323: which campaign a Campaign document is.

Its number stands in the payload's id, the entry's id and the edit link.  Which of them name a
campaign, and which are fillers, is for `mapping.identity` to say; of schedules, `schedules` speaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import listing, quoted, whole_campaign
from ctct_migrate.rules.schedules import (
    NamedPlace,
    disagreement,
    given_places,
    naming_places,
    whose,
)

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


FILLER_ID = Rule(
    "CT322", "filler-id", Severity.ERROR,
    summary="An update of a campaign whose id is a filler",
    why="Clients wrote such numbers into new campaigns: zeros, or the number of the documentation's example. They name no campaign; an update that believed one would write to a campaign of somebody else's, or to none.",
    bad=_entry("/0000000000000", ""), good=_entry("/1103500000001", "/1103500000001"),
    how="Convert it as a new campaign (`--shape create`), or write the number of the campaign that is to be replaced into the Campaign's `id`.",
    fact="reference, v1-atom, What v1 minded and what it did not: Fillers",
)  # fmt: skip
IDS_DIFFER = Rule(
    "CT323", "campaign-ids-differ", Severity.WARNING,
    summary="A campaign whose ids name more than one campaign",
    why="The payload's id, the entry's id and the edit link should name one campaign. An update of the wrong one would overwrite it, so that it is an error for an update; otherwise the payload's id is believed first, then the entry's.",
    bad=_entry("/1103500000001", "/1103500000002"), good=_entry("/1103500000001", "/1103500000001"),
    how="Write the number of the campaign that is meant in all of them.",
    fact="reference, v2-contract, v1 to v2, campaign: Campaign@id, else entry id, else edit link",
)  # fmt: skip

RULES = (FILLER_ID, IDS_DIFFER)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the ids of a campaign."""
    if context.resource != "Campaign":
        return
    places = naming_places(context)
    if len({place.campaign for place in places}) > 1:
        update = context.shape is Shape.UPDATE
        yield disagreement(context, IDS_DIFFER, places, severity=Severity.ERROR if update else None)
    fillers = filler_places(context)
    if context.shape is Shape.UPDATE and fillers:
        yield _filler(context, fillers)


def filler_places(context: Context) -> list[NamedPlace]:
    """The places whose number is a filler, of a document in which no other names a campaign."""
    if naming_places(context):
        return []
    return [place for place in given_places(context).values() if place is not None]


def _filler(context: Context, places: list[NamedPlace]) -> Diagnostic:
    first, *others = places
    rest = [path for path, place in given_places(context).items() if place is None]
    return context.report.at(
        FILLER_ID, *first.at, f"{quoted(first.campaign)} is a filler, which names no campaign to update",
        label="expected the number of the campaign", help=(FILLER_ID.how, *_silent(rest)), element=first.path,
        labels=[(*place.at, f"{whose(place)} has a filler too") for place in others],
    )  # fmt: skip


def _silent(paths: list[str]) -> tuple[str, ...]:
    """That the other ids give no number either."""
    if not paths:
        return ()
    named = listing(
        f"`{path.partition(' at ')[0].removeprefix('entry/content/')}`" for path in paths
    )
    return (f"{named} {'names' if len(paths) == 1 else 'name'} no campaign either",)
