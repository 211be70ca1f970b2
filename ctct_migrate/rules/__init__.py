"""Document to diagnostics: one module for a family of rules, one registry.

`lint` is the way in.  A rule looks, and yields; it changes nothing, opens nothing, prints nothing,
and never asks another rule.  What an element is meant to be (`naming`) and what a fast look can
tell (`verdict`) stand beside the families.
"""

from ctct_migrate.rules.linting import lint

__all__ = ["lint"]
