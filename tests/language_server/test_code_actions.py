"""The menu of actions: what is worked out before it is shown, and what when something is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from lsp_editor import CAMPAIGN
from lsprotocol import types
from test_offered_fixes import REFUSED, analysis_of, applied

from ctct_migrate.configuration import Configuration
from ctct_migrate.fixing.single_fixes import SingleFixes
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.editor_text import EditorPlace
from ctct_migrate.language_server.lsp_answers import ActionRequest, actions_of, chosen_offer
from ctct_migrate.language_server.offered_fixes import ALL_FIXES, OfferedFixes

#: A campaign with many mistakes, most of which have a fix: entities of HTML in unknown elements.
_ROWS = "".join(f"<Status{n}>&nbsp;</Status{n}>\n" for n in range(60))
MANY = CAMPAIGN.replace("</Campaign>", f"{_ROWS}</Campaign>")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fixes that were tried, one after the other."""
    tried: list[str] = []
    harm = SingleFixes.harm

    def counted(self: SingleFixes, diagnostic: Any, fix: Any) -> str:
        tried.append(fix.title)
        return harm(self, diagnostic, fix)

    monkeypatch.setattr(SingleFixes, "harm", counted)
    return tried


def request(
    resolves: bool, end: int = 10_000, only: tuple[str, ...] = ("quickfix",)
) -> ActionRequest:
    return ActionRequest(
        EditorPlace(0, 0), EditorPlace(end, 0), only, resolves, versioned=True, convert="convert"
    )


def fixes_of(actions: list[types.CodeAction]) -> list[types.CodeAction]:
    return [each for each in actions if each.diagnostics and each.title != ALL_FIXES]


def test_selecting_all_tries_no_fix_for_a_client_that_asks_later(checks: list[str]) -> None:
    analysis = analysis_of(MANY)
    offers = OfferedFixes(analysis)
    actions = fixes_of(actions_of(analysis, offers, request(resolves=True)))
    with_fixes = [each for each in analysis.wanted if each.fixes]
    assert len(with_fixes) >= 50
    assert checks == []
    late = [each for each in actions if each.data is not None]
    assert len(late) == sum(len(each.fixes) for each in with_fixes)
    assert all(each.edit is None for each in late)
    offer, problem = chosen_offer(analysis, offers, late[-1])
    assert problem == ""
    assert offer is not None
    assert len(checks) == 1
    (diagnostic,) = offer.diagnostics
    text = applied(analysis.snapshot.source.text, list(offer.changes))
    before = sum(each.code == diagnostic.code for each in analysis.wanted)
    assert sum(each.code == diagnostic.code for each in analysis_of(text).wanted) == before - 1


def test_selecting_all_tries_few_fixes_for_a_client_that_does_not(checks: list[str]) -> None:
    analysis = analysis_of(MANY)
    actions = fixes_of(actions_of(analysis, OfferedFixes(analysis), request(resolves=False)))
    assert 1 <= len(checks) <= 20
    assert all(each.edit is not None for each in actions)


def test_a_few_fixes_are_checked_before_they_are_offered(checks: list[str]) -> None:
    analysis = analysis_of(CAMPAIGN)
    actions = fixes_of(actions_of(analysis, OfferedFixes(analysis), request(resolves=True)))
    assert checks
    assert all(each.edit is not None for each in actions)


def test_a_harmful_fix_that_is_chosen_is_not_made() -> None:
    """It was offered unchecked, among many others."""
    analysis = analysis_of(REFUSED["CT103"])
    offers = OfferedFixes(analysis)
    (diagnostic,) = [each for each in analysis.wanted if each.code == "CT103" and each.fixes]
    start = diagnostic.span.start
    data = {"code": "CT103", "line": start.line, "column": start.column, "number": 0}
    action = types.CodeAction(diagnostic.fixes[0].title, data=data)
    offer, problem = chosen_offer(analysis, offers, action)
    assert offer is None
    assert problem.startswith("not fixed: Delete it (")
    action.data = {**data, "column": start.column + 1}
    assert chosen_offer(analysis, offers, action) == (None, "the mistake is not there any more")


@pytest.mark.parametrize("resolves", [True, False])
def test_all_at_once_is_offered_if_there_is_an_edit(resolves: bool) -> None:
    """In the second document there are safe fixes, none of which makes it readable."""

    def titles(analysis: Analysis) -> list[str]:
        asked = request(resolves, only=())
        return [each.title for each in actions_of(analysis, OfferedFixes(analysis), asked)]

    assert ALL_FIXES in titles(analysis_of(CAMPAIGN))
    assert ALL_FIXES in titles(analysis_of(CAMPAIGN, Configuration(target="v2,v3")))
    assert ALL_FIXES not in titles(analysis_of(REFUSED["CT103"]))
