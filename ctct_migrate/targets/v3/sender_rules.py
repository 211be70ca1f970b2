"""CT729 and CT730: the subject and the address for answers of a campaign, as v3 has them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.targets.v3.html_catalogue import TRANSLATED, UNKNOWN_VARIABLE
from ctct_migrate.targets.v3.html_rules import GREETING_PARTS, word_for
from ctct_migrate.targets.v3.personal_tags import TAG, TRACKING, is_documented, variables

SUBJECT_TAG = Rule(
    "CT729", "subject-tag", Severity.ERROR,
    summary="A tag in the subject that says nothing for readers of whom nothing is known",
    why="In a subject v3 wants every tag with an `OR`: what stands there where the value is missing.",
    bad="<Subject>Hello [[FirstName]]</Subject>", good='<Subject>Hello [[FirstName OR "reader"]]</Subject>',
    how="Write after `OR`, in quotes, what stands there for a reader of whom it is not known.", fact="reference, v3-contract, html_content of format_type 5",
    target="v3",
)  # fmt: skip
REPLY_REPEATED = Rule(
    "CT730", "reply-to-repeated", Severity.INFO,
    summary="The sender's address stands for the missing address for answers",
    why="v3 requires an address for answers, which v1 did not. Without one, answers go to the sender.",
    bad="<!-- no ReplyToEmail -->",
    good='<ReplyToEmail><Email id="http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/2"/><EmailAddress>joe@example.com</EmailAddress></ReplyToEmail>',
    how="Nothing has to be done, unless answers should go elsewhere.",
    fact="reference, mapping-v3, Campaign, create", target="v3",
)  # fmt: skip

RULES = (SUBJECT_TAG, REPLY_REPEATED)


#: The children of a campaign that are looked at.
NAMES = frozenset({"Subject", "FromEmail", "ReplyToEmail", *GREETING_PARTS.values()})


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What v3 makes of the subject and of the address for answers."""
    yield from _subject(view)
    yield from _reply(view)


def _subject(view: PayloadView) -> Iterator[Diagnostic]:
    element = view.child("Subject")
    if element is None or element.has_elements or not ("$" in element.text or "[[" in element.text):
        return
    content, path, report = element.view(), element.path, view.report
    word = word_for(view)
    for match in TAG.finditer(content.html):
        if TRACKING.fullmatch(match[0]):
            yield report.at(
                SUBJECT_TAG, *content.span(*match.span()), f"{quoted(match[0])} has no place in a subject",
                label="it belongs into the content", help=("Take it out.",), element=path,
            )  # fmt: skip
        elif not is_documented(match[1]):
            yield report.at(
                UNKNOWN_VARIABLE, *content.span(*match.span()),
                f"{quoted(match[0])} is a tag that v3 does not document, and is sent as it is",
                label="readers may see this", help=(UNKNOWN_VARIABLE.how,), element=path,
            )  # fmt: skip
        elif not match[2].strip():
            right = f'[[{match[1]} OR "{word}"]]'
            start, end = content.span(*match.span())
            yield report.at(
                SUBJECT_TAG, start, end, f"{quoted(match[0])} needs an `OR` in a subject", label=f"expected `{right}`",
                help=(SUBJECT_TAG.how,), element=path,
                fixes=report.fix(f"Write `{right}`", (start, end, right), safety=Safety.UNSAFE),
            )  # fmt: skip
    for each in variables(content.html, word):
        rule = TRANSLATED if each.is_documented else UNKNOWN_VARIABLE
        said = f"{quoted(each.written)} becomes {quoted(each.tag)}"
        if not each.tag:
            said = f"v3 has no tag for {quoted(each.written)}, which is sent as it is"
        yield report.at(
            rule, *content.span(each.start, each.end), said,
            label="v3's tag for it" if each.tag else "readers would see this", help=(rule.how,), element=path,
        )  # fmt: skip


def _reply(view: PayloadView) -> Iterator[Diagnostic]:
    sender, answers = view.child("FromEmail"), view.child("ReplyToEmail")
    if sender is None or (answers is not None and answers.is_filled) or not view.whole:
        return
    address = sender.inside("EmailAddress")
    if address is None or not address.text:
        return
    yield view.report.at(
        REPLY_REPEATED, *address.value_span(), f"answers go to {quoted(address.text)}, since v3 requires an address for them and the document has none",
        label="it stands for `ReplyToEmail` too", help=(REPLY_REPEATED.how,), element=address.path,
    )  # fmt: skip
