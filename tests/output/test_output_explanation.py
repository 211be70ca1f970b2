"""Explanations of one rule and of a catalogue; the real one is tested with the commands."""

from dataclasses import replace

from ctct_migrate.diagnostics import Rule, Severity
from ctct_migrate.output import Style
from ctct_migrate.output.explanation import (
    catalogue_fields,
    catalogue_markdown,
    catalogue_text,
    explanation_markdown,
    explanation_text,
)
from ctct_migrate.output.paint import Paint

RULE = Rule(
    code="CT310",
    name="greeting-name",
    severity=Severity.ERROR,
    summary="A greeting name that does not exist",
    why="The server answers with a 400. " * 5,
    bad="<GreetingName>first|name</GreetingName>",
    good="<GreetingName>FirstName</GreetingName>\n<!-- or -->",
    how="Write one of `FirstName`, `LastName`.",
    fact="reference, v1-atom, Campaign",
)
SERVER = replace(RULE, code="CT901", name="api-key", bad="", good="", summary="A wrong key | token")
PLAIN = Paint(Style())


def test_text():
    assert explanation_text(RULE, PLAIN, width=60) == (
        "error[CT310] greeting-name\n"
        "\n"
        "A greeting name that does not exist.\n"
        "\n"
        "Why\n"
        "The server answers with a 400. The server answers with a\n"
        "400. The server answers with a 400. The server answers with\n"
        "a 400. The server answers with a 400.\n"
        "\n"
        "Wrong\n"
        "    <GreetingName>first|name</GreetingName>\n"
        "\n"
        "Right\n"
        "    <GreetingName>FirstName</GreetingName>\n"
        "    <!-- or -->\n"
        "\n"
        "How to fix it\n"
        "Write one of `FirstName`, `LastName`.\n"
        "\n"
        "What it is about\n"
        "About the conversion: a document with this error is not\nconverted.\n"
        "\n"
        "Where that is from\n"
        "reference, v1-atom, Campaign\n"
        "\n"
        "Since\n"
        "0.1.0\n"
    )


def test_what_a_rule_has_no_example_of_is_left_out():
    assert "Wrong" not in explanation_text(SERVER, PLAIN)
    assert "```" not in explanation_markdown(SERVER)


def test_markdown_fences_examples_that_hold_fences():
    assert "````xml\n```\n````" in explanation_markdown(replace(RULE, bad="```"))


def test_catalogue_is_ordered_by_code_whatever_its_order():
    rules = [SERVER, RULE]
    assert [rule["code"] for rule in catalogue_fields(rules)] == ["CT310", "CT901"]
    assert catalogue_text(rules, PLAIN) == (
        "CT3xx: Names and values\n"
        "  CT310  greeting-name  error    A greeting name that does not exist\n"
        "\n"
        "CT9xx: What the server answered\n"
        "  CT901  api-key        error    A wrong key | token\n"
    )


def test_page():
    page = catalogue_markdown([SERVER, RULE])
    assert "| [CT901](#CT901) | api-key | error | answer | A wrong key \\| token |\n" in page
    assert page.index("## CT3xx: Names and values\n") < page.index(
        '<a id="CT310"></a>\n\n### CT310'
    )
    assert page.endswith("\n")
    assert "\n\n\n" not in page
