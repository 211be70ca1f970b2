"""The rules about forms: their words for the catalogue.

The checks stand in `form_parameters_check`, `form_values_check` and `form_table_check`.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Marking, Rule, Severity

_FACT = "reference, v1-resources, Activity: Request parameters"
_V2 = "reference, mapping-v2, v1 activity request"
_CSV = "RFC 4180, 2; reference, v1-resources, Activity"
_FORM = "RFC 1866, 8.2.1: the form-urlencoded media type"

_LIST = "http%3A%2F%2Fapi.constantcontact.com%2Fws%2Fcustomers%2Fjoe%2Flists%2F7"
_DATA = "Email+Address%2CFirst+Name%0Aada%40example.org%2CAda"


def _form(
    data: str = _DATA, *, activity: str = "SV_ADD", lists: str = _LIST, more: str = ""
) -> str:
    return f"activityType={activity}&data={data}&lists={lists}{more}"


GOOD_FORM = _form()
_EXPORT = f"activityType=EXPORT_CONTACTS&fileType=CSV&listId={_LIST}&columns=EMAIL+ADDRESS"


def _rule(
    number: int, name: str, summary: str, why: str, bad: str, how: str, fact: str = _FACT,
    severity: Severity = Severity.ERROR, good: str = GOOD_FORM, target: str = "",
    marking: Marking = Marking.NONE,
) -> Rule:  # fmt: skip
    return Rule(
        f"CT{number}", name, severity, summary, why, bad, good, how, fact, target=target, marking=marking
    )  # fmt: skip


ACTIVITY_TYPE = _rule(
    350, "form-activity-type", "A form that does not say what is to be done",
    "`activityType` says whether contacts are added, removed or exported. Without one that v1 knows, the form is no request, and there is no telling which request of v2 it becomes.",
    _form(activity="ADD_CONTACS"),
    "Write one of v1's words; every client wrote `SV_ADD` to add contacts.",
)  # fmt: skip
PARAMETER_MISSING = _rule(
    351, "form-parameter-missing", "A form without the contacts, or without a list",
    "v1 needs to know which contacts are meant, and which lists. So does v2.",
    f"activityType=SV_ADD&data={_DATA}",
    "Add the parameter.",
)  # fmt: skip
PARAMETER_UNKNOWN = _rule(
    352, "form-parameter-unknown", "A parameter that v1 does not have, or not for this activity",
    "v1 ignores it. Often it is a misspelling, or a raw `&` inside the data, which ends the data there and loses the rest.",
    _form("Email+Address%2CCompany+Name%0Aada%40example.org%2CFour+&+Sons"),
    "Write the name as v1 has it. In a value, write `&` as `%26`.",
)  # fmt: skip
PARAMETER_TWICE = _rule(
    353, "form-parameter-twice", "A parameter that is given twice",
    "Only `lists` and `columns` may repeat. Of any other, nobody can tell which value counts.",
    _form(more="&activityType=CLEAR_CONTACTS_FROM_LISTS"),
    "Keep the one that is right.",
)  # fmt: skip
FORM_LIST = _rule(
    354, "form-list", "A list that is not given by its URI, or cannot be used so",
    "v1 takes whole URIs, `http://api.constantcontact.com/ws/customers/USER/lists/NUMBER`, one for each `lists`. The lists that v1 kept itself (active, removed, do-not-mail) can be exported, and nobody can be put on them.",
    _form(lists="7"),
    "Write the URI of the list.",
)  # fmt: skip
PERCENT = _rule(
    355, "form-percent", "A percent sign that begins no escape, or escapes that are not UTF-8",
    "In a form `%` and two hexadecimal figures stand for a byte of UTF-8. A percent sign alone is written `%25`.",
    _form("Email+Address%2CJob+Title%0Aada%40example.org%2C100%+owner"),
    "Write `%25` for a percent sign, and encode text as UTF-8 first.", _FORM,
)  # fmt: skip
PLUS = _rule(
    356, "form-plus", "A plus sign of an address that is not encoded, and so became a blank",
    "In a form a raw `+` stands for a blank: `ada+news@example.org` has to be sent as `ada%2Bnews%40example.org`. v1 answered that the address was not valid.",
    _form("Email+Address%0Aada+news%40example.org"),
    "Write `%2B`; or apply the fix. The program that makes the form has to encode each value.", _FORM,
)  # fmt: skip
NOT_ENCODED = _rule(
    357, "form-not-encoded", "A value that is not encoded",
    "Blanks, line ends, quotes and letters beyond ASCII have to be encoded in a form. Servers forgive some of them; an `&`, a `+` or a `%` among them changes what is sent.",
    "activityType=SV_ADD&data=Email Address\nada@example.org&lists=" + _LIST,
    "Encode the value, as `urllib.parse.urlencode` and `http_build_query` do; or apply the fix.", _FORM,
    Severity.WARNING,
)  # fmt: skip
COLUMN = _rule(
    358, "csv-column", "A column that v1 does not have, or no column of addresses",
    "The first line of the data names its columns. What stands in a column of another name is lost, and without EMAIL ADDRESS nobody can be found.",
    _form("Email+Address%2CCustom+Field+16%0Aada%40example.org%2Cgold"),
    "Write the name as v1 has it, in any letter case.",
)  # fmt: skip
COLUMN_TWICE = _rule(
    359, "csv-column-twice", "A column that is there twice",
    "Of two columns with one name nobody can tell which counts.",
    _form("Email+Address%2CCity%2CCity%0Aada%40example.org%2CTroy%2CUtica"),
    "Delete one of the columns, or name it right.",
)  # fmt: skip
ROW_WIDTH = _rule(
    360, "csv-row-width", "A row with more or fewer cells than there are columns",
    "The values of the row stand under the wrong names. Often a value holds the separator and has no quotes around it.",
    _form("Email+Address%2CCompany+Name%0Aada%40example.org%2CBaker%2C+Inc."),
    "Put a value that holds the separator into double quotes, or add the cells that are missing.", _CSV,
)  # fmt: skip
QUOTE = _rule(
    361, "csv-quote", "A quote that does not end, or ends too early",
    "Quotes begin and end a cell. One that does not end takes all that follows into its cell, other contacts among it. Inside quotes a quote is written twice.",
    _form("Email+Address%2CFirst+Name%0Aada%40example.org%2C%22Ada%0Abob%40example.org%2CBob"),
    "End the quotes after the value, and write a quote inside them twice.", _CSV,
)  # fmt: skip
SEPARATOR = _rule(
    362, "csv-separator", "Cells that are separated by `;` or `|`",
    "v1 reads commas and tabs. With any other separator each line is one cell.",
    _form("Email+Address%3BFirst+Name%0Aada%40example.org%3BAda"),
    "Separate the cells with commas; or apply the fix.",
)  # fmt: skip
INVISIBLE = _rule(
    363, "csv-invisible", "An invisible character in the data",
    "A byte order mark makes the name of the first column another one; control characters have no place in names and addresses.",
    _form("%EF%BB%BF" + _DATA),
    "Delete it.", severity=Severity.WARNING,
)  # fmt: skip
CSV_ADDRESS = _rule(
    364, "csv-address", "A row without one address of e-mail",
    "Each row is about one contact, which is known by its address: one `@`, no blanks, no name beside it, at most 80 characters.",
    _form("Email+Address%0Aada.example.org"),
    "Write the address alone.",
)  # fmt: skip
CSV_VALUE = _rule(
    365, "csv-value", "A value that is longer than allowed, or is no country",
    "v2 refuses the request, with all its contacts, for one value that is too long: that is a warning, and an error where a body is to be made. v2 takes a country as its two letters; a country that it does not know is left out.",
    _form("Email+Address%2CCountry%0Aada%40example.org%2CFreedonia"),
    "Shorten the value; write a country as its two letters or its English name.",
    "reference, v2-resources, Contacts and Bulk activities", Severity.WARNING,
)  # fmt: skip
ADDRESS_TWICE = _rule(
    366, "csv-address-twice", "An address that is in the data twice",
    "A contact is known by its address, in which letter case does not count. It is sent once, as it stands first.",
    _form("Email+Address%0Aada%40example.org%0AADA%40example.org"),
    "Delete the row that is wrong; of two that say the same, nothing has to be done.", severity=Severity.WARNING,
)  # fmt: skip
OPTION = _rule(
    367, "form-option", "An option of an export that has another value than v1 allows",
    "An export takes `fileType` CSV or TXT, `sortBy` EMAIL_ADDRESS or DATE_DESC, and true or false for what it may add.",
    _EXPORT + "&sortBy=NAME", "Write one of the allowed values.", good=_EXPORT,
)  # fmt: skip
LEFT_OUT = _rule(
    368, "form-left-out", "A part of the form that v2 has no place for",
    "v2's imports and exports have no middle name and no second part of a postal code, exports do not name their list and are CSV, and a removal needs addresses alone.",
    _form("Email+Address%2CMiddle+Name%0Aada%40example.org%2CB."),
    "Nothing has to be done; it is not in the body.", _V2, Severity.INFO,
    marking=Marking.UNNECESSARY,
)  # fmt: skip
SPLIT = _rule(
    369, "form-split", "A form with more contacts than one request takes",
    "v2 limits the rows and the bytes of one request. The form becomes several, each with the same lists.",
    "", "Nothing has to be done. Send the requests one after the other.",
    "reference, v2-resources, Bulk activities", Severity.WARNING,
)  # fmt: skip

COLUMN_UNMAPPED = _rule(
    742, "csv-column-unmapped", "A custom field in a form of which nobody says what it is called in v3",
    "v1 numbered its fifteen custom fields. v3 knows fields by the labels that the account's owner gave them, and how v1's numbers are called there is not published. A column without values is not asked about.",
    _form("Email+Address%2CCustom+Field+1%0Aada%40example.org%2CMysteries"),
    "Say which field takes it, by its label in the account: `--custom-field CustomField1=LABEL`; with nothing after `=` the values are left out.",
    "reference, mapping-v3, Activity: Type ADD_CONTACTS", target="v3",
)  # fmt: skip

RULES = (
    ACTIVITY_TYPE, PARAMETER_MISSING, PARAMETER_UNKNOWN, PARAMETER_TWICE, FORM_LIST, PERCENT, PLUS, NOT_ENCODED,
    COLUMN, COLUMN_TWICE, ROW_WIDTH, QUOTE, SEPARATOR, INVISIBLE, CSV_ADDRESS, CSV_VALUE, ADDRESS_TWICE, OPTION,
    LEFT_OUT, SPLIT, COLUMN_UNMAPPED,
)  # fmt: skip
