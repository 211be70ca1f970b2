"""CT615 and CT616: what the documents of one run say together, of any resource.

Which resource a document is, and which it lives in, stands in its declaration.  Which of them are
in the run is for the caller to know; here are the rules, and the places that they point at.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.resources import BY_SLUG, Resource
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.envelope.named_places import naming_places
from ctct_migrate.rules.phrases import GOOD_ENTRY, quoted

NOT_IN_RUN = Rule(
    "CT615", "campaign-not-in-run", Severity.INFO,
    summary="A schedule whose campaign is not among the documents",
    why="The same is reported of any resource that lives in another, as a schedule lives in a campaign. It is converted by itself, and the v1 number that it names is taken for one that the account has: right if the campaign is there already, since v2 kept the numbers.",
    bad=GOOD_ENTRY, good="<Subject>Spring is here</Subject>",
    how="Give the other document in the same run, if what it describes is to be created there.",
    fact="reference, v2-contract, Endpoints: ids",
)  # fmt: skip

REPEATED = Rule(
    "CT616", "repeated-campaign", Severity.WARNING,
    summary="Two documents of one run are the same campaign, contact list, or other resource",
    why="Both become a body of their own. Sent as new ones, the second one meets a name that is taken; as updates, it undoes the first.",
    bad="", good="",
    how="Leave out the one that is not wanted, usually the older one.",
    fact="reference, v2-contract, Endpoints: campaign ids are the numbers v1 used",
)  # fmt: skip

RULES = (NOT_IN_RUN, REPEATED)


def repeated(context: Context, resource: Resource, number: str, first: str) -> Iterator[Diagnostic]:
    """CT616, for a document whose resource another document of the run is too; `number` is its v1
    id, or its owner's where there is one at most in each; `first` the name of the other document."""
    payload = context.payload
    if payload is None:
        return
    attribute = payload.attribute("id")
    start, end = payload.name_start, payload.name_end
    if attribute is not None:
        start, end = attribute_span(attribute)
        at = context.source.text.rfind(number, start, end)
        if at >= 0:  # the number says it, in a URI of eighty characters
            start, end = at, at + len(number)
    owner = resource.owner
    if resource.singleton and owner is not None:
        which = f"the {resource.noun} of {BY_SLUG[owner.to].noun} {quoted(number)}"
    else:
        which = f"{resource.noun} {quoted(number)}"
    yield context.report.at(
        REPEATED, start, end, f"{which} stands in another document of this run too",
        label=f"also in {first}", help=(REPEATED.how,), element=payload.path,
    )  # fmt: skip


def owner_not_in_run(context: Context, owner: Resource, number: str) -> Iterator[Diagnostic]:
    """CT615, for a document that lives in the `owner` of that v1 id, which the run does not have."""
    for place in naming_places(context, owner, own=False):
        if place.id == number:
            yield context.report.at(
                NOT_IN_RUN, *place.at, f"{owner.noun} {quoted(number)} is not in this run",
                label="taken for an id that the account has", help=(NOT_IN_RUN.how,),
                element=place.path,
            )  # fmt: skip
            return
