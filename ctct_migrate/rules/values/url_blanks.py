"""Blanks around URLs, asked of texts alone, also on the fast path."""

from __future__ import annotations


def has_blank(text: str) -> bool:
    """Whether white space stands beside a URL; one may stand on a line of its own.

    >>> has_blank("http://img.example.com/a.jpg "), has_blank("http://img.example.com/a.jpg")
    (True, False)
    """
    url = text.strip()
    return bool(url) and text != url and "\n" not in text and "\r" not in text
