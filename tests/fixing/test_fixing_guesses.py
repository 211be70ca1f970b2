"""Guesses do not say the opposite of what the document says, and name all that can be meant."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Safety, fix, lint, read


@pytest.mark.parametrize("value", ["true", "Yes", "1", "Y"])
@pytest.mark.parametrize("flag", ["ViewAsWebpage", "IncludeForwardEmail", "IncludeSubscribeLink"])
def test_a_flag_that_was_read_is_not_turned_round(flag: str, value: str) -> None:
    broken = CAMPAIGN.replace(f"<{flag}>NO<", f"<{flag}>{value}<")
    assert broken != CAMPAIGN
    for unsafe in (False, True):
        fixed, _ = fix(read(broken.encode()), unsafe=unsafe)
        assert f"<{flag}>YES<".encode() in fixed


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        ("caf&#xE9b x", ["Write `&#xE9;b`", "Write `&#xE9b;`"]),
        ("caf&#xE9", ["Write `&#xE9;`"]),
        ("10&#x20ACe", ["Write `&#x20AC;e`", "Write `&#x20ACe;`"]),
        ("&#x6F22 x", ["Write `&#x6F22;`"]),
        ("caf&#233b", ["Write `&#233;`"]),
        ("caf&#233 x", ["Write `&#233;`"]),
    ],
)
def test_a_reference_without_its_end_is_a_guess_with_all_that_it_can_be(
    written: str, titles: list[str]
) -> None:
    broken = CAMPAIGN.replace("<Subject>Spring sale<", f"<Subject>{written}<")
    (said,) = lint(read(broken.encode()))
    assert said.code == "CT102"
    assert [each.title for each in said.fixes] == titles
    assert {each.safety for each in said.fixes} == {Safety.UNSAFE}
    assert fix(read(broken.encode()))[0].decode() == broken
