"""Every example of the catalogue, run: the bad one has its code, the good one has nothing."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of

from ctct_migrate import Rule, Shape, lint, read
from ctct_migrate.rules.forms.form_rules import RULES as FORMS
from ctct_migrate.rules.registry import catalogue

#: Codes that need more than a document, or one of a kind that no fragment makes: a second file, a
#: size that no example has, a list that v1 made itself, a resource in another, a log-in, an account; and the
#: safety nets (CT099, CT710, CT804), which are there for mistakes that no rule knows.
ELSEWHERE = {
    "CT010",
    "CT099",
    "CT218",
    "CT369",
    "CT615",
    "CT616",
    "CT625",
    "CT626",
    "CT627",
    "CT628",
    "CT629",
    "CT630",
    "CT631",
    "CT632",
    "CT650",
    "CT651",
    *(f"CT66{digit}" for digit in range(10)),
    "CT652",
    "CT653",
    "CT710",
    "CT722",
    "CT744",
    "CT743",
    "CT804",
    "CT807",
    "CT814",
    "CT815",
    "CT830",
    "CT831",
    "CT832",
    "CT833",
    "CT850",
    "CT851",
    "CT852",
    "CT853",
    "CT854",
    "CT855",
    "CT381",
    "CT435",
    "CT436",
    "CT437",
    "CT870",
    *(f"CT87{digit}" for digit in range(2, 10)),
    "CT856",
    "CT857",
    *(f"CT89{digit}" for digit in range(10)),
    "CT861",
    "CT862",
}

#: Codes that a document has only when it is to become something.
SHAPES = {
    "CT802": Shape.CREATE,
    "CT803": Shape.UPDATE,
    "CT613": Shape.CREATE,
    "CT808": Shape.CREATE,
    "CT217": Shape.UPDATE,
    "CT810": Shape.CREATE,
    "CT811": Shape.CREATE,
    "CT812": Shape.CREATE,
    "CT813": Shape.CREATE,
    "CT741": Shape.CREATE,
    "CT860": Shape.CREATE,
    "CT820": Shape.CREATE,
    "CT322": Shape.UPDATE,
}

#: Rules whose bad example is a document of another kind, to be taken as it is.
WHOLE = {"CT001", "CT002", "CT013", *(f"CT{number:03}" for number in range(16, 40) if number != 24)}
WHOLE |= {rule.code for rule in FORMS}

LINTED = [rule for rule in catalogue() if rule.code[2] != "9" and rule.code not in ELSEWHERE]


def _codes(data: bytes, shape: Shape | None, target: str = "") -> list[str]:
    found = lint(read(data), shape, target=target or "v2")
    return [diagnostic.code for diagnostic in found]


def _codes_of_the_right_one(target: str) -> set[str]:
    """What a target says of any campaign, right as it is."""
    return set(_codes(CAMPAIGN.encode(), None, target)) if target else set()


@pytest.mark.parametrize("text", [CAMPAIGN, SCHEDULE], ids=["campaign", "schedule"])
def test_the_documents_behind_the_examples_are_right(text: str) -> None:
    assert lint(read(text.encode())) == []


@pytest.mark.parametrize("rule", LINTED, ids=lambda rule: rule.code)
def test_the_bad_example_has_the_code_and_no_other(rule: Rule) -> None:
    document = document_of(rule.bad, whole=rule.code in WHOLE)
    codes = set(_codes(document, SHAPES.get(rule.code), rule.target))
    assert codes - _codes_of_the_right_one(rule.target) <= {rule.code} <= codes


@pytest.mark.parametrize("rule", LINTED, ids=lambda rule: rule.code)
def test_the_good_example_has_not_the_code(rule: Rule) -> None:
    document = document_of(rule.good, whole=rule.code in WHOLE)
    codes = _codes(document, SHAPES.get(rule.code), rule.target)
    assert rule.code not in codes


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_the_catalogue_is_whole(rule: Rule) -> None:
    assert re.fullmatch(r"CT\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.why.endswith(".")
    assert rule.how.endswith((".", "`"))
    assert rule.fact


def test_codes_and_names_are_unique() -> None:
    rules = catalogue()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
