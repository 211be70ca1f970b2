"""Where the explanation of a rule can be read: the one home of its address."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def explanations() -> str:
    """The address of the explanations, to which a code is added: in the page that was installed, which
    is there without a network and says what this version does; else on the site of the project's
    documentation, which has a page for each (`documentation/pages.py`); empty if there is neither."""
    # In a wheel the page stands in the package, in a checkout beside it.
    package = Path(__file__).parents[1]
    for folder in (package, package.parent):
        page = folder / "docs" / "rules.md"
        if page.is_file():
            return f"{page.as_uri()}#"
    return explanations_on_site()


def explanations_on_site() -> str:
    """The same on the site of the project's documentation; empty if the project names none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = metadata("ctct-migrate").get_all("Project-URL") or []
    except PackageNotFoundError:
        addresses = []
    for address in addresses:
        label, _, url = address.partition(", ")
        if label.lower() == "documentation":
            return f"{url.rstrip('/')}/rules/"
    return ""
