"""Completion in JSON that is being typed: ‸ is the cursor."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.language_server.body_completion import body_proposals
from ctct_migrate.language_server.document_completion import Proposal

START = '"name": "n", "subject": "s", "from_name": "f"'


def proposals(marked: str, target: str = "v2", *, snippets: bool = False) -> dict[str, Proposal]:
    at = marked.index("‸")
    found = body_proposals(marked.replace("‸", ""), at, target, snippets=snippets)
    return {each.label: each for each in sorted(found, key=lambda each: each.weight)}


def accepted(marked: str, label: str, target: str = "v2") -> str:
    """The text after a proposal was taken."""
    text, each = marked.replace("‸", ""), proposals(marked, target)[label]
    return text[: each.start] + each.text + text[each.end :]


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        (f"{{{START}, ‸}}", "from_email", f'{{{START}, "from_email": ""}}'),
        (f'{{{START}, "‸}}', "from_email", f'{{{START}, "from_email": ""}}'),
        (f'{{{START}, "fro‸"}}', "from_email", f'{{{START}, "from_email": ""}}'),
        (f'{{{START}, "fro‸": "x"}}', "from_email", f'{{{START}, "from_email": "x"}}'),
        (f'{{{START}, "greeting_name": ‸}}', "NONE", f'{{{START}, "greeting_name": "NONE"}}'),
        (f'{{{START}, "greeting_name": "F‸"}}', "NONE", f'{{{START}, "greeting_name": "NONE"}}'),
        (f'{{{START}, "greeting_name": "F‸}}', "NONE", f'{{{START}, "greeting_name": "NONE"}}'),
        (
            f'{{{START}, "message_footer": {{"city": "x", "‸"}}}}', "state",
            f'{{{START}, "message_footer": {{"city": "x", "state": ""}}}}',
        ),
        (
            f'[{{{START}, "sent_to_contact_lists": [{{"‸}}], "text_content": "t"}}]', "id",
            f'[{{{START}, "sent_to_contact_lists": [{{"id": ""}}], "text_content": "t"}}]',
        ),
        (
            f'{{{START}, "is_view_as_webpage_enabled": ‸}}', "true",
            f'{{{START}, "is_view_as_webpage_enabled": true}}',
        ),
    ],
)  # fmt: skip
def test_what_is_taken_stands_where_it_belongs(marked: str, label: str, expected: str) -> None:
    assert accepted(marked, label) == expected
    json.loads(expected)


def test_what_is_there_is_not_proposed_and_what_is_required_comes_first() -> None:
    found = proposals(f'{{{START}, "‸", "text_content": "t"}}')
    assert list(found)[:2] == ["from_email", "email_content"]
    assert not {"name", "subject", "text_content"} & found.keys()
    assert "required" in found["from_email"].detail


def test_bodies_of_v3_and_lines_of_convert() -> None:
    marked = '{"campaign": {"name": "n", "email_campaign_activities": [{"from_name": "x", "‸"}]}}'
    assert accepted(marked, "subject", "v3").endswith('"subject": ""}]}}')
    format_type = proposals(marked, "v3", snippets=True)["format_type"]
    assert format_type.text == '"format_type": $1'
    line = f'{{"source": "a.xml", "resource": "campaign", "body": {{{START}, "gree‸"}}}}'
    assert "greeting_name" in proposals(line)


@pytest.mark.parametrize("marked", ["‸", "{‸", '{"a": [‸', "]]}‸", f"{{{START}‸}}", '{"zzz": ‸}'])
def test_where_nothing_is_known_nothing_is_proposed(marked: str) -> None:
    assert proposals(marked) == {} or marked == f"{{{START}‸}}"


@given(st.data())
def test_any_part_of_a_text_is_taken(data: st.DataObject) -> None:
    text = f'{{{START}, "message_footer": {{"city": "a, b"}}, "sent_to_contact_lists": [{{"id": "1"}}]}}'
    kept = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    typed = "".join(each for each, keep in zip(text, kept, strict=True) if keep)
    at = data.draw(st.integers(0, len(typed)))
    for each in body_proposals(typed, at, "v2", snippets=True):
        assert 0 <= each.start <= at <= each.end <= len(typed)
