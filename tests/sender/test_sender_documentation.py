"""The documentation's example of a port, run; and its table of answers, held to the catalogue."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from sender_payloads import ADDRESS
from sender_program import environment, write_campaign

from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.targets.replies import RULES

DOCS = Path(__file__).parents[2] / "docs"
#: How a program sends, and what answers mean.
EXAMPLE, ANSWERS = DOCS / "how-to" / "send-from-a-program.md", DOCS / "reference" / "sending.md"


def example() -> str:
    """The program that replaces a v1 call."""
    blocks = re.findall(r"```python\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    assert "requests.post" in blocks[0]
    return blocks[1]


def test_the_example_of_a_port_works(tmp_path: Path) -> None:
    program, entry = tmp_path / "create_campaign.py", tmp_path / "a.xml"
    program.write_text(example(), encoding="utf-8")
    options = SandboxOptions(target="v3", addresses=(ADDRESS,), lists={"1": "Readers"})
    with Sandbox(options) as box:

        def ran() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, str(program), str(entry)], cwd=tmp_path, text=True,
                capture_output=True, check=False,
                env={**environment(box), "CAMPAIGN_SERVER": box.base_url},
            )  # fmt: skip

        write_campaign(entry, "One", 1001)
        first, again = ran(), ran()
        assert first.returncode == again.returncode == 0, first.stderr
        assert first.stdout == again.stdout  # as it is run again
        assert list(box.state()["campaigns"]) == [first.stdout.strip()]
        write_campaign(entry, "One", 1001, greeting="cmp_grt_name")
        assert "`cmp_grt_name`" in ran().stderr
        write_campaign(entry, "Two", 1002)
        entry.write_text(entry.read_text("utf-8").replace(ADDRESS, "nobody@example.com"), "utf-8")
        assert "nobody@example.com is not" in ran().stderr


def test_the_table_of_answers_has_every_code():
    page = ANSWERS.read_text(encoding="utf-8")
    known = {rule.code for rule in RULES}
    named = set(re.findall(r"CT9\d\d", page))
    for first, last in re.findall(r"(CT9\d\d) to (CT9\d\d)", page):
        named |= {f"CT{number}" for number in range(int(first[2:]), int(last[2:]) + 1)}
    assert named <= known
    assert {code for code in known if code < "CT940"} <= named
