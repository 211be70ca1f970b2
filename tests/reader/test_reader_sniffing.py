"""What is said of files that hold nothing."""

import pytest

from ctct_migrate import lint, read


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file holds nothing but white space"),
        (bytes(5000), "the file holds nothing but NUL bytes"),
    ],
)
def test_files_that_hold_nothing(data, message):
    (only,) = lint(read(data))
    assert (only.code, only.message) == ("CT001", message)
