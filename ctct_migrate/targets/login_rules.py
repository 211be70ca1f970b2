"""CT660 to CT668: logging in to an account, and access tokens that end.

Texts alone, as in `reply_rules`; the examples are sentences about a log-in.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

_OAUTH = "reference, v3-contract, OAuth 2.0"

LOGIN_ENDED = Rule(
    "CT660",
    "login-ended",
    Severity.ERROR,
    "The log-in has ended: its refresh token is used up, too old, or was taken back",
    "An access token lasts a day, and a refresh token gets the next one. With rotating tokens each"
    " works once; any dies when it was not used for 180 days, when the account's owner takes it back,"
    " or when the answer that held its successor was lost. Only a person at a browser can begin"
    " anew.",
    "The log-in server answers `invalid_grant` when a new access token is asked for.",
    "The log-in server gives a new access token.",
    "Give `ctct-migrate login` again, for the same account, and then the same command: it goes on"
    " where it stopped.",
    _OAUTH,
)
LOGIN_SERVER_FAILED = Rule(
    "CT661",
    "login-server-failed",
    Severity.ERROR,
    "The log-in server cannot be reached, or fails",
    "Without it there is no new access token. Nothing was sent; the token that is there is used as"
    " long as it lasts.",
    "The log-in server answers 503 when a new access token is asked for.",
    "The log-in server gives a new access token.",
    "Wait, and give the same command again.",
    _OAUTH,
)
TOKEN_RENEWED = Rule(
    "CT662",
    "token-renewed",
    Severity.INFO,
    "The access token had ended; there is a new one, and the call is made again",
    "A call with a token that has ended does nothing on the server. That it ended before its time"
    " says that the clock of this machine is wrong, or that the token was taken back.",
    "The server answers 401 to a call with a token that should last for another hour.",
    "The server takes the token.",
    "Nothing needs to be done. If it is reported often, set this machine's clock.",
    _OAUTH,
)
FRESH_TOKEN_REFUSED = Rule(
    "CT663",
    "fresh-token-refused",
    Severity.ERROR,
    "The server refuses an access token that the log-in server has just given",
    "The token is for another server or application, or the user may not use this API any more."
    " To ask for another one again and again would change nothing.",
    "The server answers 401 to the first call with a new access token.",
    "The server takes the new access token.",
    "Look whether `--base-url` is the server that `ctct-migrate whoami` names; then give"
    " `ctct-migrate login` again.",
    _OAUTH,
)
LOGIN_REFUSED = Rule(
    "CT664",
    "login-refused",
    Severity.ERROR,
    "The log-in server refuses the log-in",
    "The user said no, the application is private and belongs to somebody else, a scope does not"
    " exist, or the redirect URI is not one that is registered for the application: it has to be the"
    " same to the letter.",
    "The log-in server answers `access_denied` to the request for authorization.",
    "The log-in server answers with a code.",
    "Read the server's words. In the application's settings, register exactly the redirect URI that"
    " `ctct-migrate login` shows, or say which one is registered with `--redirect-uri`.",
    _OAUTH,
)
CLIENT_REFUSED = Rule(
    "CT665",
    "client-refused",
    Severity.ERROR,
    "The log-in server does not know the application, or not for this way to log in",
    "An application is made for one way: PKCE (the default here, without a secret), authorization"
    " code with a secret, or device. It is known by its client id, which is its API key.",
    "The log-in server answers `invalid_client`.",
    "The log-in server answers with a token.",
    "Look for a typing mistake in `--client-id` or CTCT_CLIENT_ID. An application with a secret needs"
    " CTCT_CLIENT_SECRET; one made for devices, `--device`.",
    _OAUTH,
)
LOGIN_TIMED_OUT = Rule(
    "CT666",
    "login-timed-out",
    Severity.ERROR,
    "Nobody has finished the log-in in time",
    "A code to be entered, and the wait for a browser, end after some minutes.",
    "The log-in server answers `expired_token` while it is asked whether the user has agreed.",
    "The user agrees within the time.",
    "Give `ctct-migrate login` again, and finish it in the browser. If the browser showed that the"
    " redirect URI is not valid, register the one that `ctct-migrate login` shows, to the letter, in"
    " the application's settings, or say with `--redirect-uri` which one is registered.",
    _OAUTH,
)
LOGIN_UNREADABLE = Rule(
    "CT667",
    "login-not-usable",
    Severity.ERROR,
    "The stored log-in cannot be read or written",
    "A new refresh token has to be stored before its access token is used: else an end of the"
    " program would lose the log-in.",
    "The folder of log-ins is on a disk that is full.",
    "The folder of log-ins can be written.",
    "Make room, or give the file back to its owner; if it is damaged, give `ctct-migrate logout` and"
    " `ctct-migrate login` again.",
    _OAUTH,
)
LISTENING_FAILED = Rule(
    "CT668",
    "redirect-not-possible",
    Severity.ERROR,
    "Nothing can listen where the browser is to come back to",
    "After the log-in the browser opens the redirect URI, which is an address of this machine. Another"
    " program is there already, or this user may not use that port.",
    "Another program listens at port 8910.",
    "Nothing else listens at port 8910.",
    "End the other program (it may be another `ctct-migrate login`), or register a redirect URI with"
    " another port for the application, and say it with `--redirect-uri` or `--port`. `--device` needs"
    " none.",
    _OAUTH,
)

#: All of them, in order of their codes.
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (value for value in tuple(globals().values()) if isinstance(value, Rule)),
        key=lambda rule: rule.code,
    )
)
