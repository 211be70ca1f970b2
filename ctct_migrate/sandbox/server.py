"""`Sandbox`: a target's server in a box, for synchronous code.

It serves in a thread, or in a process of its own where the one is to outlive the death of the
other.  This module starts and steers; it needs the extra `sandbox` only when a server starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from ctct_migrate.late_dataclass import replace
from ctct_migrate.sandbox.database import RecordedCall, SandboxError, Store
from ctct_migrate.sandbox.faults import Fault
from ctct_migrate.sandbox.options import SandboxOptions

if TYPE_CHECKING:
    from ctct_migrate.sandbox.serving import Serving

#: What to say when the extra is not installed.
MISSING_EXTRA = "the sandbox needs Starlette and uvicorn: pip install 'ctct-migrate[sandbox]'"

#: Distributions of the extra, as modules.
_EXTRA = ("starlette", "uvicorn")

#: Seconds to wait for a start, an end, and an answer of the control endpoint.
_START, _END, _CONTROL = 30, 10, 30


def load_serving() -> Any:
    """The module `serving`.  Raises SandboxError with one clear line when the extra is missing."""
    try:
        from ctct_migrate.sandbox import serving
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _EXTRA:
            raise SandboxError(MISSING_EXTRA) from None
        raise
    return serving


class Sandbox:
    """A target's server on a loopback port.

    >>> from ctct_migrate.sandbox import Sandbox, SandboxOptions
    >>> with Sandbox(SandboxOptions(addresses=("me@example.com",))) as sandbox:
    ...     sandbox.base_url.endswith("/v2")
    True

    `with` starts it, and ends it for good; in between, `stop`, `kill` and `start` do so with
    everything kept, the port included.  `calls` and `state` can be asked while it is stopped, too.

    options  None: an account with one list and one address
    process  serve in a process of its own, which can be killed, instead of in a thread
    """

    def __init__(self, options: SandboxOptions | None = None, *, process: bool = False):
        given = options or SandboxOptions()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if given.database is None:
            self._folder = tempfile.TemporaryDirectory(prefix="ctct-sandbox-")
            given = replace(given, database=str(Path(self._folder.name, "sandbox.sqlite3")))
        self._options = given
        self._database = str(given.database)
        self._runner: _Thread | _Process = _Process() if process else _Thread()
        self._port = given.port

    # Starting and ending

    def start(self) -> Self:
        """Start to serve; returns when connections are accepted.  Raises SandboxError."""
        self._port = self._runner.start(replace(self._options, port=self._port))
        return self

    def stop(self) -> None:
        """End in order: calls under way have a second to end.  What is stored stays."""
        self._runner.stop()

    def kill(self) -> None:
        """End a process at once, with SIGKILL.  Raises SandboxError for a sandbox in a thread."""
        self._runner.kill()

    def close(self) -> None:
        """Stop, and remove a temporary database."""
        self.stop()
        if self._folder:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What a client needs

    @property
    def options(self) -> SandboxOptions:
        """The options, with the database that is used."""
        return self._options

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v2`: the path is that of the target's base URL."""
        return f"{self._origin}{self._options.prefix}"

    @property
    def control_url(self) -> str:
        """`http://127.0.0.1:PORT/_control`; the endpoints are in `control`."""
        return f"{self._origin}/_control"

    @property
    def _origin(self) -> str:
        if not self._port:
            raise SandboxError("the sandbox has not been started")
        host = self._options.host
        return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{self._port}"

    @property
    def api_key(self) -> str:
        """An API key that is let in."""
        return self._options.api_key

    @property
    def access_token(self) -> str:
        """An access token that is let in."""
        return self._options.access_token

    # What happened

    def calls(self, after: int = 0) -> list[RecordedCall]:
        """The calls of the API with numbers above `after`, in order of arrival."""
        store = Store(self._database, read_only=True)
        try:
            return store.calls(after)
        finally:
            store.close()

    def state(self) -> dict[str, Any]:
        """Everything that is stored: `campaigns` (records by id), `schedules` (arrays by the
        campaign's id), `lists` (records by id), `addresses` (status by address)."""
        from ctct_migrate.sandbox.target_server import server_of

        target = self._options.target
        store = Store(self._database, read_only=True)
        try:
            return server_of(target).state(store, target)
        finally:
            store.close()

    # Steering, while it runs

    def inject(self, *faults: Fault) -> None:
        """Arm faults, behind those there are."""
        self._control("POST", "/faults", [fault.to_json() for fault in faults])

    def faults(self) -> list[dict[str, Any]]:
        """The armed faults, each with how many matching calls it has `seen` and `struck`."""
        found: list[dict[str, Any]] = self._control("GET", "/faults")
        return found

    def clear_faults(self) -> None:
        """Disarm all faults."""
        self._control("DELETE", "/faults")

    def seed(
        self,
        *,
        lists: Mapping[str, str] | Sequence[str] = (),
        addresses: Sequence[str] = (),
        unconfirmed_addresses: Sequence[str] = (),
        campaigns: Sequence[Mapping[str, Any]] = (),
        records: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
    ) -> None:
        """Add to the account what it lacks of these.  Raises ValueError when they cannot be
        used."""
        value = {
            "lists": dict(lists) if isinstance(lists, Mapping) else list(lists),
            "addresses": list(addresses),
            "unconfirmed_addresses": list(unconfirmed_addresses),
            "campaigns": list(campaigns),
            "records": {slug: list(each) for slug, each in records.items()},
        }
        self._control("POST", "/seed", value)

    def change_settings(self, **settings: Any) -> None:
        """Set some of the target's own settings to other values, until a reset.  Raises ValueError
        when they cannot be kept."""
        self._control("POST", "/settings", settings)

    def pass_time(self, seconds: float) -> None:
        """Make time pass on the server's clock: days begin, what was scheduled is sent."""
        self._control("POST", "/time", {"seconds": seconds})

    def reset(self) -> None:
        """Be as if just started on an empty database."""
        self._control("POST", "/reset")

    def _control(self, method: str, path: str, value: object = None) -> Any:
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(self.control_url + path, body, method=method)
        # No proxy of the environment stands between this process and its own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_CONTROL) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(json.loads(error.read())["error"]) from None
        except OSError as error:
            raise SandboxError(f"the sandbox does not answer: {error}") from None
        return json.loads(text) if text else None


class _Thread:
    """Serves in a thread of this process."""

    def __init__(self) -> None:
        self._serving: Serving | None = None
        self._thread: threading.Thread | None = None

    def start(self, options: SandboxOptions) -> int:
        """Start; the port."""
        if self._thread:
            raise SandboxError("the sandbox is running already")
        ready = threading.Event()
        ports: list[int] = []

        def on_ready(port: int) -> None:
            ports.append(port)
            ready.set()

        serving: Serving = load_serving().Serving(options, on_ready)
        thread = threading.Thread(target=serving.serve_until_told, name="sandbox", daemon=True)
        thread.start()
        if not ready.wait(_START):
            raise SandboxError("the sandbox did not start")
        self._serving, self._thread = serving, thread
        return ports[0]

    def stop(self) -> None:
        """End in order, if it runs."""
        if self._serving and self._thread:
            self._serving.should_exit = True
            self._thread.join(_END)
        self._serving = self._thread = None

    def kill(self) -> None:
        """Threads cannot be killed."""
        raise SandboxError("a sandbox in a thread cannot be killed: use Sandbox(process=True)")


class _Process:
    """Serves in a child process."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def start(self, options: SandboxOptions) -> int:
        """Start; the port."""
        if self._child:
            raise SandboxError("the sandbox is running already")
        load_serving()  # says what is missing better than a child could
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "ctct_migrate.sandbox.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": _python_path()},
            # Ctrl-C at a terminal is meant for the program, which then ends the sandbox.
            start_new_session=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(options.to_json() + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
        if not line:
            _, message = child.communicate()
            lines = message.strip().splitlines()
            raise SandboxError(lines[-1] if lines else "the sandbox did not start")
        self._child = child
        return int(line)

    def stop(self) -> None:
        """End in order, if it runs."""
        if self._child:
            try:
                self._child.communicate(timeout=_END)  # the end of its input ends it
            except subprocess.TimeoutExpired:
                self.kill()
        self._child = None

    def kill(self) -> None:
        """End at once, if it runs."""
        if self._child:
            self._child.kill()
            self._child.communicate()
        self._child = None


def _python_path() -> str:
    """Where this package was imported from, before what the environment has: a checkout that is
    not installed serves, too."""
    own = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH"))))
