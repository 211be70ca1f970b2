"""The secrets of a log-in in the system's keyring, where there is one that works (package `keyring`,
the extra of that name).

A keyring that fails, of whatever kind, is one that is not there: then a file keeps the secrets.
"""

from __future__ import annotations

from typing import Any

#: The name under which the keyring's own program shows them.
_SERVICE = "ctct-migrate"


def works() -> bool:
    """Whether there is a keyring that keeps what it is given."""
    backend = _backend()
    return backend is not None and backend.priority > 0


def put(name: str, secrets: str) -> bool:
    """Keep `secrets` under `name`; whether they can be read again."""
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(_SERVICE, name, secrets)
        return bool(backend.get_password(_SERVICE, name) == secrets)
    except Exception:  # locked, too long for it, no session: the backends raise what they like
        return False


def get(name: str) -> str | None:
    """What is kept under `name`; None for nothing, or where it cannot be read."""
    backend = _backend()
    if backend is None:
        return None
    try:
        found = backend.get_password(_SERVICE, name)
    except Exception:
        return None
    return found if isinstance(found, str) else None


def forget(name: str) -> None:
    """Keep nothing under `name` any more."""
    backend = _backend()
    try:
        if backend is not None:
            backend.delete_password(_SERVICE, name)
    except Exception:
        return


def _backend() -> Any:
    try:
        import keyring
    except ImportError:
        return None
    try:
        return keyring.get_keyring()
    except Exception:
        return None
