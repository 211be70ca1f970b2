"""CT85: what `verify` says of the JSON that it is given, beside what differs in it (CT850).

Rules alone: what is wrong is found in `verification`.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Marking, Rule, Severity

JSON_SYNTAX = Rule(
    "CT851", "json-syntax", Severity.ERROR,
    summary="A v2 body that is not JSON",
    why="No server reads it, and so nothing in it can be compared.",
    bad="", good="",
    how="Write JSON with a library, not by hand or by putting texts together.",
    fact="RFC 8259, 2",
)  # fmt: skip
OTHER_RESOURCE = Rule(
    "CT852", "other-resource", Severity.ERROR,
    summary="A v2 body of another resource than the XML",
    why="A campaign and its schedule have bodies of their own. One that was given in the place of another would differ in everything, which says less than this.",
    bad="", good="",
    how="Give the body that was made of this document.",
    fact="reference, v2-contract, Campaign; Schedule",
)  # fmt: skip
UNKNOWN_PROPERTY = Rule(
    "CT853", "unknown-property", Severity.ERROR,
    summary="A property in a v2 body that v2 does not have",
    why="v2 takes no notice of a property that it does not know, or refuses the body; what it was to say is lost.",
    bad="", good="",
    how="Write the property as v2 has it, or leave it out.",
    fact="schemas/v2/campaign.json, schemas/v2/schedule.json",
)  # fmt: skip
NO_PARTNER = Rule(
    "CT854", "no-partner", Severity.ERROR,
    summary="A document without a v2 body, or a body without a document",
    why="`verify` compares pairs. What has no partner was not compared.",
    bad="", good="",
    how="Give both, under the same name: `a.xml` and `a.json`, or `2010/a.xml` and `2010/a.json` of two folders.",
    fact="docs/how-to/verify-a-port.md",
)  # fmt: skip

NOT_CARRIED = Rule(
    "CT855", "not-carried", Severity.WARNING,
    summary="A property of a body that is not carried over to another target",
    why="A body of one API is converted for another by what v1 had for both. What v1 had no word for, or had once where the body has it twice, is left out.",
    bad="", good="",
    how="Look whether it is missed, and bring it over by hand.",
    fact="docs/how-to/from-v2-to-v3.md", marking=Marking.UNNECESSARY,
)  # fmt: skip
NO_RESOURCE = Rule(
    "CT856", "no-such-body", Severity.ERROR,
    summary="JSON that is the body of no resource",
    why="A campaign, a schedule, a contact and a contact list are told from each other by their properties. This has those of none.",
    bad="", good="",
    how="Give one body, a list of bodies, or JSON Lines such as `convert` writes.",
    fact="schemas/v2",
)  # fmt: skip

WRONG_TYPE = Rule(
    "CT857", "wrong-type", Severity.ERROR,
    summary="A value in a body that is of another type than its API has",
    why="A number where a text belongs, or a text where a list belongs, cannot be read; to leave it out would be to lose it.",
    bad="", good="",
    how="Write the value as its API has it.",
    fact="schemas/v2",
)  # fmt: skip

RULES = (
    WRONG_TYPE,
    NOT_CARRIED,
    NO_RESOURCE,
    JSON_SYNTAX,
    OTHER_RESOURCE,
    UNKNOWN_PROPERTY,
    NO_PARTNER,
)
