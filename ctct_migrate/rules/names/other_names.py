"""Other names: what people write for an element or a state, when it is not a misspelling.

`nearness` finds words that are a letter or two away; here stand those that mean the same and look
otherwise.  Each leads to a name of the vocabulary, and is a guess where it may mean something else
too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ctct_migrate.rules.nearness import squeezed

#: Children of a campaign by names of other programs' and of v2's, squeezed.
_ELEMENTS: Mapping[str, str] = {
    "body": "EmailContent", "emailbody": "EmailContent", "emailhtml": "EmailContent",
    "html": "EmailContent", "htmlbody": "EmailContent", "htmlcontent": "EmailContent",
    "emailhtmlcontent": "EmailContent", "message": "EmailContent", "htmltext": "EmailContent",
    "plaintext": "EmailTextContent", "textbody": "EmailTextContent",
    "textcontent": "EmailTextContent", "textversion": "EmailTextContent",
    "emailtext": "EmailTextContent", "plaintextcontent": "EmailTextContent",
    "contentformat": "EmailContentFormat", "format": "EmailContentFormat",
    "campaignname": "Name", "title": "Name", "emailname": "Name",
    "subjectline": "Subject", "emailsubject": "Subject",
    "sendername": "FromName", "senderemail": "FromEmail", "fromaddress": "FromEmail",
    "fromemailaddress": "FromEmail", "replyemail": "ReplyToEmail", "replyto": "ReplyToEmail",
    "replytoemailaddress": "ReplyToEmail",
    "address": "OrganizationAddress1", "address1": "OrganizationAddress1",
    "address2": "OrganizationAddress2", "address3": "OrganizationAddress3",
    "addressline1": "OrganizationAddress1", "addressline2": "OrganizationAddress2",
    "addressline3": "OrganizationAddress3", "street": "OrganizationAddress1",
    "city": "OrganizationCity", "state": "OrganizationState", "statecode": "OrganizationState",
    "province": "OrganizationState", "organizationprovince": "OrganizationState",
    "internationalstate": "OrganizationInternationalState", "country": "OrganizationCountry",
    "countrycode": "OrganizationCountry", "organizationcountrycode": "OrganizationCountry",
    "postalcode": "OrganizationPostalCode", "zip": "OrganizationPostalCode",
    "zipcode": "OrganizationPostalCode", "postcode": "OrganizationPostalCode",
    "organizationzip": "OrganizationPostalCode", "organizationzipcode": "OrganizationPostalCode",
    "companyname": "OrganizationName", "organization": "OrganizationName",
    "salutation": "GreetingSalutation", "greeting": "GreetingString",
    "permissionremindertextcontent": "PermissionReminderText", "css": "StyleSheet",
    "lists": "ContactLists", "senttocontactlists": "ContactLists", "list": "ContactList",
    "scheduleddate": "ScheduledTime", "scheduletime": "ScheduledTime",
    "sendtime": "ScheduledTime", "senddate": "ScheduledTime",
}  # fmt: skip

#: States by the abbreviations that were usual before the two-letter codes (Government Printing
#: Office, and The Associated Press), and by other names, squeezed.
_STATES: Mapping[str, str] = {
    "ala": "AL", "ariz": "AZ", "ark": "AR", "cal": "CA", "calif": "CA", "cali": "CA",
    "colo": "CO", "conn": "CT", "del": "DE", "fla": "FL", "ill": "IL", "ind": "IN", "kan": "KS",
    "kans": "KS", "ky": "KY", "mass": "MA", "mich": "MI", "minn": "MN", "miss": "MS",
    "mont": "MT", "neb": "NE", "nebr": "NE", "nev": "NV", "nmex": "NM", "ndak": "ND",
    "okla": "OK", "ore": "OR", "oreg": "OR", "penn": "PA", "penna": "PA", "sdak": "SD",
    "tenn": "TN", "tex": "TX", "wash": "WA", "wva": "WV", "wis": "WI", "wisc": "WI",
    "wyo": "WY", "dc": "DC", "washingtondc": "DC", "washington,dc": "DC",
    "newyorkstate": "NY", "washingtonstate": "WA", "stateofwashington": "WA",
    "ont": "ON", "que": "QC", "québec": "QC", "alta": "AB", "sask": "SK", "man": "MB",
    "newfoundland": "NL", "pei": "PE", "yukonterritory": "YT",
}  # fmt: skip


def element_called(name: str, known: Collection[str]) -> str | None:
    """The element among `known` that is meant by another name, or None.

    >>> element_called("EmailBody", {"EmailContent", "Name"})
    'EmailContent'
    """
    meant = _ELEMENTS.get(squeezed(name))
    return meant if meant in known else None


def state_called(name: str, known: Collection[str]) -> str | None:
    """The code among `known` of a state by an abbreviation or another name, or None.

    >>> state_called("Calif.", {"CA"}), state_called("Washington, D.C.", {"DC"})
    ('CA', 'DC')
    """
    meant = _STATES.get(squeezed(name))
    return meant if meant in known else None
