"""Paths as CI servers know the files of a repository: with `/`, on Windows too."""

from __future__ import annotations

import os


def ci_path(path: str) -> str:
    """The path with `/` between its names."""
    return path if os.sep == "/" else path.replace(os.sep, "/")
