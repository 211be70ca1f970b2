"""Docstrings as Markdown, for the reference of the package.

They are written to be read in the source: parameters and attributes stand in two columns, examples begin with
`>>>`, and code that is shown is indented after `::`.  Markdown would run the columns into one paragraph.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension

#: A name (or several, or a call), at least two blanks, what it is.
_ROW = re.compile(r"(?P<name>[\w*(`][^\n]*?\S|\w)  +(?=\S)")


def as_markdown(docstring: str) -> str:
    """The docstring (without its indentation), with columns as a list and examples as blocks of code."""
    return "\n\n".join(_block(block) for block in re.split(r"\n{2,}", docstring))


def _block(block: str) -> str:
    lines = block.split("\n")
    if lines[0].lstrip().startswith(">>>"):
        return "```pycon\n" + "\n".join(line.strip() for line in lines) + "\n```"
    first = _ROW.match(lines[0])
    if not first:
        return re.sub(r"::$", ":", block)
    rows: list[tuple[str, str]] = []
    for line in lines:
        # A name that is too long for the column has a single blank after it, or nothing.
        end = row.end() if (row := _ROW.match(line)) else first.end()
        name, text = line[:end].strip(), line[end:].strip()
        if line.startswith("  "):
            name, text = "", line.strip()
        elif not row and line[end - 1 : end].strip():
            return block
        if rows and (not name or rows[-1][0].endswith(",")):  # the row before goes on
            name = f"{rows[-1][0]} {name}".strip()
            text = f"{rows.pop()[1]} {text}".strip()
        rows.append((name, text))
    return "\n".join(f"- `{name}`: {text}" for name, text in rows)


class MarkdownDocstrings(Extension):
    """Rewrites the docstrings of everything that is described."""

    def on_object(self, *, obj: Any, **_: Any) -> None:
        """Called for each module, class, function and attribute, once it is read."""
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)


class StandardDataclasses(Extension):
    """Lets griffe see the package's dataclasses, whose parameters it shows, as those they are."""

    def on_alias_instance(self, *, alias: Any, **_: Any) -> None:
        """Called for each name that a module imports."""
        if alias.target_path == "ctct_migrate.late_dataclass.dataclass":
            alias.target_path = "dataclasses.dataclass"
