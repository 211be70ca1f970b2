"""CT650 to CT653 and CT970 to CT979: what an account, its user or a token lacks for documents, and what the server shows
of what was sent.

Texts alone, as in `reply_rules`; the examples are sentences about an account and a document.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity
from ctct_migrate.targets import file_rules

_ORDER = "reference, mapping-v3, The order of calls"
_RECOVERY = "reference, mapping-v3, Crash recovery"

NUMBER_UNKNOWN = Rule(
    "CT970",
    "number-unknown",
    Severity.ERROR,
    "The account does not know the number of a resource that the document names",
    "The ids of this target are not v1's numbers. What a number has become, the account says itself;"
    " it says nothing about what was never in it, or was deleted long ago.",
    "A Campaign for list 999999, which was never in the account.",
    "A Campaign for list 7, which the account has under another id.",
    "Say which one is meant with `--list-map OLD=NEW` (or `--id-map`), by its id or its name; give the"
    " document that creates it in the same run; or take it out of the document.",
    "reference, mapping-v3, How sent campaigns of v1 and v2 are reached",
)
NAMED_UNKNOWN = Rule(
    "CT971",
    "named-unknown",
    Severity.ERROR,
    "The account has nothing of the name that was chosen for a number",
    "`--list-map` and `--id-map` take an id, or the whole name of what the account has.",
    "A Campaign for list 7, `--list-map 7=Customers`, and an account without a list called Customers.",
    "A Campaign for list 7, `--list-map 7=Customers`, and an account with a list called Customers.",
    "Correct the name, or give the id in its place.",
    "reference, v3-contract, Lists",
)
NUMBER_THERE = Rule(
    "CT972",
    "number-there",
    Severity.ERROR,
    "The account has what the document would create, under its number",
    "The document carries a number, and the account says what that has become. To create it would make"
    " a second one.",
    "A Campaign to be created whose number 1100546096289 the account knows.",
    "A Campaign to be created whose number the account does not know.",
    "Bring the document over with `--shape update`, leave it out with `--on-name-taken skip`, or create"
    " a second one with `--on-name-taken rename`.",
    "reference, mapping-v3, Campaign, create",
)
PRIVILEGE_MISSING = Rule(
    "CT973",
    "privilege-missing",
    Severity.ERROR,
    "The user lacks a privilege for this kind of document",
    "An access token does what its user may do. Users with the role Campaign Creator, for one, can"
    " create campaigns, and neither choose lists nor send.",
    "A Schedule, and a user without campaign:send.",
    "A Schedule, and a user with campaign:send.",
    "Log in as a user who has the privilege (an Account Manager or the owner), or ask the account's owner"
    " for it. Then give the same command again.",
    "reference, v3-contract, OAuth 2.0",
)
SCOPE_NOT_GRANTED = Rule(
    "CT974",
    "scope-not-granted",
    Severity.ERROR,
    "The access token was not granted a scope for this kind of document",
    "A token may only do what it was granted, whatever its user may do.",
    "A Campaign, and a token with the scope contact_data alone.",
    "A Campaign, and a token with the scopes campaign_data and contact_data.",
    "Get a token with the scopes campaign_data, contact_data, account_read and offline_access (and"
    " account_update, to add addresses to the account), and give the same command again.",
    "reference, v3-contract, OAuth 2.0",
)
ACCOUNT_ADDRESS_MISSING = Rule(
    "CT975",
    "account-address-missing",
    Severity.ERROR,
    "The account has no postal address",
    "Commercial e-mail must show its sender's postal address, and no mail goes out of an account that"
    " has none.",
    "A Campaign, and an account whose physical address was never entered.",
    "A Campaign, and an account with a physical address.",
    "Enter the organization's address in the account's settings, and give the same command again.",
    "reference, v3-contract, Account endpoints",
)
NOT_SENT_AGAIN = Rule(
    "CT976",
    "not-sent-again",
    Severity.ERROR,
    "The campaign is not a draft any more, and is not scheduled",
    "To schedule a campaign that was sent sends it again, to the contacts who have joined its lists"
    " since. That is never done without being asked for.",
    "A Schedule for a Campaign that the account has as DONE.",
    "A Schedule for a Campaign that the account has as DRAFT.",
    "Look at the campaign in the account. To send its content again, create a new campaign under"
    " another name.",
    "reference, v3-contract, Schedules",
)
NOT_STORED = Rule(
    "CT977",
    "not-stored-as-sent",
    Severity.ERROR,
    "The server says that it did what it was asked, and shows something else",
    "What was written is read back and compared before anything that builds on it is sent: a campaign"
    " whose lists were not stored must not be scheduled.",
    "A Campaign that was sent with two lists, and of which the server then shows one.",
    "A Campaign of which the server shows what was sent.",
    "Look at it in the account, and give the same command again: it is written and compared once more.",
    _ORDER,
)
STORED_OTHERWISE = Rule(
    "CT978",
    "stored-otherwise",
    Severity.WARNING,
    "The server has stored a part of the document in another way than it was sent",
    "Servers may write content in another way, which mostly shows the same to readers.",
    "A Campaign whose html_content the server has with other line breaks inside its tags.",
    "A Campaign whose html_content the server has as it was sent.",
    "Look at the campaign's preview in the account.",
    _ORDER,
)
NOT_PUT_BACK = Rule(
    "CT979",
    "schedule-not-put-back",
    Severity.ERROR,
    "The schedule was taken away for the update, and could not be put back",
    "A scheduled campaign cannot be changed: its schedule is taken away first, and put back with the"
    " same time after the change.",
    "An update of a Campaign that was scheduled for a time which passed before the update was done.",
    "An update of a Campaign that is scheduled for tomorrow.",
    "Schedule the campaign again, in the account or with a Schedule document; its earlier time is given"
    " here.",
    _RECOVERY,
)

FIELD_UNKNOWN = Rule(
    "CT650",
    "custom-field-unknown",
    Severity.ERROR,
    "The account has no custom field of that label",
    "A value of a custom field is sent with the id of the field, and the account knows its fields by"
    " labels that somebody has chosen.",
    "A Contact with a CustomField1, `--custom-field CustomField1=Shoe size`, and an account without a"
    " custom field of that label.",
    "A Contact with a CustomField1, `--custom-field CustomField1=Shoe size`, and an account with a custom"
    " field of that label.",
    "Create the custom field in the account, or say which one takes the value:"
    " `--custom-field CustomField1=LABEL`.",
    "reference, mapping-v3, Contact",
)

SCHEDULE_AWAY = Rule(
    "CT651",
    "schedule-away",
    Severity.ERROR,
    "A schedule was taken away, and the run ended before there was one again",
    "A schedule cannot be changed, and neither can a campaign that has one: it is taken away first, and"
    " placed again afterwards. In between the campaign is not going to be sent.",
    "An update of a scheduled Campaign, in a run that ended after the schedule was taken away.",
    "An update of a scheduled Campaign, in a run that came to its end.",
    "Give the same command again: it goes on there, and places the schedule.",
    _RECOVERY,
)

OTHER_FORMAT = Rule(
    "CT652",
    "other-format",
    Severity.ERROR,
    "What is there was made in another way than the body is for",
    "What an update can hold depends on how what is there was made. A body that is for something else"
    " would put what only v1 understood into it as text, and would leave out what it has a place for.",
    "An update of a Campaign, made for format_type 1, of an activity that the account has with"
    " format_type 5.",
    "The same, made with `--format-type 5`.",
    "Give the same command with the choice that is named here.",
    "reference, v3-contract, PUT /emails/activities/{id}",
)

OWNER_WITHOUT_LISTS = Rule(
    "CT653",
    "schedule-without-lists",
    Severity.ERROR,
    "A campaign that is to be scheduled is for no contact list",
    "A campaign goes to the contacts of its lists. One without lists cannot be scheduled. Neither the"
    " schedule nor the campaign is sent, so that the lists can be added first.",
    "A Schedule of a Campaign whose ContactLists is empty, in the same run.",
    "A Schedule of a Campaign for list 11, in the same run.",
    "Name the lists in the Campaign's ContactLists, and give the same command again. To create the"
    " campaign as a draft without lists, leave its Schedule out.",
    "reference, v3-contract, Schedules",
)

#: Those that are said of documents without a call that was refused.
ACCOUNT_RULES = (FIELD_UNKNOWN, SCHEDULE_AWAY, OTHER_FORMAT, OWNER_WITHOUT_LISTS, *file_rules.RULES)

RULES = (
    NUMBER_UNKNOWN,
    NAMED_UNKNOWN,
    NUMBER_THERE,
    PRIVILEGE_MISSING,
    SCOPE_NOT_GRANTED,
    ACCOUNT_ADDRESS_MISSING,
    NOT_SENT_AGAIN,
    NOT_STORED,
    STORED_OTHERWISE,
    NOT_PUT_BACK,
)
