"""Where the explanation of a rule can be read: the one home of its address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ctct_migrate.late_pattern import late_compile

#: What stands before the explanation of a rule in the page.
_ANCHOR = late_compile(r'<a id="(CT\d+)"></a>')


@cache
def explanations() -> str:
    """The address of the explanations, to which a code is added: in the page that was installed, which
    is there without a network and says what this version does; else on the site of the project's
    documentation, which has a page for each (`documentation/pages.py`); empty if there is neither."""
    page = _installed_page()
    return f"{page.as_uri()}#" if page is not None else explanations_on_site()


def explanation_for_editors(code: str) -> str:
    """The address of one explanation, for an editor, which opens a file at a line and knows nothing of
    anchors: `…/rules.md#L2953`, as VS Code reads it.  On the site, as elsewhere; empty if there is
    neither."""
    page = _installed_page()
    if page is None:
        site = explanations_on_site()
        return f"{site}{code}" if site else ""
    line = _lines().get(code)
    return page.as_uri() + (f"#L{line}" if line is not None else "")


@cache
def _installed_page() -> Path | None:
    # In a wheel the page stands in the package, in a checkout beside it.
    package = Path(__file__).parents[1]
    pages = (folder / "docs" / "rules.md" for folder in (package, package.parent))
    return next((page for page in pages if page.is_file()), None)


@cache
def _lines() -> Mapping[str, int]:
    """The line of the installed page, 1-based, at which the explanation of each code begins."""
    page = _installed_page()
    try:
        text = page.read_text(encoding="utf-8") if page is not None else ""
    except OSError:
        text = ""
    return {
        match[1]: number
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _ANCHOR.match(line))
    }


def explanations_on_site() -> str:
    """The same on the site of the project's documentation; empty if the project names none."""
    site = documentation_site()
    return f"{site}rules/" if site else ""


def documentation_site() -> str:
    """The address of the project's documentation, with a slash at its end; empty if the project names
    none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = metadata("ctct-migrate").get_all("Project-URL") or []
    except PackageNotFoundError:
        addresses = []
    for address in addresses:
        label, _, url = address.partition(", ")
        if label.lower() == "documentation":
            return f"{url.rstrip('/')}/"
    return ""
