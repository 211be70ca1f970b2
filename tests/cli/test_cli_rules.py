"""`rules`: the catalogue, and the documentation's page that is made from it."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from ctct_migrate.rules.registry import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_text_has_a_line_a_rule(run):
    status, out, _ = run("rules")
    assert status == 0
    assert re.findall(r"^  (CT\d{3})  ", out, re.M) == sorted(rule.code for rule in catalogue())
    assert "CT3xx: Names and values\n" in out


def test_json_has_everything(run):
    rules = json.loads(run("rules", "--format", "json").out)
    expected = sorted(map(asdict, catalogue()), key=lambda rule: rule["code"])
    # Bad bytes, which the examples of some rules hold, have no place in JSON.
    assert rules == [
        {
            key: re.sub(
                "[\ud800-\udfff]",
                "\ufffd",
                "\n".join(value) if isinstance(value, tuple) else value,
            )
            for key, value in rule.items()
        }
        for rule in expected
    ]


def test_the_documentation_is_not_stale(run):
    assert PAGE.read_text(encoding="utf-8") == run("rules", "--format", "markdown").out, (
        "run: ctct-migrate rules --format markdown > docs/rules.md"
    )


def test_the_page_has_an_anchor_for_every_code():
    page = PAGE.read_text(encoding="utf-8")
    for rule in catalogue():
        assert page.count(f'<a id="{rule.code}"></a>\n\n### {rule.code} {rule.name}\n') == 1
