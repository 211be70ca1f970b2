"""Places in TOML, found again."""

import tomllib

import pytest

from ctct_migrate.tomlplaces import place

TEXT = """\
# a = 0
a = 1
"b c" = ["x", "y",
  "z"]
[t.'u']
v = { w = 2, x = "q" }
[t.other]
v = 3
"""


@pytest.mark.parametrize(
    ("keys", "word", "expected"),
    [
        (["a"], "", (2, 1)),
        (["b c"], "", (3, 1)),
        (["b c"], "y", (3, 15)),
        (["b c"], "z", (4, 3)),
        (["b c"], "nowhere", (3, 1)),
        (["t", "u"], "", (5, 2)),
        (["t", "u", "v"], "", (6, 1)),
        (["t", "u", "v", "x"], "", (6, 14)),
        (["t", "other", "v"], "", (8, 1)),
        (["none"], "", None),
    ],
)
def test_a_key_or_a_word_is_found(keys, word, expected):
    tomllib.loads(TEXT)
    assert place(TEXT, keys, word) == expected
