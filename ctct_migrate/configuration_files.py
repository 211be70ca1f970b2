"""The files that hold a project's configuration: their names, and how one is read.

`configuration.py` knows what stands in them; here they are opened.  Which of them holds for which
document is for those who ask.
"""

from __future__ import annotations

import os
from pathlib import Path

from ctct_migrate.configuration import (
    OWN_FILE,
    PROJECT_FILE,
    Configuration,
    ConfigurationError,
    parsed,
)

#: Names of the files that are looked for in each folder, the first one that is there counts.
CONFIGURATION_FILES = (OWN_FILE, PROJECT_FILE)


def absolute(path: str | os.PathLike[str]) -> Path:
    """The path from the root, without `..`; symbolic links stay what they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


def configuration_in(path: Path, *, required: bool = False) -> Configuration | None:
    """The configuration in the file at `path`; None where there is no such file, it may not be read,
    or it is a `pyproject.toml` without our table.  Raises `ConfigurationError` where the file is
    wrong, and, if it is `required`, also for any of these."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if required:
            raise ConfigurationError(f"{path}: there is no such file") from error
        return None
    except (OSError, ValueError) as error:
        if not required and isinstance(error, PermissionError | IsADirectoryError):
            return None
        raise ConfigurationError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    found = parsed(text, str(path), absolute(path).parent)
    if found is None and required:
        raise ConfigurationError(f"{path}: there is no table [tool.ctct-migrate]")
    return found
