"""The catalogue of what a server answers when it does not do what it was asked: CT9.

Texts alone.  Which answer is which code, and what is done about it, stands in `replies` and in
`targets/TARGET/answers.py`; the
rules of the second half (CT940 and on) are about what an account holds, and are found before a
call is made, or by comparing what the server has with what was sent.

`bad` and `good` of the first half are whole exchanges, which the tests run through the
classifier: the call, an empty line, and the answer as it comes over the wire (or, in
parentheses, what became of the connection).  Those of the second half are sentences about an
account and a document.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity
from ctct_migrate.targets import account_rules, body_answers, import_rules

_REFERENCE = "reference, v2-contract, Errors that have been seen"
_ENDPOINTS = "reference, v2-contract, Endpoints"
_TRANSPORT = "reference, v2-contract, Transport"

_CREATED = """\
POST emailmarketing/campaigns

HTTP/1.1 201 Created
Content-Type: application/json

{"id": "1100546096289", "name": "Spring news", "status": "DRAFT"}"""

_SCHEDULED = """\
POST emailmarketing/campaigns/1100546096289/schedules

HTTP/1.1 201 Created
Content-Type: application/json

{"id": "1", "scheduled_date": "2013-05-10T11:07:43.626Z"}"""


def _answer(status: str, body: str = "", *headers: str, call: str = "") -> str:
    """An exchange, as `Rule.bad` holds it."""
    lines = [call or "POST emailmarketing/campaigns", "", f"HTTP/1.1 {status}"]
    if body.startswith(("[", "{")):
        lines.append("Content-Type: application/json")
    return "\n".join([*lines, *headers, "", body])


def _error(status: str, key: str, message: str, *headers: str, call: str = "") -> str:
    """An exchange that ends in one of v2's error objects."""
    body = f'[{{"error_key": "{key}", "error_message": "{message}"}}]'
    return _answer(status, body, *headers, call=call)


def _rule(
    code: str,
    name: str,
    summary: str,
    *,
    why: str,
    bad: str,
    how: str,
    good: str = _CREATED,
    fact: str = _REFERENCE,
    severity: Severity = Severity.ERROR,
) -> Rule:
    return Rule(code, name, severity, summary, why, bad, good, how, fact)


# 400: the document

SCHEMA_REFUSED = _rule(
    "CT901",
    "schema-refused",
    "The server refuses a value of this document",
    why="The server checks each property's type, length and form, and takes nothing of a request that"
    " breaks one.",
    bad=_error(
        "400 Bad Request",
        "json.regex.mismatch.email_content",
        "#/email_content: This attribute value must be of the format '<html><body>'",
    ),
    how="Change the element that is pointed at as the server's words say, and send again.",
)
ADDRESS_MISSING = _rule(
    "CT902",
    "address-missing",
    "Neither the document nor the account has a postal address",
    why="Commercial e-mail must show its sender's postal address. The server takes it from the campaign's"
    " message_footer, else from the account; here both are empty.",
    bad=_error("400 Bad Request", "http.status.bad_request", "Please enter an address"),
    how="Give OrganizationName, OrganizationAddress1, OrganizationCity, OrganizationState and"
    " OrganizationCountry in the Campaign, or enter the organization's address in the account's"
    " settings.",
)
LIST_UNKNOWN = _rule(
    "CT903",
    "list-unknown",
    "The account has no contact list of that number",
    why="A campaign can only be sent to lists of the account that it is created in. In another"
    " account the same list has another number.",
    bad=_error(
        "400 Bad Request",
        "json.field.lists.value.invalid",
        "The contact list 99 does not exist.",
    ),
    how="Say which list is meant with `--list-map OLD=NEW` (or a CSV file of such pairs), create"
    " the list, or take the ContactList out of the document.",
)
ADDRESS_REFUSED = _rule(
    "CT904",
    "address-not-confirmed",
    "The account has no confirmed e-mail address of that name",
    why="Mail is sent from, and replies go to, none but addresses that the account's owner has"
    " confirmed.",
    bad=_error("400 Bad Request", "json.email.invalid", "The e-mail address is not valid."),
    how="Confirm the address in the account (My Settings, Verified Email Addresses), or change"
    " FromEmail or ReplyToEmail to one that is confirmed.",
    fact="reference, v2-contract, Campaign",
)
REFUSED = _rule(
    "CT905",
    "refused",
    "The server refuses this document",
    why="The server named no place in the request; its words are all that is known.",
    bad=_error("400 Bad Request", "http.status.bad_request", "The campaign cannot be saved."),
    how="Change the document as the server's words say, and send again.",
)
STOCK_READ_ONLY = _rule(
    "CT906",
    "stock-read-only",
    "The content of a STOCK campaign cannot be written",
    why="A campaign that was made from a template has its text_content, email_content and"
    " style_sheet changed in the user interface alone.",
    bad=_error(
        "400 Bad Request",
        "json.field.readonly",
        "#/email_content: This attribute is read-only when template_type is STOCK.",
        call="PUT emailmarketing/campaigns/1100546096289",
    ),
    how="Leave EmailContent, EmailTextContent and StyleSheet out of the update, or change them in"
    " the user interface.",
    fact="reference, v2-contract, Endpoints",
)

# 401 and 403: who is asking

TOKEN_REFUSED = _rule(
    "CT910",
    "token-refused",
    "The access token is wrong or has expired",
    why="Every call carries an access token that an account's owner granted to an API key. None"
    " of the documents can be sent without it.",
    bad=_error("401 Unauthorized", "http.status.authentication.invalid_token", "Invalid token"),
    how="Get a new access token for this account (for v2 with this API key; for v3 `ctct-migrate login`"
    " gets one), put it into CTCT_ACCESS_TOKEN, and give the same command again: it goes on where it"
    " stopped.",
)
KEY_INACTIVE = _rule(
    "CT911",
    "key-inactive",
    "The API key is wrong or not active",
    why="Every call carries an API key. Keys of v2 can no longer be created, but old ones work"
    " until they are deactivated.",
    bad=_error("403 Forbidden", "mashery.not.authorized.inactive", "The key is inactive"),
    how="Look for a typing mistake in CTCT_API_KEY; else ask Constant Contact's API support, with"
    " user name and API key, to activate it. Then give the same command again.",
)
OVER_QPS = _rule(
    "CT912",
    "over-qps",
    "Too many calls in one second",
    why="A key has a number of calls that it may make in a second, counted over all programs that"
    " use it.",
    bad=_error(
        "403 Forbidden",
        "mashery.not.authorized.over.qps",
        "This key is over its queries-per-second quota",
    ),
    how="Nothing needs to be done: the call is made again after a second, and the next ones more"
    " slowly. If it goes on, another program uses the key: give a smaller --calls-per-second.",
)
QUOTA_USED_UP = _rule(
    "CT913",
    "quota-used-up",
    "The day's calls are used up",
    why="A key has a number of calls that it may make in a day, counted over all programs that use"
    " it.",
    bad=_error(
        "403 Forbidden",
        "mashery.not.authorized.over.ratelimit",
        "This key is over its rate limit quota",
    ),
    how="Give the same command again when the next day has begun, or let it wait with --wait.",
)
SCHEDULING_NOT_PERMITTED = _rule(
    "CT914",
    "scheduling-not-permitted",
    "The API key has no permission to schedule",
    why="Scheduling through the API needs a permission which Constant Contact grants to an API"
    " key, on request. It is apart from the permission to create campaigns, which works without"
    " it; nothing in the document can change that.",
    bad=_answer(
        "403 Forbidden",
        "<html><body><h1>HTTP Status 403 - Access is denied</h1></body></html>",
        "Content-Type: text/html;charset=utf-8",
        "WWW-Authenticate: Bearer error='insufficient_scope',",
        call="POST emailmarketing/campaigns/1100546096289/schedules",
    ),
    good=_SCHEDULED,
    how="Write to Constant Contact's API support with the account's user name and the API key, and"
    " ask them to enable scheduling for that key. If it was granted before, make sure that it was"
    " for this key and not for another account's. The campaigns are created meanwhile; afterwards"
    " give the same command again, and the schedules are placed.",
)
SCOPE_MISSING = _rule(
    "CT915",
    "scope-missing",
    "The access token or its user lacks a privilege",
    why="An access token does what its user may do and has granted: here a privilege for this"
    " kind of call is missing, so that no document can be sent.",
    bad=_answer(
        "403 Forbidden",
        "<html><body><h1>Access is denied</h1></body></html>",
        "WWW-Authenticate: Bearer error='insufficient_scope'",
    ),
    how="Get an access token from a user who may create campaigns, or ask the account's owner for"
    " the privilege. Then give the same command again.",
)
FORBIDDEN = _rule(
    "CT916",
    "forbidden",
    "The server forbids the call and does not say why",
    why="None of the known reasons for a 403 fits, so that the next call would most likely be"
    " forbidden too.",
    bad=_answer("403 Forbidden", "<html><body><h1>Forbidden</h1></body></html>"),
    how="Ask Constant Contact's API support, with the server's words, user name and API key.",
)

# The other 4xx

NOT_FOUND = _rule(
    "CT917",
    "not-found",
    "The server has nothing of that number",
    why="The number leads nowhere: what it named was removed, or belongs to another account.",
    bad=_error(
        "404 Not Found",
        "http.status.not_found",
        "Not found",
        call="PUT emailmarketing/campaigns/1100546096289",
    ),
    good=_answer(
        "200 OK",
        '{"id": "1100546096289", "name": "Spring news"}',
        call="PUT emailmarketing/campaigns/1100546096289",
    ),
    how="Look it up in the account. If it is gone, create it (`--shape create`); for a"
    " schedule, send its campaign's document in the same run.",
)
NAME_TAKEN = _rule(
    "CT918",
    "name-taken",
    "The account has one of that name already",
    why="Names are unique in an account: no two campaigns, and no two contact lists, have one.",
    bad=_error("409 Conflict", "http.status.conflict", "The name is taken"),
    how="Change Name, or say what to do with `--on-name-taken`: `skip` leaves what is there,"
    " `rename` puts a number after the name, `update` replaces what is there.",
)
SCHEDULE_TAKEN = _rule(
    "CT919",
    "schedule-taken",
    "The campaign has a schedule already",
    why="A campaign has at most one schedule.",
    bad=_error(
        "409 Conflict",
        "http.status.conflict",
        "The campaign has a schedule",
        call="POST emailmarketing/campaigns/1100546096289/schedules",
    ),
    good=_SCHEDULED,
    how="Nothing needs to be done: the schedule that is there is fetched, and changed if it"
    " differs.",
    fact="reference, v1-atom, Schedule",
)
NOT_ACCEPTABLE = _rule(
    "CT920",
    "not-acceptable",
    "The server or something before it does not take `Accept: application/json`",
    why="This program sends that header with each call, as the API wants it: something on the way"
    " changes it, or this is not the API.",
    bad=_error("406 Not Acceptable", "http.status.not_acceptable", "Unsupported Accept header"),
    how="Check the base URL, and any proxy between here and there.",
)
GONE = _rule(
    "CT921",
    "gone",
    "The resource is retired",
    why="The server says that what is at this address will not come back.",
    bad=_answer("410 Gone", "<html><body>Gone</body></html>"),
    how="Check the base URL; a campaign that is gone has to be created anew.",
)
MEDIA_TYPE = _rule(
    "CT922",
    "media-type",
    "The server or something before it does not take `Content-Type: application/json`",
    why="This program sends that header with each call, as the API wants it: something on the way"
    " changes it, or this is not the API.",
    bad=_error("415 Unsupported Media Type", "http.status.unsupported", "Use application/json"),
    how="Check the base URL, and any proxy between here and there.",
)
TOO_MANY = _rule(
    "CT923",
    "too-many-requests",
    "The server asks for fewer calls",
    why="Something between here and the API counts the calls, too.",
    bad=_answer("429 Too Many Requests", "", "Retry-After: 2"),
    how="Nothing needs to be done: the call is made again when the server says, and the next ones"
    " more slowly.",
    fact="RFC 6585, 4",
)
WRONG_BASE = _rule(
    "CT924",
    "wrong-base-url",
    "There is no such API at this base URL",
    why="The address of all campaigns does not exist there.",
    bad=_answer("404 Not Found", "<html><body>Not Found</body></html>"),
    how="Check --base-url: v2's is https://api.constantcontact.com/v2/, with the `/v2/`, and v3's is"
    " https://api.cc.email/v3/, with the `/v3/`.",
    fact=_TRANSPORT,
)
UNEXPECTED = _rule(
    "CT925",
    "unexpected-status",
    "The server answers with a status that the API is not known to use",
    why="What cannot be understood is not repeated for every document.",
    bad=_answer("418 I'm a teapot", "short and stout"),
    how="Check the base URL, and any proxy between here and there.",
    fact=_ENDPOINTS,
)
REDIRECT_REFUSED = _rule(
    "CT926",
    "redirect-refused",
    "The server sends the call elsewhere",
    why="The API has no redirects. To follow one to another host would carry the access token there.",
    bad=_answer("302 Found", "", "Location: https://elsewhere.example/v2/"),
    how="Check the base URL. If the API has moved, give its new address.",
    fact=_TRANSPORT,
)

# The server or the way to it

SERVER_FAILURE = _rule(
    "CT930",
    "server-failure",
    "The server failed",
    why="A failing server may or may not have stored what it was sent; a second POST could make a"
    " second campaign.",
    bad=_answer("500 Internal Server Error", "<html><body>Internal Server Error</body></html>"),
    how="Nothing needs to be done: the server is asked what it has, and the request is sent again"
    " only if it is not there. If the server keeps failing, give the same command again later.",
)
HTML_ANSWER = _rule(
    "CT931",
    "html-answer",
    "The server answers success with a page of HTML",
    why="Such an answer does not say what was stored; a login page of a network looks like this.",
    bad=_answer("200 OK", "<!DOCTYPE html><html><body>Welcome</body></html>"),
    how="Check that this network reaches the API. The server is asked what it has before anything"
    " is sent again.",
)
EMPTY_ANSWER = _rule(
    "CT932",
    "empty-answer",
    "The server answers success with an empty body",
    why="Such an answer does not say what was stored, nor under which id.",
    bad=_answer("201 Created"),
    how="Nothing needs to be done: the server is asked what it has before anything is sent again.",
)
TRUNCATED_ANSWER = _rule(
    "CT933",
    "truncated-answer",
    "The server's answer ends in the middle",
    why="Such an answer does not say with certainty what was stored.",
    bad=_answer("201 Created", '{"id": "11005460962'),
    how="Nothing needs to be done: the server is asked what it has before anything is sent again.",
)
NONSENSE_ANSWER = _rule(
    "CT934",
    "nonsense-answer",
    "The server answers success with something else than was asked for",
    why="Such an answer is no evidence that the request was done.",
    bad=_answer("200 OK", '{"hello": "world"}'),
    how="Check the base URL. The server is asked what it has before anything is sent again.",
)
UNREACHABLE = _rule(
    "CT935",
    "unreachable",
    "The server cannot be reached",
    why="No connection could be made, so that nothing was sent.",
    bad="POST emailmarketing/campaigns\n\n(no connection could be made)",
    how="Check the network, the base URL and the proxy settings, and give the same command again.",
    fact=_TRANSPORT,
)
CONNECTION_LOST = _rule(
    "CT936",
    "connection-lost",
    "The connection was lost before the answer came",
    why="The request had been sent, and may have been done; a second POST could make a second"
    " campaign.",
    bad="POST emailmarketing/campaigns\n\n(the connection ended before the answer did)",
    how="Nothing needs to be done: the server is asked what it has, and the request is sent again"
    " only if it is not there.",
)
NO_ANSWER = _rule(
    "CT937",
    "no-answer-in-time",
    "The server did not answer in time",
    why="The request had been sent, and may have been done; a second POST could make a second"
    " campaign.",
    bad="POST emailmarketing/campaigns\n\n(no answer came in time)",
    how="Nothing needs to be done: the server is asked what it has, and the request is sent again"
    " only if it is not there.",
)
CERTIFICATE_REFUSED = _rule(
    "CT938",
    "certificate-refused",
    "The server's certificate is not to be trusted",
    why="Whoever stands there cannot show that it is the host that was asked for, and would get the"
    " access token.",
    bad="POST emailmarketing/campaigns\n\n(the server's certificate is not to be trusted)",
    how="Check the base URL and this machine's clock. Behind a proxy that opens TLS, name its"
    " certificate with the environment variable SSL_CERT_FILE.",
    fact=_TRANSPORT,
)

# What an account holds

NOT_A_DRAFT = _rule(
    "CT940",
    "not-a-draft",
    "The campaign is no longer a draft",
    why="PUT works on drafts; a campaign that is scheduled, running or sent is left as it is.",
    bad="An update of campaign 1100546096289, which the account has as SENT.",
    good="An update of campaign 1100546096289, which the account has as DRAFT.",
    how="Take the schedule away in the user interface first, or create a new campaign"
    " (`--shape create`, with another Name).",
    fact=_ENDPOINTS,
)
WOULD_EMPTY = _rule(
    "CT941",
    "update-would-empty",
    "The update would empty what the document leaves out",
    why="PUT replaces: each property that the request leaves out is emptied on the server.",
    bad="An update without StyleSheet, of a campaign that has a style_sheet in the account.",
    good="An update with a StyleSheet, of a campaign that has a style_sheet in the account.",
    how="Add the elements to the document, or allow it with --allow-emptying.",
    fact=_ENDPOINTS,
)
MOMENT_PASSED = _rule(
    "CT942",
    "schedule-passed",
    "The time of the schedule has passed",
    why="Schedules are taken in the future alone.",
    bad="A Schedule with a ScheduledTime of 2010-11-13T20:03:35.000Z.",
    good="A Schedule with a ScheduledTime of tomorrow.",
    how="Change ScheduledTime, or move all past schedules with `--reschedule-past TIME`.",
    fact="reference, v2-contract, Schedule",
)
NAME_TWICE = _rule(
    "CT943",
    "name-twice",
    "Two documents of this run have one name or address",
    why="Names of campaigns and lists, and the addresses of contacts, are unique in an account: the second could not be created.",
    bad="Two Campaigns with the Name `Spring news`.",
    good="Two Campaigns, with the Names `Spring news` and `Autumn news`.",
    how="Change one of the two, or take one of the documents away.",
    fact="reference, v2-contract, Campaign; v2-resources, Contacts",
)
NUMBER_TWICE = _rule(
    "CT944",
    "number-twice",
    "Two documents of this run have one number",
    why="A schedule, or an update, of that number would not know which of them is meant.",
    bad="Two Campaigns with the id `…/campaigns/1100546096289`, or two Schedules for it.",
    good="One Campaign with the id `…/campaigns/1100546096289`, and one Schedule for it.",
    how="Take one of the documents away, or correct its number.",
    fact="reference, v1-atom, Schedule",
)
CAMPAIGN_MISSING = _rule(
    "CT945",
    "campaign-not-sent",
    "The campaign that the schedule belongs to was not sent",
    why="A schedule can be placed only on a campaign that is in the account.",
    bad="A Schedule for a Campaign of the same run that the server refused.",
    good="A Schedule for a Campaign of the same run that was created.",
    how="Fix what is reported about the campaign's document, and give the same command again.",
    fact=_ENDPOINTS,
)
DOUBT_DIFFERS = _rule(
    "CT946",
    "in-doubt-differs",
    "A request is in doubt, and what the server has differs from it",
    why="The answer was lost. The account now holds something of that name which is younger than"
    " the request, and yet not equal to it: it may be this document, changed by somebody since, or"
    " somebody else's.",
    bad="A lost POST of `Spring news`, and a new campaign `Spring news` with another subject.",
    good="A lost POST of `Spring news`, and a new campaign `Spring news` that is equal to it.",
    how="Look at it in the account. If it may be overwritten, give the same command with"
    " `--on-name-taken update`; if it is not yours, change Name.",
)
CHANGED_SINCE = _rule(
    "CT947",
    "changed-since-sent",
    "The document has changed since it was sent",
    why="What was created from an earlier version of this document is left as it is.",
    bad="A Campaign that was sent, and whose Subject was edited afterwards.",
    good="A Campaign that was sent, and was not edited afterwards.",
    how="Bring the change over with `--shape update`.",
    severity=Severity.WARNING,
    fact=_ENDPOINTS,
)
UNCLEAR = _rule(
    "CT948",
    "maybe-sent-before",
    "The document may be one that was sent before",
    why="It has the name of a document that was sent, but other contents, and it was found"
    " elsewhere. If it is that document, changed since, sending it would create it a"
    " second time; if it is another one, leaving it out would lose it.",
    bad="A Campaign `Spring news` in new.xml, after a Campaign `Spring news` with another Subject"
    " was sent from old.xml.",
    good="A Campaign `Spring news` in new.xml, after the same Campaign was sent from old.xml.",
    how="If it is the same document, give the command again with `--on-unclear same`: what was sent"
    " stays as it is. If it is another one, give `--on-unclear new`, or change Name: names are"
    " unique in an account.",
    fact="reference, v2-contract, Campaign",
)
SAME_TWICE = _rule(
    "CT949",
    "document-twice",
    "The same document is there twice, and is sent once",
    why="Two documents of this run say the same, under one number or one name.",
    bad="A Campaign `Spring news` in a.xml, and a copy of it in b.xml.",
    good="A Campaign `Spring news` in a.xml, and a Campaign `Autumn news` in b.xml.",
    how="Nothing needs to be done. If two campaigns are meant, change one Name.",
    severity=Severity.WARNING,
    fact="reference, v2-contract, Campaign",
)

STEP_CHANGED = _rule(
    "CT950",
    "changed-half-way",
    "The document has changed in what was sent already, while other calls for it are still to come",
    why="What this document says takes several calls. Some of them were made from an earlier version"
    " of it, and to make the others from this one would leave a mixture of the two.",
    bad="A document of which the first call succeeded and the second was refused, and in which what"
    " the first call sent was edited afterwards.",
    good="The same document, in which only what the second call sends was edited.",
    how="Undo the change and give the same command again, so that the other calls are made; then"
    " bring the change over with `--shape update`.",
    fact="reference, mapping-v3, Crash recovery",
)

#: All of them, in order of their codes.
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *(value for value in tuple(globals().values()) if isinstance(value, Rule)),
            *import_rules.RULES,
            *account_rules.RULES,
            *body_answers.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
