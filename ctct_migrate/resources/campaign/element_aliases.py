"""Other names that people write for the elements of a campaign."""

from __future__ import annotations

from collections.abc import Mapping

#: Names of other programs' and of v2's, squeezed (`rules.nearness`), with the element that is meant.
ALIASES: Mapping[str, str] = {
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
}  # fmt: skip
