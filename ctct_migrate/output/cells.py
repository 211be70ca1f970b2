"""How wide text from documents is on a terminal, once it is made visible (`shown`).

Widths of wide and zero-width characters come from `rich.cells`, which is imported for text
outside ASCII only: it is a dependency already, and knows grapheme clusters.
"""

from __future__ import annotations

from ctct_migrate.visible import TAB, escaped, shown

__all__ = ["TAB", "cells", "escaped", "shown"]


def cells(text: str) -> int:
    """Terminal cells that `text` takes once it is `shown`."""
    drawn = shown(text)
    if drawn.isascii():
        return len(drawn)
    from rich.cells import cell_len

    return cell_len(drawn)
