"""The two ways to log in: by a browser that comes back to this machine, and by a code that a person
enters on another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ctct_migrate.login.log_ins import LoginError, Tokens
from ctct_migrate.login.login_server import Authorization, DeviceCode, LoginServer
from ctct_migrate.login.redirects import Redirects
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.replies import Reaction

#: Seconds of the longest pause between two questions after a device's code.
_LONGEST = 60.0


def by_browser(
    server: LoginServer,
    redirect_uri: str,
    scopes: Sequence[str],
    show: Callable[[Authorization, Redirects], None],
    *,
    seconds: float,
) -> Tokens:
    """Log in by a browser (RFC 8252, with PKCE).  `show` gets the request, to open its address or to
    print it, when everything is ready for the answer.  Raises LoginError; after `seconds` without an
    answer, too."""
    authorization = server.authorization(redirect_uri, scopes)
    with Redirects(redirect_uri, authorization.is_answered_by) as redirects:
        show(authorization, redirects)
        came_back_to = redirects.wait(seconds)
    if came_back_to is None:
        raise LoginError(
            login_rules.LOGIN_TIMED_OUT,
            f"the browser did not come back to {redirect_uri} in {seconds:g} s",
        )
    return server.exchanged(authorization, came_back_to)


def by_device(
    server: LoginServer,
    scopes: Sequence[str],
    show: Callable[[DeviceCode], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Tokens:
    """Log in by a code that is entered on another machine (RFC 8628).  `show` gets the code.  While
    the server fails, it is asked less and less often, until the code ends.  Raises LoginError."""
    code = server.device_code(scopes)
    show(code)
    pause = code.interval
    while True:
        sleep(pause)
        try:
            tokens = server.entered(code)
        except LoginError as error:
            if error.reaction is not Reaction.AGAIN or time.monotonic() > code.until:
                raise
            pause = min(max(2 * pause, code.interval), _LONGEST)
            continue
        if tokens is not None:
            return tokens
        if time.monotonic() > code.until:
            raise LoginError(login_rules.LOGIN_TIMED_OUT, f"the code {code.user} has ended")
        pause = code.interval
