"""What events become in v2: records, requests with what the caller says, and fees beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from event_documents import CHOICES, SAMPLES, event, fee, registration, registrations

from ctct_migrate import Choices, Severity, Shape, convert, lint, read
from ctct_migrate.mapping.rows import NO_CHOICES
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.targets import TARGETS

LIMITS = "<RegistrationLimitCount>{}</RegistrationLimitCount><GuestLimit>{}</GuestLimit>"


def codes(document: Any, shape: Shape | None = None, choices: Choices = CHOICES) -> list[str]:
    found = lint(document, shape, choices=choices)
    assert found == [] or not fast_path.is_clean(document, shape)
    return [each.code for each in found]


def body(document: Any, shape: Shape = Shape.CREATE, choices: Choices = CHOICES) -> dict[str, Any]:
    """The body of the event alone."""
    (made,) = [each for each in convert(document, shape, choices=choices) if each.part is None]
    assert TARGETS["v2"].contract.violations("event", shape, made.body) == ()
    return dict(made.body)


def fees(document: Any, shape: Shape = Shape.CREATE) -> list[dict[str, Any]]:
    made = convert(document, shape, choices=CHOICES)
    return [dict(each.body) for each in made if each.resource == "fee"]


def test_an_event_is_recorded_where_nobody_says_what_v1_does_not_have() -> None:
    document = event()
    assert lint(document) == []
    (made,) = convert(document, Shape.RECORD)
    assert made.number == made.body["id"] == "a07e2"
    assert "time_zone_id" not in made.body
    for shape in (Shape.CREATE, Shape.UPDATE):
        conversion = convert(document, shape)
        assert list(conversion) == []
        assert conversion.ok
        (said,) = conversion.diagnostics
        assert said.code == "CT870"
        assert "--event-time-zone" in said.message
        assert "--event-contact" in said.message


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"event_time_zone": "US/Eastern"}, "--event-contact"),
        ({"event_contact": "Ada"}, "--event-time-zone"),
    ],
)
def test_who_says_one_thing_is_told_of_the_other(given: dict[str, str], lacking: str) -> None:
    conversion = convert(event(), choices=Choices(**given))
    assert not conversion.ok
    (said,) = conversion.diagnostics
    assert (said.code, said.severity) == ("CT870", Severity.ERROR)
    assert lacking in said.message


def test_with_both_it_is_created_and_updated() -> None:
    for shape in (Shape.CREATE, Shape.UPDATE):
        made = body(event("<Description>Boats</Description>"), shape)
        assert made["time_zone_id"] == "US/Eastern"
        assert made["contact"] == {"name": "Ada Lunt"}
        assert made["type"] == "OTHER"
        assert "id" not in made


def test_dates_keep_their_offset_and_their_fraction() -> None:
    made = body(event("<StartDate>2011-07-09T09:00:00.5+02:00</StartDate>"))
    assert made["start_date"] == "2011-07-09T09:00:00.500+02:00"
    assert made["end_date"] == "2011-07-09T17:00:00-04:00"


def test_a_date_without_an_offset_needs_a_time_zone() -> None:
    document = event("<StartDate>2011-07-09T09:00:00</StartDate>")
    assert codes(document, Shape.RECORD) == ["CT602"]
    assert not convert(document, Shape.RECORD).ok
    (made,) = convert(document, Shape.RECORD, time_zone="America/New_York")
    assert made.body["start_date"].endswith("-04:00")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("FOOD_WINE", "FOOD_WINE"),
        ("Food & Wine", "FOOD_WINE"),
        ("conferences, seminars/forum", "CONFERENCES_SEMINARS_FORUM"),
        ("Sleepover", None),
    ],
)
def test_a_kind_of_event_is_one_of_v2_or_other(words: str, kind: str | None) -> None:
    document = event(f"<EventType>{words.replace('&', '&amp;')}</EventType>")
    assert body(document)["type"] == kind or "OTHER"
    assert body(document, Shape.RECORD).get("type") == kind
    assert codes(document, Shape.CREATE) == ([] if kind else ["CT872"])


def test_a_place_has_the_codes_of_its_state_and_country() -> None:
    place = "<EventLocation><State>{}</State><Country>{}</Country></EventLocation>"
    made = body(event(place.format("Maine", "United States")))["address"]
    assert made == {
        "state": "Maine",
        "state_code": "ME",
        "country": "United States",
        "country_code": "US",
    }
    made = body(event(place.format("Georgia", "France")))["address"]
    assert made == {"state": "Georgia", "country": "France", "country_code": "FR"}
    made = body(event(place.format("Ontario", "")))["address"]
    assert made == {"state": "Ontario", "state_code": "ON"}


OPTION = "<PaymentOption><Type>{}</Type>{}</PaymentOption>"
ACCOUNT = "<PayPalAccountEmail>a@example.org</PayPalAccountEmail>"


def options(*each: str) -> str:
    return f"<PaymentOptions>{''.join(each)}</PaymentOptions>"


def test_the_account_is_found_at_whatever_option_has_it() -> None:
    document = event(options(OPTION.format("DOOR", ""), OPTION.format("PAYPAL", ACCOUNT)))
    made = body(document)
    assert made["payment_options"] == ["DOOR", "PAYPAL"]
    assert made["paypal_account_email"] == "a@example.org"
    assert codes(document, Shape.CREATE) == []


def test_a_second_account_is_in_the_list_of_what_was_dropped() -> None:
    other = ACCOUNT.replace("a@", "b@")
    document = event(options(OPTION.format("PAYPAL", ACCOUNT), OPTION.format("PAYPAL", other)))
    (made, *_) = convert(document, Shape.RECORD)
    assert made.body["payment_options"] == ["PAYPAL"]
    assert "b@example.org" in {each.value for each in made.dropped}
    paths = {each.path for each in made.accounting if each.fate == "dropped"}
    assert {each.path for each in made.dropped} <= paths


@pytest.mark.parametrize(
    ("kind", "account", "said"),
    [
        ("PAYPAL", "", "CT876"),
        ("PAYPAL", ACCOUNT, ""),
        ("CHECK", "", "CT875"),
        ("DOOR", "", ""),
        ("GOOGLE_CHECKOUT", "", "CT873"),
    ],
)
def test_a_way_to_pay_has_what_v2_needs(kind: str, account: str, said: str) -> None:
    document = event(options(OPTION.format(kind, account)))
    assert codes(document, Shape.CREATE) == ([said] if said else [])
    assert codes(document, Shape.RECORD) == []
    made = body(document, Shape.RECORD)
    assert made["payment_options"] == [kind]
    if said == "CT873":
        assert "payment_options" not in body(document)


def test_a_check_is_sent_to_its_address_in_the_record() -> None:
    address = (
        "<PaymentAddress><Address1>4 Pier Road</Address1><City>Rockland</City></PaymentAddress>"
    )
    made = body(event(options(OPTION.format("CHECK", address))), Shape.RECORD)
    assert made["payment_address"] == {"line1": "4 Pier Road", "city": "Rockland"}


def test_of_several_kinds_of_registration_the_first_counts() -> None:
    document = event(
        registrations(
            registration(fee("A", "1"), more=LIMITS.format(60, "")),
            registration(fee("B", "2"), more=LIMITS.format(20, 3)),
        )
    )
    assert codes(document, Shape.RECORD) == ["CT871"]
    (made, *_) = convert(document, Shape.RECORD)
    assert made.body["track_information"] == {"registration_limit_count": 60}
    assert {"20", "3"} <= {each.value for each in made.dropped}
    assert [each["label"] for each in fees(document)] == ["A", "B"]


def test_each_fee_is_a_body_of_its_own_in_its_event() -> None:
    document = event(registrations(registration(fee("A", "15.00"), fee("B", "5", "GUEST"))))
    made = [each for each in convert(document, Shape.CREATE) if each.part is not None]
    assert [each.part for each in made] == [0, 1]
    assert {tuple(each.references.items()) for each in made} == {(("event", ("a07e2",)),)}
    assert [each.body for each in made] == [
        {"label": "A", "fee": 15.0, "fee_scope": "BOTH"},
        {"label": "B", "fee": 5.0, "fee_scope": "GUESTS"},
    ]
    for each in made:
        assert {account.pointer for account in each.accounting if account.pointer} >= {
            "/label",
            "/fee",
        }
        assert TARGETS["v2"].contract.violations("fee", Shape.CREATE, each.body) == ()


def test_an_update_leaves_the_fees_as_they_are() -> None:
    assert fees(event(registrations(registration(fee("A", "1")))), Shape.UPDATE) == []


def test_a_fee_for_the_early_needs_a_date() -> None:
    more = "<EarlyFee>10.00</EarlyFee><LateFee></LateFee>"
    document = event(registrations(registration(fee("A", "15.00", more=more))))
    assert fees(document, Shape.RECORD) == [
        {"label": "A", "fee": 15.0, "early_fee": 10.0, "fee_scope": "BOTH"}
    ]
    assert fees(document) == [{"label": "A", "fee": 15.0, "fee_scope": "BOTH"}]
    assert codes(document, Shape.CREATE) == ["CT874"]
    assert codes(document, Shape.RECORD) == []


def test_two_fees_with_one_label() -> None:
    same = event(registrations(registration(fee("A", "1"), fee("A", "1"))))
    assert fees(same) == [{"label": "A", "fee": 1.0, "fee_scope": "BOTH"}]
    assert codes(same, Shape.CREATE) == []
    other = event(registrations(registration(fee("A", "1"), fee("A", "2"))))
    assert codes(other, Shape.CREATE) == ["CT439"]
    assert fees(other) == []
    assert len(fees(other, Shape.RECORD)) == 2


def test_an_event_with_a_wrong_fee_becomes_nothing() -> None:
    document = event(registrations(registration(fee("A", "1"), fee("B", ""))))
    conversion = convert(document, Shape.CREATE, choices=CHOICES)
    assert list(conversion) == []
    assert not conversion.ok
    assert len(convert(document, Shape.RECORD)) == 3


@pytest.mark.parametrize("shape", [*Shape, None])
def test_an_event_that_ends_first(shape: Shape | None) -> None:
    document = event("<EndDate>2011-07-09T10:00:00+02:00</EndDate>")  # 04:00 in the East
    (said,) = [d for d in lint(document, shape, choices=CHOICES) if d.code != "CT803"]
    assert said.code == "CT438"
    sent = shape in (Shape.CREATE, Shape.UPDATE)
    assert said.severity is (Severity.ERROR if sent else Severity.WARNING)


def test_a_listing_of_events_is_never_an_update() -> None:
    document = event("<Registered>1</Registered><Status>ACTIVE</Status>")
    assert list(convert(document, Shape.UPDATE, choices=CHOICES)) == []
    assert "CT878" in codes(document, Shape.UPDATE)
    assert codes(document, Shape.CREATE) == ["CT878"]
    assert body(document)["name"] == "Regatta"
    assert codes(document, Shape.RECORD) == codes(document, None, NO_CHOICES) == []


def test_nothing_of_an_event_is_lost_in_silence() -> None:
    document = read(SAMPLES / "archive/event-two-types.xml")
    for payload in convert(document, Shape.RECORD):
        assert not [each for each in payload.accounting if "no row" in each.reason]
        assert json.dumps(payload.body)
