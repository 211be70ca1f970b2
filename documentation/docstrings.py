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
    # Where the names end is said by the first: a longer one may have a single blank after it.
    column = first.end()
    items: list[str] = []
    for line in lines:
        if line[: column - 1].strip() and not line.startswith(" ") and line[column - 1] == " ":
            items.append(f"- `{line[:column].strip()}`: {line[column:]}")
        elif line.startswith("  "):
            items[-1] += f" {line.strip()}"
        else:
            return re.sub(r"::$", ":", block)
    return "\n".join(items)


class MarkdownDocstrings(Extension):
    """Rewrites the docstrings of everything that is described."""

    def on_object(self, *, obj: Any, **_: Any) -> None:
        """Called for each module, class, function and attribute, once it is read."""
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)
