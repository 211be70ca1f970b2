"""CT301 to CT307: the rules about names of elements and attributes, which `element_names` finds
broken."""

from __future__ import annotations

from ctct_migrate.diagnostics import Concern, Marking, Rule, Severity
from ctct_migrate.rules.phrases import whole_campaign

_CASE = "reference, v1-atom, The envelope: the server is case-sensitive about names"

UNKNOWN = Rule(
    "CT301", "unknown-element", Severity.ERROR,
    summary="An element that the format does not have",
    why="The server refused elements it did not know, and v2 has no property for them: what is in it would be lost.",
    bad="<FavouriteColour>blue</FavouriteColour>", good="<Subject>Spring sale</Subject>",
    how="Delete it, or use the element that the format has for it.",
    fact="reference, v1-atom, Campaign: the list of elements",
)  # fmt: skip
MISSPELT = Rule(
    "CT302", "misspelt-element", Severity.ERROR,
    summary="An element's name that is misspelt, or in the wrong letter case",
    why="The server is case-sensitive about names: `<emailaddress>` for `<EmailAddress>` was a 400.",
    bad="<subject>Spring sale</subject>", good="<Subject>Spring sale</Subject>",
    how="Write the name as the format has it.", fact=_CASE,
)  # fmt: skip
REPEATED = Rule(
    "CT303", "repeated-element", Severity.ERROR,
    summary="An element that stands twice where it may stand once",
    why="Each child of a campaign stands at most once. Which of the two is meant cannot be known, and v2 takes one value.",
    bad="<Subject>Spring sale</Subject>\n<Subject>Summer sale</Subject>", good="<Subject>Spring sale</Subject>",
    how="Delete one of them.", fact="reference, v1-atom, Campaign: each at most once",
)  # fmt: skip
MISPLACED = Rule(
    "CT304", "misplaced-element", Severity.ERROR,
    summary="An element that stands in the wrong parent",
    why="The server looks for each element in its own place only; in another it is unknown, and what it says is missing.",
    bad="<name>Constant Contact</name>\n<!-- no author -->", good="<author><name>Constant Contact</name></author>",
    how="Move it into the element that it belongs in.",
    fact="reference, v1-atom, The envelope and Campaign",
)  # fmt: skip
UNKNOWN_ATTRIBUTE = Rule(
    "CT305", "unknown-attribute", Severity.ERROR,
    summary="An attribute that the element does not have",
    why="What is in it has no meaning to the server and no counterpart in v2.",
    bad='<Subject lang="en">Spring sale</Subject>', good="<Subject>Spring sale</Subject>",
    how="Delete it, or correct its name.", fact="reference, v1-atom, Campaign",
)  # fmt: skip
NESTED = Rule(
    "CT307", "nested-element", Severity.ERROR,
    summary="Markup in an element that holds text alone",
    why="Only EmailContent, EmailTextContent and PermissionReminderText may hold markup. Elsewhere it is refused.",
    bad="<Subject>Spring <b>sale</b></Subject>", good="<Subject>Spring sale</Subject>",
    how="Leave the markup out, or encode it as text.", fact="reference, v1-atom, Campaign",
)  # fmt: skip

_OWN = ' id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289"'

REPEATED_ID = Rule(
    "CT324", "repeated-id", Severity.WARNING,
    summary="An `id` inside the payload that repeats its attribute",
    why="The Perl library wrote the id twice, as the payload's attribute and as an element in it. The second says nothing new, and the format does not have it.",
    bad=whole_campaign(_OWN).replace("  <Name>", f"  <id>{_OWN[5:-1]}</id>\n  <Name>"), good=whole_campaign(_OWN),
    how="Delete the element.", fact="reference, v1-clients, Campaign, Schedule: Perl module",
    concern=Concern.V1, marking=Marking.UNNECESSARY,
)  # fmt: skip
