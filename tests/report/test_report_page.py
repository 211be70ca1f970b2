"""The report: its figures, its page, and the page in a browser."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from headless_browser import headless_browser
from program import completed

from ctct_migrate.report.charts import stacked_bars
from ctct_migrate.report.summary import DocumentFate, summary


def line(number: int, status: str = "converted", **more: object) -> dict[str, object]:
    return {
        "source": f"in/{number:04}.xml", "entry": None, "sha256": "0" * 64,
        "resource": "campaign", "shape": "record", "status": status, "codes": [], "output": "o",
        "date": f"{2003 + number % 5}-05-06T07:08:09Z",
        "dropped": {"entry/title": "v2 has no place for it"},
    } | more  # fmt: skip


def found(code: str, message: str, **more: object) -> dict[str, object]:
    return {
        "code": code, "severity": "error", "line": 23, "column": 21, "message": message,
        "fix": None, "excerpt": "<GreetingName>cmp_grt_name</GreetingName>", "mark": [14, 26],
    } | more  # fmt: skip


def refused(number: int, *diagnostics: dict[str, object], **more: object) -> dict[str, object]:
    codes = list(dict.fromkeys(str(d["code"]) for d in diagnostics))
    return line(number, "refused", codes=codes, diagnostics=list(diagnostics), output=None) | more


def manifest_lines() -> list[dict[str, object]]:
    hostile = "</script><script>document.title='broken'</script><img src=x onerror=alert(1)>"
    return [
        *(line(number) for number in range(200)),
        line(200, codes=["CT610"], diagnostics=[found("CT610", "x", severity="warning")]),
        refused(201, found("CT310", "`cmp_grt_name` is not a greeting name")),
        refused(202, found("CT310", "`x` is not a greeting name"), date=None),
        refused(203, found("CT206", "a lost plus", fix="safe")),
        refused(204, found("CT206", "a lost plus", fix="safe"), found("CT313", "no state")),
        refused(205, found("CT310", hostile, excerpt=hostile, mark=[0, 5]), source=hostile),
        line(
            206, "unreadable", message="there is no such file or folder", date=None, resource=None
        ),
        line(207, "unwritten", message="out/a.json is there already"),
        line(208, source="in/feed.xml", entry=3, resource="schedule", dropped={}),
        line(208, source="in/feed.xml", entry=4, resource="schedule", dropped={}),
    ]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "m.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in manifest_lines()))
    return path


def test_what_became_of_everything():
    result = summary(manifest_lines())
    assert (result.lines, result.sources) == (210, 209)
    assert dict(result.fates) == {
        DocumentFate.CONVERTED: 202, DocumentFate.WARNED: 1, DocumentFate.REFUSED: 4, DocumentFate.FIXABLE: 1,
        DocumentFate.UNREADABLE: 1, DocumentFate.UNWRITTEN: 1,
    }  # fmt: skip
    assert result.needing == 6
    assert dict(result.resources) == {"campaign": 207, "schedule": 2, "unknown": 1}
    assert sum(result.years["2003"].values()) == 42
    assert sum(result.years[""].values()) == 2


def test_codes_with_examples():
    codes = summary(manifest_lines()).codes
    assert (codes["CT310"].documents, codes["CT310"].times) == (3, 3)
    first = codes["CT310"].examples[0]
    assert first.place == "in/0201.xml:23:21"
    assert (first.before, first.guilty, first.after) == (
        "<GreetingName>", "cmp_grt_name", "</GreetingName>",
    )  # fmt: skip
    assert codes["CT206"].documents == 2


def test_the_cause_is_what_a_fix_does_not_mend():
    causes = summary(manifest_lines()).causes
    assert {title: cause.documents for title, cause in causes.items()} == {
        "CT310": 3, "CT313": 1, "unreadable": 1, "not written": 1,
    }  # fmt: skip
    assert causes["CT310"].places[0] == (
        "in/0201.xml", "line 23: `cmp_grt_name` is not a greeting name",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("packed", "told"),
    [
        ([None], None),
        ([True], "It stands in an archive or a packed file: unpack it first"),
        ([True, None, True], "2 of them stand in archives or packed files: unpack these first"),
        ([True, None], "1 of them stands in archives or packed files: unpack these first"),
        ([True, True], "All of them stand in archives or packed files: unpack these first"),
    ],
)
@pytest.mark.parametrize("others", [[], [line(9, "unreadable", message="x", packed=True)]])
def test_what_cannot_be_mended_where_it_stands_is_to_be_unpacked(tmp_path, packed, told, others):
    mendable = found("CT206", "a lost plus", fix="safe")
    lines = [refused(n, mendable, packed=each) for n, each in enumerate(packed)] + others
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    text = report(tmp_path / "m.jsonl").stdout
    assert summary(lines).packed == packed.count(True)
    assert told in text if told else "unpack" not in text


def test_what_was_dropped_is_counted():
    assert summary(manifest_lines()).dropped == {("entry/title", "v2 has no place for it"): 208}


def test_what_is_not_fine_is_listed_first_and_the_list_ends(monkeypatch):
    monkeypatch.setattr("ctct_migrate.report.summary.LISTED", 20)
    result = summary(manifest_lines())
    assert len(result.rows) == 20
    assert [row.fate for row in result.rows[:8]].count(DocumentFate.CONVERTED) == 0
    assert result.unlisted == 190


def test_lines_that_are_odd_do_no_harm():
    odd = [
        {"source": "a", "status": "refused", "codes": 7, "diagnostics": "x", "dropped": [1]},
        {"source": "b", "status": "refused", "diagnostics": [1, {"code": None, "mark": ["a", {}]}]},
        {"source": "c", "status": "converted", "date": 12, "codes": [{}], "entry": "x"},
    ]
    assert summary(odd).lines == 3


def report(manifest: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("jinja2", reason="Jinja2 is not installed (the extra report)")
    return completed("report", manifest, *arguments, cwd=Path(__file__).parents[2])


def test_the_command_writes_one_page_that_needs_nothing_else(manifest, tmp_path):
    page = tmp_path / "report.html"
    done = report(manifest, "-o", str(page))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = page.read_text()
    addresses = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", text)
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "http" not in text.replace("http-equiv", "")
    assert "greeting-name" in text
    assert "<mark>cmp_grt_name</mark>" in text
    again = report(manifest, "-o", str(page))
    assert (again.returncode, again.stderr) == (
        2, f"ctct-migrate: {page} is there already; --force overwrites it\n",
    )  # fmt: skip
    assert report(manifest, "-o", str(page), "--force").returncode == 0
    assert report(manifest).stdout == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "No such file or directory"),
        (b"not a manifest\n", "m.jsonl:1: this is not a line of a manifest"),
        (b"\x1f\x8b\n", "m.jsonl:1: this is not a line of a manifest"),
        (b"", "m.jsonl: there is no line of a manifest in it"),
        (b'{"source":"a.xml","sta', "m.jsonl: there is no line of a manifest in it"),
    ],
)
def test_what_is_no_manifest_is_one_line(tmp_path, data, said):
    if data is not None:
        (tmp_path / "m.jsonl").write_bytes(data)
    done = report(tmp_path / "m.jsonl")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_bytes_that_are_no_text_are_shown_as_escapes(tmp_path):
    """In manifests of earlier versions they stand as lone surrogates."""
    broken = found("CT007", "the byte \udcfc", excerpt="<Name>Gr\udcfc\ud83de</Name>", mark=[8, 9])
    lines = [refused(1, broken, source="caf\udce9.xml"), line(2, output="\udcff/2.json")]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    done = report(tmp_path / "m.jsonl", "-o", str(tmp_path / "r.html"))
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert r"caf\xE9.xml" in text
    assert r"&lt;Name&gt;Gr<mark>\xFC</mark>\u{D83D}e&lt;/Name&gt;" in text
    assert json.loads(text.partition('id="rows">')[2].partition("</script>")[0])[0][0] == (
        r"caf\xE9.xml"
    )


def test_nothing_in_a_manifest_becomes_markup(manifest):
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(tag)

    tags = Tags()
    tags.feed(report(manifest).stdout)
    assert tags.seen.count("script") == 3
    assert "img" not in tags.seen


def test_charts_draw_what_they_are_given():
    from lxml import etree

    svg = stacked_bars({"2010": (3, 0), "2011 <b>": (1, 40)}, ("a", "b & c"), ("x", "y"), "T & t")
    root = etree.fromstring(svg)
    titles = [title.text for title in root.iter("title")]
    assert titles == ["T & t", "2010: 3 a", "2011 <b>: 1 a", "2011 <b>: 40 b & c"]
    heights = [float(rect.get("height")) for rect in root.iter("rect")]
    assert heights[0] == pytest.approx(3 * heights[1], rel=0.05)
    assert heights[2] == pytest.approx(40 * heights[1], rel=0.05)
    assert stacked_bars({}, (), (), "nothing")


# -- In a browser


@pytest.fixture
def browser():
    with headless_browser() as opened:
        yield opened


@pytest.mark.browser
def test_the_page_in_a_browser(browser, manifest, tmp_path):
    page = tmp_path / "report.html"
    assert report(manifest, "-o", str(page)).returncode == 0
    complaints: list[str] = []
    requests: list[str] = []

    def opened(**options: object):
        tab = browser.new_page(**options)
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(page.as_uri())
        return tab

    tab = opened(viewport={"width": 1100, "height": 900})
    rows = tab.locator("#list tbody tr")
    assert "202 converted" in tab.locator("#totals").inner_text().replace("\n", " ")
    assert rows.count() == 50
    assert tab.locator("#count").inner_text() == "1 to 50 of 210"
    assert tab.locator("svg.chart rect").count() > 5

    # Search, filter, page
    tab.fill("#search", "ct310 CMP_GRT")
    assert rows.count() == 1
    assert "in/0201.xml" in rows.first.inner_text()
    tab.fill("#search", "nothing of the kind")
    assert (rows.count(), tab.locator("#count").inner_text()) == (0, "0 to 0 of 0")
    tab.fill("#search", "")
    tab.select_option("#fate", "converted")
    tab.click("#on")
    assert tab.locator("#count").inner_text() == "51 to 100 of 202"
    tab.click("#back")
    tab.select_option("#fate", "")

    # Sort, both ways
    head = tab.locator("#list th button", has_text="Document")
    head.click()
    assert "in/0000.xml" in rows.nth(1).inner_text()  # the hostile name begins with <
    assert tab.locator("#list th[aria-sort=ascending]").inner_text() == "Document"
    head.click()
    assert tab.locator("#list th[aria-sort=descending]").count() == 1
    assert "in/feed.xml" in rows.first.inner_text()

    # What was found, with examples
    code = tab.locator("#CT310")
    assert not code.locator("pre").first.is_visible()
    code.locator("summary").click()
    assert code.locator("mark").first.inner_text() == "cmp_grt_name"

    # Nothing hostile ran, nothing was asked of any server
    assert tab.title().startswith("Migration report")
    assert requests == [page.as_uri()]
    assert complaints == []

    # Print: everything is open, and no tools
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details:not([open])").count() == 0
    assert rows.count() == 210
    assert not tab.locator(".tools").is_visible()
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert rows.count() == 50
    assert len(tab.pdf()) > 10_000

    # Dark, on a phone: no sideways scrolling, and text that can be read
    phone = opened(viewport={"width": 360, "height": 740}, color_scheme="dark")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    shades = "getComputedStyle(document.body)"
    assert phone.evaluate(f"{shades}.backgroundColor") == "rgb(15, 20, 25)"
    assert phone.evaluate(f"{shades}.color") == "rgb(230, 233, 236)"
    assert complaints == []

    # Without scripts: what needs a person is there all the same
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page.as_uri())
    assert plain.locator("#list tbody tr").count() == 6
    assert not plain.locator(".tools").is_visible()
