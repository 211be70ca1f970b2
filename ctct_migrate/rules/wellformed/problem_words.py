"""Broken: one problem of the scanner, with what is needed to word it.

What is said of each kind stands in `brokentags`, `brokentext` and `brokenwhole`.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.problems import Problem
from ctct_migrate.rules.context import Reporter


class Breakage:
    """One problem in hand.

    start, end  where it is, in characters of the document's text; `written` is what stands there
    detail      what else the scanner found out; which facts depends on the kind
    """

    def __init__(self, document: Document, report: Reporter, problem: Problem):
        self.document, self.report, self.problem = document, report, problem
        self.text = document.source.text
        self.start, self.end, self.detail = problem.start, problem.end, problem.detail
        self.written = self.text[self.start : self.end]

    @property
    def where(self) -> str:
        """The plain path of the element that it stands in."""
        element = self.problem.element
        return element.path if element is not None else ""

    @property
    def holder(self) -> str:
        """` in `Subject``: the element that it stands in, for messages."""
        element = self.problem.element
        return f" in `{element.qname}`" if element is not None else ""

    def say(
        self,
        about: Rule,
        message: str,
        *,
        label: str = "",
        help: tuple[str, ...] = (),
        fixes: tuple[Fix, ...] = (),
        labels: tuple[tuple[int, int, str], ...] = (),
        start: int | None = None,
        end: int | None = None,
    ) -> Diagnostic:
        """The diagnostic; at the place of the problem unless another is given."""
        return self.report.at(
            about, self.start if start is None else start, self.end if end is None else end,
            message, label=label, help=help or (about.how,), element=self.where, fixes=fixes,
            labels=labels,
        )  # fmt: skip
