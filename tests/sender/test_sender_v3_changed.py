"""A document without an id that has changed since it was sent: what is advised works."""

from __future__ import annotations

import re
from pathlib import Path

from v3_bench import codes, contact, states, v3_bench

from ctct_migrate.payload import Payload, Shape


def said(how: str) -> tuple[str, str]:
    """The number and the id that a help names."""
    found = re.search(r"--shape update --id-map (\w+)=(\d+)=([0-9a-f-]{36})`", how)
    assert found, how
    return found[2], found[3]


def test_the_advice_leads_to_the_update(tmp_path: Path) -> None:
    def ann(first: str, number: str = "", shape: Shape = Shape.CREATE) -> Payload:
        return contact("a.xml", "ann@example.com", number, shape, first=first)

    with v3_bench(tmp_path) as bench:
        bench.send(ann("First"))
        report = bench.send(ann("Second"))
        assert codes(report) == [["CT947"]]
        old, new = said(report.results[0].diagnostics[0].help[0])
        assert new == report.results[0].target_id
        update = ann("Second", old, Shape.UPDATE)
        done = bench.send(update, ids={"contact": {old: new}}, allow_emptying=True)
        assert states(done) == ["done"]
        assert "Second" in str(bench.box.state()["contacts"])


def test_a_document_with_an_id_needs_no_other_advice(tmp_path: Path) -> None:
    with v3_bench(tmp_path) as bench:
        bench.send(contact("a.xml", "ann@example.com", "7"))
        report = bench.send(contact("a.xml", "ann@example.com", "7", first="Anna"))
        assert codes(report) == [["CT947"]]
        assert report.results[0].diagnostics[0].help == (
            "Bring the change over with `--shape update`.",
        )
        update = contact("a.xml", "ann@example.com", "7", Shape.UPDATE, first="Anna")
        assert states(bench.send(update, allow_emptying=True)) == ["done"]
