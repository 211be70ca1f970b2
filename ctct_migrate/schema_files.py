"""Where the schemas are, in a checkout and in an installed wheel.

The one place that knows: the vocabulary asks here for the XSDs of v1, the contract for the JSON
Schemas of v2.  Nothing is read here.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schema_directory() -> Path:
    """The directory that holds `atom.xsd` and, in `v2/`, `campaign.json`: inside the package in a
    wheel, beside it in a checkout (pyproject.toml, `force-include`)."""
    inside = _PACKAGE / "schemas"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas"
