"""Registrants: records alone, in the event that their URI names."""

from __future__ import annotations

from typing import Any

import pytest
from event_documents import entry

from ctct_migrate import Severity, Shape, convert, lint
from ctct_migrate.rules.fast import fast_path

PLACE = "events/a07e2/registrants/abc%3D"


def record(*children: str, place: str = PLACE) -> dict[str, Any]:
    document = entry(f"<Registrant>{''.join(children)}</Registrant>", place)
    (made,) = convert(document, Shape.RECORD)
    assert not [each for each in made.accounting if "no row" in each.reason]
    return dict(made.body)


def test_an_id_is_decoded() -> None:
    assert record() == {"id": "abc="}


@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.UPDATE])
def test_none_is_created_or_changed(shape: Shape) -> None:
    conversion = convert(entry("<Registrant/>", PLACE), shape)
    assert list(conversion) == []
    assert conversion.ok
    assert [each.code for each in conversion.diagnostics] == ["CT820"]


def test_one_without_an_event_is_recorded_all_the_same() -> None:
    document = entry("<Registrant><LastName>Lunt</LastName></Registrant>")
    (said,) = lint(document, Shape.RECORD)
    assert (said.code, said.severity) == ("CT218", Severity.WARNING)
    (made,) = convert(document, Shape.RECORD)
    assert made.body == {"last_name": "Lunt"}


FIELD = "<CustomField><Question>{}</Question><Answers>{}</Answers></CustomField>"


@pytest.mark.parametrize(
    ("section", "made"),
    [
        ("<PersonalInformation><Label>Home</Label><City>Camden</City><State> </State></PersonalInformation>",
         {"label": "Home", "fields": [{"type": "single_value", "name": "City", "value": "Camden"}]}),
        ("<BusinessInformation><Company>A &amp; B</Company></BusinessInformation>",
         {"fields": [{"type": "single_value", "name": "Company", "value": "A & B"}]}),
        (f"<CustomInformation1>{FIELD.format('Tea?', '<Answer>Yes</Answer>')}</CustomInformation1>",
         {"fields": [{"type": "single_value", "label": "Tea?", "value": "Yes"}]}),
        (f"<CustomInformation2>{FIELD.format('Tea?', '<Answer>A</Answer><Answer/><Answer>B</Answer>')}</CustomInformation2>",
         {"fields": [{"type": "multiple_values", "label": "Tea?", "values": ["A", "B"]}]}),
        (f"<CustomInformation1>{FIELD.format('Tea?', '')}</CustomInformation1>",
         {"fields": [{"type": "single_value", "label": "Tea?"}]}),
        ("<PersonalInformation><Label>Home</Label><City></City></PersonalInformation>", None),
        ("<PersonalInformation/>", None),
    ],
)  # fmt: skip
def test_a_section_of_answers(section: str, made: dict[str, Any] | None) -> None:
    assert record(section).get("sections") == ([made] if made else None)


def test_sections_are_in_their_order() -> None:
    one = "<BusinessInformation><Company>B</Company></BusinessInformation>"
    two = "<PersonalInformation><City>C</City></PersonalInformation>"
    sections = record(one, two)["sections"]
    assert [each["fields"][0]["name"] for each in sections] == ["City", "Company"]


COST = "<Costs><Cost><Count>{}</Count><FeeType>Boat</FeeType><Rate>{}</Rate><Total>{}</Total></Cost></Costs>"


@pytest.mark.parametrize(
    ("count", "rate", "total", "differs"),
    [("2", "15.00", "30.00", False), ("2", "15.00", "30", False), ("3", "0.10", "0.30", False),
     ("2", "15.00", "25.00", True), ("2", "15.00", "", False), ("1", "", "5.00", False)],
)  # fmt: skip
def test_the_sum_of_a_line(count: str, rate: str, total: str, differs: bool) -> None:
    document = entry(f"<Registrant>{COST.format(count, rate, total)}</Registrant>", PLACE)
    codes = [each.code for each in lint(document)]
    assert codes == (["CT443"] if differs else [])
    assert fast_path.is_clean(document, None) is not differs
    (made,) = convert(document, Shape.RECORD)
    (fee,) = made.body["payment_summary"]["order"]["fees"]
    assert (fee["type"], fee["quantity"]) == ("Boat", int(count))


def test_an_amount_that_cannot_be_read_costs_itself_alone() -> None:
    document = entry(
        "<Registrant><OrderAmount>12,50</OrderAmount><LastName>Lunt</LastName></Registrant>", PLACE
    )
    conversion = convert(document, Shape.RECORD)
    assert conversion.ok
    assert [each.code for each in conversion.diagnostics] == ["CT432"]
    (made,) = conversion
    assert made.body == {"id": "abc=", "last_name": "Lunt"}
    assert "12,50" in {each.value for each in made.dropped}


def test_a_value_that_cannot_be_read_costs_its_own_property() -> None:
    document = entry(
        "<Registrant><LastName>Lunt</LastName><RegistrationStatus>perhaps</RegistrationStatus>"
        "<GuestCount>two</GuestCount><RegistrationDate>2010-08-17 16:28</RegistrationDate>"
        "<PaymentStatus>PAID</PaymentStatus></Registrant>",
        PLACE,
    )
    conversion = convert(document, Shape.RECORD)
    assert conversion.ok
    (made,) = conversion
    assert made.body == {"id": "abc=", "last_name": "Lunt", "payment_status": "PAID"}
    assert {"perhaps", "two", "2010-08-17 16:28"} <= {each.value for each in made.dropped}
