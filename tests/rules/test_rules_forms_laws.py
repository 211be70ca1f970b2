"""Laws of forms, whatever is in them: nothing raises, `lint` and `convert` agree, what is converted is
verified, and what is fixed is fixed once."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctct_migrate import Severity, convert, fix, lint, read, verify
from ctct_migrate.targets import TARGETS

LIST = "http%3A%2F%2Fapi.constantcontact.com%2Fws%2Fcustomers%2Fjoe%2Flists%2F"
FORMS = (
    f"activityType=SV_ADD&data=Email+Address%2CFirst+Name%2CCountry%0Aada%40example.org%2CAda%2Cus%0A"
    f"bo%40example.org%2C%22Bo%2C+Jo%22%2C%0A&lists={LIST}4&lists={LIST}5",
    f"activityType=REMOVE_CONTACTS_FROM_LISTS&data=Email+Address%0D%0Aada%40example.org&lists={LIST}4",
    f"activityType=EXPORT_CONTACTS&listId={LIST}4&columns=FIRST+NAME&sortBy=DATE_DESC",
    f"activityType=CLEAR_CONTACTS_FROM_LISTS&lists={LIST}4",
)
PIECES = (
    "%", "%22", "%0A", "&", "=", "+", "%2C", "%E9", "\u00e9", "\n", '"', "%00", "&lists=", "&data=", "%EF%BB%BF", ";",
    "|", "%09", "%40", "activityType=", LIST, "removed", "Email+Address", "ada%40example.org",
)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(FORMS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.sampled_from([0, 0, 1, 5, 20]))
        text = text[:at] + draw(st.sampled_from(("", *PIECES))) + text[at + gone :]
    return text.encode()


@given(forms())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_form_keeps_the_laws(data: bytes) -> None:
    document = read(data)
    if document.form is None:
        return
    found = lint(document, "create")
    assert not {"CT099", "CT804"} & {each.code for each in found}
    made = convert(document)
    assert bool(made) != any(each.stops_conversion for each in found)
    for each in made:
        assert TARGETS["v2"].contract.is_valid(each.resource, "create", each.body)
        assert {account.pointer for account in each.accounting if account.pointer} == set(
            each.source_map
        )
    if made:
        assert verify(document, [each.body for each in made]) == []
    errors = sum(each.severity is Severity.ERROR for each in lint(document))
    for unsafe in (False, True):
        result, _ = fix(document, unsafe=unsafe)
        again = read(result)
        assert fix(again, unsafe=unsafe)[0] == result
        assert sum(each.severity is Severity.ERROR for each in lint(again)) <= errors
