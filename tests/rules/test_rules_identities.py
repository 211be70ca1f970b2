"""CT322 and CT323: fillers, and ids that disagree."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE
from rule_cases import guilty

from ctct_migrate import Severity, convert, lint, read
from ctct_migrate.diagnostics import Diagnostic

SAMPLE = "1100546096289"
URI = "http://api.constantcontact.com/ws/customers/joe/campaigns"


def document(own: str | None, entry: str, link: str | None) -> bytes:
    """A campaign with these three ids."""
    text = CAMPAIGN.replace(f' id="{URI}/{SAMPLE}"', "" if own is None else f' id="{own}"')
    text = text.replace(f"<id>{URI}/{SAMPLE}</id>", f"<id>{entry}</id>")
    edit = f'<link href="/ws/customers/joe/campaigns/{SAMPLE}" rel="edit"/>'
    assert edit in text
    return text.replace(edit, "" if link is None else f'<link href="{link}" rel="edit"/>').encode()


LINK = "/ws/customers/joe/campaigns"

FILLERS = {
    "zeros": (f"{URI}/0000000000000", URI, LINK),
    "one zero": (f"{URI}/0", f"{URI}/0", f"{LINK}/0"),
    "seven zeros in the payload alone": (f"{URI}/0000000", "data:,", None),
    "no number anywhere": ("data:,", "data:,none", LINK),
    "the collection everywhere": (URI, URI, LINK),
    "no id in the payload": (None, "data:,none", None),
    "the documentation's number in the payload alone": (f"{URI}/{SAMPLE}", URI, LINK),
    "the same beside data:": (f"{URI}/{SAMPLE}", "data:,", None),
    "the same beside zeros": (f"{URI}/{SAMPLE}", f"{URI}/0", LINK),
    "the documentation's number in the entry's id alone": (URI, f"{URI}/{SAMPLE}", LINK),
}


@pytest.mark.parametrize("ids", FILLERS.values(), ids=FILLERS)
def test_a_document_with_a_filler_is_a_create_and_has_no_number(
    ids: tuple[str | None, str, str | None],
) -> None:
    data = document(*ids)
    assert lint(read(data)) == []
    (payload,) = convert(read(data))
    assert payload.number is None
    (record,) = convert(read(data), "record")
    assert "id" not in record.body
    assert record.number is None


@pytest.mark.parametrize("ids", FILLERS.values(), ids=FILLERS)
def test_an_update_of_it_is_refused_with_one_clear_error(
    ids: tuple[str | None, str, str | None],
) -> None:
    data = document(*ids)
    assert not convert(read(data), "update")
    errors = [each for each in lint(read(data), "update") if each.severity is Severity.ERROR]
    (error,) = errors
    if any(each and each.rstrip("/")[-1].isdigit() for each in ids):
        assert error.code == "CT322"
        assert set(guilty(data, error)) == {"0"} or guilty(data, error) == SAMPLE
    else:
        assert error.code == "CT710"


NAMED = {
    "all three": (f"{URI}/7", f"{URI}/7", f"{LINK}/7"),
    "the payload alone, as in the server's own answers": (f"{URI}/7", URI, LINK),
    "the entry's id alone": ("data:,", f"{URI}/7", LINK),
    "the link alone": (URI, "data:,", f"{LINK}/7"),
    "zeros in the payload": (f"{URI}/000", f"{URI}/7", LINK),
    "the documentation's number twice": (f"{URI}/{SAMPLE}", f"{URI}/{SAMPLE}", LINK),
    "the documentation's number in a bare id": (f"{URI}/{SAMPLE}", f"{URI}/{SAMPLE}", None),
}


@pytest.mark.parametrize("ids", NAMED.values(), ids=NAMED)
def test_other_numbers_name_their_campaign(ids: tuple[str, str, str | None]) -> None:
    number = SAMPLE if SAMPLE in ids[0] else "7"
    data = document(*ids)
    (payload,) = convert(read(data))
    assert payload.number == number
    (update,) = convert(read(data), "update")
    assert update.body["id"] == number
    assert update.source_map["/id"].start.line > 1


DISAGREEING = {
    "payload and entry": (f"{URI}/7", f"{URI}/8", None),
    "the link differs": (f"{URI}/7", f"{URI}/7", f"{LINK}/8"),
    "all three differ": (f"{URI}/7", f"{URI}/8", f"{LINK}/9"),
    "zeros beside two others": (f"{URI}/00", f"{URI}/8", f"{LINK}/9"),
    "the documentation's number beside another": (f"{URI}/{SAMPLE}", f"{URI}/8", f"{LINK}/8"),
}


def differing(found: list[Diagnostic]) -> Diagnostic:
    (diagnostic,) = [each for each in found if each.code == "CT323"]
    return diagnostic


@pytest.mark.parametrize("ids", DISAGREEING.values(), ids=DISAGREEING)
def test_ids_that_disagree_are_an_error_for_an_update_and_a_warning_otherwise(
    ids: tuple[str, str, str | None],
) -> None:
    data = document(*ids)
    for shape in (None, "create", "record"):
        warning = differing(lint(read(data), shape))
        assert warning.severity is Severity.WARNING
    assert len(convert(read(data))) == len(convert(read(data), "record")) == 1
    error = differing(lint(read(data), "update"))
    assert error.severity is Severity.ERROR
    assert not convert(read(data), "update")


def test_each_id_that_names_a_campaign_is_shown() -> None:
    data = document(f"{URI}/7", f"{URI}/7", f"{LINK}/8")
    diagnostic = differing(lint(read(data)))
    assert guilty(data, diagnostic) == "8"
    assert diagnostic.message == "the entry's link names campaign `8`, the id of Campaign `7`"
    texts = {
        data[label.span.start.offset : label.span.end.offset].decode(): label.text
        for label in diagnostic.labels
    }
    assert texts == {"7": "the entry's id names this one"}
    assert len(diagnostic.labels) == 2


@pytest.mark.parametrize("number", ["0", "0000000000000"])
def test_a_schedule_for_a_filler_does_not_say_which_campaign_it_is_for(number: str) -> None:
    text = SCHEDULE.replace(SAMPLE, number)
    assert [each.code for each in lint(read(text.encode()))] == ["CT611"]
    assert not convert(read(text.encode()))
