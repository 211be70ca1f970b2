"""Contact: somebody who gets e-mails (reference, v1-resources, Contact)."""

from __future__ import annotations

from ctct_migrate.resources.contact.standing import Standing
from ctct_migrate.resources.resource import Recipient, Reference, Resource

#: What an entry of a collection of contacts has (reference, v1-resources, Contact: Elements).
SUMMARY = frozenset({
    "Status", "EmailAddress", "EmailType", "Name", "OptInTime", "OptInSource", "Confirmed",
    "InsertTime",
})  # fmt: skip

#: v1's fifteen fields of the account's own.
CUSTOM_FIELDS = tuple(f"CustomField{number}" for number in range(1, 16))

CONTACT = Resource(
    name="Contact",
    noun="contact",
    collection="contacts",
    key="EmailAddress",
    author_may_be_empty=True,
    limits_unknown=True,
    listed=SUMMARY,
    references=(Reference("contact_list", ("ContactLists/ContactList*/@id",)),),
    recipient=Recipient(
        "EmailAddress",
        "Status",
        opted_out=Standing.DO_NOT_MAIL.value,
        removed=Standing.REMOVED.value,
    ),
    wording={
        "ContactStatus": "CT330",
        "ContactEmailAddress": "CT331",
        "StateCode": "CT333",
        "CountryCode": "CT334",
        "OptInSource": "CT335",
        "EmailType": "CT345",
    },
    aliases={
        "email": "EmailAddress", "mail": "EmailAddress", "emailaddr": "EmailAddress",
        "e-mail": "EmailAddress", "givenname": "FirstName", "fname": "FirstName",
        "surname": "LastName", "familyname": "LastName", "lname": "LastName",
        "company": "CompanyName", "organization": "CompanyName", "title": "JobTitle",
        "phone": "HomePhone", "telephone": "HomePhone", "homephonenumber": "HomePhone",
        "businessphone": "WorkPhone", "workphonenumber": "WorkPhone",
        "address": "Addr1", "address1": "Addr1", "address2": "Addr2", "address3": "Addr3",
        "addressline1": "Addr1", "addressline2": "Addr2", "addressline3": "Addr3",
        "line1": "Addr1", "line2": "Addr2", "line3": "Addr3", "street": "Addr1",
        "state": "StateName", "province": "StateName", "country": "CountryName",
        "zip": "PostalCode", "zipcode": "PostalCode", "postcode": "PostalCode",
        "notes": "Note", "comment": "Note", "lists": "ContactLists",
    },
    written_twice=frozenset({"OptInSource"}),
    labelled=(*CUSTOM_FIELDS, "MiddleName"),
    filler_texts=frozenset({"Customer document"}),
    rules="ctct_migrate.resources.contact.rules",
    plain="ctct_migrate.resources.contact.plain",
)  # fmt: skip
