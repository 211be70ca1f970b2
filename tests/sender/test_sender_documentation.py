"""The documentation's example of a port, run; and its table of answers, held to the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sender_payloads import ADDRESS
from sender_program import write_campaign

from ctct_migrate.sandbox import Sandbox
from ctct_migrate.targets.replies import RULES

DOCS = Path(__file__).parents[2] / "docs"
#: How a program sends, and what answers mean.
EXAMPLE, ANSWERS = DOCS / "how-to" / "send-from-a-program.md", DOCS / "reference" / "sending.md"


@pytest.fixture
def example() -> str:
    """The code that replaces a v1 call."""
    blocks = re.findall(r"```python\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    assert "requests.post" in blocks[0]
    return blocks[1]


def test_the_example_of_a_port_works(example: str, box: Sandbox, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTCT_API_KEY", box.api_key)
    monkeypatch.setenv("CTCT_ACCESS_TOKEN", box.access_token)
    monkeypatch.setattr("ctct_migrate.sender.BASE_URL", box.base_url)
    entry = write_campaign(tmp_path / "a.xml", "One", 1001).read_bytes()
    names = {"entry_xml": entry}
    exec(compile(example, "example", "exec"), names)
    assert names["campaign_id"] in box.state()["campaigns"]
    exec(compile(example, "example", "exec"), names)  # as it is run again
    assert len(box.state()["campaigns"]) == 1
    names["entry_xml"] = entry.replace(b"FirstName<", b"cmp_grt_name<")
    with pytest.raises(ValueError, match="8: `cmp_grt_name`"):
        exec(compile(example, "example", "exec"), names)
    names["entry_xml"] = entry.replace(ADDRESS.encode(), b"nobody@example.com")
    names["entry_xml"] = names["entry_xml"].replace(b"1001", b"1002").replace(b"One", b"Two")
    with pytest.raises(ValueError, match=r"20: nobody@example\.com is not confirmed"):
        exec(compile(example, "example", "exec"), names)


def test_the_table_of_answers_has_every_code():
    page = ANSWERS.read_text(encoding="utf-8")
    known = {rule.code for rule in RULES}
    named = set(re.findall(r"CT9\d\d", page))
    for first, last in re.findall(r"(CT9\d\d) to (CT9\d\d)", page):
        named |= {f"CT{number}" for number in range(int(first[2:]), int(last[2:]) + 1)}
    assert named <= known
    assert {code for code in known if code < "CT940"} <= named
