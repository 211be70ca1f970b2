"""How much processor time a language server takes to answer an edit, beside parsing with lxml.

    python bench/editing.py [--size 60000] [--target v3] [--rounds 3]

Documents of that size, with their content encoded, in CDATA and as child elements, are edited as
people do: a letter of a word, a value that becomes wrong, a tag half typed, an end tag taken away, an
ampersand.  Each time the whole answer is worked out in this process: the text becomes a source, what
is wrong with it, and the diagnostics of the protocol as JSON.  A machine that is busy does not change
processor time much; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from pygls.protocol import default_converter

from ctct_migrate.configuration import Configuration
from ctct_migrate.language_server.analysis import Snapshot, analysed
from ctct_migrate.language_server.editor_text import EditorText
from ctct_migrate.language_server.published import published

SAMPLES = Path(__file__).parents[1] / "samples"

_PARAGRAPH = (
    '<p>Dear <b>friends</b> &amp; neighbours, this is a paragraph of <a href="https://example.com/a">'
    "our letter</a>; it says what there is to say, and then some.</p>\n"
)


def documents(size: int) -> dict[str, str]:
    """Right documents of about so many characters, by the form of their content."""
    text = (SAMPLES / "good" / "campaign-001.xml").read_text()
    start = text.index("<EmailContent>") + len("<EmailContent>")
    end = text.index("</EmailContent>")
    page = f"<html><body>{_PARAGRAPH * (size // len(_PARAGRAPH))}</body></html>"
    encoded = page.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    encoded = encoded[: encoded.rindex("&lt;p&gt;", 0, size)] + "&lt;/body&gt;&lt;/html&gt;"
    contents = {"encoded": encoded, "CDATA": f"<![CDATA[{page}]]>", "elements": page}
    return {name: text[:start] + content + text[end:] for name, content in contents.items()}


def _instead(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


#: What somebody types, by what it is.
EDITS: dict[str, Callable[[str], str]] = {
    "nothing wrong": _instead("<FromName>", "<FromName>x"),
    "a wrong value": _instead("<GreetingName>", "<GreetingName>x"),
    "a missing element": _instead("<Subject>", "<Subjekt>"),
    "`<` before an element": _instead("<Subject>", "<\n<Subject>"),
    "half a name": _instead("<Subject>", "<Sub\n<Subject>"),
    "half an attribute": _instead("<Campaign ", '<Campaign id="x '),
    "no end tag": _instead("</Subject>", ""),
    "half an end tag": _instead("</Subject>", "</Sub"),
    "no end tag at the end": _instead("</entry>", ""),
    "an ampersand": _instead("<FromName>", "<FromName>a & b"),
}


def measured(text: str, target: str, rounds: int) -> tuple[float, float]:
    """Milliseconds of processor time: of the answer, and of parsing with lxml."""
    converter = default_converter()
    configuration = Configuration(target=target)
    answers, parses = [], []
    for number in range(rounds):
        start = time.process_time()
        snapshot = Snapshot("file:///a.xml", "a.xml", None, number, EditorText(text))
        analysis = analysed(snapshot, configuration, 1_000_000)
        converter.unstructure(published(analysis))
        answers.append(time.process_time() - start)
        data = text.encode()
        start = time.process_time()
        for _ in range(10):
            etree.fromstring(data, etree.XMLParser(recover=True, huge_tree=True))
        parses.append((time.process_time() - start) / 10)
    return min(answers) * 1000, min(parses) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=60_000)
    parser.add_argument("--target", default="v2")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    texts = documents(arguments.size)
    measured(next(iter(texts.values())), arguments.target, 1)  # loads what is needed
    print(f"{'milliseconds of processor time':34}{''.join(f'{name:>12}' for name in texts)}")
    every: list[float] = []
    ratios: list[float] = []
    for what, edit in EDITS.items():
        cells = []
        for text in texts.values():
            answer, parse = measured(edit(text), arguments.target, arguments.rounds)
            every.append(answer)
            ratios.append(answer / parse)
            cells.append(f"{answer:12.1f}")
        print(f"{what:34}{''.join(cells)}")
    print(
        f"median {statistics.median(every):.1f} ms, most {max(every):.1f} ms;"
        f" parsing with lxml takes {statistics.median(every) / statistics.median(ratios):.2f} ms"
        f" (ratio: median {statistics.median(ratios):.0f}, most {max(ratios):.0f})"
    )


if __name__ == "__main__":
    main()
