"""The configuration that holds for a document in an editor: found upwards from it, and found again
when a file changes.

Files are looked at when they are needed; one whose time and size are the same is not read again, so
that no client has to say that one changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ctct_migrate.configuration import Configuration, ConfigurationError
from ctct_migrate.configuration_files import CONFIGURATION_FILES, configuration_in
from ctct_migrate.late_dataclass import dataclass


@dataclass(frozen=True)
class _Known:
    """What a file held when it was read: its time and size, and the configuration or what is wrong."""

    state: tuple[int, int]
    found: Configuration | None
    error: ConfigurationError | None = None


class ProjectConfigurations:
    """The configurations of the files that were asked for so far."""

    def __init__(self) -> None:
        self._known: dict[Path, _Known] = {}

    def of(self, folder: Path) -> Configuration:
        """The configuration for documents in `folder` (absolute).  A file that is wrong counts as one
        that asks for nothing."""
        for file in _candidates(folder):
            known = self._read(file)
            if known is not None and known.error is not None:
                return Configuration(root=file.parent)
            if known is not None and known.found is not None:
                return known.found
        return Configuration(root=folder)

    def errors(self) -> dict[Path, ConfigurationError | None]:
        """Each file that was read, with what is wrong with it; None where nothing is."""
        return {file: known.error for file, known in dict(self._known).items()}

    def _read(self, file: Path) -> _Known | None:
        try:
            status = file.stat()
        except (OSError, ValueError):
            if file in self._known:  # it is gone, and so is what was wrong with it
                self._known[file] = _Known((0, 0), None)
            return None
        state = status.st_mtime_ns, status.st_size
        known = self._known.get(file)
        if known is None or known.state != state:
            try:
                known = _Known(state, configuration_in(file))
            except ConfigurationError as error:
                known = _Known(state, None, error)
            self._known[file] = known
        return known


def _candidates(folder: Path) -> Iterator[Path]:
    for each in (folder, *folder.parents):
        for name in CONFIGURATION_FILES:
            yield each / name
