"""Values that a program did not fill in: one diagnostic for each habit, and none for e-mails."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import lint, read
from ctct_migrate.rules.fast.suspects import has_suspect_bytes
from ctct_migrate.source import Source

FIELDS = ("Subject", "Name", "GreetingName", "Date", "OrganizationState")


def filled(value: str, *names: str) -> bytes:
    text = CAMPAIGN
    for name in names or FIELDS:
        start = text.index(f"<{name}>") + len(name) + 2
        text = text[:start] + value + text[text.index(f"</{name}>", start) :]
    return text.encode()


@pytest.mark.parametrize(
    "value",
    [
        "{{ subject }}", "{{{subject}}}", "Hello {{ name }}!", "{% if x %}a{% endif %}",
        "${campaign.subject}", "${row['a']}", "#{subject}", "<?php echo $subject ?>",
        "<?php echo $row->name; ?>", "&lt;%= subject %&gt;", "&lt;% x %&gt;", "{subject}",
        "%(subject)s", "%s", "$subject", "$row->name", "$row['name']", "#subject#", "[[subject]]",
        "' . $subject . '", "'.$row->name.'", "&quot; + subject + &quot;", "' + row['name'] + '",
        "&quot;+model.getName()+&quot;", "Hi ' . $name . '!",
    ],
)  # fmt: skip
def test_places_of_a_template_are_one_diagnostic(value: str) -> None:
    data = filled(value)
    (said,) = lint(read(data))
    assert said.code == "CT024"
    assert said.element == "entry/content/Campaign/Name"
    assert "4 more places" in " ".join(said.help)
    # The fast path may not miss what the slow one finds.
    assert has_suspect_bytes(Source("a.xml", filled(value, "Subject")))
    assert [each.code for each in lint(read(filled(value, "Subject")))] == ["CT024"]


@pytest.mark.parametrize(
    "value",
    [
        "HASH(0x55d0c8a1e2f8)", "ARRAY(0x1f2e)", "My::Mail=HASH(0x1f2e)", "[object Object]",
        "System.String[]", "Resource id #5", "&lt;Element Name at 0x7f3b2c1d&gt;",
        "#&lt;Mail:0x00007f&gt;", "System.Collections.Generic.List`1[System.String]",
    ],
)  # fmt: skip
def test_objects_in_memory_are_one_diagnostic(value: str) -> None:
    (said,) = lint(read(filled(value)))
    assert said.code == "CT023"
    assert [each.code for each in lint(read(filled(value, "Subject")))] == ["CT023"]
    assert has_suspect_bytes(Source("a.xml", filled(value, "Subject")))


@pytest.mark.parametrize("code", ["<%= subject %>", "<% if x %>", "<?= $subject ?>", "<?= $a ?>\n"])
def test_a_template_that_is_no_xml(code: str) -> None:
    (said,) = lint(read(filled(code)))
    assert said.code == "CT024"
    assert said.fixes == ()
    data = filled(code)
    assert data[said.span.start.offset : said.span.end.offset].decode() == code.strip()


def test_a_template_that_begins_with_code() -> None:
    data = (
        b"<?php header('Content-Type: text/xml'); echo '<?xml version=\"1.0\"?>'; ?>\n"
        + filled("<?php echo $x ?>").split(b"\n", 1)[1]
    )
    assert {each.code for each in lint(read(data))} == {"CT024"}


@pytest.mark.parametrize(
    "value",
    [
        "50% off", "$20 off", "$5", "C# {and} more", "Win {prizes} now", "#1 in books", "100%",
        "[sale]", "a &lt; b %", "Save $$$", "ARRAY", "object", "System", "$ACCOUNT", "(0x1)",
    ],
)  # fmt: skip
def test_what_is_no_place_to_fill_in(value: str) -> None:
    assert lint(read(filled(value, "Subject"))) == []


@pytest.mark.parametrize(
    "content",
    ["Hello {{name}}", "${x} #{y} {% z %}", "HASH(0x12)", "&lt;%= x %&gt;", "&lt;?php x ?&gt;"],
)
def test_an_email_may_speak_of_them(content: str) -> None:
    text = CAMPAIGN.replace("&lt;p&gt;Hello", f"&lt;p&gt;{content.replace('&', '&amp;')}")
    assert text != CAMPAIGN
    assert lint(read(text.encode())) == []
    cdata = CAMPAIGN.replace(
        "&lt;html&gt;&lt;body&gt;&lt;p&gt;Hello&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;",
        "<![CDATA[<html><body>"
        + content.replace("&lt;", "<").replace("&gt;", ">")
        + "</body></html>]]>",
    )
    assert lint(read(cdata.encode())) == []
    broken = cdata.replace("<FromName>Joe", "<FromName>Joe &nbsp;")
    assert [each.code for each in lint(read(broken.encode()))] == ["CT101"]


def test_what_makes_the_document_malformed_is_told_as_well() -> None:
    codes = [each.code for each in lint(read(filled("{{ a }} & b", "Subject")))]
    assert codes == ["CT024", "CT102"]


@pytest.mark.parametrize(
    "value",
    ["&quot;Rock&quot; + roll + &quot;blues&quot;", "'A' + 'B'", "it's + ours", "'n' . 'Roll"],
)
def test_quotes_and_signs_that_are_meant(value: str) -> None:
    assert lint(read(filled(value, "Subject"))) == []
