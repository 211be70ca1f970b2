"""The quick verdict is the contract's."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_documents import body, campaign

from ctct_migrate.mapping import validity
from ctct_migrate.targets.v2.target import V2

PIECES = st.lists(
    st.sampled_from(
        ["<html>", "<HTML lang='x'>", "<html", "<htmlx>", "<body>", "<Body a>", "</body>", "</BODY >",
         "</html>", "</Html\n>", "x", "<", ">", "\n", " ", "é", "y" * 500, "z" * 1200]
    ),
    max_size=14,
)  # fmt: skip


@given(PIECES)
def test_content_is_judged_as_the_contract_judges_it(pieces: list[str]) -> None:
    whole: dict[str, Any] = {**body(campaign()), "email_content": "".join(pieces)}
    expected = V2.contract.is_valid("campaign", "create", whole)
    assert validity.is_valid(V2.contract, "campaign", "create", whole) == expected


@pytest.mark.parametrize("length", [999, 1_000, 1_001, 99_999, 100_001, 930_000, 930_001])
@pytest.mark.parametrize("end", ["</body></html>", "</body>"])
def test_length_counts(length: int, end: str) -> None:
    content = "<html><body>" + end
    content = content.replace("<body>", "<body>" + "x" * (length - len(content)))
    whole = {**body(campaign()), "email_content": content}
    expected = length <= 930_000 and end.endswith("</html>")
    assert validity.is_valid(V2.contract, "campaign", "create", whole) is expected


def test_other_properties_are_judged_too() -> None:
    long = "<html><body>" + "x" * 2_000 + "</body></html>"
    whole = {**body(campaign()), "email_content": long}
    assert validity.is_valid(V2.contract, "campaign", "create", whole)
    assert not validity.is_valid(V2.contract, "campaign", "create", {**whole, "name": "x" * 81})
    assert not validity.is_valid(V2.contract, "campaign", "create", {**whole, "unknown": 1})
    assert not validity.is_valid(V2.contract, "campaign", "create", {**whole, "email_content": 5})
    assert whole["email_content"] == long


@pytest.mark.parametrize("piece", ["<html ", "<html><body ", "<html></body "])
def test_hostile_content_takes_no_time(piece: str) -> None:
    hostile = {**body(campaign()), "email_content": piece * (900_000 // len(piece))}
    start = process_time()
    assert not validity.is_valid(V2.contract, "campaign", "create", hostile)
    assert process_time() - start < 2
