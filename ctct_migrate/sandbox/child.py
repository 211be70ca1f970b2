"""The sandbox as a process of its own: `python -m ctct_migrate.sandbox.child`.

For `box.Sandbox` alone.  The options come as one line of JSON on standard input (arguments could
be read by other users of the machine, and options can hold credentials); the port goes out as one
line on standard output; the process ends when its standard input does, so that it never outlives
the one that started it.
"""

from __future__ import annotations

import sys
import threading

from ctct_migrate.sandbox.database import SandboxError
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.serving import Serving


def main() -> int:
    """Serve; the exit status is 0, or 2 when the server could not start."""
    options = SandboxOptions.from_json(sys.stdin.readline())
    try:
        serving = Serving(options, _announce)
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 2
    threading.Thread(target=_end_with_input, args=(serving,), daemon=True).start()
    serving.serve_until_told()
    return 0


def _announce(port: int) -> None:
    print(port, flush=True)


def _end_with_input(serving: Serving) -> None:
    sys.stdin.read()
    serving.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
