"""Wrapping: the value that every recognizer of wrappings returns."""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.wrappings.pieces import Pieces


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to unwrap: `title` says which, an imperative sentence."""

    title: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A document that was copied out of something else.

    kind        name of the rule that says so
    what        what it was copied out of, as the end of "this is …"
    start, end  what shows it, in characters of the text
    choices     the ways to unwrap it, best first; none where no document can be got
    exact       whether the unwrapping is certain: nothing is guessed, and nothing is lost that
                anybody may want back
    note        why there is no way, or what else the user ought to know; a sentence, or empty
    """

    kind: str
    what: str
    start: int
    end: int
    choices: tuple[Choice, ...] = ()
    exact: bool = True
    note: str = ""
