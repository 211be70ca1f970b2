"""The rules of v3 about the HTML of a campaign, for the catalogue."""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

_CONTENT = "reference, mapping-v3, Content"
_HTML = "reference, v3-contract, html_content of format_type 5"


def _page(inside: str) -> str:
    """An EmailContent with something in its body, encoded."""
    page = f"<html><body>{inside}</body></html>"
    text = page.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<EmailContent>{text}</EmailContent>"


TEMPLATE_LANGUAGE = Rule(
    "CT720", "template-language", Severity.ERROR,
    summary="Characters that v3 takes for its own template language",
    why="`[#`, `${` and `<@` begin commands to v3's server wherever they stand, in scripts and style sheets too. An e-mail with one of them cannot be sent. There is no escape.",
    bad=_page("<p>Call ${name}</p>"), good=_page("<p>Call us</p>"),
    how="Take it out. In text, a reference such as `$&#123;` shows a reader the same, which is our idea and not documented.",
    fact=_HTML, target="v3",
)  # fmt: skip
LONG_LINK = Rule(
    "CT721", "long-link", Severity.ERROR,
    summary="A link that is longer than v3 sends",
    why="v3 takes the campaign, and fails when it is to be sent (reason_code 8).",
    bad=_page(f'<a href="https://example.com/?q={"0" * 1_000}">here</a>'),
    good=_page('<a href="https://example.com/">here</a>'),
    how="Shorten the link, perhaps by a redirection on your own server. Characters are counted.", fact=_HTML, target="v3",
)  # fmt: skip
TOO_LARGE = Rule(
    "CT722", "page-too-large", Severity.ERROR,
    summary="A page that is larger than v3 takes",
    why="v1 and v2 took much longer pages. v3 refuses more than 150,000 characters, and a whole message of more than 400 KB.",
    bad="<EmailContent>… a page of 150,001 characters …</EmailContent>", good=_page("<p>0</p>"),
    how="Put images on a server instead of into the page, and take out comments and styles that nothing needs.", fact=_HTML,
    target="v3",
)  # fmt: skip
TRACKING_TWICE = Rule(
    "CT723", "tracking-image-twice", Severity.ERROR,
    summary="More than one tracking image in a page",
    why="v3 takes `[[trackingImage]]` exactly once. With two of them the user interface refuses to send.",
    bad=_page("[[trackingImage]]<p>Hello</p>[[trackingImage]]"), good=_page("[[trackingImage]]<p>Hello</p>"),
    how="Leave one, inside `<body>`.", fact=_HTML, target="v3",
)  # fmt: skip
UNKNOWN_VARIABLE = Rule(
    "CT724", "unknown-variable", Severity.WARNING,
    summary="A variable, or a tag in double brackets, that v3 does not document",
    why="v1's server filled in variables such as `$SUBSCRIBER.FIRSTNAME`. v3 has tags for some of them. What it does not know, readers see as it is written.",
    bad=_page("<p>Your number is $SUBSCRIBER.CUSTOMFIELD1</p>"), good=_page('<p>Hello [[FirstName OR "reader"]]</p>'),
    how="Write v3's tag for it (`[[CUSTOM.name]]` for a custom field), or take it out.", fact=_CONTENT, target="v3",
)  # fmt: skip
TRANSLATED = Rule(
    "CT725", "variable-translated", Severity.INFO,
    summary="A variable of v1's that becomes a tag of v3's",
    why="v1's server filled in the variable (seen by others, not documented); v3's server fills in the tag. The word after `OR` stands there for a reader of whom it is not known.",
    bad=_page("<p>Hello $SUBSCRIBER.FIRSTNAME</p>"), good=_page('<p>Hello [[FirstName OR "reader"]]</p>'),
    how="Nothing has to be done. `--greeting-word` says another word.", fact=_CONTENT, target="v3",
)  # fmt: skip
GREETING = Rule(
    "CT726", "name-fallback", Severity.INFO,
    summary="The greeting becomes text with a tag for the name",
    why="v1 put GreetingString in place of the whole greeting where a name was missing. v3 puts a word in place of the name alone.",
    bad=_page("<p><Greeting/></p>"), good=_page('<p>Dear [[FirstName OR "reader"]]</p>'),
    how="Nothing has to be done. `--greeting-word` says another word.", fact="reference, mapping-v3, Greeting", target="v3",
)  # fmt: skip
UNWRAPPED = Rule(
    "CT727", "vendor-tag", Severity.INFO,
    summary="A tag of the vendor's that v3 does not know",
    why="v1's server understood tags such as `<CopyRight>`. v3 wants valid HTML and no other elements. The tag is taken away, and what is in it stays.",
    bad=_page("<CustomBlock><p>Hello</p></CustomBlock>"), good=_page("<p>Hello</p>"),
    how="Look whether the page is right without it.", fact=_CONTENT, target="v3",
)  # fmt: skip
TRACKING = Rule(
    "CT728", "tracking-image", Severity.INFO,
    summary="What counts who opens an e-mail becomes v3's tracking image",
    why="v1 had `<OpenTracking/>`; v3 wants `[[trackingImage]]` exactly once inside the body, and counts opens without it through clicks alone.",
    bad=_page("<OpenTracking/><p>Hello</p>"), good=_page("[[trackingImage]]<p>Hello</p>"),
    how="Nothing has to be done.", fact=_CONTENT, target="v3",
)  # fmt: skip

RULES = (
    TEMPLATE_LANGUAGE, LONG_LINK, TOO_LARGE, TRACKING_TWICE, UNKNOWN_VARIABLE, TRANSLATED, GREETING, UNWRAPPED, TRACKING,
)  # fmt: skip
