"""`python -m fuzz`: see `runner`, which stands apart so that other processes can load it."""

from __future__ import annotations

import sys

from fuzz.runner import main

if __name__ == "__main__":
    sys.exit(main())
