"""How much `fix` looks at in documents of which most is broken."""

from __future__ import annotations

from typing import Any

import pytest

from ctct_migrate import fix, lint, read
from ctct_migrate.fixing import passes

BROKEN = {
    "control characters in tags": "<entry>" + "<a\x03>" * 400 + "</entry>",
    "control characters in text": "<entry>" + "a\x03" * 400 + "</entry>",
    "tags that nothing closes": "<entry>" + "<a>" * 400 + "</entry>",
}


#: A document of each kind, and whether unsafe fixes are made too, which takes at least as many looks.
LOOKS = [(name, True) for name in BROKEN] + [("control characters in tags", False)]


@pytest.mark.parametrize(("name", "unsafe"), LOOKS)
def test_the_more_is_wrong_the_less_often_it_is_looked_at(
    name: str, unsafe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    worded: list[int] = []

    def counted(*given: Any, **options: Any) -> Any:
        found = lint(*given, **options)
        worded.append(len(found))
        return found

    monkeypatch.setattr(passes, "lint", counted)
    fix(read(BROKEN[name].encode()), unsafe=unsafe)
    assert sum(worded) <= 25_000


def test_a_control_character_in_a_tag_is_one_mistake() -> None:
    for tag in ("<Subject\x03>", "<Subject \x01>", "<Subject\x1f >"):
        text = (
            f'<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/">{tag}x</Subject></Campaign>'
        )
        codes = [each.code for each in lint(read(text.encode()))]
        assert codes.count("CT111") == 1
        assert "CT118" not in codes
