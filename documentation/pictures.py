"""Pictures of the terminal, made by the commands themselves: `python -m documentation.pictures`.

Each command runs with its colours on; rich draws what it printed as SVG.  The pictures stand in
`docs/pictures/`, since the README shows them where nothing is built; a test holds them to what the commands print.
They fetch nothing: rich's own form loads a font from the network, ours takes one of the reader's.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"

#: The pictures by name, and the command that each shows, given in the repository.
PICTURES = {
    "lint": "ctct-migrate lint samples/bad/campaign-001.xml",
    "explain": "ctct-migrate explain CT310",
    "send": "ctct-migrate send samples/good/campaign-002.xml samples/good/schedule-002.xml --sandbox"
    " --reschedule-past 2035-05-10T11:00:00Z",
}

#: Light on dark, each colour at least 4.5 : 1 against the background (WCAG AA).
_THEME = TerminalTheme(
    (22, 27, 34),
    (225, 228, 232),
    [
        (118, 131, 144), (255, 123, 114), (86, 211, 100), (227, 179, 65),
        (121, 192, 255), (210, 168, 255), (86, 212, 221), (225, 228, 232),
    ],
    [
        (139, 148, 158), (255, 161, 152), (126, 231, 135), (242, 204, 96),
        (165, 214, 255), (226, 197, 255), (120, 228, 235), (255, 255, 255),
    ],
)  # fmt: skip

_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_FONT_FACE = re.compile(r" *@font-face \{.*?\}\n", re.S)
_NARROWEST = 72  #: columns


def printed(command: str) -> str:
    """What a command of `PICTURES` prints to standard output, with its colours.  Raises
    RuntimeError where it could not do its work."""
    _, *arguments = shlex.split(command)
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", *arguments, "--color", "always"],
        cwd=ROOT,
        env={**environment, "COLUMNS": "100", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: {done.stderr}")
    return done.stdout.strip("\n")


def drawn(name: str) -> str:
    """A picture as SVG."""
    command = PICTURES[name]
    text = Text.from_ansi(f"\x1b[1m$ {command}\x1b[0m\n{printed(command)}")
    width = max(_NARROWEST, *(len(line) for line in text.plain.split("\n")))
    console = Console(
        record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor",
        legacy_windows=False,
    )  # fmt: skip
    console.print(text, overflow="ignore", no_wrap=True, crop=False)
    drawing = console.export_svg(title="", theme=_THEME, unique_id=f"picture-{name}")
    drawing = _FONT_FACE.sub("", drawing).replace("Fira Code, monospace", _FONTS)
    # Trailing blanks, which differ between versions of rich, are no part of a picture.
    return "\n".join(line.rstrip() for line in drawing.split("\n")).strip() + "\n"


def main() -> None:
    """Writes all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        (FOLDER / f"{name}.svg").write_text(drawn(name), encoding="utf-8")


if __name__ == "__main__":
    main()
