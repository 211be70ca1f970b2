"""The pages of the site that are made from the program.  mkdocs-gen-files runs this in each build.

`rules.md`, one long page for readers of the repository, becomes a table on the site, with links to a page
for each rule.  The pages of commands get their options, from click.  Nothing is written into `docs/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import mkdocs_gen_files

from ctct_migrate.cli import COMMANDS
from ctct_migrate.diagnostics import Rule
from ctct_migrate.output.explanation import concern_of, explanation_page, families
from ctct_migrate.rules.registry import catalogue

DOCS = Path(__file__).parents[1] / "docs"
_SETTINGS = DOCS.parent / "schemas" / "ctct-migrate.schema.json"

_RULES = """\
# Rules

Each rule has a code and a name, and a page that says what it means, shows it wrong and right, and says how to
fix it. On the command line, `ctct-migrate explain CT310` prints the same. A code, once released, never changes
its meaning.

A rule is about `v1` alone, about the `conversion`, or about a server's `answer`. An error about the conversion
stops the conversion of its document; one about v1 alone does not.
"""

#: What a page that a person wrote no introduction for begins with, and what each ends with.
_COMMAND = "# {name}\n\n{line}\n"
_OPTIONS = """
## Options

::: mkdocs-click
    :module: ctct_migrate.cli.{name}
    :command: command
    :prog_name: ctct-migrate {name}
    :depth: 2
    :style: table
"""

#: A page of the documentation, as the catalogue names it.
_PAGE = re.compile(r"`?docs/(?P<path>[\w/-]+\.md)`?")

#: The modules whose public names are described from their docstrings.
_MODULES = ("ctct_migrate", "ctct_migrate.sender", "ctct_migrate.sandbox")


def write(path: str, text: str) -> None:
    """A page of the site; a page of `docs/` with that path is replaced."""
    with mkdocs_gen_files.open(path, "w", encoding="utf-8") as page:
        page.write(text)


def append(path: str, text: str) -> None:
    """More text at the end of a page of `docs/`, on the site alone."""
    with mkdocs_gen_files.open(path, "a", encoding="utf-8") as page:
        page.write(text)


def rules_page(rules: Sequence[Rule]) -> str:
    """The table of all rules by family.  Each row has the code as its anchor, as `docs/rules.md` has, so that
    links lead somewhere in both."""
    parts = [_RULES]
    for title, members in families(rules):
        rows = "".join(
            f'| <a id="{rule.code}"></a>[{rule.code}](rules/{rule.code}.md) | {rule.name} '
            f"| {rule.severity.value} | {concern_of(rule)} | {_cell(rule.summary)} |\n"
            for rule in members
        )
        parts.append(
            f"## {title}\n\n| code | name | severity | about | |\n|---|---|---|---|---|\n{rows}"
        )
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def rule_page(rule: Rule) -> str:
    """The page of one rule.  Pages of `docs/` that it names are linked."""
    text = _PAGE.sub(r"[\g<0>](../\g<path>)", explanation_page(rule))
    return (
        f"{text}\nOn the command line: `ctct-migrate explain {rule.code}`. "
        f"All rules: [the list](../rules.md#{rule.code}).\n"
    )


def command_page(name: str, line: str) -> str:
    """The page of one command: what `docs/commands/` says of it, then its options."""
    written = DOCS / "commands" / f"{name}.md"
    head = (
        written.read_text("utf-8") if written.is_file() else _COMMAND.format(name=name, line=line)
    )
    return head + _OPTIONS.format(name=name)


def command_tables() -> str:
    """The commands by section, each with a line."""
    return "".join(
        f"\n## {title}\n\n| | |\n|---|---|\n"
        + "".join(f"| [{name}]({name}.md) | {line} |\n" for name, line in section.items())
        for title, section in COMMANDS.items()
    )


def settings_table() -> str:
    """The settings of the configuration, with what the JSON Schema says of them."""
    rows = []
    for name, setting in json.loads(_SETTINGS.read_text("utf-8"))["properties"].items():
        values = ", ".join(f"`{value}`" for value in setting.get("enum", ()))
        rows.append(f"| `{name}` | {_cell(setting['description'])} | {values} |\n")
    return "\n## All settings\n\n| | | values |\n|---|---|---|\n" + "".join(rows)


def python_reference() -> str:
    """The public names of the package, of the sender and of the sandbox, with what they say of themselves."""
    parts = []
    for module in _MODULES:
        names = [name for name in import_module(module).__all__ if name != "__version__"]
        parts.append(f"\n## {module}\n\n")
        parts += [f"::: {module}.{name}\n\n" for name in names]
    return "".join(parts)


def main() -> None:
    """Writes all of them."""
    rules = catalogue()
    write("rules.md", rules_page(rules))
    for rule in rules:
        write(f"rules/{rule.code}.md", rule_page(rule))
    for section in COMMANDS.values():
        for name, line in section.items():
            write(f"commands/{name}.md", command_page(name, line))
    append("commands/index.md", command_tables())
    append("reference/python.md", python_reference())
    append("reference/configuration.md", settings_table())


main()
