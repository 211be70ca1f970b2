"""CT002: files that are not text are named as what they are, and the help says what to do."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import fix, lint, read

FILES = {
    "gzip": gzip.compress(CAMPAIGN.encode()),
    "bzip2": bz2.compress(CAMPAIGN.encode()),
    "xz": lzma.compress(CAMPAIGN.encode()),
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\x00" * 40,
    "RAR": b"Rar!\x1a\x07\x01\x00" + b"\x00" * 40,
    "lzip": b"LZIP\x01" + b"\x00" * 40,
    "(.Z)": b"\x1f\x9d\x90" + b"\x00" * 40,
    "LZ4": b"\x04\x22\x4d\x18" + b"\x00" * 40,
    "Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40,
    "PDF": b"%PDF-1.4\n",
}


@pytest.mark.parametrize(("name", "data"), FILES.items(), ids=FILES)
def test_it_is_named(name: str, data: bytes) -> None:
    (found,) = lint(read(data))
    assert found.code == "CT002"
    assert name in found.message
    assert found.help
    assert fix(read(data))[0] == data
