"""What mkdocs does with each page besides building it.

The pages are also read in the repository, where they link to files that are no part of the site (a schema,
`constraints.txt`).  On the site, of such a link the text alone is left.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_DOCS = Path(__file__).parents[1] / "docs"
_LINK = re.compile(r"\[([^\]\n]+)\]\((\.\./[^)\s]+)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text of a page, without the links that lead out of `docs/`."""
    folder = (_DOCS / page.file.src_uri).parent

    def linked(match: re.Match[str]) -> str:
        target = (folder / match[2].partition("#")[0]).resolve()
        return match[0] if target.is_relative_to(_DOCS) else match[1]

    return _LINK.sub(linked, markdown)
