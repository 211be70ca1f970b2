"""Log-ins from run to run: a file each, in a folder that only its owner can enter.

A file is replaced whole, and is on the disk before `save` returns.  Its secrets stand in it or, where
the system's keyring works, there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ctct_migrate.file_lock import FileInUseError, HeldLock
from ctct_migrate.login import system_keyring
from ctct_migrate.login.log_ins import LogIn, LoginError
from ctct_migrate.runs.atomic_files import put_private
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.replies import Reaction

#: The version of the files' form.
_VERSION = 1

#: Seconds that another process is given to renew a token.
_PATIENCE = 120.0

#: What the keyring has of a file that says so.
_SECRETS = ("access", "refresh")


class LogInStore:
    """The log-ins of one folder; None for the user's own (`user_folder`)."""

    def __init__(self, folder: Path | None = None):
        self.folder = user_folder() if folder is None else folder

    def all(self) -> list[LogIn]:
        """Every log-in that can be read, by title."""
        found = (self._read(path) for path in self._files())
        return sorted((each for each in found if each is not None), key=lambda each: each.title)

    def damaged(self) -> list[Path]:
        """The files that should be log-ins and cannot be read."""
        return [path for path in self._files() if self._read(path) is None]

    def current(self, log_in: LogIn) -> LogIn | None:
        """What is stored of a log-in now; None when it is there no more."""
        return self._read(self.folder / log_in.file_name)

    def save(self, log_in: LogIn) -> None:
        """Store a log-in in place of what it was; on the disk when this returns.  Raises LoginError
        where that cannot be done."""
        path = self.folder / log_in.file_name
        value: dict[str, Any] = {"version": _VERSION, **log_in.to_json()}
        if log_in.in_keyring and system_keyring.works():
            # The moments go with the tokens: an end between the two writings mixes nothing.
            tokens = value["tokens"]
            if system_keyring.put(log_in.file_name, json.dumps(tokens)):
                value["tokens"] = {**tokens, **dict.fromkeys(_SECRETS, ""), "in_keyring": True}
        try:
            self._prepare()
            put_private(path, json.dumps(value, indent=1).encode())
        except OSError as error:
            raise _unusable(f"{path}: {error.strerror or error}") from None

    def remove(self, log_in: LogIn) -> None:
        """Forget a log-in.  Raises LoginError where its file stays."""
        if log_in.in_keyring:
            system_keyring.forget(log_in.file_name)
        self.remove_file(self.folder / log_in.file_name)

    def remove_file(self, path: Path) -> None:
        """Take a file of the folder away.  Raises LoginError where it stays."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(f"{path}: {error.strerror or error}") from None

    @contextmanager
    def locked(self, log_in: LogIn, *, tidy: bool = False) -> Iterator[None]:
        """Only one process at a time is inside, for one log-in; others wait.  `tidy` takes the lock's
        own file away afterwards.  Raises LoginError
        where nothing can be locked, or another process does not come to its end."""
        path = self.folder / log_in.file_name
        try:
            self._prepare()
            lock = HeldLock(path, wait=_PATIENCE)
        except FileInUseError as error:
            words = f"{error or 'another process'} has been renewing the token for too long"
            raise LoginError(login_rules.LOGIN_SERVER_FAILED, words, Reaction.AGAIN) from None
        except (OSError, NotImplementedError) as error:
            raise _unusable(f"{path}: {getattr(error, 'strerror', None) or error}") from None
        try:
            self._sweep(log_in)
            yield
        finally:
            lock.release(tidy=tidy)

    def _sweep(self, log_in: LogIn) -> None:
        """Take away what a process left that was killed while it wrote: it holds tokens."""
        for left in self.folder.glob(f".{log_in.file_name}.*.tmp"):
            with suppress(OSError):
                left.unlink()

    def _files(self) -> list[Path]:
        try:
            return sorted(self.folder.glob("*.json"))
        except OSError:
            return []

    def _prepare(self) -> None:
        """The folder, for its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)

    def _read(self, path: Path) -> LogIn | None:
        try:
            text = path.read_bytes()
            if os.name == "posix" and path.stat().st_mode & 0o077:
                with suppress(OSError):
                    path.chmod(0o600)
            value = json.loads(text)
            if value.pop("version") != _VERSION:
                return None
            if value["tokens"].pop("in_keyring", False):
                value["tokens"] = json.loads(system_keyring.get(path.name) or "")
            found = LogIn.from_json(value)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return found if found.file_name == path.name else None


def user_folder() -> Path:
    """The folder of the user's log-ins: `logins` below `$XDG_DATA_HOME/ctct-migrate`, or what the
    system has for it.  Raises ImportError without the extra `login`."""
    import platformdirs

    return Path(platformdirs.user_data_path("ctct-migrate", appauthor=False)) / "logins"


def _unusable(words: str) -> LoginError:
    return LoginError(login_rules.LOGIN_UNREADABLE, words)
