"""An e-mail address as text, where v1 has the elements `Email` and `EmailAddress` for it."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, fix, lint, read

_WRITTEN = re.compile(r"<(FromEmail|ReplyToEmail)>.*?</\1>", re.DOTALL)
RIGHT = "<EmailAddress>joe@example.com</EmailAddress>"
LINK = '<Email id="http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/1"/>'

#: What stands in the element, the code of the one diagnostic, and what the safe fixes make of it.
CASES = {
    "an address": ("joe@example.com", "CT306", RIGHT),
    "white space around it": ("\n  joe@example.com\n", "CT306", f"\n  {RIGHT}\n"),
    "CDATA": (
        "<![CDATA[joe@example.com]]>",
        "CT306",
        "<EmailAddress><![CDATA[joe@example.com]]></EmailAddress>",
    ),
    "a name with it": ('"Joe" &lt;joe@example.com&gt;', "CT306", RIGHT),
    "mailto": ("mailto:joe@example.com", "CT306", RIGHT),
    "beside the link": (f"joe@example.com{LINK}", "CT306", f"{RIGHT}{LINK}"),
    "beside the address": (f"joe@example.com{RIGHT}", "CT306", RIGHT),
    "in the link": ("<Email>joe@example.com</Email>", "CT302", RIGHT),
}


@pytest.mark.parametrize("name", ["FromEmail", "ReplyToEmail"])
@pytest.mark.parametrize(("held", "code", "fixed"), CASES.values(), ids=CASES)
def test_an_address_as_text(name: str, held: str, code: str, fixed: str) -> None:
    def document(inside: str) -> bytes:
        def written(match: re.Match[str]) -> str:
            return f"<{name}>{inside}</{name}>" if match[1] == name else match[0]

        return _WRITTEN.sub(written, CAMPAIGN).encode()

    assert [each.code for each in lint(read(document(held)))] == [code]
    result, _ = fix(read(document(held)))
    assert result == document(fixed)
    (payload,) = convert(read(result))
    field = "from_email" if name == "FromEmail" else "reply_to_email"
    assert payload.body[field] == "joe@example.com"


@pytest.mark.parametrize(
    "held", [f"ann@example.com{RIGHT}", "Joe's shop", "joe@example.com, ann@example.com"]
)
def test_what_is_meant_is_not_guessed(held: str) -> None:
    markup = f"<FromEmail>{held}</FromEmail>"
    data = re.sub(r"<FromEmail>.*?</FromEmail>", markup, CAMPAIGN, flags=re.DOTALL).encode()
    assert [each.code for each in lint(read(data))] == ["CT306"]
    assert not convert(read(fix(read(data))[0]))
