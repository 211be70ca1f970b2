"""The pictures of the terminal show what the commands print today."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from documentation.pictures import FOLDER, PICTURES, drawn


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_current(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text("utf-8") == drawn(name), (
        "run: python -m documentation.pictures"
    )


def test_there_are_no_others() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_wellformed_and_fetches_nothing(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text("utf-8")
    ET.fromstring(text)
    assert not re.search(r"@import|@font-face|url\((?!#)|href=|<script|<image", text)
