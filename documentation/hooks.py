"""What mkdocs does besides building pages.

The addresses of the site and of the repository are those of `pyproject.toml`.  Pages are also read in the
repository, where they link to files that are no part of the site (a schema, `constraints.txt`): on the site, such
a link leads into the repository.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_DOCS = _ROOT / "docs"
_LINK = re.compile(r"(?<=\]\()(\.\./[^)\s]+)(?=\))")


def _urls() -> dict[str, str]:
    project: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    return dict(project["urls"])


def on_config(config: Any, **_: Any) -> Any:
    """The configuration, with the site's address."""
    config.site_url = _urls()["Documentation"]
    return config


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text of a page, with links out of `docs/` as addresses of the repository."""
    folder = (_DOCS / page.file.src_uri).parent
    repository = _urls()["Repository"]

    def linked(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        target = (folder / path).resolve()
        if target.is_relative_to(_DOCS) or not target.is_relative_to(_ROOT):
            return match[1]
        if not target.exists():
            raise FileNotFoundError(f"{page.file.src_uri} links to {path}, which is not there")
        kind = "tree" if target.is_dir() else "blob"
        return f"{repository}/{kind}/main/{target.relative_to(_ROOT).as_posix()}{mark}{anchor}"

    return _LINK.sub(linked, markdown)
