"""What a target says about logging in: where its log-in server is, and what is asked of it.

A target that people log in to has a module `oauth`, whose `OAUTH` is one of these; it is loaded when
somebody logs in or calls with a log-in.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from ctct_migrate.late_dataclass import dataclass, replace


@dataclass(frozen=True, slots=True)
class OAuth:
    """The log-in server of a target (OAuth 2.0, RFC 6749).

    authorize      URL that a browser is sent to
    token          URL that gives tokens
    device         URL that begins a log-in on a device without a browser (RFC 8628)
    scopes         what sending documents needs
    refresh_scope  the scope without which there is no refresh token
    summary        path below the target's base URL that says whose account it is
    account        JSON pointers into that answer: `id`, `name` and `email` of the account
    privileges     path that lists what the user may do
    privilege      name of the property of its rows that names a privilege
    """

    authorize: str
    token: str
    device: str
    scopes: tuple[str, ...]
    refresh_scope: str
    summary: str
    account: tuple[str, str, str]
    privileges: str
    privilege: str

    @property
    def asked(self) -> tuple[str, ...]:
        """The scopes that a log-in asks for."""
        return (*self.scopes, self.refresh_scope)

    def on(self, origin: str) -> OAuth:
        """The same log-in server at another origin (`http://127.0.0.1:8000`), such as a
        sandbox's."""
        return replace(
            self,
            authorize=_moved(self.authorize, origin),
            token=_moved(self.token, origin),
            device=_moved(self.device, origin),
        )


def _moved(url: str, origin: str) -> str:
    here = urlsplit(origin)
    return urlunsplit(urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc))
