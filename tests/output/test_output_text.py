import re
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from output_specimens import campaign, diagnosed, edit, fix, rendered, span
from rich.cells import cell_len

from ctct_migrate.diagnostics import Diagnostic, Edit, Fix, Safety, Severity
from ctct_migrate.output import DocumentReport
from ctct_migrate.source import Source


def text(source: Source, *diagnostics, **style) -> str:
    return rendered("text", DocumentReport(source, diagnostics), **style)


def excerpt(source: Source, *args, **fields) -> list[str]:
    """The rows between the empty row of the gutter and what stands at the end."""
    lines = text(source, diagnosed(source, *args, **fields)).splitlines()
    rows = lines[lines.index(next(line for line in lines if line.strip() == "|")) + 1 :]
    return list(takewhile(lambda row: row.strip(), rows))


def test_the_look_of_the_design():
    lines = b"\n" * 22 + b"      <GreetingName>cmp_grt_name</GreetingName>\n"
    source = Source("campaign.xml", lines)
    found = diagnosed(
        source,
        "cmp_grt_name",
        label="expected FirstName, LastName, FirstAndLastName or None",
        help=("None leaves the name out of the greeting",),
    )
    assert text(source, found) == (
        "error[CT310]: `cmp_grt_name` is not a greeting name\n"
        "  --> campaign.xml:23:21\n"
        "   |\n"
        "23 |       <GreetingName>cmp_grt_name</GreetingName>\n"
        "   |                     ^^^^^^^^^^^^ expected FirstName, LastName, FirstAndLastName or None\n"
        "   |\n"
        "   = help: None leaves the name out of the greeting\n"
        "\n"
        "= more: ctct-migrate explain CT310\n"
        "1 document: 1 error\n"
    )


def test_silence_when_all_is_well():
    assert text(campaign()) == ""
    assert rendered("text") == ""


def test_labels_of_one_line_hang_below_theirs():
    source = campaign()
    labels = (("<GreetingName>", "opened here"), ("cmp_grt", "a value"))
    assert excerpt(source, "</GreetingName>", label="closed here", labels=labels) == [
        "3 |   <GreetingName>cmp_grt_name</GreetingName>",
        "  |   ---------------------     ^^^^^^^^^^^^^^^ closed here",
        "  |   |             |",
        "  |   |             a value",
        "  |   opened here",
    ]


def test_a_primary_label_left_of_a_secondary_one():
    source = Source("a.xml", b"<a x='1' x='2'/>")
    rows = excerpt(source, "x='1'", label="again", labels=(("x='2'", "and here"),))
    assert rows == [
        "1 | <a x='1' x='2'/>",
        "  |    ^^^^^ ----- and here",
        "  |    |",
        "  |    again",
    ]


def test_labels_of_two_lines_with_one_between_them():
    source = campaign()
    rows = excerpt(source, "cmp_grt_name", label="here", labels=(("<Campaign>", "in this"),))
    assert rows == [
        "1 | <Campaign>",
        "  | ---------- in this",
        "2 |   <Name>Spring</Name>",
        "3 |   <GreetingName>cmp_grt_name</GreetingName>",
        "  |                 ^^^^^^^^^^^^ here",
    ]


def test_lines_that_are_far_apart():
    source = Source("a.xml", b"<a>\n" + b"\n" * 10 + b"</b>\n")
    assert excerpt(source, "</b>", label="closes b", labels=(("<a>", "opened here"),)) == [
        " 1 | <a>",
        "   | --- opened here",
        "...",
        "12 | </b>",
        "   | ^^^^ closes b",
    ]


def test_a_span_over_some_lines():
    source = campaign()
    assert excerpt(source, "Spring</Name>\n  <Greet", label="all of this") == [
        "2 |     <Name>Spring</Name>",
        "  |  _________^",
        "3 | |   <GreetingName>cmp_grt_name</GreetingName>",
        "  | |________^ all of this",
    ]


def test_a_span_of_whole_lines():
    source = campaign()
    whole = "  <Name>Spring</Name>\n  <GreetingName>cmp_grt_name</GreetingName>\n"
    assert excerpt(source, whole, label="all", labels=(("Spring", "a name"),)) == [
        "2 | /   <Name>Spring</Name>",
        "  | |         ------ a name",
        "3 | |   <GreetingName>cmp_grt_name</GreetingName>",
        "  | |___________________________________________^ all",
    ]


def test_a_span_over_many_lines():
    source = Source("a.xml", b"<a>\n" + b"text\n" * 30 + b"</a>")
    assert excerpt(source, source.text, label="never closed") == [
        " 1 | / <a>",
        " 2 | | text",
        "...",
        "32 | | </a>",
        "   | |____^ never closed",
    ]


@pytest.mark.parametrize(
    ("line", "guilty", "drawn", "marks"),
    [
        ("\t\t<b>", "<b>", "        <b>", "        ^^^"),
        ("a\tb", "b", "a    b", "     ^"),
        ("漢字<b>", "<b>", "漢字<b>", "    ^^^"),
        ("<b>漢字</b>", "漢字", "<b>漢字</b>", "   ^^^^"),
        ("e\u0301<b>", "<b>", "e\u0301<b>", " ^^^"),
        ("🌍<b>", "<b>", "🌍<b>", "  ^^^"),
        ("\x1b[2J<b>", "<b>", "␛[2J<b>", "    ^^^"),
        ("\u202e<b>", "<b>", "\\u{202E}<b>", "        ^^^"),
        ("\x9b1m<b>", "<b>", "\\u{9B}1m<b>", "        ^^^"),
        ("\x7f<b>", "<b>", "␡<b>", " ^^^"),
    ],
)
def test_carets_stand_below_what_they_mean(line, guilty, drawn, marks):
    source = Source("a.xml", line.encode())
    assert excerpt(source, guilty, label="") == [f"1 | {drawn}", f"  | {marks}"]


def test_undecodable_bytes_are_drawn():
    source = Source("a.xml", b"<a>caf\xe9</a>")
    assert excerpt(source, "\udce9", label="not UTF-8") == [
        "1 | <a>caf\\xE9</a>",
        "  |       ^^^^ not UTF-8",
    ]


@pytest.mark.parametrize("at", ["</GreetingName>\n", "<Name>", "\n"])
def test_something_missing_has_one_caret_where_it_belongs(at):
    source = campaign()
    place = span(source, at).start
    rows = excerpt(source, at, span=source.span(source.text.index(at), 0), label="here")
    assert rows[-1] == "  | " + " " * (place.column - 1) + "^ here"


def test_what_is_missing_at_one_place_has_one_excerpt():
    source = campaign()
    at = source.text.index("\n</Campaign>")
    one, two, three = (
        Diagnostic(
            "campaign.xml", None, source.span(at, at), Severity.ERROR, code, name, f"no `{name}`",
            f"expected `<{name}>`", (f"Invent a {name}.",),
        )
        for code, name in (("CT401", "Name"), ("CT402", "Subject"), ("CT403", "FromName"))
    )  # fmt: skip
    drawn = text(source, one, two, three, diagnosed(source, "cmp_grt_name"))
    assert drawn.splitlines()[:11] == [
        "error[CT401]: no `Name`",
        "error[CT402]: no `Subject`",
        "error[CT403]: no `FromName`",
        " --> campaign.xml:3:44",
        "  |",
        "3 |   <GreetingName>cmp_grt_name</GreetingName>",
        "  |                                            ^ expected `<Name>`",
        "  |                                            |",
        "  |                                            expected `<Subject>`",
        "  |                                            expected `<FromName>`",
        "  |",
    ]
    assert drawn.count("<GreetingName>") == 2
    assert "Invent a FromName." in drawn


def test_something_missing_at_the_end_of_the_file():
    source = Source("a.xml", b"<a>\n")
    end = len(source.text)
    assert excerpt(source, "<a>", span=source.span(end, end), label="here") == ["2 |", "  | ^ here"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_are_not_part_of_the_excerpt(newline):
    source = Source("a.xml", f"<a>{newline}<b>{newline}</a>".encode())
    assert excerpt(source, "<b>", label="") == ["2 | <b>", "  | ^^^"]


class TestLongLines:
    LINE = "<a>" + "x" * 4000 + "BAD" + "y" * 4000 + "</a>"

    def source(self):
        return Source("a.xml", self.LINE.encode())

    def test_are_clipped_around_the_span(self):
        line, marks = excerpt(self.source(), "BAD", label="")
        shown = line.removeprefix("1 | ")
        assert shown.startswith("…x")
        assert shown.endswith("y…")
        assert shown.index("BAD") == marks.removeprefix("  | ").index("^")
        assert marks.count("^") == 3

    @pytest.mark.parametrize("width", [40, 100, 160])
    def test_never_take_more_than_the_width(self, width):
        source = self.source()
        found = diagnosed(source, "BAD", label="", message="clipped")
        line = text(source, found, width=width).splitlines()[3]
        assert len(line.removeprefix("1 | ")) == width

    def test_are_whole_where_they_are_short_enough(self):
        source = Source("a.xml", ("x" * 97 + "BAD").encode())
        assert excerpt(source, "BAD", label="")[0] == "1 | " + "x" * 97 + "BAD"

    def test_of_a_long_span_the_beginning_is_shown(self):
        line, marks = excerpt(self.source(), "x" * 4000, label="too long")
        assert line.startswith("1 | …xxx")
        assert re.fullmatch(r"  \|  \^{98} too long", marks)

    def test_marks_that_are_far_apart_are_shown_apart(self):
        rows = excerpt(self.source(), "</a>", label="closed", labels=(("<a>", "opened"),))
        assert [row[:6] for row in rows] == ["1 | <a", "  | --", "...", "1 | …y", "  |   "]
        assert rows[1].endswith("--- opened")
        assert rows[-1].endswith("^^^^ closed")

    def test_wide_characters_are_not_cut_in_two(self):
        source = Source("a.xml", ("漢" * 3000 + "BAD" + "字" * 3000).encode())
        line, marks = (row[4:] for row in excerpt(source, "BAD", label=""))
        assert cell_len(line) <= 100
        assert cell_len(line[: line.index("BAD")]) == marks.index("^")

    def test_cost_no_more_than_what_is_shown(self):
        source = Source("a.xml", ("x" * 1_000_000 + "BAD" + "y" * 1_000_000).encode())
        found = diagnosed(source, "BAD", fixes=(fix(source, "BAD", "GOOD"),), message="m")
        assert len(text(source, *[found] * 20)) < 20 * 800


class TestSuggestions:
    def test_show_the_line_before_and_after(self):
        source = campaign()
        found = diagnosed(source, "cmp_grt_name", fixes=(fix(source, "cmp_grt_name", "None"),))
        assert text(source, found).splitlines()[-7:] == [
            "help: write `None`",
            "  |",
            "3 -   <GreetingName>cmp_grt_name</GreetingName>",
            "3 +   <GreetingName>None</GreetingName>",
            "",
            "= more: ctct-migrate explain CT310",
            "1 document: 1 error; 1 can be fixed with ctct-migrate fix",
        ]

    def test_say_that_they_guess(self):
        source = campaign()
        guess = fix(source, "Spring", "Summer", Safety.UNSAFE)
        shown = text(source, diagnosed(source, "Spring", fixes=(guess,)))
        assert "help: write `Summer` (a guess: only fix --unsafe does it)\n" in shown
        assert shown.endswith(
            "1 document: 1 error; 1 can be fixed with ctct-migrate fix --unsafe\n"
        )

    def test_that_insert_a_line_show_only_that_line(self):
        source = Source("a.xml", b"<a>\r\n  <b/>\r\n</a>")
        at = span(source, "<b/>").end.offset
        insertion = Fix("insert c", Safety.SAFE, (Edit(at, at, "\r\n  <c/>"),))
        shown = text(source, diagnosed(source, "<a>", fixes=(insertion,)))
        assert "help: insert c\n  |\n3 +   <c/>\n\n" in shown

    def test_that_remove_a_line_show_only_that_line(self):
        source = campaign()
        removal = Fix("remove it", Safety.SAFE, (edit(source, "  <Name>Spring</Name>\n", ""),))
        shown = text(source, diagnosed(source, "Spring", fixes=(removal,)))
        assert "help: remove it\n  |\n2 -   <Name>Spring</Name>\n\n" in shown

    def test_of_several_edits_in_another_encoding(self):
        source = Source("a.xml", "\ufeff<a>\u00e9\n<b>\u6f22</b></a>".encode("utf-16-le"))
        edits = (edit(source, "</b>", "</c>"), edit(source, "<b>", "<c>"))
        shown = text(source, diagnosed(source, "<b>", fixes=(Fix("rename", Safety.SAFE, edits),)))
        assert "2 - <b>漢</b></a>\n2 + <c>漢</c></a>\n" in shown

    def test_that_are_large_are_only_named(self):
        source = campaign()
        large = fix(source, "Spring", "x" * 1000)
        large = Fix("write much", Safety.SAFE, large.edits)
        shown = text(source, diagnosed(source, "Spring", fixes=(large,)))
        assert "help: write much\n\n" in shown

    def test_in_long_lines_are_clipped_around_the_change(self):
        source = Source("a.xml", ("x" * 3000 + "BAD" + "y" * 3000).encode())
        shown = text(source, diagnosed(source, "BAD", fixes=(fix(source, "BAD", "GOOD"),)))
        removed, added = shown.splitlines()[-5:-3]
        assert re.fullmatch(r"1 - …x+BADy+…", removed)
        assert re.fullmatch(r"1 \+ …x+GOODy+…", added)


class TestColours:
    def test_only_when_asked_for(self):
        source = campaign()
        found = diagnosed(source, "cmp_grt_name", fixes=(fix(source, "cmp_grt_name", "None"),))
        plain, coloured = text(source, found), text(source, found, colour=True)
        assert "\x1b" not in plain
        assert "\x1b[1;31m^^^^^^^^^^^^\x1b[0m" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain

    def test_warnings_look_different_from_errors(self):
        source = campaign()
        warning = diagnosed(source, "Spring", severity=Severity.WARNING)
        assert "\x1b[1;33mwarning[CT310]\x1b[0m" in text(source, warning, colour=True)

    def test_links_lead_to_the_explanation(self):
        source = campaign()
        shown = text(source, diagnosed(source, "Spring"), links="https://example.org/rules#")
        link = "\x1b]8;;https://example.org/rules#CT310\x1b\\"
        assert f"error[{link}CT310\x1b]8;;\x1b\\]" in shown


def test_the_summary_counts_everything():
    source = campaign()
    error = diagnosed(source, "Spring", fixes=(fix(source, "Spring", "a"),))
    warning = diagnosed(source, "Spring", severity=Severity.WARNING)
    info = diagnosed(
        source, "Spring", severity=Severity.INFO, fixes=(fix(source, "Spring", "b", Safety.UNSAFE),)
    )
    other = Source("other.xml", b"<a/>")
    shown = rendered(
        "text", DocumentReport(source, (error, error, warning, info)), DocumentReport(other)
    )
    assert shown.endswith(
        "\n2 documents: 2 errors, 1 warning, 1 info; "
        "2 can be fixed with ctct-migrate fix, 1 more with --unsafe\n"
    )


def test_a_large_feed_in_several_reports_is_one_document():
    source = campaign()
    report = DocumentReport(source, (diagnosed(source, "Spring"),))
    assert rendered("text", report, report).endswith("1 document: 2 errors\n")


class TestTheEnd:
    def test_says_once_where_to_read_more(self):
        source = campaign()
        codes = ["CT310", "CT601", "CT310", "CT102", "CT103", "CT104"]
        shown = text(source, *(diagnosed(source, "Spring", code=code) for code in codes))
        assert shown.count("= more:") == 1
        assert shown.splitlines()[-2:] == [
            "= more: ctct-migrate explain CT310 (or CT601, CT102, CT103, …)",
            "1 document: 6 errors",
        ]

    def test_past_schedules_are_drawn_once_and_counted(self):
        source = campaign()
        past = diagnosed(source, "Spring", code="CT613", severity=Severity.WARNING, message="past")
        reports = [
            DocumentReport(source, (past, diagnosed(source, "Spring"), past)) for _ in range(40)
        ]
        shown = rendered("text", *reports)
        assert shown.count("warning[CT613]: past") == 1
        assert "= note: 80 schedules are in the past (CT613)" in shown
        assert "80 warnings" in shown
        assert "note" not in text(source, past)

    def test_what_is_not_listed_is_counted(self):
        source = campaign()
        found = diagnosed(source, "Spring")
        shown = rendered("text", DocumentReport(source, (found,), unlisted=(found, found)))
        assert shown.count("error[") == 1
        assert shown.splitlines()[-2:] == [
            "2 more diagnostics not listed (--error-limit)",
            "1 document: 3 errors",
        ]


def test_an_entry_of_a_feed_has_its_number():
    source = campaign()
    assert "  --> campaign.xml:2:9 (entry 7)\n".replace("  -->", " -->") in text(
        source, diagnosed(source, "Spring", entry=7)
    )


#: What a terminal would act upon, or that would make one line look like two.
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@given(st.data())
def test_nothing_that_a_terminal_obeys_comes_out_of_a_document(data):
    characters = st.characters() | st.sampled_from("\t\r\n\x1b\x9b\u202e漢e\u0301🌍<>&")
    content = data.draw(st.text(characters, min_size=1, max_size=300))
    source = Source(f"{content}.xml", content.encode("utf-8", "surrogatepass"))
    length = len(source.text)
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    other = data.draw(st.integers(0, length))
    found = diagnosed(
        source,
        source.text[:1],
        span=source.span(start, end),
        message=content,
        label=content,
        help=(content,),
        labels=((source.text[:1], content),),
        fixes=(
            Fix(content, Safety.SAFE, (Edit(source.offset(other), source.offset(other), "x"),)),
        ),
    )
    shown = text(source, found, width=data.draw(st.integers(10, 120)))
    assert not OBEYED.search(shown)
    assert "^" in shown
    shown.encode()
