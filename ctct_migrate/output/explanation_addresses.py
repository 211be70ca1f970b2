"""Where the explanation of a rule can be read: the one home of its address."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def explanations() -> str:
    """The address of the explanations, to which a code is added: on the site of the project's
    documentation, which has a page for each (`documentation/pages.py`), else in the one page that was
    installed; empty if there is neither."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = metadata("ctct-migrate").get_all("Project-URL") or []
    except PackageNotFoundError:
        addresses = []
    for address in addresses:
        label, _, url = address.partition(", ")
        if label.lower() == "documentation":
            return f"{url.rstrip('/')}/rules/"
    # In a wheel the page stands in the package, in a checkout beside it.
    package = Path(__file__).parents[1]
    pages = (folder / "docs" / "rules.md" for folder in (package, package.parent))
    return next((f"{page.as_uri()}#" for page in pages if page.is_file()), "")
