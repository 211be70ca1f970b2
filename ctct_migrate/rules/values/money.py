"""CT432 and CT433: amounts of money and currencies that are not written as the format asks.

A part of the family `values`, which asks here what such a value was certainly meant to be.
"""

from __future__ import annotations

import re

from ctct_migrate.diagnostics import Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value

_FACT = "reference, v1-resources, Event"


def _fee(amount: str) -> str:
    return f"""\
<Event>
  <Name>Tasting</Name>
  <RegistrationTypes>
    <RegistrationType>
      <EventFees>
        <EventFee>
          <Label>Tasting</Label>
          <Fee>{amount}</Fee>
          <FeeScope>BOTH</FeeScope>
        </EventFee>
      </EventFees>
    </RegistrationType>
  </RegistrationTypes>
</Event>
"""


def _currency(code: str) -> str:
    return f"<Event>\n  <Name>Tasting</Name>\n  <CurrencyType>{code}</CurrencyType>\n</Event>\n"


AMOUNT = Rule(
    "CT432", "amount", Severity.ERROR,
    summary="An amount of money that is not a number",
    why="Amounts become numbers in JSON. A comma parts thousands in one country and fractions in another, so that an amount with one is read only where it can be meant in one way.",
    bad=_fee("12,50"), good=_fee("12.50"),
    how="Write digits, with a point before the fraction: no comma, no currency.", fact=_FACT,
)  # fmt: skip
CURRENCY = Rule(
    "CT433", "currency", Severity.ERROR,
    summary="A currency that is not known",
    why="v2 has a list of 21 currencies, by their codes of three capitals. In what other currency a fee is cannot be said there.",
    bad=_currency("Euro"), good=_currency("EUR"),
    how="Write the code of the currency.", fact="reference, v2-resources, Eventspot: Event",
)  # fmt: skip

RULES = (AMOUNT, CURRENCY)

_SYMBOLS = late_compile(
    r"\A(?:US\$|CA?\$|AU?\$|[$€£¥]|[A-Z]{3}(?![A-Z]))\s*|(?<!\s)\s*(?:[$€£¥]|[A-Z]{3})\Z"
)
#: `1,250.00`, `1,234,567`: commas that can only part thousands.
_THOUSANDS = late_compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3}){2,}", re.ASCII
)
#: `1.250,00`: the same the other way about.
_POINTS = late_compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}", re.ASCII)
#: `12,50`: no thousands have two digits.
_COMMA = late_compile(r"[0-9]+,[0-9]{1,2}", re.ASCII)
_PLAIN = late_compile(r"[0-9]+(?:\.[0-9]{1,4})?", re.ASCII)
#: `1,250`: a thousand and a quarter, or a bit more than one.
_EITHER = late_compile(r"[0-9]{1,3},[0-9]{3}", re.ASCII)


def amount_of(text: str) -> str | None:
    """The amount that a text certainly says; None where that is not certain.

    >>> amount_of("12,50"), amount_of("$1,250.00"), amount_of("1,250")
    ('12.50', '1250.00', None)
    """
    bare = _SYMBOLS.sub("", text.strip()).replace("\u00a0", " ").strip()
    if _PLAIN.fullmatch(bare) is not None:
        return bare
    if _THOUSANDS.fullmatch(bare) is not None:
        return bare.replace(",", "")
    if _POINTS.fullmatch(bare) is not None:
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", ".") if _COMMA.fullmatch(bare) is not None else None


def amount_fixes(context: Context, element: Element) -> tuple[Fix, ...]:
    """The likelier one of two readings."""
    bare = _SYMBOLS.sub("", element.text.strip()).strip()
    if _EITHER.fullmatch(bare) is None:
        return ()
    right = bare.replace(",", "")
    edit = write_value(context, element, right)
    return context.report.fix(f"Write `{right}`", edit, safety=Safety.UNSAFE)


#: Signs and names that stand for one currency alone, in small letters.
_CURRENCIES = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP",
    "us$": "USD", "us dollar": "USD", "us dollars": "USD", "u.s. dollars": "USD", "usd$": "USD",
    "c$": "CAD", "ca$": "CAD", "can$": "CAD", "canadian dollars": "CAD", "a$": "AUD", "au$": "AUD",
    "australian dollars": "AUD",
}  # fmt: skip


def currency_of(text: str) -> str | None:
    """The code of the currency that a text certainly says; None where that is not certain."""
    return _CURRENCIES.get(" ".join(text.lower().split()))


def currency_fixes(context: Context, element: Element) -> tuple[Fix, ...]:
    """The likeliest one of the currencies with one sign."""
    likely = {"$": "USD", "dollar": "USD", "dollars": "USD", "¥": "JPY"}.get(element.text.strip().lower())  # fmt: skip
    if likely is None:
        return ()
    edit = write_value(context, element, likely)
    return context.report.fix(f"Write `{likely}`", edit, safety=Safety.UNSAFE)
